//! What people change about themselves.

use serde::Deserialize;
use zumodra_shared::access::Principal;
use zumodra_shared::kernel::{Code, RecordId};

use super::model::Member;
use super::sign_in::check_password;
use super::{directory, password, store};
use crate::app::{App, DomainEvent};
use crate::check::Check;
use crate::db::PublicTx;
use crate::error::Result;
use crate::signals;
use crate::tenants::Tenant;
use crate::tenants::actions::LANGUAGES;

/// Changes to one's own profile; what is absent stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ProfilePatch {
    /// The name.
    pub name: Option<String>,
    /// `en` or `fr`.
    pub language: Option<String>,
    /// Whether what waits is told by mail on working days.
    pub daily_mail: Option<bool>,
    /// Whether what somebody else gives them in this workspace is told by mail.
    pub assignment_mail: Option<bool>,
}

/// A change of password.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PasswordChange {
    /// The present password.
    pub current: String,
    /// The new one.
    pub password: String,
}

/// One's own membership, with what one chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The membership.
    pub member: Member,
    /// `en` or `fr`.
    pub language: String,
    /// Whether what waits is told by mail on working days.
    pub daily_mail: bool,
    /// Whether what somebody else gives them in this workspace is told by mail.
    pub assignment_mail: bool,
}

/// One's own profile.
///
/// # Errors
/// When the database cannot be read.
pub async fn own(app: &App, by: &Principal, tenant: &Tenant) -> Result<Profile> {
    let mut tx = app.db().public().await?;
    let member = store::members::one(&mut tx, by.tenant_id, by.user_id).await?.ok_or(Code::NotFound)?;
    let user = store::users::by_id(&mut tx, by.user_id).await?.ok_or(Code::NotFound)?;
    let daily_mail = store::users::wants_daily_mail(&mut tx, by.user_id).await?;
    tx.commit().await?;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let without = store::members::without_assignment_mail(&mut tx, &[by.user_id]).await?;
    tx.commit().await?;
    Ok(Profile { member, language: user.language, daily_mail, assignment_mail: without.is_empty() })
}

/// Changes one's own profile, in every workspace; what is told of assignments in this one.
///
/// # Errors
/// [`Code::InvalidFields`].
pub async fn patch(app: &App, by: &Principal, tenant: &Tenant, patch: ProfilePatch) -> Result<Profile> {
    let mut tx = app.db().public().await?;
    let user = store::users::by_id(&mut tx, by.user_id).await?.ok_or(Code::NotFound)?;
    let mut check = Check::new();
    let name = patch.name.map_or_else(|| user.name.clone(), |name| check.name("name", &name));
    let language = check.one_of("language", patch.language.as_deref().unwrap_or(&user.language), LANGUAGES);
    check.done()?;
    store::users::set_profile(&mut tx, user.id, &name, &language).await?;
    if let Some(wanted) = patch.daily_mail {
        store::users::set_daily_mail(&mut tx, user.id, wanted).await?;
    }
    let tenants = store::members::tenants_of(&mut tx, user.id).await?;
    for tenant_id in &tenants {
        directory::record(app, &mut tx, *tenant_id, user.id).await?;
    }
    tx.commit().await?;
    for tenant_id in tenants {
        directory::publish(app, tenant_id, user.id);
    }
    if let Some(wanted) = patch.assignment_mail {
        let mut tx = app.db().tenant(&tenant.schema).await?;
        store::members::set_assignment_mail(&mut tx, by.user_id, wanted).await?;
        tx.commit().await?;
    }
    own(app, by, tenant).await
}

/// Changes one's password, and ends every other session: whoever knew the old one is out.
///
/// # Errors
/// [`Code::WrongCredentials`], [`Code::LockedOut`], [`Code::WeakPassword`].
pub async fn change_password(app: &App, by: &Principal, change: PasswordChange) -> Result<()> {
    let mut tx = app.db().public().await?;
    let user = store::users::by_id(&mut tx, by.user_id).await?.ok_or(Code::NotFound)?;
    tx.commit().await?;
    check_password(app, &user.email, &change.current).await?;
    password::require_strong(&change.password, &[&user.email, &user.name])?;
    let hash = app.passwords().hash(&change.password, app.random()).await?;
    let mut tx = app.db().public().await?;
    let events = replace_password(app, &mut tx, user.id, &hash, by.device_id).await?;
    tx.commit().await?;
    events.into_iter().for_each(|event| signals::tell(app, event));
    Ok(())
}

/// Writes a new password, ends every session but that of a device, and lets every link that would set another one lose
/// its worth. What it gives is told after the commit.
pub(super) async fn replace_password(
    app: &App,
    tx: &mut PublicTx,
    user_id: RecordId,
    hash: &str,
    but: RecordId,
) -> Result<Vec<DomainEvent>> {
    let now = app.now();
    store::users::set_password(tx, user_id, hash, now).await?;
    store::resets::end_all(tx, user_id, now).await?;
    let ended = store::devices::end_others(tx, user_id, but).await?;
    let mut events = Vec::with_capacity(ended.len());
    for (tenant_id, device_id) in ended {
        let event = DomainEvent::DeviceEnded { tenant_id, device_id, revoked: false };
        store::tokens::revoke_device(tx, device_id, now).await?;
        signals::record(app, tx, event).await?;
        events.push(event);
    }
    Ok(events)
}
