//! The HTTP of forms that were not taken, for owners and admins.

use axum::extract::{OriginalUri, State};
use axum::http::StatusCode;
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde_json::Value;

use super::actions::{self, Admitted};
use crate::app::App;
use crate::error::Result;
use crate::http::extract::{Actor, PathId, Query};
use crate::http::page::{Page, PageQuery};
use crate::tenants::routes::administers;

/// The routes, below `/api/v1`.
pub fn router() -> Router<App> {
    Router::new()
        .route("/careers/submissions/", get(list))
        .route("/careers/submissions/{id}/", delete(remove))
        .route("/careers/submissions/{id}/admit/", post(admit))
}

/// # Errors
/// For all but owners and admins, and for a page that cannot be.
async fn list(
    State(app): State<App>,
    actor: Actor,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<PageQuery>,
) -> Result<Json<Value>> {
    administers(&actor)?;
    let page = Page::of(&query)?;
    let (count, held) = actions::list(&app, actor.tenant(), &page).await?;
    Ok(Json(page.answer(&app, &uri, count, &held)))
}

/// # Errors
/// For all but owners and admins, and for what is not there any more.
async fn admit(State(app): State<App>, actor: Actor, PathId(id): PathId) -> Result<Json<Admitted>> {
    administers(&actor)?;
    Ok(Json(actions::admit(&app, actor.tenant(), actor.user_id, id).await?))
}

/// # Errors
/// For all but owners and admins, and for what is not there any more.
async fn remove(State(app): State<App>, actor: Actor, PathId(id): PathId) -> Result<StatusCode> {
    administers(&actor)?;
    actions::drop_one(&app, actor.tenant(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
