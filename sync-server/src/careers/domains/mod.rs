//! Host names of a workspace's own for its career pages.
//!
//! Whoever can write the DNS of a host has it: a workspace claims a host, is given a text to enter there, and has the
//! host once the text is found. Invariant: a host leads to one workspace at most, whose text is found or was until days
//! ago, or for which the operator vouched. A claim that is not verified leads nowhere and keeps nobody else away.

pub mod actions;
mod claim;
mod dns;
mod host;
mod routes;
mod store;

pub use actions::sweep;
pub use claim::{Claim, Seen, State};
pub use routes::{certificate, router};
