//! The SQL of resources. Values are bound; what is written into a statement are names from declarations alone.

use std::collections::HashMap;

use sqlx::types::Json;
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder};
use zumodra_shared::access::Grants;
use zumodra_shared::kernel::{RecordId, time};
use zumodra_shared::schema::{EntityDef, FieldKind, Fields, Scalar};

use super::query::{Column, List, Order, Test};

/// A record as it is read.
#[derive(Debug, Clone, FromRow)]
pub struct Row {
    /// The id.
    pub doc: RecordId,
    /// When it was made.
    pub created_at: i64,
    /// Who made it; nobody for the server itself.
    pub created_by: RecordId,
    /// When it was last changed.
    pub updated_at: i64,
    /// Who last changed it.
    pub updated_by: RecordId,
    /// Whether it is deleted.
    pub deleted: bool,
    /// The fields as projected.
    pub fields: Json<Fields>,
}

impl Row {
    /// The record as a client reads it.
    #[must_use]
    pub fn shown(&self, def: &EntityDef) -> serde_json::Value {
        let who = |id: RecordId| (!id.is_nil()).then_some(id);
        let mut shown = def.defaults();
        // A projection that is older than a declaration lacks its new fields: they show their defaults.
        shown.extend(self.fields.0.iter().map(|(name, value)| (name.clone(), value.clone())));
        shown.insert("id".to_owned(), self.doc.to_string().into());
        shown.insert("created_at".to_owned(), time::rfc3339(self.created_at).into());
        shown.insert("created_by".to_owned(), serde_json::json!(who(self.created_by)));
        shown.insert("updated_at".to_owned(), time::rfc3339(self.updated_at).into());
        shown.insert("updated_by".to_owned(), serde_json::json!(who(self.updated_by)));
        shown.insert("deleted".to_owned(), self.deleted.into());
        shown.into()
    }

    /// A reference that the record holds.
    #[must_use]
    pub fn reference(&self, field: &str) -> Option<RecordId> {
        self.text(field).parse().ok()
    }

    /// A text that the record holds; empty when there is none.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        self.fields.0.get(field).and_then(serde_json::Value::as_str).unwrap_or_default()
    }
}

const COLUMNS: &str = "d.doc, d.created_at, d.created_by, d.updated_at, d.updated_by, r.deleted, r.fields";

fn covered(sql: &mut QueryBuilder<Postgres>, def: &EntityDef, grants: &Grants) {
    sql.push(" r.kind = ").push_bind(i32::from(def.code));
    sql.push(" and (d.class = any(").push_bind(grants.classes());
    sql.push(") or d.scope = any(").push_bind(grants.keyed()).push(")");
    if def.scope.through.is_some() && !grants.covers(def.scope.class) {
        sql.push(" or d.doc in (select s.doc from shares s where s.scope = any(");
        sql.push_bind(grants.shared()).push("))");
    }
    sql.push(")");
}

/// One record, deleted or not, as far as the grants cover it.
pub async fn one(
    tx: &mut PgConnection,
    def: &EntityDef,
    grants: &Grants,
    id: RecordId,
) -> sqlx::Result<Option<Row>> {
    let mut sql =
        QueryBuilder::new(format!("select {COLUMNS} from records r join documents d on d.doc = r.doc where"));
    covered(&mut sql, def, grants);
    sql.push(" and r.doc = ").push_bind(id);
    sql.build_query_as().fetch_optional(tx).await
}

/// Some records, deleted or not, as far as the grants cover them.
pub async fn some(
    tx: &mut PgConnection,
    def: &EntityDef,
    grants: &Grants,
    ids: &[RecordId],
) -> sqlx::Result<Vec<Row>> {
    let mut sql =
        QueryBuilder::new(format!("select {COLUMNS} from records r join documents d on d.doc = r.doc where"));
    covered(&mut sql, def, grants);
    sql.push(" and r.doc = any(").push_bind(ids.to_vec()).push(")");
    sql.build_query_as().fetch_all(tx).await
}

/// The stored document of a record, and the stamps that were kept of its changes.
pub async fn saved(tx: &mut PgConnection, id: RecordId) -> sqlx::Result<(Vec<u8>, Option<Vec<u8>>)> {
    sqlx::query_as("select saved, stamps from documents where doc = $1").bind(id).fetch_one(tx).await
}

