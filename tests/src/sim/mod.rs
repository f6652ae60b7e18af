//! The simulator: a whole tenant with its server, its replicas and a bad network, decided by one number.
//!
//! The replicas are the desktop's real store and the real session; the server is the real session and the real
//! judgement over a tenant in memory. Nothing here reads a clock or draws randomness of its own, so that a seed that
//! fails once fails every time.

mod counts;
mod host;
pub mod interference;
mod oracle;
mod person;
mod read;
#[path = "../../../shared/tests/support/records.rs"]
#[allow(dead_code, reason = "the property tests use all of it")]
mod records;
mod server;
mod setup;
mod world;

pub use counts::{Counts, Failure};
pub use world::{World, run};
