//! What the hiring screens read, over the local rows alone.

use std::collections::HashMap;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::json;
use zumodra_shared::ats::{
    Application, Attachment, Candidate, CandidateContact, Job, Note, Pipeline, Pool, StageKind, Tag,
};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::{Entity, EntityDef, Fields};

use super::cards::{Beside, Card, card};
use super::duplicates;
use crate::replica::error::{Error, Result};
use crate::replica::{Record, find, get, rows_of};

/// Cards of one column of a board.
const MAX_CARDS: usize = 200;
/// Jobs of the list of jobs.
const MAX_JOBS: usize = 2_000;
/// Rows of one kind on a candidate's page.
const MAX_PAGE_ROWS: usize = 500;
/// Hits of a search.
const MAX_HITS: usize = 100;
/// Kinds that the global search shows.
const SEARCHED: [&str; 4] = [Job::DEF.name, Candidate::DEF.name, CandidateContact::DEF.name, Note::DEF.name];

static APPLICATION: &EntityDef = &Application::DEF;
static JOB: &EntityDef = &Job::DEF;
static CANDIDATE: &EntityDef = &Candidate::DEF;
static CONTACT: &EntityDef = &CandidateContact::DEF;
static NOTE: &EntityDef = &Note::DEF;
static ATTACHMENT: &EntityDef = &Attachment::DEF;
static TAG: &EntityDef = &Tag::DEF;
static POOL: &EntityDef = &Pool::DEF;
static ACTIVITY: &EntityDef = &zumodra_shared::ats::Activity::DEF;

/// Indexes that these queries need beside those of the declarations.
pub(crate) const INDEXES: &[&str] = &[
    "create index if not exists applications_board on applications (job_id, deleted, stage_id, \
     coalesce(stage_changed_at, applied_at))",
    "create index if not exists applications_assigned on applications (assigned_to_id, deleted) \
     where assigned_to_id is not null",
    "create index if not exists candidates_by_last_name on candidates (deleted, last_name collate nocase)",
    "create index if not exists candidates_by_first_name on candidates (deleted, first_name collate nocase)",
    "create index if not exists candidates_by_creation on candidates (deleted, created_at)",
    "create index if not exists candidates_resume on candidates (resume_hash) where resume_hash is not null",
    "create index if not exists offers_letter on offers (letter_hash) where letter_hash is not null",
    "create index if not exists candidates_tags on candidates (deleted, tag_ids) where tag_ids <> '[]'",
    "create index if not exists candidates_pools on candidates (deleted, pool_ids) where pool_ids <> '[]'",
    "create index if not exists candidates_skills on candidates (deleted, skills) where skills <> '[]'",
    "create index if not exists activities_by_time on activities (candidate_id, at)",
    "create index if not exists candidate_contacts_address on candidate_contacts (email collate nocase)",
];

/// Which jobs are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct JobFilter {
    /// Words of the title, the place, the team.
    pub text: String,
    /// Only jobs of this status.
    pub status: Option<String>,
}

/// A job with its figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JobSummary {
    /// The job.
    pub job: Record,
    /// Applications that are not over.
    pub active: u64,
    /// Applications.
    pub total: u64,
}

/// A column of a job's board.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BoardColumn {
    /// The stage.
    pub stage_id: String,
    /// Its name.
    pub name: String,
    /// What it means.
    pub kind: String,
    /// Its colour.
    pub color: String,
    /// Days that an application should stay at most.
    pub target_days: Option<i64>,
    /// Days before that from which on the board warns.
    pub warn_days: Option<i64>,
    /// What happens in it.
    pub description: String,
    /// The template of the e-mail that is offered to who moves somebody there; an empty text for none.
    pub email_template_id: String,
    /// Applications in it.
    pub total: u64,
    /// Cards, the longest waiting first.
    pub cards: Vec<Card>,
}

/// A job's board.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Board {
    /// The job.
    pub job: Record,
    /// The stages of its pipeline, in order.
    pub columns: Vec<BoardColumn>,
}

/// The stage of an application, as a candidate's page names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageName {
    /// Its name.
    pub name: String,
    /// What it means.
    pub kind: String,
    /// Its colour.
    pub color: String,
}

/// An application on a candidate's page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PageApplication {
    /// The application.
    pub application: Record,
    /// Its job, when it may be seen.
    pub job: Option<Record>,
    /// Its stage.
    pub stage: Option<StageName>,
}

