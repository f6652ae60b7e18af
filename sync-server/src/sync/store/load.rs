//! Documents for a first download.

use sqlx::postgres::PgArguments;
use sqlx::query::QueryAs;
use sqlx::{FromRow, PgConnection, Postgres};
use zumodra_shared::access::Grants;
use zumodra_shared::kernel::RecordId;

use super::WallRow;

/// Whether a document begins with an Automerge chunk that holds a whole document (binary format, "chunks").
macro_rules! is_merged {
    () => {
        "substring(d.saved from 1 for 4) = '\\x856f4a83' and substring(d.saved from 9 for 1) = '\\x00'"
    };
}

/// A document with its projection, for bulk loading.
#[derive(Debug, Clone, FromRow)]
pub struct LoadRow {
    pub doc: RecordId,
    pub kind: i32,
    pub saved: Vec<u8>,
    pub created_at: i64,
    pub created_by: RecordId,
    pub updated_at: i64,
    pub updated_by: RecordId,
    /// Whether it is deleted, and its projected fields; none where that can be read from the document's changes.
    pub deleted: Option<bool>,
    pub fields: Option<String>,
    /// The granted scopes that it is shared into.
    pub shares: Vec<String>,
    #[sqlx(flatten)]
    pub wall: WallRow,
}

/// Documents with their projection. A document that is a row of changes comes without: what it shows is read from those,
/// and its projection is not even looked up.
macro_rules! load_rows {
    ($shares:literal, $rest:expr) => {
        concat!(
            "select d.doc, d.kind, d.saved, d.created_at, d.created_by, d.updated_at, d.updated_by,
                    case when ",
            is_merged!(),
            " then (select r.deleted from records r where r.doc = d.doc) end as deleted,
                    case when ",
            is_merged!(),
            " then (select r.fields::text from records r where r.doc = d.doc) end as fields,
                    ",
            $shares,
            " as shares, d.wall, d.wall_moves
             from ",
            $rest
        )
    };
}

/// Documents of a kind (`$1`) after one of them (`$2`) that are at home in some classes (`$3`) or scopes (`$4`), the first
/// of each class (at most `$5`): each class is read off the index in its order, whatever else is in the table.
macro_rules! at_home {
    ($columns:literal) => {
        concat!(
            "(select unnest($3::text[]) as class, true as whole
              union all
              select distinct split_part(key, '/', 1), false
              from unnest($4::text[]) key
              where split_part(key, '/', 1) <> all($3)) wanted
             cross join lateral (
                 select ",
            $columns,
            "
                 from documents h
                 where h.class = wanted.class and h.kind = $1 and h.doc > $2
                   and (wanted.whole or h.scope = any($4))
                 order by h.doc
                 limit $5
             ) d"
        )
    };
}

/// A statement with what `at_home!` wants bound to it.
fn of_home(
    sql: &'static str,
    scopes: &Grants,
    kind: i32,
    after: Option<RecordId>,
    limit: i64,
) -> QueryAs<'static, Postgres, LoadRow, PgArguments> {
    sqlx::query_as(sql)
        .bind(kind)
        .bind(after.unwrap_or_default())
        .bind(scopes.classes())
        .bind(scopes.keyed())
        .bind(limit)
}

/// Documents of one kind in some scopes, by id, after one of them.
pub async fn load(
    tx: &mut PgConnection,
    scopes: &Grants,
    kind: i32,
    after: Option<RecordId>,
    limit: i64,
) -> sqlx::Result<Vec<LoadRow>> {
    let sql = load_rows!("'{}'::text[]", concat!(at_home!("h.*"), " order by d.doc limit $5"));
    of_home(sql, scopes, kind, after, limit).fetch_all(tx).await
}

/// Documents of one kind that are in some scopes or shared into them, by id, after one of them, with all the scopes that
/// are granted.
pub async fn load_shared(
    tx: &mut PgConnection,
    scopes: &Grants,
    grants: &Grants,
    kind: i32,
    after: Option<RecordId>,
    limit: i64,
) -> sqlx::Result<Vec<LoadRow>> {
    let sql = load_rows!(
        "array(select s.scope from shares s where s.doc = d.doc and s.scope = any($7) order by s.scope)",
        concat!(
            "documents d
             join (
                 (select s.doc from shares s where s.scope = any($6) and s.doc > $2 order by s.doc limit $5)
                 union
                 (select d.doc from ",
            at_home!("h.doc"),
            " order by d.doc limit $5)
                 order by doc
                 limit $5
             ) page on page.doc = d.doc
             order by d.doc"
        )
    );
    of_home(sql, scopes, kind, after, limit).bind(scopes.shared()).bind(grants.shared()).fetch_all(tx).await
}

/// Some documents with their projection, as far as the grants cover them.
pub async fn fetch(tx: &mut PgConnection, docs: &[RecordId], grants: &Grants) -> sqlx::Result<Vec<LoadRow>> {
    sqlx::query_as(load_rows!(
        "array(select s.scope from shares s where s.doc = d.doc and s.scope = any($4) order by s.scope)",
        "documents d
         where d.doc = any($1)
           and (d.class = any($2) or d.scope = any($3)
                or exists (select from shares s where s.doc = d.doc and s.scope = any($4)))"
    ))
    .bind(docs)
    .bind(grants.classes())
    .bind(grants.keyed())
    .bind(grants.shared())
    .fetch_all(tx)
    .await
}
