//! Generic queries over one kind: one record, and pages of a filtered, sorted list.

use rusqlite::Connection;
use rusqlite::types::Value as Sql;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::sql::{Column, column};
use zumodra_shared::schema::{EntityDef, FieldKind, Scalar};

use super::error::Result;
use super::rows::{self, Record};
use super::search;
use super::write::{is_stamp, kind};

/// Rows of a page when nothing is said.
const DEFAULT_LIMIT: usize = 100;
/// Most rows of a page.
pub const MAX_LIMIT: usize = 500;
/// Most values of an `in` filter, and most filters.
const MAX_FILTER_VALUES: usize = 500;

/// A condition on one field.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Filter {
    /// The field holds this value.
    Is {
        /// The field.
        field: String,
        /// The value.
        is: Value,
    },
    /// The field holds one of these values.
    In {
        /// The field.
        field: String,
        /// The values.
        #[serde(rename = "in")]
        any: Vec<Value>,
        /// Whether small and capital letters (of ASCII) are the same.
        #[serde(default)]
        fold: bool,
    },
    /// The field is a set with this member.
    Has {
        /// The field.
        field: String,
        /// The member.
        has: String,
    },
}

/// What a list shows.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ListRequest {
    /// The kind.
    pub kind: String,
    /// Every one must hold.
    pub filters: Vec<Filter>,
    /// Full-text needle.
    pub text: Option<String>,
    /// A field or stamp; a leading `-` is descending.
    pub sort: Option<String>,
    /// Rows to skip.
    pub offset: usize,
    /// Rows to give, at most [`MAX_LIMIT`].
    pub limit: Option<usize>,
    /// Show what is deleted instead.
    pub deleted: bool,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListPage {
    /// Rows that the filters let through.
    pub total: u64,
    /// The page's rows.
    pub rows: Vec<Record>,
}

/// One record; none when it is not here. A deleted one is shown with its mark.
///
/// # Errors
/// [`Code::UnknownKind`]; when the store fails.
pub fn get(conn: &Connection, name: &str, id: RecordId) -> std::result::Result<Option<Record>, Problem> {
    Ok(rows::get(conn, kind(name)?, id)?)
}

/// A page of a kind's records.
///
/// # Errors
/// [`Code::BadRequest`] for a field that the kind does not have; when the store fails.
pub fn list(conn: &Connection, request: &ListRequest) -> std::result::Result<ListPage, Problem> {
    Ok(list_in(conn, request)?)
}

fn list_in(conn: &Connection, request: &ListRequest) -> Result<ListPage> {
    let def = kind(&request.kind)?;
    let mut conditions = vec![format!("deleted = {}", i64::from(request.deleted))];
    let mut params: Vec<Sql> = Vec::new();
    if request.filters.len() > MAX_FILTER_VALUES {
        return Err(Code::TooLarge.into());
    }
    for filter in &request.filters {
        conditions.push(filter_condition(def, filter, &mut params)?);
    }
    let needle = search::words(request.text.as_deref().unwrap_or_default());
    if !needle.is_empty() {
        let (condition, words) = search::condition(&needle, "n");
        conditions.push(format!("id in (select id from docs where kind = {} and {condition})", def.code));
        params.extend(words.into_iter().map(Sql::Text));
    }
    let conditions = conditions.join(" and ");
    let count = format!("select count(*) from {} where {conditions}", def.name);
    let total: i64 = conn
        .prepare_cached(&count)?
        .query_row(rusqlite::params_from_iter(params.iter()), |row| row.get(0))?;
    let order = order(def, request.sort.as_deref().unwrap_or("-updated_at"))?;
    let limit = request.limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
    let rest = format!("where {conditions} order by {order} limit {limit} offset {}", request.offset);
    let rows = rows::all(conn, def, &rest, rusqlite::params_from_iter(params))?;
    Ok(ListPage { total: total.unsigned_abs(), rows })
}

fn unknown_field(name: &str) -> Problem {
    Problem::new(Code::BadRequest).detail(format!("There is no field {name}."))
}

fn filter_condition(def: &EntityDef, filter: &Filter, params: &mut Vec<Sql>) -> Result<String> {
    let (Filter::Is { field, .. } | Filter::In { field, .. } | Filter::Has { field, .. }) = filter;
    if def.field(field).is_none() && !is_stamp(field) {
        return Err(unknown_field(field).into());
    }
    Ok(match filter {
        Filter::Is { is: Value::Null, .. } => format!("\"{field}\" is null"),
        Filter::Is { is, .. } => {
            params.push(value(field, is));
            format!("\"{field}\" = ?")
        }
        Filter::In { any, fold, .. } => {
            if any.len() > MAX_FILTER_VALUES {
                return Err(Code::TooLarge.into());
            }
            params.extend(any.iter().map(|v| value(field, v)));
            let column = if *fold { "collate nocase" } else { "" };
            format!("\"{field}\" {column} in ({})", vec!["?"; any.len()].join(", "))
        }
        Filter::Has { has, .. } => {
            if def.field(field).is_none_or(|f| column(f) != Column::Json) {
                return Err(unknown_field(field).into());
            }
            params.push(Sql::Text(has.clone()));
            format!("exists (select 1 from json_each(\"{field}\") where json_each.value = ?)")
        }
    })
}

fn value(field: &str, value: &Value) -> Sql {
    match value {
        Value::String(text) if matches!(field, "id" | "created_by" | "updated_by") => {
            text.parse::<RecordId>().map_or(Sql::Null, |id| Sql::Blob(id.as_bytes().to_vec()))
        }
        Value::String(text) => Sql::Text(text.clone()),
        Value::Number(n) => n.as_i64().map_or(Sql::Null, Sql::Integer),
        Value::Bool(yes) => Sql::Integer(i64::from(*yes)),
        _ => Sql::Null,
    }
}

fn order(def: &EntityDef, sort: &str) -> Result<String> {
    let (name, direction) = sort.strip_prefix('-').map_or((sort, "asc"), |name| (name, "desc"));
    let folded = match def.field(name).map(|f| f.kind) {
        Some(FieldKind::Register(Scalar::Str)) => " collate nocase",
        Some(_) => "",
        None if is_stamp(name) => "",
        None => return Err(unknown_field(name).into()),
    };
    Ok(format!("\"{name}\"{folded} {direction}, id {direction}"))
}
