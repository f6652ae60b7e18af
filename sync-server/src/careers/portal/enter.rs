//! The way into the portal: a link by mail, and the cookie that it is traded for.

use std::sync::Arc;

use axum::http::HeaderMap;
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS};
use zumodra_shared::kernel::{Code, RecordId};

use super::{FOLDER, known, store};
use crate::app::App;
use crate::careers::cookie::Cookie;
use crate::careers::secret::{made, read};
use crate::careers::site::Site;
use crate::careers::words::Language;
use crate::error::Result;
use crate::limits::{MAX_PORTAL_LINKS, PORTAL_LINK_MS, PORTAL_SESSION_MS};
use crate::mail::{self, Content, Mail, Recipient};
use crate::tenants::{Home, Tenant};

/// What the secrets of links, of sessions and of forms are signed for.
const LINK: &str = "portal link";
const SESSION: &str = "portal session";
const FORM: &str = "portal form";
const MS_PER_SECOND: i64 = 1_000;
/// What a link is traded for; of the portal alone.
pub const SESSION_COOKIE: Cookie =
    Cookie { name: "zumodra_portal", folder: FOLDER, seconds: PORTAL_SESSION_MS / MS_PER_SECOND };

/// Seconds that a browser remembers the language of the portal.
const LANGUAGE_SECONDS: i64 = 180 * DAY_MS / MS_PER_SECOND;
/// The language that somebody chose in the portal; of the portal alone.
pub const LANGUAGE_COOKIE: Cookie =
    Cookie { name: "zumodra_portal_language", folder: FOLDER, seconds: LANGUAGE_SECONDS };

/// Somebody who is in.
#[derive(Debug, Clone)]
pub struct Entered {
    /// Their session.
    pub session: RecordId,
    /// The address whose mail they read.
    pub address: String,
}

/// The secret of a link, made of its id and a key of the installation, and kept nowhere.
#[must_use]
pub fn secret(app: &App, tenant_id: RecordId, id: RecordId) -> String {
    made(app, LINK, tenant_id, id)
}

/// Where the portal is.
#[must_use]
pub fn address(app: &App, tenant: &Tenant, language: &str) -> String {
    let lang = Language::of_tag(language).unwrap_or(Language::En).tag();
    Home::of(app.config(), tenant).address(&format!("{FOLDER}/?lang={lang}"))
}

/// Where a link leads.
#[must_use]
pub fn link(app: &App, tenant: &Tenant, language: &str, secret: &str) -> String {
    let lang = Language::of_tag(language).unwrap_or(Language::En).tag();
    Home::of(app.config(), tenant).address(&format!("{FOLDER}/open/?token={secret}&lang={lang}"))
}

/// Sends a link to an address, if the workspace knows it. The work is done behind the answer, so that neither the answer
/// nor its time tells whether it does.
pub fn ask(app: &App, site: &Site, address: String) {
    let (app, tenant, language) = (app.clone(), Arc::clone(&site.tenant), site.language);
    let tasks = app.tasks().clone();
    tasks.spawn(async move {
        if let Err(error) = send(&app, &tenant, &address, language).await {
            tracing::error!(tenant = %tenant.id, error = format!("{error:#}"), "a link into the portal was not sent");
        }
    });
}

async fn send(app: &App, tenant: &Tenant, address: &str, language: Language) -> Result<()> {
    let now = app.now();
    let mut tx = app.db().tenant(&tenant.schema).await?;
    if store::links_since(&mut tx, address, now - HOUR_MS).await? >= MAX_PORTAL_LINKS {
        tracing::warn!(tenant = %tenant.id, "an address gets no more links into the portal for a while");
        return Ok(());
    }
    let known = known::of(&mut tx, address).await?;
    let Some(person) = known.people.first() else { return Ok(()) };
    let id = app.new_id();
    store::keep(&mut tx, id, "link", address, (now, now + PORTAL_LINK_MS)).await?;
    let told = Mail {
        event_key: format!("portal_link/{id}"),
        to: Recipient { address: address.to_owned(), name: String::new() },
        language: language.tag().to_owned(),
        content: Content::PortalLink { link_id: id },
        about: Some(person.id),
        attachments: Vec::new(),
        due_at: None,
        worth_ms: PORTAL_LINK_MS,
    };
    mail::enqueue(app, &mut tx, &told).await?;
    tx.commit().await?;
    app.mail().ring();
    Ok(())
}

/// Whether a link works still. Programs that guard mailboxes follow links: looking at one changes nothing.
///
/// # Errors
/// When the database cannot be read.
pub async fn works(app: &App, tenant: &Tenant, token: &str) -> Result<bool> {
    let Some(id) = read(app, LINK, tenant.id, token) else { return Ok(false) };
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let address = store::address(&mut tx, id, "link", app.now()).await?;
    tx.commit().await?;
    Ok(address.is_some())
}

/// Trades a link for a session, once. Gives what its cookie carries.
///
/// # Errors
/// [`Code::LinkUsed`] for a link that is none, ran out or was used.
pub async fn open(app: &App, tenant: &Tenant, token: &str) -> Result<String> {
    let link = read(app, LINK, tenant.id, token).ok_or(Code::LinkUsed)?;
    let now = app.now();
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let address = store::take(&mut tx, link, now).await?.ok_or(Code::LinkUsed)?;
    let session = app.new_id();
    store::keep(&mut tx, session, "session", &address, (now, now + PORTAL_SESSION_MS)).await?;
    tx.commit().await?;
    Ok(made(app, SESSION, tenant.id, session))
}

/// Who is in, if anybody is.
///
/// # Errors
/// When the database cannot be read.
pub async fn entered(app: &App, site: &Site, headers: &HeaderMap) -> Result<Option<Entered>> {
    let session = SESSION_COOKIE.carried(headers).find_map(|value| read(app, SESSION, site.tenant.id, value));
    let Some(session) = session else { return Ok(None) };
    let mut tx = app.db().tenant(&site.tenant.schema).await?;
    let address = store::address(&mut tx, session, "session", app.now()).await?;
    tx.commit().await?;
    Ok(address.map(|address| Entered { session, address }))
}

/// Ends a session.
///
/// # Errors
/// When the database cannot be written.
pub async fn leave(app: &App, tenant: &Tenant, entered: &Entered) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    store::end(&mut tx, entered.session).await?;
    tx.commit().await?;
    Ok(())
}

/// What a form of somebody who is in carries: another site that sends the form does not know it.
#[must_use]
pub fn form_token(app: &App, entered: &Entered) -> String {
    app.keys().sign(FORM, &entered.session.to_string())
}

/// Whether a form is one of theirs.
#[must_use]
pub fn is_theirs(app: &App, entered: &Entered, token: &str) -> bool {
    app.keys().is_signed(FORM, &entered.session.to_string(), token)
}
