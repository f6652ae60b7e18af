//! What is known of a reference that is asked for, and what the referee does about it.

use std::sync::Arc;

use serde_json::{Value, json};
use zumodra_shared::access::Principal;
use zumodra_shared::ats::{Candidate, Job, Reference, ReferenceStatus, reference, rules};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::sync::wire::Command;

use super::{SECRET, store};
use crate::app::App;
use crate::careers::secret::read;
use crate::careers::told;
use crate::error::Result;
use crate::sync::writer;
use crate::tenants::Tenant;

/// A reference as its referee may know it.
pub struct Asked {
    /// Which one.
    pub id: RecordId,
    /// The reference.
    pub reference: Reference,
    /// What the candidate is called.
    pub candidate: String,
    /// What the job is called, or an empty text.
    pub job: String,
    /// The name of who asks, or an empty text.
    pub by: String,
}

impl Asked {
    /// Whether it can be answered.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.reference.status == ReferenceStatus::Asked
    }
}

/// The reference of a link.
///
/// # Errors
/// [`Code::NotFound`] for a link that is none, and for a reference that is gone.
pub async fn open(app: &App, tenant: &Tenant, token: &str) -> Result<Asked> {
    let id = read(app, SECRET, tenant.id, token).ok_or(Code::NotFound)?;
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let row = store::reference(&mut tx, id).await?.ok_or(Code::NotFound)?;
    tx.commit().await?;
    let reference: Reference = rules::read(&row.fields.0).ok_or(Code::NotFound)?;
    let candidate: Candidate = rules::read(&row.candidate.0).unwrap_or_default();
    let job: Job = row.job.and_then(|job| rules::read(&job.0)).unwrap_or_default();
    let by = row.asked_by.unwrap_or_default();
    Ok(Asked { id, reference, candidate: candidate.name(), job: job.title, by })
}

/// Notes what the referee answered, by the ids of the questions. Says whether it was noted: not where another window, or the
/// last day, was faster.
///
/// # Errors
/// Why it cannot be noted, other than that.
pub async fn answer(app: &App, tenant: &Arc<Tenant>, asked: &Asked, answers: Value) -> Result<bool> {
    run(app, tenant, asked, reference::ANSWER, json!({ "answers": answers })).await
}

/// Notes that the referee would rather not answer. Says whether it was noted.
///
/// # Errors
/// Why it cannot be noted, other than that it is closed.
pub async fn decline(app: &App, tenant: &Arc<Tenant>, asked: &Asked, reason: &str) -> Result<bool> {
    run(app, tenant, asked, reference::DECLINE, json!({ "reason": told::line(reason) })).await
}

async fn run(app: &App, tenant: &Arc<Tenant>, asked: &Asked, name: &str, args: Value) -> Result<bool> {
    let command =
        Command { key: app.new_id(), name: name.to_owned(), target: asked.id, args: args.to_string() };
    let done = writer::run(app, tenant, command, Principal::server(tenant.id)).await?;
    app.mail().ring();
    match done.problem.map(Problem::from) {
        None => Ok(true),
        Some(problem) if matches!(problem.code, Code::WrongState | Code::InvalidFields) => Ok(false),
        Some(problem) => Err(problem.into()),
    }
}
