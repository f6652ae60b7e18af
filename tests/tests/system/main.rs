//! The programs as people run them, over real PostgreSQL, real sockets, real windows and real browsers. One program, so
//! that what waits in one test leaves the machine to another.

mod approvals;
mod careers_site;
mod chaos;
mod client_js;
mod commits;
mod emails;
mod erasure;
mod exchange;
mod files;
mod handshake;
mod hires;
mod history;
mod horizon;
mod hours;
mod interviews;
mod kill_engine;
mod kill_server;
mod mail;
mod merging;
mod nodes;
mod non_interference;
mod own_fields;
mod pages;
/// How the peers of the routes' tests are started.
#[path = "../../../sync-server/tests/routes/support/peer.rs"]
mod peer;
mod pools;
mod portal;
mod postings;
mod private_records;
mod rooms;
mod saved_searches;
mod shared_candidates;
/// The mail server of the routes' tests.
#[path = "../../../sync-server/tests/routes/support/smtp.rs"]
#[expect(dead_code, reason = "the routes' tests ask it for more")]
mod smtp;
mod sync_wire;
mod timeline;
mod window;

/// A folder for a peer that outlives its test.
fn folder(name: &str) -> std::path::PathBuf {
    zumodra_tests::process::temporary(name).expect("a folder").keep()
}
