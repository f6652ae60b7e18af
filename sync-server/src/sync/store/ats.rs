//! What the rules of hiring look up of other records.

use sqlx::PgConnection;
use sqlx::types::Json;
use zumodra_shared::ats::{
    Application, ApprovalRule, Booked, CustomField, Interview, Offer, Pool, Scorecard, Tag, WorkingHours,
};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::schema::{Entity, Fields};

/// The longest interview in milliseconds: what began earlier than that before another is over when that begins.
const LONGEST_MS: i64 = zumodra_shared::ats::MAX_INTERVIEW_MINUTES * 60_000;

/// The interviews that may overlap with a time and have one of the same people, the candidate among them, or the same room.
pub async fn interviews_between(
    tx: &mut PgConnection,
    booked: &Booked,
) -> sqlx::Result<Vec<(RecordId, Json<Fields>)>> {
    sqlx::query_as(
        "select doc, fields from records
         where kind = $1 and not deleted and fields ? 'interviewer_ids'
           and (fields->>'starts_at')::bigint > $2 and (fields->>'starts_at')::bigint < $3
           and (fields->'interviewer_ids' ?| $4 or fields->>'candidate_id' = any($4) or fields->>'room_id' = $5)",
    )
    .bind(i32::from(Interview::DEF.code))
    .bind(booked.from.saturating_sub(LONGEST_MS))
    .bind(booked.until)
    .bind(&booked.people)
    .bind(&booked.room)
    .fetch_all(tx)
    .await
}

/// The fields of the workspace's own that have these keys, deleted or not.
pub async fn custom_fields(
    tx: &mut PgConnection,
    keys: &[String],
) -> sqlx::Result<Vec<(RecordId, Json<Fields>)>> {
    sqlx::query_as("select doc, fields from records where kind = $1 and fields->>'key' = any($2)")
        .bind(i32::from(CustomField::DEF.code))
        .bind(keys)
        .fetch_all(tx)
        .await
}

/// The rules of approval that are not deleted.
pub async fn approval_rules(tx: &mut PgConnection) -> sqlx::Result<Vec<(RecordId, Json<Fields>)>> {
    sqlx::query_as("select doc, fields from records where kind = $1 and not deleted")
        .bind(i32::from(ApprovalRule::DEF.code))
        .fetch_all(tx)
        .await
}

/// The working hours of people, each with when they were made, by which somebody may stand in for somebody. Those without a
/// deputy are among them: of a person's hours those made last count.
pub async fn hours_with_deputies(
    tx: &mut PgConnection,
) -> sqlx::Result<Vec<(RecordId, Millis, Json<Fields>)>> {
    sqlx::query_as(
        "select r.doc, d.created_at, r.fields
         from records r
         join documents d on d.doc = r.doc
         where r.kind = $1
           and not r.deleted
           and r.fields->>'member_id' is not null",
    )
    .bind(i32::from(WorkingHours::DEF.code))
    .fetch_all(tx)
    .await
}

/// The pools of this name that are not deleted, whatever the case of its letters (of ASCII).
pub async fn pools_named(tx: &mut PgConnection, name: &str) -> sqlx::Result<Vec<RecordId>> {
    sqlx::query_scalar(
        "select doc from records
         where kind = $1 and not deleted and lower(btrim(fields->>'name') collate \"C\") = lower($2 collate \"C\")",
    )
    .bind(i32::from(Pool::DEF.code))
    .bind(name.trim())
    .fetch_all(tx)
    .await
}

/// The tags that are shown: neither deleted nor merged.
pub async fn tags(tx: &mut PgConnection) -> sqlx::Result<Vec<(RecordId, Json<Fields>)>> {
    sqlx::query_as(
        "select doc, fields from records
         where kind = $1 and not deleted and fields->>'merged_into_id' is null",
    )
    .bind(i32::from(Tag::DEF.code))
    .fetch_all(tx)
    .await
}

/// The applications of somebody for a job that are not deleted.
pub async fn applications_of(
    tx: &mut PgConnection,
    candidate: &str,
    job: &str,
) -> sqlx::Result<Vec<(RecordId, Json<Fields>)>> {
    sqlx::query_as(
        "select doc, fields from records
         where fields->>'candidate_id' = $2 and fields->>'job_id' = $3 and kind = $1 and not deleted",
    )
    .bind(i32::from(Application::DEF.code))
    .bind(candidate)
    .bind(job)
    .fetch_all(tx)
    .await
}

/// The offers for an application that are not deleted.
pub async fn offers_of(
    tx: &mut PgConnection,
    application: &str,
) -> sqlx::Result<Vec<(RecordId, Json<Fields>)>> {
    sqlx::query_as(
        "select doc, fields from records
         where fields->>'application_id' = $2 and kind = $1 and not deleted",
    )
    .bind(i32::from(Offer::DEF.code))
    .bind(application)
    .fetch_all(tx)
    .await
}

/// What somebody wrote on the scorecards of an application.
pub async fn scorecards_of(
    tx: &mut PgConnection,
    application: &str,
    author: RecordId,
) -> sqlx::Result<Vec<(RecordId, Json<Fields>)>> {
    sqlx::query_as(
        "select r.doc, r.fields from records r
         join documents d on d.doc = r.doc
         where r.fields->>'application_id' = $2 and r.kind = $1 and not r.deleted and d.created_by = $3",
    )
    .bind(i32::from(Scorecard::DEF.code))
    .bind(application)
    .bind(author)
    .fetch_all(tx)
    .await
}

/// Whether a record of some kinds names another one in a field. Deleted ones are left out, and those that are held.
pub async fn is_named(
    tx: &mut PgConnection,
    kinds: &[i32],
    field: &str,
    id: RecordId,
    held: &[RecordId],
) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "select exists (
             select from records
             where kind = any($1) and not deleted and fields->>$2 = $3 and doc <> all($4)
         )",
    )
    .bind(kinds)
    .bind(field)
    .bind(id.to_string())
    .bind(held)
    .fetch_one(tx)
    .await
}
