//! What a list was asked for: filters, search, order and page, read from the address by the declaration alone.

use std::collections::BTreeMap;

use serde_json::json;
use zumodra_shared::kernel::time::{self, Millis};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::{EntityDef, FieldDef, FieldKind, Scalar};

use crate::error::Result;
use crate::http::page::{Page, PageQuery};

/// Bytes of a query.
const MAX_QUERY_BYTES: usize = 8 << 10;
/// Values of one filter, and filters of one list.
const MAX_FILTER_VALUES: usize = 100;
/// Characters of a filter's value.
const MAX_VALUE_CHARS: usize = 500;
/// Words that a search looks for.
const MAX_SEARCH_WORDS: usize = 8;
/// Characters of a search.
const MAX_SEARCH_CHARS: usize = 200;
/// Keys by which a list is ordered.
const MAX_ORDER_KEYS: usize = 3;

/// What every list understands beside the filters of its kind.
pub const COMMON: [&str; 5] = ["page", "page_size", "search", "ordering", "deleted"];

/// What a filter or an order looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Column {
    /// The record's id.
    Id,
    /// When it was made.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
    /// Who made it.
    CreatedBy,
    /// Who last changed it.
    UpdatedBy,
    /// A declared field.
    Field(&'static FieldDef),
}

/// What a filter asks of its column.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// The text is one of these.
    AnyOf(Vec<String>),
    /// The reference is one of these.
    AnyId(Vec<RecordId>),
    /// The number is at least this.
    AtLeast(i64),
    /// The number is at most this.
    AtMost(i64),
    /// The day is this or later.
    From(String),
    /// The day is this or earlier.
    Until(String),
    /// The set has all of these.
    HasAll(Vec<String>),
    /// The set has one of these.
    HasAny(Vec<String>),
    /// There is no value, or there is one.
    IsNull(bool),
}

/// One filter.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// On what.
    pub column: Column,
    /// What it asks.
    pub test: Test,
}

impl Condition {
    /// The field has this text: what nested lists add by themselves.
    #[must_use]
    pub fn is(field: &'static FieldDef, value: impl Into<String>) -> Self {
        Self { column: Column::Field(field), test: Test::AnyOf(vec![value.into()]) }
    }
}

/// One key of an order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Order {
    /// By what.
    pub column: Column,
    /// The largest first.
    pub descending: bool,
}

/// A list that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// Deleted records instead of living ones.
    pub deleted: bool,
    /// Words that must all be found in the searched fields.
    pub words: Vec<String>,
    /// The filters, all of which must hold.
    pub conditions: Vec<Condition>,
    /// The order; the newest first when nothing is said.
    pub order: Vec<Order>,
    /// Which rows.
    pub page: Page,
}

/// The endings that a field's filter may have, besides none.
#[must_use]
pub const fn endings(kind: FieldKind, nullable: bool) -> &'static [&'static str] {
    match kind {
        FieldKind::Register(Scalar::Int | Scalar::Instant | Scalar::Date) if nullable => {
            &["gte", "lte", "isnull"]
        }
        FieldKind::Register(Scalar::Int | Scalar::Instant | Scalar::Date) => &["gte", "lte"],
        FieldKind::Register(_) if nullable => &["isnull"],
        FieldKind::Counter => &["gte", "lte"],
        FieldKind::Set(_) => &["any"],
        FieldKind::Register(_) | FieldKind::Text | FieldKind::List(_) => &[],
    }
}

/// Whether a field can be asked for by value.
#[must_use]
pub const fn is_filter(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Register(_) | FieldKind::Set(_) | FieldKind::Counter)
}

/// Whether a list can be ordered by a field.
#[must_use]
pub const fn is_order(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Register(_) | FieldKind::Counter)
}

/// Reads what a list was asked for.
///
/// # Errors
/// [`Code::InvalidFields`] naming each parameter that is unknown or has a value that cannot be; [`Code::BadRequest`]
/// for a query that is no text.
pub fn read(def: &'static EntityDef, query: &str) -> Result<List> {
    let params = parameters(query)?;
    let mut problem = Problem::new(Code::InvalidFields);
    let mut conditions = Vec::new();
    let (mut words, mut order, mut deleted) = (Vec::new(), Vec::new(), false);
    let mut page = PageQuery::default();
    for (name, values) in &params {
        let done = match name.as_str() {
            "page" => number(values).map(|n| page.page = Some(n)),
            "page_size" => number(values).map(|n| page.page_size = Some(n)),
            "deleted" => yes_no(values).map(|yes| deleted = yes),
            "search" => search(values).map(|found| words = found),
            "ordering" => ordering(def, values).map(|found| order = found),
            name => condition(def, name, values).map(|found| conditions.push(found)),
        };
        if let Err(message) = done {
            problem = problem.field(name, message);
        }
    }
    if !problem.fields.is_empty() {
        return Err(problem.into());
    }
    Ok(List { deleted, words, conditions, order, page: Page::of(&page)? })
}

