//! What happens to every request: an id, a span, a time limit, a net for panics, one log line, safe headers, and the
//! completion of problems.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use tracing::Instrument as _;
use zumodra_shared::kernel::Code;

use super::problem::{Cause, rendered};
use crate::app::App;
use crate::error::Error;
use crate::limits::REQUEST_TIMEOUT;
use crate::tenants::lookup::is_installations;

/// The header that carries a request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Bytes of a request id that a proxy gave.
const MAX_REQUEST_ID_BYTES: usize = 64;

/// Headers that every response has, unless its route set another value.
const SAFE_HEADERS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
];

/// What the addresses of calendar feeds begin with.
const FEEDS: &str = "/calendar/";

/// The address that a request came from, as far as it can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddr(pub IpAddr);

/// Marks an answer that another page may frame. Which one may, its own content security policy says: the older header
/// could only forbid it to all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MayBeFramed;

/// The id of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Wraps the handling of every request.
pub async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = request_id(&app, request.headers());
    let addr = client_addr(&app, &request);
    request.extensions_mut().insert(RequestId(id.clone()));
    request.extensions_mut().insert(ClientAddr(addr));
    // The query is left out: signed addresses have their signature there.
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = tracing::info_span!("request", id, %method, path = shown(&path), client = %addr);
    let started = Instant::now();
    let is_api = path.starts_with("/api/");
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let is_ours = is_installations(&app, host);
    async {
        let handled = AssertUnwindSafe(next.run(request)).catch_unwind();
        let response = match tokio::time::timeout(REQUEST_TIMEOUT, handled).await {
            Ok(Ok(response)) => response,
            Ok(Err(panic)) => {
                Error::Failed(anyhow::anyhow!("panic: {}", panic_text(&*panic))).into_response()
            }
            Err(_) => Error::from(Code::Unavailable).into_response(),
        };
        let mut response = completed(response, &id);
        let status = response.status();
        // What is no page needs no protection, and every desktop that comes back pays for these bytes.
        if status != StatusCode::SWITCHING_PROTOCOLS {
            secure(&app, &mut response, is_api, is_ours);
            if let Ok(value) = HeaderValue::from_str(&id) {
                response.headers_mut().insert(REQUEST_ID, value);
            }
        }
        let status = status.as_u16();
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(status, ms, "answered");
        response
    }
    .instrument(span)
    .await
}

/// A path as logs have it. That of a calendar feed is a secret: whoever reads the logs must not read the feed.
fn shown(path: &str) -> &str {
    if path.starts_with(FEEDS) { FEEDS } else { path }
}

/// Logs the error behind a response, once, and names the request in its body.
fn completed(mut response: Response, id: &str) -> Response {
    let Some(Cause(error)) = response.extensions_mut().remove::<Cause>() else { return response };
    match &*error {
        Error::Refused(refusal) => tracing::debug!(code = %refusal.problem.code, "refused"),
        Error::Failed(cause) => tracing::error!(error = format!("{cause:#}"), "failed"),
    }
    let mut named = rendered(&error, Some(&format!("urn:zumodra:request:{id}")));
    for (name, value) in response.headers() {
        if !named.headers().contains_key(name) && name != header::CONTENT_LENGTH {
            named.headers_mut().append(name, value.clone());
        }
    }
    named
}

fn secure(app: &App, response: &mut Response, is_api: bool, is_ours: bool) {
    let may_be_framed = response.extensions().get::<MayBeFramed>().is_some();
    let headers = response.headers_mut();
    for (name, value) in SAFE_HEADERS {
        if may_be_framed && name == header::X_FRAME_OPTIONS {
            continue;
        }
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if is_api {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    if app.config().public_url().starts_with("https:") {
        // What is below a workspace's own host is not for this server to speak of.
        let value = if is_ours { "max-age=31536000; includeSubDomains" } else { "max-age=31536000" };
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(HeaderValue::from_static(value));
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}

fn request_id(app: &App, headers: &HeaderMap) -> String {
    let given =
        headers.get(REQUEST_ID).filter(|_| app.config().trust_proxy).and_then(|value| value.to_str().ok());
    let plain = |id: &&str| {
        (1..=MAX_REQUEST_ID_BYTES).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    given.filter(plain).map_or_else(|| app.new_id().to_string(), str::to_owned)
}

fn client_addr(app: &App, request: &Request) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let forwarded = request
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .filter(|_| app.config().trust_proxy)
        .filter_map(|value| value.to_str().ok())
        // The last address was written by the proxy that is ours; the ones before it are claims.
        .filter_map(|value| value.rsplit(',').next()?.trim().parse().ok())
        .next_back();
    forwarded.or(peer).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_of_a_feed_is_in_no_log() {
        assert_eq!(shown("/calendar/0123abc.ics"), "/calendar/");
        assert_eq!(shown("/careers/acme/"), "/careers/acme/");
    }
}
