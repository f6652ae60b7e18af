//! The scenarios: each starts what it needs, does one kind of work, and notes figures.

pub mod careers;
pub mod download;
pub mod edits;
pub mod fan_out;
pub mod history;
pub mod idle;
pub mod push;
pub mod reconnect;
pub mod scopes;
pub mod search;
pub mod sustained;
pub mod tenants;
