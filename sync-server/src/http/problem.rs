//! Refusals over HTTP: RFC 9457 problem details, for everything that is not an answer.

use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use zumodra_shared::kernel::Code;

use crate::error::{Error, Result};

/// The media type of a problem.
pub const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// The error behind a response, for the one place that logs and completes it.
#[derive(Debug, Clone)]
pub struct Cause(pub Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = rendered(&self, None);
        response.extensions_mut().insert(Cause(Arc::new(self)));
        response
    }
}

/// The response for an error; `instance` names the request.
#[must_use]
pub fn rendered(error: &Error, instance: Option<&str>) -> Response {
    let refusal = error.refusal();
    let mut body = refusal.problem.to_rfc9457(instance);
    if let Some(members) = body.as_object_mut() {
        members.extend(refusal.more);
    }
    let status =
        StatusCode::from_u16(refusal.problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body.to_string()).into_response();
    if let Some(wait) = refusal.retry_after {
        let seconds = wait.as_millis().div_ceil(1_000).max(1);
        if let Ok(value) = HeaderValue::from_str(&seconds.to_string()) {
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
    }
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// The answer to an address that does not exist.
///
/// # Errors
/// Always [`Code::NotFound`].
pub async fn not_found() -> Result<()> {
    Err(Code::NotFound.into())
}

/// The answer to a method that the address does not have. RFC 9457 has `about:blank` for what the status says by itself.
pub async fn method_not_allowed() -> Response {
    let body = json!({
        "type": "about:blank",
        "title": "Method Not Allowed",
        "status": StatusCode::METHOD_NOT_ALLOWED.as_u16(),
    });
    (StatusCode::METHOD_NOT_ALLOWED, [(header::CONTENT_TYPE, MEDIA_TYPE)], Json(body)).into_response()
}
