//! The SQL of the log, the documents and their projection.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::{FromRow, PgConnection};
use zumodra_shared::access::{Grants, scope};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::Fields;
use zumodra_shared::sync::wire::Wall;

use crate::db::TenantTx;

mod ats;
mod erase;
mod load;
mod nodes;
mod shared;
mod trimmed;

pub use ats::{
    applications_of, approval_rules, custom_fields, hours_with_deputies, interviews_between, is_named,
    offers_of, pools_named, scorecards_of, tags,
};
pub use erase::{ERASED, Erasable, devices, empty, erasable, note_reached};
pub use load::{LoadRow, fetch, load, load_shared};
pub use nodes::{
    NewsRow, OwnersRow, PresenceRow, actors_and_elsewhere, arrive, moved_past, news, owners, presence,
};
use shared::shared_kinds;
pub use shared::{Event, ShareRow, SharedRow, changes, newly_shared, opened, shared, stamps, unshare};
pub use trimmed::{DroppedRow, hold_stamps, keep_stamps, replace_saved, trim};

/// A document as stored.
#[derive(Debug, Clone, FromRow)]
pub struct DocumentRow {
    pub doc: RecordId,
    pub kind: i32,
    pub scope: String,
    pub seq: i64,
    /// Where it stands in the log for the first time.
    pub made: i64,
    pub state_hash: i64,
    pub saved: Vec<u8>,
    pub created_at: i64,
    pub created_by: RecordId,
    pub updated_at: i64,
    pub updated_by: RecordId,
    /// The wall around it.
    #[sqlx(flatten)]
    pub wall: WallRow,
    /// The scopes that it is shared into.
    pub shares: Vec<String>,
}

/// The wall around a document.
#[derive(Debug, Clone, Copy, Default, FromRow)]
pub struct WallRow {
    pub wall: Option<RecordId>,
    pub wall_moves: i32,
}

impl From<WallRow> for Wall {
    fn from(row: WallRow) -> Self {
        Self { moves: row.wall_moves.unsigned_abs(), by: row.wall }
    }
}

impl From<Wall> for WallRow {
    fn from(wall: Wall) -> Self {
        Self { wall: wall.by, wall_moves: i32::try_from(wall.moves).unwrap_or(i32::MAX) }
    }
}

/// A document's stamps, without its bytes.
#[derive(Debug, Clone, FromRow)]
pub struct Changed {
    pub doc: RecordId,
    pub kind: i32,
    pub seq: i64,
    /// Whether it was made before the base.
    pub older: bool,
    /// Whether it changed its scope past the base, or was shared with the replica only then: it may not have it.
    pub moved: bool,
    /// The granted scopes that it is shared into.
    pub shares: Vec<String>,
    #[sqlx(flatten)]
    pub wall: WallRow,
    pub saved_bytes: i32,
    pub created_at: i64,
    pub created_by: RecordId,
    pub updated_at: i64,
    pub updated_by: RecordId,
}

/// A row of the log.
#[derive(Debug, Clone)]
pub struct LogRow {
    pub seq: i64,
    pub doc: RecordId,
    pub kind: i32,
    pub hash: Vec<u8>,
    /// The change or entry. Of the one that makes a document nothing is stored: it is in the document.
    pub body: Vec<u8>,
    /// Whether it makes the document.
    pub makes: bool,
    pub author: RecordId,
    pub device: RecordId,
    /// The connection on which the device pushed it; not stored.
    pub pushed: Option<u64>,
    pub at: i64,
}

/// A projected row.
#[derive(Debug, Clone)]
pub struct RecordRow {
    pub doc: RecordId,
    pub kind: i32,
    pub deleted: bool,
    pub fields: Value,
}

/// Takes the head's lock until the transaction ends: from here on `seq` is ours.
pub async fn lock_head(tx: &mut TenantTx) -> sqlx::Result<i64> {
    let sql = tx.own("select seq from head for update");
    sqlx::query_scalar(sql).fetch_one(&mut **tx).await
}

