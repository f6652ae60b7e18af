//! Typed edits: what a person did to a record, kept beside the change that carries it so that it can be shown,
//! taken back, and done again on another base when the server refused something it was built on.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{DELETED, EntityDef, FieldDef, FieldKind, Fields};

/// One edit of one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// The field's name, or [`DELETED`].
    pub field: String,
    /// What is done to it.
    #[serde(flatten)]
    pub op: EditOp,
}

/// What is done to a field. Which of these fits is decided by the field's kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum EditOp {
    /// Gives a register a value.
    Set {
        /// The value as the projection shows it.
        value: Value,
    },
    /// Gives a merging text its new whole; the splices are found by comparison.
    Text {
        /// The new whole.
        value: String,
    },
    /// Adds a member to a set.
    Add {
        /// The member.
        value: String,
    },
    /// Removes a member from a set.
    Remove {
        /// The member.
        value: String,
    },
    /// Adds to a counter.
    Increment {
        /// How much; may be negative.
        by: i64,
    },
    /// Puts an item into a list, or changes some of its fields.
    ItemPut {
        /// The item's id.
        item: String,
        /// `None` keeps the place (or appends a new item), an empty text is the first place, else after that item.
        #[serde(default)]
        after: Option<String>,
        /// The item's fields to set.
        #[serde(default)]
        values: BTreeMap<String, Value>,
    },
    /// Removes an item from a list.
    ItemRemove {
        /// The item's id.
        item: String,
    },
}

impl Edit {
    /// Gives a register a value.
    #[must_use]
    pub fn set(field: &str, value: impl Into<Value>) -> Self {
        Self { field: field.to_owned(), op: EditOp::Set { value: value.into() } }
    }

    /// Gives a merging text its new whole.
    #[must_use]
    pub fn text(field: &str, value: impl Into<String>) -> Self {
        Self { field: field.to_owned(), op: EditOp::Text { value: value.into() } }
    }

    /// Adds a member to a set.
    #[must_use]
    pub fn add(field: &str, value: impl Into<String>) -> Self {
        Self { field: field.to_owned(), op: EditOp::Add { value: value.into() } }
    }

    /// Removes a member from a set.
    #[must_use]
    pub fn remove(field: &str, value: impl Into<String>) -> Self {
        Self { field: field.to_owned(), op: EditOp::Remove { value: value.into() } }
    }

    /// Deletes (`true`) or restores (`false`) the record.
    #[must_use]
    pub fn deleted(deleted: bool) -> Self {
        Self::set(DELETED, deleted)
    }
}

/// The edits that make a new record hold `fields`: what differs from an untouched record.
#[must_use]
pub fn edits_for(def: &EntityDef, fields: &Fields) -> Vec<Edit> {
    let defaults = def.defaults();
    let mut edits = Vec::new();
    for field in def.fields {
        let Some(value) = fields.get(field.name) else { continue };
        if defaults.get(field.name) == Some(value) {
            continue;
        }
        match (field.kind, value) {
            (FieldKind::Register(_), _) => edits.push(Edit::set(field.name, value.clone())),
            (FieldKind::Text, Value::String(text)) => edits.push(Edit::text(field.name, text)),
            (FieldKind::Set(_), Value::Array(members)) => {
                edits.extend(members.iter().filter_map(|m| Some(Edit::add(field.name, m.as_str()?))));
            }
            (FieldKind::Counter, Value::Number(n)) => edits.push(Edit {
                field: field.name.to_owned(),
                op: EditOp::Increment { by: n.as_i64().unwrap_or_default() },
            }),
            (FieldKind::List(_), Value::Array(items)) => {
                edits.extend(items.iter().filter_map(|item| item_put(field.name, item, None)));
            }
            // A value of the wrong shape is kept as it is, so that applying it says what is wrong with it.
            _ => edits.push(Edit::set(field.name, value.clone())),
        }
    }
    edits
}

fn item_put(field: &str, item: &Value, after: Option<String>) -> Option<Edit> {
    let item = item.as_object()?;
    let id = item.get("id")?.as_str()?.to_owned();
    let values = item.iter().filter(|(k, _)| *k != "id").map(|(k, v)| (k.clone(), v.clone())).collect();
    Some(Edit { field: field.to_owned(), op: EditOp::ItemPut { item: id, after, values } })
}

/// The edits that lead a field from one value to another, whatever others do to it meanwhile: a set's members and a
/// list's items are edited one by one.
#[must_use]
pub fn edits_between(field: &FieldDef, was: &Value, is: &Value) -> Vec<Edit> {
    match (field.kind, is) {
        (FieldKind::Text, Value::String(text)) => vec![Edit::text(field.name, text)],
        (FieldKind::Counter, Value::Number(number)) => {
            let by = number.as_i64().unwrap_or_default() - was.as_i64().unwrap_or_default();
            vec![Edit { field: field.name.to_owned(), op: EditOp::Increment { by } }]
        }
        (FieldKind::Set(_), Value::Array(members)) => set_edits(field.name, was, members),
        (FieldKind::List(_), Value::Array(list)) => list_edits(field.name, was, list),
        _ => vec![Edit::set(field.name, is.clone())],
    }
}

