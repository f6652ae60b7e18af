//! What a new workspace starts with: each domain gives it something, once.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::broadcast::error::RecvError;
use zumodra_shared::kernel::RecordId;

use super::{State, Tenant, actions, by_id};
use crate::app::{App, DomainEvent};
use crate::error::Result;

/// Gives a workspace what it starts with, unless it was given before.
pub type Provide = for<'a> fn(&'a App, &'a Arc<Tenant>) -> BoxFuture<'a, Result<()>>;

/// Gives every workspace what it starts with: those that are there, and each new one when its owner becomes a member.
pub fn start(app: &App, parts: &'static [Provide]) {
    let mut events = app.events();
    let app = app.clone();
    app.tasks().clone().spawn(async move {
        let mut done = BTreeSet::new();
        provide_all(&app, parts, &mut done).await;
        loop {
            let event = tokio::select! {
                () = app.shutdown().cancelled() => return,
                event = events.recv() => event,
            };
            match event {
                Ok(DomainEvent::MemberChanged { tenant_id, .. }) if !done.contains(&tenant_id) => {
                    match by_id(&app, tenant_id).await {
                        Ok(Some(tenant)) => provide(&app, parts, &tenant, &mut done).await,
                        Ok(None) => {}
                        Err(error) => {
                            tracing::error!(%tenant_id, %error, "a workspace could not be looked up")
                        }
                    }
                }
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => provide_all(&app, parts, &mut done).await,
                Err(RecvError::Closed) => return,
            }
        }
    });
}

async fn provide_all(app: &App, parts: &[Provide], done: &mut BTreeSet<RecordId>) {
    match actions::list(app).await {
        Ok(all) => {
            for tenant in all.into_iter().filter(|tenant| tenant.state == State::Active).map(Arc::new) {
                if !app.shutdown().is_cancelled() && !done.contains(&tenant.id) {
                    provide(app, parts, &tenant, done).await;
                }
            }
        }
        Err(error) => tracing::error!(%error, "the workspaces could not be listed"),
    }
}

async fn provide(app: &App, parts: &[Provide], tenant: &Arc<Tenant>, done: &mut BTreeSet<RecordId>) {
    for part in parts {
        if let Err(error) = part(app, tenant).await {
            tracing::error!(tenant = %tenant.id, %error, "a workspace could not be given what it starts with");
            return;
        }
    }
    done.insert(tenant.id);
}
