//! Interviews in calendars: what real mail and calendar programs read in what the server says, and what it makes of their
//! answers.

mod answers;
mod feed;
mod invitations;
mod rooms;
mod told;
pub mod world;
