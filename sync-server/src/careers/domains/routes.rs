//! The HTTP of claims, for owners and admins, and the question of reverse proxies for which hosts they may have
//! certificates.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::actions::{self, Shown};
use crate::app::App;
use crate::error::Result;
use crate::http::extract::{Actor, Body, PathId, Query};
use crate::tenants::{self, State as TenantState};

/// The routes of claims, below `/api/v1`.
pub fn router() -> Router<App> {
    Router::new()
        .route("/tenants/current/domains/", get(list).post(claim))
        .route("/tenants/current/domains/{id}/", delete(remove))
        .route("/tenants/current/domains/{id}/check/", post(check))
}

/// A host to claim.
#[derive(Debug, Deserialize)]
struct Wanted {
    host: String,
}

/// # Errors
/// For all but owners and admins.
async fn list(State(app): State<App>, actor: Actor) -> Result<Json<Value>> {
    tenants::routes::administers(&actor)?;
    let claims = actions::list(&app, actor.tenant_id).await?;
    Ok(Json(json!({ "count": claims.len(), "results": claims })))
}

/// # Errors
/// For all but owners and admins, and for what cannot be claimed.
async fn claim(
    State(app): State<App>,
    actor: Actor,
    Body(wanted): Body<Wanted>,
) -> Result<(StatusCode, Json<Shown>)> {
    tenants::routes::administers(&actor)?;
    Ok((StatusCode::CREATED, Json(actions::claim(&app, actor.tenant_id, &wanted.host).await?)))
}

/// # Errors
/// For all but owners and admins, and for what is no claim of the workspace.
async fn check(State(app): State<App>, actor: Actor, PathId(id): PathId) -> Result<Json<Shown>> {
    tenants::routes::administers(&actor)?;
    Ok(Json(actions::check(&app, actor.tenant_id, id).await?))
}

/// # Errors
/// For all but owners and admins, and for what is no claim of the workspace.
async fn remove(State(app): State<App>, actor: Actor, PathId(id): PathId) -> Result<StatusCode> {
    tenants::routes::administers(&actor)?;
    actions::remove(&app, actor.tenant_id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a reverse proxy asks.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    domain: String,
}

/// Whether a host leads to a workspace, so that a certificate for it is worth having: 200, else 404.
pub async fn certificate(State(app): State<App>, Query(asked): Query<Asked>) -> Result<StatusCode> {
    let tenant = tenants::from_host(&app, &asked.domain).await?;
    let is_served = tenant.is_some_and(|tenant| tenant.state == TenantState::Active);
    Ok(if is_served { StatusCode::OK } else { StatusCode::NOT_FOUND })
}
