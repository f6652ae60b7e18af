//! Hiring over HTTP, and what a new workspace starts with.

pub mod provision;

pub mod resources;

mod applications;
mod bulk;
pub mod calendar;
pub mod emails;
mod jobs;
pub mod mentions;
pub mod offers;
pub mod routes;

pub use bulk::STEPS as BULK_STEPS;
