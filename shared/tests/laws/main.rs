//! The laws that every record kind keeps, as properties over generated edits.

mod access;
mod applications;
mod approvals;
mod client;
mod fields;
mod hires;
mod history;
mod merge;
mod offers;
mod plain;
mod reached;
#[path = "../support/records.rs"]
mod records;
mod session;
mod states;
mod wire;
