//! Who has to agree to a job or an offer, and what waits for whoever is signed in.

use rusqlite::Connection;
use serde::Serialize;
use zumodra_shared::ats::{Candidate, Chain, Job, JobStatus, Offer, OfferStatus, approval, rules};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::{Entity, EntityDef, Fields};

use crate::replica::error::Result;
use crate::replica::{Record, approval_rules, deputies, get, job_of, principal, rows_of};

/// Records that are shown as waiting.
const MAX_AWAITED: usize = 200;

static JOB: &EntityDef = &Job::DEF;
static OFFER: &EntityDef = &Offer::DEF;

/// A job or an offer that waits for whoever is signed in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Awaited {
    /// The name of its kind.
    pub kind: &'static str,
    /// Which one.
    pub id: RecordId,
    /// What the position is called.
    pub title: String,
    /// To whom, for an offer.
    pub candidate_id: Option<RecordId>,
    /// What they are called.
    pub candidate: String,
    /// In whose place, where whoever is signed in stands in for somebody.
    pub instead_of: Option<RecordId>,
}

/// Who has to agree to a job or an offer by the workspace's rules.
///
/// # Errors
/// [`Code::NotFound`] for a record that is not here.
pub fn approvals(conn: &Connection, kind: &str, id: RecordId) -> std::result::Result<Chain, Problem> {
    let record = get(conn, kind, id)?.filter(|record| !record.deleted).ok_or(Code::NotFound)?;
    Ok(chain(conn, &approval_rules(conn)?, &record)?)
}

/// What waits for whoever is signed in to agree to it, the oldest first.
///
/// # Errors
/// When the store fails.
pub fn awaiting(conn: &Connection, now: i64) -> std::result::Result<Vec<Awaited>, Problem> {
    Ok(awaiting_in(conn, now)?)
}

fn awaiting_in(conn: &Connection, now: i64) -> Result<Vec<Awaited>> {
    let me = principal(conn)?.user_id;
    let rules = approval_rules(conn)?;
    let deputies = deputies(conn, now)?;
    let mut awaited = Vec::new();
    for (def, status) in
        [(JOB, JobStatus::PendingApproval.name()), (OFFER, OfferStatus::PendingApproval.name())]
    {
        let waiting = "where status = ?1 and deleted = 0 order by updated_at";
        for record in rows_of(conn, def, waiting, [status])? {
            if awaited.len() == MAX_AWAITED {
                return Ok(awaited);
            }
            let author = record.created_by;
            let asked = if record.kind == Job::NAME {
                approval::asked_on_job(&rules, &record.fields, author)
            } else {
                let job = job_of(conn, &record.fields)?;
                approval::asked_on_offer(&rules, &record.fields, &job, author)
            };
            if let Some(word) = asked.word(me, &deputies) {
                awaited.push(shown(conn, &record, Some(word.of).filter(|of| *of != me))?);
            }
        }
    }
    Ok(awaited)
}

/// The chain of a job or of an offer as it is now; empty for everything else.
fn chain(conn: &Connection, rules: &[Fields], record: &Record) -> Result<Chain> {
    Ok(match record.kind {
        Job::NAME => approval::of_job(rules, &record.fields, None),
        Offer::NAME => approval::of_offer(rules, &record.fields, &job_of(conn, &record.fields)?, None),
        _ => Chain::default(),
    })
}

fn shown(conn: &Connection, record: &Record, instead_of: Option<RecordId>) -> Result<Awaited> {
    let candidate_id: Option<RecordId> = rules::text(&record.fields, "candidate_id").parse().ok();
    let candidate = match candidate_id {
        Some(id) => get(conn, Candidate::NAME, id)?.map(|candidate| Candidate::DEF.title(&candidate.fields)),
        None => None,
    };
    Ok(Awaited {
        kind: record.kind,
        id: record.id,
        title: rules::text(&record.fields, "title").to_owned(),
        candidate_id,
        candidate: candidate.unwrap_or_default(),
        instead_of,
    })
}