/// A candidate's page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CandidatePage {
    /// The candidate.
    pub candidate: Record,
    /// How to reach them; none when the person may not see it.
    pub contact: Option<Record>,
    /// Their applications.
    pub applications: Vec<PageApplication>,
    /// Notes on them, the newest first.
    pub notes: Vec<Record>,
    /// Files beside the résumé, the newest first.
    pub attachments: Vec<Record>,
    /// What happened, the newest first.
    pub activities: Vec<Record>,
    /// Their tags.
    pub tags: Vec<Record>,
    /// The talent pools that they are in.
    pub pools: Vec<Record>,
    /// Candidates that were merged into this one: what belongs to them is shown here.
    pub merged: Vec<Record>,
}

/// A hit of the global search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// The record's kind.
    pub kind: &'static str,
    /// The record.
    pub id: RecordId,
    /// Its name.
    pub title: String,
    /// A second line.
    pub subtitle: String,
    /// The passage that matched.
    pub snippet: String,
}

pub(super) fn text<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).and_then(serde_json::Value::as_str).unwrap_or_default()
}

struct Stage {
    id: String,
    name: StageName,
    target_days: Option<i64>,
    warn_days: Option<i64>,
    description: String,
    email_template_id: String,
}

fn stages(pipeline: &Record) -> Vec<Stage> {
    let items = pipeline.fields.get("stages").and_then(serde_json::Value::as_array);
    let stage = |item: &serde_json::Value| {
        let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
        Stage {
            id: text("id"),
            name: StageName { name: text("name"), kind: text("kind"), color: text("color") },
            target_days: item["target_days"].as_i64(),
            warn_days: item["warn_days"].as_i64(),
            description: text("description"),
            email_template_id: text("email_template_id"),
        }
    };
    items.map(|items| items.iter().map(stage).collect()).unwrap_or_default()
}

fn pipeline(conn: &Connection, id: &str) -> Result<Option<Record>> {
    match id.parse() {
        Ok(id) => Ok(get(conn, Pipeline::DEF.name, id)?),
        Err(_) => Ok(None),
    }
}

/// What each stage means.
pub(super) fn stage_kinds(conn: &Connection) -> Result<HashMap<String, StageKind>> {
    let pipelines = rows_of(conn, &Pipeline::DEF, "", [])?;
    let kind = |stage: Stage| (stage.id, StageKind::from_name(&stage.name.kind));
    Ok(pipelines.iter().flat_map(stages).map(kind).collect())
}

/// The stages in which an application is over.
pub(super) fn closed_stages(conn: &Connection) -> Result<Vec<String>> {
    Ok(stage_kinds(conn)?.into_iter().filter(|(_, kind)| kind.is_closed()).map(|(id, _)| id).collect())
}

/// The jobs with their figures, the newest first.
///
/// # Errors
/// When the store fails.
pub fn jobs(conn: &Connection, filter: &JobFilter) -> std::result::Result<Vec<JobSummary>, Problem> {
    Ok(jobs_in(conn, filter)?)
}

fn jobs_in(conn: &Connection, filter: &JobFilter) -> Result<Vec<JobSummary>> {
    let closed = closed_stages(conn)?;
    let mut counts: HashMap<String, (u64, u64)> = HashMap::new();
    let sql =
        "select job_id, stage_id, count(*) from applications where deleted = 0 group by job_id, stage_id";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (job, stage): (Option<String>, Option<String>) = (row.get(0)?, row.get(1)?);
        let number = row.get::<_, i64>(2)?.unsigned_abs();
        let count = counts.entry(job.unwrap_or_default()).or_default();
        count.1 += number;
        if stage.is_some_and(|stage| !closed.contains(&stage)) {
            count.0 += number;
        }
    }
    let wanted = crate::replica::ListRequest {
        kind: JOB.name.to_owned(),
        text: Some(filter.text.clone()),
        sort: Some("-created_at".to_owned()),
        limit: Some(crate::replica::MAX_LIMIT),
        filters: filter.status.iter().map(|status| status_is(status)).collect(),
        ..Default::default()
    };
    let mut found = Vec::new();
    while found.len() < MAX_JOBS {
        let page = crate::replica::list(
            conn,
            &crate::replica::ListRequest { offset: found.len(), ..wanted.clone() },
        )?;
        let last = page.rows.len() < crate::replica::MAX_LIMIT;
        found.extend(page.rows);
        if last {
            break;
        }
    }
    let summary = |job: Record| {
        let (active, total) = counts.get(&job.id.to_string()).copied().unwrap_or_default();
        JobSummary { job, active, total }
    };
    Ok(found.into_iter().map(summary).collect())
}

