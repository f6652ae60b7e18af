//! The HTTP of workspaces: settings and logo. Sign-up is with the accounts, because it makes an owner.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use zumodra_shared::access::Role;
use zumodra_shared::kernel::Code;

use super::actions::{self, SettingsPatch};
use super::address::Home;
use super::logo::{self, Logo};
use super::model::Tenant;
use crate::app::App;
use crate::error::Result;
use crate::http::extract::{Actor, Body, RawBody};

fn shown(app: &App, tenant: &Tenant) -> Value {
    json!({
        "id": tenant.id,
        "slug": tenant.slug,
        "name": tenant.name,
        "state": tenant.state,
        "settings": tenant.settings,
        "public_url": app.config().public_url(),
        "careers_url": Home::of(app.config(), tenant).address(""),
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
    administers(&actor)?;
    let tenant = actions::patch_settings(&app, actor.tenant(), patch).await?;
    Ok(Json(shown(&app, &tenant)))
}

/// The picture that is the workspace's logo.
///
/// # Errors
/// [`Code::NotFound`] where there is none.
pub async fn read_logo(State(app): State<App>, actor: Actor) -> Result<Response> {
    let tenant = actor.tenant();
    let logo = tenant.settings.careers_logo.as_ref().ok_or(Code::NotFound)?;
    let bytes = logo::bytes(&app, tenant, logo).await?;
    let media_type = HeaderValue::from_static(logo.kind.media_type());
    Ok(([(header::CONTENT_TYPE, media_type)], bytes).into_response())
}

/// Gives the workspace the logo that is the body, a PNG, JPEG or WebP picture.
///
/// # Errors
/// For all but owners and admins, and for what is no such picture or too large.
pub async fn put_logo(State(app): State<App>, actor: Actor, RawBody(bytes): RawBody) -> Result<Json<Logo>> {
    administers(&actor)?;
    Ok(Json(logo::put(&app, actor.tenant(), bytes).await?))
}

/// Takes the workspace's logo away.
///
/// # Errors
/// For all but owners and admins.
pub async fn remove_logo(State(app): State<App>, actor: Actor) -> Result<StatusCode> {
    administers(&actor)?;
    logo::remove(&app, actor.tenant()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether somebody runs the workspace.
///
/// # Errors
/// [`Code::Forbidden`] for all but owners and admins.
pub fn administers(actor: &Actor) -> Result<()> {
    if matches!(actor.role, Role::Owner | Role::Admin) { Ok(()) } else { Err(Code::Forbidden.into()) }
}
