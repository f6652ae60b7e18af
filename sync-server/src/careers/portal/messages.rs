//! What is written between a candidate and the people who hire, by application. What the candidate writes here becomes what
//! an e-mail from them becomes: the same record, on the same timeline, told to the same people.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use zumodra_shared::ats::{Email, EmailDirection, rules};
use zumodra_shared::kernel::time::{HOUR_MS, Millis};
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::Fields;

use super::known::{Known, Sent};
use super::pages::title;
use super::store::{self, MAX_ALL_MESSAGES, MAX_MESSAGES, MessageRow};
use super::words::PortalWords;
use crate::app::App;
use crate::ats::emails::{self, Received, line, plain};
use crate::careers::show::day_and_time;
use crate::careers::site::Site;
use crate::careers::words::{Language, fill};
use crate::db::TenantTx;
use crate::error::{Error, Result};
use crate::limits::{MAX_EMAIL_BODY_CHARS, MAX_EMAIL_SUBJECT_CHARS, MAX_PORTAL_MESSAGES};
use crate::sync::writer;

/// In what time somebody may write [`MAX_PORTAL_MESSAGES`] about one application.
const COUNTED_MS: Millis = HOUR_MS;

/// A message as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who wrote.
    pub who: String,
    /// When, in words.
    pub when: String,
    /// What it is about; empty for what the candidate wrote.
    pub subject: String,
    /// What it says, as it was sent.
    pub body: String,
}

/// Why something is not sent, in the order in which it is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsent {
    /// There is nothing in it.
    Empty,
    /// It is longer than a message may be.
    Long,
    /// There were too many in a short time.
    Often,
    /// The form is of a session before this one.
    Again,
}

/// What is written here and not sent yet.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// About which application.
    pub application: String,
    /// What tells this form from others: sent twice, it makes one message.
    pub key: String,
    /// What was written.
    pub text: String,
}

/// What was said about an application, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conversation {
    /// The newest messages.
    pub messages: Vec<Message>,
    /// Whether there were earlier ones.
    pub is_cut: bool,
}

/// What was sent and received under an address about some applications.
///
/// # Errors
/// When the database cannot be read.
pub async fn of(
    tx: &mut TenantTx,
    site: &Site,
    address: &str,
    known: &Known,
) -> Result<BTreeMap<RecordId, Conversation>> {
    let applications: Vec<String> = known.applications.iter().map(|sent| sent.id.to_string()).collect();
    let rows = store::messages(tx, &known.ids(), &applications, address).await?;
    let mut found: BTreeMap<RecordId, Conversation> = BTreeMap::new();
    if rows.len() == MAX_ALL_MESSAGES {
        // Whose are the earliest is not known any more.
        let cut = || Conversation { is_cut: true, ..Conversation::default() };
        found.extend(known.applications.iter().map(|sent| (sent.id, cut())));
    }
    for (email, author) in rows.into_iter().filter_map(read) {
        let Some(application) = &email.application_id else { continue };
        let said = found.entry(application.record()).or_default();
        said.is_cut |= said.messages.len() == MAX_MESSAGES;
        if said.messages.len() < MAX_MESSAGES {
            said.messages.push(message(site, &email, author));
        }
    }
    found.values_mut().for_each(|said| said.messages.reverse());
    Ok(found)
}

fn read(row: MessageRow) -> Option<(Email, Option<String>)> {
    Some((rules::read(&row.fields.0)?, row.author))
}

fn message(site: &Site, email: &Email, author: Option<String>) -> Message {
    let words = PortalWords::of(site.language);
    let is_theirs = email.direction == EmailDirection::In;
    let author = author.filter(|name| !name.trim().is_empty());
    Message {
        who: if is_theirs {
            words.message_you.to_owned()
        } else {
            author.unwrap_or_else(|| site.tenant.name.clone())
        },
        when: email.at.map(|at| day_and_time(site.language, at.0)).unwrap_or_default(),
        subject: if is_theirs { String::new() } else { email.subject.clone() },
        body: email.body.clone(),
    }
}

/// Sends what a candidate wrote about an application of theirs, once. Says why it is not sent.
///
/// # Errors
/// When it cannot be written.
pub async fn write(
    app: &App,
    site: &Site,
    (sent, address): (&Sent, &str),
    draft: &Draft,
) -> Result<std::result::Result<(), Unsent>> {
    let body = plain(&draft.text);
    let body = body.trim();
    if body.is_empty() {
        return Ok(Err(Unsent::Empty));
    }
    if body.chars().count() > MAX_EMAIL_BODY_CHARS {
        return Ok(Err(Unsent::Long));
    }
    let id = message_id(sent.id, &draft.key, body);
    let application = sent.id.to_string();
    let mut tx = app.db().tenant(&site.tenant.schema).await?;
    let is_written = store::is_written(&mut tx, id).await?;
    let since = app.now() - COUNTED_MS;
    let is_often = store::messages_since(&mut tx, &application, address, since).await? >= MAX_PORTAL_MESSAGES;
    let before = store::last_sent(&mut tx, &application, address).await?;
    tx.commit().await?;
    if is_written {
        return Ok(Ok(()));
    }
    if is_often {
        return Ok(Err(Unsent::Often));
    }
    let wrote = Received {
        id,
        answers: before.as_ref().map(|(id, _)| *id),
        address: address.to_owned(),
        subject: subject(site, sent, before.as_ref().map(|(_, subject)| subject.as_str())),
        body: body.to_owned(),
        message_id: String::new(),
        left_out: String::new(),
        is_cut: false,
        received_at: app.now(),
    };
    let edit = emails::arrived(site.tenant.id, &wrote, &about(sent));
    match writer::edit(app, &Arc::clone(&site.tenant), vec![edit], None).await {
        Err(Error::Refused(refusal)) if refusal.problem.code == Code::AlreadyExists => {}
        done => done?,
    }
    app.mail().ring();
    Ok(Ok(()))
}

/// The id of a message: the same text of the same form is one message, another text is another.
fn message_id(application: RecordId, key: &str, body: &str) -> RecordId {
    let hash = blake3::hash(format!("{key}\n{body}").as_bytes());
    RecordId::new_v5(&application, hash.as_bytes())
}

fn about(sent: &Sent) -> Fields {
    let about = json!({
        "candidate_id": sent.application.candidate_id.record(), "application_id": sent.id,
        "job_id": sent.application.job_id.record(),
    });
    match about {
        serde_json::Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

/// What a message is about: what it answers, or the job, in the language of the people who read it.
fn subject(site: &Site, sent: &Sent, before: Option<&str>) -> String {
    let words = PortalWords::of(Language::of_tag(&site.tenant.settings.language).unwrap_or(Language::En));
    let subject = match before.map(str::trim) {
        Some(before) if before.get(..3).is_some_and(|re| re.eq_ignore_ascii_case("re:")) => before.to_owned(),
        Some(before) => format!("Re: {before}"),
        None => fill(words.message_subject, &[&title(words, sent)]),
    };
    line(&subject, MAX_EMAIL_SUBJECT_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_of_the_same_form_is_one_message() {
        let (one, two) = (RecordId::from_u128(1), RecordId::from_u128(2));
        let id = message_id(one, "k", "Hello");
        assert_eq!(id, message_id(one, "k", "Hello"));
        for other in
            [message_id(two, "k", "Hello"), message_id(one, "l", "Hello"), message_id(one, "k", "Hello.")]
        {
            assert_ne!(id, other);
        }
    }
}
