//! The SQL of documents that are shared into further scopes. Who may see a whole class never pays for it.

use sqlx::{FromRow, PgConnection};
use zumodra_shared::access::Grants;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::registry::KINDS;

use super::{Changed, ERASED};

/// What is stored of a document that is shared.
#[derive(Debug, Clone, FromRow)]
pub struct SharedRow {
    pub doc: RecordId,
    pub state_hash: i64,
    pub shares: Vec<String>,
}

/// A document that is newly shared into a scope.
#[derive(Debug, Clone)]
pub struct ShareRow {
    pub seq: i64,
    pub doc: RecordId,
    pub scope: String,
}

/// An event that a page may end after: a document changed, or was shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Event {
    pub seq: i64,
    pub doc: RecordId,
}

/// The kinds of which records are shared.
pub(super) fn shared_kinds() -> Vec<i32> {
    KINDS.iter().filter(|def| def.scope.through.is_some()).map(|def| i32::from(def.code)).collect()
}

/// What is stored of documents that are shared, or are to be.
pub async fn shared(tx: &mut PgConnection, docs: &[RecordId]) -> sqlx::Result<Vec<SharedRow>> {
    sqlx::query_as(
        "select d.doc, d.state_hash, array(select s.scope from shares s where s.doc = d.doc) as shares
         from documents d
         where d.doc = any($1)",
    )
    .bind(docs)
    .fetch_all(tx)
    .await
}

/// Forgets what some documents are shared into.
pub async fn unshare(tx: &mut PgConnection, docs: Vec<RecordId>) -> sqlx::Result<()> {
    if docs.is_empty() {
        return Ok(());
    }
    sqlx::query("delete from shares where doc = any($1)").bind(docs).execute(tx).await.map(|_| ())
}

/// Those of some records that have no wall of their own, and were not erased: those have not come out from behind it.
pub async fn opened(tx: &mut PgConnection, docs: &[RecordId]) -> sqlx::Result<Vec<RecordId>> {
    sqlx::query_scalar(
        "select doc from documents where doc = any($1) and wall is distinct from doc and class <> $2",
    )
    .bind(docs)
    .bind(ERASED)
    .fetch_all(tx)
    .await
}

/// The first changes after `pos` of documents of the grants, in order: for grants with scopes that documents are shared
/// into.
pub async fn changes(
    tx: &mut PgConnection,
    pos: i64,
    grants: &Grants,
    limit: i64,
) -> sqlx::Result<Vec<Event>> {
    sqlx::query_as(
        "select d.seq, d.doc
         from documents d
         where d.seq > $1
           and (d.class = any($2) or d.scope = any($3)
                or exists (select from shares s where d.kind = any($4) and s.doc = d.doc and s.scope = any($3)))
         order by d.seq
         limit $5",
    )
    .bind(pos)
    .bind(grants.classes())
    .bind(grants.keyed())
    .bind(shared_kinds())
    .bind(limit)
    .fetch_all(tx)
    .await
}

/// The first documents that were shared into some scopes after `pos`, in order.
pub async fn newly_shared(
    tx: &mut PgConnection,
    pos: i64,
    shared: &[String],
    limit: i64,
) -> sqlx::Result<Vec<Event>> {
    sqlx::query_as(
        "select seq, doc
         from shares
         where seq > $1 and scope = any($2)
         order by seq
         limit $3",
    )
    .bind(pos)
    .bind(shared)
    .bind(limit)
    .fetch_all(tx)
    .await
}

/// The stamps of the documents of some events, in their order, for grants with scopes that documents are shared into.
pub async fn stamps(
    tx: &mut PgConnection,
    base: i64,
    events: &[Event],
    grants: &Grants,
) -> sqlx::Result<Vec<Changed>> {
    sqlx::query_as(
        "select d.doc, d.kind, e.seq, octet_length(d.saved) as saved_bytes,
                d.created_at, d.created_by, d.updated_at, d.updated_by,
                d.made <= $5 as older,
                exists (select from scope_moves m where m.doc = d.doc and m.seq > $5)
                    or (d.kind = any($6) and not d.class = any($3) and not d.scope = any($4) and not exists (
                        select from shares s where s.doc = d.doc and s.scope = any($4) and s.seq <= $5
                    )) as moved,
                array(
                    select s.scope from shares s
                    where d.kind = any($6) and s.doc = d.doc and s.scope = any($4)
                    order by s.scope
                ) as shares,
                d.wall, d.wall_moves
         from unnest($1::bigint[], $2::uuid[]) as e (seq, doc)
         join documents d on d.doc = e.doc
         order by e.seq",
    )
    .bind(events.iter().map(|event| event.seq).collect::<Vec<_>>())
    .bind(events.iter().map(|event| event.doc).collect::<Vec<_>>())
    .bind(grants.classes())
    .bind(grants.keyed())
    .bind(base)
    .bind(shared_kinds())
    .fetch_all(tx)
    .await
}
