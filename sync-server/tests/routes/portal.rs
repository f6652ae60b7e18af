//! The candidates' portal: who is let in, what they see, and what becomes of what they do.

mod changes;
mod consent;
mod does;
mod enters;
mod meetings;
mod messages;
mod times;
pub mod world;
