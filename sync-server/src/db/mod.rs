//! PostgreSQL: the private cluster, the one door to a connection, and migrations.
//!
//! Invariant: no other module names a pool or opens a connection.

pub mod binaries;
pub mod cluster;
pub mod embedded;
pub mod migrate;
pub(crate) mod notify;
pub mod schema_name;
pub mod scope;

pub use embedded::{Embedded, EmbeddedError};
pub use schema_name::SchemaName;
pub use scope::{Db, PublicTx, TenantTx};
