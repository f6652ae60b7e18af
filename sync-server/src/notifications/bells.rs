//! The SQL of the bells: in which workspaces there is mail to send. In the public schema.

use sqlx::postgres::PgConnection;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use crate::db::SchemaName;

/// A bell that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Rung {
    /// The bell.
    pub id: i64,
    /// The workspace; none when it is gone.
    pub tenant_id: Option<RecordId>,
}

/// The bells that are due, the oldest first.
pub async fn due(connection: &mut PgConnection, now: Millis, limit: i64) -> sqlx::Result<Vec<Rung>> {
    sqlx::query_as(
        "select
             b.id,
             t.id as tenant_id
         from mail_bells b
         left join tenants t on t.schema_name = b.schema_name
         where b.due_at <= $1
         order by
             b.due_at,
             b.id
         limit $2",
    )
    .bind(now)
    .bind(limit)
    .fetch_all(connection)
    .await
}

/// Removes bells that were heard.
pub async fn heard(connection: &mut PgConnection, ids: &[i64]) -> sqlx::Result<()> {
    sqlx::query("delete from mail_bells where id = any($1)").bind(ids).execute(connection).await?;
    Ok(())
}

/// Lets bells ring later.
pub async fn later(connection: &mut PgConnection, ids: &[i64], due_at: Millis) -> sqlx::Result<()> {
    sqlx::query("update mail_bells set due_at = $2 where id = any($1)")
        .bind(ids)
        .bind(due_at)
        .execute(connection)
        .await?;
    Ok(())
}

/// Rings for a workspace whose bell was lost.
pub async fn ring(connection: &mut PgConnection, schema: &SchemaName, due_at: Millis) -> sqlx::Result<()> {
    sqlx::query(
        "insert into mail_bells
             (schema_name, due_at)
         values
             ($1, $2)",
    )
    .bind(schema.as_str())
    .bind(due_at)
    .execute(connection)
    .await?;
    Ok(())
}