/// How far a log goes.
#[derive(Debug, Clone, Copy, FromRow)]
pub struct Head {
    /// The last sequence number.
    pub seq: i64,
    /// Rows up to this one may be missing.
    pub horizon: i64,
}

pub async fn head(tx: &mut PgConnection) -> sqlx::Result<Head> {
    sqlx::query_as("select seq, horizon from head").fetch_one(tx).await
}

/// Documents with the scopes that they are shared into. `$2` holds the kinds of which any are.
macro_rules! document_rows {
    ($rest:literal) => {
        concat!(
            "select d.doc, d.kind, d.scope, d.seq, d.made, d.state_hash, d.saved, d.created_at, d.created_by,
                    d.updated_at, d.updated_by, d.wall, d.wall_moves,
                    array(select s.scope from shares s where d.kind = any($2) and s.doc = d.doc) as shares
             from documents d ",
            $rest
        )
    };
}

pub async fn documents(tx: &mut TenantTx, docs: &[RecordId]) -> sqlx::Result<Vec<DocumentRow>> {
    sqlx::query_as(tx.own(document_rows!("where d.doc = any($1)")))
        .bind(docs)
        .bind(shared_kinds())
        .fetch_all(&mut **tx)
        .await
}

/// A record that something points to.
#[derive(Debug, Clone, FromRow)]
pub struct SeenRow {
    pub doc: RecordId,
    pub kind: i32,
    pub fields: sqlx::types::Json<Fields>,
    pub wall: Option<RecordId>,
}

/// Records that exist, each with the wall around it.
pub async fn seen(tx: &mut PgConnection, docs: &[RecordId]) -> sqlx::Result<Vec<SeenRow>> {
    sqlx::query_as(
        "select r.doc, r.kind, r.fields, d.wall
         from records r
         join documents d on d.doc = r.doc
         where r.doc = any($1)",
    )
    .bind(docs)
    .fetch_all(tx)
    .await
}

/// Records that belong to some others, at most so many. By which fields is what [`EntityDef::belongs_to`] says of all kinds;
/// each has an index.
///
/// [`EntityDef::belongs_to`]: zumodra_shared::schema::EntityDef::belongs_to
pub async fn belonging(tx: &mut PgConnection, docs: &[RecordId], limit: i64) -> sqlx::Result<Vec<RecordId>> {
    sqlx::query_scalar(
        "select doc from records
         where fields->>'candidate_id' = any($1)
            or fields->>'job_id' = any($1)
            or fields->>'application_id' = any($1)
            or fields->>'employee_id' = any($1)
         limit $2",
    )
    .bind(docs.iter().map(RecordId::to_string).collect::<Vec<_>>())
    .bind(limit)
    .fetch_all(tx)
    .await
}

