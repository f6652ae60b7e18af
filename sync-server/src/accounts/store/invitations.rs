//! Invitations.

use sqlx::postgres::PgConnection;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use crate::accounts::model::{Invitation, role_from};

type Row =
    (RecordId, String, String, String, Option<RecordId>, Millis, Millis, Option<Millis>, Option<Millis>);

fn invitation(row: Row) -> Invitation {
    let (id, email, role, job_title, invited_by, created_at, expires_at, accepted_at, revoked_at) = row;
    let role = role_from(&role);
    Invitation { id, email, role, job_title, invited_by, created_at, expires_at, accepted_at, revoked_at }
}

pub async fn insert(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    invitation: &Invitation,
    hash: &[u8],
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into invitations
             (id, tenant_id, email, role, job_title, token_hash, invited_by, created_at, expires_at)
         values
             ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(invitation.id)
    .bind(tenant_id)
    .bind(&invitation.email)
    .bind(invitation.role.name())
    .bind(&invitation.job_title)
    .bind(hash)
    .bind(invitation.invited_by)
    .bind(invitation.created_at)
    .bind(invitation.expires_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes back the open invitations of an address, and names them: only the newest works.
pub async fn revoke_of(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    email: &str,
    now: Millis,
) -> sqlx::Result<Vec<RecordId>> {
    sqlx::query_scalar(
        "update invitations set
             revoked_at = $3
         where tenant_id = $1
           and email = $2
           and accepted_at is null
           and revoked_at is null
         returning id",
    )
    .bind(tenant_id)
    .bind(email)
    .bind(now)
    .fetch_all(connection)
    .await
}

/// Takes back an open invitation; false when there is none.
pub async fn revoke(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    id: RecordId,
    now: Millis,
) -> sqlx::Result<bool> {
    let revoked = sqlx::query(
        "update invitations set
             revoked_at = $3
         where tenant_id = $1
           and id = $2
           and accepted_at is null
           and revoked_at is null",
    )
    .bind(tenant_id)
    .bind(id)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(revoked.rows_affected() == 1)
}

/// Finds an invitation by its secret and holds it still until the transaction ends.
pub async fn find(
    connection: &mut PgConnection,
    hash: &[u8],
) -> sqlx::Result<Option<(RecordId, Invitation)>> {
    let tenant_id: Option<RecordId> =
        sqlx::query_scalar("select tenant_id from invitations where token_hash = $1 for update")
            .bind(hash)
            .fetch_optional(&mut *connection)
            .await?;
    let Some(tenant_id) = tenant_id else { return Ok(None) };
    let row: Row = sqlx::query_as(
        "select
             id,
             email,
             role,
             job_title,
             invited_by,
             created_at,
             expires_at,
             accepted_at,
             revoked_at
         from invitations
         where token_hash = $1",
    )
    .bind(hash)
    .fetch_one(connection)
    .await?;
    Ok(Some((tenant_id, invitation(row))))
}

pub async fn accepted(connection: &mut PgConnection, id: RecordId, now: Millis) -> sqlx::Result<()> {
    sqlx::query("update invitations set accepted_at = $2 where id = $1")
        .bind(id)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

pub async fn page(
    connection: &mut PgConnection,
    tenant_id: RecordId,
    offset: i64,
    limit: i64,
) -> sqlx::Result<Vec<Invitation>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select
             id,
             email,
             role,
             job_title,
             invited_by,
             created_at,
             expires_at,
             accepted_at,
             revoked_at
         from invitations
         where tenant_id = $1
         order by
             created_at desc,
             id
         offset $2
         limit $3",
    )
    .bind(tenant_id)
    .bind(offset)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(invitation).collect())
}

pub async fn count(connection: &mut PgConnection, tenant_id: RecordId) -> sqlx::Result<i64> {
    sqlx::query_scalar("select count(*) from invitations where tenant_id = $1")
        .bind(tenant_id)
        .fetch_one(connection)
        .await
}

/// Writes a fact into the tenant's outbox. The connection is in the tenant's scope.
pub async fn enqueue(
    connection: &mut PgConnection,
    topic: &str,
    payload: &serde_json::Value,
    now: Millis,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into outbox
             (topic, payload, at)
         values
             ($1, $2, $3)",
    )
    .bind(topic)
    .bind(payload)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
