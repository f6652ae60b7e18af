//! The SQL of career pages, in the tenant's schema.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};
use zumodra_shared::ats::{Job, JobTranslation, Pipeline, Pool, rules};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::schema::{Entity, Fields};

use super::job::PublicJob;

/// The jobs of a board.
const MAX_LISTED: i64 = 10_000;
/// The texts in further languages of all jobs of a board together.
const MAX_TRANSLATIONS: i64 = 20_000;

/// The record kind of jobs as PostgreSQL counts.
fn job_kind() -> i32 {
    i32::from(Job::DEF.code)
}

/// The record kind of their texts in further languages.
fn translation_kind() -> i32 {
    i32::from(JobTranslation::DEF.code)
}

/// The end of the log, and whether any job, or what it says in another language, was written after a place in it.
pub async fn changes(connection: &mut PgConnection, since: i64) -> sqlx::Result<(i64, bool)> {
    sqlx::query_as(
        "select
             seq,
             exists (select from documents where documents.seq > $1 and kind in ($2, $3))
         from head",
    )
    .bind(since)
    .bind(job_kind())
    .bind(translation_kind())
    .fetch_one(connection)
    .await
}

/// Every job that the public may see on `today`, in the order of the ids.
pub async fn visible(connection: &mut PgConnection, today: &str) -> sqlx::Result<Vec<PublicJob>> {
    let rows: Vec<(RecordId, Json<Fields>)> = sqlx::query_as(
        "select
             doc,
             fields
         from records
         where kind = $1
           and not deleted
           and fields->>'status' = 'open'
           and fields->>'published_on_career_page' = 'true'
           and fields->>'is_internal_only' is distinct from 'true'
           and fields->>'is_private' is distinct from 'true'
           and coalesce(nullif(fields->>'application_deadline', ''), '9999-12-31') >= $2
         order by doc
         limit $3",
    )
    .bind(job_kind())
    .bind(today)
    .bind(MAX_LISTED)
    .fetch_all(&mut *connection)
    .await?;
    let mut jobs: Vec<PublicJob> =
        rows.into_iter().filter_map(|(doc, Json(fields))| public(doc, &fields)).collect();
    let ids: Vec<RecordId> = jobs.iter().map(|public| public.id).collect();
    for translation in translations(connection, &ids).await? {
        // The jobs are in the order of their ids.
        if let Ok(at) = jobs.binary_search_by_key(&translation.job_id.record(), |public| public.id) {
            jobs[at].translations.push(translation);
        }
    }
    Ok(jobs)
}

/// What some jobs say in further languages, as far as it is written, in the order in which they were begun.
async fn translations(connection: &mut PgConnection, jobs: &[RecordId]) -> sqlx::Result<Vec<JobTranslation>> {
    let jobs: Vec<String> = jobs.iter().map(ToString::to_string).collect();
    let rows: Vec<Json<Fields>> = sqlx::query_scalar(
        "select fields
         from records
         where kind = $1
           and not deleted
           and fields->>'job_id' = any($3)
         order by doc
         limit $2",
    )
    .bind(translation_kind())
    .bind(MAX_TRANSLATIONS)
    .bind(jobs)
    .fetch_all(connection)
    .await?;
    let read = rows.into_iter().filter_map(|Json(fields)| rules::read::<JobTranslation>(&fields));
    Ok(read.filter(JobTranslation::is_written).collect())
}

fn public(doc: RecordId, fields: &Fields) -> Option<PublicJob> {
    let job: Job = rules::read(fields)?;
    let slug = job.slug.clone().filter(|slug| !slug.is_empty())?;
    Some(PublicJob { id: doc, slug, job, translations: Vec::new() })
}

/// Some jobs, in the order of the ids.
pub async fn jobs(connection: &mut PgConnection, docs: &[RecordId]) -> sqlx::Result<Vec<PublicJob>> {
    let rows: Vec<(RecordId, Json<Fields>)> = sqlx::query_as(
        "select
             doc,
             fields
         from unnest($1::uuid[]) with ordinality as wanted (doc, place)
         join records using (doc)
         order by wanted.place",
    )
    .bind(docs)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().filter_map(|(doc, Json(fields))| public(doc, &fields)).collect())
}

/// The job of an address, whatever became of it.
pub async fn by_slug(connection: &mut PgConnection, slug: &str) -> sqlx::Result<Option<PublicJob>> {
    /// A slug ends with this much of its job's id, which is cheaper to compare than what is in the fields.
    const ID_DIGITS: usize = 8;
    let tail = slug.get(slug.len().saturating_sub(ID_DIGITS)..).unwrap_or_default();
    let row: Option<(RecordId, Json<Fields>)> = sqlx::query_as(
        "select
             doc,
             fields
         from records
         where kind = $1
           and right(doc::text, 8) = $2
           and fields->>'slug' = $3
         limit 1",
    )
    .bind(job_kind())
    .bind(tail)
    .bind(slug)
    .fetch_optional(connection)
    .await?;
    Ok(row.and_then(|(doc, Json(fields))| public(doc, &fields)))
}

