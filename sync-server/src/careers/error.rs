//! Refusals as pages: a title, what happened, and where to go on.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use zumodra_shared::kernel::Code;

use super::pages::{self, ErrorPage, Frame};
use super::site::Site;
use super::words::Language;
use crate::error::{Error, Refusal, Result};

/// A refusal of a request whose site is not known.
#[derive(Debug)]
pub struct PageError {
    error: Error,
    language: Language,
}

impl PageError {
    /// A refusal in a language.
    #[must_use]
    pub const fn new(error: Error, language: Language) -> Self {
        Self { error, language }
    }

    /// The refusal itself, for answers that are no pages.
    #[must_use]
    pub fn into_error(self) -> Error {
        self.error
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        page(&self.error, self.language, Frame::bare(self.language), "")
    }
}

/// The answer of a page, or the refusal as a page of the same site.
pub fn answered(site: &Site, answer: Result<Response>) -> Response {
    answer.unwrap_or_else(|error| page(&error, site.language, Frame::of(site), ""))
}

/// As [`answered`], where the address or the page is somebody's own: nobody keeps it, and no other page learns the address.
pub fn privately(site: &Site, answer: Result<Response>) -> Response {
    keeping(site, answer, "")
}

/// As [`privately`], where somebody wrote something: if it could not be taken, it is on the page.
pub fn keeping(site: &Site, answer: Result<Response>, typed: &str) -> Response {
    let refused = |error| page(&error, site.language, Frame::of(site), typed);
    let mut response = answer.unwrap_or_else(refused);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn page(error: &Error, language: Language, frame: Frame, kept: &str) -> Response {
    if let Error::Failed(_) = error {
        tracing::error!(%error, "failed");
    }
    let refusal = error.refusal();
    let words = language.words();
    let (title, text) = match refusal.problem.code {
        Code::NotFound | Code::TenantUnknown => (words.not_found_title, words.not_found_text),
        Code::JobNotOpen => (words.gone_title, words.gone_text),
        Code::TooLarge => (words.too_large_title, words.too_large_text),
        Code::BadRequest => (words.unreadable_title, words.unreadable_text),
        Code::TokenExpired => (words.signed_out_title, words.signed_out_text),
        Code::TooManyRequests => (words.often_title, words.often_text),
        Code::TenantSuspended => (words.suspended_title, words.suspended_text),
        _ => (words.failed_title, words.failed_text),
    };
    let mut response =
        pages::answer(status(&refusal), &ErrorPage { frame, title, text, kept: kept.to_owned() });
    if let Some(wait) = refusal.retry_after
        && let Ok(seconds) = HeaderValue::from_str(&wait.as_secs().max(1).to_string())
    {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

fn status(refusal: &Refusal) -> StatusCode {
    match refusal.problem.code {
        // A page that was there and will not come back at this address.
        Code::JobNotOpen => StatusCode::GONE,
        // 401 would have a browser ask for a password (RFC 9110, section 15.5.2).
        Code::TokenExpired => StatusCode::FORBIDDEN,
        code => StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    }
}
