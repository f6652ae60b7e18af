//! Candidates that may be the same person, and those that were merged: over the local rows alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::{Connection, OptionalExtension as _};
use serde::Serialize;
use serde_json::{Value, json};
use zumodra_shared::ats::duplicates::{Groups, Likeness, Traits, merged_into, score};
use zumodra_shared::ats::{Candidate, CandidateContact, merging};
use zumodra_shared::kernel::{Problem, RecordId};
use zumodra_shared::schema::{Entity as _, EntityDef, Fields};

use crate::replica::error::Result;
use crate::replica::{Record, get, rows_of};

/// Pairs that are shown at once: whoever has settled these sees the next ones.
const MAX_PAIRS: usize = 200;
/// Candidates that are compared with a single one.
const MAX_COMPARED: usize = 50;

static CANDIDATE: &EntityDef = &Candidate::DEF;
static CONTACT: &EntityDef = &CandidateContact::DEF;

/// The candidates that a list leaves out: those that were merged into one that is here. Whoever may not see the other
/// one keeps theirs. The plus keeps SQLite from an index by which it would read every candidate.
const MERGED_AWAY: &str = "select gone.id from candidates gone
    join candidates kept on kept.id = unhex(replace(gone.merged_into_id, '-', ''))
    where gone.merged_into_id is not null and +gone.deleted = 0 and kept.deleted = 0";

/// What a list of candidates leaves out, as a condition; none where there is nobody to leave out.
pub(crate) fn left_out(conn: &Connection) -> Result<Option<String>> {
    let sql = format!("select exists ({MERGED_AWAY})");
    let any: bool = conn.prepare_cached(&sql)?.query_row([], |row| row.get(0))?;
    Ok(any.then(|| format!("id not in ({MERGED_AWAY})")))
}

/// One of two candidates that may be one person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DuplicateSide {
    /// The candidate, without the text of the résumé.
    pub candidate: Record,
    /// How to reach them; none when it may not be seen.
    pub contact: Option<Record>,
    /// Their applications.
    pub applications: u64,
    /// Notes on them.
    pub notes: u64,
}

/// Two candidates that may be one person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DuplicatePair {
    /// The one that was there first.
    pub first: DuplicateSide,
    /// The one that came later.
    pub second: DuplicateSide,
    /// What they have in common.
    pub likenesses: Vec<Likeness>,
    /// How sure that makes, in percent.
    pub score: u32,
}

/// Candidates that may be one person, the surest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Duplicates {
    /// The pairs.
    pub pairs: Vec<DuplicatePair>,
    /// How many there are, those that are not shown included.
    pub total: usize,
}

/// All candidates that may be one person.
///
/// # Errors
/// When the store fails.
pub fn duplicates(conn: &Connection) -> std::result::Result<Duplicates, Problem> {
    Ok(duplicates_in(conn)?)
}

fn duplicates_in(conn: &Connection) -> Result<Duplicates> {
    let mut contacts = contact_traits(conn)?;
    let mut groups = Groups::default();
    let names = ["first_name", "last_name", "current_company", "current_title", "city", "resume_hash"];
    let columns = names.join(", ");
    let sql = format!(
        "select id, {columns} from candidates where deleted = 0 and merged_into_id is null and not is_private"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = RecordId::from_bytes(row.get(0)?);
        let fields = texts(row, 1, &names)?;
        groups.add(id, &Traits::read(&fields, contacts.remove(&id).as_ref()));
    }
    let mut found = Vec::new();
    for (one, other) in groups.pairs() {
        let likenesses = alike(conn, one, other)?;
        if !likenesses.is_empty() {
            found.push(((one, other), likenesses));
        }
    }
    found.sort_by_key(|(pair, likenesses)| (std::cmp::Reverse(score(likenesses)), *pair));
    let total = found.len();
    found.truncate(MAX_PAIRS);
    let pairs = found.into_iter().map(|((one, other), likenesses)| pair(conn, one, other, likenesses));
    Ok(Duplicates { pairs: pairs.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect(), total })
}