fn status_is(status: &str) -> crate::replica::Filter {
    crate::replica::Filter::Is { field: "status".to_owned(), is: status.into() }
}

/// A job's board.
///
/// # Errors
/// [`Code::NotFound`]; when the store fails.
pub fn board(conn: &Connection, job_id: RecordId, now: i64) -> std::result::Result<Board, Problem> {
    Ok(board_in(conn, job_id, now)?)
}

/// Stages in which applications of a job are and which its pipeline has not, or not any more: nobody is lost from view.
fn stages_gone(conn: &Connection, job_id: RecordId, stages: &[Stage]) -> Result<Vec<Stage>> {
    let sql =
        "select distinct stage_id from applications where job_id = ?1 and deleted = 0 order by stage_id";
    let mut statement = conn.prepare_cached(sql)?;
    let ids = statement.query_map([job_id.to_string()], |row| row.get::<_, Option<String>>(0))?;
    let mut gone = Vec::new();
    for id in ids {
        let id = id?.unwrap_or_default();
        if !stages.iter().any(|stage| stage.id == id) {
            let name = StageName {
                name: String::new(),
                kind: StageKind::Unknown.name().to_owned(),
                color: String::new(),
            };
            gone.push(Stage {
                id,
                name,
                target_days: None,
                warn_days: None,
                description: String::new(),
                email_template_id: String::new(),
            });
        }
    }
    Ok(gone)
}

fn board_in(conn: &Connection, job_id: RecordId, now: i64) -> Result<Board> {
    let job = get(conn, JOB.name, job_id)?.ok_or(Problem::new(Code::NotFound))?;
    let pipeline = pipeline(conn, text(&job.fields, "pipeline_id"))?;
    let beside = Beside::read(conn, now)?;
    let mut columns = Vec::new();
    let stages: Vec<Stage> = pipeline.iter().flat_map(stages).collect();
    let gone = stages_gone(conn, job_id, &stages)?;
    for stage in stages.into_iter().chain(gone) {
        let key = (job_id.to_string(), &stage.id);
        let total: i64 = conn
            .prepare_cached(
                "select count(*) from applications where job_id = ?1 and deleted = 0 and stage_id = ?2",
            )?
            .query_row((&key.0, key.1), |row| row.get(0))?;
        let rest = format!(
            "where job_id = ?1 and deleted = 0 and stage_id = ?2 order by coalesce(stage_changed_at, applied_at), \
             id limit {MAX_CARDS}"
        );
        let applications = rows_of(conn, APPLICATION, &rest, (&key.0, key.1))?;
        let mut cards = Vec::with_capacity(applications.len());
        for application in applications {
            cards.push(card(conn, application, &beside)?);
        }
        columns.push(BoardColumn {
            stage_id: stage.id,
            name: stage.name.name,
            kind: stage.name.kind,
            color: stage.name.color,
            target_days: stage.target_days,
            warn_days: stage.warn_days,
            description: stage.description,
            email_template_id: stage.email_template_id,
            total: total.unsigned_abs(),
            cards,
        });
    }
    Ok(Board { job, columns })
}

/// The records that a field of a candidate names, without those that were deleted.
fn named(conn: &Connection, def: &EntityDef, candidate: &Record, field: &str) -> Result<Vec<Record>> {
    let ids = candidate.fields.get(field).and_then(serde_json::Value::as_array);
    let mut found = Vec::new();
    for id in ids.into_iter().flatten().filter_map(|id| id.as_str()?.parse().ok()) {
        found.extend(get(conn, def.name, id)?.filter(|row| !row.deleted));
    }
    Ok(found)
}

/// Everything that a candidate's page shows. Of one that was merged into another it is the other's page.
///
/// # Errors
/// [`Code::NotFound`]; when the store fails.
pub fn candidate_page(conn: &Connection, id: RecordId) -> std::result::Result<CandidatePage, Problem> {
    Ok(candidate_page_in(conn, id)?)
}

