//! One step for many applications at once. Each stands for itself: what is refused for one is done for the others.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Map, Value, json};
use zumodra_shared::kernel::limits::MAX_BULK;
use zumodra_shared::kernel::{Code, Problem, RecordId};

use super::applications::{self, Step, member, text};
use crate::app::App;
use crate::error::Result;
use crate::http::extract::Actor;

/// The steps that can be done to many.
pub const STEPS: [&str; 3] = ["move_stage", "reject", "assign"];

/// Reads what is to be done, and to which applications.
fn read(body: &Map<String, Value>) -> Result<(Step, Vec<RecordId>)> {
    let optional = |name: &str| body.get(name).map_or(Ok(String::new()), |value| text(Some(value), name));
    let step = match text(body.get("action"), "action")?.as_str() {
        "move_stage" => Step::Move { stage: text(body.get("stage"), "stage")? },
        "reject" => Step::Reject { reason: optional("reason")?, feedback: optional("feedback")? },
        "assign" => Step::Assign { member: member(body.get("assigned_to_id"))? },
        _ => {
            let message = format!("Choose one of: {}.", STEPS.join(", "));
            return Err(Problem::new(Code::InvalidFields).field("action", message).into());
        }
    };
    let ids = body.get("ids").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let ids: Option<BTreeSet<RecordId>> = ids.iter().map(|id| id.as_str()?.parse().ok()).collect();
    match ids {
        Some(ids) if (1..=MAX_BULK).contains(&ids.len()) => Ok((step, ids.into_iter().collect())),
        _ => {
            let message = format!("Give between 1 and {MAX_BULK} ids of applications.");
            Err(Problem::new(Code::InvalidFields).field("ids", message).into())
        }
    }
}

/// Does a step to many applications, and says of each what became of it.
///
/// # Errors
/// [`Code::InvalidFields`] for a body that cannot be; what is wrong with one application is in the answer.
pub async fn run(app: &App, actor: &Actor, body: &Map<String, Value>) -> Result<Value> {
    let (step, ids) = read(body)?;
    // Sent together, so that the writer commits them together.
    let done = join_all(ids.iter().map(|id| applications::step(app, actor, *id, &step))).await;
    let mut results = Vec::with_capacity(ids.len());
    let mut done_count = 0;
    for (id, done) in ids.iter().zip(done) {
        match done {
            Ok(_) => {
                done_count += 1;
                results.push(json!({ "id": id, "done": true }));
            }
            Err(crate::error::Error::Refused(refusal)) => {
                results.push(json!({ "id": id, "done": false, "problem": refusal.problem.to_rfc9457(None) }));
            }
            Err(failed) => return Err(failed),
        }
    }
    Ok(json!({ "done": done_count, "refused": ids.len() - done_count, "results": results }))
}
