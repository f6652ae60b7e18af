//! The account that is signed in, as it is remembered between two starts, and as the window sees it.

use serde::{Deserialize, Serialize};
use zumodra_shared::access::{Role, policy};
use zumodra_shared::kernel::{Code, Problem, RecordId};

use super::vault::Protection;

/// A workspace as the server names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// Its id.
    pub id: RecordId,
    /// The last part of its address.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// The person as the server names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their id.
    pub id: RecordId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
}

/// The account that is signed in. Nothing in here is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The server's address, without a slash at the end.
    pub server: String,
    /// The workspace.
    pub tenant: Workspace,
    /// The person.
    pub user: Person,
    /// The person's role, as of the last contact.
    pub role: Role,
    /// This device, as the server named it.
    pub device_id: RecordId,
    /// How the replica's key is kept.
    pub protection: Protection,
}

impl Account {
    /// The name of the account's folder: one per server, workspace and person.
    #[must_use]
    pub fn folder(server: &str, tenant_id: RecordId, user_id: RecordId) -> String {
        let name = format!("{server}\n{tenant_id}\n{user_id}");
        blake3::hash(name.as_bytes()).to_hex()[..24].to_owned()
    }

    /// The name of this account's folder.
    #[must_use]
    pub fn own_folder(&self) -> String {
        Self::folder(&self.server, self.tenant.id, self.user.id)
    }
}

/// What the window asks for a sign-in.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct SignInRequest {
    /// The server's address.
    pub server: String,
    /// The person's address.
    pub email: String,
    /// The password.
    pub password: String,
    /// The workspace, when the account is in several.
    #[serde(default)]
    pub workspace: Option<String>,
    /// The passphrase, where no keyring runs.
    #[serde(default)]
    pub passphrase: Option<String>,
}

impl std::fmt::Debug for SignInRequest {
    /// Secrets are never printed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInRequest").field("server", &self.server).finish_non_exhaustive()
    }
}

/// Whether somebody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// Nobody.
    SignedOut,
    /// Somebody, but the replica is not open.
    Locked,
    /// The replica is open.
    Ready,
}

/// The session as the window sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionInfo {
    /// Whether somebody is signed in.
    pub state: SessionState,
    /// The server's address.
    pub server: Option<String>,
    /// The workspace's slug.
    pub tenant: Option<String>,
    /// The workspace's name.
    pub tenant_name: Option<String>,
    /// The person.
    pub user_id: Option<RecordId>,
    /// Their address.
    pub email: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// Their role.
    pub role: Option<&'static str>,
    /// Whether a passphrase protects the replica, because no keyring runs here.
    pub passphrase: bool,
    /// What the role may do, as "kind:action".
    pub may: Vec<String>,
}

impl SessionInfo {
    /// What the window sees of an account.
    #[must_use]
    pub fn of(account: Option<&Account>, state: SessionState, passphrase: bool) -> Self {
        Self {
            state,
            server: account.map(|a| a.server.clone()),
            tenant: account.map(|a| a.tenant.slug.clone()),
            tenant_name: account.map(|a| a.tenant.name.clone()),
            user_id: account.map(|a| a.user.id),
            email: account.map(|a| a.user.email.clone()),
            name: account.map(|a| a.user.name.clone()),
            role: account.map(|a| a.role.name()),
            passphrase,
            may: account.map(|a| policy::allowances(a.role)).unwrap_or_default(),
        }
    }
}

/// Brings a server's address into one form.
///
/// # Errors
/// [`Code::InvalidFields`] for what is no address of a server.
pub fn server_address(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let wrong = || Problem::new(Code::InvalidFields).field("server", "This is not the address of a server.");
    let url = url::Url::parse(&whole).map_err(|_| wrong())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() || !url.username().is_empty() {
        return Err(wrong());
    }
    Ok(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_address_has_one_form() {
        assert_eq!(server_address(" Example.org/ "), Ok("https://example.org".to_owned()));
        assert_eq!(server_address("http://127.0.0.1:8084/careers"), Ok("http://127.0.0.1:8084".to_owned()));
        for bad in ["", "ftp://x.org", "https://", "https://me@x.org", "a b"] {
            assert!(server_address(bad).is_err(), "{bad}");
        }
    }
}
