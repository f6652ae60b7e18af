//! The desktop engine of Zumodra: the encrypted local replica, its synchronisation and the session of its person.
//!
//! Nothing in here needs a window: the window (`window`), the engine without one and the tests drive the same
//! [`engine::Engine`], and the simulator drives [`replica::Replica`] alone. A local write never waits for the network.

pub mod replica;

pub mod ats;

pub mod session;
pub mod sync;

pub mod engine;

pub mod links;
pub mod window;
