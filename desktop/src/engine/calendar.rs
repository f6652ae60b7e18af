//! What the server alone knows of interviews in other people's calendars: who was invited and what they answered, and the
//! person's own feed. Nothing of it is kept here.

use serde::{Deserialize, Serialize};
use zumodra_shared::kernel::{Problem, RecordId};

use super::Engine;

/// Where the person's feed is made and taken away.
const FEED: &str = "accounts/calendar/";

/// Somebody who was told of an interview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// The name.
    pub name: String,
    /// `candidate` or `member`.
    pub audience: String,
    /// `invited` or `cancelled`.
    pub state: String,
    /// What became of the last mail to them; none when its row was removed.
    pub mail: Option<String>,
    /// What they answered (RFC 5545, 3.2.12): `accepted`, `declined` or `tentative`, if they did.
    pub answer: Option<String>,
    /// When they answered.
    pub answered_at: Option<String>,
}

/// Everybody who was told of an interview.
#[derive(Debug, Deserialize)]
struct Invitations {
    results: Vec<Invited>,
}

/// The person's feed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// Whether there is one.
    #[serde(default)]
    pub exists: bool,
    /// Its address: told once, when it is made.
    #[serde(default)]
    pub url: Option<String>,
}

impl Engine {
    /// Who was told of an interview, and what they answered.
    ///
    /// # Errors
    /// [`zumodra_shared::kernel::Code::Offline`]; `NotFound` for an interview that the person may not see.
    pub async fn invitations(&self, id: RecordId) -> Result<Vec<Invited>, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let address = format!("ats/interviews/{id}/invitations/");
        let found: Invitations = self.0.http.read_at(&workspace.account().server, &token, &address).await?;
        Ok(found.results)
    }

    /// Whether the person has a feed.
    ///
    /// # Errors
    /// [`zumodra_shared::kernel::Code::Offline`].
    pub async fn calendar_feed(&self) -> Result<Feed, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.read_at(&workspace.account().server, &token, FEED).await
    }

    /// Makes a feed, and another address of one that is there.
    ///
    /// # Errors
    /// As [`Engine::calendar_feed`].
    pub async fn make_calendar_feed(&self) -> Result<Feed, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let made: Feed = self.0.http.make_at(&workspace.account().server, &token, FEED).await?;
        Ok(Feed { exists: true, ..made })
    }

    /// Takes the feed away.
    ///
    /// # Errors
    /// As [`Engine::calendar_feed`].
    pub async fn remove_calendar_feed(&self) -> Result<Feed, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.remove_at(&workspace.account().server, &token, FEED).await?;
        Ok(Feed::default())
    }
}
