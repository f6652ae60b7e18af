//! The HTTP of erasure, for administrators.

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};

use super::actions::{self, Erasure, Erasures};
use crate::app::App;
use crate::error::Result;
use crate::http::extract::{Actor, PathId};

/// Every route of erasure, below `/api/v1`.
pub fn router() -> Router<App> {
    Router::new().route("/ats/candidates/{id}/erase/", post(erase)).route("/privacy/erasures/", get(list))
}

async fn erase(State(app): State<App>, actor: Actor, PathId(id): PathId) -> Result<Json<Erasure>> {
    Ok(Json(actions::erase(&app, &actor, actor.tenant(), id).await?))
}

async fn list(State(app): State<App>, actor: Actor) -> Result<Json<Erasures>> {
    Ok(Json(actions::list(&app, &actor, actor.tenant()).await?))
}
