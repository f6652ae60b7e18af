//! The desktop's table of a record kind, derived from its declaration.
//!
//! Registers are typed columns; sets and lists are JSON text. The tables are derived data: they are rebuilt from the
//! documents when [`EntityDef::projection_hash`] changes.

use std::fmt::Write as _;

use super::{EntityDef, FieldDef, FieldKind, Scalar};

/// Columns that every kind has, before its fields.
pub const STAMPS: [&str; 8] =
    ["id", "scope", "created_at", "created_by", "updated_at", "updated_by", "deleted", "pending"];

/// How a column holds a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// A text.
    Text,
    /// A whole number; yes/no is 1/0.
    Integer,
    /// Yes or no, as 1/0.
    Bool,
    /// JSON text of a set or list.
    Json,
}

/// The column type of a field.
#[must_use]
pub const fn column(field: &FieldDef) -> Column {
    match field.kind {
        FieldKind::Register(Scalar::Int | Scalar::Instant) | FieldKind::Counter => Column::Integer,
        FieldKind::Register(Scalar::Bool) => Column::Bool,
        FieldKind::Register(_) | FieldKind::Text => Column::Text,
        FieldKind::Set(_) | FieldKind::List(_) => Column::Json,
    }
}

/// The script that creates the table.
#[must_use]
pub fn create_table(def: &EntityDef) -> String {
    let table = def.name;
    let mut sql = format!(
        "create table {table} (\n  id blob primary key,\n  scope text not null,\n  created_at integer not null,\n  \
         created_by blob,\n  updated_at integer not null,\n  updated_by blob,\n  deleted integer not null,\n  \
         pending integer not null"
    );
    for field in def.fields {
        let ty = match column(field) {
            Column::Integer | Column::Bool => "integer",
            Column::Text | Column::Json => "text",
        };
        // Field names come from declarations, never from people.
        let _ = write!(sql, ",\n  \"{}\" {ty}", field.name);
    }
    sql.push_str("\n) without rowid;\n");
    sql
}

/// The script that creates those of the table's indexes that are not there.
#[must_use]
pub fn create_indexes(def: &EntityDef) -> String {
    let (table, mut sql) = (def.name, String::new());
    let mut index = |name: &str, of: &str| {
        let _ = writeln!(sql, "create index if not exists {table}_{name} on {table} {of};");
    };
    index("updated", "(deleted, updated_at)");
    // Entries are purged by their rows, since some have no document yet; everything else by its document.
    if def.entry {
        index("scope", "(scope)");
    }
    for field in def.fields.iter().filter(|f| f.index) {
        // What most rows leave empty costs nothing there.
        let filled =
            if field.nullable { format!(" where \"{}\" is not null", field.name) } else { String::new() };
        index(field.name, &format!("(\"{}\", deleted){filled}", field.name));
    }
    sql
}

/// The statement that writes a row, with one parameter per stamp and field in order.
#[must_use]
pub fn upsert(def: &EntityDef) -> String {
    let mut columns: Vec<String> = STAMPS.iter().map(|c| (*c).to_owned()).collect();
    columns.extend(def.fields.iter().map(|f| format!("\"{}\"", f.name)));
    let marks: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
    format!("insert or replace into {} ({}) values ({})", def.name, columns.join(", "), marks.join(", "))
}
