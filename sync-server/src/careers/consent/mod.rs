//! Asking candidates whether they may be kept for longer: a mail when somebody here asks, a second one a week later where no answer
//! came, and a page on which they say yes or no.
//!
//! Invariant: looking at the page changes nothing, one question has one answer, and what is answered is written by the server
//! alone. A question is the day on which it was asked, in the candidate's record: no day, no question.

mod actions;
mod pages;
mod store;
mod words;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use zumodra_shared::kernel::RecordId;

pub use actions::{Asked, ask};

use super::secret::made;
use crate::app::App;
use crate::tenants::{Home, Tenant};

/// Bytes of the largest form that is sent here.
const MAX_FORM_BYTES: usize = 4 << 10;
/// What the secrets of links are signed for.
const SECRET: &str = "consent renewal";

/// Adds the addresses of the question below a folder of career pages.
pub fn add_routes(router: Router<App>, base: &str) -> Router<App> {
    let limit = || DefaultBodyLimit::max(MAX_FORM_BYTES);
    let at = |rest: &str| format!("{base}/consent/{rest}");
    router
        .route(&format!("{base}/consent"), get(super::routes::with_slash))
        .route(&at(""), get(pages::question).merge(post(pages::agree)).layer(limit()))
        .route(&at("no/"), get(pages::doubt).merge(post(pages::decline)).layer(limit()))
}

/// The secret of the link to a question, made of the candidate's id and a key of the installation, and kept nowhere.
#[must_use]
pub fn secret(app: &App, tenant_id: RecordId, candidate: RecordId) -> String {
    made(app, SECRET, tenant_id, candidate)
}

/// Where a question is answered.
#[must_use]
pub fn link(app: &App, tenant: &Tenant, language: &str, secret: &str) -> String {
    Home::of(app.config(), tenant).address(&format!("consent/?token={secret}&lang={language}"))
}
