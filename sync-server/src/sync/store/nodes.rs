//! The SQL of several nodes over one database: who is connected where, and what another node wrote.

use std::collections::{HashMap, HashSet};

use sqlx::{FromRow, PgConnection};
use zumodra_shared::kernel::RecordId;

use crate::sync::news::jobs;

/// The device that each actor belongs to, and those of some devices that are connected to another node.
pub async fn actors_and_elsewhere(
    tx: &mut PgConnection,
    actors: &[Vec<u8>],
    devices: &[RecordId],
    node: RecordId,
) -> sqlx::Result<(HashMap<Vec<u8>, RecordId>, HashSet<RecordId>)> {
    let rows: Vec<(Option<Vec<u8>>, RecordId)> = sqlx::query_as(
        "select actor, device from actors where actor = any($1)
         union all
         select null, device from connections where device = any($2) and node <> $3",
    )
    .bind(actors)
    .bind(devices)
    .bind(node)
    .fetch_all(tx)
    .await?;
    let (mut of, mut elsewhere) = (HashMap::new(), HashSet::new());
    for (actor, device) in rows {
        match actor {
            Some(actor) => drop(of.insert(actor, device)),
            None => drop(elsewhere.insert(device)),
        }
    }
    Ok((of, elsewhere))
}

/// The head of the log, and the node that a device last said hello to.
pub async fn head_and_node(tx: &mut PgConnection, device: RecordId) -> sqlx::Result<(i64, Option<RecordId>)> {
    sqlx::query_as("select seq, (select node from connections where device = $1) from head")
        .bind(device)
        .fetch_one(tx)
        .await
}

pub async fn arrive(tx: &mut PgConnection, device: RecordId, node: RecordId) -> sqlx::Result<()> {
    sqlx::query(
        "insert into connections (device, node) values ($1, $2)
         on conflict (device) do update set node = excluded.node",
    )
    .bind(device)
    .bind(node)
    .execute(tx)
    .await
    .map(|_| ())
}

/// A row of the log with what is known of its document now.
#[derive(Debug, Clone, FromRow)]
pub struct NewsRow {
    pub doc: RecordId,
    pub kind: i32,
    pub body: Vec<u8>,
    /// The document, where this is what made it: the log does not have it.
    pub saved: Option<Vec<u8>>,
    pub scope: String,
    /// Whether the document was made past the same place.
    pub is_new: bool,
    pub created_at: i64,
    pub created_by: RecordId,
    pub updated_at: i64,
    pub updated_by: RecordId,
}

/// The log past a place, in order, up to so many bytes of changes.
pub async fn news(tx: &mut PgConnection, from: i64, bytes: i64) -> sqlx::Result<Vec<NewsRow>> {
    sqlx::query_as(
        "select doc, kind, body, saved, scope, is_new, created_at, created_by, updated_at, updated_by
         from (select l.seq, l.doc, l.kind, l.body,
                      case when l.seq = d.made then d.saved end as saved,
                      d.scope, d.made > $1 as is_new, d.created_at, d.created_by, d.updated_at, d.updated_by,
                      sum(octet_length(l.body) + case when l.seq = d.made then octet_length(d.saved) else 0 end)
                          over (order by l.seq) as total
               from log l
               join documents d on d.doc = l.doc
               where l.seq > $1) news
         where total <= $2
         order by seq",
    )
    .bind(from)
    .bind(bytes)
    .fetch_all(tx)
    .await
}

/// Whether a document went to another scope past a place of the log.
pub async fn moved_past(tx: &mut PgConnection, from: i64) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select from scope_moves where seq > $1)")
        .bind(from)
        .fetch_one(tx)
        .await
}

/// A job and the people whose own it is.
#[derive(Debug, Clone, FromRow)]
pub struct OwnersRow {
    pub doc: RecordId,
    pub hiring_manager_id: Option<String>,
    pub recruiter_id: Option<String>,
}

/// The jobs that changed past a place of the log. A deleted one is nobody's.
pub async fn owners(tx: &mut PgConnection, from: i64, limit: i64) -> sqlx::Result<Vec<OwnersRow>> {
    sqlx::query_as(
        "select r.doc,
                case when not r.deleted then r.fields->>'hiring_manager_id' end as hiring_manager_id,
                case when not r.deleted then r.fields->>'recruiter_id' end as recruiter_id
         from documents d
         join records r on r.doc = d.doc
         where d.class = 'jobs' and d.kind = $1 and d.seq > $2
         limit $3",
    )
    .bind(jobs())
    .bind(from)
    .bind(limit)
    .fetch_all(tx)
    .await
}
