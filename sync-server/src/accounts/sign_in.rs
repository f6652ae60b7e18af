//! Sign-in: from an address and a password to a session on a device.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use zumodra_shared::access::Role;
use zumodra_shared::kernel::{Code, Problem, RecordId};

use super::model::{Device, Member, User};
use super::store::members::Place;
use super::{refresh, store};
use crate::app::App;
use crate::check::Check;
use crate::db::PublicTx;
use crate::error::{Refusal, Result};
use crate::limits::{LOCKOUT_MS, MAX_PERSON_CHARS, MAX_SIGN_IN_FAILURES};
use crate::tenants::{self, State, Tenant};

/// What a device says about itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DeviceClaim {
    /// The id that this device got at an earlier sign-in. It is only believed for the same person and workspace.
    pub device_id: Option<RecordId>,
    /// What to call it.
    pub device_name: String,
    /// What it runs on.
    pub platform: String,
}

/// A sign-in as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SignIn {
    /// The address; `username` says the same.
    #[serde(alias = "username")]
    pub email: String,
    /// The password.
    pub password: String,
    /// The workspace's slug or id, when the account is in several.
    pub workspace: Option<String>,
    /// The device.
    #[serde(flatten)]
    pub device: DeviceClaim,
}

/// What somebody who signed in gets.
#[derive(Debug, Clone, Serialize)]
pub struct SignedIn {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
    /// The device's id, to be given at the next sign-in.
    pub device_id: RecordId,
    /// The workspace.
    pub tenant: TenantShown,
    /// The person.
    pub user: UserShown,
    /// The role.
    pub role: Role,
}

/// A workspace as its members see it.
#[derive(Debug, Clone, Serialize)]
pub struct TenantShown {
    /// The id.
    pub id: RecordId,
    /// The subdomain.
    pub slug: String,
    /// The name.
    pub name: String,
}

