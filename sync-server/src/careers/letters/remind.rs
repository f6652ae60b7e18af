//! A candidate who did not answer is reminded once before the last day, where who sent the offer wants that.

use sqlx::types::Json;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::{DAY_MS, Millis, rfc3339};

use super::store;
use super::terms::Terms;
use crate::app::App;
use crate::error::Result;
use crate::mail::{self, Content, Mail, Recipient};
use crate::tenants::{self, Tenant};

/// How long before its last day an offer is reminded of.
const BEFORE_MS: Millis = 2 * DAY_MS;
/// How long somebody has had a letter before they are reminded of it.
const AFTER_MS: Millis = DAY_MS;
/// How long such a mail is worth sending.
const WORTH_MS: Millis = DAY_MS;
/// Letters of one workspace at a time; the next sweep takes the others.
const MAX_REMINDED: i64 = 500;

/// What a reminder needs of a letter.
#[derive(sqlx::FromRow)]
pub(super) struct Due {
    id: RecordId,
    language: String,
    sent_to: String,
    terms: Json<Terms>,
}

/// What the mail is known by.
pub(super) fn event_key(letter: RecordId) -> String {
    format!("offer_reminder/{letter}")
}

/// Reminds candidates of offers that end soon. A letter is reminded of once, whichever node does it, and never once it is
/// answered: then it is not out any more, and a reminder that waits is taken back.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> Result<()> {
    let now = app.now();
    let day = |at: Millis| rfc3339(at).chars().take(10).collect::<String>();
    let (today, soon) = (day(now), day(now + BEFORE_MS));
    for tenant in tenants::actions::active(app).await? {
        // One workspace that fails keeps no other waiting.
        if let Err(error) = remind(app, &tenant, now, (today.as_str(), soon.as_str())).await {
            tracing::warn!(tenant = %tenant.id, %error, "could not remind the candidates of a workspace of their offers");
        }
    }
    app.mail().ring();
    Ok(())
}

/// Reminds the candidates of one workspace of offers that end between two days.
async fn remind(app: &App, tenant: &Tenant, now: Millis, days: (&str, &str)) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    for due in store::reminded(&mut tx, now, (now - AFTER_MS, days), MAX_REMINDED).await? {
        mail::enqueue(app, &mut tx, &reminder(due)).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn reminder(due: Due) -> Mail {
    let Terms { offer, candidate, first_name, .. } = due.terms.0;
    Mail {
        event_key: event_key(due.id),
        to: Recipient { address: due.sent_to, name: candidate },
        language: due.language,
        content: Content::OfferReminder {
            letter_id: due.id,
            first_name,
            title: offer.title,
            last_day: offer.expires_on.map(|day| day.0).unwrap_or_default(),
        },
        about: Some(offer.candidate_id.record()),
        attachments: Vec::new(),
        due_at: None,
        worth_ms: WORTH_MS,
    }
}
