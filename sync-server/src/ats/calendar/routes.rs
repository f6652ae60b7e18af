//! The HTTP of calendars: who was told of an interview, and the feed of a person.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use zumodra_shared::kernel::time::rfc3339;

use super::feed;
use super::plan::Audience;
use super::store::{self, Shown};
use crate::app::App;
use crate::ats::resources::INTERVIEWS;
use crate::error::Result;
use crate::http::extract::{Actor, PathId, PathText};
use crate::http::resource::actions;

/// What a feed is.
const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";
/// It is one person's, and is asked about again each time.
const CACHE: &str = "private, no-cache";
/// Digits of a tag.
const TAG_DIGITS: usize = 32;

/// Who was told of an interview, and what they answered.
///
/// # Errors
/// [`zumodra_shared::kernel::Code::NotFound`] for an interview that the person may not see.
pub async fn invitations(State(app): State<App>, actor: Actor, PathId(id): PathId) -> Result<Json<Value>> {
    actions::read(&app, &actor, INTERVIEWS.def, id).await?;
    let mut tx = app.db().tenant(&actor.tenant().schema).await?;
    let shown = store::shown(&mut tx, id).await?;
    tx.commit().await?;
    let results: Vec<Value> = shown.iter().map(invitation).collect();
    Ok(Json(json!({ "count": results.len(), "results": results })))
}

/// An invitation without the address: not all who see an interview may see how to reach the candidate.
fn invitation(shown: &Shown) -> Value {
    let row = &shown.row;
    json!({
        "attendee_id": row.attendee,
        "audience": Audience::from_name(&row.audience).name(),
        "name": row.name,
        "state": row.state,
        "sequence": row.sequence,
        "mail": shown.mail_state,
        "answer": (!row.answer.is_empty()).then_some(&row.answer),
        "answered_at": row.answered_at.map(rfc3339),
    })
}

/// Whether somebody has a feed. Its address is not kept, so it cannot be told again.
///
/// # Errors
/// When the database cannot be read.
pub async fn feed_state(State(app): State<App>, actor: Actor) -> Result<Json<Value>> {
    let since = feed::since(&app, &actor).await?;
    Ok(Json(json!({ "exists": since.is_some(), "created_at": since.map(rfc3339) })))
}

/// Makes a feed, and another address of one that is there.
///
/// # Errors
/// When the database cannot be written.
pub async fn make_feed(State(app): State<App>, actor: Actor) -> Result<(StatusCode, Json<Value>)> {
    let (url, at) = feed::make(&app, &actor).await?;
    Ok((StatusCode::CREATED, Json(json!({ "url": url, "created_at": rfc3339(at) }))))
}

/// Takes a feed away.
///
/// # Errors
/// When the database cannot be written.
pub async fn remove_feed(State(app): State<App>, actor: Actor) -> Result<StatusCode> {
    feed::remove(&app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A feed, or only its tag when the asker has the same one already (RFC 9110, 13.1.2).
///
/// # Errors
/// See [`feed::read`].
pub async fn feed(State(app): State<App>, PathText(name): PathText, asked: HeaderMap) -> Result<Response> {
    let text = feed::read(&app, &name).await?;
    let hash = blake3::hash(text.as_bytes()).to_hex();
    let tag = format!("\"{}\"", &hash[..TAG_DIGITS]);
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let is_known = known
        .flat_map(|list| list.split(','))
        .map(str::trim)
        // A proxy that compressed the text made the tag a weak one.
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE)),
        (header::CACHE_CONTROL, HeaderValue::from_static(CACHE)),
        (header::ETAG, HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""))),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, text).into_response())
}
