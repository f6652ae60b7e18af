//! The door from memberships to the replicated directory: who listens writes a `members` record for each change.

use zumodra_shared::kernel::RecordId;

use super::model::Member;
use super::store;
use crate::app::{App, DomainEvent};
use crate::db::PublicTx;
use crate::error::Result;
use crate::signals;

/// Members that are read at once.
const BATCH: i64 = 500;

/// Tells that a member is new or changed, after the transaction was committed. It also forgets what is believed about
/// the person, so the next request sees the change.
pub fn publish(app: &App, tenant_id: RecordId, user_id: RecordId) {
    signals::tell(app, DomainEvent::MemberChanged { tenant_id, user_id });
}

/// Writes down in the transaction of the change that a member is new or changed, for other processes.
///
/// # Errors
/// When the database cannot be written.
pub async fn record(app: &App, tx: &mut PublicTx, tenant_id: RecordId, user_id: RecordId) -> Result<()> {
    signals::record(app, tx, DomainEvent::MemberChanged { tenant_id, user_id }).await
}

/// One member as it is now, for the record that mirrors it.
///
/// # Errors
/// When the database cannot be read.
pub async fn entry(app: &App, tenant_id: RecordId, user_id: RecordId) -> Result<Option<Member>> {
    let mut tx = app.db().public().await?;
    let member = store::members::one(&mut tx, tenant_id, user_id).await?;
    tx.commit().await?;
    Ok(member)
}

/// Every member of a workspace as it is now: what a listener compares with at its start, or when it lagged.
///
/// # Errors
/// When the database cannot be read.
pub async fn entries(app: &App, tenant_id: RecordId) -> Result<Vec<Member>> {
    let mut tx = app.db().public().await?;
    let mut members = Vec::new();
    loop {
        let offset = i64::try_from(members.len()).unwrap_or(i64::MAX);
        let batch = store::members::page(&mut tx, tenant_id, offset, BATCH).await?;
        let is_last = batch.len() < usize::try_from(BATCH).unwrap_or_default();
        members.extend(batch);
        if is_last {
            break;
        }
    }
    tx.commit().await?;
    Ok(members)
}