/// What the log says of the changes of a record, in its order: hash, author, when.
pub async fn log_stamps(tx: &mut PgConnection, id: RecordId) -> sqlx::Result<Vec<(Vec<u8>, RecordId, i64)>> {
    sqlx::query_as(
        "select hash,
                author,
                at
         from log
         where doc = $1
         order by seq",
    )
    .bind(id)
    .fetch_all(tx)
    .await
}

/// The persons to whom actors belong.
pub async fn owners(tx: &mut PgConnection, actors: &[Vec<u8>]) -> sqlx::Result<HashMap<Vec<u8>, RecordId>> {
    let rows: Vec<(Vec<u8>, RecordId)> =
        sqlx::query_as("select actor, user_id from actors where actor = any($1)")
            .bind(actors)
            .fetch_all(tx)
            .await?;
    Ok(rows.into_iter().collect())
}

/// A row of a page, with the number of all rows.
#[derive(FromRow)]
struct Counted {
    total: i64,
    #[sqlx(flatten)]
    row: Row,
}

/// A page of records, and how many there are in all.
pub async fn list(
    tx: &mut PgConnection,
    def: &EntityDef,
    grants: &Grants,
    list: &List,
) -> sqlx::Result<(i64, Vec<Row>)> {
    let mut sql = QueryBuilder::new("with found as materialized (select r.doc");
    let newest = [Order { column: Column::CreatedAt, descending: true }];
    let order = if list.order.is_empty() { newest.as_slice() } else { &list.order };
    for (at, key) in order.iter().enumerate() {
        sql.push(format_args!(", {} as k{at}", order_key(key.column)));
    }
    sql.push(" from records r join documents d on d.doc = r.doc where");
    matching(&mut sql, def, grants, list);
    sql.push("), page as (select doc, count(*) over () as total, row_number() over (order by ");
    for (at, key) in order.iter().enumerate() {
        sql.push(format_args!("k{at} {} nulls last, ", if key.descending { "desc" } else { "asc" }));
    }
    // The id makes the order whole: no row is on two pages.
    sql.push("doc desc) as place from found order by place limit ").push_bind(list.page.limit());
    sql.push(" offset ").push_bind(list.page.offset());
    sql.push(format_args!(
        ") select p.total, {COLUMNS} from page p join records r on r.doc = p.doc join documents d on d.doc = p.doc
         order by p.place"
    ));
    let rows: Vec<Counted> = sql.build_query_as().fetch_all(&mut *tx).await?;
    let total = match rows.first() {
        Some(row) => row.total,
        None if list.page.offset() == 0 => 0,
        None => count(tx, def, grants, list).await?,
    };
    Ok((total, rows.into_iter().map(|counted| counted.row).collect()))
}

async fn count(tx: &mut PgConnection, def: &EntityDef, grants: &Grants, list: &List) -> sqlx::Result<i64> {
    let mut sql = QueryBuilder::new("select count(*) from records r join documents d on d.doc = r.doc where");
    matching(&mut sql, def, grants, list);
    sql.build_query_scalar().fetch_one(tx).await
}

fn matching(sql: &mut QueryBuilder<Postgres>, def: &EntityDef, grants: &Grants, list: &List) {
    covered(sql, def, grants);
    sql.push(" and r.deleted = ").push_bind(list.deleted);
    for condition in &list.conditions {
        sql.push(" and ");
        test(sql, condition.column, &condition.test);
    }
    for word in &list.words {
        let pattern = format!("%{}%", escaped(word));
        sql.push(" and (false");
        for field in def.fields.iter().filter(|field| field.search) {
            sql.push(format_args!(" or r.fields->>'{}' ilike ", field.name)).push_bind(pattern.clone());
        }
        sql.push(")");
    }
}

