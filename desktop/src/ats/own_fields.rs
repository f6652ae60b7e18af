//! The workspace's own fields on candidates, as a table shows them.

use std::collections::HashMap;

use rusqlite::Connection;
use serde_json::Value;
use zumodra_shared::accounts::Member;
use zumodra_shared::ats::custom_field::SEPARATOR;
use zumodra_shared::ats::{CustomField, CustomFieldKind, MAX_CUSTOM_FIELDS, rules};
use zumodra_shared::kernel::Problem;
use zumodra_shared::schema::{Entity, Fields};

use super::table::Cell;
use crate::replica::{ListRequest, get, list};

/// The fields in their order.
#[derive(Debug, Default)]
pub struct OwnFields {
    fields: Vec<CustomField>,
    /// What people are called, each looked up once.
    people: HashMap<String, String>,
}

impl OwnFields {
    /// Reads them.
    ///
    /// # Errors
    /// When the store fails.
    pub fn read(conn: &Connection) -> Result<Self, Problem> {
        let request = ListRequest {
            kind: CustomField::NAME.to_owned(),
            sort: Some("created_at".to_owned()),
            limit: Some(MAX_CUSTOM_FIELDS),
            ..ListRequest::default()
        };
        let rows = list(conn, &request)?.rows;
        let mut fields: Vec<CustomField> = rows.iter().filter_map(|row| rules::read(&row.fields)).collect();
        fields.sort_by_key(|field| field.place);
        Ok(Self { fields, people: HashMap::new() })
    }

    /// What they are called.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.label.as_str())
    }

    /// What a candidate has of each, in words.
    pub fn cells(&mut self, conn: &Connection, candidate: &Fields) -> Vec<Cell> {
        let items = candidate.get("custom").and_then(Value::as_array);
        let values: HashMap<&str, &str> = items
            .into_iter()
            .flatten()
            .filter_map(|item| Some((item["id"].as_str()?, item["value"].as_str()?)))
            .collect();
        let Self { fields, people } = self;
        let cell = |field: &CustomField| {
            let value = values.get(field.key.as_str()).copied().unwrap_or_default();
            match field.kind {
                CustomFieldKind::Choice | CustomFieldKind::Choices => {
                    let chosen =
                        value.split(SEPARATOR).filter(|id| !id.is_empty()).map(|id| label(field, id));
                    Cell::Text(chosen.collect::<Vec<_>>().join("; "))
                }
                CustomFieldKind::Person if !value.is_empty() => {
                    let known = people.entry(value.to_owned());
                    Cell::Text(known.or_insert_with(|| name_of(conn, value)).clone())
                }
                CustomFieldKind::Number => Cell::Number(value.to_owned()),
                CustomFieldKind::Date => Cell::Day(value.to_owned()),
                _ => Cell::Text(value.to_owned()),
            }
        };
        fields.iter().map(cell).collect()
    }
}

/// What an option says. One that was taken out is named by its id.
fn label<'f>(field: &'f CustomField, id: &'f str) -> &'f str {
    field.options.0.iter().find(|option| option.id == id).map_or(id, |option| option.item.label.as_str())
}

fn name_of(conn: &Connection, id: &str) -> String {
    let row = id.parse().ok().and_then(|id| get(conn, Member::NAME, id).ok().flatten());
    row.map_or_else(|| id.to_owned(), |row| rules::text(&row.fields, "name").to_owned())
}
