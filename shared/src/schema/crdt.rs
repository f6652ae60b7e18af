//! The Automerge shape of a record.
//!
//! Everything but text lies flat in the document's root, so that no two replicas ever create the same container:
//! a register at `field`, a member of a set at `field/member`, an item of a list at `field/item` (its place) with its
//! fields at `field/item/name`. A merging text is a Text object at `field`, created with the record. Removing an item
//! deletes its place; what somebody else still writes to its fields then stays invisible.

use std::collections::BTreeMap;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, ObjType, ROOT, ReadDoc, ScalarValue, Value as CrdtValue};
use serde_json::{Value, json};

use super::{DELETED, Edit, EditOp, EntityDef, FieldDef, FieldKind, Fields, Scalar};
use crate::kernel::limits::{MAX_ITEM_ID_CHARS, MAX_MEMBER_CHARS};
use crate::kernel::{Code, Problem, RecordId};

/// A record as its document shows it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shown {
    /// The declared fields, each with a value.
    pub fields: Fields,
    /// Whether the record is deleted.
    pub deleted: bool,
    /// Keys of the root that no declaration names: written by a newer version, kept, not shown.
    pub unknown: usize,
    /// Registers with more than one concurrent value: the field's name, the winner first.
    pub conflicts: BTreeMap<String, Vec<Contender>>,
}

/// One of several concurrent values of a register.
#[derive(Debug, Clone, PartialEq)]
pub struct Contender {
    /// The value as the projection shows it.
    pub value: Value,
    /// The actor that wrote it.
    pub actor: Vec<u8>,
}

/// Reads a record out of its document.
#[must_use]
pub fn read(def: &EntityDef, doc: &AutoCommit) -> Shown {
    let mut shown = Shown { fields: def.defaults(), ..Shown::default() };
    let mut lists: BTreeMap<(&str, String), ItemParts> = BTreeMap::new();
    for entry in doc.map_range(&ROOT, ..) {
        let key = entry.key.as_ref();
        if key == DELETED {
            shown.deleted = matches!(doc.get(&ROOT, key), Ok(Some((v, _))) if v.as_bool() == Some(true));
            continue;
        }
        let (name, rest) = key.split_once('/').map_or((key, None), |(name, rest)| (name, Some(rest)));
        let Some(field) = def.field(name) else {
            shown.unknown += 1;
            continue;
        };
        let Ok(Some((value, object))) = doc.get(&ROOT, key) else { continue };
        match (field.kind, rest) {
            (FieldKind::Register(scalar), None) => {
                shown.fields.insert(name.to_owned(), to_json(scalar, &value));
                if entry.conflict {
                    shown.conflicts.insert(name.to_owned(), contenders(doc, key, scalar));
                }
            }
            (FieldKind::Counter, None) => {
                shown.fields.insert(name.to_owned(), json!(value.as_i64().unwrap_or_default()));
            }
            (FieldKind::Text, None) => {
                let text = doc.text(&object).unwrap_or_default();
                shown.fields.insert(name.to_owned(), json!(text));
            }
            (FieldKind::Set(_), Some(member)) => {
                if let Some(Value::Array(members)) = shown.fields.get_mut(name) {
                    members.push(json!(member));
                }
            }
            (FieldKind::List(items), Some(rest)) => {
                let (item, sub) = rest.split_once('/').map_or((rest, None), |(i, s)| (i, Some(s)));
                let parts = lists.entry((field.name, item.to_owned())).or_default();
                match sub {
                    None => parts.place = value.as_str().map(str::to_owned),
                    Some(sub) => {
                        if let Some(FieldKind::Register(scalar)) =
                            items.iter().find(|f| f.name == sub).map(|f| f.kind)
                        {
                            parts.values.insert(sub.to_owned(), to_json(scalar, &value));
                        }
                    }
                }
            }
            _ => shown.unknown += 1,
        }
    }
    place_items(def, &mut shown.fields, lists);
    shown
}

#[derive(Default)]
struct ItemParts {
    /// Absent when the item was removed and somebody else still wrote to one of its fields.
    place: Option<String>,
    values: Fields,
}

fn place_items(def: &EntityDef, fields: &mut Fields, lists: BTreeMap<(&str, String), ItemParts>) {
    let mut placed: Vec<(&str, String, String, Fields)> = lists
        .into_iter()
        .filter_map(|((field, id), parts)| Some((field, parts.place?, id, parts.values)))
        .collect();
    placed.sort_by(|a, b| (a.0, &a.1, &a.2).cmp(&(b.0, &b.1, &b.2)));
    for (name, _, id, values) in placed {
        let Some(FieldKind::List(items)) = def.field(name).map(|f| f.kind) else { continue };
        let mut item: Fields = items.iter().map(|f| (f.name.to_owned(), f.default_value())).collect();
        item.insert("id".to_owned(), json!(id));
        item.extend(values);
        if let Some(Value::Array(list)) = fields.get_mut(name) {
            list.push(Value::Object(item));
        }
    }
}

