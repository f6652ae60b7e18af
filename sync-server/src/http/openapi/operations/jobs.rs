//! The operations of jobs beside those of every record: their commands, and what belongs to one.

use serde_json::{Value, json};
use zumodra_shared::ats::JobCommand;

use super::{Operation, Query, Sent, query};
use crate::ats::resources::APPLICATIONS;
use crate::careers::views::MAX_DAYS;

pub(super) fn all() -> Vec<Operation> {
    let jobs = "/api/v1/ats/jobs/{id}/";
    let op = |method, path: String, summary: &str| Operation::new(method, path, "ats", summary);
    let command = |name: &str, summary: &str| {
        op("post", format!("{jobs}{name}/"), summary).may_take("Arguments").gives(200, "Job").once()
    };
    let commands = JobCommand::ALL.into_iter().map(|by| {
        let mut operation = command(by.name().trim_end_matches("_job"), by.about());
        if by.shows() {
            operation = operation.gives(200, "PublishedJob");
        }
        if by.needs_reason() {
            operation.sent = Sent::Json("Reason".to_owned());
        }
        operation
    });
    let mut all: Vec<Operation> = commands.collect();
    all.extend([
        op("post", format!("{jobs}clone/"), "Makes a draft with the content of a job.")
            .may_take("CloneJob")
            .gives(201, "Job")
            .refuses(&[409]),
        op("get", format!("{jobs}applications/"), "The applications for a job.")
            .asks(Query::List(APPLICATIONS.def))
            .gives(200, "ApplicationPage"),
        op(
            "get",
            format!("{jobs}kanban/"),
            "The board of a job: each stage with its count and its latest cards.",
        )
        .gives(200, "Board"),
        op(
            "get",
            format!("{jobs}views/"),
            "How often the public page of a job was looked at, its form opened and an application sent, by the day.",
        )
        .asks(Query::Views)
        .gives(200, "JobViews"),
    ]);
    all
}

/// How many days may be asked for.
pub(super) fn days() -> Value {
    query("days", json!({ "type": "integer", "minimum": 1, "maximum": MAX_DAYS }))
}
