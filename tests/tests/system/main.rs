//! The programs as people run them, over real PostgreSQL, real sockets, real windows and real browsers. One program, so
//! that what waits in one test leaves the machine to another.

mod careers_site;
mod chaos;
mod client_js;
mod emails;
mod hires;
mod history;
mod horizon;
mod interviews;
mod kill_engine;
mod kill_server;
mod mail;
mod nodes;
mod non_interference;
mod pages;
mod private_records;
mod shared_candidates;
mod sync_wire;
mod window;
