//! The simulator: a whole tenant with its server, its replicas and a bad network, decided by one number.
//!
//! The replicas are the desktop's real store and the real session; the server is the real session and the real
//! judgement over a tenant in memory. Nothing here reads a clock or draws randomness of its own, so that a seed that
//! fails once fails every time.

mod counts;
mod desks;
mod disk;
mod erase;
mod faults;
mod forge;
mod host;
pub mod interference;
mod ledger;
mod links;
mod nodes;
mod oracle;
mod person;
pub mod range;
mod read;
#[path = "../../../shared/tests/support/records.rs"]
#[allow(dead_code, reason = "the property tests use all of it")]
mod records;
mod server;
mod setup;
mod unique;
mod versions;
mod walls;
mod world;

pub use counts::{Counts, Failure};
pub use ledger::Ends;
pub use world::{Sabotage, run};

/// The key that seals cursors.
const CURSOR_KEY: [u8; 16] = *b"simulated cursor";
