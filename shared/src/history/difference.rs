//! What a change did to the fields of a record, as the projection shows it.

use serde::Serialize;
use serde_json::Value;

use crate::schema::crdt::Shown;
use crate::schema::{EntityDef, FieldDef, FieldKind};

/// What a step did to a field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldStep {
    /// The field.
    pub field: String,
    /// What it showed before; what an untouched record shows, for the change that made the record.
    pub before: Value,
    /// What it showed afterwards.
    pub after: Value,
    /// What of it is different.
    #[serde(flatten)]
    pub difference: Difference,
    /// What the change wrote, where somebody else wrote something at the same time and that stayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overruled: Option<Value>,
    /// Whether the values are left out, because there was no room for them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub omitted: bool,
}

impl FieldStep {
    /// Leaves the values out unless there is room for them, which is then less.
    pub(super) fn fit(&mut self, room: &mut usize) {
        let bytes = serde_json::to_string(self).map_or(0, |text| text.len());
        if bytes <= *room {
            *room -= bytes;
            return;
        }
        (self.before, self.after, self.overruled, self.omitted) = (Value::Null, Value::Null, None, true);
        match &mut self.difference {
            Difference::Value | Difference::Text => {}
            Difference::Set { added, removed } => {
                added.clear();
                removed.clear();
            }
            Difference::List { added, removed, changed, .. } => {
                added.clear();
                removed.clear();
                changed.clear();
            }
        }
    }
}

/// How two values of a field differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Difference {
    /// One value stands for another.
    Value,
    /// A text reads otherwise.
    Text,
    /// Members came and went.
    Set {
        /// Those that came.
        added: Vec<Value>,
        /// Those that went.
        removed: Vec<Value>,
    },
    /// Items came, went, or read otherwise.
    List {
        /// Those that came.
        added: Vec<Value>,
        /// Those that went.
        removed: Vec<Value>,
        /// Those that read otherwise.
        changed: Vec<ItemPair>,
        /// Whether those that stayed stand in another order.
        reordered: bool,
    },
}

/// An item before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ItemPair {
    /// Before.
    pub before: Value,
    /// Afterwards.
    pub after: Value,
}

/// The fields that differ between two states of a record, in the order of the declaration, and those that an actor
/// wrote in vain.
pub(super) fn fields(def: &EntityDef, before: Option<&Shown>, after: &Shown, actor: &[u8]) -> Vec<FieldStep> {
    let of = |field: &FieldDef| {
        let was = before.and_then(|before| before.fields.get(field.name)).cloned();
        let was = was.unwrap_or_else(|| field.default_value());
        let is = after.fields.get(field.name).cloned().unwrap_or_else(|| field.default_value());
        let overruled = overruled(field, before, after, actor);
        if was == is && overruled.is_none() {
            return None;
        }
        let difference = difference(field.kind, &was, &is);
        let field = field.name.to_owned();
        Some(FieldStep { field, before: was, after: is, difference, overruled, omitted: false })
    };
    def.fields.iter().filter_map(of).collect()
}

/// What an actor newly wrote to a register without winning.
fn overruled(field: &FieldDef, before: Option<&Shown>, after: &Shown, actor: &[u8]) -> Option<Value> {
    let lost = |shown: &Shown| {
        let contenders = shown.conflicts.get(field.name)?.iter().skip(1);
        contenders.filter(|one| one.actor == actor).map(|one| one.value.clone()).next()
    };
    let now = lost(after)?;
    (before.and_then(lost).as_ref() != Some(&now)).then_some(now)
}

fn difference(kind: FieldKind, was: &Value, is: &Value) -> Difference {
    match kind {
        FieldKind::Register(_) | FieldKind::Counter => Difference::Value,
        FieldKind::Text => Difference::Text,
        FieldKind::Set(_) => {
            let (was, is) = (members(was), members(is));
            Difference::Set { added: without(is, was), removed: without(was, is) }
        }
        FieldKind::List(_) => items(members(was), members(is)),
    }
}

fn members(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn without(some: &[Value], others: &[Value]) -> Vec<Value> {
    some.iter().filter(|one| !others.contains(one)).cloned().collect()
}

fn items(was: &[Value], is: &[Value]) -> Difference {
    let by_id = |list: &'_ [Value], item: &Value| list.iter().position(|other| other["id"] == item["id"]);
    let added = is.iter().filter(|item| by_id(was, item).is_none()).cloned().collect();
    let removed = was.iter().filter(|item| by_id(is, item).is_none()).cloned().collect();
    let stayed: Vec<(usize, &Value)> = is.iter().filter_map(|item| Some((by_id(was, item)?, item))).collect();
    let changed = stayed.iter().filter(|(at, item)| was[*at] != **item);
    let changed = changed.map(|(at, item)| ItemPair { before: was[*at].clone(), after: (*item).clone() });
    let reordered = !stayed.is_sorted_by_key(|(at, _)| *at);
    Difference::List { added, removed, changed: changed.collect(), reordered }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn items_are_told_apart_by_their_ids() {
        let item = |id: &str, name: &str| json!({"id": id, "name": name});
        let was = [item("a", "A"), item("b", "B"), item("c", "C")];
        let is = [item("c", "C"), item("a", "Z"), item("d", "D")];
        let expected = Difference::List {
            added: vec![item("d", "D")],
            removed: vec![item("b", "B")],
            changed: vec![ItemPair { before: item("a", "A"), after: item("a", "Z") }],
            reordered: true,
        };
        assert_eq!(items(&was, &is), expected);
    }
}
