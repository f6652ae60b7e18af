//! Sign-up: a new workspace with its first owner.

use serde::Deserialize;
use zumodra_shared::access::Role;
use zumodra_shared::kernel::{Code, Problem, RecordId};

use super::model::User;
use super::sign_in::{DeviceClaim, SignedIn, check_password, open_in};
use super::{directory, password, store};
use crate::app::App;
use crate::check::Check;
use crate::db::PublicTx;
use crate::error::{Error, OnConstraint as _, Result};
use crate::tenants::actions::LANGUAGES;
use crate::tenants::{self, Tenant};

/// A sign-up as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SignUp {
    /// The workspace's name.
    pub workspace: String,
    /// The person's name.
    pub name: String,
    /// The address.
    pub email: String,
    /// A new password, or the right one when the address has an account.
    pub password: String,
    /// `en` or `fr`.
    pub language: Option<String>,
    /// The device.
    #[serde(flatten)]
    pub device: DeviceClaim,
}

/// The account of somebody who joins: an existing one after its password was checked, or a new one.
///
/// # Errors
/// [`Code::WrongCredentials`] and [`Code::LockedOut`] for an existing account, [`Code::WeakPassword`] for a new one.
pub(super) async fn account(
    app: &App,
    email: &str,
    name: &str,
    password: &str,
    language: &str,
) -> Result<(User, bool)> {
    let mut tx = app.db().public().await?;
    let existing = store::users::by_email(&mut tx, email).await?;
    tx.commit().await?;
    if existing.is_some() {
        return Ok((check_password(app, email, password).await?, false));
    }
    password::require_strong(password, &[email, name])?;
    let password_hash = app.passwords().hash(password, app.random()).await?;
    let user = User {
        id: app.new_id(),
        email: email.to_owned(),
        name: name.to_owned(),
        password_hash,
        language: language.to_owned(),
    };
    Ok((user, true))
}

/// Writes a new account.
///
/// # Errors
/// [`Code::AlreadyExists`] when somebody was faster.
pub(super) async fn insert(app: &App, tx: &mut PublicTx, user: &User) -> Result<()> {
    let taken =
        Error::from(Problem::new(Code::AlreadyExists).field("email", "This address has an account already."));
    store::users::insert(tx, user, app.now()).await.on_constraint("users_email_once", taken)
}

/// Makes a workspace with its owner, and signs the owner in.
///
/// # Errors
/// [`Code::InvalidFields`], [`Code::WeakPassword`], and for an existing account those of a sign-in.
pub async fn sign_up(app: &App, input: SignUp) -> Result<SignedIn> {
    let mut check = Check::new();
    let workspace = check.name("workspace", &input.workspace);
    let name = check.name("name", &input.name);
    let email = check.email("email", &input.email);
    let language = check.one_of("language", input.language.as_deref().unwrap_or("en"), LANGUAGES);
    check.done()?;
    let (user, is_new) = account(app, &email, &name, &input.password, &language).await?;
    let mut tx = app.db().public().await?;
    if is_new {
        insert(app, &mut tx, &user).await?;
    }
    let tenant = found(app, &mut tx, &workspace, &language, user.id).await?;
    let signed_in = open_in(app, &mut tx, &tenant, &user, Role::Owner, &input.device).await?;
    directory::record(app, &mut tx, tenant.id, user.id).await?;
    tx.commit().await?;
    directory::publish(app, tenant.id, user.id);
    Ok(signed_in)
}

/// Makes a workspace that a person owns.
async fn found(
    app: &App,
    tx: &mut PublicTx,
    workspace: &str,
    language: &str,
    owner: RecordId,
) -> Result<Tenant> {
    let tenant = tenants::actions::create(app, tx, workspace, language).await?;
    store::members::put(tx, tenant.id, owner, Role::Owner, "", app.now()).await?;
    Ok(tenant)
}
