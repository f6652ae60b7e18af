//! The HTTP of accounts: sign-up, sign-in, tokens, members, invitations, devices, profile.

use axum::Json;
use axum::extract::OriginalUri;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use zumodra_shared::access::Action;
use zumodra_shared::kernel::{Code, RecordId};

use super::invitations::{Accept, Invite};
use super::members::MemberPatch;
use super::profile::{PasswordChange, ProfilePatch};
use super::sign_in::{SignIn, SignedIn, shown};
use super::sign_up::SignUp;
use super::{devices, invitations, members, profile, refresh, reset, sessions, sign_in, sign_up, token};
use crate::app::App;
use crate::error::Result;
use crate::http::extract::{Actor, Body, HostTenant, PathId, Query, bearer};
use crate::http::page::{Page, PageQuery};

/// Makes a workspace with its owner.
///
/// # Errors
/// See [`sign_up::sign_up`].
pub async fn create_tenant(
    State(app): State<App>,
    Body(input): Body<SignUp>,
) -> Result<(StatusCode, Json<SignedIn>)> {
    Ok((StatusCode::CREATED, Json(sign_up::sign_up(&app, input).await?)))
}

/// Signs in.
///
/// # Errors
/// See [`sign_in::sign_in`].
pub async fn obtain_token(
    State(app): State<App>,
    HostTenant(here): HostTenant,
    Body(input): Body<SignIn>,
) -> Result<Json<SignedIn>> {
    Ok(Json(sign_in::sign_in(&app, input, here.as_deref()).await?))
}

/// A refresh token.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Refresh {
    refresh: Option<String>,
}

/// Spends a refresh token.
///
/// # Errors
/// See [`refresh::refresh`].
pub async fn refresh_token(State(app): State<App>, Body(input): Body<Refresh>) -> Result<Json<Value>> {
    let (access, refresh) = refresh::refresh(&app, &input.refresh.unwrap_or_default()).await?;
    Ok(Json(json!({"access": access, "refresh": refresh})))
}

/// An access token.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Verify {
    token: String,
}

/// Says whether an access token works, and what it says.
///
/// # Errors
/// See [`sessions::authenticate`].
pub async fn verify_token(State(app): State<App>, Body(input): Body<Verify>) -> Result<Json<Value>> {
    sessions::authenticate(&app, &input.token).await?;
    let claims = token::verify(app.keys(), &input.token, app.now() / 1_000)?;
    Ok(Json(json!({"valid": true, "claims": claims})))
}

