//! The operations of mail, and of the links that come by it.

use serde_json::{Value, json};

use super::{Operation, Query, page, query};
use crate::notifications::actions::STATES;

pub(super) fn all() -> Vec<Operation> {
    let op = |method, path: &str, summary: &str| {
        Operation::new(method, format!("/api/v1/notifications/mail/{path}"), "notifications", summary)
    };
    let reset = |path: &str, summary: &str| {
        let path = format!("/api/v1/accounts/password/reset/{path}");
        Operation::new("post", path, "accounts", summary).public()
    };
    vec![
        reset("", "Asks for a link by mail that lets its holder choose a new password.")
            .takes("PasswordResetAsk")
            .gives(202, ""),
        reset("confirm/", "Sets the password that the holder of a link chose.")
            .takes("PasswordReset")
            .gives(204, "")
            .refuses(&[409]),
        op("get", "", "The mail of the workspace, the newest first.")
            .asks(Query::Mail)
            .gives(200, "MailPage"),
        op("get", "{id}/", "A mail with its text.").gives(200, "MailWithText"),
        op("post", "{id}/retry/", "Tries a mail again that was not sent.").gives(200, "Mail").refuses(&[409]),
        op("post", "{id}/cancel/", "Takes back a mail that was not sent yet.")
            .gives(200, "Mail")
            .refuses(&[409]),
    ]
}

/// A page of the mails of a state.
pub(super) fn parameters() -> Vec<Value> {
    let state = query("state", json!({ "type": "string", "enum": STATES }));
    page().into_iter().chain([state]).collect()
}
