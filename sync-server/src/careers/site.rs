//! Whose career page a request asks for, at which address, and in which language.
//!
//! A workspace's pages are at `/careers/` of its own hosts, and at `/careers/{workspace}/` of the installation's, which
//! needs no name in the DNS. Links within the pages stay where they are read; what others are told (the canonical address,
//! feeds, the sitemap, postings) is where the workspace wants to be found.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::header;
use axum::http::request::Parts;

use super::assets;
use super::content::{self, Showing};
use super::error::PageError;
use super::job::{Posted, PublicJob};
use super::portal::LANGUAGE_COOKIE;
use super::source::{self, SOURCE};
use super::words::{Language, Words};
use crate::app::App;
use crate::error::{Error, Result};
use crate::tenants::address::{FOLDER, origin};
use crate::tenants::{self, Home, State, Tenant};
use zumodra_shared::kernel::Code;

/// The career page of one workspace as one request sees it.
#[derive(Debug, Clone)]
pub struct Site {
    /// Whose it is.
    pub tenant: Arc<Tenant>,
    /// The folder of its pages, without a slash at its end.
    pub base: String,
    /// Scheme and host of the request.
    pub origin: String,
    /// Where others are told that its pages are.
    pub home: Home,
    /// In which language.
    pub language: Language,
    /// Whether the address named the language: then links name it too.
    pub is_asked: bool,
    /// What led here, or an empty text: links to what can be applied for carry it on.
    pub source: String,
    /// What the workspace says besides its jobs.
    pub content: Arc<Showing>,
    /// What lets the reader see what is hidden and what is a draft, or an empty text: links carry it on.
    pub preview: String,
}

impl Site {
    /// The texts.
    #[must_use]
    pub const fn words(&self) -> &'static Words {
        self.language.words()
    }

    /// A path below the site's folder, which keeps the language when it was asked for.
    #[must_use]
    pub fn path(&self, rest: &str) -> String {
        let lang = if self.is_asked { format!("?lang={}", self.language.tag()) } else { String::new() };
        format!("{}/{rest}{lang}", self.base)
    }

    /// A path below the site's folder on the way to an application: it also keeps what led here.
    #[must_use]
    pub fn way(&self, rest: &str) -> String {
        let lang = if self.is_asked { format!("lang={}", self.language.tag()) } else { String::new() };
        self.way_with(rest, &lang)
    }

    /// As [`Site::way`], with a query of its own.
    #[must_use]
    pub fn way_with(&self, rest: &str, query: &str) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(query.to_owned());
        if !self.source.is_empty() {
            pairs.append_pair(SOURCE, &self.source);
        }
        if !self.preview.is_empty() {
            pairs.append_pair(content::PREVIEW, &self.preview);
        }
        let query = pairs.finish();
        let joint = if query.is_empty() { "" } else { "?" };
        format!("{}/{rest}{joint}{query}", self.base)
    }

    /// The list of jobs.
    #[must_use]
    pub fn home(&self) -> String {
        self.way("")
    }

    /// A job's page.
    #[must_use]
    pub fn job(&self, slug: &str) -> String {
        self.way(&format!("jobs/{slug}/"))
    }

    /// The whole address of a path below the workspace's folder, in no particular language, as others are told it.
    #[must_use]
    pub fn address(&self, rest: &str) -> String {
        self.home.address(rest)
    }
}

impl Site {
    /// The whole address of a job.
    #[must_use]
    pub fn job_address(&self, public: &PublicJob) -> String {
        self.address(&format!("jobs/{}/", public.slug))
    }

    /// What a job says in the language of the page.
    #[must_use]
    pub fn posted<'a>(&'a self, public: &'a PublicJob) -> Posted<'a> {
        public.posted(self.language.tag(), &self.tenant.settings.language)
    }

    /// The same site for programs that name no language unless the address does: in that of the workspace.
    #[must_use]
    pub fn for_programs(&self) -> Self {
        let language = if self.is_asked { self.language } else { self.content_language() };
        Self { language, ..self.clone() }
    }

    /// The whole addresses of a job in each of the languages of the pages that it can be read in, if these are several.
    #[must_use]
    pub fn alternates(&self, public: &PublicJob) -> Vec<(&'static str, String)> {
        let address = self.job_address(public);
        let spoken = Language::ALL
            .into_iter()
            .map(Language::tag)
            .filter(|tag| public.speaks(tag, &self.tenant.settings.language));
        let found: Vec<_> = spoken.map(|tag| (tag, format!("{address}?lang={tag}"))).collect();
        if found.len() > 1 { found } else { Vec::new() }
    }

    /// The language of what the workspace wrote.
    #[must_use]
    pub fn content_language(&self) -> Language {
        Language::of_tag(&self.tenant.settings.language).unwrap_or(Language::En)
    }

    /// The path of the workspace's logo, if it has one.
    #[must_use]
    pub fn logo(&self) -> Option<String> {
        self.logo_file().map(|file| format!("{}/{file}", self.base))
    }

