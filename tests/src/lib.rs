//! What the end-to-end tests, the simulator, the history checker and the demo share.

pub mod bench;
pub mod chaos;
pub mod demo;
pub mod pictures;
pub mod process;
pub mod sim;
