//! From a JSON body to fields or edits, by the declaration: what cannot be is named field by field.

use serde_json::{Map, Value};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::edit::edits_between;
use zumodra_shared::schema::{Edit, EntityDef, FieldDef, FieldKind, Fields, Scalar, check};

/// What a response has beside the fields: a body that brings it back is told that it cannot be written.
pub const STAMPS: [&str; 6] = ["id", "created_at", "created_by", "updated_at", "updated_by", "deleted"];

/// Makes ids of list items that came without one.
pub type ItemIds<'a> = &'a mut dyn FnMut() -> String;

/// What somebody wants a new record to hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Creation {
    /// The id that the client gave.
    pub id: Option<RecordId>,
    /// The fields that the client gave, in their one form.
    pub fields: Fields,
}

/// Reads a creation. Whether the whole is valid is for [`validated`], once what may be left out is filled in.
///
/// # Errors
/// [`Code::InvalidFields`] naming unknown fields and wrong shapes, [`Code::FieldNotWritable`] naming what only the
/// server writes.
pub fn creation(
    def: &EntityDef,
    mut body: Map<String, Value>,
    ids: ItemIds<'_>,
) -> Result<Creation, Problem> {
    let id = body.remove("id").map(|id| client_id(&id)).transpose()?;
    writable(def, &body, |field| !field.server)?;
    let fields = shaped(def, body, &Fields::new(), ids)?;
    Ok(Creation { id, fields })
}

/// Whether a new record of these fields is valid by itself.
///
/// # Errors
/// [`Code::InvalidFields`] with a message per field.
pub fn validated(def: &EntityDef, fields: &Fields) -> Result<(), Problem> {
    let mut whole = def.defaults();
    whole.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
    check::validate(def, &whole)
}

/// Reads a partial change: the edits that lead from the present fields to what the body says.
///
/// # Errors
/// As [`creation`], and for fields that are only written at creation.
pub fn changes(
    def: &EntityDef,
    body: Map<String, Value>,
    present: &Fields,
    ids: ItemIds<'_>,
) -> Result<Vec<Edit>, Problem> {
    writable(def, &body, |field| !field.server && !field.immutable)?;
    let present = &completed(def, present);
    let wanted = shaped(def, body, present, ids)?;
    let mut merged = present.clone();
    merged.extend(wanted.iter().map(|(name, value)| (name.clone(), value.clone())));
    if let Err(mut problem) = check::validate(def, &merged) {
        // Only what the body says can be wrong with the body.
        problem.fields.retain(|name, _| wanted.contains_key(name));
        if !problem.fields.is_empty() {
            return Err(problem);
        }
    }
    let nothing = Value::Null;
    let edits = def.fields.iter().filter_map(|field| {
        let (is, was) = (wanted.get(field.name)?, present.get(field.name).unwrap_or(&nothing));
        (is != was).then(|| edits_between(field, was, is))
    });
    Ok(edits.flatten().collect())
}

/// An id that a client made: ids are ordered by time, so only version 7 is taken.
fn client_id(value: &Value) -> Result<RecordId, Problem> {
    let id = value.as_str().and_then(|text| text.parse::<RecordId>().ok());
    id.filter(|id| id.get_version_num() == 7 && id.get_variant() == uuid::Variant::RFC4122)
        .ok_or_else(|| Problem::new(Code::InvalidFields).field("id", "Give a UUID of version 7, or none."))
}

fn writable(def: &EntityDef, body: &Map<String, Value>, may: fn(&FieldDef) -> bool) -> Result<(), Problem> {
    let mut unknown = Problem::new(Code::InvalidFields);
    let mut closed = Problem::new(Code::FieldNotWritable);
    for name in body.keys() {
        match def.field(name) {
            Some(field) if may(field) => {}
            Some(_) => closed = closed.field(name, "This cannot be changed by hand."),
            None if STAMPS.contains(&name.as_str()) => {
                closed = closed.field(name, "This cannot be changed by hand.");
            }
            None => unknown = unknown.field(name, "There is no such field."),
        }
    }
    if !unknown.fields.is_empty() {
        return Err(unknown);
    }
    if closed.fields.is_empty() { Ok(()) } else { Err(closed) }
}

/// An item of which nothing was said.
fn fresh(items: &[FieldDef]) -> Map<String, Value> {
    items.iter().map(|field| (field.name.to_owned(), field.default_value())).collect()
}

/// What is present, with whole items: a field that came with a later version is in no item that was stored before.
fn completed(def: &EntityDef, present: &Fields) -> Fields {
    let mut whole = present.clone();
    for field in def.fields {
        let FieldKind::List(items) = field.kind else { continue };
        let list = whole.get_mut(field.name).and_then(Value::as_array_mut);
        for item in list.into_iter().flatten().filter_map(Value::as_object_mut) {
            let said = std::mem::take(item);
            *item = fresh(items);
            item.extend(said);
        }
    }
    whole
}