/// See [`write`]. The sums wrap as two's complement.
const WRITE: &str = "with
 appended as (
     insert into log (seq, doc, kind, hash, body, author, device, at)
     select * from unnest($1::bigint[], $2::uuid[], $3::int[], $4::bytea[], $5::bytea[], $6::uuid[],
                          $7::uuid[], $8::bigint[])
 ),
 saved as (
     insert into documents
         (doc, kind, scope, class, seq, state_hash, saved, created_at, created_by, updated_at, updated_by, made,
          wall, wall_moves)
     select doc, kind, scope, split_part(scope, '/', 1), seq, state_hash, saved,
            created_at, created_by, updated_at, updated_by, made, wall, wall_moves
     from unnest($9::uuid[], $10::int[], $11::text[], $12::bigint[], $13::bigint[], $14::bytea[],
                 $15::bigint[], $16::uuid[], $17::bigint[], $18::uuid[], $27::bigint[],
                 $32::uuid[], $33::int[])
          as d (doc, kind, scope, seq, state_hash, saved, created_at, created_by, updated_at, updated_by, made,
                wall, wall_moves)
     on conflict (doc) do update set
         scope = excluded.scope,
         class = excluded.class,
         seq = excluded.seq,
         state_hash = excluded.state_hash,
         saved = excluded.saved,
         updated_at = excluded.updated_at,
         updated_by = excluded.updated_by,
         wall = excluded.wall,
         wall_moves = excluded.wall_moves
 ),
 projected as (
     insert into records (doc, kind, deleted, fields)
     select * from unnest($19::uuid[], $20::int[], $21::boolean[], $22::jsonb[])
     on conflict (doc) do update set deleted = excluded.deleted, fields = excluded.fields
 ),
 summed as (
     insert into scopes (scope, class, documents, checksum)
     select * from unnest($23::text[], $28::text[], $24::bigint[], $25::bigint[])
     on conflict (scope) do update set
         documents = scopes.documents + excluded.documents,
         checksum = (mod(scopes.checksum::numeric + excluded.checksum::numeric
                         + 27670116110564327424, 18446744073709551616) - 9223372036854775808)::bigint
 ),
 shared as (
     insert into shares (seq, doc, scope) select * from unnest($29::bigint[], $30::uuid[], $31::text[])
 )
 update head set seq = $26
 returning set_config('plan_cache_mode', 'auto', true), set_config('enable_seqscan', 'on', true)";

/// Writes everything of a batch in one statement, which is one round trip: the log, the documents, their projection, what
/// is shared, what the scopes' sums gain, and the head. What is asked after it in the same transaction is planned for its
/// values again ([`crate::db::Db::tenant_commit`]): followers look for few records among many. A change that is in the log already violates `unique (doc, hash)`: the caller
/// has looked before.
pub async fn write(
    tx: &mut TenantTx,
    head: i64,
    log: &[LogRow],
    documents: &[DocumentRow],
    records: &[RecordRow],
    shares: &[ShareRow],
    deltas: &HashMap<String, (i64, i64)>,
) -> sqlx::Result<()> {
    sqlx::query(tx.own(WRITE))
        .bind(log.iter().map(|r| r.seq).collect::<Vec<_>>())
        .bind(log.iter().map(|r| r.doc).collect::<Vec<_>>())
        .bind(log.iter().map(|r| r.kind).collect::<Vec<_>>())
        .bind(log.iter().map(|r| r.hash.as_slice()).collect::<Vec<_>>())
        .bind(log.iter().map(|r| if r.makes { &[] } else { r.body.as_slice() }).collect::<Vec<_>>())
        .bind(log.iter().map(|r| r.author).collect::<Vec<_>>())
        .bind(log.iter().map(|r| r.device).collect::<Vec<_>>())
        .bind(log.iter().map(|r| r.at).collect::<Vec<_>>())
        .bind(documents.iter().map(|r| r.doc).collect::<Vec<_>>())
        .bind(documents.iter().map(|r| r.kind).collect::<Vec<_>>())
        .bind(documents.iter().map(|r| r.scope.as_str()).collect::<Vec<_>>())
        .bind(documents.iter().map(|r| r.seq).collect::<Vec<_>>())
        .bind(documents.iter().map(|r| r.state_hash).collect::<Vec<_>>())
        .bind(documents.iter().map(|r| r.saved.as_slice()).collect::<Vec<_>>())
        .bind(documents.iter().map(|r| r.created_at).collect::<Vec<_>>())
        .bind(documents.iter().map(|r| r.created_by).collect::<Vec<_>>())
        .bind(documents.iter().map(|r| r.updated_at).collect::<Vec<_>>())
        .bind(documents.iter().map(|r| r.updated_by).collect::<Vec<_>>())
        .bind(records.iter().map(|r| r.doc).collect::<Vec<_>>())
        .bind(records.iter().map(|r| r.kind).collect::<Vec<_>>())
        .bind(records.iter().map(|r| r.deleted).collect::<Vec<_>>())
        .bind(records.iter().map(|r| &r.fields).collect::<Vec<_>>())
        .bind(deltas.keys().map(String::as_str).collect::<Vec<_>>())
        .bind(deltas.values().map(|(documents, _)| *documents).collect::<Vec<_>>())
        .bind(deltas.values().map(|(_, checksum)| *checksum).collect::<Vec<_>>())
        .bind(head)
        .bind(documents.iter().map(|r| r.made).collect::<Vec<_>>())
        .bind(deltas.keys().map(|scope| scope::counted_in(scope)).collect::<Vec<_>>())
        .bind(shares.iter().map(|r| r.seq).collect::<Vec<_>>())
        .bind(shares.iter().map(|r| r.doc).collect::<Vec<_>>())
        .bind(shares.iter().map(|r| r.scope.as_str()).collect::<Vec<_>>())
        .bind(documents.iter().map(|r| r.wall.wall).collect::<Vec<_>>())
        .bind(documents.iter().map(|r| r.wall.wall_moves).collect::<Vec<_>>())
        .execute(&mut **tx)
        .await
        .map(|_| ())
}

