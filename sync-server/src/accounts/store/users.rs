//! Accounts and counted failures.

use sqlx::postgres::PgConnection;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use crate::accounts::model::User;
use crate::limits::{LOCKOUT_MS, MAX_SIGN_IN_FAILURES};

type Row = (RecordId, String, String, String, String);

fn user(row: Row) -> User {
    let (id, email, name, password_hash, language) = row;
    User { id, email, name, password_hash, language }
}

pub async fn by_email(connection: &mut PgConnection, email: &str) -> sqlx::Result<Option<User>> {
    let row: Option<Row> = sqlx::query_as(
        "select
             id,
             email,
             name,
             password_hash,
             language
         from users
         where email = $1",
    )
    .bind(email)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(user))
}

pub async fn by_id(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<Option<User>> {
    let row: Option<Row> = sqlx::query_as(
        "select
             id,
             email,
             name,
             password_hash,
             language
         from users
         where id = $1",
    )
    .bind(id)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(user))
}

pub async fn insert(connection: &mut PgConnection, user: &User, now: Millis) -> sqlx::Result<()> {
    sqlx::query(
        "insert into users
             (id, email, name, password_hash, language, created_at, password_changed_at)
         values
             ($1, $2, $3, $4, $5, $6, $6)",
    )
    .bind(user.id)
    .bind(&user.email)
    .bind(&user.name)
    .bind(&user.password_hash)
    .bind(&user.language)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn set_profile(
    connection: &mut PgConnection,
    id: RecordId,
    name: &str,
    language: &str,
) -> sqlx::Result<()> {
    sqlx::query("update users set name = $2, language = $3 where id = $1")
        .bind(id)
        .bind(name)
        .bind(language)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether somebody wants to be told by mail what waits for them.
pub async fn wants_daily_mail(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<bool> {
    sqlx::query_scalar("select daily_mail from users where id = $1").bind(id).fetch_one(connection).await
}

pub async fn set_daily_mail(connection: &mut PgConnection, id: RecordId, wanted: bool) -> sqlx::Result<()> {
    sqlx::query("update users set daily_mail = $2 where id = $1")
        .bind(id)
        .bind(wanted)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn set_password(
    connection: &mut PgConnection,
    id: RecordId,
    hash: &str,
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query("update users set password_hash = $2, password_changed_at = $3 where id = $1")
        .bind(id)
        .bind(hash)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Counts a try before it is made, so that tries at the same moment cannot slip past the limit, and says how many there
/// were. Failures that are older than the lockout count no more; the time of the last countable one stays, so a locked
/// account opens an hour after the failure that locked it.
pub async fn count_try(
    connection: &mut PgConnection,
    email: &str,
    now: Millis,
) -> sqlx::Result<(i32, Millis)> {
    sqlx::query_as(
        "insert into sign_in_failures as f
             (email, failures, last_at)
         values
             ($1, 1, $2)
         on conflict (email) do update set
             failures = case
                 when f.last_at <= $2 - $3 then 1
                 else f.failures + 1
             end,
             last_at = case
                 when f.failures >= $4 and f.last_at > $2 - $3 then f.last_at
                 else $2
             end
         returning
             failures,
             last_at",
    )
    .bind(email)
    .bind(now)
    .bind(LOCKOUT_MS)
    .bind(MAX_SIGN_IN_FAILURES)
    .fetch_one(connection)
    .await
}

pub async fn forget_tries(connection: &mut PgConnection, email: &str) -> sqlx::Result<()> {
    sqlx::query("delete from sign_in_failures where email = $1").bind(email).execute(connection).await?;
    Ok(())
}

pub async fn forget_failures(connection: &mut PgConnection, before: Millis) -> sqlx::Result<()> {
    sqlx::query("delete from sign_in_failures where last_at < $1").bind(before).execute(connection).await?;
    Ok(())
}

/// Those of some addresses, in lower case, that members of a workspace have.
pub async fn members_among(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    addresses: &[String],
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "select u.email
         from users u
         join memberships m on m.user_id = u.id
         where m.tenant_id = $1
           and u.email = any($2)",
    )
    .bind(tenant_id)
    .bind(addresses)
    .fetch_all(connection)
    .await
}
