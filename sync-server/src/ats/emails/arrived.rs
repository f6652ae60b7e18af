//! What a candidate wrote becomes one kind of record, whether it came by mail or from a page of theirs.

use zumodra_shared::access::Principal;
use zumodra_shared::ats::{Email, EmailDirection, EmailStatus};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::{Edit, Entity as _, Fields};

use super::store::Received;
use crate::check::is_hidden;
use crate::sync::ServerEdit;

/// What stands for a subject or a text that there is none of.
pub const NOTHING: &str = "–";

/// The record of what a candidate wrote. `about` names the candidate, and the application and its job where it is about one.
#[must_use]
pub fn arrived(tenant_id: RecordId, wrote: &Received, about: &Fields) -> ServerEdit {
    let about = ["candidate_id", "application_id", "job_id"].into_iter().filter_map(|field| {
        let value = about.get(field).filter(|value| !value.is_null())?;
        Some(Edit::set(field, value.clone()))
    });
    let answers = wrote.answers.map(|answers| Edit::set("answers_id", answers.to_string()));
    let own = [
        Edit::set("direction", EmailDirection::In.name()),
        Edit::set("status", EmailStatus::Received.name()),
        Edit::set("address", wrote.address.as_str()),
        Edit::set("subject", wrote.subject.as_str()),
        Edit::set("body", wrote.body.as_str()),
        Edit::set("at", wrote.received_at),
        Edit::set("message_id", wrote.message_id.as_str()),
        Edit::set("left_out", wrote.left_out.as_str()),
        Edit::set("is_cut", wrote.is_cut),
    ];
    ServerEdit {
        def: &Email::DEF,
        id: wrote.id,
        edits: about.chain(answers).chain(own).collect(),
        create: true,
        principal: Principal::server(tenant_id),
    }
}

/// A text with its lines, and nothing in it that hides or turns other text around.
#[must_use]
pub fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| *c == '\n' || *c == '\t' || !(c.is_control() || is_hidden(*c))).collect()
}

/// One line of plain text, cut to a length.
#[must_use]
pub fn line(text: &str, max: usize) -> String {
    let words = plain(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = words.chars().take(max).collect();
    if line.is_empty() { NOTHING.to_owned() } else { line }
}