/// A person as they see themselves.
#[derive(Debug, Clone, Serialize)]
pub struct UserShown {
    /// The id.
    pub id: RecordId,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

/// Checks the password of an account. Every try counts; the right one clears the count.
///
/// # Errors
/// [`Code::LockedOut`] after too many failures, [`Code::WrongCredentials`] for a wrong password and for an address that
/// has no account, after the same work.
pub async fn check_password(app: &App, email: &str, password: &str) -> Result<User> {
    // Tries for one account are made one after the other: six right ones at once must not look like five wrong ones.
    let _turn = app.sessions().turn(email).await;
    let mut tx = app.db().public().await?;
    let now = app.now();
    let (tries, last_at) = store::users::count_try(&mut tx, email, now).await?;
    let user = store::users::by_email(&mut tx, email).await?;
    tx.commit().await?;
    if tries > MAX_SIGN_IN_FAILURES {
        let wait = u64::try_from(last_at + LOCKOUT_MS - now).unwrap_or_default();
        return Err(Refusal::new(Code::LockedOut).retry_after(Duration::from_millis(wait)).into());
    }
    let matches =
        app.passwords().verify(password, user.as_ref().map(|user| user.password_hash.as_str())).await?;
    let user = user.filter(|_| matches).ok_or(Code::WrongCredentials)?;
    let mut tx = app.db().public().await?;
    store::users::forget_tries(&mut tx, email).await?;
    tx.commit().await?;
    Ok(user)
}

/// Signs somebody in. `here` is the workspace whose address was called.
///
/// # Errors
/// [`Code::WrongCredentials`], [`Code::LockedOut`], [`Code::ChooseTenant`] with the list, [`Code::TenantUnknown`],
/// [`Code::TenantSuspended`], [`Code::InvalidFields`].
pub async fn sign_in(app: &App, input: SignIn, here: Option<&Tenant>) -> Result<SignedIn> {
    let mut check = Check::new();
    let email = check.email("email", &input.email);
    if input.password.is_empty() {
        check.wrong("password", "This is needed.");
    }
    check.done()?;
    let user = check_password(app, &email, &input.password).await?;
    let mut tx = app.db().public().await?;
    let places = store::members::places(&mut tx, user.id).await?;
    tx.commit().await?;
    let place = choose(places, input.workspace.as_deref(), here)?;
    let tenant = tenants::by_id(app, place.tenant_id).await?.ok_or(Code::TenantUnknown)?;
    open(app, &tenant, &user, place.role, &input.device).await
}

/// Begins a session of somebody whose password was just checked.
///
/// # Errors
/// [`Code::TenantSuspended`], or the database's.
pub async fn open(
    app: &App,
    tenant: &Tenant,
    user: &User,
    role: Role,
    device: &DeviceClaim,
) -> Result<SignedIn> {
    let mut tx = app.db().public().await?;
    let signed_in = open_in(app, &mut tx, tenant, user, role, device).await?;
    tx.commit().await?;
    app.sessions().forget_device(signed_in.device_id);
    Ok(signed_in)
}

/// Like [`open`], in the caller's transaction.
///
/// # Errors
/// As [`open`].
pub async fn open_in(
    app: &App,
    tx: &mut PublicTx,
    tenant: &Tenant,
    user: &User,
    role: Role,
    claim: &DeviceClaim,
) -> Result<SignedIn> {
    if tenant.state == State::Suspended {
        return Err(Code::TenantSuspended.into());
    }
    let device_id = device(app, tx, tenant.id, user.id, claim).await?;
    let session =
        refresh::Grant { tenant_id: tenant.id, user, role, device_id, sid: app.new_id(), parent: None };
    // What the device had before ends with the new session.
    store::tokens::revoke_device(tx, device_id, app.now()).await?;
    store::devices::set_session(tx, device_id, Some(session.sid), app.now()).await?;
    let (access, refresh) = refresh::issue(app, tx, &session).await?;
    Ok(SignedIn {
        access,
        refresh,
        device_id,
        tenant: TenantShown { id: tenant.id, slug: tenant.slug.clone(), name: tenant.name.clone() },
        user: UserShown { id: user.id, name: user.name.clone(), email: user.email.clone() },
        role,
    })
}

/// The device that signs in: the one it says it is, if it is this person's and was not revoked, else a new one.
async fn device(
    app: &App,
    tx: &mut PublicTx,
    tenant_id: RecordId,
    user_id: RecordId,
    claim: &DeviceClaim,
) -> Result<RecordId> {
    if let Some(id) = claim.device_id {
        let known = store::devices::one(tx, tenant_id, id).await?;
        if known.is_some_and(|device| device.user_id == user_id && device.revoked_at.is_none()) {
            return Ok(id);
        }
    }
    let mut check = Check::new();
    let name = check.line("device_name", &claim.device_name, MAX_PERSON_CHARS);
    let platform = check.line("platform", &claim.platform, MAX_PERSON_CHARS);
    check.done()?;
    let device = Device {
        id: app.new_id(),
        user_id,
        name,
        platform,
        created_at: app.now(),
        last_seen_at: app.now(),
        revoked_at: None,
        signed_in: false,
    };
    store::devices::insert(tx, tenant_id, &device).await?;
    Ok(device.id)
}

/// Which of a person's workspaces is meant.
fn choose(places: Vec<Place>, named: Option<&str>, here: Option<&Tenant>) -> Result<Place> {
    if let Some(named) = named.map(str::trim).filter(|named| !named.is_empty()) {
        let is_named =
            |place: &Place| place.slug == named.to_lowercase() || place.tenant_id.to_string() == named;
        return places.into_iter().find(is_named).ok_or_else(|| Code::TenantUnknown.into());
    }
    if let Some(here) = here {
        return places
            .into_iter()
            .find(|place| place.tenant_id == here.id)
            .ok_or_else(|| Code::TenantUnknown.into());
    }
    match places.len() {
        0 => Err(Code::TenantUnknown.into()),
        1 => places.into_iter().next().ok_or_else(|| Code::TenantUnknown.into()),
        _ => {
            let mut problem = Problem::new(Code::ChooseTenant);
            for place in &places {
                problem = problem.field(&place.slug, &place.name);
            }
            let list: Vec<_> = places
                .iter()
                .map(|place| json!({"id": place.tenant_id, "slug": place.slug, "name": place.name, "role": place.role}))
                .collect();
            Err(Refusal::new(problem).with("workspaces", list.into()).into())
        }
    }
}

/// What a member's own profile shows.
#[must_use]
pub fn shown(member: &Member, language: &str) -> serde_json::Value {
    json!({
        "id": member.user_id,
        "email": member.email,
        "name": member.name,
        "language": language,
        "role": member.role,
        "job_title": member.job_title,
    })
}
