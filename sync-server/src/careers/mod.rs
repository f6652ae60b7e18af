//! Career pages: the open jobs of a workspace as anybody may read them, and the form by which somebody applies.
//!
//! Invariant: what the public sends is quarantined input. It is stored as a submission first, and becomes records of
//! its own afterwards; it never writes to a person who is there already. The pages need no script and no sign-in, and ask
//! nothing of any other host. Only the portal, in which candidates see their own, and the survey have a cookie.

pub mod alerts;
mod api;
mod apply;
mod assets;
pub mod board;
pub mod consent;
pub mod content;
mod cookie;
pub mod domains;
mod embed;
mod error;
mod feeds;
mod fields;
mod form;
pub mod held;
mod job;
mod job_page;
pub mod letters;
mod listing;
mod notice;
mod pages;
mod places;
pub mod portal;
mod posting;
mod prefill;
pub mod pressure;
mod process;
mod proof;
pub mod references;
mod reply;
mod routes;
mod secret;
mod show;
mod site;
mod source;
mod standard;
mod store;
pub mod survey;
mod text;
pub mod times;
mod token;
mod told;
mod upload;
pub mod views;
mod when;
mod words;
mod xml;

pub use process::{start, sweep};
pub use routes::routes;

pub use show::{MONTHS_EN, MONTHS_FR};
pub use when::when;
pub use words::Language;
