//! What happens to forms that were not taken: they are kept within limits, shown, let in or dropped.

use std::sync::Arc;

use serde::Serialize;
use zumodra_shared::kernel::time::{DAY_MS, Millis};
use zumodra_shared::kernel::{Code, RecordId};

use super::reason::{self, Reason};
use super::store::{self, HeldRow};
use crate::app::App;
use crate::careers::form::Typed;
use crate::careers::process;
use crate::careers::store::{self as submissions, Submission};
use crate::error::Result;
use crate::http::page::Page;
use crate::limits::MAX_HELD_A_DAY;
use crate::tenants::Tenant;

/// A form that was not taken, as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    /// Its id.
    pub id: RecordId,
    /// `honeypot`, `fast`, `unproven`, `rate`, `duplicate` or `failed`.
    pub reason: String,
    /// What went wrong with it, in words; null where nothing did.
    pub problem: Option<String>,
    /// For which job; null for no job in particular.
    pub job_id: Option<RecordId>,
    /// What that job is called; null for one that is gone.
    pub job_title: Option<String>,
    /// What the person called themselves.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// Their telephone number.
    pub phone: String,
    /// Their letter, or what they wrote about themselves.
    pub text: String,
    /// The names of the files that are here.
    pub files: Vec<String>,
    /// When it came, in milliseconds.
    pub created_at: Millis,
    /// When it is removed by itself, in milliseconds.
    pub removed_at: Millis,
}

impl Held {
    fn of(row: HeldRow) -> Self {
        // What cannot be read any more is shown with nothing in it, so that it can be dropped.
        let typed: Typed = serde_json::from_value(row.form).unwrap_or_default();
        let kept_ms = reason::kept_ms(&row.state);
        let why = Reason::from_name(&row.reason).unwrap_or_else(|| Reason::of_state(&row.state));
        let resume = Some(typed.resume_name).filter(|_| row.has_resume);
        let documents = typed.documents.into_iter().map(|document| document.name);
        let text = if typed.cover_letter.is_empty() { typed.summary } else { typed.cover_letter };
        Self {
            id: row.id,
            reason: why.name().to_owned(),
            problem: row.problem,
            job_id: Some(row.job_id).filter(|id| !id.is_nil()),
            job_title: row.job_title,
            name: format!("{} {}", typed.first_name, typed.last_name).trim().to_owned(),
            email: typed.email,
            phone: typed.phone,
            text,
            files: resume.into_iter().chain(documents).collect(),
            created_at: row.created_at,
            removed_at: row.created_at.saturating_add(kept_ms),
        }
    }
}

/// What became of a form that was let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Admitted {
    /// `processed`, `error`, or `pending` while it could not be tried yet.
    pub state: String,
    /// The candidate that it became; null where it became none yet.
    pub candidate_id: Option<RecordId>,
    /// The application that it became; null where it became none.
    pub application_id: Option<RecordId>,
    /// What went wrong, in words; null where nothing did.
    pub problem: Option<String>,
}

/// Keeps a form that is not taken, unless as many were kept for the same reason in a day as people look at.
///
/// # Errors
/// When the database cannot be written.
pub async fn keep(app: &App, tenant: &Tenant, submission: Submission, reason: Reason) -> Result<()> {
    let submission =
        Submission { state: reason.state().to_owned(), reason: reason.name().to_owned(), ..submission };
    let since = app.now() - DAY_MS;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    if store::count_since(&mut tx, reason.name(), since).await? < MAX_HELD_A_DAY {
        submissions::keep(&mut tx, &submission).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The forms of a workspace that were not taken, the newest first, and how many there are.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(app: &App, tenant: &Tenant, page: &Page) -> Result<(i64, Vec<Held>)> {
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let count = store::count(&mut tx).await?;
    let rows = store::list(&mut tx, page.offset(), page.limit()).await?;
    tx.commit().await?;
    Ok((count, rows.into_iter().map(Held::of).collect()))
}

/// Lets a form in: it becomes what it would have become, once, however often that is asked for.
///
/// # Errors
/// [`Code::NotFound`] for what is not there, or was let in or dropped before.
pub async fn admit(app: &App, tenant: &Arc<Tenant>, by: RecordId, id: RecordId) -> Result<Admitted> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let form = store::hold(&mut tx, id).await?.ok_or(Code::NotFound)?;
    let mut typed: Typed = serde_json::from_value(form).map_err(anyhow::Error::from)?;
    if typed.candidate_id.is_nil() {
        // Kept by an earlier version, which gave such forms no ids.
        (typed.candidate_id, typed.contact_id, typed.application_id) =
            (app.new_id(), app.new_id(), app.new_id());
    }
    let form = serde_json::to_value(&typed).map_err(anyhow::Error::from)?;
    store::admit(&mut tx, id, &form, (by, app.now())).await?;
    tx.commit().await?;
    tracing::info!(tenant = %tenant.id, submission = %id, by = %by, "a form that was not taken was let in");
    process::now(app, tenant, id).await;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let found = store::outcome(&mut tx, id).await?.ok_or(Code::NotFound)?;
    tx.commit().await?;
    let (state, application_id, problem) = found;
    let candidate_id = (state == "processed").then_some(typed.candidate_id);
    Ok(Admitted { state, candidate_id, application_id, problem })
}

/// Drops a form.
///
/// # Errors
/// [`Code::NotFound`] for what is not there, or was let in or dropped before.
pub async fn drop_one(app: &App, tenant: &Tenant, id: RecordId) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let was_there = store::delete(&mut tx, id).await?;
    tx.commit().await?;
    if was_there { Ok(()) } else { Err(Code::NotFound.into()) }
}

/// Removes what lies for longer than it may. By state and not by reason, so that what a node of an earlier version kept goes
/// as well.
///
/// # Errors
/// When the database cannot be written.
pub async fn sweep(app: &App, tenant: &Tenant) -> Result<()> {
    let now = app.now();
    let mut tx = app.db().tenant(&tenant.schema).await?;
    for (state, kept_ms) in reason::KEPT_MS {
        store::sweep(&mut tx, state, now - kept_ms).await?;
    }
    tx.commit().await?;
    Ok(())
}
