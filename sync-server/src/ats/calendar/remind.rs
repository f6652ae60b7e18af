//! Reminders of interviews: mails that wait in the outbox until their time. They are written with the invitation that they
//! are of, under its key, and taken back with it: so each goes out once, for what holds, and none for what is off. Of an
//! application that is over nobody is reminded: the interview may have been forgotten with it.

use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS, Millis};

use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::mail::{self, Content, Mail, Meeting, Recipient};
use crate::tenants::Tenant;
use zumodra_shared::ats::stage_of;

use super::store;

/// How long before an interview people are reminded, and what that is called in the key of the mail.
const LEADS: [(Millis, &str); 2] = [(DAY_MS, "day"), (HOUR_MS, "hour")];

/// Who is reminded of what.
pub struct Reminder<'a> {
    /// The key of the invitation.
    pub key: &'a str,
    /// Whom.
    pub to: Recipient,
    /// `en` or `fr`.
    pub language: &'a str,
    /// Of which interview.
    pub meeting: Meeting,
    /// The candidate.
    pub about: RecordId,
}

fn key(invitation: &str, lead: &str) -> String {
    format!("{invitation}/{lead}")
}

/// Writes the reminders that are still ahead.
///
/// # Errors
/// When the database cannot be written.
pub async fn plan(app: &App, tx: &mut TenantTx, reminder: &Reminder<'_>) -> Result<()> {
    for (lead, name) in LEADS {
        let due_at = reminder.meeting.starts_at.saturating_sub(lead);
        // Whoever is invited so late is reminded by the invitation.
        if due_at <= app.now() {
            continue;
        }
        let mail = Mail {
            event_key: key(reminder.key, name),
            to: reminder.to.clone(),
            language: reminder.language.to_owned(),
            content: Content::InterviewReminder { meeting: reminder.meeting.clone() },
            about: Some(reminder.about),
            attachments: Vec::new(),
            due_at: Some(due_at),
            worth_ms: lead,
        };
        mail::enqueue(app, tx, &mail).await?;
    }
    Ok(())
}

/// Takes the reminders of an invitation back.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget(app: &App, tx: &mut TenantTx, invitation: &str) -> Result<()> {
    for (_, name) in LEADS {
        mail::cancel(app, tx, &key(invitation, name)).await?;
    }
    Ok(())
}

/// Whether the mail of an event is to go out still: all but the reminder of an interview for an application that is over.
/// Whoever takes the application up again before its time is reminded as before.
///
/// # Errors
/// When the database cannot be read.
pub async fn holds(app: &App, tenant: &Tenant, event_key: &str) -> Result<bool> {
    let Some(interview) = of_event(event_key) else { return Ok(true) };
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let about = store::application_of(&mut tx, interview).await?;
    tx.commit().await?;
    Ok(about.is_some_and(|(application, pipeline)| !stage_of(&application, &pipeline).is_closed()))
}

/// The interview of which a mail is a reminder.
fn of_event(event_key: &str) -> Option<RecordId> {
    let invitation = LEADS.iter().find_map(|(_, name)| event_key.strip_suffix(&format!("/{name}")))?;
    invitation.strip_prefix("interview/")?.split('/').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_is_known_by_its_key() {
        let id = RecordId::from_u128(7);
        assert_eq!(of_event(&key(&format!("interview/{id}/{id}/3"), "hour")), Some(id));
        assert_eq!(of_event(&format!("interview/{id}/{id}/3")), None, "the invitation itself");
        assert_eq!(of_event("waiting/2026-11-30/day"), None);
    }
}
