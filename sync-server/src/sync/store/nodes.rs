//! The SQL of several nodes over one database: who is connected where, and what another node wrote.

use std::collections::{HashMap, HashSet};

use sqlx::{FromRow, PgConnection};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::registry::KINDS;
use zumodra_shared::schema::Fields;

use super::WallRow;
use crate::db::TenantTx;
use crate::sync::news::jobs;

/// The device that each actor belongs to, and those of some devices that are connected to another node.
pub async fn actors_and_elsewhere(
    tx: &mut TenantTx,
    actors: &[Vec<u8>],
    devices: &[RecordId],
    node: RecordId,
) -> sqlx::Result<(HashMap<Vec<u8>, RecordId>, HashSet<RecordId>)> {
    let sql = tx.own(
        "select actor, device from actors where actor = any($1)
         union all
         select null, device from connections where device = any($2) and node <> $3",
    );
    let rows: Vec<(Option<Vec<u8>>, RecordId)> =
        sqlx::query_as(sql).bind(actors).bind(devices).bind(node).fetch_all(&mut **tx).await?;
    let (mut of, mut elsewhere) = (HashMap::new(), HashSet::new());
    for (actor, device) in rows {
        match actor {
            Some(actor) => drop(of.insert(actor, device)),
            None => drop(elsewhere.insert(device)),
        }
    }
    Ok((of, elsewhere))
}

/// What is asked when a device says hello.
#[derive(Debug, Clone, FromRow)]
pub struct PresenceRow {
    /// The head of the log.
    pub head: i64,
    /// The node that the device last said hello to.
    pub node: Option<RecordId>,
    /// Up to where the device is known to have read the log.
    pub reached: i64,
    /// The place of the last erasure; 0 for none.
    pub erased: i64,
}

pub async fn presence(tx: &mut PgConnection, device: RecordId) -> sqlx::Result<PresenceRow> {
    sqlx::query_as(
        "select h.seq as head, c.node, coalesce(c.reached, 0) as reached,
                coalesce((select max(seq) from portal_requests where seq is not null), 0) as erased
         from head h
         left join connections c on c.device = $1",
    )
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
    #[sqlx(flatten)]
    pub wall: WallRow,
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
        "select doc, kind, body, saved, scope, wall, wall_moves, is_new, created_at, created_by, updated_at,
                updated_by
         from (select l.seq, l.doc, l.kind, l.body,
                      case when l.seq = d.made then d.saved end as saved,
                      d.scope, d.wall, d.wall_moves, d.made > $1 as is_new, d.created_at, d.created_by, d.updated_at, d.updated_by,
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

/// A record and the people whose own it is.
#[derive(Debug, Clone, FromRow)]
pub struct OwnersRow {
    pub doc: RecordId,
    pub kind: i32,
    pub deleted: bool,
    /// Who made it.
    pub created_by: RecordId,
    /// The wall around it.
    pub wall: Option<RecordId>,
    /// Those that name people, make a wall, or say what it lets its author see.
    pub fields: sqlx::types::Json<Fields>,
}

/// The jobs that changed past a place of the log, what else has, or had, a wall of its own, and what lets its author see
/// what others made.
pub async fn owners(tx: &mut PgConnection, from: i64, limit: i64) -> sqlx::Result<Vec<OwnersRow>> {
    sqlx::query_as(
        "select r.doc, r.kind, r.deleted, d.created_by, d.wall,
                (select coalesce(jsonb_object_agg(f.key, f.value), '{}')
                 from jsonb_each(r.fields) f
                 where f.key = any($5)) as fields
         from documents d
         join records r on r.doc = d.doc
         where d.seq > $3 and (d.kind = any($1) or (d.kind = any($2) and d.wall_moves > 0))
         limit $4",
    )
    .bind(told_whole())
    .bind(walled_kinds())
    .bind(from)
    .bind(limit)
    .bind(
        KINDS
            .iter()
            .flat_map(|def| def.scope.owners.iter().copied().chain(def.scope.wall).chain(def.said_by()))
            .collect::<Vec<_>>(),
    )
    .fetch_all(tx)
    .await
}

/// The kinds of which every change may be one of rights.
fn told_whole() -> Vec<i32> {
    KINDS.iter().filter(|def| def.scope.after_own).map(|def| i32::from(def.code)).chain([jobs()]).collect()
}

/// The kinds of which records can have walls.
fn walled_kinds() -> Vec<i32> {
    KINDS.iter().filter(|def| def.scope.wall.is_some()).map(|def| i32::from(def.code)).collect()
}
