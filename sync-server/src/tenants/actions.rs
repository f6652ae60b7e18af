//! What happens to workspaces.

use std::sync::Arc;

use zumodra_shared::kernel::limits::MAX_RETENTION_MONTHS;
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
/// Characters of the line with how to reach the people who hire.
const MAX_CONTACT_CHARS: usize = 200;
/// Digits of a page's number on LinkedIn.
const MAX_LINKEDIN_DIGITS: usize = 20;
/// Characters of the address of a policy.
const MAX_POLICY_URL_CHARS: usize = 300;
/// Origins that may frame the list of jobs.
const MAX_EMBED_ORIGINS: usize = 20;
/// The colour of a career page that nobody chose one for.
const DEFAULT_COLOR: &str = "#1f5f8b";
/// The equal-opportunity forms that a workspace may choose; an empty name for none. What they ask is with the career pages.
pub const SURVEYS: &[&str] = &["", "us", "ca"];
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
        host: None,
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
        careers_contact: String::new(),
        careers_email: String::new(),
        careers_linkedin_id: String::new(),
        careers_spontaneous: false,
        careers_survey: String::new(),
        careers_privacy_url: String::new(),
        careers_terms_url: String::new(),
        careers_embed_origins: Vec::new(),
        careers_logo: None,
        retention_months: 0,
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

/// Every workspace that is not suspended, by slug: those for which there is work by the clock.
///
/// # Errors
/// When the database cannot be read.
pub async fn active(app: &App) -> Result<Vec<Arc<Tenant>>> {
    let all = list(app).await?.into_iter();
    Ok(all.filter(|tenant| tenant.state == State::Active).map(Arc::new).collect())
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
    /// How to reach the people who hire.
    pub careers_contact: Option<String>,
    /// The address that job boards may write to; empty for none.
    pub careers_email: Option<String>,
    /// The number of the page on LinkedIn; empty for none.
    pub careers_linkedin_id: Option<String>,
    /// Whether people may apply for no job in particular.
    pub careers_spontaneous: Option<bool>,
    /// The equal-opportunity form that is offered to those who applied; empty for none.
    pub careers_survey: Option<String>,
    /// Where the privacy policy can be read; empty for nowhere.
    pub careers_privacy_url: Option<String>,
    /// Where the terms can be read; empty for nowhere.
    pub careers_terms_url: Option<String>,
    /// The origins whose pages may frame the list of jobs; none named means any.
    pub careers_embed_origins: Option<Vec<String>>,
    /// For how many months candidates are kept after their last application ended; 0 for no period.
    pub retention_months: Option<i32>,
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

fn apply(check: &mut Check, settings: &mut Settings, mut patch: SettingsPatch) {
    if let Some(language) = patch.language.take() {
        settings.language = check.one_of("language", &language, LANGUAGES);
    }
    if let Some(currency) = patch.currency.take() {
        if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
            check.wrong("currency", "Write three capital letters, as in USD.");
        }
        settings.currency = currency;
    }
    if let Some(timezone) = patch.timezone.take() {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
        if timezone.is_empty() || timezone.len() > 64 || !timezone.chars().all(plain) {
            check.wrong("timezone", "Write a time zone, as in Europe/Paris.");
        }
        settings.timezone = timezone;
    }
    if let Some(months) = patch.retention_months {
        if !(0..=MAX_RETENTION_MONTHS).contains(&i64::from(months)) {
            check.wrong(
                "retention_months",
                &format!("Write a number of months from 0 to {MAX_RETENTION_MONTHS}."),
            );
        }
        settings.retention_months = months;
    }
    apply_careers(check, settings, patch);
}

