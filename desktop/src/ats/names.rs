//! What people call the things that the values of a record point to.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde_json::Value;
use zumodra_shared::accounts::Member;
use zumodra_shared::ats::{Application, Candidate, Interview, Pipeline};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::registry;
use zumodra_shared::schema::{Entity, EntityDef, FieldKind, Fields, Scalar};

use crate::replica::get;

/// The names behind references, by id; what is not here has none.
pub type Names = BTreeMap<String, String>;

/// The names behind the values of some fields of a kind. `record` is the record as it is.
#[must_use]
pub fn names<'v>(
    conn: &Connection,
    def: &EntityDef,
    record: &Fields,
    values: impl Iterator<Item = (&'v str, &'v Value)>,
) -> Names {
    let mut names = Names::new();
    for (field, value) in values {
        let kinds = kinds(def, field);
        let ids = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for id in ids.iter().filter_map(Value::as_str) {
            if !names.contains_key(id)
                && let Some(name) = kinds.iter().find_map(|kind| title(conn, kind, id))
            {
                names.insert(id.to_owned(), name);
            }
        }
    }
    if def.name == Application::DEF.name {
        names.extend(stages(conn, record));
    }
    names
}

/// Of which kinds the values of a field are. Who declined an interview is a member, or the candidate.
fn kinds(def: &EntityDef, field: &str) -> Vec<&'static str> {
    match def.field(field).map(|field| field.kind) {
        Some(FieldKind::Register(Scalar::Ref(kind)) | FieldKind::Set(Scalar::Ref(kind))) => vec![kind],
        Some(FieldKind::Set(_)) if def.name == Interview::DEF.name && field == "declined" => {
            vec![Member::DEF.name, Candidate::DEF.name]
        }
        _ => Vec::new(),
    }
}

fn title(conn: &Connection, kind: &str, id: &str) -> Option<String> {
    let row = get(conn, kind, id.parse().ok()?).ok().flatten()?;
    let title = registry::by_name(kind)?.title(&row.fields);
    (!title.is_empty()).then_some(title)
}

/// The stages that an application can be in: their ids are no references.
fn stages(conn: &Connection, application: &Fields) -> Names {
    let pipeline: Option<RecordId> = application.get("pipeline_id").and_then(|id| id.as_str()?.parse().ok());
    let row = pipeline.and_then(|id| get(conn, Pipeline::DEF.name, id).ok().flatten());
    let stages = row.as_ref().and_then(|row| row.fields.get("stages")?.as_array()).into_iter().flatten();
    let named = stages.filter_map(|stage| Some((stage["id"].as_str()?, stage["name"].as_str()?)));
    named.map(|(id, name)| (id.to_owned(), name.to_owned())).collect()
}
