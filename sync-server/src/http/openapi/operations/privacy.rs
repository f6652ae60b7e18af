//! The operations of erasure.

use super::Operation;

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
            "get",
            "privacy/erasures/",
            "Who asks to be erased, what was erased, and which devices have confirmed it.",
        )
        .gives(200, "Erasures"),
    ]
}
