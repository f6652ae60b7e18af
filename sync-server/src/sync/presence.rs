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

/// What is known of the log when a device says hello.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Arrival {
    /// The head of the tenant's log.
    pub head: u64,
    /// The place of an erasure that the device is not known to have reached; 0 for none.
    pub erasure: u64,
}

/// A device says hello here: from now on it is here and nowhere else.
///
/// # Errors
/// When the database cannot be read or written.
pub(super) async fn arrive(app: &App, tenant: &Tenant, device: RecordId) -> Result<Arrival> {
    let node = app.doorbell().node();
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let store::PresenceRow { head, node: at, reached, erased } = store::presence(&mut tx, device).await?;
    if at != Some(node) {
        store::arrive(&mut tx, device, node).await?;
    }
    tx.commit().await?;
    if at.is_some_and(|at| at != node) {
        app.doorbell().ring(Ring::Arrived(tenant.id, device));
    }
    let erasure = if reached < erased { erased.unsigned_abs() } else { 0 };
    Ok(Arrival { head: head.unsigned_abs(), erasure })
}

/// A device has done everything that the log says up to a place.
///
/// # Errors
/// When the database cannot be written.
pub(super) async fn reached(app: &App, tenant: &Tenant, device: RecordId, place: u64) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    store::note_reached(&mut tx, device, place.cast_signed()).await?;
    Ok(tx.commit().await?)
}

/// Whether a device is connected to another node.
///
/// # Errors
/// When the database cannot be read.
pub(super) async fn is_elsewhere(app: &App, tenant: &Tenant, device: RecordId) -> Result<bool> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let at = store::presence(&mut tx, device).await?.node;
    tx.commit().await?;
    Ok(at.is_some_and(|at| at != app.doorbell().node()))
}