/// Notes documents that went to another scope: when, which, from where.
pub async fn note_moves(tx: &mut PgConnection, moves: &[(i64, RecordId, String)]) -> sqlx::Result<()> {
    if moves.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into scope_moves (seq, doc, from_scope, from_class)
         select seq, doc, from_scope, split_part(from_scope, '/', 1)
         from unnest($1::bigint[], $2::uuid[], $3::text[]) as m (seq, doc, from_scope)
         on conflict do nothing",
    )
    .bind(moves.iter().map(|(seq, ..)| *seq).collect::<Vec<_>>())
    .bind(moves.iter().map(|(_, doc, _)| *doc).collect::<Vec<_>>())
    .bind(moves.iter().map(|(.., from)| from.as_str()).collect::<Vec<_>>())
    .execute(tx)
    .await
    .map(|_| ())
}

pub async fn bind_actor(
    tx: &mut PgConnection,
    actor: &[u8],
    user: RecordId,
    device: RecordId,
) -> sqlx::Result<()> {
    sqlx::query("insert into actors (actor, user_id, device) values ($1, $2, $3) on conflict do nothing")
        .bind(actor)
        .bind(user)
        .bind(device)
        .execute(tx)
        .await
        .map(|_| ())
}

/// The answer that a command got, if it ran.
pub async fn command_outcome(tx: &mut PgConnection, key: RecordId) -> sqlx::Result<Option<Value>> {
    sqlx::query_scalar("select outcome from commands where key = $1").bind(key).fetch_optional(tx).await
}

pub async fn keep_command(
    tx: &mut PgConnection,
    key: RecordId,
    name: &str,
    target: RecordId,
    by: RecordId,
    at: i64,
    outcome: &Value,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into commands (key, name, target, by_user, at, outcome) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(key)
    .bind(name)
    .bind(target)
    .bind(by)
    .bind(at)
    .bind(outcome)
    .execute(tx)
    .await
    .map(|_| ())
}

/// Open jobs, and the highest number of a reference code so far.
pub async fn job_numbers(tx: &mut PgConnection, job_kind: i32) -> sqlx::Result<(i64, i64)> {
    sqlx::query_as(
        "select
             count(*) filter (where fields->>'status' = 'open' and not deleted),
             coalesce(max(substring(fields->>'reference_code' from '^JOB-([0-9]{1,15})$')::bigint), 0)
         from records
         where kind = $1",
    )
    .bind(job_kind)
    .fetch_one(tx)
    .await
}

