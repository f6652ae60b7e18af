//! What became of an e-mail's mail, noted on its record: whoever wrote it sees it wherever they are.

use std::sync::Arc;

use zumodra_shared::access::Principal;
use zumodra_shared::ats::{Email, EmailStatus};
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::{Edit, Entity as _};

use super::store;
use crate::app::App;
use crate::error::Result;
use crate::limits::EMAIL_MS;
use crate::sync::writer::{self, ServerEdit};
use crate::tenants::{self, State, Tenant};

/// E-mails of one workspace that are looked after at once; the next sweep takes the others.
const MAX_NOTED: i64 = 1_000;
/// How far back the sweep looks: for longer than any e-mail is tried.
const UNTOLD_MS: Millis = 2 * EMAIL_MS;
/// Characters of what a mail server said that are kept.
const MAX_PROBLEM_CHARS: usize = 500;

/// What is said of one whose mail an administrator took out of the outbox.
const CANCELLED: &str = "An administrator called it back.";

/// Notes what became of an e-mail's mail, by the mail's state.
///
/// # Errors
/// When it cannot be written.
pub async fn note(
    app: &App,
    tenant: &Arc<Tenant>,
    email: RecordId,
    state: &str,
    at: Option<Millis>,
    problem: &str,
) -> Result<()> {
    let status = match state {
        "sent" => EmailStatus::Sent,
        "given_up" | "cancelled" => EmailStatus::Failed,
        _ => EmailStatus::Waiting,
    };
    let problem = if state == "cancelled" { CANCELLED } else { problem };
    let problem: String = problem.chars().take(MAX_PROBLEM_CHARS).collect();
    let edits =
        vec![Edit::set("status", status.name()), Edit::set("at", at), Edit::set("problem", problem.as_str())];
    let principal = Principal::server(tenant.id);
    let edit = ServerEdit { def: &Email::DEF, id: email, edits, create: false, principal };
    match writer::edit(app, tenant, vec![edit], None).await {
        // It was erased meanwhile.
        Err(error) if error.code() == Code::NotFound => Ok(()),
        done => done,
    }
}

/// Notes what a node left unnoted that went away between sending and noting.
///
/// # Errors
/// When the workspaces cannot be read.
pub async fn sweep(app: &App) -> Result<()> {
    for tenant in tenants::actions::list(app).await? {
        if tenant.state == State::Suspended {
            continue;
        }
        let tenant = Arc::new(tenant);
        let mut tx = app.db().tenant(&tenant.schema).await?;
        let untold = store::untold(&mut tx, app.now() - UNTOLD_MS, MAX_NOTED).await?;
        tx.commit().await?;
        for (email, state, at, problem) in untold {
            note(app, &tenant, email, &state, at, &problem).await?;
        }
    }
    Ok(())
}
