//! Devices: everybody sees and revokes their own, administrators all of the workspace.

use zumodra_shared::access::Principal;
use zumodra_shared::kernel::{Code, RecordId};

use super::model::Device;
use super::sessions::administers;
use super::store;
use crate::app::{App, DomainEvent};
use crate::error::Result;
use crate::http::page::Page;
use crate::signals;

/// The devices of a person, or of everybody for an administrator who asks.
///
/// # Errors
/// [`Code::Forbidden`] when somebody else asks for everybody's.
pub async fn list(app: &App, by: &Principal, everybody: bool, page: &Page) -> Result<(i64, Vec<Device>)> {
    if everybody && !administers(by.role) {
        return Err(Code::Forbidden.into());
    }
    let whose = (!everybody).then_some(by.user_id);
    let mut tx = app.db().public().await?;
    let count = store::devices::count(&mut tx, by.tenant_id, whose).await?;
    let devices = store::devices::page(&mut tx, by.tenant_id, whose, page.offset(), page.limit()).await?;
    tx.commit().await?;
    Ok((count, devices))
}

/// Those of some devices of a workspace that are known, revoked or not.
///
/// # Errors
/// When the database cannot be read.
pub async fn among(app: &App, tenant_id: RecordId, ids: &[RecordId]) -> Result<Vec<Device>> {
    let mut tx = app.db().public().await?;
    let devices = store::devices::among(&mut tx, tenant_id, ids).await?;
    tx.commit().await?;
    Ok(devices)
}

/// Revokes a device: it is refused at once, and wipes its replica at its next contact.
///
/// # Errors
/// [`Code::NotFound`] for a device that is not there or not theirs to revoke.
pub async fn revoke(app: &App, by: &Principal, device_id: RecordId) -> Result<()> {
    let (tenant_id, now) = (by.tenant_id, app.now());
    let mut tx = app.db().public().await?;
    let device = store::devices::one(&mut tx, tenant_id, device_id).await?.ok_or(Code::NotFound)?;
    if device.user_id != by.user_id && !administers(by.role) {
        return Err(Code::NotFound.into());
    }
    let actor = (!by.is_server()).then_some(by.user_id);
    store::devices::revoke(&mut tx, device_id, actor, now).await?;
    store::tokens::revoke_device(&mut tx, device_id, now).await?;
    let event = DomainEvent::DeviceEnded { tenant_id, device_id, revoked: true };
    signals::record(app, &mut tx, event).await?;
    tx.commit().await?;
    signals::tell(app, event);
    Ok(())
}
