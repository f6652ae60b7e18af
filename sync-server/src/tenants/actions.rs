//! What happens to workspaces.

use std::sync::Arc;

use zumodra_shared::kernel::{Code, RecordId};

use super::model::{Settings, State, Tenant, slugs};
use super::store;
use crate::app::{App, DomainEvent};
use crate::check::Check;
use crate::db::migrate::Migrator;
use crate::db::{PublicTx, SchemaName};
use crate::error::Result;
use crate::signals;

/// Characters of the line below the career page's title.
const MAX_TAGLINE_CHARS: usize = 200;
/// Characters of the paragraph about the company.
const MAX_ABOUT_CHARS: usize = 5_000;
/// The colour of a career page that nobody chose one for.
const DEFAULT_COLOR: &str = "#1f5f8b";
/// The languages of the product.
pub const LANGUAGES: &[&str] = &["en", "fr"];

/// Makes a workspace: its row, settings, role, schema and tables, all in the caller's transaction.
///
/// # Errors
/// [`Code::AlreadyExists`] when every slug of this name is taken.
pub async fn create(app: &App, tx: &mut PublicTx, name: &str, language: &str) -> Result<Tenant> {
    let id = app.new_id();
    let mut tenant = Tenant {
        id,
        slug: String::new(),
        name: name.to_owned(),
        schema: SchemaName::of(id),
        state: State::Active,
        settings: default_settings(name, language),
    };
    let now = app.now();
    for slug in slugs(name) {
        tenant.slug = slug;
        if store::insert(tx, &tenant, now).await? {
            store::write_settings(tx, id, &tenant.settings, now).await?;
            Migrator::default().create_tenant(tx, &tenant.schema).await?;
            return Ok(tenant);
        }
    }
    Err(Code::AlreadyExists.into())
}

fn default_settings(name: &str, language: &str) -> Settings {
    let (currency, timezone) = if language == "fr" { ("EUR", "Europe/Paris") } else { ("USD", "UTC") };
    Settings {
        language: language.to_owned(),
        currency: currency.to_owned(),
        timezone: timezone.to_owned(),
        careers_title: name.to_owned(),
        careers_tagline: String::new(),
        careers_about: String::new(),
        careers_color: DEFAULT_COLOR.to_owned(),
        mail_reply_to: String::new(),
    }
}

/// Every workspace, by slug.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(app: &App) -> Result<Vec<Tenant>> {
    let mut tx = app.db().public().await?;
    let tenants = store::all(&mut tx).await?;
    tx.commit().await?;
    Ok(tenants)
}

/// Suspends a workspace or lets it in again.
///
/// # Errors
/// When the database cannot be written.
pub async fn set_state(app: &App, tenant_id: RecordId, state: State) -> Result<()> {
    let mut tx = app.db().public().await?;
    store::set_state(&mut tx, tenant_id, state).await?;
    let suspended = DomainEvent::TenantSuspended { tenant_id };
    if state == State::Suspended {
        signals::record(app, &mut tx, suspended).await?;
    }
    tx.commit().await?;
    app.tenants().forget(tenant_id);
    app.sessions().forget_tenant(tenant_id);
    if state == State::Suspended {
        signals::tell(app, suspended);
    }
    Ok(())
}

/// Gives a workspace a whole host name.
///
/// # Errors
/// [`Code::AlreadyExists`] when it is somebody's already.
pub async fn add_domain(app: &App, tenant_id: RecordId, host: &str) -> Result<()> {
    let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
    let mut check = Check::new();
    let label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
    };
    if host.len() > 253 || !host.contains('.') || !host.split('.').all(label) {
        check.wrong("host", "Write a host name, as in careers.example.com.");
    }
    check.done()?;
    let mut tx = app.db().public().await?;
    if !store::insert_domain(&mut tx, tenant_id, &host, app.now()).await? {
        return Err(Code::AlreadyExists.into());
    }
    tx.commit().await?;
    Ok(())
}

/// Changes to a workspace's name and settings; what is absent stays.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct SettingsPatch {
    /// What people call it.
    pub name: Option<String>,
    /// `en` or `fr`.
    pub language: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// IANA name.
    pub timezone: Option<String>,
    /// The title of the career page.
    pub careers_title: Option<String>,
    /// The line below it.
    pub careers_tagline: Option<String>,
    /// A paragraph about the company.
    pub careers_about: Option<String>,
    /// `#rrggbb`.
    pub careers_color: Option<String>,
    /// Where answers to mails go; an empty text for nowhere.
    pub mail_reply_to: Option<String>,
}

/// Changes a workspace's name and settings.
///
/// # Errors
/// [`Code::InvalidFields`] naming each field that needs another value.
pub async fn patch_settings(app: &App, tenant: &Tenant, patch: SettingsPatch) -> Result<Arc<Tenant>> {
    let mut check = Check::new();
    let mut changed = tenant.clone();
    if let Some(name) = &patch.name {
        changed.name = check.name("name", name);
    }
    apply(&mut check, &mut changed.settings, patch);
    check.done()?;
    let mut tx = app.db().public().await?;
    store::rename(&mut tx, tenant.id, &changed.name).await?;
    store::write_settings(&mut tx, tenant.id, &changed.settings, app.now()).await?;
    tx.commit().await?;
    app.tenants().forget(tenant.id);
    app.sessions().forget_tenant(tenant.id);
    Ok(Arc::new(changed))
}

fn apply(check: &mut Check, settings: &mut Settings, patch: SettingsPatch) {
    if let Some(language) = patch.language {
        settings.language = check.one_of("language", &language, LANGUAGES);
    }
    if let Some(currency) = patch.currency {
        if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
            check.wrong("currency", "Write three capital letters, as in USD.");
        }
        settings.currency = currency;
    }
    if let Some(timezone) = patch.timezone {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
        if timezone.is_empty() || timezone.len() > 64 || !timezone.chars().all(plain) {
            check.wrong("timezone", "Write a time zone, as in Europe/Paris.");
        }
        settings.timezone = timezone;
    }
    if let Some(title) = patch.careers_title {
        settings.careers_title = check.name("careers_title", &title);
    }
    if let Some(tagline) = patch.careers_tagline {
        settings.careers_tagline = check.line("careers_tagline", &tagline, MAX_TAGLINE_CHARS);
    }
    if let Some(about) = patch.careers_about {
        if about.chars().count() > MAX_ABOUT_CHARS {
            check.wrong("careers_about", &format!("Write at most {MAX_ABOUT_CHARS} characters."));
        }
        settings.careers_about = about;
    }
    if let Some(color) = patch.careers_color {
        let color = color.to_ascii_lowercase();
        let digits = color.strip_prefix('#').unwrap_or_default();
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            check.wrong("careers_color", "Write a colour, as in #1f5f8b.");
        }
        settings.careers_color = color;
    }
    if let Some(address) = patch.mail_reply_to {
        let is_none = address.trim().is_empty();
        settings.mail_reply_to = if is_none { String::new() } else { check.email("mail_reply_to", &address) };
    }
}
