//! Forms that were not taken: what programs sent, what came too fast, too often or without proof, what repeats an open
//! application, and what could not become records. People look at them, let one in or drop it.
//!
//! Invariant: of each reason only so much is kept in a day, and nothing for longer than it may be looked at. What is let in
//! goes the way of every form, once.

mod actions;
mod reason;
mod routes;
mod store;

pub use actions::{keep, sweep};
pub use reason::Reason;
pub use routes::router;
