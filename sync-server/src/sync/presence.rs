//! On which node a device is connected. The table is the truth, and the writer of every node judges by it.
//!
//! A replica may leave a connection, with pushes that are not judged yet, and open another on another node. What it then
//! does follows from the answers that it gets there, so nothing of the older connection may be accepted any more: the
//! newer one writes its node down before it is welcomed, and each writer asks, under the lock of the log's head, which of
//! the devices in its hands are elsewhere by now. Connections to the same node are told apart in its memory (`hub`).

use zumodra_shared::kernel::RecordId;

use super::store;
use crate::app::App;
use crate::doorbell::Ring;
use crate::error::Result;
use crate::tenants::Tenant;

/// A device says hello here: from now on it is here and nowhere else. Gives the head of the tenant's log.
///
/// # Errors
/// When the database cannot be read or written.
pub(super) async fn arrive(app: &App, tenant: &Tenant, device: RecordId) -> Result<u64> {
    let node = app.doorbell().node();
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let (head, at) = store::head_and_node(&mut tx, device).await?;
    if at != Some(node) {
        store::arrive(&mut tx, device, node).await?;
    }
    tx.commit().await?;
    if at.is_some_and(|at| at != node) {
        app.doorbell().ring(Ring::Arrived(tenant.id, device));
    }
    Ok(head.unsigned_abs())
}

/// Whether a device is connected to another node.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn is_elsewhere(app: &App, tenant: &Tenant, device: RecordId) -> Result<bool> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let (_, at) = store::head_and_node(&mut tx, device).await?;
    tx.commit().await?;
    Ok(at.is_some_and(|at| at != app.doorbell().node()))
}
