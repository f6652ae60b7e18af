//! The HTTP of files.

use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::{FromRequestParts as _, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use zumodra_shared::access::Action;
use zumodra_shared::kernel::{Code, Problem, RecordId};

use super::actions::{self, Begin, Progress, is_hash};
use super::store::File;
use crate::app::App;
use crate::error::{Refusal, Result};
use crate::http::extract::{Actor, Body, PathText, Query, RawBody};
use crate::http::limit::{Class, Who};
use crate::tenants;

/// Where in the file a piece belongs.
pub const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");

/// Begins an upload.
///
/// # Errors
/// See [`actions::begin`].
pub async fn begin(
    State(app): State<App>,
    actor: Actor,
    Body(input): Body<Begin>,
) -> Result<(StatusCode, Json<Progress>)> {
    actor.require("candidates", Action::Create, None, None)?;
    app.limiters().count(Class::FileUpload, Who::Person(actor.tenant_id, actor.user_id))?;
    let progress = actions::begin(&app, actor.tenant(), actor.user_id, input).await?;
    Ok((StatusCode::OK, Json(progress)))
}

/// Adds a piece.
///
/// # Errors
/// See [`actions::append`].
pub async fn append(
    State(app): State<App>,
    actor: Actor,
    PathText(hash): PathText,
    headers: HeaderMap,
    RawBody(piece): RawBody,
) -> Result<Json<Progress>> {
    actor.require("candidates", Action::Create, None, None)?;
    let offset = headers.get(UPLOAD_OFFSET).and_then(|value| value.to_str().ok()?.parse().ok());
    let offset: u64 = offset.ok_or_else(|| {
        Problem::new(Code::BadRequest).detail("Say with Upload-Offset where the piece belongs.")
    })?;
    if !is_hash(&hash) {
        return Err(Code::NotFound.into());
    }
    Ok(Json(actions::append(&app, actor.tenant(), &hash, offset, piece).await?))
}

/// A signed address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Signed {
    tenant: Option<RecordId>,
    exp: Option<i64>,
    sig: Option<String>,
}

/// Gives an address that works for a few minutes without a sign-in.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`].
pub async fn link(State(app): State<App>, actor: Actor, PathText(hash): PathText) -> Result<Json<Value>> {
    let file = actions::find_for(&app, &actor, &hash).await?;
    let (path, expires_at) = actions::signed_path(&app, actor.tenant(), &file.hash);
    Ok(Json(json!({"url": format!("{}{path}", app.config().public_url()), "expires_at": expires_at})))
}

/// Gives a file to who may see whose it is, or to who has a signed address.
///
/// # Errors
/// [`Code::Unauthenticated`], [`Code::Forbidden`], [`Code::NotFound`].
pub async fn download(
    State(app): State<App>,
    PathText(hash): PathText,
    Query(signed): Query<Signed>,
    mut parts: Parts,
) -> Result<Response> {
    let (tenant, file) = match (signed.tenant, signed.exp, signed.sig) {
        (Some(tenant_id), Some(exp), Some(sig)) => {
            if !actions::is_signed(&app, tenant_id, &hash, exp, &sig) {
                return Err(Code::Forbidden.into());
            }
            let tenant = tenants::by_id(&app, tenant_id).await?.ok_or(Code::NotFound)?;
            if tenant.state == tenants::State::Suspended {
                return Err(Code::TenantSuspended.into());
            }
            let file = actions::find(&app, &tenant, &hash).await?;
            (tenant, file)
        }
        _ => {
            let actor = Actor::from_request_parts(&mut parts, &app).await?;
            let file = actions::find_for(&app, &actor, &hash).await?;
            (actor.tenant().clone(), file)
        }
    };
    let wanted = range(&parts.headers, file.size())?;
    let span = wanted.clone().unwrap_or(0..file.size());
    let bytes = actions::read(&app, &tenant, &file, span.clone()).await?;
    let status = if wanted.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let mut response = (status, HttpBody::from(bytes)).into_response();
    set_headers(response.headers_mut(), &file);
    if wanted.is_some() {
        let value = format!("bytes {}-{}/{}", span.start, span.end - 1, file.size());
        response
            .headers_mut()
            .insert(header::CONTENT_RANGE, HeaderValue::from_str(&value).map_err(anyhow::Error::from)?);
    }
    Ok(response)
}

/// Headers with which a browser saves the file and runs nothing of it.
fn set_headers(headers: &mut HeaderMap, file: &File) {
    let media_type = HeaderValue::from_str(&file.media_type);
    headers.insert(
        header::CONTENT_TYPE,
        media_type.unwrap_or(HeaderValue::from_static("application/octet-stream")),
    );
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=300"));
    if let Ok(etag) = HeaderValue::from_str(&format!("\"{}\"", file.hash)) {
        headers.insert(header::ETAG, etag);
    }
    if let Ok(disposition) = HeaderValue::from_str(&disposition(&file.name)) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
}

/// The name of a download, for old readers in plain letters and for the rest as RFC 8187 has it.
#[must_use]
pub fn disposition(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._- ".contains(c) { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// The one range that was asked for. Several ranges, and other units, are answered with the whole.
fn range(headers: &HeaderMap, size: u64) -> Result<Option<std::ops::Range<u64>>> {
    let asked = headers.get(header::RANGE).and_then(|value| value.to_str().ok()?.strip_prefix("bytes="));
    let Some((first, last)) =
        asked.filter(|asked| !asked.contains(',')).and_then(|asked| asked.split_once('-'))
    else {
        return Ok(None);
    };
    let span = match (first.parse::<u64>().ok(), last.parse::<u64>().ok()) {
        (Some(first), Some(last)) => first..last.saturating_add(1).min(size),
        (Some(first), None) if last.is_empty() => first..size,
        (None, Some(count)) if first.is_empty() => size.saturating_sub(count)..size,
        _ => return Ok(None),
    };
    if span.start < span.end {
        return Ok(Some(span));
    }
    let problem = Problem::new(Code::BadRequest).detail("The file has no such part.");
    Err(Refusal::new(problem).with("bytes", json!(size)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(range_header: &str) -> Option<std::ops::Range<u64>> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_str(range_header).expect("a value"));
        range(&headers, 100).expect("satisfiable")
    }

    #[test]
    fn one_range_is_read_and_others_give_the_whole() {
        assert_eq!(asked("bytes=0-9"), Some(0..10));
        assert_eq!(asked("bytes=90-"), Some(90..100));
        assert_eq!(asked("bytes=-10"), Some(90..100));
        assert_eq!(asked("bytes=50-1000"), Some(50..100));
        assert_eq!(asked("bytes=0-1,5-6"), None);
        assert_eq!(asked("lines=0-1"), None);
    }

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let text = disposition("Zoë \"CV\"\r\nX: y.pdf");
        assert!(!text.contains('\r') && !text.contains('\n'));
        assert_eq!(text.matches('"').count(), 2);
        assert!(text.contains("filename*=UTF-8''Zo%C3%AB%20%22CV%22"));
    }
}