fn contenders(doc: &AutoCommit, key: &str, scalar: Scalar) -> Vec<Contender> {
    let mut all: Vec<Contender> = doc
        .get_all(&ROOT, key)
        .unwrap_or_default()
        .into_iter()
        .map(|(value, id)| Contender {
            value: to_json(scalar, &value),
            actor: match id {
                automerge::ObjId::Id(_, actor, _) => actor.to_bytes().to_vec(),
                automerge::ObjId::Root => Vec::new(),
            },
        })
        .collect();
    // Automerge lists the winner last.
    all.reverse();
    all
}

fn to_json(scalar: Scalar, value: &CrdtValue<'_>) -> Value {
    let CrdtValue::Scalar(value) = value else { return Value::Null };
    match (scalar, value.as_ref()) {
        (_, ScalarValue::Str(text)) => json!(text.as_str()),
        (_, ScalarValue::Int(n) | ScalarValue::Timestamp(n)) => json!(n),
        (_, ScalarValue::Boolean(yes)) => json!(yes),
        (Scalar::Ref(_), ScalarValue::Bytes(bytes)) => {
            RecordId::from_slice(bytes).map_or(Value::Null, |id| json!(id.to_string()))
        }
        _ => Value::Null,
    }
}

fn to_crdt(field: &FieldDef, scalar: Scalar, value: &Value) -> Result<ScalarValue, Problem> {
    let wrong = |what: &str| Err(Problem::new(Code::InvalidFields).field(field.name, what));
    Ok(match (scalar, value) {
        (_, Value::Null) if field.nullable => ScalarValue::Null,
        (Scalar::Ref(_), Value::String(text)) => match text.parse::<RecordId>() {
            Ok(id) => ScalarValue::Bytes(id.as_bytes().to_vec()),
            Err(_) => return wrong("This is not the id of a record."),
        },
        (Scalar::Str | Scalar::Date | Scalar::Choice(_), Value::String(text)) => text.as_str().into(),
        (Scalar::Int | Scalar::Instant, Value::Number(n)) => match n.as_i64() {
            Some(n) => n.into(),
            None => return wrong("This is not a whole number."),
        },
        (Scalar::Bool, Value::Bool(yes)) => (*yes).into(),
        _ => return wrong("This value has the wrong type."),
    })
}

/// A new document with the texts of the kind in it and nothing committed.
#[must_use]
pub fn new_document(def: &EntityDef, actor: ActorId) -> AutoCommit {
    let mut doc = AutoCommit::new().with_actor(actor);
    for field in def.fields.iter().filter(|f| f.kind == FieldKind::Text) {
        // Putting an object at the root of an empty document cannot fail.
        let _ = doc.put_object(&ROOT, field.name, ObjType::Text);
    }
    doc
}

/// Does edits to a document, without committing.
///
/// # Errors
/// [`Code::InvalidFields`] with a message per field when an edit does not fit its field; some edits may then have been
/// done: the caller rolls back.
pub fn apply(def: &EntityDef, doc: &mut AutoCommit, edits: &[Edit]) -> Result<(), Problem> {
    for edit in edits {
        apply_one(def, doc, edit)?;
    }
    Ok(())
}

fn apply_one(def: &EntityDef, doc: &mut AutoCommit, edit: &Edit) -> Result<(), Problem> {
    if edit.field == DELETED {
        let EditOp::Set { value: Value::Bool(deleted) } = edit.op else { return Err(misfit(&edit.field)) };
        return doc.put(&ROOT, DELETED, deleted).map_err(|_| misfit(&edit.field));
    }
    let Some(field) = def.field(&edit.field) else { return Err(misfit(&edit.field)) };
    let done = match (field.kind, &edit.op) {
        (FieldKind::Register(scalar), EditOp::Set { value }) => {
            let value = to_crdt(field, scalar, value)?;
            // Of concurrent values, Automerge would settle on the winner by deleting the losers, which is no way to
            // write a register: another value in between makes the choice an assignment like every other.
            let contended = doc.get_all(&ROOT, field.name).is_ok_and(|values| values.len() > 1);
            let settled = if contended { doc.put(&ROOT, field.name, ScalarValue::Null) } else { Ok(()) };
            settled.and_then(|()| doc.put(&ROOT, field.name, value))
        }
        (FieldKind::Text, EditOp::Text { value }) => {
            let object = match doc.get(&ROOT, field.name) {
                Ok(Some((CrdtValue::Object(ObjType::Text), object))) => Ok(object),
                _ => doc.put_object(&ROOT, field.name, ObjType::Text),
            };
            object.and_then(|object| doc.update_text(&object, value))
        }
        (FieldKind::Set(_), EditOp::Add { value }) => {
            let key = format!("{}/{}", field.name, member(field, value)?);
            doc.put(&ROOT, key, true)
        }
        (FieldKind::Set(_), EditOp::Remove { value }) => {
            remove_key(doc, format!("{}/{}", field.name, member(field, value)?))
        }
        (FieldKind::Counter, EditOp::Increment { by }) => match doc.get(&ROOT, field.name) {
            Ok(Some(_)) => doc.increment(&ROOT, field.name, *by),
            _ => doc.put(&ROOT, field.name, ScalarValue::counter(*by)),
        },
        (FieldKind::List(items), EditOp::ItemPut { item, after, values }) => {
            return put_item(doc, field, items, item, after.as_deref(), values);
        }
        (FieldKind::List(_), EditOp::ItemRemove { item }) => {
            remove_key(doc, format!("{}/{}", field.name, item_id(field, item)?))
        }
        _ => return Err(misfit(&edit.field)),
    };
    done.map_err(|_| misfit(&edit.field))
}

