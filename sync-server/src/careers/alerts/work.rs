//! Which alerts have something to tell, and the mails that tell it.

use std::sync::Arc;

use zumodra_shared::kernel::time::Millis;

use super::every::Every;
use super::store::{self, Alert};
use crate::app::App;
use crate::careers::board::{Board, board};
use crate::careers::job::PublicJob;
use crate::careers::listing::{Listing, Wanted};
use crate::careers::words::Language;
use crate::db::TenantTx;
use crate::error::Result;
use crate::limits::{ALERT_UNCONFIRMED_MS, MAX_ALERTED_JOBS};
use crate::mail::{self, Content, Mail, Recipient};
use crate::tenants::Tenant;

/// Alerts of one workspace that are looked at in one go.
const MAX_LOOKED_AT: i64 = 500;
/// How soon an alert may be looked at again that has nothing to tell: sooner than the next sweep, and after the others.
const LOOK_AGAIN_MS: Millis = 60_000;

/// Tells what is new to those who wait for it, and forgets what nobody confirmed.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn sweep(app: &App, tenant: &Arc<Tenant>) -> Result<()> {
    let now = app.now();
    let mut tx = app.db().tenant(&tenant.schema).await?;
    store::forget_unconfirmed(&mut tx, now - ALERT_UNCONFIRMED_MS).await?;
    let due = store::due(&mut tx, now, MAX_LOOKED_AT).await?;
    if !due.is_empty() {
        let board = board(app, tenant).await?;
        for alert in due {
            tell(app, &mut tx, &board, alert, now).await?;
        }
    }
    tx.commit().await?;
    app.mail().ring();
    Ok(())
}

fn published(public: &PublicJob) -> Millis {
    public.job.published_at.map_or(0, |at| at.0)
}

async fn tell(app: &App, tx: &mut TenantTx, board: &Board, alert: Alert, now: Millis) -> Result<()> {
    let every = Every::of(&alert.every);
    let language = Language::of_tag(&alert.language).unwrap_or(Language::En);
    let listing = Listing::of(board, &Wanted::read(Some(&alert.wanted)), language);
    let mut new: Vec<&PublicJob> = listing.hits.iter().map(|hit| hit.public).collect();
    new.retain(|public| published(public) > alert.told_until);
    let Some(last) = new.iter().map(|public| published(public)).max() else {
        store::told(tx, alert.id, alert.told_until, now + LOOK_AGAIN_MS).await?;
        return Ok(());
    };
    let more = new.len().saturating_sub(MAX_ALERTED_JOBS);
    let jobs = new.iter().take(MAX_ALERTED_JOBS).map(|public| {
        let parts = [public.job.title.clone(), public.place()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    });
    let told = Mail {
        event_key: format!("job_alert/{}/{}", alert.id, alert.told_until),
        to: Recipient { address: alert.address, name: String::new() },
        language: alert.language,
        content: Content::JobAlert { alert_id: alert.id, wanted: alert.wanted, jobs: jobs.collect(), more },
        about: None,
        attachments: Vec::new(),
        due_at: None,
        worth_ms: every.worth_ms(),
    };
    mail::enqueue(app, tx, &told).await?;
    store::told(tx, alert.id, last, now + every.ms().max(LOOK_AGAIN_MS)).await?;
    Ok(())
}
