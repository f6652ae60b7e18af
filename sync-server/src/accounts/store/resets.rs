//! Links by which a new password is chosen.

use sqlx::postgres::PgConnection;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

pub async fn insert(
    connection: &mut PgConnection,
    id: RecordId,
    user_id: RecordId,
    hash: &[u8],
    now: Millis,
    expires_at: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into password_resets
             (id, user_id, token_hash, created_at, expires_at)
         values
             ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(user_id)
    .bind(hash)
    .bind(now)
    .bind(expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Holds an account still until the transaction ends, and counts its links since an instant: asked for at the same
/// moment, they are counted one after the other.
pub async fn count_since(
    connection: &mut PgConnection,
    user_id: RecordId,
    since: Millis,
) -> sqlx::Result<i64> {
    sqlx::query("select id from users where id = $1 for update")
        .bind(user_id)
        .execute(&mut *connection)
        .await?;
    sqlx::query_scalar("select count(*) from password_resets where user_id = $1 and created_at > $2")
        .bind(user_id)
        .bind(since)
        .fetch_one(connection)
        .await
}

/// Whose link a secret is, when it works still; held until the transaction ends.
pub async fn find(
    connection: &mut PgConnection,
    hash: &[u8],
    now: Millis,
) -> sqlx::Result<Option<(RecordId, RecordId)>> {
    sqlx::query_as(
        "select
             id,
             user_id
         from password_resets
         where token_hash = $1
           and used_at is null
           and expires_at > $2
         for update",
    )
    .bind(hash)
    .bind(now)
    .fetch_optional(connection)
    .await
}

/// Ends every link of an account.
pub async fn end_all(connection: &mut PgConnection, user_id: RecordId, now: Millis) -> sqlx::Result<()> {
    sqlx::query("update password_resets set used_at = $2 where user_id = $1 and used_at is null")
        .bind(user_id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn forget_expired(connection: &mut PgConnection, now: Millis) -> sqlx::Result<()> {
    sqlx::query("delete from password_resets where expires_at < $1").bind(now).execute(connection).await?;
    Ok(())
}
