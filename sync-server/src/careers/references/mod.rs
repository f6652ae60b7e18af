//! Where a referee says how a candidate works: a page behind a link that was mailed to them.
//!
//! Invariant: what is asked is what was written down when the candidate's consent was noted, and it is answered once; the
//! server decides that where every change of the workspace comes by. Looking at the page changes nothing, because programs
//! that guard mailboxes follow links.

mod actions;
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
const SECRET: &str = "reference";
/// Bytes of the largest form that a referee sends here: a dozen of the longest answers, of which a form writes a character in
/// up to twelve bytes.
const MAX_FORM_BYTES: usize = 1 << 20;
/// The page below a folder of career pages.
const FOLDER: &str = "reference";

/// Adds the addresses of the page below a folder of career pages.
pub fn add_routes(router: Router<App>, base: &str) -> Router<App> {
    let limit = || DefaultBodyLimit::max(MAX_FORM_BYTES);
    router
        .route(&format!("{base}/{FOLDER}/"), get(pages::show).post(pages::answer).layer(limit()))
        .route(&format!("{base}/{FOLDER}/decline/"), post(pages::decline).layer(limit()))
}

/// The secret of a reference's link, made of its id and a key of the installation, and kept nowhere.
#[must_use]
pub fn secret(app: &App, tenant_id: RecordId, reference: RecordId) -> String {
    made(app, SECRET, tenant_id, reference)
}

/// Where a referee answers.
#[must_use]
pub fn link(app: &App, tenant: &Tenant, language: &str, secret: &str) -> String {
    let lang = Language::of_tag(language).unwrap_or(Language::En).tag();
    Home::of(app.config(), tenant).address(&format!("{FOLDER}/?token={secret}&lang={lang}"))
}

#[cfg(test)]
mod tests {
    use zumodra_shared::ats::reference::{MAX_ANSWER_CHARS, MAX_QUESTIONS};

    use super::*;

    #[test]
    fn the_longest_answers_fit_into_a_form() {
        /// A character of four bytes, each of which is written in three.
        const CHAR_BYTES: usize = 12;
        const { assert!(MAX_QUESTIONS * MAX_ANSWER_CHARS * CHAR_BYTES < MAX_FORM_BYTES / 10 * 9) };
    }
}
