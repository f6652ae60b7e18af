//! The HTTP of erasure, for administrators, and of asking whether somebody may be kept.

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};

use super::actions::{self, Erasure, Erasures};
use crate::app::App;
use crate::careers::consent;
use crate::error::Result;
use crate::http::extract::{Actor, PathId};

/// Every route of erasure, below `/api/v1`.
pub fn router() -> Router<App> {
    Router::new()
        .route("/ats/candidates/{id}/erase/", post(erase))
        .route("/ats/candidates/{id}/ask_consent/", post(ask_consent))
        .route("/privacy/erasures/", get(list))
}

async fn ask_consent(
    State(app): State<App>,
    actor: Actor,
    PathId(id): PathId,
) -> Result<Json<consent::Asked>> {
    Ok(Json(consent::ask(&app, &actor, id).await?))
}

async fn erase(State(app): State<App>, actor: Actor, PathId(id): PathId) -> Result<Json<Erasure>> {
    Ok(Json(actions::erase(&app, &actor, actor.tenant(), id).await?))
}

async fn list(State(app): State<App>, actor: Actor) -> Result<Json<Erasures>> {
    Ok(Json(actions::list(&app, &actor, actor.tenant()).await?))
}
