//! What the commands on jobs and offers ask of other records: the workspace's rules of approval, and an offer's job.

use rusqlite::Connection;
use serde_json::{Value, json};
use zumodra_shared::ats::{
    ApprovalRule, Deputies, Job, JobCommand, Offer, OfferCommand, WorkingHours, approval, rules,
};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::{Entity as _, EntityDef, Fields};

use super::error::Result;
use super::rows;

static RULE: &EntityDef = &ApprovalRule::DEF;
static JOB: &EntityDef = &Job::DEF;
static OFFER: &EntityDef = &Offer::DEF;
static HOURS: &EntityDef = &WorkingHours::DEF;

/// The workspace's rules of approval.
pub(crate) fn approval_rules(conn: &Connection) -> Result<Vec<Fields>> {
    let rules = rows::all(conn, RULE, "where deleted = 0", [])?;
    Ok(rules.into_iter().map(|rule| rule.fields).collect())
}

/// Who stands in for whom at an instant, as far as it is known here.
pub(crate) fn deputies(conn: &Connection, now: i64) -> Result<Deputies> {
    let hours = rows::all(conn, HOURS, "where deleted = 0 and member_id is not null", [])?;
    Ok(Deputies::at(hours.iter().map(|hours| (hours.id, hours.created_at, &hours.fields)), now))
}

/// The job that an offer is for; nothing of it where it is not here.
pub(crate) fn job_of(conn: &Connection, offer: &Fields) -> Result<Fields> {
    let id = rules::text(offer, "job_id").parse().unwrap_or_default();
    Ok(rows::get(conn, JOB, id)?.map(|job| job.fields).unwrap_or_default())
}

/// The arguments of a command with what whoever gives it has before their eyes: an agreement is to that and to nothing
/// that comes meanwhile.
pub(super) fn to_what_is_read(conn: &Connection, name: &str, target: RecordId, args: Value) -> Result<Value> {
    let (key, read) = if name == JobCommand::Approve.name() {
        ("terms", rows::get(conn, JOB, target)?.map(|job| json!(approval::terms_of(&job.fields))))
    } else if OfferCommand::from_name(name).is_some_and(OfferCommand::is_of_approvers) {
        ("version", rows::get(conn, OFFER, target)?.and_then(|offer| offer.fields.get("version").cloned()))
    } else {
        return Ok(args);
    };
    let mut args = args;
    if let (Value::Object(args), Some(read)) = (&mut args, read) {
        args.insert(key.to_owned(), read);
    }
    Ok(args)
}