/// The values of a body in the one form that is stored.
fn shaped(
    def: &EntityDef,
    body: Map<String, Value>,
    present: &Fields,
    ids: ItemIds<'_>,
) -> Result<Fields, Problem> {
    let mut problem = Problem::new(Code::InvalidFields);
    let mut fields = Fields::new();
    for (name, value) in body {
        let Some(field) = def.field(&name) else { continue };
        let shaped = match (field.kind, value) {
            (FieldKind::Set(scalar), Value::Array(members)) => members_of(scalar, members),
            (FieldKind::List(items), Value::Array(list)) => {
                items_of(items, list, present.get(field.name), ids)
            }
            (FieldKind::Register(Scalar::Ref(_)), Value::String(id)) => Ok(canonical_id(id)),
            (FieldKind::Register(Scalar::Choice(known)), Value::String(name))
                if !known.contains(&name.as_str()) =>
            {
                Err(format!("Choose one of: {}.", known.join(", ")))
            }
            (_, value) => Ok(value),
        };
        match shaped {
            Ok(value) => {
                fields.insert(name, value);
            }
            Err(message) => problem = problem.field(name, message),
        }
    }
    if problem.fields.is_empty() { Ok(fields) } else { Err(problem) }
}

/// An id has one form, so that it is the same text wherever it is compared; what is no id is refused later.
fn canonical_id(text: String) -> Value {
    text.parse::<RecordId>().map_or(Value::String(text), |id| id.to_string().into())
}

fn members_of(scalar: Scalar, members: Vec<Value>) -> Result<Value, String> {
    let mut texts = std::collections::BTreeSet::new();
    for member in members {
        let Value::String(text) = member else { return Err("Every entry is a text.".to_owned()) };
        texts.insert(match (scalar, canonical_id(text)) {
            (Scalar::Ref(_), Value::String(id)) => id,
            (_, Value::String(text)) => text.trim().to_owned(),
            (_, _) => continue,
        });
    }
    Ok(texts.into_iter().collect())
}

/// The items of a list, each with its id and all its fields: what an item leaves out stays as it is.
fn items_of(
    items: &[FieldDef],
    list: Vec<Value>,
    present: Option<&Value>,
    ids: ItemIds<'_>,
) -> Result<Value, String> {
    let held = |id: &str| present?.as_array()?.iter().find(|item| item["id"] == id)?.as_object().cloned();
    let mut whole = Vec::with_capacity(list.len());
    for (at, item) in list.into_iter().enumerate() {
        let wrong = |what: &str| Err(format!("Entry {}: {what}", at + 1));
        let Value::Object(given) = item else { return wrong("this is not an object.") };
        if let Some(name) = given.keys().find(|name| *name != "id" && !items.iter().any(|f| f.name == *name))
        {
            return wrong(&format!("there is no field {name:?}."));
        }
        let id = match given.get("id") {
            None => ids(),
            Some(Value::String(id)) => id.clone(),
            Some(_) => return wrong("an id is a text."),
        };
        if whole.iter().any(|other: &Value| other["id"] == id.as_str()) {
            return wrong("another entry has the same id.");
        }
        let mut item: Map<String, Value> = held(&id).unwrap_or_else(|| fresh(items));
        item.extend(given);
        item.insert("id".to_owned(), id.into());
        whole.push(Value::Object(item));
    }
    Ok(Value::Array(whole))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use zumodra_shared::ats::{Candidate, Job, Pipeline};
    use zumodra_shared::schema::Entity as _;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().expect("an object")
    }

    fn patched(def: &EntityDef, present: Value, body: Value) -> Result<Vec<Edit>, Problem> {
        let mut whole = def.defaults();
        whole.extend(object(present));
        changes(def, object(body), &whole, &mut || "new".to_owned())
    }

    #[test]
    fn a_set_given_as_a_whole_becomes_additions_and_removals() {
        let present = json!({"first_name": "Ada", "skills": ["C", "Rust"]});
        let edits =
            patched(&Candidate::DEF, present, json!({"skills": [" SQL ", "Rust", "SQL"]})).expect("fits");
        assert_eq!(edits, [Edit::remove("skills", "C"), Edit::add("skills", "SQL")]);
    }

    #[test]
    fn a_list_given_as_a_whole_becomes_edits_of_the_items_that_differ() {
        let stage = |id: &str, name: &str| json!({"id": id, "name": name, "kind": "new", "color": "", "target_days": null});
        let present = json!({"name": "P", "stages": [stage("a", "A"), stage("b", "B"), stage("c", "C")]});
        let body = json!({"stages": [{"id": "c"}, {"id": "a", "name": "Z"}, {"name": "New"}]});
        let edits = patched(&Pipeline::DEF, present, body).expect("fits");
        let ops: Vec<Value> = edits.iter().map(|edit| json!(edit.op)).collect();
        assert_eq!(ops[0], json!({"op": "item_remove", "item": "b"}));
        assert_eq!(ops[1], json!({"op": "item_put", "item": "c", "after": "", "values": {}}));
        assert_eq!(ops[2], json!({"op": "item_put", "item": "a", "after": null, "values": {"name": "Z"}}));
        assert_eq!((&ops[3]["item"], &ops[3]["after"]), (&json!("new"), &json!("a")));
    }

    #[test]
    fn what_is_unknown_or_not_writable_is_named() {
        let present = json!({"title": "T"});
        let problem = patched(&Job::DEF, present.clone(), json!({"titel": "x", "status": "open"}))
            .expect_err("unknown");
        assert_eq!((problem.code, problem.fields.contains_key("titel")), (Code::InvalidFields, true));
        let problem = patched(&Job::DEF, present, json!({"status": "open", "id": "x"})).expect_err("closed");
        assert_eq!(problem.code, Code::FieldNotWritable);
        assert_eq!(problem.fields.keys().collect::<Vec<_>>(), ["id", "status"]);
    }

    #[test]
    fn a_value_that_stays_is_no_edit() {
        let present = json!({"title": "T", "team": "Red"});
        assert_eq!(patched(&Job::DEF, present, json!({"title": "T", "team": "Red"})).expect("fits"), []);
    }
}
