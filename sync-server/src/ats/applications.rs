//! What happens to applications beside their fields. What is legal is said by the shared rules, when the writer judges.

use serde_json::{Value, json};
use zumodra_shared::ats::{StageKind, rules};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::Edit;

use super::resources::{APPLICATIONS, PIPELINES, first_open, stages};
use crate::app::App;
use crate::error::Result;
use crate::http::extract::Actor;
use crate::http::resource::actions;
use crate::http::resource::store::Row;

/// What is done to an application.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Goes to a stage of its pipeline.
    Move {
        /// The stage.
        stage: String,
    },
    /// Goes to the next stage that is not a rejection, a withdrawal or a pause.
    Advance,
    /// Goes to the stage for rejected ones, with a reason.
    Reject {
        /// Why, for us.
        reason: String,
        /// What the candidate may be told.
        feedback: String,
    },
    /// Goes back to the first open stage, or to the named one.
    Reopen {
        /// The stage.
        stage: Option<String>,
    },
    /// Somebody works on it, or nobody.
    Assign {
        /// Who.
        member: Value,
    },
    /// How good somebody finds it.
    Rate {
        /// 0 to 5, or nothing.
        rating: Value,
    },
}

/// Does a step, and gives the application as it then is.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Forbidden`], [`Code::WrongState`], and what the rules say.
pub async fn step(app: &App, actor: &Actor, id: RecordId, step: &Step) -> Result<Row> {
    let row = actions::editable(app, actor, APPLICATIONS.def, id).await?;
    let edits = edits(app, actor, &row, step).await?;
    actions::edit(app, actor, APPLICATIONS.def, id, edits).await
}

async fn edits(app: &App, actor: &Actor, row: &Row, step: &Step) -> Result<Vec<Edit>> {
    match step {
        Step::Move { stage } => return Ok(rules::move_to(stage)),
        Step::Assign { member } => return Ok(vec![Edit::set("assigned_to_id", member.clone())]),
        Step::Rate { rating } => return Ok(vec![Edit::set("rating", rating.clone())]),
        Step::Advance | Step::Reject { .. } | Step::Reopen { .. } => {}
    }
    let pipeline = row.reference("pipeline_id").ok_or(Code::NotFound)?;
    let pipeline = actions::read(app, actor, PIPELINES.def, pipeline).await?.fields.0;
    let stages = stages(&pipeline);
    let at = stages.iter().position(|(id, _)| id == row.text("stage_id"));
    let is_over = at.is_some_and(|at| stages[at].1.is_closed());
    match step {
        Step::Reject { reason, feedback } => {
            let rejected = stages.iter().find(|(_, kind)| *kind == StageKind::Rejected);
            let (stage, _) =
                rejected.ok_or_else(|| no_stage("The pipeline has no stage for rejected applications."))?;
            Ok(rules::reject(stage, reason, feedback)?)
        }
        Step::Reopen { stage } => {
            if !is_over {
                return Err(no_stage("The application is not over.").into());
            }
            let stage = stage.clone().or_else(|| first_open(&pipeline));
            let stage = stage.ok_or_else(|| no_stage("The pipeline has no open stage."))?;
            let mut edits = rules::move_to(&stage);
            edits.extend([Edit::set("rejection_reason", ""), Edit::set("rejection_feedback", "")]);
            edits.push(Edit::set("rejection_reason_id", Value::Null));
            Ok(edits)
        }
        _ => {
            if is_over {
                return Err(no_stage("The application is over.").into());
            }
            let aside = |kind: StageKind| {
                matches!(kind, StageKind::Rejected | StageKind::Withdrawn | StageKind::OnHold)
            };
            let next = stages.iter().skip(at.map_or(0, |at| at + 1)).find(|(_, kind)| !aside(*kind));
            let (stage, _) = next.ok_or_else(|| no_stage("There is no further stage."))?;
            Ok(rules::move_to(stage))
        }
    }
}

fn no_stage(why: &str) -> Problem {
    Problem::new(Code::WrongState).detail(why)
}

/// A value of a body that must be a text.
///
/// # Errors
/// [`Code::InvalidFields`] naming the field.
pub fn text(value: Option<&Value>, field: &str) -> Result<String> {
    match value {
        Some(Value::String(text)) => Ok(text.clone()),
        None | Some(Value::Null) => {
            Err(Problem::new(Code::InvalidFields).field(field, "This is required.").into())
        }
        Some(_) => Err(Problem::new(Code::InvalidFields).field(field, "This is not a text.").into()),
    }
}

/// An id of a member, or null for nobody.
///
/// # Errors
/// [`Code::InvalidFields`] when it is neither, or is not given.
pub fn member(value: Option<&Value>) -> Result<Value> {
    let id = match value {
        Some(Value::Null) => return Ok(Value::Null),
        Some(Value::String(text)) => text.parse::<RecordId>().ok(),
        _ => None,
    };
    let wrong =
        || Problem::new(Code::InvalidFields).field("assigned_to_id", "Give the id of a member, or null.");
    Ok(json!(id.ok_or_else(wrong)?))
}
