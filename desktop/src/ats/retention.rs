//! Who is due for deletion, over the local rows alone: it is known without the server. People decide what becomes of them.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _};
use serde::Serialize;
use serde_json::json;
use zumodra_shared::ats::Candidate;
use zumodra_shared::ats::retention::{Applications, Due, Kept, due};
use zumodra_shared::kernel::{Code, Date, Problem, RecordId};
use zumodra_shared::schema::{Entity as _, EntityDef};

use super::duplicates::{left_out, shown_as};
use super::queries::stage_kinds;
use crate::replica::error::Result;
use crate::replica::{Record, get, retention_months};

/// People who are shown at once, the longest due first: whoever has settled these sees the next ones.
const MAX_DUE: usize = 500;

static CANDIDATE: &EntityDef = &Candidate::DEF;

/// Somebody who is due.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DuePerson {
    /// The candidate, without the text of the résumé.
    pub candidate: Record,
    /// Why, and since when.
    #[serde(flatten)]
    pub due: Due,
}

/// Who is due for deletion.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DueList {
    /// For how many months the workspace keeps people, as far as it is known here; 0 for no period.
    pub months: i64,
    /// How many are due, those that are not shown included.
    pub total: usize,
    /// The longest due first.
    pub people: Vec<DuePerson>,
}

/// The candidates that are due on the day of an instant.
///
/// # Errors
/// When the store fails.
pub fn due_for_deletion(conn: &Connection, now: i64) -> std::result::Result<DueList, Problem> {
    Ok(due_in(conn, now)?)
}

fn due_in(conn: &Connection, now: i64) -> Result<DueList> {
    let today = today(conn, now)?.ok_or_else(|| Problem::new(Code::Internal))?;
    let months = retention_months(conn)?;
    let applications = applications(conn)?;
    let mut conditions = vec!["deleted = 0".to_owned()];
    conditions.extend(left_out(conn)?);
    let sql = format!(
        "select id, data_retention_until, created_at from candidates where {}",
        conditions.join(" and ")
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let id = RecordId::from_bytes(row.get(0)?);
        let kept = Kept {
            until: row.get::<_, Option<String>>(1)?.map(Date),
            added_at: row.get(2)?,
            applications: applications.get(&id).copied().unwrap_or_default(),
        };
        found.extend(due(&kept, months, &today).map(|due| (due, id)));
    }
    found.sort_by(|(one, id), (other, other_id)| (&one.since, id).cmp(&(&other.since, other_id)));
    let total = found.len();
    let mut people = Vec::new();
    for (due, id) in found.into_iter().take(MAX_DUE) {
        if let Some(mut candidate) = get(conn, CANDIDATE.name, id)? {
            candidate.fields.insert("resume_text".to_owned(), json!(""));
            people.push(DuePerson { candidate, due });
        }
    }
    Ok(DueList { months, total, people })
}

/// The day that it is where the workspace is, by its working hours; in UTC where it has entered none.
fn today(conn: &Connection, now: i64) -> Result<Option<Date>> {
    let sql = "select zone from working_hours where member_id is null and deleted = 0
        order by created_at desc, id desc limit 1";
    let zone: Option<String> =
        conn.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?.flatten();
    let zone = zone.and_then(|name| jiff::tz::TimeZone::get(&name).ok()).unwrap_or(jiff::tz::TimeZone::UTC);
    let at = jiff::Timestamp::from_millisecond(now).ok();
    Ok(at.map(|at| Date(at.to_zoned(zone).date().to_string())))
}

/// What became of the applications of each candidate, those of who was merged into them included.
fn applications(conn: &Connection) -> Result<HashMap<RecordId, Applications>> {
    let kinds = stage_kinds(conn)?;
    let shown = merged(conn)?;
    let sql = "select candidate_id, stage_id, coalesce(stage_changed_at, applied_at) from applications
        where deleted = 0";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut found: HashMap<RecordId, Applications> = HashMap::new();
    while let Some(row) = rows.next()? {
        let Some(Ok(id)) = row.get::<_, Option<String>>(0)?.map(|id| id.parse::<RecordId>()) else {
            continue;
        };
        let stage = row.get::<_, Option<String>>(1)?.unwrap_or_default();
        let since = row.get::<_, Option<i64>>(2)?.unwrap_or_default();
        // A stage that is gone from its pipeline ended nothing.
        let one = kinds.get(&stage).map_or(Applications::Lasting, |kind| Applications::of(*kind, since));
        let all = found.entry(shown.get(&id).copied().unwrap_or(id)).or_default();
        *all = all.and(one);
    }
    Ok(found)
}

/// Under whom those are shown who were merged into somebody.
fn merged(conn: &Connection) -> Result<HashMap<RecordId, RecordId>> {
    let sql = "select id from candidates where merged_into_id is not null and deleted = 0";
    let mut statement = conn.prepare_cached(sql)?;
    let ids = statement.query_map([], |row| row.get::<_, [u8; 16]>(0))?;
    let ids = ids.map(|id| id.map(RecordId::from_bytes)).collect::<rusqlite::Result<Vec<_>>>()?;
    ids.into_iter().map(|id| Ok((id, shown_as(conn, id)?))).collect()
}
