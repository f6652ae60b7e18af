//! Hiring over HTTP, and what a new workspace starts with.

pub mod provision;

pub mod resources;

pub mod advances;
mod applications;
pub mod approvals;
pub mod assigned;
mod bulk;
pub mod caldav;
pub mod calendar;
pub mod emails;
mod jobs;
pub mod mentions;
pub mod offers;
pub mod openings;
mod reached;
pub mod references;
pub mod routes;
pub mod waiting;

pub use bulk::STEPS as BULK_STEPS;
