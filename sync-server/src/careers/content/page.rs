//! A page of a workspace's own.

use askama::Template;
use axum::Router;
use axum::extract::RawPathParams;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use zumodra_shared::kernel::Code;

use super::model::Page;
use super::parts::{Part, Place, Said, parts, said};
use super::pictures;
use crate::app::App;
use crate::careers::error::{answered, privately};
use crate::careers::pages::{self, Frame, MAX_DESCRIPTION_CHARS};
use crate::careers::routes::with_slash;
use crate::careers::site::Site;
use crate::careers::text::teaser;

/// Adds the addresses of own pages and pictures below a folder of career pages.
pub fn add_routes(router: Router<App>, base: &str) -> Router<App> {
    router
        .route(&format!("{base}/p/{{slug}}"), get(with_slash))
        .route(&format!("{base}/p/{{slug}}/"), get(own))
        .route(&format!("{base}/pictures/{{name}}"), get(pictures::shown))
}

/// A page of a workspace's own.
#[derive(Template)]
#[template(path = "careers/own.html")]
pub struct OwnPage {
    frame: Frame,
    meta_title: String,
    title: Said,
    parts: Vec<Part>,
}

/// The path of a page below the site's folder.
#[must_use]
pub fn path(page: &Page) -> String {
    format!("p/{}/", page.slug)
}

impl OwnPage {
    /// The page.
    #[must_use]
    pub fn of(site: &Site, page: &Page) -> Self {
        let language = site.language;
        let title = said(&page.title, language);
        let meta_title = said(&page.meta_title, language).text;
        let mut frame = Frame::of(site).switched(site, &path(page), "");
        for way in &mut frame.ways {
            way.is_current = way.slug == page.slug;
        }
        let description = said(&page.meta_description, language).text;
        let texts: Vec<&str> = page.sections.iter().map(|section| section.text.read(language).0).collect();
        let described = if description.is_empty() { texts.join(" ") } else { description };
        frame.description = teaser(&described, MAX_DESCRIPTION_CHARS);
        if frame.description.is_empty() {
            frame.description.clone_from(&title.text);
        }
        if site.preview.is_empty() {
            frame.canonical = site.address(&path(page));
        }
        Self {
            frame,
            meta_title: if meta_title.is_empty() { title.text.clone() } else { meta_title },
            title,
            parts: parts(&Place::of(site), &page.sections, &site.content.pictures),
        }
    }
}

async fn own(site: Site, params: RawPathParams) -> Response {
    let slug = params.iter().find(|(name, _)| *name == "slug").map(|(_, slug)| slug).unwrap_or_default();
    let is_previewed = !site.preview.is_empty();
    let found = site.content.content.page(slug).filter(|page| page.is_published || is_previewed);
    let answer = found
        .map(|page| pages::answer(StatusCode::OK, &OwnPage::of(&site, page)))
        .ok_or_else(|| Code::NotFound.into());
    if is_previewed { privately(&site, answer) } else { answered(&site, answer) }
}
