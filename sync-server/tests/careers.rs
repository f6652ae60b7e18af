//! Career pages: what the public sees, what it can send, and what becomes of it.

mod support;

#[path = "careers/form.rs"]
mod form;
#[path = "careers/hostile.rs"]
mod hostile;
#[path = "careers/pages.rs"]
mod pages;
#[path = "careers/world.rs"]
mod world;
