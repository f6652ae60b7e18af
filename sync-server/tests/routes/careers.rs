//! Career pages: what the public sees, what it can send, and what becomes of it.

mod form;
mod hostile;
mod pages;
pub mod world;
