//! Mirrors memberships into the replicated directory: a `members` record per person, written by the server alone.
//!
//! At the start, and whenever this task fell behind, everything is compared; in between each change is followed. What
//! is equal already is not written, so comparing costs no log.

use std::sync::Arc;

use tokio::sync::broadcast::error::RecvError;
use zumodra_shared::access::Principal;
use zumodra_shared::accounts::Member as MemberRecord;
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::{Edit, Entity as _};

use super::directory;
use super::model::Member;
use crate::app::{App, DomainEvent};
use crate::error::Result;
use crate::sync::hub::Wake;
use crate::sync::writer::{self, ServerEdit};
use crate::tenants::{self, State, Tenant};

/// Starts following.
pub fn start(app: &App) {
    let mut events = app.events();
    let following = app.clone();
    app.tasks().spawn(async move {
        compare_all(&following).await;
        loop {
            let event = tokio::select! {
                () = following.shutdown().cancelled() => return,
                event = events.recv() => event,
            };
            match event {
                Ok(event) => follow(&following, event).await,
                Err(RecvError::Lagged(_)) => compare_all(&following).await,
                Err(RecvError::Closed) => return,
            }
        }
    });
}

async fn follow(app: &App, event: DomainEvent) {
    match event {
        DomainEvent::MemberChanged { tenant_id, user_id } => {
            if let Err(error) = member_changed(app, tenant_id, user_id).await {
                tracing::error!(%tenant_id, %user_id, %error, "a member could not be mirrored");
            }
            app.hub().wake(tenant_id, Wake::People(Arc::new(vec![user_id])));
        }
        DomainEvent::DeviceEnded { tenant_id, device_id, .. } => {
            app.hub().wake(tenant_id, Wake::Device(device_id));
        }
        DomainEvent::TenantSuspended { tenant_id } => app.hub().wake(tenant_id, Wake::Everybody),
        DomainEvent::TenantChanged { .. } => {}
    }
}

async fn member_changed(app: &App, tenant_id: RecordId, user_id: RecordId) -> Result<()> {
    let Some(tenant) = tenants::by_id(app, tenant_id).await? else { return Ok(()) };
    if let Some(member) = directory::entry(app, tenant_id, user_id).await? {
        write(app, &tenant, &member).await?;
    }
    Ok(())
}

async fn compare_all(app: &App) {
    let tenants = match tenants::actions::list(app).await {
        Ok(tenants) => tenants,
        Err(error) => return tracing::error!(%error, "the workspaces could not be listed"),
    };
    for tenant in tenants.into_iter().filter(|tenant| tenant.state == State::Active).map(Arc::new) {
        if app.shutdown().is_cancelled() {
            return;
        }
        if let Err(error) = compare(app, &tenant).await {
            tracing::error!(tenant = %tenant.id, %error, "the directory could not be compared");
        }
    }
}

async fn compare(app: &App, tenant: &Arc<Tenant>) -> Result<()> {
    for member in directory::entries(app, tenant.id).await? {
        write(app, tenant, &member).await?;
    }
    Ok(())
}

/// Writes one member's record; edits that change nothing write nothing.
async fn write(app: &App, tenant: &Arc<Tenant>, member: &Member) -> Result<()> {
    let edits = vec![
        Edit::set("name", member.name.as_str()),
        Edit::set("email", member.email.as_str()),
        Edit::set("role", member.role.name()),
        Edit::set("job_title", member.job_title.as_str()),
        Edit::set("is_active", member.is_active),
    ];
    let edit = |create| ServerEdit {
        def: &MemberRecord::DEF,
        id: member.user_id,
        edits: edits.clone(),
        create,
        principal: Principal::server(tenant.id),
    };
    match writer::edit(app, tenant, vec![edit(false)], None).await {
        Err(error) if error.code() == Code::NotFound => {
            match writer::edit(app, tenant, vec![edit(true)], None).await {
                // Another node was first.
                Err(error) if error.code() == Code::AlreadyExists => {
                    writer::edit(app, tenant, vec![edit(false)], None).await
                }
                done => done,
            }
        }
        done => done,
    }
}
