//! Trimming of the log: what was committed long ago is in the documents, history and all, and nobody needs its rows.
//!
//! The horizon says how far a log was trimmed. A replica that was away for longer than that is sent whole documents where
//! others are sent changes, keeps what it has not pushed, and goes on. What left a scope is never trimmed: a replica must
//! hear of it however late it comes back. Who made a change and when is kept beside its document: the document does not
//! say it.

use std::collections::{BTreeMap, BTreeSet};

use zumodra_shared::history::{ChangeName, Stamps};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::registry;
use zumodra_shared::sync::chunk;
use zumodra_shared::sync::document::Document;
use zumodra_shared::sync::wire::Stamp;

use super::store::{self, DroppedRow};
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::tenants::{self, Tenant};

/// Rows of one step: the tenant's writer waits that long.
const STEP: i64 = 2_000;
/// Chunks that a document which rests may have: with fewer, one chunk is hardly smaller, and is dearer to read.
const MAX_CHUNKS_AT_REST: usize = 8;

/// What a trimming did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trimmed {
    /// Rows that were dropped from the log.
    pub dropped: u64,
    /// Documents that were brought into one chunk.
    pub condensed: u64,
}

/// Drops the rows of a tenant's log from before an instant, and condenses the documents that they belong to.
///
/// # Errors
/// When the database cannot be written; what was done before stays done.
pub async fn trim(app: &App, tenant: &Tenant, before: Millis) -> Result<Trimmed> {
    let mut trimmed = Trimmed::default();
    let mut resting = BTreeSet::new();
    loop {
        let mut tx = app.db().tenant(&tenant.schema).await?;
        let dropped = store::trim(&mut tx, before, STEP).await?;
        keep_stamps(&mut tx, &dropped).await?;
        tx.commit().await?;
        let step = i64::try_from(dropped.len()).unwrap_or(i64::MAX);
        trimmed.dropped += step.unsigned_abs();
        resting.extend(dropped.iter().map(|row| row.doc));
        if step < STEP {
            break;
        }
    }
    for doc in resting {
        trimmed.condensed += u64::from(condense(app, tenant, doc).await?);
    }
    Ok(trimmed)
}

/// Keeps by whom and when dropped changes were made. Of the first change of a document the record itself says it; of log
/// entries nobody asks.
async fn keep_stamps(tx: &mut TenantTx, dropped: &[DroppedRow]) -> Result<()> {
    let mut stamped: BTreeMap<RecordId, Vec<(ChangeName, Stamp)>> = BTreeMap::new();
    for row in dropped {
        if let Some(name) = ChangeName::read(&row.body) {
            stamped.entry(row.doc).or_default().push((name, Stamp { at: row.at, by: row.author }));
        }
    }
    let docs: Vec<RecordId> = stamped.keys().copied().collect();
    if docs.is_empty() {
        return Ok(());
    }
    let held = store::hold_stamps(tx, &docs).await?;
    let kept: Vec<(RecordId, Vec<u8>)> = stamped
        .into_iter()
        .map(|(doc, new)| {
            let mut stamps = Stamps::kept(held.get(&doc).and_then(|bytes| bytes.as_deref()));
            new.into_iter().for_each(|(name, stamp)| stamps.append(name, stamp));
            (doc, stamps.encode())
        })
        .collect();
    Ok(store::keep_stamps(tx, &kept).await?)
}

/// Brings a document into one chunk, unless it is changed meanwhile or is better left as it is.
async fn condense(app: &App, tenant: &Tenant, doc: RecordId) -> Result<bool> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let Some(row) = store::documents(&mut tx, &[doc]).await?.pop() else { return Ok(false) };
    let is_entry = registry::by_code(u16::try_from(row.kind).unwrap_or_default()).is_none_or(|def| def.entry);
    let chunks = chunk::chunks(&row.saved).map_or(0, |chunks| chunks.len());
    if is_entry || chunks <= MAX_CHUNKS_AT_REST {
        return Ok(false);
    }
    let (bytes, seq) = (row.saved.len(), row.seq);
    let condensed = tokio::task::spawn_blocking(move || {
        Document::stored(row.saved).and_then(Document::condensed).map(Document::into_saved)
    });
    // One that does not load is left as it is; the writer says so when it meets it.
    let Ok(Ok(saved)) = condensed.await else { return Ok(false) };
    let done = saved.len() < bytes && store::replace_saved(&mut tx, doc, seq, &saved).await?;
    tx.commit().await?;
    Ok(done)
}

/// Trims the logs of all tenants to what the configuration keeps.
///
/// # Errors
/// As [`trim`].
pub async fn sweep(app: &App) -> Result<()> {
    let before = app.now() - app.config().log_ms();
    for tenant in tenants::actions::list(app).await? {
        let trimmed = trim(app, &tenant, before).await?;
        if trimmed != Trimmed::default() {
            tracing::info!(tenant = %tenant.id, ?trimmed, "the log was trimmed");
        }
    }
    Ok(())
}
