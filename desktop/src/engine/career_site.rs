//! What the workspace says on its career pages besides its jobs: sections, pages of its own, pictures; for its
//! administrators. The server alone keeps it and judges it, and the window knows what it is: nothing here does.

use serde_json::Value;
use zumodra_shared::kernel::{Code, Problem};

use super::Engine;
use super::workspace_settings::Logo;

/// Where it is.
const SITE: &str = "tenants/current/site/";
/// Where its pictures are.
const PICTURES: &str = "tenants/current/site/pictures/";
/// Digits of what names a picture.
const HASH_DIGITS: usize = 64;

impl Engine {
    /// What the workspace says, in which version, and its pictures without their bytes.
    ///
    /// # Errors
    /// [`Code::Offline`]; [`Code::Forbidden`] for who is no administrator.
    pub async fn career_site(&self) -> Result<Value, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.read_at(&workspace.account().server, &token, SITE).await
    }

    /// Has the workspace say something else in the place of the version that was read.
    ///
    /// # Errors
    /// As [`Engine::career_site`]; [`Code::InvalidFields`] naming each value that cannot be, [`Code::Conflict`] when somebody
    /// else changed it meanwhile.
    pub async fn save_career_site(&self, wanted: &Value) -> Result<Value, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.replace_at(&workspace.account().server, &token, SITE, wanted).await
    }

    /// A picture of the career pages.
    ///
    /// # Errors
    /// As [`Engine::career_site`]; [`Code::NotFound`] for what names no picture.
    pub async fn career_picture(&self, hash: &str) -> Result<Vec<u8>, Problem> {
        if hash.len() != HASH_DIGITS || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Problem::new(Code::NotFound));
        }
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.bytes_at(&workspace.account().server, &token, &format!("{PICTURES}{hash}/")).await
    }

    /// Keeps a picture for the career pages, to be shown by what is saved next.
    ///
    /// # Errors
    /// As [`Engine::career_site`]; [`Code::TooLarge`] and [`Code::UnsupportedFile`] for what is no such picture.
    pub async fn keep_career_picture(&self, picture: Vec<u8>) -> Result<Logo, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.add_at(&workspace.account().server, &token, PICTURES, picture).await
    }
}
