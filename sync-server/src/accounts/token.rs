//! Access tokens: signed statements of who acts, for fifteen minutes. The session is checked besides.

use anyhow::Context as _;
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zumodra_shared::access::Role;
use zumodra_shared::kernel::limits::MAX_TOKEN_BYTES;
use zumodra_shared::kernel::{Code, RecordId};

use super::keys::Keys;
use crate::error::Result;

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The person.
    pub user_id: RecordId,
    /// The person's address when the token was made.
    pub email: String,
    /// The workspace.
    pub tenant_id: RecordId,
    /// The role when the token was made; the role that counts is read from the database.
    pub role: Role,
    /// The device.
    pub device_id: RecordId,
    /// The living chain of refresh tokens that it was made with.
    pub sid: RecordId,
    /// When it was made, in seconds since 1970.
    pub iat: i64,
    /// When it runs out, in seconds since 1970.
    pub exp: i64,
}

/// Signs an access token.
///
/// # Errors
/// When signing fails.
pub fn sign(keys: &Keys, claims: &Claims) -> Result<String> {
    let mut header = Header::new(Algorithm::EdDSA);
    header.kid = Some(keys.kid().to_owned());
    Ok(jsonwebtoken::encode(&header, claims, keys.encoding()).context("sign an access token")?)
}

/// Reads a token that this installation signed and that has not run out.
///
/// # Errors
/// [`Code::Unauthenticated`] or [`Code::TokenExpired`].
pub fn verify(keys: &Keys, token: &str, now_s: i64) -> Result<Claims> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(Code::Unauthenticated.into());
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| Code::Unauthenticated)?;
    let key = header.kid.as_deref().and_then(|kid| keys.decoding(kid)).ok_or(Code::Unauthenticated)?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    // The time is the app's, so that tests can move it.
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    let claims =
        jsonwebtoken::decode::<Claims>(token, key, &validation).map_err(|_| Code::Unauthenticated)?.claims;
    if claims.exp <= now_s { Err(Code::TokenExpired.into()) } else { Ok(claims) }
}

/// When a token that was just verified runs out, in milliseconds; now for one that does not verify.
#[must_use]
pub fn expires_at_ms(keys: &Keys, token: &str, now_ms: i64) -> i64 {
    verify(keys, token, now_ms / 1_000).map_or(now_ms, |claims| claims.exp * 1_000)
}

/// What is stored of a secret that we gave away: enough to know it again, not enough to use it.
#[must_use]
pub fn digest(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}
