//! Trimming of the log: what was committed long ago is in the documents, history and all, and nobody needs its rows.
//!
//! The horizon says how far a log was trimmed. A replica that was away for longer than that is sent whole documents where
//! others are sent changes, keeps what it has not pushed, and goes on. What left a scope is never trimmed: a replica must
//! hear of it however late it comes back.

use zumodra_shared::kernel::time::Millis;

use super::store;
use crate::app::App;
use crate::error::Result;
use crate::tenants::{self, Tenant};

/// Rows of one step: the tenant's writer waits that long.
const STEP: i64 = 2_000;

/// Drops the rows of a tenant's log from before an instant. Says how many.
///
/// # Errors
/// When the database cannot be written; what was dropped before stays dropped.
pub async fn trim(app: &App, tenant: &Tenant, before: Millis) -> Result<u64> {
    let mut dropped = 0;
    loop {
        let mut tx = app.db().tenant(&tenant.schema).await?;
        let step = store::trim(&mut tx, before, STEP).await?;
        tx.commit().await?;
        dropped += step.unsigned_abs();
        if step < STEP {
            return Ok(dropped);
        }
    }
}

/// Trims the logs of all tenants to what the configuration keeps.
///
/// # Errors
/// As [`trim`].
pub async fn sweep(app: &App) -> Result<()> {
    let before = app.now() - app.config().log_ms();
    for tenant in tenants::actions::list(app).await? {
        let dropped = trim(app, &tenant, before).await?;
        if dropped > 0 {
            tracing::info!(tenant = %tenant.id, dropped, "the log was trimmed");
        }
    }
    Ok(())
}
