//! What a workspace chooses for itself: its name and language, its career page and its logo; for its administrators. The
//! server alone keeps it and judges each change. One thing is remembered here: how long candidates are kept, because who is
//! due for deletion is known without the server.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zumodra_shared::kernel::Problem;

use super::Engine;
use super::workspace::Workspace;

/// Where the workspace is.
pub(super) const WORKSPACE: &str = "tenants/current/";
/// The setting that says for how many months candidates are kept.
const RETENTION: &str = "retention_months";
/// Where its logo is.
const LOGO: &str = "tenants/current/logo/";

/// A workspace as the server tells of it.
#[derive(Debug, Deserialize)]
struct Told {
    slug: String,
    name: String,
    settings: Map<String, Value>,
    public_url: String,
    /// Where its career page is; an older server does not say.
    careers_url: Option<String>,
}

/// What a workspace chose, and where its career page is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkspaceSettings {
    /// What people call it.
    pub name: String,
    /// The address of its career page.
    pub page: String,
    /// Its settings by their names on the server. The window knows what they are; nothing here does.
    #[serde(flatten)]
    pub settings: Map<String, Value>,
}

impl From<Told> for WorkspaceSettings {
    fn from(told: Told) -> Self {
        // At this address its page always is, whichever hosts of its own it has besides.
        let first = || format!("{}/careers/{}/", told.public_url.trim_end_matches('/'), told.slug);
        let page = told.careers_url.unwrap_or_else(first);
        Self { name: told.name, page, settings: told.settings }
    }
}

/// A logo without its picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    /// SHA-256 in hexadecimal.
    pub hash: String,
    /// What it is.
    pub media_type: String,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// Remembers how long candidates are kept. A server that does not know of it tells of no period.
async fn remember(workspace: &Arc<Workspace>, told: &Told) -> Result<(), Problem> {
    let months = told.settings.get(RETENTION).and_then(Value::as_i64).unwrap_or_default();
    workspace.store(move |replica, now| replica.set_retention_months(months, now)).await
}

impl Engine {
    /// What the workspace chose.
    ///
    /// # Errors
    /// [`zumodra_shared::kernel::Code::Offline`].
    pub async fn workspace_settings(&self) -> Result<WorkspaceSettings, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let told: Told = self.0.http.read_at(&workspace.account().server, &token, WORKSPACE).await?;
        remember(&workspace, &told).await?;
        Ok(told.into())
    }

    /// Changes what is named, and leaves the rest. Answers what the workspace chose then.
    ///
    /// # Errors
    /// As [`Engine::workspace_settings`]; `InvalidFields` naming each value that cannot be; `Forbidden` for who is no
    /// administrator.
    pub async fn change_workspace_settings(
        &self,
        change: Map<String, Value>,
    ) -> Result<WorkspaceSettings, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let change = Value::Object(change);
        let http = &self.0.http;
        let told: Told = http.change_at(&workspace.account().server, &token, WORKSPACE, &change).await?;
        remember(&workspace, &told).await?;
        Ok(told.into())
    }

    /// The picture that is the workspace's logo.
    ///
    /// # Errors
    /// As [`Engine::workspace_settings`]; `NotFound` where there is none.
    pub async fn logo(&self) -> Result<Vec<u8>, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.bytes_at(&workspace.account().server, &token, LOGO).await
    }

    /// Gives the workspace a logo in the place of an earlier one.
    ///
    /// # Errors
    /// As [`Engine::change_workspace_settings`]; `TooLarge` and `UnsupportedFile` for what is no such picture.
    pub async fn put_logo(&self, picture: Vec<u8>) -> Result<Logo, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.put_at(&workspace.account().server, &token, LOGO, picture).await
    }

    /// Takes the workspace's logo away.
    ///
    /// # Errors
    /// As [`Engine::change_workspace_settings`].
    pub async fn remove_logo(&self) -> Result<(), Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.remove_at(&workspace.account().server, &token, LOGO).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_workspace_is_told_flat_with_the_address_of_its_page() {
        for public_url in ["https://zumodra.example", "https://zumodra.example/"] {
            let told = json!({
                "id": "x", "slug": "north", "name": "North Star", "state": "active", "public_url": public_url,
                "settings": { "language": "fr", "careers_spontaneous": true, "a_later_one": [1] },
            });
            let told: Told = serde_json::from_value(told).expect("a workspace");
            let wanted = json!({
                "name": "North Star", "page": "https://zumodra.example/careers/north/",
                "language": "fr", "careers_spontaneous": true, "a_later_one": [1],
            });
            assert_eq!(json!(WorkspaceSettings::from(told)), wanted);
        }
        let own = json!({
            "slug": "north", "name": "North Star", "public_url": "https://zumodra.example", "settings": {},
            "careers_url": "https://jobs.north.example/careers/",
        });
        let own: Told = serde_json::from_value(own).expect("a workspace");
        assert_eq!(WorkspaceSettings::from(own).page, "https://jobs.north.example/careers/");
    }
}
