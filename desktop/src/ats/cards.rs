//! Applications as cards: a job's board, and those of all jobs together, over the local rows alone.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, OptionalExtension as _, params_from_iter};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zumodra_shared::ats::{Application, InterviewStatus, Tag};
use zumodra_shared::kernel::time::DAY_MS;
use zumodra_shared::kernel::{Problem, RecordId};
use zumodra_shared::schema::{Entity as _, EntityDef};

use super::duplicates;
use super::queries::{closed_stages, text};
use crate::replica::error::Result;
use crate::replica::{MergedTags, Record, rows_of};

/// Cards that are read at once, the longest waiting first.
const MAX_LISTED: usize = 10_000;

static APPLICATION: &EntityDef = &Application::DEF;
static TAG: &EntityDef = &Tag::DEF;

/// Which applications are wanted as cards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct CardRequest {
    /// Those of one job, in whatever stage; without it those of every job that are not over.
    pub job_id: Option<RecordId>,
    /// Only those on which this member works.
    pub assigned_to_id: Option<RecordId>,
}

/// Applications as cards, the longest waiting first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cards {
    /// The cards, as many as are read at once.
    pub cards: Vec<Card>,
    /// How many there are in all.
    pub total: u64,
}

/// An application with what is shown of its candidate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    /// The application, without its letter and its answers.
    pub application: Record,
    /// Who applied.
    pub candidate_id: String,
    /// Their name; none while the candidate has not arrived, or may not be seen.
    pub candidate_name: Option<String>,
    /// One line about them.
    pub headline: String,
    /// Where they live.
    pub city: String,
    /// Names of their tags.
    pub tags: Vec<String>,
    /// Whole days in the present stage.
    pub days_in_stage: i64,
    /// Notes on the candidate.
    pub notes: u64,
    /// The rating.
    pub rating: Option<i64>,
    /// Answers that rule the person out.
    pub knockouts: usize,
    /// When their next interview about it is, where one is planned.
    pub interview_at: Option<i64>,
}

/// The applications of one job, or those of every job that are not over.
///
/// # Errors
/// When the store fails.
pub fn cards(conn: &Connection, wanted: &CardRequest, now: i64) -> std::result::Result<Cards, Problem> {
    Ok(cards_in(conn, wanted, now)?)
}

fn cards_in(conn: &Connection, wanted: &CardRequest, now: i64) -> Result<Cards> {
    let mut conditions = vec!["deleted = 0".to_owned()];
    let mut values: Vec<String> = Vec::new();
    if let Some(job) = wanted.job_id {
        conditions.push("job_id = ?".to_owned());
        values.push(job.to_string());
    } else {
        let closed = closed_stages(conn)?;
        conditions.push(format!("stage_id not in ({})", vec!["?"; closed.len()].join(", ")));
        values.extend(closed);
        // Of a job that was deleted nothing waits for anybody.
        let here = "unhex(replace(job_id, '-', '')) in (select id from jobs where deleted = 0)";
        conditions.push(here.to_owned());
    }
    if let Some(member) = wanted.assigned_to_id {
        conditions.push("assigned_to_id = ?".to_owned());
        values.push(member.to_string());
    }
    let conditions = conditions.join(" and ");
    let total: i64 = conn
        .prepare_cached(&format!("select count(*) from applications where {conditions}"))?
        .query_row(params_from_iter(&values), |row| row.get(0))?;
    let rest =
        format!("where {conditions} order by coalesce(stage_changed_at, applied_at), id limit {MAX_LISTED}");
    let applications = rows_of(conn, APPLICATION, &rest, params_from_iter(&values))?;
    let beside = Beside::read(conn, now)?;
    let cards = applications.into_iter().map(|application| card(conn, application, &beside));
    Ok(Cards { cards: cards.collect::<Result<_>>()?, total: total.unsigned_abs() })
}

/// What cards show that lies beside them, read once for all of them.
pub(super) struct Beside {
    tags: BTreeMap<String, String>,
    interviews: HashMap<String, i64>,
    now: i64,
}

impl Beside {
    /// Reads it.
    pub(super) fn read(conn: &Connection, now: i64) -> Result<Self> {
        Ok(Self { tags: tag_names(conn)?, interviews: planned_interviews(conn, now)?, now })
    }
}