/// Signs out.
///
/// # Errors
/// See [`refresh::sign_out`].
pub async fn logout(
    State(app): State<App>,
    headers: HeaderMap,
    Body(input): Body<Refresh>,
) -> Result<StatusCode> {
    refresh::sign_out(&app, input.refresh.as_deref(), bearer(&headers)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The members.
///
/// # Errors
/// For roles that may not read them.
pub async fn list_members(
    State(app): State<App>,
    actor: Actor,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<PageQuery>,
) -> Result<Json<Value>> {
    actor.require("members", Action::Read, None, None)?;
    let page = Page::of(&query)?;
    let (count, rows) = members::list(&app, actor.tenant_id, &page).await?;
    Ok(Json(page.answer(&app, &uri, count, &rows)))
}

/// Changes a member.
///
/// # Errors
/// See [`members::patch`].
pub async fn patch_member(
    State(app): State<App>,
    actor: Actor,
    PathId(user_id): PathId,
    Body(patch): Body<MemberPatch>,
) -> Result<Json<Value>> {
    Ok(Json(json!(members::patch(&app, &actor, user_id, patch).await?)))
}

/// Invites somebody.
///
/// # Errors
/// See [`invitations::invite`].
pub async fn invite(
    State(app): State<App>,
    actor: Actor,
    Body(input): Body<Invite>,
) -> Result<(StatusCode, Json<Value>)> {
    let (invitation, token) = invitations::invite(&app, &actor, actor.tenant(), input).await?;
    let mut body = json!(invitation);
    body["token"] = token.into();
    Ok((StatusCode::CREATED, Json(body)))
}

/// The invitations.
///
/// # Errors
/// See [`invitations::list`].
pub async fn list_invitations(
    State(app): State<App>,
    actor: Actor,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<PageQuery>,
) -> Result<Json<Value>> {
    let page = Page::of(&query)?;
    let (count, rows) = invitations::list(&app, &actor, &page).await?;
    Ok(Json(page.answer(&app, &uri, count, &rows)))
}

/// Takes an invitation back.
///
/// # Errors
/// See [`invitations::revoke`].
pub async fn revoke_invitation(
    State(app): State<App>,
    actor: Actor,
    PathId(id): PathId,
) -> Result<StatusCode> {
    invitations::revoke(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accepts an invitation.
///
/// # Errors
/// See [`invitations::accept`].
pub async fn accept_invitation(
    State(app): State<App>,
    Body(input): Body<Accept>,
) -> Result<(StatusCode, Json<SignedIn>)> {
    Ok((StatusCode::CREATED, Json(invitations::accept(&app, input).await?)))
}

/// Whose devices.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeviceQuery {
    all: bool,
    page: Option<i64>,
    page_size: Option<i64>,
}

/// The devices: one's own, or with `?all=true` everybody's.
///
/// # Errors
/// See [`devices::list`].
pub async fn list_devices(
    State(app): State<App>,
    actor: Actor,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<DeviceQuery>,
) -> Result<Json<Value>> {
    let page = Page::of(&PageQuery { page: query.page, page_size: query.page_size })?;
    let (count, rows) = devices::list(&app, &actor, query.all, &page).await?;
    let mut body = page.answer(&app, &uri, count, &rows);
    for row in body["results"].as_array_mut().into_iter().flatten() {
        let is_this = row["id"] == json!(actor.device_id);
        row["current"] = is_this.into();
    }
    Ok(Json(body))
}

/// Revokes a device.
///
/// # Errors
/// See [`devices::revoke`].
pub async fn revoke_device(State(app): State<App>, actor: Actor, PathId(id): PathId) -> Result<StatusCode> {
    devices::revoke(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn profile_shown(
    actor: &Actor,
    profile::Profile { member, language, daily_mail, assignment_mail }: &profile::Profile,
) -> Value {
    let mut body = shown(member, language);
    body["daily_mail"] = json!(daily_mail);
    body["assignment_mail"] = json!(assignment_mail);
    body["tenant"] =
        json!({"id": actor.tenant().id, "slug": actor.tenant().slug, "name": actor.tenant().name});
    body["may"] = json!(zumodra_shared::access::policy::allowances(member.role));
    body["device_id"] = json!(actor.device_id);
    body
}

/// One's own profile.
///
/// # Errors
/// Without a sign-in.
pub async fn own_profile(State(app): State<App>, actor: Actor) -> Result<Json<Value>> {
    Ok(Json(profile_shown(&actor, &profile::own(&app, &actor, actor.tenant()).await?)))
}

/// Changes one's own profile.
///
/// # Errors
/// See [`profile::patch`].
pub async fn patch_profile(
    State(app): State<App>,
    actor: Actor,
    Body(patch): Body<ProfilePatch>,
) -> Result<Json<Value>> {
    Ok(Json(profile_shown(&actor, &profile::patch(&app, &actor, actor.tenant(), patch).await?)))
}

/// Changes one's own password.
///
/// # Errors
/// See [`profile::change_password`].
pub async fn change_password(
    State(app): State<App>,
    actor: Actor,
    Body(change): Body<PasswordChange>,
) -> Result<StatusCode> {
    if change.password.is_empty() {
        return Err(Code::InvalidFields.into());
    }
    profile::change_password(&app, &actor, change).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks for a link by which a new password is chosen. The answer is the same whether the address has an account or not.
///
/// # Errors
/// See [`reset::ask`].
pub async fn ask_password_reset(
    State(app): State<App>,
    HostTenant(here): HostTenant,
    Body(input): Body<reset::Ask>,
) -> Result<StatusCode> {
    reset::ask(&app, &input, here.map(|tenant| tenant.id))?;
    Ok(StatusCode::ACCEPTED)
}

/// Sets the password that the holder of a link chose.
///
/// # Errors
/// See [`reset::choose`].
pub async fn reset_password(State(app): State<App>, Body(input): Body<reset::Choose>) -> Result<StatusCode> {
    reset::choose(&app, &input).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A member of the actor's workspace.
///
/// # Errors
/// [`Code::NotFound`] for everybody else.
pub async fn one_member(
    State(app): State<App>,
    actor: Actor,
    PathId(user_id): PathId,
) -> Result<Json<Value>> {
    actor.require("members", Action::Read, None, None)?;
    let member: Option<super::model::Member> = one(&app, actor.tenant_id, user_id).await?;
    Ok(Json(json!(member.ok_or(Code::NotFound)?)))
}

async fn one(app: &App, tenant_id: RecordId, user_id: RecordId) -> Result<Option<super::model::Member>> {
    super::directory::entry(app, tenant_id, user_id).await
}
