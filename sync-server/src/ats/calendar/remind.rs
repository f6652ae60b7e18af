//! Reminders of interviews: mails that wait in the outbox until their time. They are written with the invitation that they
//! are of, under its key, and taken back with it: so each goes out once, for what holds, and none for what is off.

use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS, Millis};

use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::mail::{self, Content, Mail, Meeting, Recipient};

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
