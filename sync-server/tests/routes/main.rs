//! The server's routes over a real PostgreSQL. One program, so that all tests share a cluster.

mod alerts;
mod approvals;
mod attachments;
mod authorization;
mod caldav;
mod calendar;
mod careers;
mod emails;
mod flow;
mod foundation;
mod hires;
mod hours;
mod letters;
mod mail;
mod mentions;
mod portal;
mod privacy;
mod rebuild;
mod references;
mod rest_actions;
mod rest_history;
mod rest_records;
mod support;
mod waiting;
