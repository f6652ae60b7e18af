//! What somebody says on a page of theirs, as the workspace hears of it: a note on the timeline, and a mail to who looks
//! after the job, both in the commit of what it does.

use serde_json::Value;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::{Job, Note};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::edit::edits_for;
use zumodra_shared::schema::{Entity as _, Fields};

use crate::accounts::directory;
use crate::app::App;
use crate::check::is_hidden;
use crate::db::TenantTx;
use crate::error::Result;
use crate::limits::PORTAL_MAIL_MS;
use crate::mail::{self, Content, Mail, Recipient};
use crate::sync::ServerEdit;
use crate::tenants::Tenant;

/// Characters of what somebody says.
pub const MAX_REASON_CHARS: usize = 500;

/// A text in one line, without what is not seen or turns what stands around it.
#[must_use]
pub fn line(text: &str) -> String {
    let seen: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !is_hidden(*c)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_REASON_CHARS).collect()
}

/// A note on the timeline, written by the server.
#[must_use]
pub fn note(tenant: &Tenant, id: RecordId, fields: Value) -> ServerEdit {
    let fields = match fields {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    };
    ServerEdit {
        def: &Note::DEF,
        id,
        edits: edits_for(&Note::DEF, &fields),
        create: true,
        principal: Principal::server(tenant.id),
    }
}

/// Of the people who look after a job those who may see an application for it, which is in this scope.
///
/// # Errors
/// When the database cannot be read.
pub async fn look_after(app: &App, tenant: &Tenant, job: &Job, scope: &str) -> Result<Vec<RecordId>> {
    let people = [&job.recruiter_id, &job.hiring_manager_id].into_iter().flatten();
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let mut found = Vec::new();
    for person in people.map(|member| member.record()) {
        let sees = directory::sees(app, &mut tx, tenant.id, person, scope).await?;
        found.extend(sees.then_some(person));
    }
    tx.commit().await?;
    Ok(found)
}

/// The mails to the first of these people whom mail reaches, or to owners.
///
/// # Errors
/// When the database cannot be read.
pub async fn mails(
    app: &App,
    tenant: &Tenant,
    people: &[RecordId],
    (event, about): (String, RecordId),
    content: &Content,
) -> Result<Vec<Mail>> {
    let reached = directory::reached(app, tenant.id, people).await?;
    let told = |reached: directory::Reached| Mail {
        event_key: format!("{event}/{}", reached.user_id),
        to: Recipient { address: reached.email, name: reached.name },
        language: reached.language,
        content: content.clone(),
        about: Some(about),
        attachments: Vec::new(),
        due_at: None,
        worth_ms: PORTAL_MAIL_MS,
    };
    Ok(reached.into_iter().map(told).collect())
}

/// Writes mails in the transaction of their cause.
///
/// # Errors
/// When the database cannot be written.
pub async fn post(app: &App, tx: &mut TenantTx, mails: &[Mail]) -> Result<()> {
    for told in mails {
        mail::enqueue(app, tx, told).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_of_what_is_seen() {
        assert_eq!(line("  Found\r\n another\u{202e} job\u{7} "), "Found another job");
        assert_eq!(line(&"x".repeat(600)).len(), MAX_REASON_CHARS);
    }
}
