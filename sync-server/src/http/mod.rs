//! HTTP: every address, who is asking, how often, and what a refusal looks like.

pub mod extract;
pub mod health;
pub mod limit;
pub mod observe;
pub mod openapi;
pub mod page;
pub mod problem;
pub mod resource;
pub mod router;