/// What of the contacts is compared, by candidate.
fn contact_traits(conn: &Connection) -> Result<HashMap<RecordId, Fields>> {
    let names = ["email", "phone", "linkedin_url", "github_url", "portfolio_url", "website_url"];
    let sql = format!("select candidate_id, {} from candidate_contacts where deleted = 0", names.join(", "));
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    let mut contacts = HashMap::new();
    while let Some(row) = rows.next()? {
        if let Some(Ok(candidate)) = row.get::<_, Option<String>>(0)?.map(|id| id.parse()) {
            contacts.insert(candidate, texts(row, 1, &names)?);
        }
    }
    Ok(contacts)
}

fn texts(row: &rusqlite::Row<'_>, from: usize, names: &[&str]) -> Result<Fields> {
    let text = |at: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<String>>(at)?.unwrap_or_default());
    let named = names.iter().enumerate().map(|(at, name)| Ok(((*name).to_owned(), json!(text(from + at)?))));
    Ok(named.collect::<rusqlite::Result<_>>()?)
}

/// What two candidates have in common; nothing where somebody found that they are two.
fn alike(conn: &Connection, one: RecordId, other: RecordId) -> Result<Vec<Likeness>> {
    let (Some(a), Some(b)) = (get(conn, CANDIDATE.name, one)?, get(conn, CANDIDATE.name, other)?) else {
        return Ok(Vec::new());
    };
    if is_told_from(&a, other) || is_told_from(&b, one) {
        return Ok(Vec::new());
    }
    let traits = |row: &Record| -> Result<Traits> {
        let contact = contact_of(conn, row.id)?;
        Ok(Traits::read(&row.fields, contact.as_ref().map(|contact| &contact.fields)))
    };
    Ok(traits(&a)?.likenesses(&traits(&b)?))
}

fn is_told_from(row: &Record, other: RecordId) -> bool {
    let ids = row.fields.get("distinct_from_ids").and_then(Value::as_array);
    ids.is_some_and(|ids| ids.contains(&json!(other)))
}

fn pair(
    conn: &Connection,
    one: RecordId,
    other: RecordId,
    likenesses: Vec<Likeness>,
) -> Result<Option<DuplicatePair>> {
    let (Some(one), Some(other)) = (side(conn, one)?, side(conn, other)?) else { return Ok(None) };
    let score = score(&likenesses);
    let came = |side: &DuplicateSide| (side.candidate.created_at, side.candidate.id);
    let (first, second) = if came(&one) <= came(&other) { (one, other) } else { (other, one) };
    Ok(Some(DuplicatePair { first, second, likenesses, score }))
}

fn side(conn: &Connection, id: RecordId) -> Result<Option<DuplicateSide>> {
    let Some(mut candidate) = get(conn, CANDIDATE.name, id)? else { return Ok(None) };
    candidate.fields.insert("resume_text".to_owned(), json!(""));
    let count = |table: &str| -> Result<u64> {
        let sql = format!("select count(*) from {table} where candidate_id = ?1 and deleted = 0");
        let number: i64 = conn.prepare_cached(&sql)?.query_row([id.to_string()], |row| row.get(0))?;
        Ok(number.unsigned_abs())
    };
    let (applications, notes) = (count("applications")?, count("notes")?);
    Ok(Some(DuplicateSide { contact: contact_of(conn, id)?, candidate, applications, notes }))
}

/// How a candidate is reached, as their page shows it; none when that may not be seen.
pub(crate) fn contact_of(conn: &Connection, candidate: RecordId) -> Result<Option<Record>> {
    let rest = "where candidate_id = ?1 and deleted = 0 order by created_at, id limit 1";
    Ok(rows_of(conn, CONTACT, rest, [candidate.to_string()])?.pop())
}

/// Candidates that may be the same person as one: those that an index finds by the address, the résumé or the name.
///
/// # Errors
/// When the store fails.
pub fn duplicates_of(conn: &Connection, id: RecordId) -> std::result::Result<Vec<DuplicatePair>, Problem> {
    Ok(duplicates_of_in(conn, id)?)
}

