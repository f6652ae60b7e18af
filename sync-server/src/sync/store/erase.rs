//! The SQL of erasure: what belongs to somebody leaves every table but for the ids, and who has done it too.

use sqlx::{FromRow, PgConnection};
use zumodra_shared::kernel::RecordId;

/// The scope, and the class, of what was erased. It is granted to nobody.
pub const ERASED: &str = "erased";

/// A document that is to be erased.
#[derive(Debug, Clone, FromRow)]
pub struct Erasable {
    pub doc: RecordId,
    pub kind: i32,
    pub scope: String,
    pub state_hash: i64,
    pub shares: Vec<String>,
}

/// Documents that are not erased yet, with every scope that they are in.
pub async fn erasable(tx: &mut PgConnection, docs: &[RecordId]) -> sqlx::Result<Vec<Erasable>> {
    sqlx::query_as(
        "select d.doc, d.kind, d.scope, d.state_hash,
                array(select s.scope from shares s where s.doc = d.doc order by s.scope) as shares
         from documents d
         where d.doc = any($1) and d.class <> $2
         order by d.doc",
    )
    .bind(docs)
    .bind(ERASED)
    .fetch_all(tx)
    .await
}

/// Takes everything out of some documents, each with its new place in the log, and removes what else there is of them. The
/// row stays: its id is never used again.
pub async fn empty(tx: &mut PgConnection, docs: &[(RecordId, i64)]) -> sqlx::Result<()> {
    let ids: Vec<RecordId> = docs.iter().map(|(doc, _)| *doc).collect();
    sqlx::query(
        "update documents d set
             scope = $3,
             class = $3,
             seq = e.seq,
             state_hash = 0,
             saved = '',
             stamps = null,
             wall = null
         from unnest($1::uuid[], $2::bigint[]) as e (doc, seq)
         where d.doc = e.doc",
    )
    .bind(&ids)
    .bind(docs.iter().map(|(_, seq)| *seq).collect::<Vec<_>>())
    .bind(ERASED)
    .execute(&mut *tx)
    .await?;
    for sql in [
        "delete from records where doc = any($1)",
        "delete from log where doc = any($1)",
        "delete from shares where doc = any($1)",
        "delete from commands where target = any($1)",
    ] {
        sqlx::query(sql).bind(&ids).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Notes how far a device has read the log.
pub async fn note_reached(tx: &mut PgConnection, device: RecordId, reached: i64) -> sqlx::Result<()> {
    sqlx::query("update connections set reached = $2 where device = $1 and reached < $2")
        .bind(device)
        .bind(reached)
        .execute(tx)
        .await
        .map(|_| ())
}

/// Devices that have connected, and how far each has read the log.
pub async fn devices(tx: &mut PgConnection) -> sqlx::Result<Vec<(RecordId, i64)>> {
    sqlx::query_as("select device, reached from connections").fetch_all(tx).await
}
