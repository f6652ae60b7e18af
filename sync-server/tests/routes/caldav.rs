//! Interviews in the calendars that members keep elsewhere, against real servers of calendars that nobody here wrote.

mod both_ways;
mod busy;
mod connecting;
mod nodes;
pub mod world;
