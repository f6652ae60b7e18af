//! The sync protocol: its frames, the guard against hostile bytes, the judgement of a pushed change, and the session
//! of either side as a state machine without input or output.
//!
//! In one picture (DESIGN 3): a tenant has one totally ordered log. A replica holds one sealed cursor into it and a
//! list of scopes. It says hello with both; the server answers with the scopes it may hold now, downloads what was
//! gained, purges what was lost, then sends pages of what changed past the cursor, for ever. The replica pushes its
//! outbox; a push is answered only after it was committed.

pub mod chunk;
pub mod client;
pub mod cursor;
pub mod document;
mod flights;
pub mod guard;
pub mod handshake;
pub mod judge;
pub mod project;
mod reads;
pub mod server;
pub mod state;
pub mod wire;

/// The protocol that this code speaks.
pub const PROTOCOL: u16 = 4;
/// The first protocol in which a replica may say what it holds by a digest.
pub const DIGESTS_SINCE: u16 = 2;
/// The first protocol in which a replica that holds exactly what it may hold does not say that nothing more is left.
pub const SAME_IS_PURGED_SINCE: u16 = 3;
/// The first protocol in which a replica says that a page which took documents away was carried out.
pub const REACHED_SINCE: u16 = 4;
/// The oldest protocol that the server still understands.
pub const MIN_PROTOCOL: u16 = 1;
