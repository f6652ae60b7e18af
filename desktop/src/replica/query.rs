//! Generic queries over one kind: one record, and pages of a filtered, sorted list.

use rusqlite::Connection;
use rusqlite::types::Value as Sql;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::sql::{Column, column};
use zumodra_shared::schema::{EntityDef, FieldDef, FieldKind, Scalar};

use super::error::Result;
use super::rows::{self, Record};
use super::search;
use super::tags::Merged;
use super::write::{is_stamp, kind};
use crate::ats::duplicates::left_out;
use zumodra_shared::ats::needle::Needle;
use zumodra_shared::ats::{Candidate, Tag};
use zumodra_shared::schema::Entity as _;

/// Rows of a page when nothing is said.
const DEFAULT_LIMIT: usize = 100;
/// Most rows of a page.
pub const MAX_LIMIT: usize = 500;
/// Most values of an `in` filter, and most filters.
const MAX_FILTER_VALUES: usize = 500;

/// A condition on a record.
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
    /// The field holds another value, or none.
    Not {
        /// The field.
        field: String,
        /// The value.
        not: Value,
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
    /// The field is a set with at least one of these members.
    HasAny {
        /// The field.
        field: String,
        /// The members.
        has_any: Vec<String>,
    },
    /// The field is a set without this member.
    Lacks {
        /// The field.
        field: String,
        /// The member.
        lacks: String,
    },
    /// The field holds nothing, or something: an empty text and an empty set are nothing.
    Empty {
        /// The field.
        field: String,
        /// Whether it holds nothing.
        empty: bool,
    },
    /// The field holds this text somewhere; small and capital letters (of ASCII) are the same.
    Contains {
        /// The field.
        field: String,
        /// The text.
        contains: String,
    },
    /// The field holds a number, an instant or a day within bounds, both of which count.
    Between {
        /// The field.
        field: String,
        /// The lower bound; none for no bound.
        least: Value,
        /// The upper bound; none for no bound.
        most: Value,
    },
    /// The field is a list with an item of this id that has a value which fulfils a condition, or there is none such.
    Item {
        /// The field.
        field: String,
        /// The item's id.
        item: String,
        /// The condition on its value.
        value: ItemFilter,
        /// Whether there is to be none.
        #[serde(default)]
        none: bool,
    },
    /// There is a record of another kind that refers to this one and fulfils conditions, or there is none.
    Of {
        /// The other kind.
        of: String,
        /// Its conditions.
        r#where: Vec<Filter>,
        /// Whether there is to be none.
        #[serde(default)]
        none: bool,
    },
}

/// A condition on the value of an item.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemFilter {
    /// It holds this text.
    Is(String),
    /// It holds this text somewhere; small and capital letters (of ASCII) are the same.
    Contains(String),
    /// It is a list with this member: `a,b`.
    Has(String),
    /// It is a number, or an amount, within bounds, both of which count.
    Between(Option<f64>, Option<f64>),
    /// It is a day within bounds, both of which count.
    Days(Option<String>, Option<String>),
    /// It holds something.
    Known,
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
    let mut row = rows::get(conn, kind(name)?, id)?;
    if let Some(row) = row.as_mut().filter(|row| row.kind == Candidate::NAME) {
        Merged::read(conn)?.resolve(row);
    }
    Ok(row)
}

/// A page of a kind's records.
///
/// # Errors
/// [`Code::BadRequest`] for a field that the kind does not have; when the store fails.
pub fn list(conn: &Connection, request: &ListRequest) -> std::result::Result<ListPage, Problem> {
    Ok(list_in(conn, request)?)
}

