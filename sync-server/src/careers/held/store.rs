//! The SQL of forms that were not taken, in the tenant's schema.

use serde_json::Value;
use sqlx::{FromRow, PgConnection};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

/// A form that was not taken.
#[derive(Debug, Clone, FromRow)]
pub struct HeldRow {
    /// Its id.
    pub id: RecordId,
    /// For which job.
    pub job_id: RecordId,
    /// What that job is called; none for no job, and for one that is gone.
    pub job_title: Option<String>,
    /// What was typed.
    pub form: Value,
    /// Whether there is a résumé.
    pub has_resume: bool,
    /// `spam`, `refused`, `duplicate` or `error`.
    pub state: String,
    /// Why it was not taken; empty where a node of an earlier version kept it.
    pub reason: String,
    /// What went wrong with it, in words.
    pub problem: Option<String>,
    /// When it came.
    pub created_at: Millis,
}

/// A macro, so that the text stays a literal: PostgreSQL is given no text that was put together at run time.
macro_rules! held {
    ($before:literal, $after:literal) => {
        concat!($before, " s.state in ('spam', 'refused', 'duplicate', 'error') ", $after)
    };
}

/// How many there are.
pub async fn count(connection: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar(held!("select count(*) from submissions s where", "")).fetch_one(connection).await
}

/// Some of them, the newest first.
pub async fn list(connection: &mut PgConnection, offset: i64, limit: i64) -> sqlx::Result<Vec<HeldRow>> {
    sqlx::query_as(held!(
        "select
             s.id,
             s.job_id,
             j.fields->>'title' as job_title,
             s.form,
             s.resume_hash is not null as has_resume,
             s.state,
             s.reason,
             s.problem,
             s.created_at
         from submissions s
         left join records j on j.doc = s.job_id
         where",
        "order by s.created_at desc, s.id
         offset $1
         limit $2"
    ))
    .bind(offset)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// How many were kept for a reason since an instant.
pub async fn count_since(connection: &mut PgConnection, reason: &str, since: Millis) -> sqlx::Result<i64> {
    sqlx::query_scalar(held!(
        "select count(*) from submissions s where",
        "and s.reason = $1
         and s.created_at > $2"
    ))
    .bind(reason)
    .bind(since)
    .fetch_one(connection)
    .await
}

/// What was typed into one of them, held until the transaction ends.
pub async fn hold(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<Value>> {
    sqlx::query_scalar(held!("select s.form from submissions s where s.id = $1 and", "for update"))
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// Has one of them wait to become records.
pub async fn admit(
    connection: &mut PgConnection,
    id: RecordId,
    form: &Value,
    (by, at): (RecordId, Millis),
) -> sqlx::Result<()> {
    sqlx::query(
        "update submissions set
             state = 'pending',
             reason = '',
             problem = null,
             processed_at = null,
             form = $2,
             admitted_by = $3,
             admitted_at = $4
         where id = $1",
    )
    .bind(id)
    .bind(form)
    .bind(by)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}

/// What became of a submission: its state, the application, what went wrong.
pub async fn outcome(
    connection: &mut PgConnection,
    id: RecordId,
) -> sqlx::Result<Option<(String, Option<RecordId>, Option<String>)>> {
    sqlx::query_as("select state, application_id, problem from submissions where id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// Removes one of them; false when there is none.
pub async fn delete(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<bool> {
    let deleted = sqlx::query(held!("delete from submissions s where s.id = $1 and", ""))
        .bind(id)
        .execute(connection)
        .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Removes what is in a state and came before an instant.
pub async fn sweep(connection: &mut PgConnection, state: &str, before: Millis) -> sqlx::Result<()> {
    sqlx::query(held!(
        "delete from submissions s where",
        "and s.state = $1
         and s.created_at < $2"
    ))
    .bind(state)
    .bind(before)
    .execute(connection)
    .await?;
    Ok(())
}
