//! The demonstration: a believable workspace out of the data in `tests/assets`, the same for the same seed, and the
//! check of the whole main job.

pub mod check;
pub mod colleague;
mod confidential;
mod desk;
mod http;
mod jobs;
mod letters;
pub mod link;
pub mod material;
mod own;
mod panel;
mod people;
mod pools;
mod records;
pub mod seed;
mod site;

pub use http::Http;
