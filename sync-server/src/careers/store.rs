//! The SQL of career pages, in the tenant's schema.

use serde_json::Value;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection};
use zumodra_shared::ats::{Job, Pipeline, rules};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::schema::{Entity, Fields};

use super::job::PublicJob;

/// The jobs that a list looks through.
const MAX_LISTED: i64 = 10_000;

/// The record kind of jobs as PostgreSQL counts.
fn job_kind() -> i32 {
    i32::from(Job::DEF.code)
}

/// What a list needs of a job to filter, count and sort it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Row {
    /// Its id.
    pub doc: RecordId,
    /// Its title.
    pub title: String,
    /// The team.
    pub team: String,
    /// The city.
    pub city: String,
    /// Where the work is done.
    pub remote: String,
    /// The form of employment.
    pub job_type: String,
    /// Whether it is shown first.
    pub featured: bool,
    /// When it was published.
    pub published_at: i64,
    /// The last day for applications, or an empty text.
    pub deadline: String,
    /// Whether the search finds it.
    pub matched: bool,
}

/// Every job that the public may see on `today`, each with whether it has all the words.
///
/// Words and texts are compared without case and without accents.
pub async fn visible(connection: &mut PgConnection, today: &str, words: &[String]) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as(
        r"select
             doc,
             coalesce(f.title, '') as title,
             coalesce(f.team, '') as team,
             coalesce(f.location_city, '') as city,
             coalesce(f.remote_policy, '') as remote,
             coalesce(f.job_type, '') as job_type,
             coalesce(f.is_featured = 'true', false) as featured,
             coalesce(f.published_at, 0) as published_at,
             coalesce(f.application_deadline, '') as deadline,
             case when cardinality($3::text[]) = 0 then true else (
                 select bool_and(position(
                     regexp_replace(normalize(lower(word), NFKD), '[\u0300-\u036f]', '', 'g') in
                     regexp_replace(normalize(lower(concat_ws(' ', f.title, f.team, f.location_city,
                         f.required_skills, left(f.description, 4000))), NFKD), '[\u0300-\u036f]', '', 'g')) > 0)
                 from unnest($3::text[]) as word
             ) end as matched
         from records, jsonb_to_record(fields) as f (
             title text, team text, location_city text, remote_policy text, job_type text, is_featured text,
             published_at bigint, application_deadline text, required_skills text, description text,
             status text, slug text, published_on_career_page text, is_internal_only text,
             is_private text)
         where kind = $1
           and not deleted
           and f.status = 'open'
           and f.slug <> ''
           and f.published_on_career_page = 'true'
           and f.is_internal_only is distinct from 'true'
           and f.is_private is distinct from 'true'
           and coalesce(nullif(f.application_deadline, ''), '9999-12-31') >= $2
         order by doc
         limit $4",
    )
    .bind(job_kind())
    .bind(today)
    .bind(words)
    .bind(MAX_LISTED)
    .fetch_all(connection)
    .await
}

fn public(doc: RecordId, fields: &Fields) -> Option<PublicJob> {
    let job: Job = rules::read(fields)?;
    let slug = job.slug.clone().filter(|slug| !slug.is_empty())?;
    Some(PublicJob { id: doc, slug, job })
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

/// The job of an address, with whether it was deleted.
pub async fn by_slug(connection: &mut PgConnection, slug: &str) -> sqlx::Result<Option<(PublicJob, bool)>> {
    /// A slug ends with this much of its job's id, which is cheaper to compare than what is in the fields.
    const ID_DIGITS: usize = 8;
    let tail = slug.get(slug.len().saturating_sub(ID_DIGITS)..).unwrap_or_default();
    let row: Option<(RecordId, Json<Fields>, bool)> = sqlx::query_as(
        "select
             doc,
             fields,
             deleted
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
    Ok(row.and_then(|(doc, Json(fields), deleted)| Some((public(doc, &fields)?, deleted))))
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
    /// From which address.
    pub remote_addr: String,
    /// With which program.
    pub user_agent: String,
    /// `pending`, `processed`, `spam` or `error`.
    pub state: String,
    /// When.
    pub created_at: Millis,
}

/// Keeps a submission. Says whether it is new.
pub async fn keep(connection: &mut PgConnection, submission: &Submission) -> sqlx::Result<bool> {
    let kept = sqlx::query(
        "insert into submissions
             (id, job_id, form, resume_hash, remote_addr, user_agent, state, created_at)
         values
             ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (id) do nothing",
    )
    .bind(submission.id)
    .bind(submission.job_id)
    .bind(&submission.form)
    .bind(&submission.resume_hash)
    .bind(&submission.remote_addr)
    .bind(&submission.user_agent)
    .bind(&submission.state)
    .bind(submission.created_at)
    .execute(connection)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// Whether a submission is kept already.
pub async fn is_kept(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select from submissions where id = $1)")
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
             remote_addr,
             user_agent,
             state,
             created_at
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
    /// `processed` or `error`.
    pub state: &'static str,
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
             processed_at = $5
         where id = $1
           and state = 'pending'",
    )
    .bind(id)
    .bind(settled.state)
    .bind(settled.application_id)
    .bind(&settled.problem)
    .bind(settled.at)
    .execute(connection)
    .await?;
    Ok(())
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

/// Whether the public may see a job on `today`: the same rule as for the list.
pub async fn is_visible(connection: &mut PgConnection, doc: RecordId, today: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "select exists (
             select
             from records
             where doc = $1
               and kind = $2
               and not deleted
               and fields->>'status' = 'open'
               and fields->>'published_on_career_page' = 'true'
               and fields->>'is_internal_only' is distinct from 'true'
               and fields->>'is_private' is distinct from 'true'
               and coalesce(nullif(fields->>'application_deadline', ''), '9999-12-31') >= $3
         )",
    )
    .bind(doc)
    .bind(job_kind())
    .bind(today)
    .fetch_one(connection)
    .await
}
