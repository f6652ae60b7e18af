//! The list of jobs on the workspace's own site: a page that may be framed, and a script that frames it.

use askama::Template;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use super::board::Board;
use super::listing::{Listing, Wanted};
use super::pages::{Card, Frame, counted, page_policy};
use super::reply::tagged;
use super::site::Site;
use super::words::fill;
use crate::error::{Error, Result};
use crate::http::observe::MayBeFramed;

const SCRIPT: &str = include_str!("../../assets/embed.js");
/// How long the script may be kept, in seconds: its address is in pages that are not ours, and never changes.
const SCRIPT_CACHE: HeaderValue = HeaderValue::from_static("public, max-age=3600");
const CROSS_ORIGIN: HeaderValue = HeaderValue::from_static("cross-origin");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The list as it stands in another page.
#[derive(Template)]
#[template(path = "careers/embed.html")]
struct EmbedPage {
    frame: Frame,
    count: String,
    cards: Vec<Card>,
    all: String,
    page_of: String,
    previous: String,
    next: String,
}

/// The page that may be framed: by the origins that the workspace named, or by any.
///
/// # Errors
/// When the page cannot be made.
pub fn page(asked: &HeaderMap, site: &Site, wanted: &Wanted, board: &Board) -> Result<Response> {
    let (words, language) = (site.words(), site.is_asked.then_some(site.language));
    let listing = Listing::of(board, wanted, site.language);
    let link = |page: usize| site.way_with("embed/", &wanted.query(page, language));
    let mut cards: Vec<Card> = listing.shown().iter().map(|hit| Card::of(site, hit, &listing.near)).collect();
    for card in &mut cards {
        card.href = format!("{}{}", site.origin, card.href);
    }
    let page = EmbedPage {
        frame: Frame::of(site),
        count: counted(words, wanted.is_narrowed(), listing.hits.len()),
        cards,
        all: format!("{}{}", site.origin, site.home()),
        page_of: fill(words.page_of, &[&listing.page.to_string(), &listing.pages.to_string()]),
        previous: if listing.page > 1 { link(listing.page - 1) } else { String::new() },
        next: if listing.page < listing.pages { link(listing.page + 1) } else { String::new() },
    };
    let text = page.render().map_err(|error| Error::Failed(error.into()))?;
    let mut response = tagged(asked, "text/html; charset=utf-8", text);
    let origins = &site.tenant.settings.careers_embed_origins;
    let ancestors = if origins.is_empty() { "*".to_owned() } else { origins.join(" ") };
    // Origins were read as such when they were set: nothing in them can end the directive.
    let policy =
        HeaderValue::from_str(&page_policy(&ancestors)).map_err(|error| Error::Failed(error.into()))?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response.headers_mut().insert(RESOURCE_POLICY, CROSS_ORIGIN);
    response.extensions_mut().insert(MayBeFramed);
    Ok(response)
}

/// The script that frames the page.
pub async fn script() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")),
        (header::CACHE_CONTROL, SCRIPT_CACHE),
        (RESOURCE_POLICY, CROSS_ORIGIN),
    ];
    (headers, SCRIPT).into_response()
}
