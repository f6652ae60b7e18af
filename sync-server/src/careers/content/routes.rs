//! The HTTP of what a workspace says on its career pages, for owners and admins.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use zumodra_shared::kernel::Code;

use super::actions::{self, Showing};
use super::model::Content;
use super::{pictures, preview};
use crate::app::App;
use crate::error::Result;
use crate::http::extract::{Actor, Body, PathText, RawBody};
use crate::tenants::logo::Logo;
use crate::tenants::routes::administers;
use crate::tenants::{Home, Tenant};

/// The routes of what is said on career pages, below `/api/v1`.
pub fn router() -> Router<App> {
    Router::new()
        .route("/tenants/current/site/", get(read).put(save))
        .route("/tenants/current/site/pictures/", post(keep))
        .route("/tenants/current/site/pictures/{hash}/", get(picture))
}

/// What is to be said, in the place of the version that was read.
#[derive(Debug, Deserialize)]
struct Wanted {
    version: i32,
    content: Content,
}

fn told(app: &App, tenant: &Tenant, showing: &Showing) -> Value {
    let mut shown: Vec<&Logo> = showing.pictures.values().collect();
    shown.sort_by(|one, other| one.hash.cmp(&other.hash));
    json!({
        "version": showing.version,
        "content": showing.content,
        "pictures": shown,
        "url": Home::of(app.config(), tenant).address(""),
        "preview": preview::made(app, tenant.id),
    })
}

/// # Errors
/// For all but owners and admins.
async fn read(State(app): State<App>, actor: Actor) -> Result<Json<Value>> {
    administers(&actor)?;
    let showing = actions::read(&app, actor.tenant()).await?;
    Ok(Json(told(&app, actor.tenant(), &showing)))
}

/// # Errors
/// For all but owners and admins, for what cannot be said, and when somebody else changed it meanwhile.
async fn save(State(app): State<App>, actor: Actor, Body(wanted): Body<Wanted>) -> Result<Json<Value>> {
    administers(&actor)?;
    let showing = actions::save(&app, actor.tenant(), wanted.version, wanted.content).await?;
    Ok(Json(told(&app, actor.tenant(), &showing)))
}

/// # Errors
/// For all but owners and admins, and for what is no picture that is taken.
async fn keep(
    State(app): State<App>,
    actor: Actor,
    RawBody(bytes): RawBody,
) -> Result<(StatusCode, Json<Logo>)> {
    administers(&actor)?;
    Ok((StatusCode::CREATED, Json(pictures::keep(&app, actor.tenant(), bytes).await?)))
}

/// # Errors
/// For all but owners and admins, and for what is no picture of the workspace.
async fn picture(State(app): State<App>, actor: Actor, PathText(hash): PathText) -> Result<Response> {
    administers(&actor)?;
    let showing = actions::read(&app, actor.tenant()).await?;
    let picture = showing.pictures.get(&hash).ok_or(Code::NotFound)?;
    let bytes = pictures::bytes(&app, actor.tenant(), &hash).await?;
    let media_type = HeaderValue::from_static(picture.kind.media_type());
    Ok(([(header::CONTENT_TYPE, media_type)], bytes).into_response())
}
