//! What a new workspace starts with: the default pipeline.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::Pipeline;
use zumodra_shared::ats::pipeline_templates::{STANDARD, StageTemplate};
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::{Entity as _, Fields, edit::edits_for};

use crate::app::{App, DomainEvent};
use crate::error::Result;
use crate::sync::writer::{self, ServerEdit};
use crate::tenants::{self, State, Tenant};

/// Gives every workspace its default pipeline: those that are there, and each new one when its owner becomes a member.
pub fn start(app: &App) {
    let mut events = app.events();
    let app = app.clone();
    app.tasks().clone().spawn(async move {
        let mut done = BTreeSet::new();
        provide_all(&app, &mut done).await;
        loop {
            let event = tokio::select! {
                () = app.shutdown().cancelled() => return,
                event = events.recv() => event,
            };
            match event {
                Ok(DomainEvent::MemberChanged { tenant_id, .. }) if !done.contains(&tenant_id) => {
                    match tenants::by_id(&app, tenant_id).await {
                        Ok(Some(tenant)) => provide(&app, &tenant, &mut done).await,
                        Ok(None) => {}
                        Err(error) => {
                            tracing::error!(%tenant_id, %error, "a workspace could not be looked up")
                        }
                    }
                }
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => provide_all(&app, &mut done).await,
                Err(RecvError::Closed) => return,
            }
        }
    });
}

async fn provide_all(app: &App, done: &mut BTreeSet<RecordId>) {
    match tenants::actions::list(app).await {
        Ok(all) => {
            for tenant in all.into_iter().filter(|tenant| tenant.state == State::Active).map(Arc::new) {
                if !app.shutdown().is_cancelled() && !done.contains(&tenant.id) {
                    provide(app, &tenant, done).await;
                }
            }
        }
        Err(error) => tracing::error!(%error, "the workspaces could not be listed"),
    }
}

async fn provide(app: &App, tenant: &Arc<Tenant>, done: &mut BTreeSet<RecordId>) {
    match default_pipeline(app, tenant).await {
        Ok(()) => {
            done.insert(tenant.id);
        }
        Err(error) => tracing::error!(tenant = %tenant.id, %error, "the default pipeline could not be made"),
    }
}

/// Makes the default pipeline unless it was made before. Its id follows from the workspace's, so that it is made once.
///
/// # Errors
/// When it cannot be written.
pub async fn default_pipeline(app: &App, tenant: &Arc<Tenant>) -> Result<()> {
    let edit = ServerEdit {
        def: &Pipeline::DEF,
        id: default_pipeline_id(tenant.id),
        edits: edits_for(&Pipeline::DEF, &fields()),
        create: true,
        principal: Principal::server(tenant.id),
    };
    match writer::edit(app, tenant, vec![edit], None).await {
        Err(error) if error.code() == Code::AlreadyExists => Ok(()),
        done => done,
    }
}

/// The id of a workspace's default pipeline.
#[must_use]
pub fn default_pipeline_id(tenant_id: RecordId) -> RecordId {
    RecordId::new_v5(&tenant_id, b"default pipeline")
}

fn fields() -> Fields {
    let stages: Vec<Value> = STANDARD
        .iter()
        .enumerate()
        .map(|(at, StageTemplate { name, kind, target_days, color })| {
            json!({
                "id": format!("s{at}"), "name": name.en, "kind": kind.name(), "target_days": target_days, "color": color,
            })
        })
        .collect();
    let mut fields = Fields::new();
    fields.insert("name".to_owned(), json!("Default"));
    fields.insert("is_default".to_owned(), json!(true));
    fields.insert("stages".to_owned(), json!(stages));
    fields
}