fn remove_key(doc: &mut AutoCommit, key: String) -> Result<(), automerge::AutomergeError> {
    match doc.get(&ROOT, key.as_str())? {
        Some(_) => doc.delete(&ROOT, key),
        None => Ok(()),
    }
}

fn put_item(
    doc: &mut AutoCommit,
    field: &FieldDef,
    items: &[FieldDef],
    item: &str,
    after: Option<&str>,
    values: &BTreeMap<String, Value>,
) -> Result<(), Problem> {
    let item = item_id(field, item)?;
    let place_key = format!("{}/{item}", field.name);
    let present = matches!(doc.get(&ROOT, place_key.as_str()), Ok(Some(_)));
    if !present || after.is_some() {
        for (id, place) in places_after(doc, field.name, item, after) {
            doc.put(&ROOT, format!("{}/{id}", field.name), place).map_err(|_| misfit(field.name))?;
        }
    }
    for (name, value) in values {
        let sub =
            items.iter().find(|f| f.name == name).ok_or_else(|| misfit(&format!("{}.{name}", field.name)))?;
        let FieldKind::Register(scalar) = sub.kind else { return Err(misfit(name)) };
        let value = to_crdt(sub, scalar, value)?;
        doc.put(&ROOT, format!("{place_key}/{name}"), value).map_err(|_| misfit(name))?;
    }
    Ok(())
}

/// The place text that sorts an item after another one (`Some("")`: first, `None`: last), with those of the items that
/// have to give way: items that were put at one place by several people at once leave no room between them.
fn places_after(doc: &AutoCommit, field: &str, item: &str, after: Option<&str>) -> Vec<(String, String)> {
    let prefix = format!("{field}/");
    let mut others: Vec<(String, String)> = doc
        .map_range(&ROOT, ..)
        .filter_map(|entry| {
            let id = entry.key.strip_prefix(&prefix)?;
            if id.contains('/') || id == item {
                return None;
            }
            let (value, _) = doc.get(&ROOT, entry.key.as_ref()).ok()??;
            Some((value.as_str()?.to_owned(), id.to_owned()))
        })
        .collect();
    others.sort();
    let index = match after {
        None => others.len(),
        Some("") => 0,
        Some(other) => others.iter().position(|(_, id)| id == other).map_or(others.len(), |at| at + 1),
    };
    let mut low = index.checked_sub(1).map_or("", |at| others[at].0.as_str()).to_owned();
    let behind = &others[index..];
    let high = |giving_way: usize| behind.get(giving_way).map(|(place, _)| place.as_str());
    let fits = |giving_way: &usize| {
        let place = between(&low, high(*giving_way));
        place > low && high(*giving_way).is_none_or(|high| place.as_str() < high)
    };
    let giving_way = (0..behind.len()).find(fits).unwrap_or(behind.len());
    let moving = std::iter::once(item).chain(behind[..giving_way].iter().map(|(_, id)| id.as_str()));
    moving
        .map(|id| {
            low = between(&low, high(giving_way));
            (id.to_owned(), low.clone())
        })
        .collect()
}

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A text that sorts strictly between two others: fractions in base 62, where an absent digit is zero.
fn between(low: &str, high: Option<&str>) -> String {
    let digit = |text: &str, at: usize| {
        text.as_bytes().get(at).and_then(|b| DIGITS.iter().position(|d| d == b)).unwrap_or(0)
    };
    let mut place = String::new();
    let mut bounded = true;
    for at in 0.. {
        let from = digit(low, at);
        let to = match high {
            Some(high) if bounded && at < high.len() => digit(high, at),
            _ => DIGITS.len(),
        };
        if to > from + 1 {
            place.push(DIGITS[from.midpoint(to)] as char);
            return place;
        }
        place.push(DIGITS[from] as char);
        // Once a digit is below the upper bound's, every continuation is too.
        bounded &= to == from;
        // Nothing is between equal texts.
        if at > low.len() + high.map_or(0, str::len) {
            return place;
        }
    }
    place
}

