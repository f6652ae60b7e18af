//! The SQL of signals. Their age is measured by the database's clock, the one clock that all nodes share.

use sqlx::postgres::PgConnection;
use zumodra_shared::kernel::RecordId;

/// A signal as it was written.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Signal {
    /// The id.
    pub id: i64,
    /// What happened.
    pub topic: String,
    /// In which workspace.
    pub tenant_id: RecordId,
    /// To whom.
    pub subject: RecordId,
}

pub async fn insert(
    connection: &mut PgConnection,
    topic: &str,
    tenant_id: RecordId,
    subject: RecordId,
) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "insert into signals
             (topic, tenant_id, subject)
         values
             ($1, $2, $3)
         returning id",
    )
    .bind(topic)
    .bind(tenant_id)
    .bind(subject)
    .fetch_one(connection)
    .await
}

/// The signals of the last half minute: longer than any transaction that writes one, so one that commits late is in the
/// window when it shows.
pub async fn recent(connection: &mut PgConnection) -> sqlx::Result<Vec<Signal>> {
    sqlx::query_as(
        "select
             id,
             topic,
             tenant_id,
             subject
         from signals
         where at > clock_timestamp() - interval '30 seconds'
         order by id",
    )
    .fetch_all(connection)
    .await
}

pub async fn sweep(connection: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("delete from signals where at < clock_timestamp() - interval '10 minutes'")
        .execute(connection)
        .await?;
    Ok(())
}
