//! People of a workspace.

mod member;

pub use member::Member;