fn member<'v>(field: &FieldDef, value: &'v str) -> Result<&'v str, Problem> {
    let value = value.trim();
    if value.is_empty() || value.chars().count() > MAX_MEMBER_CHARS || value.chars().any(char::is_control) {
        let message = format!("Each entry has 1 to {MAX_MEMBER_CHARS} characters.");
        return Err(Problem::new(Code::InvalidFields).field(field.name, message));
    }
    Ok(value)
}

fn item_id<'v>(field: &FieldDef, item: &'v str) -> Result<&'v str, Problem> {
    let fits = !item.is_empty()
        && item.len() <= MAX_ITEM_ID_CHARS
        && item.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if fits { Ok(item) } else { Err(misfit(field.name)) }
}

fn misfit(field: &str) -> Problem {
    Problem::new(Code::InvalidFields).field(field, "This edit does not fit the field.")
}

/// Commits what was done to a document and returns the change's bytes (uncompressed), or `None` when nothing was done.
///
/// `at` is the author's clock, in milliseconds; it is shown to people and trusted by nobody.
#[must_use]
pub fn commit(doc: &mut AutoCommit, at: i64) -> Option<Vec<u8>> {
    doc.commit_with(CommitOptions::default().with_time(at / 1000))?;
    doc.get_last_local_change().map(|change| change.raw_bytes().to_vec())
}

/// The first change of a new record: the document and the change's bytes.
///
/// # Errors
/// [`Code::InvalidFields`] when a value does not fit its field.
pub fn create(
    def: &EntityDef,
    fields: &Fields,
    actor: ActorId,
    at: i64,
) -> Result<(AutoCommit, Vec<u8>), Problem> {
    let mut doc = new_document(def, actor);
    apply(def, &mut doc, &super::edit::edits_for(def, fields))?;
    let bytes = match commit(&mut doc, at) {
        Some(bytes) => bytes,
        None => {
            // A kind without texts whose every field has its default: the record still has to begin with a change.
            doc.put(&ROOT, DELETED, false).map_err(|_| misfit(DELETED))?;
            commit(&mut doc, at).ok_or_else(|| Problem::new(Code::Internal))?
        }
    };
    Ok((doc, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage_ids(doc: &AutoCommit) -> Vec<String> {
        let shown = read(pipelines(), doc);
        let stages = shown.fields["stages"].as_array().expect("a list");
        stages.iter().map(|stage| stage["id"].as_str().expect("an id").to_owned()).collect()
    }

    fn pipelines() -> &'static EntityDef {
        crate::registry::by_name("pipelines").expect("pipelines")
    }

    fn put(doc: &mut AutoCommit, item: &str, after: Option<&str>) {
        let op = EditOp::ItemPut {
            item: item.to_owned(),
            after: after.map(str::to_owned),
            values: BTreeMap::new(),
        };
        apply(pipelines(), doc, &[Edit { field: "stages".to_owned(), op }]).expect("fits");
        let _made = commit(doc, 0);
    }

    #[test]
    fn an_item_goes_between_items_that_several_people_put_at_one_place() {
        let mut doc = new_document(pipelines(), ActorId::from(vec![1; 16]));
        put(&mut doc, "first", None);
        let base = doc.get_heads();
        for (at, item) in ["a", "b", "c"].into_iter().enumerate() {
            let mut other = doc.fork_at(&base).expect("forks");
            other.set_actor(ActorId::from(vec![at as u8 + 2; 16]));
            put(&mut other, item, None);
            doc.merge(&mut other).expect("merges");
        }
        assert_eq!(stage_ids(&doc), ["first", "a", "b", "c"]);
        put(&mut doc, "x", Some("a"));
        assert_eq!(stage_ids(&doc), ["first", "a", "x", "b", "c"]);
        put(&mut doc, "c", Some("a"));
        assert_eq!(stage_ids(&doc), ["first", "a", "c", "x", "b"]);
        put(&mut doc, "y", Some("first"));
        assert_eq!(stage_ids(&doc), ["first", "y", "a", "c", "x", "b"]);
    }

    #[test]
    fn a_place_between_two_others_sorts_between_them() {
        let mut places = vec![between("", None)];
        for step in 0..200 {
            let at = (step * 7) % (places.len() + 1);
            let low = at.checked_sub(1).map_or("", |i| places[i].as_str()).to_owned();
            let place = between(&low, places.get(at).map(String::as_str));
            places.insert(at, place);
            assert!(places.is_sorted_by(|a, b| a < b), "{places:?}");
        }
    }
}
