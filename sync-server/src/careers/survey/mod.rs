//! The equal-opportunity survey: who applied may say which groups they belong to, apart from their application.
//!
//! Invariant: an answer is never with a person. What is kept are sums by half-year, question and answer, in a table of the
//! server that no device has a copy of; there is no row of somebody, and nothing that leads from an answer to an
//! application or back. Owners and admins see the counts, and no small ones.

mod forms;
mod half_year;
mod key;
mod pages;
mod report;
mod routes;
mod store;
mod suppress;
mod words;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;

pub use key::once;
pub use pages::{Offer, follow, offered};
pub use routes::router;

use crate::app::App;
use crate::error::Result;
use crate::tenants::Tenant;

/// The page below a folder of career pages.
const FOLDER: &str = "survey";
/// Bytes of the largest form with answers.
const MAX_FORM_BYTES: usize = 8 << 10;

/// Adds the addresses of the survey below a folder of career pages.
pub fn add_routes(router: Router<App>, base: &str) -> Router<App> {
    let page = get(pages::show).post(pages::answer).layer(DefaultBodyLimit::max(MAX_FORM_BYTES));
    router
        .route(&format!("{base}/{FOLDER}/"), page)
        .route(&format!("{base}/{FOLDER}/done/"), get(pages::done))
}

/// Forgets keys that would be of no use any more.
///
/// # Errors
/// When the database cannot be written.
pub async fn sweep(app: &App, tenant: &Tenant) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    store::sweep(&mut tx, &key::month(app.now())).await?;
    tx.commit().await?;
    Ok(())
}