/// When the next interview about each application is.
fn planned_interviews(conn: &Connection, now: i64) -> Result<HashMap<String, i64>> {
    let sql = "select application_id, status, starts_at from interviews where deleted = 0 and starts_at > ?1 \
               order by starts_at desc";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([now])?;
    let mut planned = HashMap::new();
    while let Some(row) = rows.next()? {
        let (application, status): (Option<String>, Option<String>) = (row.get(0)?, row.get(1)?);
        if InterviewStatus::from_name(&status.unwrap_or_default()).is_open() {
            // The nearest comes last, and stays.
            planned.insert(application.unwrap_or_default(), row.get(2)?);
        }
    }
    Ok(planned)
}

fn tag_names(conn: &Connection) -> Result<BTreeMap<String, String>> {
    let rows = rows_of(conn, TAG, "where deleted = 0", [])?;
    let merged = MergedTags::read(conn)?;
    let names: HashMap<RecordId, &str> = rows.iter().map(|row| (row.id, text(&row.fields, "name"))).collect();
    // One that was merged is called as the one that stands for it.
    let shown = |row: &Record| Some((row.id.to_string(), (*names.get(&merged.shown(row.id))?).to_owned()));
    Ok(rows.iter().filter_map(shown).collect())
}

/// What a card shows of its candidate. Only these columns are read: a résumé's text lies on pages of its own.
struct CardPerson {
    name: String,
    headline: String,
    city: String,
    tag_ids: Vec<String>,
}

fn card_person(conn: &Connection, id: &str) -> Result<Option<CardPerson>> {
    let Ok(id) = id.parse::<RecordId>() else { return Ok(None) };
    let id = duplicates::shown_as(conn, id)?;
    let sql = "select first_name, last_name, headline, city, tag_ids from candidates where id = ?1";
    let read = |row: &rusqlite::Row<'_>| {
        let text =
            |at: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<String>>(at)?.unwrap_or_default());
        Ok(CardPerson {
            name: [text(0)?, text(1)?].join(" ").trim().to_owned(),
            headline: text(2)?,
            city: text(3)?,
            tag_ids: serde_json::from_str(&text(4)?).unwrap_or_default(),
        })
    };
    Ok(conn.prepare_cached(sql)?.query_row([id.as_bytes()], read).optional()?)
}

/// How many answers of an application rule the person out.
fn knockouts(application: &Record) -> usize {
    let answers = application.fields.get("answers").and_then(Value::as_array);
    answers.into_iter().flatten().filter(|answer| answer["knocks_out"] == json!(true)).count()
}

/// The card of an application.
pub(super) fn card(conn: &Connection, mut application: Record, beside: &Beside) -> Result<Card> {
    let candidate_id = text(&application.fields, "candidate_id").to_owned();
    let person = card_person(conn, &candidate_id)?;
    let notes: i64 = conn
        .prepare_cached("select count(*) from notes where candidate_id = ?1 and deleted = 0")?
        .query_row([&candidate_id], |row| row.get(0))?;
    let number = |name: &str| application.fields.get(name).and_then(Value::as_i64);
    let since = number("stage_changed_at").or_else(|| number("applied_at")).unwrap_or(beside.now);
    let (rating, knockouts) = (number("rating"), knockouts(&application));
    // What no card shows is not carried to the window: there can be thousands of them.
    application.fields.insert("cover_letter".to_owned(), json!(""));
    application.fields.insert("answers".to_owned(), json!([]));
    let tag_ids = person.iter().flat_map(|person| &person.tag_ids);
    let mut tags: Vec<String> = Vec::new();
    for name in tag_ids.filter_map(|id| beside.tags.get(id)) {
        if !tags.contains(name) {
            tags.push(name.clone());
        }
    }
    Ok(Card {
        tags,
        candidate_name: person.as_ref().map(|person| person.name.clone()),
        headline: person.as_ref().map(|person| person.headline.clone()).unwrap_or_default(),
        city: person.map(|person| person.city).unwrap_or_default(),
        days_in_stage: ((beside.now - since) / DAY_MS).max(0),
        notes: notes.unsigned_abs(),
        rating,
        knockouts,
        interview_at: beside.interviews.get(&application.id.to_string()).copied(),
        candidate_id,
        application,
    })
}
