//! Sync on the server: the one write path, the reads of a session, and the socket.
//!
//! Every write to a tenant's records (a desktop's push, REST, the application form, a command) goes through the
//! tenant's [`writer`]: one task that collects what waits, judges it, and commits it in one transaction. Reads never
//! lock; after a commit the [`hub`] wakes the tenant's sockets, and [`crate::doorbell`] the other nodes.

pub mod erase;
mod expected;
pub mod follow;
pub mod hub;
mod ingest;
pub mod news;
mod prepared;
mod presence;
mod read;
pub mod rebuild;
mod recent;
mod shares;
mod slot;
pub mod socket;
mod store;
pub mod tail;
pub mod trim;
pub mod writer;

pub use expected::{Expected, edit_where};
pub use follow::{Changed, Follower};
pub use hub::Hub;
pub(crate) use ingest::Batch;
pub use store::{approval_rules, hours_with_deputies};
pub use writer::{Edited, ServerEdit};
