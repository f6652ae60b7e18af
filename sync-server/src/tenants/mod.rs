//! Workspaces: each has a slug, settings, a schema and a role of its own in PostgreSQL.

pub mod actions;
pub mod address;
pub mod logo;
pub mod lookup;
pub mod model;
pub mod provision;
pub mod routes;
mod store;

pub use address::Home;
pub use lookup::{by_id, by_slug, from_host};
pub use model::{Settings, State, Tenant};
