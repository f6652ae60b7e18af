//! Who is asking, where, and what: everything a route learns about its request. Nothing here believes a claim.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse as _;
use bytes::Bytes;
use serde::de::DeserializeOwned;
use zumodra_shared::access::Principal;
use zumodra_shared::kernel::{Code, Problem, RecordId};

use super::limit::{Class, Who};
use super::observe::ClientAddr;
use crate::accounts::sessions::{Session, authenticate};
use crate::app::App;
use crate::error::{Error, Result};
use crate::tenants::{self, State, Tenant};

/// The access token of a request.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A signed-in person, counted against their rate. Having one is having proved who acts.
#[derive(Debug, Clone)]
pub struct Actor(Arc<Session>);

impl Actor {
    /// Whose workspace it is.
    #[must_use]
    pub fn tenant(&self) -> &Arc<Tenant> {
        &self.0.tenant
    }

    /// The session.
    #[must_use]
    pub const fn session(&self) -> &Arc<Session> {
        &self.0
    }
}

impl Deref for Actor {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.0.principal
    }
}

impl FromRequestParts<App> for Actor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let signed_in = match bearer(&parts.headers) {
            Some(token) => authenticate(app, token).await,
            None => Err(Code::Unauthenticated.into()),
        };
        let session = match signed_in {
            Ok(session) => session,
            Err(error) => {
                // Guessing at tokens is counted like every request without a sign-in.
                if let Some(ClientAddr(addr)) = parts.extensions.get() {
                    app.limiters().count(Class::Anon, Who::address(*addr))?;
                }
                return Err(error);
            }
        };
        let principal = &session.principal;
        app.limiters().count(Class::User, Who::Person(principal.tenant_id, principal.user_id))?;
        // A token of one workspace at the address of another is a mistake or an attempt.
        if tenants::from_host(app, host(parts)).await?.is_some_and(|tenant| tenant.id != principal.tenant_id)
        {
            return Err(Code::Forbidden.into());
        }
        Ok(Self(session))
    }
}

fn host(parts: &Parts) -> &str {
    let named = parts.headers.get(header::HOST).and_then(|value| value.to_str().ok());
    named.or_else(|| parts.uri.host()).unwrap_or_default()
}

/// The workspace whose address was called, if it is a workspace's. It may be suspended.
#[derive(Debug, Clone)]
pub struct HostTenant(pub Option<Arc<Tenant>>);

impl FromRequestParts<App> for HostTenant {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Ok(Self(tenants::from_host(app, host(parts)).await?))
    }
}

/// The workspace of a public page: it must be there and in use.
#[derive(Debug, Clone)]
pub struct TenantScope(pub Arc<Tenant>);

impl FromRequestParts<App> for TenantScope {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let tenant = tenants::from_host(app, host(parts)).await?.ok_or(Code::TenantUnknown)?;
        if tenant.state == State::Suspended { Err(Code::TenantSuspended.into()) } else { Ok(Self(tenant)) }
    }
}

/// The address that a request came from.
impl FromRequestParts<App> for ClientAddr {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        parts.extensions.get().copied().ok_or_else(|| anyhow::anyhow!("a request without an address").into())
    }
}

/// A JSON body.
#[derive(Debug, Clone)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let is_json = request.headers().get(header::CONTENT_TYPE).is_none_or(|value| {
            let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
            essence.eq_ignore_ascii_case("application/json")
        });
        if !is_json {
            return Err(Problem::new(Code::BadRequest).detail("Send application/json.").into());
        }
        let RawBody(bytes) = RawBody::from_request(request, app).await?;
        // A route whose fields may all be absent takes no body for an empty one.
        let bytes = if bytes.is_empty() { Bytes::from_static(b"{}") } else { bytes };
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            let code = if error.is_data() { Code::InvalidFields } else { Code::BadRequest };
            Problem::new(code).detail(error.to_string()).into()
        })
    }
}

/// A body of bytes, up to the route's limit.
#[derive(Debug, Clone)]
pub struct RawBody(pub Bytes);

impl FromRequest<App> for RawBody {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        Bytes::from_request(request, app).await.map(Self).map_err(|rejection: BytesRejection| {
            let too_large = rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE;
            Error::from(if too_large { Code::TooLarge } else { Code::BadRequest })
        })
    }
}

/// An id in the address. What is no id names nothing.
#[derive(Debug, Clone, Copy)]
pub struct PathId(pub RecordId);

impl FromRequestParts<App> for PathId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Path(id) = Path::<RecordId>::from_request_parts(parts, app).await.map_err(|_| Code::NotFound)?;
        Ok(Self(id))
    }
}

/// A text in the address.
#[derive(Debug, Clone)]
pub struct PathText(pub String);

impl FromRequestParts<App> for PathText {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Path(text) = Path::<String>::from_request_parts(parts, app).await.map_err(|_| Code::NotFound)?;
        Ok(Self(text))
    }
}

/// The query of an address.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, app).await;
        query
            .map(|query| Self(query.0))
            .map_err(|error| Problem::new(Code::BadRequest).detail(error.body_text()).into())
    }
}
