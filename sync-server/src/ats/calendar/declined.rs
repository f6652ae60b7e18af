//! What follows from an answer to an invitation: who declined is marked at the interview, and who planned it is told, once.
//!
//! A mail proves nothing about who sent it, so the plan stays as it is: people decide what becomes of it.

use std::sync::Arc;

use zumodra_shared::access::Principal;
use zumodra_shared::ats::{Interview, interview_answered, rules};
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::Entity as _;

use super::invite;
use super::store::{self, Waiting};
use crate::accounts::directory;
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::limits::PORTAL_MAIL_MS;
use crate::mail::{self, Content, Mail, Recipient};
use crate::sync::{ServerEdit, writer};
use crate::tenants::Tenant;

/// Answers that are taken up in one go.
const MAX_TAKEN_UP: i64 = 50;
/// The answer that says no.
const DECLINED: &str = "declined";

/// Writes what follows from the answers that came.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn take_up(app: &App, tenant: &Arc<Tenant>) -> Result<()> {
    loop {
        let mut tx = app.db().tenant(&tenant.schema).await?;
        let waiting = store::waiting(&mut tx, MAX_TAKEN_UP).await?;
        tx.commit().await?;
        if waiting.is_empty() {
            return Ok(());
        }
        for answer in waiting {
            follow(app, tenant, answer).await?;
        }
    }
}

async fn follow(app: &App, tenant: &Arc<Tenant>, answer: Waiting) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let stored = store::records(&mut tx, &[answer.interview]).await?.pop().filter(|stored| !stored.deleted);
    let interview = stored.and_then(|stored| rules::read::<Interview>(&stored.fields.0));
    let edits = interview
        .as_ref()
        .map(|interview| interview_answered(interview, answer.attendee, answer.answer == DECLINED))
        .unwrap_or_default();
    let Some(interview) = interview.filter(|_| !edits.is_empty()) else {
        store::taken_up(&mut tx, &answer).await?;
        return Ok(tx.commit().await?);
    };
    let declines = answer.answer == DECLINED && interview.status.is_open();
    let mails = if declines { mails(app, tenant, &mut tx, &answer).await? } else { Vec::new() };
    tx.commit().await?;
    let edit = ServerEdit {
        def: &Interview::DEF,
        id: answer.interview,
        edits,
        create: false,
        principal: Principal::server(tenant.id),
    };
    let (own, followed) = (app.clone(), answer.clone());
    let after: writer::After = Box::new(move |tx| {
        Box::pin(async move {
            for told in &mails {
                mail::enqueue(&own, tx, told).await?;
            }
            Ok(store::taken_up(tx, &followed).await?)
        })
    });
    match writer::edit(app, tenant, vec![edit], Some(after)).await {
        // It was erased, or is one that nobody may change: nothing follows from the answer.
        Err(error) if !matches!(error.code(), Code::Unavailable | Code::Internal) => {
            tracing::warn!(interview = %answer.interview, %error, "an answer to an invitation is not marked");
            let mut tx = app.db().tenant(&tenant.schema).await?;
            store::taken_up(&mut tx, &answer).await?;
            Ok(tx.commit().await?)
        }
        done => {
            app.mail().ring();
            done
        }
    }
}

/// What who planned it is told; nothing where nobody but the decliner did.
async fn mails(app: &App, tenant: &Tenant, tx: &mut TenantTx, answer: &Waiting) -> Result<Vec<Mail>> {
    let planners = super::planners(app, tenant, tx, answer.interview).await?;
    let others: Vec<RecordId> =
        planners.iter().copied().filter(|person| *person != answer.attendee).collect();
    if others.is_empty() && !planners.is_empty() {
        return Ok(Vec::new());
    }
    let Some(told) = invite::told_to_planners(app, tenant, tx, answer.interview).await? else {
        return Ok(Vec::new());
    };
    let reached = directory::reached(app, tenant.id, &others).await?;
    let who = if answer.name.is_empty() { told.meeting.candidate.clone() } else { answer.name.clone() };
    let one = |person: directory::Reached| Mail {
        event_key: format!(
            "interview_declined/{}/{}/{}/{}",
            answer.interview, answer.attendee, answer.sequence, person.user_id
        ),
        to: Recipient { address: person.email, name: person.name },
        language: person.language,
        content: Content::InterviewDeclined { meeting: told.meeting.clone(), who: who.clone() },
        about: Some(told.candidate),
        attachments: Vec::new(),
        due_at: None,
        worth_ms: PORTAL_MAIL_MS,
    };
    Ok(reached.into_iter().map(one).collect())
}
