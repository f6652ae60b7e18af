//! Access and refresh tokens of the account: one refresh at a time, the new one kept before it is used.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::sync::Mutex;
use zumodra_shared::kernel::{Code, Problem};

use super::http::Http;
use crate::engine::Workspace;
use crate::session::vault::refresh_name;
use crate::session::{Protection, Vault};

/// Lifetime of an access token that does not say, in milliseconds.
const DEFAULT_LIFETIME_MS: i64 = 10 * 60 * 1_000;
/// An access token is renewed when this share of its lifetime is over, in percent.
const RENEW_AT_PERCENT: i64 = 75;

/// An access token with the time (of the steady clock) at which it is renewed.
#[derive(Clone)]
struct Access {
    token: String,
    renew_at: i64,
}

/// The tokens of the account.
pub struct Tokens {
    access: Mutex<Option<Access>>,
}

impl Tokens {
    /// Tokens after a sign-in (with an access token) or after a start (without).
    #[must_use]
    pub fn new(access: Option<String>, steady: i64) -> Self {
        Self { access: Mutex::new(access.map(|token| dated(token, steady))) }
    }

    /// A valid access token; a spent one is renewed.
    ///
    /// # Errors
    /// [`Code::Offline`] without an answer; [`Code::Unauthenticated`] and its like when the sign-in has run out.
    pub async fn access(&self, workspace: &Arc<Workspace>) -> Result<String, Problem> {
        let mut access = self.access.lock().await;
        if let Some(held) = access.as_ref().filter(|held| workspace.clock.steady() < held.renew_at) {
            return Ok(held.token.clone());
        }
        let fresh = renew(workspace).await?;
        let dated = dated(fresh, workspace.clock.steady());
        Ok(access.insert(dated).token.clone())
    }

    /// Forgets the access token: the server refused it.
    pub async fn refused(&self) {
        *self.access.lock().await = None;
    }

    /// Whether the access token should be renewed now.
    pub async fn is_due(&self, steady: i64) -> bool {
        self.access.lock().await.as_ref().is_some_and(|held| steady >= held.renew_at)
    }
}

async fn renew(workspace: &Arc<Workspace>) -> Result<String, Problem> {
    let refresh = read_refresh(workspace).await?.ok_or_else(|| Problem::new(Code::Unauthenticated))?;
    let fresh = workspace.http.refresh(&workspace.account().server, &refresh).await?;
    keep_refresh(workspace, fresh.refresh).await?;
    Ok(fresh.access)
}

/// Keeps the refresh token: in the keyring, or inside the encrypted replica where none runs.
///
/// # Errors
/// When neither takes it.
pub async fn keep_refresh(workspace: &Arc<Workspace>, refresh: String) -> Result<(), Problem> {
    let account = workspace.account();
    match account.protection {
        Protection::Keyring => {
            let name = refresh_name(&account.own_folder());
            blocking(move || Vault::System.keep(&name, &refresh)).await
        }
        Protection::Passphrase(_) => workspace.store(move |replica, _| replica.set_secret(&refresh)).await,
    }
}

/// The refresh token.
///
/// # Errors
/// When the keyring does not answer.
pub async fn read_refresh(workspace: &Arc<Workspace>) -> Result<Option<String>, Problem> {
    let account = workspace.account();
    match account.protection {
        Protection::Keyring => {
            let name = refresh_name(&account.own_folder());
            blocking(move || Vault::System.read(&name)).await
        }
        Protection::Passphrase(_) => workspace.store(|replica, _| replica.secret()).await,
    }
}

/// Runs what blocks beside the tasks that must not wait.
///
/// # Errors
/// What the work gives; [`Code::Internal`] when it panicked.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(Problem::new(Code::Internal)))
}

/// Signs out on the server, as far as it can be reached.
pub async fn sign_out(http: &Http, workspace: &Arc<Workspace>) {
    if let Ok(Some(refresh)) = read_refresh(workspace).await {
        http.sign_out(&workspace.account().server, &refresh).await;
    }
}

fn dated(token: String, steady: i64) -> Access {
    let renew_at = steady + lifetime_ms(&token) * RENEW_AT_PERCENT / 100;
    Access { token, renew_at }
}

/// How long a token lives by its own claims (RFC 7519, `iat` and `exp`): a difference, so that no clock matters.
fn lifetime_ms(token: &str) -> i64 {
    let claims = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let claims: serde_json::Value =
        claims.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    match (claims["iat"].as_i64(), claims["exp"].as_i64()) {
        (Some(from), Some(to)) if to > from => (to - from).saturating_mul(1_000),
        _ => DEFAULT_LIFETIME_MS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_how_long_it_lives() {
        let claims = URL_SAFE_NO_PAD.encode(br#"{"iat":100,"exp":1000}"#);
        assert_eq!(lifetime_ms(&format!("a.{claims}.b")), 900_000);
        assert_eq!(lifetime_ms("nonsense"), DEFAULT_LIFETIME_MS);
    }
}