/// Reads of which time a record is wanted; none when it is wanted as it is.
///
/// # Errors
/// As [`read`].
pub fn as_of(query: &str) -> Result<Option<Millis>> {
    let params = parameters(query)?;
    let wanted = params.get("as_of").map(|values| instant(values)).transpose();
    wanted.map_err(|message| Problem::new(Code::InvalidFields).field("as_of", message).into())
}

/// The parameters of a query by name, each with all its values.
fn parameters(query: &str) -> Result<BTreeMap<String, Vec<String>>> {
    let unreadable = |what: &str| Err(Problem::new(Code::BadRequest).detail(what).into());
    if query.len() > MAX_QUERY_BYTES {
        return unreadable("The address is too long.");
    }
    let mut params: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        // What was no UTF-8 became the replacement character.
        if name.contains(['\u{fffd}', '\0']) || value.contains(['\u{fffd}', '\0']) {
            return unreadable("The address has characters that are no text.");
        }
        params.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    if params.len() > MAX_FILTER_VALUES || params.values().any(|values| values.len() > MAX_FILTER_VALUES) {
        return unreadable("The address has too many parameters.");
    }
    Ok(params)
}

type Read<T> = std::result::Result<T, String>;

fn only(values: &[String]) -> Read<&str> {
    match values {
        [value] => Ok(value.trim()),
        _ => Err("Give one value.".to_owned()),
    }
}

fn number(values: &[String]) -> Read<i64> {
    only(values)?.parse().map_err(|_| "Write a whole number.".to_owned())
}

fn yes_no(values: &[String]) -> Read<bool> {
    only(values)?.parse().map_err(|_| "Write true or false.".to_owned())
}

/// A moment: milliseconds since 1970, or RFC 3339.
fn instant(values: &[String]) -> Read<Millis> {
    let text = only(values)?;
    let millis = text.parse().ok().or_else(|| Some(text.parse::<jiff::Timestamp>().ok()?.as_millisecond()));
    millis.ok_or_else(|| "Write a moment, as in 2026-11-22T08:00:00Z, or milliseconds since 1970.".to_owned())
}

fn day(values: &[String]) -> Read<String> {
    let text = only(values)?;
    if time::is_date(text) { Ok(text.to_owned()) } else { Err("Write a day, as in 2026-11-22.".to_owned()) }
}

fn ids(values: &[String]) -> Read<Vec<RecordId>> {
    let ids = values.iter().map(|value| value.trim().parse());
    ids.collect::<std::result::Result<_, _>>().map_err(|_| "This is not the id of a record.".to_owned())
}

fn texts(values: &[String]) -> Read<Vec<String>> {
    if values.iter().any(|value| value.chars().count() > MAX_VALUE_CHARS) {
        return Err(format!("Write at most {MAX_VALUE_CHARS} characters."));
    }
    Ok(values.to_vec())
}

fn search(values: &[String]) -> Read<Vec<String>> {
    let text = only(values)?;
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    if text.chars().count() > MAX_SEARCH_CHARS || words.len() > MAX_SEARCH_WORDS {
        return Err(format!(
            "Search for at most {MAX_SEARCH_WORDS} words and {MAX_SEARCH_CHARS} characters."
        ));
    }
    Ok(words)
}

fn stamp(name: &str) -> Option<Column> {
    Some(match name {
        "id" => Column::Id,
        "created_at" => Column::CreatedAt,
        "updated_at" => Column::UpdatedAt,
        "created_by" => Column::CreatedBy,
        "updated_by" => Column::UpdatedBy,
        _ => return None,
    })
}

fn ordering(def: &'static EntityDef, values: &[String]) -> Read<Vec<Order>> {
    let keys: Vec<&str> = only(values)?.split(',').map(str::trim).filter(|key| !key.is_empty()).collect();
    if keys.len() > MAX_ORDER_KEYS {
        return Err(format!("Order by at most {MAX_ORDER_KEYS} fields."));
    }
    let order = keys.into_iter().map(|key| {
        let (name, descending) = key.strip_prefix('-').map_or((key, false), |name| (name, true));
        let field = || def.field(name).filter(|field| is_order(field.kind)).map(Column::Field);
        let column =
            stamp(name).or_else(field).ok_or_else(|| format!("The list cannot be ordered by {name:?}."))?;
        Ok(Order { column, descending })
    });
    order.collect()
}

