//! What the law and decency want of personal data: erasing somebody for good, wherever something of them is.

pub mod actions;
pub mod routes;
mod store;