fn duplicates_of_in(conn: &Connection, id: RecordId) -> Result<Vec<DuplicatePair>> {
    let Some(row) = get(conn, CANDIDATE.name, id)? else { return Ok(Vec::new()) };
    if !is_open(&row) {
        return Ok(Vec::new());
    }
    let text = |name: &str| row.fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut near: BTreeSet<RecordId> = BTreeSet::new();
    let ids = |sql: &str, params: &[&dyn rusqlite::ToSql]| -> Result<Vec<RecordId>> {
        let mut statement = conn.prepare_cached(&format!("{sql} limit {MAX_COMPARED}"))?;
        let found = statement.query_map(params, |row| row.get::<_, [u8; 16]>(0))?;
        Ok(found.map(|id| id.map(RecordId::from_bytes)).collect::<rusqlite::Result<_>>()?)
    };
    let (first, last, resume) = (text("first_name"), text("last_name"), text("resume_hash"));
    if !last.is_empty() {
        let sql = "select id from candidates where deleted = 0 and last_name = ?1 collate nocase
             and first_name = ?2 collate nocase";
        near.extend(ids(sql, &[&last, &first])?);
    }
    if !resume.is_empty() {
        near.extend(ids("select id from candidates where resume_hash = ?1 and deleted = 0", &[&resume])?);
    }
    let email = contact_of(conn, id)?.map(|contact| contact.fields);
    let email = email.as_ref().and_then(|fields| fields.get("email")?.as_str()).unwrap_or_default();
    if !email.is_empty() {
        let sql = "select unhex(replace(candidate_id, '-', '')) from candidate_contacts
             where email = ?1 collate nocase and deleted = 0";
        near.extend(ids(sql, &[&email])?);
    }
    near.remove(&id);
    let mut found = Vec::new();
    for other in near {
        let likenesses = alike(conn, id, other)?;
        let open = get(conn, CANDIDATE.name, other)?.is_some_and(|row| is_open(&row));
        if open && !likenesses.is_empty() {
            found.extend(pair(conn, id, other, likenesses)?);
        }
    }
    found.sort_by_key(|pair| std::cmp::Reverse(pair.score));
    Ok(found)
}

/// Whether a candidate can be merged at all.
fn is_open(row: &Record) -> bool {
    let is = |name: &str| row.fields.get(name).is_some_and(|value| *value == true);
    !row.deleted && !is("is_private") && row.fields.get(merging::INTO).is_none_or(Value::is_null)
}

/// The candidate under which one is shown: itself, or the one that it was merged into.
pub(crate) fn shown_as(conn: &Connection, id: RecordId) -> Result<RecordId> {
    let sql = "select kept.id from candidates gone
        join candidates kept on kept.id = unhex(replace(gone.merged_into_id, '-', ''))
        where gone.id = ?1 and gone.deleted = 0 and kept.deleted = 0";
    let mut statement = conn.prepare_cached(sql)?;
    let mut into: BTreeMap<RecordId, RecordId> = BTreeMap::new();
    let mut at = id;
    while !into.contains_key(&at) {
        let next = statement.query_row([at.as_bytes()], |row| row.get::<_, [u8; 16]>(0)).optional()?;
        let Some(next) = next.map(RecordId::from_bytes) else { break };
        into.insert(at, next);
        at = next;
    }
    Ok(merged_into(id, |id| into.get(&id).copied()))
}

/// The candidates that were merged into one, into those too, and so on: what belongs to them is shown with it.
pub(crate) fn merged_with(conn: &Connection, id: RecordId) -> Result<Vec<Record>> {
    let (mut seen, mut found, mut next) = (BTreeSet::from([id]), Vec::new(), vec![id]);
    while let Some(at) = next.pop() {
        for row in rows_of(conn, CANDIDATE, "where merged_into_id = ?1 and deleted = 0", [at.to_string()])? {
            if seen.insert(row.id) {
                next.push(row.id);
                found.push(row);
            }
        }
    }
    found.sort_by_key(|row| (row.created_at, row.id));
    Ok(found)
}
