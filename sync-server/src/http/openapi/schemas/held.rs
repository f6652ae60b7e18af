//! The schemas of forms of the career page that were not taken.

use serde_json::{Value, json};

use super::{id, number, object, or_null, page, text};
use crate::careers::held::Reason;

pub(super) fn all() -> Vec<(&'static str, Value)> {
    let one_of = |names: &[&str]| json!({ "type": "string", "enum": names });
    let held = object([
        ("id!", id()),
        ("reason!", one_of(&Reason::ALL.map(Reason::name))),
        ("problem!", or_null(text())),
        ("job_id!", or_null(id())),
        ("job_title!", or_null(text())),
        ("name!", text()),
        ("email!", text()),
        ("phone!", text()),
        ("text!", text()),
        ("files!", json!({ "type": "array", "items": text() })),
        ("created_at!", number()),
        ("removed_at!", number()),
    ]);
    let admitted = object([
        ("state!", one_of(&["processed", "error", "pending"])),
        ("candidate_id!", or_null(id())),
        ("application_id!", or_null(id())),
        ("problem!", or_null(text())),
    ]);
    vec![("HeldForm", held), ("HeldFormPage", page("HeldForm")), ("AdmittedForm", admitted)]
}
