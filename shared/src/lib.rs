//! What both halves of Zumodra agree on: records, rules, access and the sync protocol.
//!
//! Nothing here does input or output, reads a clock, draws randomness or awaits: time, ids and the actor come in as
//! arguments, bytes come in and go out. The server, the desktop and the simulator all run this same code.

// The derive macro names this crate by its outer name, also from within.
extern crate self as zumodra_shared;

pub mod kernel;
pub mod schema;

pub mod access;
pub mod sync;

pub mod history;

pub mod accounts;
pub mod ats;
pub mod hr;
pub mod tenants;

pub mod registry;