fn set_edits(name: &str, was: &Value, is: &[Value]) -> Vec<Edit> {
    let was = was.as_array().map(Vec::as_slice).unwrap_or_default();
    let gone = was.iter().filter(|member| !is.contains(member));
    let new = is.iter().filter(|member| !was.contains(member));
    let removes = gone.filter_map(|member| Some(Edit::remove(name, member.as_str()?)));
    let adds = new.filter_map(|member| Some(Edit::add(name, member.as_str()?)));
    removes.chain(adds).collect()
}

fn list_edits(name: &str, was: &Value, is: &[Value]) -> Vec<Edit> {
    let was = was.as_array().map(Vec::as_slice).unwrap_or_default();
    let id_of = |item: &Value| item["id"].as_str().unwrap_or_default().to_owned();
    let edit = |op| Edit { field: name.to_owned(), op };
    let wanted: Vec<String> = is.iter().map(id_of).collect();
    let (mut edits, mut order) = (Vec::new(), Vec::new());
    for id in was.iter().map(id_of) {
        if wanted.contains(&id) {
            order.push(id);
        } else {
            edits.push(edit(EditOp::ItemRemove { item: id }));
        }
    }
    for (at, (item, id)) in is.iter().zip(&wanted).enumerate() {
        let held = was.iter().find(|held| id_of(held) == *id);
        let in_place = order.get(at) == Some(id);
        let values: BTreeMap<String, Value> = item
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(sub, value)| {
                *sub != "id" && held.is_none_or(|held| held.get(sub.as_str()) != Some(*value))
            })
            .map(|(sub, value)| (sub.clone(), value.clone()))
            .collect();
        if in_place && values.is_empty() {
            continue;
        }
        let after =
            (!in_place).then(|| at.checked_sub(1).map_or_else(String::new, |before| wanted[before].clone()));
        if !in_place {
            order.retain(|other| other != id);
            order.insert(at, id.clone());
        }
        edits.push(edit(EditOp::ItemPut { item: id.clone(), after, values }));
    }
    edits
}

/// The edits that take `edits` back, given the record as it was before them.
#[must_use]
pub fn inverse(def: &EntityDef, before: &Fields, deleted_before: bool, edits: &[Edit]) -> Vec<Edit> {
    let mut back = Vec::new();
    let mut items: BTreeSet<(usize, &str, &str)> = BTreeSet::new();
    for edit in edits.iter().rev() {
        let old = before.get(&edit.field).cloned().unwrap_or(Value::Null);
        let members = old.as_array().map_or(&[][..], Vec::as_slice);
        let had = |member: &str| members.iter().any(|m| m == member);
        match &edit.op {
            EditOp::Set { .. } if edit.field == DELETED => back.push(Edit::deleted(deleted_before)),
            EditOp::Set { .. } if def.field(&edit.field).is_some() => back.push(Edit::set(&edit.field, old)),
            EditOp::Set { .. } => {}
            EditOp::Text { .. } => back.push(Edit::text(&edit.field, old.as_str().unwrap_or_default())),
            EditOp::Add { value } if !had(value) => back.push(Edit::remove(&edit.field, value)),
            EditOp::Remove { value } if had(value) => back.push(Edit::add(&edit.field, value)),
            EditOp::Add { .. } | EditOp::Remove { .. } => {}
            EditOp::Increment { by } => {
                back.push(Edit { field: edit.field.clone(), op: EditOp::Increment { by: -by } });
            }
            EditOp::ItemPut { item, .. } | EditOp::ItemRemove { item } => {
                let at = members.iter().position(|m| m["id"] == *item).unwrap_or(usize::MAX);
                items.insert((at, &edit.field, item));
            }
        }
    }
    // From the front: each item goes back behind its old neighbour, and that one is then in its place already.
    for (_, field, item) in items {
        let members = before.get(field).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        back.extend(restore_item(field, members, item));
    }
    back
}

fn restore_item(field: &str, members: &[Value], item: &str) -> Option<Edit> {
    let Some(at) = members.iter().position(|m| m["id"] == item) else {
        return Some(Edit { field: field.to_owned(), op: EditOp::ItemRemove { item: item.to_owned() } });
    };
    let after = at.checked_sub(1).map_or(json!(""), |before| members[before]["id"].clone());
    item_put(field, &members[at], after.as_str().map(str::to_owned))
}
