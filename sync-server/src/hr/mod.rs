//! People who work here: what a hire begins, and what of it people see over HTTP.

pub mod hire;
pub mod provision;
pub mod resources;

mod store;
