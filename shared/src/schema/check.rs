//! Validation of a whole record against its declaration.

use serde_json::Value;

use super::crdt::Shown;
use super::{EntityDef, FieldDef, FieldKind, Fields, Scalar};
use crate::kernel::limits::{
    MAX_LIST_ITEMS, MAX_REGISTER_CHARS, MAX_SET_MEMBERS, MAX_TEXT_CHARS, MAX_UNKNOWN_FIELDS,
};
use crate::kernel::{Code, Problem, time};

/// Longest wire name of a choice that this version does not know.
const MAX_CHOICE_BYTES: usize = 40;

/// Checks every field of a record.
///
/// # Errors
/// [`Code::InvalidFields`] with a message for each field that needs another value.
pub fn validate(def: &EntityDef, fields: &Fields) -> Result<(), Problem> {
    let mut problem = Problem::new(Code::InvalidFields);
    for field in def.fields {
        let value = fields.get(field.name).unwrap_or(&Value::Null);
        if let Some(message) = complaint(field, value) {
            problem = problem.field(field.name, message);
        }
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

/// Checks a record as its document shows it, with what a newer version may have added.
///
/// # Errors
/// As [`validate`]; [`Code::TooLarge`] when there are too many fields that no declaration names.
pub fn validate_shown(def: &EntityDef, shown: &Shown) -> Result<(), Problem> {
    if shown.unknown > MAX_UNKNOWN_FIELDS {
        return Err(Problem::new(Code::TooLarge).detail("Too many unknown fields."));
    }
    validate(def, &shown.fields)
}

fn complaint(field: &FieldDef, value: &Value) -> Option<String> {
    match (field.kind, value) {
        (_, Value::Null) if field.nullable => None,
        (FieldKind::Register(Scalar::Ref(_)) | FieldKind::Register(Scalar::Date), Value::String(text))
            if text.is_empty() =>
        {
            field.required.then(|| "This is required.".to_owned())
        }
        (FieldKind::Register(scalar), value) => scalar_complaint(field, scalar, value),
        (FieldKind::Text, Value::String(text)) => text_complaint(field, text, MAX_TEXT_CHARS),
        (FieldKind::Counter, Value::Number(_)) => None,
        (FieldKind::Set(scalar), Value::Array(members)) => set_complaint(field, scalar, members),
        (FieldKind::List(items), Value::Array(list)) => list_complaint(field, items, list),
        _ => Some("This value has the wrong type.".to_owned()),
    }
}

fn scalar_complaint(field: &FieldDef, scalar: Scalar, value: &Value) -> Option<String> {
    match (scalar, value) {
        (Scalar::Str, Value::String(text)) => text_complaint(field, text, MAX_REGISTER_CHARS),
        (Scalar::Int | Scalar::Instant, Value::Number(n)) => number_complaint(field, n.as_i64()?),
        (Scalar::Bool, Value::Bool(_)) => None,
        (Scalar::Date, Value::String(text)) => {
            (!time::is_date(text)).then(|| "This is not a day (YYYY-MM-DD).".to_owned())
        }
        (Scalar::Ref(_), Value::String(id)) => id
            .parse::<crate::kernel::RecordId>()
            .is_err()
            .then(|| "This is not the id of a record.".to_owned()),
        (Scalar::Choice(known), Value::String(name)) => {
            let wellformed = !name.is_empty()
                && name.len() <= MAX_CHOICE_BYTES
                && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            (!known.contains(&name.as_str()) && !wellformed)
                .then(|| "This is not one of the choices.".to_owned())
        }
        _ => Some("This value has the wrong type.".to_owned()),
    }
}

fn text_complaint(field: &FieldDef, text: &str, default_max: i64) -> Option<String> {
    let max = field.max.unwrap_or(default_max);
    if field.required && text.trim().is_empty() {
        return Some("This is required.".to_owned());
    }
    // Counting characters of a text is only needed when its bytes could exceed the limit.
    let too_long = i64::try_from(text.len()).unwrap_or(i64::MAX) > max
        && i64::try_from(text.chars().count()).unwrap_or(i64::MAX) > max;
    if too_long {
        return Some(format!("At most {max} characters."));
    }
    text.contains('\0').then(|| "This text has characters that cannot be stored.".to_owned())
}

fn number_complaint(field: &FieldDef, number: i64) -> Option<String> {
    if field.min.is_some_and(|min| number < min) {
        return Some(format!("At least {}.", field.min.unwrap_or_default()));
    }
    field.max.is_some_and(|max| number > max).then(|| format!("At most {}.", field.max.unwrap_or_default()))
}

fn set_complaint(field: &FieldDef, scalar: Scalar, members: &[Value]) -> Option<String> {
    let max = field.items.and_then(|n| usize::try_from(n).ok()).unwrap_or(MAX_SET_MEMBERS);
    if members.len() > max {
        return Some(format!("At most {max} entries."));
    }
    let bad_ref = matches!(scalar, Scalar::Ref(_))
        && members.iter().any(|m| m.as_str().is_none_or(|id| id.parse::<crate::kernel::RecordId>().is_err()));
    bad_ref.then(|| "This is not the id of a record.".to_owned())
}

fn list_complaint(field: &FieldDef, items: &[FieldDef], list: &[Value]) -> Option<String> {
    let max = field.items.and_then(|n| usize::try_from(n).ok()).unwrap_or(MAX_LIST_ITEMS);
    if list.len() > max {
        return Some(format!("At most {max} entries."));
    }
    if field.required && list.is_empty() {
        return Some("This is required.".to_owned());
    }
    list.iter().enumerate().find_map(|(at, item)| {
        items.iter().find_map(|sub| {
            let message = complaint(sub, item.get(sub.name).unwrap_or(&Value::Null))?;
            Some(format!("Entry {}, {}: {message}", at + 1, sub.name))
        })
    })
}
