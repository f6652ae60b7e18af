//! The HTTP of mail: the outbox of a workspace, for its administrators.

use axum::Json;
use axum::extract::{OriginalUri, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::actions;
use crate::app::App;
use crate::error::Result;
use crate::http::extract::{Actor, PathId, Query};
use crate::http::page::{Page, PageQuery};

/// Which mails.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct MailQuery {
    state: Option<String>,
    page: Option<i64>,
    page_size: Option<i64>,
}

/// The mails, and whether a mail server is set.
///
/// # Errors
/// See [`actions::list`].
pub async fn list(
    State(app): State<App>,
    actor: Actor,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<MailQuery>,
) -> Result<Json<Value>> {
    let page = Page::of(&PageQuery { page: query.page, page_size: query.page_size })?;
    let (count, mails) = actions::list(&app, &actor, actor.tenant(), query.state.as_deref(), &page).await?;
    let mut body = page.answer(&app, &uri, count, &mails);
    body["configured"] = actions::is_configured(&app).into();
    Ok(Json(body))
}

/// One mail with its text.
///
/// # Errors
/// See [`actions::one`].
pub async fn one(State(app): State<App>, actor: Actor, PathId(id): PathId) -> Result<Json<Value>> {
    let (mail, text) = actions::one(&app, &actor, actor.tenant(), id).await?;
    let mut body = json!(mail);
    body["text"] = json!(text);
    Ok(Json(body))
}

/// Tries a mail again.
///
/// # Errors
/// See [`actions::retry`].
pub async fn retry(State(app): State<App>, actor: Actor, PathId(id): PathId) -> Result<Json<Value>> {
    Ok(Json(json!(actions::retry(&app, &actor, actor.tenant(), id).await?)))
}

/// Takes a mail back.
///
/// # Errors
/// See [`actions::cancel`].
pub async fn cancel(State(app): State<App>, actor: Actor, PathId(id): PathId) -> Result<Json<Value>> {
    Ok(Json(json!(actions::cancel(&app, &actor, actor.tenant(), id).await?)))
}