fn apply_careers(check: &mut Check, settings: &mut Settings, patch: SettingsPatch) {
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
    if let Some(contact) = patch.careers_contact {
        settings.careers_contact = check.line("careers_contact", &contact, MAX_CONTACT_CHARS);
    }
    if let Some(email) = patch.careers_email {
        let is_given = !email.trim().is_empty();
        settings.careers_email = if is_given { check.email("careers_email", &email) } else { String::new() };
    }
    if let Some(number) = patch.careers_linkedin_id {
        let number = number.trim().to_owned();
        if number.len() > MAX_LINKEDIN_DIGITS || !number.bytes().all(|b| b.is_ascii_digit()) {
            check.wrong("careers_linkedin_id", "Write the number of the page on LinkedIn, digits only.");
        }
        settings.careers_linkedin_id = number;
    }
    if let Some(is_allowed) = patch.careers_spontaneous {
        settings.careers_spontaneous = is_allowed;
    }
    if let Some(form) = patch.careers_survey {
        settings.careers_survey = check.one_of("careers_survey", &form, SURVEYS);
    }
    if let Some(address) = patch.careers_privacy_url {
        settings.careers_privacy_url = policy(check, "careers_privacy_url", &address);
    }
    if let Some(address) = patch.careers_terms_url {
        settings.careers_terms_url = policy(check, "careers_terms_url", &address);
    }
    if let Some(origins) = patch.careers_embed_origins {
        let read: Option<Vec<String>> = origins.iter().map(|text| origin(text)).collect();
        match read.filter(|read| read.len() <= MAX_EMBED_ORIGINS) {
            Some(read) => settings.careers_embed_origins = read,
            None => check.wrong(
                "careers_embed_origins",
                &format!("Write up to {MAX_EMBED_ORIGINS} origins, as in https://www.example.com."),
            ),
        }
    }
}

/// The address of a policy as it is linked to, or an empty text.
fn policy(check: &mut Check, field: &str, text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    secure(text).unwrap_or_else(|| {
        check.wrong(field, "Write an address that begins with https://.");
        String::new()
    })
}

/// The address that a text names, if nobody on the way can change what is read there.
fn secure(text: &str) -> Option<String> {
    let url = url::Url::parse(text.trim()).ok()?;
    let is_secure = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
    let address = String::from(url);
    (is_secure && address.len() <= MAX_POLICY_URL_CHARS).then_some(address)
}

/// The origin that a text names: scheme, host and port, and nothing that could mean more in a header.
fn origin(text: &str) -> Option<String> {
    let url = url::Url::parse(text.trim()).ok()?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let is_web =
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    let origin = url.origin().ascii_serialization();
    let is_plain = origin.bytes().all(|b| b.is_ascii_alphanumeric() || b":/.-[]".contains(&b));
    (is_bare && is_web && is_plain).then_some(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_where_nobody_on_the_way_can_change_it() {
        assert_eq!(
            secure(" https://Acme.example/privacy?lang=fr#data ").as_deref(),
            Some("https://acme.example/privacy?lang=fr#data")
        );
        let longest = format!("https://a.example/{}", "x".repeat(MAX_POLICY_URL_CHARS - 18));
        assert_eq!(secure(&longest).as_deref(), Some(longest.as_str()));
        let too_long = format!("{longest}x");
        for bad in [
            "acme.example/privacy",
            "http://acme.example/",
            "https://",
            "https://u:p@acme.example/",
            "javascript:alert(1)",
            too_long.as_str(),
        ] {
            assert_eq!(secure(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_origin_is_a_scheme_a_host_and_a_port() {
        assert_eq!(origin("https://www.Example.com").as_deref(), Some("https://www.example.com"));
        assert_eq!(origin(" http://localhost:3000/ ").as_deref(), Some("http://localhost:3000"));
        for bad in [
            "",
            "*",
            "example.com",
            "https://*.example.com",
            "https://a.example/x",
            "https://a.example/?q",
            "https://u:p@a.example",
            "javascript:alert(1)",
            "https://a.example; script-src *",
            "data:,x",
        ] {
            assert_eq!(origin(bad), None, "{bad}");
        }
    }
}
