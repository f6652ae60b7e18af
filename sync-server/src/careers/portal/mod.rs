//! The candidates' portal: where an application stands, the interviews ahead, offers to answer, messages, further
//! documents, withdrawing, one's own data and what one agreed to.
//!
//! Invariant: whoever reads the mail of an address is let in to what the workspace keeps under it, and to nothing else: no
//! opinion of anybody, no other address, no other workspace. There is no account: a link by mail works once, and is traded
//! for a cookie of this part of the pages alone.

mod actions;
mod consents;
mod contact;
mod data;
mod documents;
mod enter;
mod forms;
mod known;
mod meetings;
mod messages;
mod pages;
mod store;
mod words;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

pub use consents::not_in_mind;
pub use enter::{LANGUAGE_COOKIE, address, link, secret};
pub use known::Sent;
pub use pages::path;

use crate::app::App;
use crate::careers::upload::MAX_FORM_BYTES as MAX_UPLOAD_BYTES;
use crate::db::TenantTx;
use crate::error::Result;
use crate::limits::MAX_EMAIL_BODY_CHARS;
use crate::tenants::Tenant;
use zumodra_shared::kernel::RecordId;

/// Bytes of the largest form that a candidate sends here.
const MAX_FORM_BYTES: usize = 8 << 10;
/// Bytes of the longest message with its form: a character has up to four bytes, each written as three.
const MAX_MESSAGE_FORM_BYTES: usize = 12 * MAX_EMAIL_BODY_CHARS + MAX_FORM_BYTES;

/// The portal below a folder of career pages.
const FOLDER: &str = "me";

/// Adds the addresses of the portal below a folder of career pages.
pub fn add_routes(router: Router<App>, base: &str) -> Router<App> {
    let limit = || DefaultBodyLimit::max(MAX_FORM_BYTES);
    let at = |rest: &str| format!("{base}/{FOLDER}/{rest}");
    router
        .route(&format!("{base}/{FOLDER}"), get(super::routes::with_slash))
        .route(&at(""), get(pages::show))
        .route(&at("link/"), post(forms::ask).layer(limit()))
        .route(&at("sent/"), get(pages::sent))
        .route(&at("open/"), get(pages::opened).post(forms::open).layer(limit()))
        .route(&at("out/"), post(forms::leave).layer(limit()))
        .route(&at("message/"), post(forms::message).layer(DefaultBodyLimit::max(MAX_MESSAGE_FORM_BYTES)))
        .route(&at("interview.ics"), get(meetings::file))
        .route(&at("time/"), post(forms::other_time).layer(limit()))
        .route(&at("withdraw/"), get(pages::withdraw).post(forms::withdraw).layer(limit()))
        .route(&at("delete/"), get(pages::delete).post(forms::delete).layer(limit()))
        .route(&at("document/"), post(documents::hand_in).layer(DefaultBodyLimit::max(MAX_UPLOAD_BYTES)))
        .route(&at("contact/"), get(contact::show).post(contact::propose).layer(limit()))
        .route(&at("keep-in-mind/"), post(consents::take_back).layer(limit()))
        .route(&at("data.json"), get(data::download))
        .route(&at("resume/"), get(data::resume))
}

/// An application of a candidate with what it is for, by the candidate and its own id.
///
/// # Errors
/// When the database cannot be read.
pub async fn application(tx: &mut TenantTx, candidate: RecordId, id: RecordId) -> Result<Option<Sent>> {
    known::application_of(tx, candidate, id).await
}

/// Whether somebody who is reached at an address has an application for a job that is not over.
///
/// # Errors
/// When the database cannot be read.
pub async fn has_open(tx: &mut TenantTx, address: &str, job: RecordId) -> Result<bool> {
    known::has_open(tx, address, job).await
}

/// Removes what ran out.
///
/// # Errors
/// When the database cannot be written.
pub async fn sweep(app: &App, tenant: &Tenant) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    store::sweep(&mut tx, app.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Forgets an address, and that these candidates asked to be deleted: they are.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget(tx: &mut TenantTx, address: &str, candidates: &[RecordId]) -> Result<()> {
    store::forget(tx, address, candidates).await?;
    Ok(())
}