/// Documents of the grants that changed after `pos`, in the order of their last change.
pub async fn changed(
    tx: &mut PgConnection,
    base: i64,
    pos: i64,
    grants: &Grants,
    limit: i64,
) -> sqlx::Result<Vec<Changed>> {
    sqlx::query_as(
        "select d.doc, d.kind, d.seq, octet_length(d.saved) as saved_bytes,
                d.created_at, d.created_by, d.updated_at, d.updated_by,
                d.made <= $5 as older,
                exists (select from scope_moves m where m.doc = d.doc and m.seq > $5) as moved,
                '{}'::text[] as shares, d.wall, d.wall_moves
         from documents d
         where d.seq > $1 and (d.class = any($2) or d.scope = any($3))
         order by d.seq
         limit $4",
    )
    .bind(pos)
    .bind(grants.classes())
    .bind(grants.keyed())
    .bind(limit)
    .bind(base)
    .fetch_all(tx)
    .await
}

/// The log of some documents after a sequence number: (doc, seq, body), in order.
pub async fn log_of(
    tx: &mut PgConnection,
    docs: &[RecordId],
    base: i64,
) -> sqlx::Result<Vec<(RecordId, Vec<u8>)>> {
    sqlx::query_as("select doc, body from log where doc = any($1) and seq > $2 order by seq")
        .bind(docs)
        .bind(base)
        .fetch_all(tx)
        .await
}

/// Bytes that the log of some documents has after a sequence number.
pub async fn log_sizes(
    tx: &mut PgConnection,
    docs: &[RecordId],
    base: i64,
) -> sqlx::Result<HashMap<RecordId, i64>> {
    let rows: Vec<(RecordId, i64)> = sqlx::query_as(
        "select doc, sum(octet_length(body))::bigint from log where doc = any($1) and seq > $2 group by doc",
    )
    .bind(docs)
    .bind(base)
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Documents that left the grants after a sequence number.
pub async fn gone(tx: &mut PgConnection, base: i64, grants: &Grants) -> sqlx::Result<Vec<RecordId>> {
    sqlx::query_scalar(
        "select distinct m.doc
         from scope_moves m
         join documents d on d.doc = m.doc
         where m.seq > $1
           and (m.from_class = any($2) or m.from_scope = any($3))
           and not (d.class = any($2) or d.scope = any($3))
           and not exists (
               select from shares s where d.kind = any($4) and s.doc = d.doc and s.scope = any($3)
           )",
    )
    .bind(base)
    .bind(grants.classes())
    .bind(grants.keyed())
    .bind(shared_kinds())
    .fetch_all(tx)
    .await
}

/// Count and checksum of every stored scope that the grants cover.
pub async fn sums(tx: &mut PgConnection, grants: &Grants) -> sqlx::Result<Vec<(String, String, i64, i64)>> {
    sqlx::query_as(
        "select scope, class, documents, checksum from scopes where class = any($1) or scope = any($2)",
    )
    .bind(grants.classes())
    .bind(grants.keyed())
    .fetch_all(tx)
    .await
}

/// Documents after one, by id, for a walk over all of them.
pub async fn walk(tx: &mut PgConnection, after: RecordId, limit: i64) -> sqlx::Result<Vec<DocumentRow>> {
    sqlx::query_as(document_rows!("where d.doc > $1 order by d.doc limit $3"))
        .bind(after)
        .bind(shared_kinds())
        .bind(limit)
        .fetch_all(tx)
        .await
}

/// Empties the sums of all scopes, to be added up anew.
pub async fn clear_scopes(tx: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query("delete from scopes").execute(tx).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use zumodra_shared::registry::KINDS;

    #[test]
    fn what_belongs_to_a_record_is_found_by_every_field_that_says_so() {
        let declared: BTreeSet<&str> = KINDS.iter().flat_map(|def| def.scope.within).copied().collect();
        let source = include_str!("store.rs");
        let query =
            source.split("pub async fn belonging").nth(1).and_then(|rest| rest.split("limit $2").next());
        let parts = query.expect("the query").split("fields->>'").skip(1);
        let asked: BTreeSet<&str> = parts.filter_map(|part| part.split('\'').next()).collect();
        assert_eq!(asked, declared);
    }
}
