//! Hiring over HTTP, and what a new workspace starts with.

pub mod provision;
