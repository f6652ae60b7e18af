//! Where a candidate chooses when an interview suits them: a page behind a link that was mailed to them, or from the
//! portal.
//!
//! Invariant: what is booked is a time that was offered, is ahead, and at which everybody who is in it is free and at work; that
//! nobody is in two at once is decided where every change of the workspace comes by. Looking at the page changes nothing, because programs
//! that guard mailboxes follow links.

mod actions;
mod free;
mod pages;
mod store;
mod words;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use zumodra_shared::kernel::RecordId;

use super::secret::made;
use super::words::Language;
use crate::app::App;
use crate::tenants::{Home, Tenant};

/// What the secrets of links are signed for.
const SECRET: &str = "interview times";
/// Bytes of the largest form that a candidate sends here.
const MAX_FORM_BYTES: usize = 8 << 10;
/// The page below a folder of career pages.
const FOLDER: &str = "times";

/// Adds the addresses of the page below a folder of career pages.
pub fn add_routes(router: Router<App>, base: &str) -> Router<App> {
    let limit = || DefaultBodyLimit::max(MAX_FORM_BYTES);
    router
        .route(&format!("{base}/{FOLDER}/"), get(pages::show).post(pages::choose).layer(limit()))
        .route(&format!("{base}/{FOLDER}/none/"), post(pages::decline).layer(limit()))
}

/// The secret of an interview's link, made of its id and a key of the installation, and kept nowhere.
#[must_use]
pub fn secret(app: &App, tenant_id: RecordId, interview: RecordId) -> String {
    made(app, SECRET, tenant_id, interview)
}

/// Where a candidate chooses.
#[must_use]
pub fn link(app: &App, tenant: &Tenant, language: &str, secret: &str) -> String {
    let lang = Language::of_tag(language).unwrap_or(Language::En).tag();
    Home::of(app.config(), tenant).address(&format!("{FOLDER}/?token={secret}&lang={lang}"))
}
