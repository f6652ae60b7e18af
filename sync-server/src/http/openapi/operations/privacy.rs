//! The operations of erasure.

use serde_json::{Value, json};

use super::{Operation, Query, query};
use crate::tenants::actions::{LANGUAGES, SURVEYS};

pub(super) fn all() -> Vec<Operation> {
    let op = |method, path: &str, summary: &str| {
        Operation::new(method, format!("/api/v1/{path}"), "privacy", summary)
    };
    vec![
        op(
            "post",
            "ats/candidates/{id}/erase/",
            "Erases a candidate for good, here and on every device, with all that belongs to them.",
        )
        .gives(200, "Erasure")
        .refuses(&[409]),
        op(
            "post",
            "ats/candidates/{id}/ask_consent/",
            "Asks a candidate by mail whether they may be kept for longer, and once more where no answer comes.",
        )
        .gives(200, "ConsentAsked")
        .refuses(&[409]),
        op(
            "get",
            "privacy/erasures/",
            "Who asks to be erased, what was erased, and which devices have confirmed it.",
        )
        .gives(200, "Erasures"),
        op(
            "get",
            "ats/survey/",
            "The sums of the equal-opportunity survey over a half-year that is over, without those that could point to somebody.",
        )
        .asks(Query::Survey)
        .gives(200, "SurveyReport"),
    ]
}

/// What may be asked of the sums of the survey.
pub(super) fn survey() -> Vec<Value> {
    vec![
        query("half_year", json!({ "type": "string", "pattern": "^[0-9]{4}-H[12]$" })),
        query("form", json!({ "type": "string", "enum": SURVEYS })),
        query("language", json!({ "type": "string", "enum": LANGUAGES })),
    ]
}