fn condition(def: &'static EntityDef, name: &str, values: &[String]) -> Read<Condition> {
    let unknown = || Err("There is no such filter.".to_owned());
    let (base, ending) = name.split_once("__").map_or((name, None), |(base, ending)| (base, Some(ending)));
    if let Some(column) = stamp(base) {
        let test = match (column, ending) {
            (Column::CreatedAt | Column::UpdatedAt, Some("gte")) => Test::AtLeast(instant(values)?),
            (Column::CreatedAt | Column::UpdatedAt, Some("lte")) => Test::AtMost(instant(values)?),
            (Column::Id | Column::CreatedBy | Column::UpdatedBy, None) => Test::AnyId(ids(values)?),
            _ => return unknown(),
        };
        return Ok(Condition { column, test });
    }
    let Some(field) = def.field(base).filter(|field| is_filter(field.kind)) else { return unknown() };
    if ending.is_some_and(|ending| !endings(field.kind, field.nullable).contains(&ending)) {
        return unknown();
    }
    Ok(Condition { column: Column::Field(field), test: field_test(field, ending, values)? })
}

fn field_test(field: &FieldDef, ending: Option<&str>, values: &[String]) -> Read<Test> {
    let scalar = match field.kind {
        FieldKind::Register(scalar) => scalar,
        FieldKind::Set(scalar) => {
            let members = match scalar {
                Scalar::Ref(_) => ids(values)?.iter().map(ToString::to_string).collect(),
                _ => texts(values)?,
            };
            return Ok(if ending.is_some() { Test::HasAny(members) } else { Test::HasAll(members) });
        }
        FieldKind::Counter | FieldKind::Text | FieldKind::List(_) => Scalar::Int,
    };
    Ok(match (ending, scalar) {
        (Some("isnull"), _) => Test::IsNull(yes_no(values)?),
        (Some("gte"), Scalar::Date) => Test::From(day(values)?),
        (Some(_), Scalar::Date) => Test::Until(day(values)?),
        (Some("gte"), Scalar::Instant) => Test::AtLeast(instant(values)?),
        (Some(_), Scalar::Instant) => Test::AtMost(instant(values)?),
        (Some("gte"), _) => Test::AtLeast(number(values)?),
        (Some(_), _) => Test::AtMost(number(values)?),
        (None, Scalar::Bool) => Test::AnyOf(vec![yes_no(values)?.to_string()]),
        (None, Scalar::Int) => Test::AnyOf(vec![number(values)?.to_string()]),
        (None, Scalar::Instant) => Test::AnyOf(vec![instant(values)?.to_string()]),
        (None, Scalar::Date) => Test::AnyOf(vec![day(values)?]),
        (None, Scalar::Ref(_)) => Test::AnyOf(ids(values)?.iter().map(ToString::to_string).collect()),
        (None, Scalar::Choice(known)) => {
            if let Some(wrong) = values.iter().find(|value| !known.contains(&value.as_str())) {
                return Err(format!("{} is not one of: {}.", json!(wrong), known.join(", ")));
            }
            Test::AnyOf(values.to_vec())
        }
        (None, Scalar::Str) => Test::AnyOf(texts(values)?),
    })
}

#[cfg(test)]
mod tests {
    use zumodra_shared::ats::{Application, Candidate, Job};
    use zumodra_shared::schema::Entity as _;

    use super::*;

    fn wrong(def: &'static EntityDef, query: &str) -> Vec<String> {
        let error = read(def, query).expect_err(query);
        error.refusal().problem.fields.into_keys().collect()
    }

    #[test]
    fn filters_are_read_by_the_kind_of_their_field() {
        let list =
            read(&Job::DEF, "status=open&status=draft&salary_min__gte=5&is_featured=true").expect("reads");
        let tests: Vec<&Test> = list.conditions.iter().map(|condition| &condition.test).collect();
        let texts = |texts: &[&str]| Test::AnyOf(texts.iter().map(|text| (*text).to_owned()).collect());
        assert_eq!(tests, [&texts(&["true"]), &Test::AtLeast(5), &texts(&["open", "draft"])]);
        let list = read(&Candidate::DEF, "skills=Rust&skills=SQL&languages__any=en").expect("reads");
        assert_eq!(list.conditions[0].test, Test::HasAny(vec!["en".into()]));
        assert_eq!(list.conditions[1].test, Test::HasAll(vec!["Rust".into(), "SQL".into()]));
    }

    #[test]
    fn every_parameter_that_cannot_be_is_named() {
        assert_eq!(
            wrong(&Job::DEF, "stat=open&status=opne&salary_min=much"),
            ["salary_min", "stat", "status"]
        );
        assert_eq!(
            wrong(&Job::DEF, "title__gte=a&description=x&page=one"),
            ["description", "page", "title__gte"]
        );
        assert_eq!(wrong(&Application::DEF, "candidate_id=7&rating__lte=x"), ["candidate_id", "rating__lte"]);
        assert_eq!(wrong(&Job::DEF, "ordering=stages"), ["ordering"]);
        assert_eq!(wrong(&Job::DEF, "search=a%20b%20c%20d%20e%20f%20g%20h%20i"), ["search"]);
    }

    #[test]
    fn a_query_that_is_no_text_is_refused() {
        for query in ["search=%ff", "search=a%00b", "%fe=1"] {
            assert_eq!(read(&Job::DEF, query).expect_err(query).code(), Code::BadRequest);
        }
    }
}