fn candidate_page_in(conn: &Connection, id: RecordId) -> Result<CandidatePage> {
    let id = duplicates::shown_as(conn, id)?;
    let candidate = get(conn, CANDIDATE.name, id)?.ok_or_else(|| Error::from(Code::NotFound))?;
    let merged = duplicates::merged_with(conn, id)?;
    let all: Vec<String> = merged.iter().map(|row| row.id).chain([id]).map(|id| id.to_string()).collect();
    let of = |def: &'static EntityDef, order: &str| -> Result<Vec<Record>> {
        let rest = format!(
            "where candidate_id in ({}) and deleted = 0 order by {order} desc, id desc limit {MAX_PAGE_ROWS}",
            vec!["?"; all.len()].join(", ")
        );
        rows_of(conn, def, &rest, rusqlite::params_from_iter(&all))
    };
    let mut applications = Vec::new();
    for application in of(APPLICATION, "applied_at")? {
        let job = match text(&application.fields, "job_id").parse() {
            Ok(id) => get(conn, JOB.name, id)?,
            Err(_) => None,
        };
        let stage_id = text(&application.fields, "stage_id").to_owned();
        let pipeline = pipeline(conn, text(&application.fields, "pipeline_id"))?;
        let stage =
            pipeline.iter().flat_map(stages).find(|stage| stage.id == stage_id).map(|stage| stage.name);
        applications.push(PageApplication { application, job, stage });
    }
    let mut activities = of(ACTIVITY, "at")?;
    if activities.len() < MAX_PAGE_ROWS {
        activities.push(beginning(&candidate));
    }
    Ok(CandidatePage {
        contact: duplicates::contact_of(conn, id)?,
        applications,
        notes: of(NOTE, "created_at")?,
        attachments: of(ATTACHMENT, "created_at")?,
        activities,
        tags: named(conn, TAG, &candidate, "tag_ids")?,
        pools: named(conn, POOL, &candidate, "pool_ids")?,
        candidate,
        merged,
    })
}

/// The first line of a candidate's timeline, which is no entry of its own: who made the record, and when.
fn beginning(candidate: &Record) -> Record {
    let mut fields = ACTIVITY.defaults();
    fields.insert("candidate_id".to_owned(), json!(candidate.id));
    fields.insert("action".to_owned(), json!("created"));
    fields.insert("actor_id".to_owned(), json!(candidate.created_by));
    fields.insert("at".to_owned(), json!(candidate.created_at));
    Record {
        kind: ACTIVITY.name,
        updated_at: candidate.created_at,
        updated_by: candidate.created_by,
        deleted: false,
        fields,
        ..candidate.clone()
    }
}

/// What matches in jobs, people and notes.
///
/// # Errors
/// When the store fails.
pub fn search(conn: &Connection, text: &str, limit: usize) -> std::result::Result<Vec<Hit>, Problem> {
    Ok(search_in(conn, text, limit)?)
}

fn search_in(conn: &Connection, needle: &str, limit: usize) -> Result<Vec<Hit>> {
    let mut hits: Vec<Hit> = Vec::new();
    let all = find(conn, &SEARCHED, needle, limit.min(MAX_HITS))?;
    let named = |id: RecordId| all.iter().any(|hit| hit.kind == CANDIDATE.name && hit.id == id);
    for found in &all {
        let Some(row) = get(conn, found.kind, found.id)? else { continue };
        let about = match text(&row.fields, "candidate_id").parse() {
            Ok(id) => get(conn, CANDIDATE.name, duplicates::shown_as(conn, id)?)?,
            Err(_) => None,
        };
        let name = about.as_ref().map(|c| CANDIDATE.title(&c.fields)).unwrap_or_default();
        let hit = if found.kind == JOB.name {
            (JOB.name, row.id, JOB.title(&row.fields), text(&row.fields, "location_city").to_owned())
        } else if found.kind == CONTACT.name {
            // A person who is found by address or number alone is shown as the person.
            let Some(about) = about.as_ref().filter(|about| !named(about.id)) else { continue };
            (CANDIDATE.name, about.id, name, text(&row.fields, "email").to_owned())
        } else if found.kind == NOTE.name {
            (NOTE.name, row.id, name, String::new())
        } else {
            // Somebody who was merged is found by what stands in either record.
            let shown = get(conn, CANDIDATE.name, duplicates::shown_as(conn, row.id)?)?.unwrap_or(row);
            (
                CANDIDATE.name,
                shown.id,
                CANDIDATE.title(&shown.fields),
                text(&shown.fields, "headline").to_owned(),
            )
        };
        let (kind, id, title, subtitle) = hit;
        if !hits.iter().any(|known| known.kind == kind && known.id == id) {
            hits.push(Hit { kind, id, title, subtitle, snippet: found.snippet.clone() });
        }
    }
    Ok(hits)
}
