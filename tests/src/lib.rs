//! What the end-to-end tests, the simulator and the demo share.

pub mod bench;
pub mod demo;
pub mod pictures;
pub mod process;
pub mod sim;
