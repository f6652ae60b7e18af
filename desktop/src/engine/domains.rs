//! Hosts of the workspace's own for its career pages; for its administrators. The server alone keeps them and asks the
//! DNS: nothing of it is kept here.

use serde::{Deserialize, Serialize};
use serde_json::json;
use zumodra_shared::kernel::{Problem, RecordId};

use super::Engine;

/// Where the claims on hosts are.
const DOMAINS: &str = "tenants/current/domains/";

/// Something to enter in the DNS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsRecord {
    /// `TXT`, `CNAME`, `A` or `AAAA`.
    #[serde(rename = "type")]
    pub kind: String,
    /// At which name.
    pub name: String,
    /// What.
    pub value: String,
}

/// A claim on a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// Its id.
    pub id: RecordId,
    /// The host.
    pub host: String,
    /// `waiting`, `verified` or `lost`.
    pub state: String,
    /// `found`, `absent`, `other`, `silent` or `taken`; none before the DNS was asked.
    pub seen: Option<String>,
    /// Whether the host leads to the server.
    pub points_here: bool,
    /// Whether the operator of the server vouches for it.
    pub is_vouched: bool,
    /// What to enter in the DNS.
    pub records: Vec<DnsRecord>,
    /// When the DNS was asked last, in milliseconds.
    pub checked_at: Option<i64>,
    /// Until when the host leads to the server though what proves the claim is gone, in milliseconds.
    pub ends_at: Option<i64>,
}

/// Every claim of the workspace.
#[derive(Debug, Deserialize)]
struct Domains {
    results: Vec<Domain>,
}

impl Engine {
    /// The hosts that the workspace claims.
    ///
    /// # Errors
    /// [`zumodra_shared::kernel::Code::Offline`]; `Forbidden` for who is no administrator.
    pub async fn domains(&self) -> Result<Vec<Domain>, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let found: Domains = self.0.http.read_at(&workspace.account().server, &token, DOMAINS).await?;
        Ok(found.results)
    }

    /// Claims a host.
    ///
    /// # Errors
    /// As [`Engine::domains`]; `InvalidFields` for what cannot be claimed, `AlreadyExists` for what another workspace
    /// has, `QuotaReached` beyond what a workspace may claim.
    pub async fn claim_domain(&self, host: &str) -> Result<Domain, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let wanted = json!({ "host": host });
        self.0.http.send_at(&workspace.account().server, &token, DOMAINS, &wanted).await
    }

    /// Has the server look in the DNS for what proves a claim.
    ///
    /// # Errors
    /// As [`Engine::domains`]; `NotFound` for no claim of the workspace.
    pub async fn check_domain(&self, id: RecordId) -> Result<Domain, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let address = format!("{DOMAINS}{id}/check/");
        self.0.http.make_at(&workspace.account().server, &token, &address).await
    }

    /// Takes a claim away.
    ///
    /// # Errors
    /// As [`Engine::check_domain`].
    pub async fn remove_domain(&self, id: RecordId) -> Result<(), Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.remove_at(&workspace.account().server, &token, &format!("{DOMAINS}{id}/")).await
    }
}
