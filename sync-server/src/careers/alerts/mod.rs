//! Job alerts: mail about new positions, to who asked for it and confirmed it.
//!
//! Invariant: an address gets one mail that it did not ask for, the question whether it did; everything else comes after a
//! yes, as often as its reader chose, and each carries the way to end it, to pause it and to choose anew.

mod every;
mod pages;
mod store;
mod words;
mod work;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use zumodra_shared::kernel::RecordId;

pub use pages::place;
pub use work::sweep;

use super::secret::made;
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::tenants::{Home, Tenant};

/// Bytes of the largest form that is sent here.
const MAX_FORM_BYTES: usize = 8 << 10;
/// What the secrets of links are signed for.
const SECRET: &str = "job alert";

/// Adds the addresses of alerts below a folder of career pages.
pub fn add_routes(router: Router<App>, base: &str) -> Router<App> {
    let limit = || DefaultBodyLimit::max(MAX_FORM_BYTES);
    let at = |rest: &str| format!("{base}/alerts/{rest}");
    router
        .route(&format!("{base}/alerts"), get(super::routes::with_slash))
        .route(&at(""), get(pages::form).merge(post(pages::ask)).layer(limit()))
        .route(&at("sent/"), get(pages::sent))
        .route(&at("on/"), get(pages::confirm).merge(post(pages::confirmed)).layer(limit()))
        .route(&at("change/"), post(pages::change).layer(limit()))
        .route(&at("off/"), get(pages::leave).merge(post(pages::left)).layer(limit()))
}

/// The secret of an alert's links, made of its id and a key of the installation, and kept nowhere.
#[must_use]
pub fn secret(app: &App, tenant_id: RecordId, id: RecordId) -> String {
    made(app, SECRET, tenant_id, id)
}

/// Where an alert is confirmed (`on`) or ended (`off`).
#[must_use]
pub fn link(app: &App, tenant: &Tenant, language: &str, (what, secret): (&str, &str)) -> String {
    Home::of(app.config(), tenant).address(&format!("alerts/{what}/?token={secret}&lang={language}"))
}

/// What applications are marked with that come by an alert.
const MARK: &str = "job-alert";

/// Where the list of an alert is.
#[must_use]
pub fn list(app: &App, tenant: &Tenant, language: &str, wanted: &str) -> String {
    let joint = if wanted.is_empty() { "" } else { "&" };
    Home::of(app.config(), tenant).address(&format!("?{wanted}{joint}lang={language}&source={MARK}"))
}

/// Ends every alert of an address.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget(tx: &mut TenantTx, address: &str) -> Result<()> {
    store::forget(tx, address).await?;
    Ok(())
}
