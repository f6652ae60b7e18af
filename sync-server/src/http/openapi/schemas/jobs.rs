//! The schemas of what is told of a job beside its record.

use serde_json::{Value, json};

use super::{number, object, reference, text};

pub(super) fn all() -> Vec<(&'static str, Value)> {
    let day = || json!({ "type": "string", "format": "date" });
    let of_day = object([("day!", day()), ("views!", number()), ("started!", number()), ("sent!", number())]);
    let views = object([
        ("since!", day()),
        ("views!", number()),
        ("started!", number()),
        ("sent!", number()),
        ("days!", json!({ "type": "array", "items": of_day })),
    ]);
    let warning = object([
        ("kind!", text()),
        ("language!", text()),
        ("field!", text()),
        ("text!", text()),
        ("message!", text()),
    ]);
    let warnings = object([("warnings!", json!({ "type": "array", "items": warning }))]);
    vec![("JobViews", views), ("PublishedJob", json!({ "allOf": [reference("Job"), warnings] }))]
}
