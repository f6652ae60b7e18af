//! Asks a candidate by mail which of several times suits them, in the transaction in which they are offered. Where they
//! choose is a page of the workspace; what is booked there goes the way of every interview.

use zumodra_shared::ats::{Interview, InterviewStatus, rules, stage_of};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use super::store;
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::limits::MIN_INTERVIEW_MAIL_MS;
use crate::mail::{self, Content, Mail, Recipient};
use crate::tenants::Tenant;

/// Digits of a hash that are kept.
const HASH_DIGITS: usize = 32;

/// What an interview offers, and to whom.
pub struct Asked<'a> {
    /// Which one.
    pub id: RecordId,
    /// The interview.
    pub interview: &'a Interview,
    /// Whether it is deleted.
    pub deleted: bool,
}

/// Asks, unless that was asked before; takes back what waits still and does not hold any more.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn tell(app: &App, tenant: &Tenant, tx: &mut TenantTx, asked: &Asked<'_>) -> Result<()> {
    let Asked { id, interview, deleted } = asked;
    if interview.offered_times.0.is_empty() && interview.status != InterviewStatus::Proposed {
        return Ok(());
    }
    let candidate = interview.candidate_id.record();
    let offered = interview.offered(app.now());
    let is_open = interview.status == InterviewStatus::Proposed && !deleted;
    let (Some(last), true) = (offered.last(), is_open) else {
        return take_back(app, tx, *id, candidate, "").await;
    };
    let people = store::records(tx, &[candidate, interview.job_id.record()]).await?;
    let text = |id: RecordId, name: &str| {
        let stored = people.iter().find(|stored| stored.doc == id && !stored.deleted);
        let value = stored.and_then(|stored| stored.fields.0.get(name)).and_then(serde_json::Value::as_str);
        value.map(str::to_owned)
    };
    // Nobody is asked who is not there any more, or whose application is over.
    let is_over = is_over(tx, interview.application_id.record()).await?;
    let Some(first_name) = text(candidate, "first_name").filter(|_| !is_over) else {
        return take_back(app, tx, *id, candidate, "").await;
    };
    let address = store::address_of(tx, candidate).await?;
    let Some(address) = address else { return take_back(app, tx, *id, candidate, "").await };
    let round = store::round(tx, *id).await?;
    let key = format!("{}{}", prefix(*id), hash((&address, round), interview.minutes, &interview.offered(0)));
    take_back(app, tx, *id, candidate, &key).await?;
    let told = Mail {
        event_key: key.clone(),
        to: Recipient { address, name: String::new() },
        language: tenant.settings.language.clone(),
        content: Content::InterviewTimes {
            interview_id: *id,
            first_name,
            job_title: text(interview.job_id.record(), "title").unwrap_or_default(),
            message: interview.message.clone(),
        },
        about: Some(candidate),
        attachments: Vec::new(),
        due_at: None,
        worth_ms: last.saturating_sub(app.now()).max(MIN_INTERVIEW_MAIL_MS),
    };
    if !mail::enqueue(app, tx, &told).await? {
        // Offered, taken back before it went out, and offered again.
        mail::revive(app, tx, &key).await?;
    }
    Ok(())
}

fn prefix(interview: RecordId) -> String {
    format!("interview_times/{interview}/")
}

async fn take_back(
    app: &App,
    tx: &mut TenantTx,
    interview: RecordId,
    candidate: RecordId,
    but: &str,
) -> Result<()> {
    mail::cancel_about(app, tx, candidate, (&prefix(interview), but)).await
}

/// Whether an application is gone, or in a stage in which it is over.
async fn is_over(tx: &mut TenantTx, application: RecordId) -> Result<bool> {
    let found = store::records(tx, &[application]).await?.pop().filter(|stored| !stored.deleted);
    let Some(application) = found.map(|stored| stored.fields.0) else { return Ok(true) };
    let Ok(pipeline) = rules::text(&application, "pipeline_id").parse() else { return Ok(false) };
    let pipeline = store::records(tx, &[pipeline]).await?.pop().map(|stored| stored.fields.0);
    Ok(pipeline.is_some_and(|pipeline| stage_of(&application, &pipeline).is_closed()))
}

/// The hash of what somebody is asked: who gets another address, whom other times are offered, and whom they are offered
/// once more after one of them was called off, is asked again.
fn hash((address, round): (&str, i32), minutes: i64, offered: &[Millis]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(&round.to_le_bytes())
        .update(address.as_bytes())
        .update(b"\n")
        .update(&minutes.to_le_bytes());
    for at in offered {
        hasher.update(&at.to_le_bytes());
    }
    hasher.finalize().to_hex()[..HASH_DIGITS].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_times_another_length_and_another_address_are_asked_anew() {
        let asked = hash(("a@x", 0), 30, &[1, 2]);
        assert_eq!(asked, hash(("a@x", 0), 30, &[1, 2]));
        for other in [
            hash(("b@x", 0), 30, &[1, 2]),
            hash(("a@x", 2), 30, &[1, 2]),
            hash(("a@x", 0), 45, &[1, 2]),
            hash(("a@x", 0), 30, &[1]),
        ] {
            assert_ne!(asked, other);
        }
    }
}
