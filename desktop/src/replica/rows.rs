//! Projected rows: fields to columns and back, and the JSON that the window sees.

use rusqlite::types::{ToSqlOutput, Value as Sql, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;
use serde_json::{Value, json};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::sql::{Column, column};
use zumodra_shared::schema::{EntityDef, FieldDef, Fields};

use super::error::Result;
use super::tables;

/// Nothing, in a column.
const NULL: ToSqlOutput<'static> = ToSqlOutput::Borrowed(ValueRef::Null);
/// Columns before the first field, see [`zumodra_shared::schema::sql::STAMPS`].
const STAMP_COLUMNS: usize = zumodra_shared::schema::sql::STAMPS.len();

/// Who and when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Stamps {
    pub created_at: i64,
    pub created_by: RecordId,
    pub updated_at: i64,
    pub updated_by: RecordId,
}

/// One record as the local replica shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// The record's id.
    pub id: RecordId,
    /// Its kind.
    pub kind: &'static str,
    /// Its scope; not for the window.
    #[serde(skip)]
    pub scope: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Who made it; none for the server itself.
    pub created_by: Option<RecordId>,
    /// Milliseconds since 1970.
    pub updated_at: i64,
    /// Who changed it last; none for the server itself.
    pub updated_by: Option<RecordId>,
    /// Whether it is deleted.
    pub deleted: bool,
    /// Whether an edit of it is not yet on the server.
    pub pending: bool,
    /// The declared fields.
    pub fields: Fields,
}

fn person(id: &RecordId) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(if id.is_nil() { ValueRef::Null } else { ValueRef::Blob(id.as_bytes()) })
}

/// Writes a row. A field that is not there has its default.
pub(crate) fn put(
    conn: &Connection,
    def: &EntityDef,
    id: RecordId,
    scope: &str,
    stamps: &Stamps,
    state: (bool, bool),
    fields: &Fields,
) -> Result<()> {
    let (deleted, pending) = state;
    let mut values = Vec::with_capacity(STAMP_COLUMNS + def.fields.len());
    values.push(ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes())));
    values.push(ToSqlOutput::from(scope));
    values.push(ToSqlOutput::from(stamps.created_at));
    values.push(person(&stamps.created_by));
    values.push(ToSqlOutput::from(stamps.updated_at));
    values.push(person(&stamps.updated_by));
    values.push(ToSqlOutput::from(deleted));
    values.push(ToSqlOutput::from(pending));
    for field in def.fields {
        values.push(match fields.get(field.name) {
            Some(value) => cell(field, value),
            None => ToSqlOutput::Owned(owned(cell(field, &field.default_value()))),
        });
    }
    conn.prepare_cached(tables::upsert(def.code))?.execute(rusqlite::params_from_iter(values))?;
    Ok(())
}

/// A field's value as its column holds it.
fn cell<'v>(field: &FieldDef, value: &'v Value) -> ToSqlOutput<'v> {
    match (column(field), value) {
        (Column::Text, Value::String(text)) => ToSqlOutput::from(text.as_str()),
        (Column::Integer, Value::Number(n)) => n.as_i64().map_or(NULL, ToSqlOutput::from),
        (Column::Bool, Value::Bool(yes)) => ToSqlOutput::from(*yes),
        (Column::Json, Value::Array(members)) if members.is_empty() => ToSqlOutput::from("[]"),
        (Column::Json, Value::Array(_)) => ToSqlOutput::from(value.to_string()),
        // A value of a shape that this version does not know is not shown; its document keeps it.
        _ => NULL,
    }
}

fn owned(cell: ToSqlOutput<'_>) -> Sql {
    match cell {
        ToSqlOutput::Borrowed(value) => Sql::try_from(value).unwrap_or(Sql::Null),
        ToSqlOutput::Owned(value) => value,
        _ => Sql::Null,
    }
}

/// Notes on a row that what it shows is on the server.
pub(crate) fn mark_sent(conn: &Connection, def: &EntityDef, id: RecordId, stamps: &Stamps) -> Result<()> {
    let sql = format!(
        "update {} set pending = 0, created_at = ?2, created_by = ?3, updated_at = ?4, updated_by = ?5 where id = ?1",
        def.name
    );
    let (maker, who) = (person(&stamps.created_by), person(&stamps.updated_by));
    conn.prepare_cached(&sql)?.execute((id.as_bytes(), stamps.created_at, maker, stamps.updated_at, who))?;
    Ok(())
}

/// Reads a row of `select *` over a kind's table.
pub(crate) fn read(def: &'static EntityDef, row: &Row<'_>) -> rusqlite::Result<Record> {
    let id = |at: usize| -> rusqlite::Result<Option<RecordId>> {
        Ok(row.get::<_, Option<[u8; 16]>>(at)?.map(RecordId::from_bytes))
    };
    let mut fields = Fields::new();
    for (at, field) in def.fields.iter().enumerate() {
        let value = match (column(field), row.get_ref(STAMP_COLUMNS + at)?) {
            (Column::Text, ValueRef::Text(text)) => json!(String::from_utf8_lossy(text)),
            (Column::Integer, ValueRef::Integer(n)) => json!(n),
            (Column::Bool, ValueRef::Integer(n)) => json!(n != 0),
            (Column::Json, ValueRef::Text(text)) => {
                serde_json::from_slice(text).unwrap_or_else(|_| json!([]))
            }
            _ if field.nullable => Value::Null,
            _ => field.default_value(),
        };
        fields.insert(field.name.to_owned(), value);
    }
    Ok(Record {
        id: id(0)?.unwrap_or_default(),
        kind: def.name,
        scope: row.get(1)?,
        created_at: row.get(2)?,
        created_by: id(3)?,
        updated_at: row.get(4)?,
        updated_by: id(5)?,
        deleted: row.get(6)?,
        pending: row.get(7)?,
        fields,
    })
}

/// One row by id.
pub(crate) fn get(conn: &Connection, def: &'static EntityDef, id: RecordId) -> Result<Option<Record>> {
    let sql = format!("select * from {} where id = ?1", def.name);
    let found = conn.prepare_cached(&sql)?.query_row([id.as_bytes()], |row| read(def, row)).optional()?;
    Ok(found)
}

/// Rows of a query over a kind's table.
pub(crate) fn all(
    conn: &Connection,
    def: &'static EntityDef,
    rest: &str,
    params: impl rusqlite::Params,
) -> Result<Vec<Record>> {
    let sql = format!("select {0}.* from {0} {rest}", def.name);
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(params, |row| read(def, row))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
