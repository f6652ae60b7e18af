//! Whether the person gets a mail in the morning with what waits for them, and one when they are given applications. The server
//! sends them, and alone knows.

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
    /// A server of an earlier version sends no such mail.
    #[serde(default)]
    assignment_mail: bool,
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

    /// Whether the person is mailed what they are given in this workspace.
    ///
    /// # Errors
    /// As [`Engine::daily_mail`].
    pub async fn assignment_mail(&self) -> Result<bool, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let profile: Profile = self.0.http.read_at(&workspace.account().server, &token, PROFILE).await?;
        Ok(profile.assignment_mail)
    }

    /// Has the person mailed what they are given, or no longer. Answers whether they are then.
    ///
    /// # Errors
    /// As [`Engine::daily_mail`].
    pub async fn set_assignment_mail(&self, on: bool) -> Result<bool, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let change = json!({ "assignment_mail": on });
        let http = &self.0.http;
        let profile: Profile = http.change_at(&workspace.account().server, &token, PROFILE, &change).await?;
        Ok(profile.assignment_mail)
    }
}
