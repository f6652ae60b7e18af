//! The SQL of causes, in the tenant's schema.

use serde_json::json;
use sqlx::postgres::PgConnection;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use super::Mail;

/// Writes a mail. Says whether the event had none yet.
pub async fn insert(
    connection: &mut PgConnection,
    id: RecordId,
    message_id: &str,
    mail: &Mail,
    now: Millis,
) -> sqlx::Result<bool> {
    let due_at = mail.due_at.unwrap_or(now);
    let inserted = sqlx::query(
        "insert into mail
             (id, event_key, message_id, recipient, recipient_name, language, template, content, about, attachments,
              state, next_at, expires_at, created_at, updated_at)
         values
             ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', $13, $12, $11, $11)
         on conflict on constraint mail_once_per_event do nothing",
    )
    .bind(id)
    .bind(&mail.event_key)
    .bind(message_id)
    .bind(&mail.to.address)
    .bind(&mail.to.name)
    .bind(if mail.language == "fr" { "fr" } else { "en" })
    .bind(mail.content.template())
    .bind(mail.content.values())
    .bind(mail.about)
    .bind(json!(mail.attachments))
    .bind(now)
    .bind(due_at.saturating_add(mail.worth_ms))
    .bind(due_at)
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Mails of a template to an address since an instant.
pub async fn count_since(
    connection: &mut PgConnection,
    address: &str,
    template: &str,
    since: Millis,
) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "select count(*)
         from mail
         where recipient = $1
           and created_at > $3
           and template = $2",
    )
    .bind(address)
    .bind(template)
    .bind(since)
    .fetch_one(connection)
    .await
}

/// Takes back the mail of an event while it waits. Says whether there is none that went out, or may have.
pub async fn cancel(connection: &mut PgConnection, event_key: &str, now: Millis) -> sqlx::Result<bool> {
    sqlx::query(
        "update mail set
             state = 'cancelled',
             updated_at = $2
         where event_key = $1
           and state in ('waiting', 'sending', 'deferred')",
    )
    .bind(event_key)
    .bind(now)
    .execute(&mut *connection)
    .await?;
    sqlx::query_scalar(
        "select not exists (
             select from mail where event_key = $1 and (state <> 'cancelled' or handed_over)
         )",
    )
    .bind(event_key)
    .fetch_one(connection)
    .await
}

/// Takes back the mails about a record that wait, of the events whose key begins so, but for one of them.
pub async fn cancel_about(
    connection: &mut PgConnection,
    about: RecordId,
    (begins, but): (&str, &str),
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "update mail set
             state = 'cancelled',
             updated_at = $4
         where about = $1
           and starts_with(event_key, $2)
           and event_key <> $3
           and state in ('waiting', 'sending', 'deferred')",
    )
    .bind(about)
    .bind(begins)
    .bind(but)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// The recipient of the last mail about a record whose key begins so.
pub async fn last_to(
    connection: &mut PgConnection,
    about: RecordId,
    begins: &str,
) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar(
        "select recipient
         from mail
         where about = $1
           and starts_with(event_key, $2)
         order by created_at desc
         limit 1",
    )
    .bind(about)
    .bind(begins)
    .fetch_optional(connection)
    .await
}

/// Lets a mail that was taken back wait again, unless it is worth nothing any more.
pub async fn revive(connection: &mut PgConnection, event_key: &str, now: Millis) -> sqlx::Result<()> {
    sqlx::query(
        "update mail set
             state = 'waiting',
             next_at = $2,
             updated_at = $2
         where event_key = $1
           and state = 'cancelled'
           and not handed_over
           and content is not null
           and expires_at > $2",
    )
    .bind(event_key)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
