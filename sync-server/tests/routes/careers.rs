//! Career pages: what the public sees, what it can send, and what becomes of it.

mod board;
mod content;
mod domains;
mod form;
mod held;
mod hostile;
mod narrow;
mod pages;
mod posted;
mod prefill;
mod pressure;
mod questions;
mod site;
mod source;
mod spontaneous;
mod survey;
pub mod world;
