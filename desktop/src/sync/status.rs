//! The one quiet indicator.

use serde::Serialize;

/// Exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    /// The server cannot be reached.
    Offline,
    /// A connection is being made.
    Connecting,
    /// The first download, or that of a scope that was gained.
    Downloading,
    /// Something is sent or merged.
    Syncing,
    /// Everything known is here, and nothing waits.
    UpToDate,
    /// The server lets this account not in now, or the local copy is locked.
    Locked,
    /// The server speaks a newer language.
    NeedsUpdate,
    /// Nobody is signed in, or the sign-in has run out.
    SignedOut,
}

/// What the indicator shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SyncStatus {
    /// The state.
    pub state: SyncState,
    /// Local edits that are not yet on the server.
    pub waiting: u64,
    /// Items in Needs attention.
    pub attention: u64,
    /// Records of the download that have come.
    pub done: u64,
    /// Records of the download.
    pub total: u64,
    /// Last contact, in milliseconds since 1970.
    pub last_contact: Option<i64>,
    /// Kinds that are locked until the next contact.
    pub sealed: Vec<String>,
    /// A sentence for people when something is wrong.
    pub message: Option<String>,
}

impl SyncStatus {
    /// What is shown while nobody is signed in.
    #[must_use]
    pub const fn signed_out() -> Self {
        Self {
            state: SyncState::SignedOut,
            waiting: 0,
            attention: 0,
            done: 0,
            total: 0,
            last_contact: None,
            sealed: Vec::new(),
            message: None,
        }
    }
}
