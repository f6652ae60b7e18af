//! What the commands on jobs and offers ask of other records: the workspace's rules of approval, and an offer's job.

use rusqlite::Connection;
use zumodra_shared::ats::{ApprovalRule, Job, rules};
use zumodra_shared::schema::{Entity as _, EntityDef, Fields};

use super::error::Result;
use super::rows;

static RULE: &EntityDef = &ApprovalRule::DEF;
static JOB: &EntityDef = &Job::DEF;

/// The workspace's rules of approval.
pub(crate) fn approval_rules(conn: &Connection) -> Result<Vec<Fields>> {
    let rules = rows::all(conn, RULE, "where deleted = 0", [])?;
    Ok(rules.into_iter().map(|rule| rule.fields).collect())
}

/// The job that an offer is for; nothing of it where it is not here.
pub(crate) fn job_of(conn: &Connection, offer: &Fields) -> Result<Fields> {
    let id = rules::text(offer, "job_id").parse().unwrap_or_default();
    Ok(rows::get(conn, JOB, id)?.map(|job| job.fields).unwrap_or_default())
}
