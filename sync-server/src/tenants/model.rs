//! What a workspace is.

use serde::Serialize;
use zumodra_shared::kernel::RecordId;

use super::logo::Logo;
use crate::db::SchemaName;

/// Letters of the longest slug, a number at its end not counted.
const MAX_SLUG_CHARS: usize = 32;
/// Names that are not for workspaces: of other hosts, and of pages beside which their career pages are.
const RESERVED: &[&str] = &[
    "account",
    "accounts",
    "admin",
    "alerts",
    "api",
    "app",
    "applied",
    "apply",
    "apps",
    "assets",
    "auth",
    "blog",
    "careers",
    "cdn",
    "console",
    "dashboard",
    "demo",
    "docs",
    "embed",
    "ftp",
    "health",
    "help",
    "imap",
    "internal",
    "jobs",
    "login",
    "logo",
    "mail",
    "me",
    "media",
    "mx",
    "ns",
    "ns1",
    "ns2",
    "offer",
    "ops",
    "p",
    "pictures",
    "pop",
    "portal",
    "public",
    "root",
    "search",
    "security",
    "signup",
    "smtp",
    "sso",
    "static",
    "status",
    "support",
    "survey",
    "system",
    "t",
    "tenant",
    "tenants",
    "test",
    "times",
    "webhooks",
    "ws",
    "www",
    "zumodra",
];

/// Whether a workspace may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is.
    Active,
    /// Nobody gets in, nothing is lost.
    Suspended,
}

impl State {
    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }

    /// Reads a stored name; what is not known is not let in.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        if name == Self::Active.name() { Self::Active } else { Self::Suspended }
    }
}

/// What a workspace may choose for itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// `en` or `fr`: the language of its pages.
    pub language: String,
    /// ISO 4217.
    pub currency: String,
    /// IANA name.
    pub timezone: String,
    /// The title of its career page.
    pub careers_title: String,
    /// The line below the title.
    pub careers_tagline: String,
    /// A paragraph about the company.
    pub careers_about: String,
    /// The colour of its career page, `#rrggbb`.
    pub careers_color: String,
    /// Where answers to its mails go, or an empty text.
    pub mail_reply_to: String,
    /// How to reach the people who hire, in a line below every career page.
    pub careers_contact: String,
    /// The address that job boards may write to, or an empty text.
    pub careers_email: String,
    /// The number of its page on LinkedIn, for LinkedIn's feed, or an empty text.
    pub careers_linkedin_id: String,
    /// Whether people may apply for no job in particular.
    pub careers_spontaneous: bool,
    /// The equal-opportunity form that is offered to those who applied, or an empty text.
    pub careers_survey: String,
    /// Where its privacy policy can be read, or an empty text.
    pub careers_privacy_url: String,
    /// Where its terms can be read, or an empty text.
    pub careers_terms_url: String,
    /// The origins whose pages may frame the list of jobs; none named means any.
    pub careers_embed_origins: Vec<String>,
    /// Its logo.
    pub careers_logo: Option<Logo>,
    /// For how many months candidates are kept after their last application ended; 0 for no period.
    pub retention_months: i32,
}

/// One workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: RecordId,
    /// Its subdomain.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// Where its data is.
    pub schema: SchemaName,
    /// Whether it may be used.
    pub state: State,
    /// The host of its own that its pages are told of at, if it has one that leads here.
    pub host: Option<String>,
    /// What it chose.
    pub settings: Settings,
}

/// The slug that a name asks for: letters and digits joined by single hyphens.
#[must_use]
pub fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().flat_map(fold) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
        if slug.len() == MAX_SLUG_CHARS {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "workspace".to_owned() } else { slug.to_owned() }
}

/// The plain letters of the accented ones that names in our two languages use.
fn fold(letter: char) -> impl Iterator<Item = char> {
    let (first, second) = match letter.to_lowercase().next().unwrap_or(letter) {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => (Some('a'), None),
        'ç' => (Some('c'), None),
        'è' | 'é' | 'ê' | 'ë' => (Some('e'), None),
        'ì' | 'í' | 'î' | 'ï' => (Some('i'), None),
        'ñ' => (Some('n'), None),
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => (Some('o'), None),
        'ù' | 'ú' | 'û' | 'ü' => (Some('u'), None),
        'ý' | 'ÿ' => (Some('y'), None),
        'æ' => (Some('a'), Some('e')),
        'œ' => (Some('o'), Some('e')),
        'ß' => (Some('s'), Some('s')),
        // An apostrophe joins: O'Brien is obrien.
        '\'' | '’' => (None, None),
        plain => (Some(plain), None),
    };
    first.into_iter().chain(second)
}

/// The slugs to try for a name, the plain one first. A reserved one is never tried.
pub fn slugs(name: &str) -> impl Iterator<Item = String> {
    let base = slug_of(name);
    let reserved = RESERVED.contains(&base.as_str());
    (1..=crate::limits::MAX_SLUG_TRIES)
        .map(move |n| if n == 1 { base.clone() } else { format!("{base}-{n}") })
        .skip(usize::from(reserved))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_subdomain() {
        for (name, slug) in [
            ("Acme", "acme"),
            ("  Café Müller & Fils  ", "cafe-muller-fils"),
            ("O'Brien's", "obriens"),
            ("日本", "workspace"),
            ("---", "workspace"),
            ("A very long name of a company that goes on", "a-very-long-name-of-a-company-th"),
        ] {
            assert_eq!(slug_of(name), slug, "{name}");
        }
    }

    #[test]
    fn a_reserved_name_gets_a_number_at_once() {
        assert_eq!(slugs("Admin").next().as_deref(), Some("admin-2"));
        assert_eq!(slugs("Acme").take(2).collect::<Vec<_>>(), ["acme", "acme-2"]);
    }
}
