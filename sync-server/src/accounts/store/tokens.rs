//! Refresh tokens.

use sqlx::postgres::PgConnection;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

/// A refresh token with its device.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Token {
    /// The id.
    pub id: RecordId,
    /// The chain it belongs to.
    pub session: RecordId,
    /// The token that it was given for.
    pub parent: Option<RecordId>,
    /// When it runs out.
    pub expires_at: Millis,
    /// When it was spent.
    pub used_at: Option<Millis>,
    /// When it was taken back.
    pub revoked_at: Option<Millis>,
    /// The device.
    pub device_id: RecordId,
    /// The workspace.
    pub tenant_id: RecordId,
    /// The person.
    pub user_id: RecordId,
    /// The device's living chain.
    pub living: Option<RecordId>,
    /// Whether the device was revoked.
    pub device_revoked: bool,
}

/// Finds a token and holds its device still until the transaction ends.
pub async fn find(connection: &mut PgConnection, hash: &[u8]) -> sqlx::Result<Option<Token>> {
    sqlx::query_as(
        "select
             r.id,
             r.session,
             r.parent,
             r.expires_at,
             r.used_at,
             r.revoked_at,
             d.id as device_id,
             d.tenant_id,
             d.user_id,
             d.session as living,
             d.revoked_at is not null as device_revoked
         from refresh_tokens r
         join devices d on d.id = r.device_id
         where r.token_hash = $1
         for update",
    )
    .bind(hash)
    .fetch_optional(connection)
    .await
}

/// A new token of a chain.
#[derive(Debug)]
pub struct NewToken<'a> {
    /// The id.
    pub id: RecordId,
    /// The chain.
    pub session: RecordId,
    /// The device.
    pub device_id: RecordId,
    /// The token that it is given for.
    pub parent: Option<RecordId>,
    /// The hash of the secret.
    pub hash: &'a [u8],
    /// When it runs out.
    pub expires_at: Millis,
}

pub async fn insert(connection: &mut PgConnection, token: &NewToken<'_>, now: Millis) -> sqlx::Result<()> {
    sqlx::query(
        "insert into refresh_tokens
             (id, session, device_id, parent, token_hash, created_at, expires_at)
         values
             ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(token.id)
    .bind(token.session)
    .bind(token.device_id)
    .bind(token.parent)
    .bind(token.hash)
    .bind(now)
    .bind(token.expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Spends a token. What else was given for the same parent is taken back: one answer arrived, and it was this one.
pub async fn spend(connection: &mut PgConnection, token: &Token, now: Millis) -> sqlx::Result<()> {
    sqlx::query(
        "update refresh_tokens set
             used_at = case when id = $1 then coalesce(used_at, $4) else used_at end,
             revoked_at = case when id <> $1 then coalesce(revoked_at, $4) else revoked_at end
         where session = $2
           and (id = $1 or parent = $3)",
    )
    .bind(token.id)
    .bind(token.session)
    .bind(token.parent)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether a token that was given for this one was spent.
pub async fn successor_was_used(connection: &mut PgConnection, id: RecordId) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select from refresh_tokens where parent = $1 and used_at is not null)")
        .bind(id)
        .fetch_one(connection)
        .await
}

/// Takes back every token of a device.
pub async fn revoke_device(
    connection: &mut PgConnection,
    device_id: RecordId,
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "update refresh_tokens set
             revoked_at = $2
         where device_id = $1
           and revoked_at is null",
    )
    .bind(device_id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn forget_expired(connection: &mut PgConnection, now: Millis) -> sqlx::Result<()> {
    sqlx::query("delete from refresh_tokens where expires_at < $1").bind(now).execute(connection).await?;
    Ok(())
}
