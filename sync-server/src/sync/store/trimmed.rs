//! The SQL of trimming the log.

use std::collections::HashMap;

use sqlx::{FromRow, PgConnection};
use zumodra_shared::kernel::RecordId;

/// A row that was dropped from the log.
#[derive(Debug, Clone, FromRow)]
pub struct DroppedRow {
    pub doc: RecordId,
    pub body: Vec<u8>,
    pub author: RecordId,
    pub at: i64,
}

/// Drops the oldest rows of the log that are from before an instant, at most so many, and notes how far. Gives them in
/// their order.
pub async fn trim(tx: &mut PgConnection, before: i64, limit: i64) -> sqlx::Result<Vec<DroppedRow>> {
    sqlx::query_as(
        "with
         oldest as (select seq, at from log order by seq limit $2),
         reached as (select max(seq) as seq from oldest where at < $1),
         dropped as (delete from log where seq <= (select seq from reached)
                     returning seq, doc, body, author, at),
         noted as (
             update head
             set horizon = greatest(horizon, (select seq from reached))
             where exists (select from dropped)
         )
         select doc, body, author, at from dropped order by seq",
    )
    .bind(before)
    .bind(limit)
    .fetch_all(tx)
    .await
}

/// The stamps that were kept of documents, held until the transaction ends.
pub async fn hold_stamps(
    tx: &mut PgConnection,
    docs: &[RecordId],
) -> sqlx::Result<HashMap<RecordId, Option<Vec<u8>>>> {
    let rows: Vec<(RecordId, Option<Vec<u8>>)> =
        sqlx::query_as("select doc, stamps from documents where doc = any($1) order by doc for update")
            .bind(docs)
            .fetch_all(tx)
            .await?;
    Ok(rows.into_iter().collect())
}

pub async fn keep_stamps(tx: &mut PgConnection, kept: &[(RecordId, Vec<u8>)]) -> sqlx::Result<()> {
    sqlx::query(
        "update documents d
         set stamps = k.stamps
         from unnest($1::uuid[], $2::bytea[]) as k (doc, stamps)
         where d.doc = k.doc",
    )
    .bind(kept.iter().map(|(doc, _)| *doc).collect::<Vec<_>>())
    .bind(kept.iter().map(|(_, stamps)| stamps.as_slice()).collect::<Vec<_>>())
    .execute(tx)
    .await
    .map(|_| ())
}

/// Stores other bytes of the same document, unless it was changed since. Says whether that was done.
pub async fn replace_saved(
    tx: &mut PgConnection,
    doc: RecordId,
    seq: i64,
    saved: &[u8],
) -> sqlx::Result<bool> {
    sqlx::query("update documents set saved = $3 where doc = $1 and seq = $2")
        .bind(doc)
        .bind(seq)
        .bind(saved)
        .execute(tx)
        .await
        .map(|done| done.rows_affected() > 0)
}