/// A word as `like` takes it literally.
fn escaped(word: &str) -> String {
    let mut escaped = String::with_capacity(word.len());
    for letter in word.chars() {
        if matches!(letter, '\\' | '%' | '_') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

fn stamp(column: Column) -> &'static str {
    match column {
        Column::Id => "r.doc",
        Column::CreatedAt => "d.created_at",
        Column::UpdatedAt => "d.updated_at",
        Column::CreatedBy => "d.created_by",
        Column::UpdatedBy => "d.updated_by",
        Column::Field(field) => field.name,
    }
}

/// The expression of a column as text.
fn text_of(column: Column) -> String {
    match column {
        Column::Field(field) => format!("r.fields->>'{}'", field.name),
        _ => format!("{}::text", stamp(column)),
    }
}

/// The expression of a column as a number; what is no number is null.
fn number_of(column: Column) -> String {
    match column {
        Column::Field(field) => {
            let name = field.name;
            format!(
                "case when jsonb_typeof(r.fields->'{name}') = 'number' then (r.fields->>'{name}')::numeric end"
            )
        }
        _ => stamp(column).to_owned(),
    }
}

fn order_key(column: Column) -> String {
    let Column::Field(field) = column else { return stamp(column).to_owned() };
    match field.kind {
        FieldKind::Register(Scalar::Int | Scalar::Instant) | FieldKind::Counter => number_of(column),
        FieldKind::Register(Scalar::Str) => format!("lower({})", text_of(column)),
        _ => format!("nullif({}, '')", text_of(column)),
    }
}

fn test(sql: &mut QueryBuilder<Postgres>, column: Column, test: &Test) {
    match test {
        Test::AnyOf(texts) => {
            sql.push(format_args!("{} = any(", text_of(column))).push_bind(texts.clone()).push(")");
        }
        Test::AnyId(ids) => {
            sql.push(format_args!("{} = any(", stamp(column))).push_bind(ids.clone()).push(")");
        }
        Test::AtLeast(number) => {
            sql.push(format_args!("({}) >= ", number_of(column))).push_bind(*number);
        }
        Test::AtMost(number) => {
            sql.push(format_args!("({}) <= ", number_of(column))).push_bind(*number);
        }
        Test::From(day) => {
            sql.push(format_args!("nullif({}, '') >= ", text_of(column))).push_bind(day.clone());
        }
        Test::Until(day) => {
            sql.push(format_args!("nullif({}, '') <= ", text_of(column))).push_bind(day.clone());
        }
        Test::HasAll(members) => {
            sql.push(format_args!("r.fields->'{}' @> to_jsonb(", stamp(column)))
                .push_bind(members.clone())
                .push(")");
        }
        Test::HasAny(members) => {
            sql.push(format_args!("r.fields->'{}' ?| ", stamp(column))).push_bind(members.clone());
        }
        Test::IsNull(yes) => {
            sql.push(format_args!("({} is null) = ", text_of(column))).push_bind(*yes);
        }
    }
}

/// A stage's cards on a board: how many there are, and the first of them.
#[derive(Debug, Clone, FromRow)]
pub struct Card {
    /// Cards of the stage in all.
    pub total: i64,
    /// The application.
    #[sqlx(flatten)]
    pub row: Row,
}

/// The living applications of a job, of each stage the ones that came into it last.
pub async fn board(
    tx: &mut PgConnection,
    def: &EntityDef,
    grants: &Grants,
    job: RecordId,
    per_stage: i64,
) -> sqlx::Result<Vec<Card>> {
    let mut sql = QueryBuilder::new(
        "with found as materialized (
             select r.doc,
                    count(*) over (partition by r.fields->>'stage_id') as total,
                    row_number() over (
                        partition by r.fields->>'stage_id'
                        order by d.updated_at desc, r.doc desc
                    ) as place
             from records r
             join documents d on d.doc = r.doc
             where",
    );
    covered(&mut sql, def, grants);
    sql.push(" and not r.deleted and r.fields->>'job_id' = ").push_bind(job.to_string());
    sql.push(format_args!(
        ") select f.total, {COLUMNS} from found f join records r on r.doc = f.doc join documents d on d.doc = f.doc
         where f.place <= "
    ));
    sql.push_bind(per_stage).push(" order by f.place");
    sql.build_query_as().fetch_all(tx).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_searched_word_is_taken_literally() {
        assert_eq!(escaped(r"100%_a\b"), r"100\%\_a\\b");
    }
}
