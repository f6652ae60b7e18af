//! Whether the person gets a mail in the morning with what waits for them. The server sends it, and alone knows.

use serde::Deserialize;
use serde_json::json;
use zumodra_shared::kernel::Problem;

use super::Engine;

/// Where the person's profile is.
const PROFILE: &str = "accounts/profile/";

/// The person's profile, as far as it is of interest here.
#[derive(Debug, Deserialize)]
struct Profile {
    daily_mail: bool,
}

impl Engine {
    /// Whether the person gets the mail.
    ///
    /// # Errors
    /// [`zumodra_shared::kernel::Code::Offline`].
    pub async fn daily_mail(&self) -> Result<bool, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let profile: Profile = self.0.http.read_at(&workspace.account().server, &token, PROFILE).await?;
        Ok(profile.daily_mail)
    }

    /// Has the person get the mail, or no longer. Answers whether they get it then.
    ///
    /// # Errors
    /// As [`Engine::daily_mail`].
    pub async fn set_daily_mail(&self, on: bool) -> Result<bool, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let change = json!({ "daily_mail": on });
        let http = &self.0.http;
        let profile: Profile = http.change_at(&workspace.account().server, &token, PROFILE, &change).await?;
        Ok(profile.daily_mail)
    }
}
