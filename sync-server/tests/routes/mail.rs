//! Mail as it arrives at a real server: one for each event, whatever happens on the way.

mod causes;
mod nodes;
mod outbox;
mod password;
mod program;
mod way;
pub mod world;