/// A pipeline that exists.
pub async fn pipeline(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<Pipeline>> {
    let fields: Option<Json<Fields>> = sqlx::query_scalar(
        "select fields
         from records
         where doc = $1
           and kind = $2
           and not deleted",
    )
    .bind(id)
    .bind(i32::from(Pipeline::DEF.code))
    .fetch_optional(connection)
    .await?;
    Ok(fields.and_then(|Json(fields)| rules::read(&fields)))
}

/// A submission as it is kept.
#[derive(Debug, Clone, FromRow)]
pub struct Submission {
    /// Its id.
    pub id: RecordId,
    /// For which job.
    pub job_id: RecordId,
    /// What was typed.
    pub form: Value,
    /// The résumé.
    pub resume_hash: Option<String>,
    /// The other files.
    pub file_hashes: Vec<String>,
    /// From which address.
    pub remote_addr: String,
    /// With which program.
    pub user_agent: String,
    /// `pending`, `processed`, `spam`, `refused`, `duplicate` or `error`.
    pub state: String,
    /// Why it is neither pending nor processed, or an empty text.
    pub reason: String,
    /// When.
    pub created_at: Millis,
    /// When somebody let it in; none where nobody had to.
    pub admitted_at: Option<Millis>,
}

/// Keeps a submission. Says whether it is new. One that was refused gives way to the same form sent again and taken.
pub async fn keep(connection: &mut PgConnection, submission: &Submission) -> sqlx::Result<bool> {
    let kept = sqlx::query(
        "insert into submissions
             (id, job_id, form, resume_hash, file_hashes, remote_addr, user_agent, state, reason, created_at)
         values
             ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (id) do update set
             job_id = excluded.job_id,
             form = excluded.form,
             resume_hash = excluded.resume_hash,
             file_hashes = excluded.file_hashes,
             remote_addr = excluded.remote_addr,
             user_agent = excluded.user_agent,
             state = excluded.state,
             reason = excluded.reason,
             created_at = excluded.created_at
         where submissions.state = 'refused'
           and excluded.state = 'pending'",
    )
    .bind(submission.id)
    .bind(submission.job_id)
    .bind(&submission.form)
    .bind(&submission.resume_hash)
    .bind(&submission.file_hashes)
    .bind(&submission.remote_addr)
    .bind(&submission.user_agent)
    .bind(&submission.state)
    .bind(&submission.reason)
    .bind(submission.created_at)
    .execute(connection)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// Whether a submission is kept already, other than as one that was refused.
pub async fn is_kept(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select from submissions where id = $1 and state <> 'refused')")
        .bind(id)
        .fetch_one(connection)
        .await
}

/// A submission that waits.
pub async fn pending(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<Submission>> {
    sqlx::query_as(
        "select
             id,
             job_id,
             form,
             resume_hash,
             file_hashes,
             remote_addr,
             user_agent,
             state,
             reason,
             created_at,
             admitted_at
         from submissions
         where id = $1
           and state = 'pending'",
    )
    .bind(id)
    .fetch_optional(connection)
    .await
}

/// The submissions that wait since before an instant, the oldest first.
pub async fn waiting(
    connection: &mut PgConnection,
    before: Millis,
    limit: i64,
) -> sqlx::Result<Vec<RecordId>> {
    sqlx::query_scalar(
        "select id
         from submissions
         where state = 'pending'
           and created_at <= $1
         order by created_at
         limit $2",
    )
    .bind(before)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// What became of a submission.
#[derive(Debug, Clone)]
pub struct Settled {
    /// `processed`, `duplicate` or `error`.
    pub state: &'static str,
    /// Why it became no records, in a word; empty where it did.
    pub reason: &'static str,
    /// The application that it became.
    pub application_id: Option<RecordId>,
    /// Why it became none.
    pub problem: Option<String>,
    /// When.
    pub at: Millis,
}

/// Notes what became of a submission.
pub async fn settle(connection: &mut PgConnection, id: RecordId, settled: &Settled) -> sqlx::Result<()> {
    sqlx::query(
        "update submissions set
             state = $2,
             application_id = $3,
             problem = $4,
             processed_at = $5,
             reason = $6
         where id = $1
           and state = 'pending'",
    )
    .bind(id)
    .bind(settled.state)
    .bind(settled.application_id)
    .bind(&settled.problem)
    .bind(settled.at)
    .bind(settled.reason)
    .execute(connection)
    .await?;
    Ok(())
}

/// The pools that take those who ask to be kept in mind.
pub async fn pools_for_later(connection: &mut PgConnection) -> sqlx::Result<Vec<RecordId>> {
    /// Pools that somebody is put into at most.
    const MAX_POOLS: i64 = 20;
    sqlx::query_scalar(
        "select doc
         from records
         where kind = $1
           and not deleted
           and fields->>'takes_kept_in_mind' = 'true'
           and fields->>'is_archived' is distinct from 'true'
         order by doc
         limit $2",
    )
    .bind(i32::from(Pool::DEF.code))
    .bind(MAX_POOLS)
    .fetch_all(connection)
    .await
}

/// Of some pools those that take who asks to be kept in mind, put away or deleted ones too.
pub async fn of_those_for_later(
    connection: &mut PgConnection,
    pools: &[RecordId],
) -> sqlx::Result<Vec<RecordId>> {
    sqlx::query_scalar(
        "select doc
         from records
         where kind = $1
           and doc = any($2)
           and fields->>'takes_kept_in_mind' = 'true'
         order by doc",
    )
    .bind(i32::from(Pool::DEF.code))
    .bind(pools)
    .fetch_all(connection)
    .await
}

/// The sizes of some files that are here.
pub async fn sizes(connection: &mut PgConnection, hashes: &[String]) -> sqlx::Result<HashMap<String, i64>> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("select hash, bytes from files where hash = any($1) and state = 'ready'")
            .bind(hashes)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().collect())
}

/// Writes a fact into the outbox.
pub async fn enqueue(
    connection: &mut PgConnection,
    topic: &str,
    payload: &Value,
    at: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into outbox
             (topic, payload, at)
         values
             ($1, $2, $3)",
    )
    .bind(topic)
    .bind(payload)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}
