//! The schemas of what is told of a job beside its record.

use serde_json::{Value, json};

use super::{number, object};

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
    vec![("JobViews", views)]
}
