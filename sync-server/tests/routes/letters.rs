//! Letters of offers: what the candidate gets, signs and keeps, over a real mail server and checked by the signature
//! programs of others.

mod answers;
mod sealed;
pub mod world;
