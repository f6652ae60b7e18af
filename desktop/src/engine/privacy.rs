//! Erasing somebody for good, for the workspace's administrators. The server does it, and everywhere: there is no erasing
//! offline, because what one computer forgot the next one would bring back.

use serde::{Deserialize, Serialize};
use zumodra_shared::kernel::{Problem, RecordId};

use super::Engine;

/// Where erasures are listed.
const ERASURES: &str = "privacy/erasures/";

/// Somebody who asks to be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The candidate.
    pub candidate_id: RecordId,
    /// When they asked, in milliseconds.
    pub asked_at: i64,
}

/// A computer that has not confirmed an erasure yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The device.
    pub device_id: RecordId,
    /// Whose it is; none for one that the server has forgotten.
    pub user_id: Option<RecordId>,
    /// Its name, or an empty text.
    pub name: String,
    /// When it was last seen, in milliseconds.
    pub last_seen_at: Option<i64>,
}

/// What was erased, and where it has been done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// The candidate that there was.
    pub candidate_id: RecordId,
    /// When they asked for it, in milliseconds; none if they did not.
    pub asked_at: Option<i64>,
    /// When the server did it, in milliseconds.
    pub erased_at: i64,
    /// Who had it done.
    pub erased_by: Option<RecordId>,
    /// Records that were erased.
    pub documents: i32,
    /// Files that were erased.
    pub files: i32,
    /// Computers that may have held something of it.
    pub devices: u32,
    /// Those of them that have not confirmed yet.
    pub waiting: Vec<Waiting>,
}

/// What was asked for and what was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasures {
    /// Who asks to be erased, the longest waiting first.
    pub asked: Vec<Asked>,
    /// What was erased, the newest first.
    pub done: Vec<Erasure>,
}

/// A question whether somebody may be kept for longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentAsked {
    /// Who was asked.
    pub candidate_id: RecordId,
    /// On which day.
    pub asked_on: String,
}

impl Engine {
    /// Who asks to be erased, and what was erased.
    ///
    /// # Errors
    /// [`zumodra_shared::kernel::Code::Offline`]; `Forbidden` for who is no administrator.
    pub async fn erasures(&self) -> Result<Erasures, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.read_at(&workspace.account().server, &token, ERASURES).await
    }

    /// Asks a candidate by mail whether they may be kept for longer.
    ///
    /// # Errors
    /// [`zumodra_shared::kernel::Code::Offline`]; `WrongState` for who was asked already, `InvalidFields` for who has no
    /// address, `Forbidden`.
    pub async fn ask_consent(&self, id: RecordId) -> Result<ConsentAsked, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let address = format!("ats/candidates/{id}/ask_consent/");
        self.0.http.make_at(&workspace.account().server, &token, &address).await
    }

    /// Erases a candidate for good, with all that belongs to them.
    ///
    /// # Errors
    /// As [`Engine::erasures`]; `PersonHired`, `InterviewAhead` or `OfferOpen`.
    pub async fn erase_candidate(&self, id: RecordId) -> Result<Erasure, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let address = format!("ats/candidates/{id}/erase/");
        self.0.http.make_at(&workspace.account().server, &token, &address).await
    }
}
