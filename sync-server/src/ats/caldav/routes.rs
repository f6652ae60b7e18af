//! The HTTP of the calendar that somebody keeps elsewhere. Everybody has their own alone.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use zumodra_shared::kernel::time::{Millis, rfc3339};

use super::connection::{self, Typed, Wanted};
use super::discover::Calendar;
use super::store::Connection;
use crate::app::App;
use crate::error::Result;
use crate::http::extract::{Actor, Body, Query};
use crate::limits::CALENDAR_REFUSED_MS;

/// A calendar as its person sees it: everything but the password.
fn shown(found: Option<&Connection>, calendars: &[Calendar], now: Millis) -> Value {
    let calendars: Vec<Value> =
        calendars.iter().map(|one| json!({ "url": one.url.as_str(), "name": one.name })).collect();
    let text = |of: fn(&Connection) -> &str| found.map(of);
    let said = |of: fn(&Connection) -> &str| found.map(of).filter(|code| !code.is_empty());
    let is_told = |found: &&Connection| {
        let is_recent = found.refused_at.is_some_and(|at| at > now - CALENDAR_REFUSED_MS);
        is_recent && !found.refused.is_empty()
    };
    let refused = found.filter(is_told).map(|found| {
        let (id, at) = (found.refused_interview, found.refused_at.map(rfc3339));
        json!({ "interview_id": id, "problem": found.refused, "at": at })
    });
    json!({
        "connected": found.is_some(),
        "url": text(|found| &found.url),
        "name": text(|found| &found.name),
        "login": text(|found| &found.login),
        "in_step_at": found.and_then(|found| found.in_step_at).map(rfc3339),
        "problem": said(|found| &found.problem),
        "refused": refused,
        "shows_busy": found.is_some_and(|found| found.shows_busy),
        "busy_at": found.and_then(|found| found.busy_at).map(rfc3339),
        "busy_problem": said(|found| &found.busy_problem),
        "calendars": calendars,
    })
}

async fn as_it_is(app: &App, actor: &Actor, calendars: &[Calendar]) -> Result<Json<Value>> {
    Ok(Json(shown(connection::state(app, actor).await?.as_ref(), calendars, app.now())))
}

/// How somebody's calendar stands.
///
/// # Errors
/// When the database cannot be read.
pub async fn state(State(app): State<App>, actor: Actor) -> Result<Json<Value>> {
    as_it_is(&app, &actor, &[]).await
}

/// Connects a calendar, or answers which there are.
///
/// # Errors
/// See [`connection::connect`].
pub async fn connect(State(app): State<App>, actor: Actor, Body(typed): Body<Typed>) -> Result<Json<Value>> {
    let calendars = connection::connect(&app, &actor, &typed).await?;
    as_it_is(&app, &actor, &calendars).await
}

/// Takes a calendar away.
///
/// # Errors
/// When the database cannot be written.
pub async fn disconnect(State(app): State<App>, actor: Actor) -> Result<StatusCode> {
    connection::disconnect(&app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Compares a calendar now.
///
/// # Errors
/// See [`connection::compare`].
pub async fn compare(State(app): State<App>, actor: Actor) -> Result<Json<Value>> {
    connection::compare(&app, &actor).await?;
    as_it_is(&app, &actor, &[]).await
}

/// What of a connected calendar may be changed without connecting it anew.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Changed {
    /// Whether those who plan are told when its person is busy.
    shows_busy: bool,
}

/// Changes what of a calendar is shown.
///
/// # Errors
/// See [`connection::show_busy`].
pub async fn change(
    State(app): State<App>,
    actor: Actor,
    Body(changed): Body<Changed>,
) -> Result<Json<Value>> {
    connection::show_busy(&app, &actor, changed.shows_busy).await?;
    as_it_is(&app, &actor, &[]).await
}

/// When people are busy by their calendars.
///
/// # Errors
/// See [`connection::busy`].
pub async fn busy(State(app): State<App>, actor: Actor, Query(wanted): Query<Wanted>) -> Result<Json<Value>> {
    let found = connection::busy(&app, &actor, &wanted).await?;
    let results: Vec<Value> = found
        .iter()
        .map(|row| json!({ "member_id": row.member, "starts_at": rfc3339(row.starts_at), "ends_at": rfc3339(row.ends_at) }))
        .collect();
    Ok(Json(json!({ "count": results.len(), "results": results })))
}
