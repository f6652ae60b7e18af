//! Interviews in other people's calendars: invitations by mail (iTIP, RFC 5546, over iMIP, RFC 6047), the answers to
//! them, and a feed for each person (RFC 5545).
//!
//! Invariant: what somebody is told of an interview is written in the transaction of the change that calls for it, once
//! for each SEQUENCE. Absent on purpose: anything that an answer would change of the plan. Calendars that people keep
//! elsewhere are in `caldav`.

pub(super) mod answer;
mod ask;
mod declined;
pub(super) mod event;
pub(super) mod feed;
mod follow;
mod invite;
mod plan;
mod planners;
mod remind;
pub(super) mod store;
mod words;

pub mod receive;
pub mod routes;

pub use declined::take_up;
pub use follow::FOLLOWERS;
pub use invite::{ToPlanners, file_for_candidate, told_to_planners};
pub use planners::planners;
pub use remind::holds;

use zumodra_shared::kernel::RecordId;

use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;

/// How often an interview was told of: what was said of the times of one round says nothing of the next one.
///
/// # Errors
/// When the database cannot be read.
pub async fn round(tx: &mut TenantTx, interview: RecordId) -> Result<i32> {
    Ok(store::round(tx, interview).await?)
}

/// Removes an address, and those of candidates, from what was told about interviews. Says in how many rows there was one.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget(app: &App, tx: &mut TenantTx, address: &str, candidates: &[RecordId]) -> Result<u64> {
    Ok(store::forget(tx, address, candidates, app.now()).await?)
}
