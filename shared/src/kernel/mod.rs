//! The vocabulary below every domain: ids, instants, problems, limits.

pub mod currency;
pub mod id;
pub mod limits;
pub mod problem;
pub mod time;

pub use id::{Id, RecordId};
pub use problem::{Code, Problem};
pub use time::{Date, Timestamp};
