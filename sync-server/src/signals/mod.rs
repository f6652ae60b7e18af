//! What this process and others must hear of each other: a member changed, a device ended, a workspace was suspended or
//! has another address.
//!
//! A signal is written in the transaction of its cause, and every server reads the signals of the last seconds: at once
//! when another node rings (`doorbell`), and every second without. So a command beside a running server is heard within
//! a second, another node within milliseconds, and no signal is lost to a crash.

mod store;

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::postgres::PgConnection;
use tokio::sync::Notify;
use zumodra_shared::kernel::RecordId;

use crate::app::{App, DomainEvent};
use crate::doorbell::Ring;
use crate::error::Result;

/// How often signals of others are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Signals that are remembered as heard; far more than the window of a look can hold.
const MAX_HEARD: usize = 100_000;

/// The signals that this process sent or heard.
#[derive(Debug, Default)]
pub struct Signals {
    heard: Mutex<BTreeSet<i64>>,
    /// Somebody wrote one.
    rung: Notify,
}

impl Signals {
    /// Remembers a signal; false when it is remembered already.
    fn hear(&self, id: i64) -> bool {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.len() >= MAX_HEARD {
            // The oldest have left the window long ago.
            heard.pop_first();
        }
        heard.insert(id)
    }
}

const fn parts(event: DomainEvent) -> (&'static str, RecordId, RecordId) {
    match event {
        DomainEvent::MemberChanged { tenant_id, user_id } => ("member", tenant_id, user_id),
        DomainEvent::DeviceEnded { tenant_id, device_id, revoked: true } => {
            ("device-revoked", tenant_id, device_id)
        }
        DomainEvent::DeviceEnded { tenant_id, device_id, revoked: false } => {
            ("device-ended", tenant_id, device_id)
        }
        DomainEvent::TenantSuspended { tenant_id } => ("tenant-suspended", tenant_id, tenant_id),
        DomainEvent::TenantChanged { tenant_id } => ("tenant-changed", tenant_id, tenant_id),
    }
}

fn event(topic: &str, tenant_id: RecordId, subject: RecordId) -> Option<DomainEvent> {
    Some(match topic {
        "member" => DomainEvent::MemberChanged { tenant_id, user_id: subject },
        "device-revoked" => DomainEvent::DeviceEnded { tenant_id, device_id: subject, revoked: true },
        "device-ended" => DomainEvent::DeviceEnded { tenant_id, device_id: subject, revoked: false },
        "tenant-suspended" => DomainEvent::TenantSuspended { tenant_id },
        "tenant-changed" => DomainEvent::TenantChanged { tenant_id },
        _ => return None,
    })
}

/// Writes a signal in the transaction of its cause. This process is told with [`tell`] after the commit.
///
/// # Errors
/// When the database cannot be written.
pub async fn record(app: &App, connection: &mut PgConnection, event: DomainEvent) -> Result<()> {
    let (topic, tenant_id, subject) = parts(event);
    let id = store::insert(connection, topic, tenant_id, subject).await?;
    app.signals().hear(id);
    Ok(())
}

/// Tells everybody of an event whose signal is committed: this process, and the other nodes.
pub fn tell(app: &App, event: DomainEvent) {
    act(app, event);
    app.doorbell().ring(Ring::Signals);
}

/// Looks for signals of others now rather than in a second.
pub fn look_now(app: &App) {
    app.signals().rung.notify_one();
}

/// Acts on an event in this process: what was believed is forgotten, and who listens is told.
fn act(app: &App, event: DomainEvent) {
    match event {
        DomainEvent::MemberChanged { user_id, .. } => app.sessions().forget_user(user_id),
        DomainEvent::DeviceEnded { device_id, .. } => app.sessions().forget_device(device_id),
        DomainEvent::TenantSuspended { tenant_id } | DomainEvent::TenantChanged { tenant_id } => {
            app.tenants().forget(tenant_id);
            app.sessions().forget_tenant(tenant_id);
        }
    }
    app.tell(event);
}

/// Reads the signals of others and acts on those that are new.
///
/// # Errors
/// When the database cannot be read.
pub async fn listen(app: &App) -> Result<()> {
    for signal in recent(app).await? {
        if app.signals().hear(signal.id)
            && let Some(event) = event(&signal.topic, signal.tenant_id, signal.subject)
        {
            act(app, event);
        }
    }
    Ok(())
}

async fn recent(app: &App) -> Result<Vec<store::Signal>> {
    let mut tx = app.db().public().await?;
    let signals = store::recent(&mut tx).await?;
    tx.commit().await?;
    Ok(signals)
}

/// Starts listening. What was signalled before is not heard: whoever starts after this reads the whole state.
///
/// # Errors
/// When the database cannot be read.
pub async fn start(app: &App) -> Result<()> {
    for signal in recent(app).await? {
        app.signals().hear(signal.id);
    }
    let listening = app.clone();
    app.tasks().spawn(async move {
        loop {
            tokio::select! {
                () = listening.shutdown().cancelled() => return,
                () = listening.signals().rung.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            if let Err(error) = listen(&listening).await {
                tracing::warn!(%error, "could not look for signals");
            }
        }
    });
    Ok(())
}

/// Forgets signals that every node has heard.
///
/// # Errors
/// When the database cannot be written.
pub async fn sweep(app: &App) -> Result<()> {
    let mut tx = app.db().public().await?;
    store::sweep(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}
