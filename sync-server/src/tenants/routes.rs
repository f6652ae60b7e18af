//! The HTTP of workspaces: settings. Sign-up is with the accounts, because it makes an owner.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use zumodra_shared::access::Role;
use zumodra_shared::kernel::Code;

use super::actions::{self, SettingsPatch};
use super::model::Tenant;
use crate::app::App;
use crate::error::Result;
use crate::http::extract::{Actor, Body};

fn shown(app: &App, tenant: &Tenant) -> Value {
    json!({
        "id": tenant.id,
        "slug": tenant.slug,
        "name": tenant.name,
        "state": tenant.state,
        "settings": tenant.settings,
        "public_url": app.config().public_url(),
    })
}

/// The signed-in person's workspace.
///
/// # Errors
/// Without a sign-in.
pub async fn current(State(app): State<App>, actor: Actor) -> Result<Json<Value>> {
    Ok(Json(shown(&app, actor.tenant())))
}

/// Changes the workspace's settings.
///
/// # Errors
/// For all but owners and admins, and for values that cannot be.
pub async fn patch(
    State(app): State<App>,
    actor: Actor,
    Body(patch): Body<SettingsPatch>,
) -> Result<Json<Value>> {
    if !matches!(actor.role, Role::Owner | Role::Admin) {
        return Err(Code::Forbidden.into());
    }
    let tenant = actions::patch_settings(&app, actor.tenant(), patch).await?;
    Ok(Json(shown(&app, &tenant)))
}