    /// The whole address of the workspace's logo, if it has one.
    #[must_use]
    pub fn logo_address(&self) -> Option<String> {
        self.logo_file().map(|file| self.address(&file))
    }

    /// The title of the pages.
    #[must_use]
    pub fn title(&self) -> &str {
        let title = self.tenant.settings.careers_title.trim();
        if title.is_empty() { &self.tenant.name } else { title }
    }

    /// The address of the style with the workspace's colours, or an empty text.
    #[must_use]
    pub fn theme(&self) -> String {
        let (settings, content) = (&self.tenant.settings, &self.content.content);
        let colors = [&settings.careers_color, &content.secondary_color, &content.accent_color];
        assets::theme(colors.map(String::as_str)).unwrap_or_default()
    }

    /// The path of the picture in a browser's tab, if there is one.
    #[must_use]
    pub fn icon(&self) -> Option<String> {
        let favicon = content::pictured(self, self.content.content.favicon.as_ref());
        favicon.map(|picture| picture.path).or_else(|| self.logo())
    }

    fn logo_file(&self) -> Option<String> {
        let logo = self.tenant.settings.careers_logo.as_ref()?;
        Some(format!("logo/{}.{}", logo.version(), logo.kind.extension()))
    }
}

impl FromRequestParts<App> for Site {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let asked = asked(parts.uri.query());
        // What somebody chose in the portal before what their browser says; the other pages do not get the cookie.
        let remembered = LANGUAGE_COOKIE.carried(&parts.headers).find_map(Language::of_tag);
        let preferred = remembered.or_else(|| preferred(parts));
        let refuse = |error: Error| PageError::new(error, asked.or(preferred).unwrap_or(Language::En));
        let (tenant, base, origin) = found(parts, app).await.map_err(refuse)?;
        if tenant.state == State::Suspended {
            return Err(refuse(Code::TenantSuspended.into()));
        }
        let own = Language::of_tag(&tenant.settings.language).unwrap_or(Language::En);
        let language = asked.or(preferred).unwrap_or(own);
        let source = source::of(parts, &origin);
        // Without a host of its own a workspace is found at whichever address it was asked for at.
        let home = match tenant.host {
            Some(_) => Home::of(app.config(), &tenant),
            None => Home { origin: origin.clone(), base: base.clone() },
        };
        let content = content::shown(app, &tenant).await.map_err(|error| PageError::new(error, language))?;
        let preview = query(parts.uri.query()).find(|(name, _)| name == content::PREVIEW);
        let preview = preview.filter(|(_, secret)| content::is_preview(app, tenant.id, secret));
        let preview = preview.map(|(_, secret)| secret).unwrap_or_default();
        Ok(Self { tenant, base, origin, home, language, is_asked: asked.is_some(), source, content, preview })
    }
}

async fn found(parts: &mut Parts, app: &App) -> Result<(Arc<Tenant>, String, String)> {
    let host = host(parts).to_owned();
    let here = tenants::from_host(app, &host).await?;
    let named = named(parts, app).await;
    match (here, named) {
        (Some(tenant), None) => {
            // The name led to a workspace, so it is one; the port is a number or none.
            let (name, port) = host.split_once(':').unwrap_or((host.as_str(), ""));
            let origin = origin(app.config(), name, port.parse().ok());
            Ok((tenant, FOLDER.to_owned(), origin))
        }
        (None, Some(slug)) => {
            let tenant = tenants::by_slug(app, &slug).await?.ok_or(Code::TenantUnknown)?;
            let base = format!("{FOLDER}/{}", tenant.slug);
            Ok((tenant, base, app.config().public_url()))
        }
        // A workspace's own host has no folders of other workspaces.
        (Some(_), Some(_)) => Err(Code::NotFound.into()),
        (None, None) => Err(Code::TenantUnknown.into()),
    }
}

/// The workspace that the path names, or for the REST addresses the query.
async fn named(parts: &mut Parts, app: &App) -> Option<String> {
    let params = RawPathParams::from_request_parts(parts, app).await.ok()?;
    let in_path = params.iter().find(|(name, _)| *name == "tenant").map(|(_, slug)| slug.to_owned());
    in_path.or_else(|| {
        let is_api = !parts.uri.path().starts_with(FOLDER);
        query(parts.uri.query()).find(|(name, _)| is_api && name == "tenant").map(|(_, slug)| slug)
    })
}

fn host(parts: &Parts) -> &str {
    let named = parts.headers.get(header::HOST).and_then(|value| value.to_str().ok());
    named.or_else(|| parts.uri.host()).unwrap_or_default()
}

/// The pairs of a query.
pub fn query(query: Option<&str>) -> impl Iterator<Item = (String, String)> {
    let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.map(|(name, value)| (name.into_owned(), value.into_owned()))
}

fn asked(text: Option<&str>) -> Option<Language> {
    let (_, tag) = query(text).find(|(name, _)| name == "lang")?;
    Language::of_tag(&tag)
}

fn preferred(parts: &Parts) -> Option<Language> {
    let header = parts.headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    Language::of_header(header)
}
