//! Hiring on the desktop: what the screens ask of the local rows, and what an edit shows before the server answered.

pub mod approvals;
pub mod archive;
pub mod cards;
pub mod duplicates;
pub mod export;
pub mod local;
pub mod names;
mod own_fields;
pub mod pools;
pub mod queries;
pub mod retention;
pub mod sheets;
pub mod table;
pub mod tags;
pub mod workbook;
