//! What a plain change does to a record as it shows, without its document (see [`Plain`]).

use automerge::ChangeHash;
use serde_json::{Value, json};

use super::chunk::{Effect, Plain, Write, chunks};
use crate::kernel::RecordId;
use crate::schema::crdt::Shown;
use crate::schema::{DELETED, EntityDef, FieldDef, FieldKind, Scalar};

/// Does to a record what a plain change does that was made on exactly this state of it. None, and nothing done, when
/// that takes more than is known here: the document then has to be merged.
#[must_use]
pub fn absorb(def: &EntityDef, shown: &mut Shown, change: &Plain<'_>) -> Option<()> {
    let fresh = change.is_fresh();
    let known = |Write { key, effect, .. }: &Write<'_>| {
        let (name, member) = parts(key);
        let kind = def.field(name).map(|field| field.kind);
        *key == DELETED
            || match (kind, member) {
                (Some(FieldKind::Register(_)), None) => !matches!(effect, Effect::Delete | Effect::Text(_)),
                (Some(FieldKind::Text), None) => matches!(effect, Effect::Text(_)) && fresh,
                (Some(FieldKind::Set(_)), Some(_)) => {
                    !matches!(effect, Effect::Text(_)) && shown.fields.get(name).is_none_or(Value::is_array)
                }
                _ => false,
            }
    };
    change.writes.iter().all(known).then_some(())?;
    for Write { key, effect, .. } in &change.writes {
        if *key == DELETED {
            shown.deleted = *effect == Effect::Bool(true);
            continue;
        }
        let (name, member) = parts(key);
        let field = def.field(name)?;
        match (field.kind, member, effect) {
            (FieldKind::Register(scalar), None, effect) => {
                put(shown, field, scalar_value(scalar, effect));
                shown.conflicts.remove(name);
            }
            (FieldKind::Text, None, Effect::Text(text)) => put(shown, field, json!(text)),
            (FieldKind::Set(_), Some(member), effect) => {
                if !shown.fields.contains_key(name) {
                    shown.fields.insert(name.to_owned(), json!([]));
                }
                let Some(Value::Array(members)) = shown.fields.get_mut(name) else { continue };
                let place = members.binary_search_by(|held| held.as_str().unwrap_or_default().cmp(member));
                match (place, effect) {
                    (Ok(at), Effect::Delete) => drop(members.remove(at)),
                    (Err(at), effect) if *effect != Effect::Delete => members.insert(at, json!(member)),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Some(())
}

/// The field's name in a key of the root, and what follows it.
fn parts<'k>(key: &&'k str) -> (&'k str, Option<&'k str>) {
    key.split_once('/').map_or((*key, None), |(name, rest)| (name, Some(rest)))
}

/// The record that a plain first change makes. None when it is no plain first change of this kind.
#[must_use]
pub fn created(def: &EntityDef, change: &Plain<'_>) -> Option<Shown> {
    begun(def, change, Shown { fields: def.defaults(), ..Shown::default() })
}

/// What a stored document shows that is nothing but its plain first change, as far as that says something: a field that it
/// does not write is left out. With its head. None for every other document.
#[must_use]
pub fn written(def: &EntityDef, saved: &[u8]) -> Option<(Shown, ChangeHash)> {
    let change = Plain::read(saved)?;
    Some((begun(def, &change, Shown::default())?, change.hash))
}

fn begun(def: &EntityDef, change: &Plain<'_>, mut shown: Shown) -> Option<Shown> {
    (change.is_fresh() && change.deps.is_empty() && change.seq == 1).then_some(())?;
    absorb(def, &mut shown, change)?;
    Some(shown)
}

/// The record that a stored document shows, when it is a row of plain changes, each made on the one before. None when
/// it has to be loaded.
#[must_use]
pub fn shown(def: &EntityDef, saved: &[u8]) -> Option<Shown> {
    let mut changes = chunks(saved)?.into_iter().map(|chunk| Plain::read(chunk.bytes));
    let first = changes.next()??;
    let mut shown = created(def, &first)?;
    let mut hashes = vec![first.hash];
    for change in changes {
        let change = change?;
        let is_next = hashes.last().is_some_and(|head| change.deps.contains(head))
            && change.deps.iter().all(|dep| hashes.contains(dep));
        is_next.then_some(())?;
        absorb(def, &mut shown, &change)?;
        hashes.push(change.hash);
    }
    Some(shown)
}

fn put(shown: &mut Shown, field: &FieldDef, value: Value) {
    match shown.fields.get_mut(field.name) {
        Some(held) => *held = value,
        None => drop(shown.fields.insert(field.name.to_owned(), value)),
    }
}

fn scalar_value(scalar: Scalar, effect: &Effect<'_>) -> Value {
    match (scalar, effect) {
        (_, Effect::Str(text)) => json!(text),
        (_, Effect::Int(number)) => json!(number),
        (_, Effect::Bool(yes)) => json!(yes),
        (Scalar::Ref(_), Effect::Bytes(bytes)) => {
            RecordId::from_slice(bytes).map_or(Value::Null, |id| json!(id.to_string()))
        }
        _ => Value::Null,
    }
}
