//! Answers for other programs: with a tag, so that what they have already is not sent again, and for any origin where
//! the answer is public anyway.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// How long a browser may remember that any origin may read.
const PREFLIGHT_SECONDS: &str = "86400";
/// Digits of a tag.
const TAG_DIGITS: usize = 32;

/// A text with a tag of its content; only the tag when the asker has the same text already.
pub fn tagged(asked: &HeaderMap, media_type: &'static str, text: String) -> Response {
    let hash = blake3::hash(text.as_bytes()).to_hex();
    let tag = format!("\"{}\"", &hash[..TAG_DIGITS]);
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    // A proxy that compressed the text made the tag a weak one.
    let is_known = known
        .flat_map(|list| list.split(','))
        .map(|known| known.trim())
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::VARY, HeaderValue::from_static("accept-language")),
        (header::ETAG, HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""))),
    ];
    if is_known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, text).into_response()
}

/// Lets the pages of any origin read the answer. There is no cookie and no sign-in that it could depend on.
pub async fn for_any_origin(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag, retry-after"));
    response
}

/// What a browser asks before a request that is more than a plain one: reading is all that is allowed.
pub async fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "if-none-match, accept-language"),
        (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS),
        (header::ALLOW, "GET, HEAD, OPTIONS"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
