//! The SQL of job alerts, in the tenant's schema.

use sqlx::{FromRow, PgConnection};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

/// An alert.
#[derive(Debug, Clone, FromRow)]
pub struct Alert {
    /// Which one.
    pub id: RecordId,
    /// To whom.
    pub address: String,
    /// `en` or `fr`.
    pub language: String,
    /// The list that it is about, as a query.
    pub wanted: String,
    /// Up to which publication its reader was told.
    pub told_until: Millis,
    /// How often it may tell something.
    pub every: String,
}

/// How an alert stands.
#[derive(Debug, Clone, FromRow)]
pub struct Standing {
    /// Whether its reader said yes.
    pub is_confirmed: bool,
    /// Whether it tells nothing for now.
    pub is_paused: bool,
    /// How often it may tell something.
    pub every: String,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// To whom.
    pub address: &'a str,
    /// `en` or `fr`.
    pub language: &'a str,
    /// The list, as a query.
    pub wanted: &'a str,
    /// How often it may tell something.
    pub every: &'a str,
}

/// Alerts of an address, confirmed or not.
pub async fn count(connection: &mut PgConnection, address: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar("select count(*) from job_alerts where address = $1")
        .bind(address)
        .fetch_one(connection)
        .await
}

/// Keeps what is asked for, once for each list of an address. Gives its id, and none where it was confirmed already.
pub async fn keep(
    connection: &mut PgConnection,
    id: RecordId,
    asked: &Asked<'_>,
    now: Millis,
) -> sqlx::Result<Option<RecordId>> {
    sqlx::query_scalar(
        "insert into job_alerts
             (id, address, language, wanted, asked_at, told_until, next_at, every)
         values
             ($1, $2, $3, $4, $5, $5, $5, $6)
         on conflict on constraint one_alert_for_a_list do update set
             language = excluded.language,
             asked_at = excluded.asked_at,
             every = excluded.every
         where job_alerts.confirmed_at is null
         returning id",
    )
    .bind(id)
    .bind(asked.address)
    .bind(asked.language)
    .bind(asked.wanted)
    .bind(now)
    .bind(asked.every)
    .fetch_optional(connection)
    .await
}

/// How an alert stands; none when there is no such alert.
pub async fn standing(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<Standing>> {
    sqlx::query_as(
        "select
             confirmed_at is not null as is_confirmed,
             paused_at is not null as is_paused,
             every
         from job_alerts
         where id = $1",
    )
    .bind(id)
    .fetch_optional(connection)
    .await
}

/// Has an alert tell something as often as this from now on. Says whether there is such an alert that was confirmed.
pub async fn set_every(
    connection: &mut PgConnection,
    id: RecordId,
    every: &str,
    next_at: Millis,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "update job_alerts set
             every = $2,
             next_at = least(next_at, $3)
         where id = $1
           and confirmed_at is not null",
    )
    .bind(id)
    .bind(every)
    .bind(next_at)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Pauses an alert, or has it go on with what is published from now on. Says whether there is such an alert that was
/// confirmed.
pub async fn set_paused(
    connection: &mut PgConnection,
    id: RecordId,
    is_paused: bool,
    now: Millis,
) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "update job_alerts set
             paused_at = case when $2 then coalesce(paused_at, $3) end,
             told_until = case when paused_at is not null and not $2 then greatest(told_until, $3) else told_until end
         where id = $1
           and confirmed_at is not null",
    )
    .bind(id)
    .bind(is_paused)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes the yes: what is published from here on is told. Says whether there is such an alert.
pub async fn confirm(connection: &mut PgConnection, id: RecordId, now: Millis) -> sqlx::Result<bool> {
    let done = sqlx::query(
        "update job_alerts set
             confirmed_at = coalesce(confirmed_at, $2),
             told_until = case when confirmed_at is null then $2 else told_until end
         where id = $1",
    )
    .bind(id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends an alert. Who ends it twice has ended it.
pub async fn end(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<()> {
    sqlx::query("delete from job_alerts where id = $1").bind(id).execute(connection).await?;
    Ok(())
}

/// Ends every alert of an address.
pub async fn forget(connection: &mut PgConnection, address: &str) -> sqlx::Result<()> {
    sqlx::query("delete from job_alerts where address = $1").bind(address).execute(connection).await?;
    Ok(())
}

/// Removes what was not confirmed since before an instant.
pub async fn forget_unconfirmed(connection: &mut PgConnection, before: Millis) -> sqlx::Result<()> {
    sqlx::query("delete from job_alerts where confirmed_at is null and asked_at < $1")
        .bind(before)
        .execute(connection)
        .await?;
    Ok(())
}

/// Confirmed alerts that may be told again, the longest waiting first. Another node passes over them meanwhile.
pub async fn due(connection: &mut PgConnection, now: Millis, limit: i64) -> sqlx::Result<Vec<Alert>> {
    sqlx::query_as(
        "select id, address, language, wanted, told_until, every
         from job_alerts
         where confirmed_at is not null and paused_at is null and next_at <= $1
         order by next_at, id
         limit $2
         for update skip locked",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Notes up to which publication an alert was told, and when it may be told again.
pub async fn told(
    connection: &mut PgConnection,
    id: RecordId,
    told_until: Millis,
    next_at: Millis,
) -> sqlx::Result<()> {
    sqlx::query("update job_alerts set told_until = $2, next_at = $3 where id = $1")
        .bind(id)
        .bind(told_until)
        .bind(next_at)
        .execute(connection)
        .await?;
    Ok(())
}
