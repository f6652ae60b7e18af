//! A forgotten password: a link by mail lets its holder choose another one, once, within an hour. Whoever asks learns
//! nothing of whether the address has an account: the answer is given before anything is looked up.

use serde::Deserialize;
use zumodra_shared::kernel::{Code, RecordId};

use super::token::digest;
use super::{password, profile, store};
use crate::app::App;
use crate::check::Check;
use crate::error::Result;
use crate::limits::{MAX_PASSWORD_RESETS, PASSWORD_RESET_MS};
use crate::mail::{self, Content, Mail, Recipient};
use crate::signals;
use crate::tenants::{self, State, Tenant};

/// What the secrets of links are signed for.
const SECRET: &str = "password reset";

/// Somebody asks for a link.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    /// The address of the account.
    pub email: String,
}

/// A new password, by a link.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Choose {
    /// The secret of the link.
    pub token: String,
    /// The new password.
    pub password: String,
}

/// The secret of a link, made of its id and a key of the installation, and kept nowhere.
#[must_use]
pub fn secret(app: &App, id: RecordId) -> String {
    app.keys().sign(SECRET, &id.to_string())
}

/// Where a new password is chosen.
#[must_use]
pub fn link(app: &App, secret: &str) -> String {
    format!("{}/account/password/?token={secret}", app.config().public_url())
}

/// Sends a link to an account of this address, if there is one. `here` is the workspace whose address was called. The
/// work is done behind the answer, so that neither the answer nor its time tells whether there is.
///
/// # Errors
/// [`Code::InvalidFields`] for what is no address.
pub fn ask(app: &App, input: &Ask, here: Option<RecordId>) -> Result<()> {
    let mut check = Check::new();
    let email = check.email("email", &input.email);
    check.done()?;
    let sending = app.clone();
    app.tasks().spawn(async move {
        if let Err(error) = send(&sending, &email, here).await {
            tracing::error!(%error, "a link for a new password was not sent");
        }
    });
    Ok(())
}

async fn send(app: &App, email: &str, here: Option<RecordId>) -> Result<()> {
    let now = app.now();
    let mut tx = app.db().public().await?;
    let Some(user) = store::users::by_email(&mut tx, email).await? else { return Ok(()) };
    let places = store::members::places(&mut tx, user.id).await?;
    let places = places.into_iter().map(|place| place.tenant_id);
    let Some(tenant) = sender(app, places.collect(), here).await? else { return Ok(()) };
    let since = now - PASSWORD_RESET_MS;
    if store::resets::count_since(&mut tx, user.id, since).await? >= MAX_PASSWORD_RESETS {
        tracing::warn!(user = %user.id, "an account gets no more links for a new password for a while");
        return Ok(());
    }
    let id = app.new_id();
    let hash = digest(&secret(app, id));
    store::resets::insert(&mut tx, id, user.id, &hash, now, now + PASSWORD_RESET_MS).await?;
    let mut tx = tx.into_tenant(&tenant.schema).await?;
    let told = Mail {
        event_key: format!("password_reset/{id}"),
        to: Recipient { address: user.email, name: user.name },
        language: user.language,
        content: Content::PasswordReset { reset_id: id },
        about: None,
        attachments: Vec::new(),
        due_at: None,
        worth_ms: PASSWORD_RESET_MS,
    };
    mail::enqueue(app, &mut tx, &told).await?;
    tx.commit().await?;
    app.mail().ring();
    Ok(())
}

/// The workspace in whose name the mail goes out: the one that was called, else the first that is in use.
async fn sender(
    app: &App,
    mut places: Vec<RecordId>,
    here: Option<RecordId>,
) -> Result<Option<std::sync::Arc<Tenant>>> {
    places.sort_by_key(|place| Some(*place) != here);
    for place in places {
        if let Some(tenant) = tenants::by_id(app, place).await?.filter(|tenant| tenant.state == State::Active)
        {
            return Ok(Some(tenant));
        }
    }
    Ok(None)
}

/// The address of the account that a link is for.
///
/// # Errors
/// [`Code::LinkUsed`].
pub async fn opened(app: &App, token: &str) -> Result<String> {
    let mut tx = app.db().public().await?;
    let (_, user_id) =
        store::resets::find(&mut tx, &digest(token), app.now()).await?.ok_or(Code::LinkUsed)?;
    let user = store::users::by_id(&mut tx, user_id).await?.ok_or(Code::LinkUsed)?;
    tx.commit().await?;
    Ok(user.email)
}

/// Sets the password that the holder of a link chose, and ends every session: whoever knew the old one is out.
///
/// # Errors
/// [`Code::LinkUsed`], [`Code::WeakPassword`].
pub async fn choose(app: &App, input: &Choose) -> Result<()> {
    let hash = digest(&input.token);
    let mut tx = app.db().public().await?;
    let (_, user_id) = store::resets::find(&mut tx, &hash, app.now()).await?.ok_or(Code::LinkUsed)?;
    let user = store::users::by_id(&mut tx, user_id).await?.ok_or(Code::LinkUsed)?;
    tx.commit().await?;
    password::require_strong(&input.password, &[&user.email, &user.name])?;
    let password_hash = app.passwords().hash(&input.password, app.random()).await?;
    let mut tx = app.db().public().await?;
    // Read again under a lock: hashing took a while, and the link works once.
    store::resets::find(&mut tx, &hash, app.now()).await?.ok_or(Code::LinkUsed)?;
    let events = profile::replace_password(app, &mut tx, user.id, &password_hash, RecordId::nil()).await?;
    // Who can read the mail of the account is its owner, whatever was tried before.
    store::users::forget_tries(&mut tx, &user.email).await?;
    tx.commit().await?;
    events.into_iter().for_each(|event| signals::tell(app, event));
    Ok(())
}
