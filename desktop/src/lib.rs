//! The desktop engine of Zumodra: the encrypted local replica, its synchronisation and the session of its person.
//!
//! Nothing in here needs a window: the window (`commands`), the headless engine and the tests drive the same
//! [`engine::Engine`], and the simulator drives [`replica::Replica`] alone. A local write never waits for the network.

pub mod replica;

pub mod ats;