/// What a request asks of a kind: the conditions on its table, and the values in them.
pub(super) fn asked(
    conn: &Connection,
    request: &ListRequest,
) -> Result<(&'static EntityDef, String, Vec<Sql>)> {
    let def = kind(&request.kind)?;
    let mut conditions = vec![format!("deleted = {}", i64::from(request.deleted))];
    let mut params: Vec<Sql> = Vec::new();
    if request.filters.len() > MAX_FILTER_VALUES {
        return Err(Code::TooLarge.into());
    }
    if def.name == Candidate::NAME && !request.deleted {
        conditions.extend(left_out(conn)?);
    }
    let merged = Merged::read(conn)?;
    for filter in request.filters.iter().flat_map(|filter| merged.asked(def, filter)) {
        conditions.push(filter_condition(def, &filter, &mut params)?);
    }
    if def.name == Tag::NAME && !request.deleted {
        let hidden: Vec<Sql> = merged.hidden().map(|id| Sql::Blob(id.as_bytes().to_vec())).collect();
        conditions.push(format!("id not in ({})", vec!["?"; hidden.len()].join(", ")));
        params.extend(hidden);
    }
    if let Some(needle) = Needle::read(request.text.as_deref().unwrap_or_default()) {
        let (condition, words) = search::condition(conn, &needle, "n")?;
        conditions.push(format!("id in (select id from docs where kind = {} and {condition})", def.code));
        params.extend(words.into_iter().map(Sql::Text));
    }
    Ok((def, conditions.join(" and "), params))
}

fn list_in(conn: &Connection, request: &ListRequest) -> Result<ListPage> {
    let (def, conditions, params) = asked(conn, request)?;
    let count = format!("select count(*) from {} where {conditions}", def.name);
    let total: i64 = conn
        .prepare_cached(&count)?
        .query_row(rusqlite::params_from_iter(params.iter()), |row| row.get(0))?;
    let order = order(def, request.sort.as_deref().unwrap_or("-updated_at"))?;
    let limit = request.limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
    let rest = format!("where {conditions} order by {order} limit {limit} offset {}", request.offset);
    let mut rows = rows::all(conn, def, &rest, rusqlite::params_from_iter(params))?;
    let merged = Merged::read(conn)?;
    rows.iter_mut().for_each(|row| merged.resolve(row));
    Ok(ListPage { total: total.unsigned_abs(), rows })
}

fn unknown_field(name: &str) -> Problem {
    Problem::new(Code::BadRequest).detail(format!("There is no field {name}."))
}

/// A set's column, or a refusal.
fn set_column(def: &EntityDef, field: &str) -> Result<String> {
    match def.field(field) {
        Some(found) if column(found) == Column::Json => Ok(format!("\"{field}\"")),
        _ => Err(unknown_field(field).into()),
    }
}

fn known_column(def: &EntityDef, field: &str) -> Result<String> {
    if def.field(field).is_none() && !is_stamp(field) {
        return Err(unknown_field(field).into());
    }
    Ok(format!("\"{field}\""))
}

fn marks(count: usize) -> Result<String> {
    if count > MAX_FILTER_VALUES {
        return Err(Code::TooLarge.into());
    }
    Ok(vec!["?"; count].join(", "))
}

