//! The scenarios: each starts what it needs, does one kind of work, and notes figures.

pub mod download;
pub mod edits;
pub mod push;
pub mod reconnect;
