//! The SQL of the outbox of mail: what the relay claims and settles, what administrators look at, what is forgotten.

use serde_json::Value;
use sqlx::postgres::PgConnection;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use crate::mail::Content;

/// A mail as it is kept.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Row {
    /// The id.
    pub id: RecordId,
    /// What happened, and to whom it is told.
    pub event_key: String,
    /// The message's id.
    pub message_id: String,
    /// The address.
    pub recipient: String,
    /// The name.
    pub recipient_name: String,
    /// `en` or `fr`.
    pub language: String,
    /// The template.
    pub template: String,
    /// What fills it; none when it was removed.
    pub content: Option<Value>,
    /// What goes with it.
    pub attachments: Value,
    /// What became of it.
    pub state: String,
    /// How often it was tried.
    pub tries: i32,
    /// When it is tried next.
    pub next_at: Millis,
    /// When it is worth nothing any more.
    pub expires_at: Millis,
    /// Why it was not sent.
    pub problem: String,
    /// The subject that was sent.
    pub subject: Option<String>,
    /// The text that was sent.
    pub body: Option<String>,
    /// When it was written.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
    /// When it was sent.
    pub sent_at: Option<Millis>,
}

/// A macro, so that the text stays a literal: PostgreSQL is given no text that was put together at run time.
macro_rules! columns {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " m.id,
              m.event_key,
              m.message_id,
              m.recipient,
              m.recipient_name,
              m.language,
              m.template,
              m.content,
              m.attachments,
              m.state,
              m.tries,
              m.next_at,
              m.expires_at,
              m.problem,
              m.subject,
              m.body,
              m.created_at,
              m.updated_at,
              m.sent_at ",
            $after
        )
    };
}

/// Claims mails that are due, each for one relay until its lease runs out. What another one is claiming is passed over.
pub async fn claim(
    connection: &mut PgConnection,
    claim: RecordId,
    limit: i64,
    now: Millis,
    lease_until: Millis,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as(columns!(
        "update mail m set
             state = 'sending',
             claim = $1,
             next_at = $4,
             updated_at = $3
         where m.id in (
             select id
             from mail
             where state in ('waiting', 'sending', 'deferred')
               and next_at <= $3
             order by
                 next_at,
                 id
             limit $2
             for update skip locked
         )
         returning",
        ""
    ))
    .bind(claim)
    .bind(limit)
    .bind(now)
    .bind(lease_until)
    .fetch_all(connection)
    .await
}

/// Claims the mail of an event.
pub async fn claim_event(
    connection: &mut PgConnection,
    claim: RecordId,
    event_key: &str,
    now: Millis,
    lease_until: Millis,
) -> sqlx::Result<Option<Row>> {
    sqlx::query_as(columns!(
        "update mail m set
             state = 'sending',
             claim = $1,
             next_at = $4,
             updated_at = $3
         where m.event_key = $2
           and m.state = 'waiting'
         returning",
        ""
    ))
    .bind(claim)
    .bind(event_key)
    .bind(now)
    .bind(lease_until)
    .fetch_optional(connection)
    .await
}

/// Holds a claimed mail for longer, counts a try, and notes whether it is about to be handed to a mail server. False when another relay has it by now.
pub async fn hold(
    connection: &mut PgConnection,
    claim: RecordId,
    id: RecordId,
    lease_until: Millis,
    hands_over: bool,
) -> sqlx::Result<bool> {
    let held = sqlx::query(
        "update mail set
             tries = tries + 1,
             handed_over = handed_over or $4,
             next_at = $3
         where id = $1
           and claim = $2
           and state = 'sending'",
    )
    .bind(id)
    .bind(claim)
    .bind(lease_until)
    .bind(hands_over)
    .execute(connection)
    .await?;
    Ok(held.rows_affected() == 1)
}

/// What became of a claimed mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Its state.
    pub state: &'static str,
    /// When it is tried next.
    pub next_at: Millis,
    /// Why it was not sent.
    pub problem: String,
    /// What was sent.
    pub sent: Option<(String, String)>,
}