fn filter_condition(def: &EntityDef, filter: &Filter, params: &mut Vec<Sql>) -> Result<String> {
    let members = |field: &str, count: usize| -> Result<String> {
        let (set, marks) = (set_column(def, field)?, marks(count)?);
        // The indexes of sets leave out what has no member.
        let found = format!("exists (select 1 from json_each({set}) where json_each.value in ({marks}))");
        Ok(format!("({set} <> '[]' and {found})"))
    };
    let text = |text: &String| Sql::Text(text.clone());
    Ok(match filter {
        Filter::Is { field, is } => {
            params.extend((!is.is_null()).then(|| value(field, is)));
            let holds = if is.is_null() { "is null" } else { "= ?" };
            format!("{} {holds}", known_column(def, field)?)
        }
        Filter::Not { field, not } => {
            params.extend((!not.is_null()).then(|| value(field, not)));
            let holds = if not.is_null() { "is not null" } else { "is not ?" };
            format!("{} {holds}", known_column(def, field)?)
        }
        Filter::In { field, any, fold } => {
            let (column, marks) = (known_column(def, field)?, marks(any.len())?);
            params.extend(any.iter().map(|v| value(field, v)));
            format!("{column} {} in ({marks})", if *fold { "collate nocase" } else { "" })
        }
        Filter::Has { field, has } => {
            params.push(text(has));
            members(field, 1)?
        }
        Filter::HasAny { field, has_any } => {
            params.extend(has_any.iter().map(text));
            members(field, has_any.len())?
        }
        Filter::Lacks { field, lacks } => {
            params.push(text(lacks));
            format!("not {}", members(field, 1)?)
        }
        Filter::Empty { field, empty } => {
            let not = if *empty { "" } else { "not " };
            format!("{not}ifnull({}, '') in ('', '[]')", known_column(def, field)?)
        }
        Filter::Contains { field, contains } => {
            let escaped: String = contains.chars().flat_map(like_letter).collect();
            params.push(Sql::Text(format!("%{escaped}%")));
            format!("{} like ? escape '\\'", known_column(def, field)?)
        }
        Filter::Between { field, least, most } => {
            let column = known_column(def, field)?;
            let mut bounds = vec![format!("{column} is not null"), format!("{column} <> ''")];
            for (bound, sign) in
                [(least, ">="), (most, "<=")].into_iter().filter(|(bound, _)| !bound.is_null())
            {
                params.push(value(field, bound));
                bounds.push(format!("{column} {sign} ?"));
            }
            bounds.join(" and ")
        }
        Filter::Item { field, item, value, none } => {
            let found = item_condition(def, (field, item), value, params)?;
            if *none { format!("not {found}") } else { found }
        }
        Filter::Of { of, r#where, none } => of_others(def, of, r#where, *none, params)?,
    })
}

/// A condition on the value of an item of a list.
fn item_condition(
    def: &EntityDef,
    (field, item): (&str, &str),
    filter: &ItemFilter,
    params: &mut Vec<Sql>,
) -> Result<String> {
    let list = set_column(def, field)?;
    let text = |text: &str| Sql::Text(text.to_owned());
    params.push(text(item));
    let value = "json_extract(json_each.value, '$.value')";
    let mut holds = Vec::new();
    match filter {
        ItemFilter::Is(is) => {
            params.push(text(is));
            holds.push(format!("{value} = ?"));
        }
        ItemFilter::Contains(part) => {
            let escaped: String = part.chars().flat_map(like_letter).collect();
            params.push(Sql::Text(format!("%{escaped}%")));
            holds.push(format!("{value} like ? escape '\\'"));
        }
        ItemFilter::Has(member) => {
            params.push(text(member));
            holds.push(format!("instr(',' || {value} || ',', ',' || ? || ',') > 0"));
        }
        ItemFilter::Between(least, most) => {
            holds.push(format!("{value} <> ''"));
            for (bound, sign) in [(least, ">="), (most, "<=")] {
                if let Some(bound) = bound {
                    params.push(Sql::Real(*bound));
                    // An amount begins with its number: what follows is not read.
                    holds.push(format!("cast({value} as real) {sign} ?"));
                }
            }
        }
        ItemFilter::Days(first, last) => {
            holds.push(format!("{value} <> ''"));
            for (bound, sign) in [(first, ">="), (last, "<=")] {
                if let Some(bound) = bound {
                    params.push(text(bound));
                    holds.push(format!("{value} {sign} ?"));
                }
            }
        }
        ItemFilter::Known => holds.push(format!("{value} <> ''")),
    }
    Ok(format!(
        "({list} <> '[]' and exists (select 1 from json_each({list}) \
         where json_extract(json_each.value, '$.id') = ? and {}))",
        holds.join(" and ")
    ))
}

/// Records of another kind that refer to one of this kind. They are not asked about others in turn.
fn of_others(
    def: &EntityDef,
    of: &str,
    conditions: &[Filter],
    none: bool,
    params: &mut Vec<Sql>,
) -> Result<String> {
    let other = kind(of)?;
    let points = |field: &&FieldDef| field.kind == FieldKind::Register(Scalar::Ref(def.name));
    let field = other.fields.iter().find(points).ok_or_else(|| unknown_field(of))?;
    if conditions.iter().any(|filter| matches!(filter, Filter::Of { .. })) {
        return Err(Code::BadRequest.into());
    }
    let mut found = vec!["deleted = 0".to_owned(), format!("{} is not null", field.name)];
    for filter in conditions {
        found.push(filter_condition(other, filter, params)?);
    }
    let not = if none { "not " } else { "" };
    let found = found.join(" and ");
    Ok(format!(
        "id {not}in (select unhex(replace({}, '-', '')) from {} where {found})",
        field.name, other.name
    ))
}

/// A letter of a text that is looked for as it is.
fn like_letter(letter: char) -> impl Iterator<Item = char> {
    matches!(letter, '%' | '_' | '\\').then_some('\\').into_iter().chain([letter])
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
