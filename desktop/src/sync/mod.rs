//! Talking to the server: HTTP for sign-in and files, one socket for everything else.

pub mod host;
pub mod http;
pub mod stamps;
pub mod status;
pub mod tokens;
pub mod transfer;

pub use http::Http;
pub use status::{SyncState, SyncStatus};