/// Writes down what became of a claimed mail. What was erased meanwhile stays erased.
pub async fn settle(
    connection: &mut PgConnection,
    claim: RecordId,
    id: RecordId,
    settled: &Settled,
    now: Millis,
) -> sqlx::Result<()> {
    let (subject, body) = settled.sent.clone().unzip();
    sqlx::query(
        "update mail set
             state = $3,
             claim = null,
             next_at = $4,
             problem = $5,
             subject = case when content is null then null else $6 end,
             body = case when content is null then null else $7 end,
             sent_at = case when $3 = 'sent' then $8 else null end,
             updated_at = $8
         where id = $1
           and claim = $2
           and state = 'sending'",
    )
    .bind(id)
    .bind(claim)
    .bind(settled.state)
    .bind(settled.next_at)
    .bind(&settled.problem)
    .bind(subject)
    .bind(body)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets go of what a process claimed that is gone.
pub async fn free(connection: &mut PgConnection, now: Millis) -> sqlx::Result<()> {
    sqlx::query("update mail set next_at = $1 where state = 'sending'").bind(now).execute(connection).await?;
    Ok(())
}

/// Gives up what is worth nothing any more.
pub async fn give_up_late(connection: &mut PgConnection, problem: &str, now: Millis) -> sqlx::Result<()> {
    sqlx::query(
        "update mail set
             state = 'given_up',
             problem = case when problem = '' then $2 else problem end,
             updated_at = $1
         where state in ('waiting', 'deferred')
           and expires_at <= $1",
    )
    .bind(now)
    .bind(problem)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether something is due since before an instant.
pub async fn is_overdue(connection: &mut PgConnection, before: Millis) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "select exists (
             select
             from mail
             where state in ('waiting', 'sending', 'deferred')
               and next_at < $1
         )",
    )
    .bind(before)
    .fetch_one(connection)
    .await
}

/// Removes the text of what was settled before an instant, and rows that are older than another.
pub async fn forget_old(
    connection: &mut PgConnection,
    text_before: Millis,
    row_before: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "update mail set
             content = null,
             attachments = '[]',
             subject = null,
             body = null
         where content is not null
           and updated_at < $1
           and state in ('sent', 'given_up', 'cancelled')",
    )
    .bind(text_before)
    .execute(&mut *connection)
    .await?;
    sqlx::query("delete from mail where updated_at < $1 and state in ('sent', 'given_up', 'cancelled')")
        .bind(row_before)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes everything about a person from the mail: what went to their address, and what was told about their records.
/// The rows stay, so that no event is told twice.
pub async fn forget_person(
    connection: &mut PgConnection,
    address: &str,
    records: &[RecordId],
    now: Millis,
) -> sqlx::Result<u64> {
    let forgotten = sqlx::query(
        "update mail set
             recipient = case
                 when lower(recipient) = $1 or template = any($4) or content->'meeting'->>'to_candidate' = 'true'
                 then '' else recipient end,
             recipient_name = case
                 when lower(recipient) = $1 or template = any($4) or content->'meeting'->>'to_candidate' = 'true'
                 then '' else recipient_name end,
             content = null,
             attachments = '[]',
             subject = null,
             body = null,
             problem = '',
             state = case when state in ('waiting', 'deferred', 'sending') then 'cancelled' else state end,
             updated_at = $3
         where lower(recipient) = $1
            or about = any($2)",
    )
    .bind(address)
    .bind(records)
    .bind(now)
    .bind(Content::TO_OUTSIDERS)
    .execute(connection)
    .await?;
    Ok(forgotten.rows_affected())
}

/// The mails of a state, or all, the newest first.
pub async fn page(
    connection: &mut PgConnection,
    state: Option<&str>,
    offset: i64,
    limit: i64,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as(columns!(
        "select",
        "from mail m
         where ($1::text is null or m.state = $1)
         order by
             m.created_at desc,
             m.id desc
         offset $2
         limit $3"
    ))
    .bind(state)
    .bind(offset)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// How many mails a state has, or all have.
pub async fn count(connection: &mut PgConnection, state: Option<&str>) -> sqlx::Result<i64> {
    sqlx::query_scalar("select count(*) from mail where ($1::text is null or state = $1)")
        .bind(state)
        .fetch_one(connection)
        .await
}

/// One mail.
pub async fn one(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<Row>> {
    sqlx::query_as(columns!("select", "from mail m where m.id = $1"))
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// Tries again now what was not sent and is still worth it. False when it cannot be tried.
pub async fn retry(connection: &mut PgConnection, id: RecordId, now: Millis) -> sqlx::Result<bool> {
    let retried = sqlx::query(
        "update mail set
             state = 'waiting',
             tries = 0,
             next_at = $2,
             updated_at = $2
         where id = $1
           and state in ('deferred', 'given_up')
           and content is not null
           and expires_at > $2",
    )
    .bind(id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(retried.rows_affected() == 1)
}

/// Takes back what was not sent yet. False when it is too late.
pub async fn cancel(connection: &mut PgConnection, id: RecordId, now: Millis) -> sqlx::Result<bool> {
    let cancelled = sqlx::query(
        "update mail set
             state = 'cancelled',
             updated_at = $2
         where id = $1
           and state in ('waiting', 'deferred')",
    )
    .bind(id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(cancelled.rows_affected() == 1)
}

/// The candidates who are reached at an address. `kind` is that of how candidates are reached.
pub async fn candidates_of(
    connection: &mut PgConnection,
    kind: i32,
    address: &str,
) -> sqlx::Result<Vec<RecordId>> {
    sqlx::query_scalar(
        "select (fields->>'candidate_id')::uuid
         from records
         where kind = $1
           and lower(fields->>'email') = $2
           and fields->>'candidate_id' is not null",
    )
    .bind(kind)
    .bind(address)
    .fetch_all(connection)
    .await
}
