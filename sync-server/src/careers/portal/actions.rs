//! What somebody does in the portal that the workspace has to know of: they step back, or ask to be deleted. Both go the
//! way of every change of the workspace, with a note that says who did it and a mail to who looks after it, in one commit.

use std::sync::Arc;

use serde_json::json;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::{Application, Interview, InterviewStatus, StageKind, rules};
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::{Edit, Entity as _};

use super::known::{Known, Person, Sent};
use super::pages::shown_kind;
use super::store;
use super::words::PortalWords;
use crate::app::App;
use crate::careers::told;
use crate::careers::words::{Language, fill};
use crate::error::Result;
use crate::mail::{Content, Mail};
use crate::sync::ServerEdit;
use crate::sync::writer::{self, After};
use crate::tenants::Tenant;

fn own_words(tenant: &Tenant) -> &'static PortalWords {
    PortalWords::of(Language::of_tag(&tenant.settings.language).unwrap_or(Language::En))
}

/// Whether somebody can step back from an application: to them it is not over, and they did not ask for it before.
#[must_use]
pub fn is_withdrawable(app: &App, known: &Known, sent: &Sent) -> bool {
    sent.asked_at.is_none() && !shown_kind(known, sent, app.now()).is_closed()
}

/// What is committed together with the edits: the mails, and what people are asked for.
fn after(app: &App, mails: Vec<Mail>, asked: Vec<RecordId>) -> After {
    let app = app.clone();
    Box::new(move |tx| {
        Box::pin(async move {
            for record in asked {
                store::request(tx, record, app.now()).await?;
            }
            told::post(&app, tx, &mails).await
        })
    })
}

/// Steps back from an application: it goes to where withdrawn ones are, which calls off what was offered for it, and the
/// interviews ahead are called off. Where its pipeline has no such stage the note and the mail say so, and people decide.
///
/// # Errors
/// [`Code::ApplicationIsOver`] for one that is, else why it cannot be moved.
pub async fn withdraw(
    app: &App,
    tenant: &Arc<Tenant>,
    (known, sent): (&Known, &Sent),
    reason: &str,
) -> Result<()> {
    if !is_withdrawable(app, known, sent) {
        return Err(Code::ApplicationIsOver.into());
    }
    let (words, reason) = (own_words(tenant), told::line(reason));
    let stage = sent.pipeline.stages.0.iter().find(|stage| stage.item.kind == StageKind::Withdrawn);
    let mut body = if stage.is_some() { words.note_withdrawn } else { words.note_would_withdraw }.to_owned();
    if !reason.is_empty() {
        body = format!("{body} {}", fill(words.note_reason, &[&reason]));
    }
    let candidate = sent.application.candidate_id.record();
    let mut edits = Vec::new();
    if let Some(stage) = stage {
        edits.push(ServerEdit {
            def: &Application::DEF,
            id: sent.id,
            edits: rules::move_to(&stage.id),
            create: false,
            principal: Principal::server(tenant.id),
        });
    }
    let ahead = known.interviews.iter().filter(|met| met.is_next(sent, app.now()) || met.is_proposed(sent));
    edits.extend(ahead.map(|met| ServerEdit {
        def: &Interview::DEF,
        id: met.id,
        edits: vec![
            Edit::set("status", InterviewStatus::Cancelled.name()),
            Edit::set("cancel_reason", words.interview_withdrawn),
        ],
        create: false,
        principal: Principal::server(tenant.id),
    }));
    let about = json!({
        "candidate_id": candidate, "application_id": sent.id, "job_id": sent.application.job_id.record(), "body": body,
    });
    edits.push(told::note(tenant, app.new_id(), about));
    let content = Content::ApplicationWithdrawn {
        candidate: known.person(candidate).map(|person| person.candidate.name()).unwrap_or_default(),
        job_title: sent.job.title.clone(),
        reason,
    };
    let look_after = told::look_after(app, tenant, &sent.job, &sent.scope).await?;
    // One that is reopened may be withdrawn again.
    let since = sent.application.stage_changed_at.map_or(0, |at| at.0);
    let event = (format!("application_withdrawn/{}/{since}", sent.id), candidate);
    let mails = told::mails(app, tenant, &look_after, event, &content).await?;
    let asked = if stage.is_some() { Vec::new() } else { vec![sent.id] };
    writer::edit(app, tenant, edits, Some(after(app, mails, asked))).await?;
    app.mail().ring();
    Ok(())
}

/// Asks that everything kept of somebody be deleted. It is for people to do it: what the law has kept, as a signed letter,
/// is told from the rest by them. Asking again changes nothing.
///
/// # Errors
/// When it cannot be written.
pub async fn ask_deletion(app: &App, tenant: &Arc<Tenant>, known: &Known) -> Result<()> {
    let words = own_words(tenant);
    let asking: Vec<&Person> = known.people.iter().filter(|person| person.asked_at.is_none()).collect();
    let (mut edits, mut mails) = (Vec::new(), Vec::new());
    for person in &asking {
        let about = json!({ "candidate_id": person.id, "body": words.note_deletion });
        edits.push(told::note(tenant, app.new_id(), about));
        let content = Content::DeletionAsked { candidate: person.candidate.name() };
        mails.extend(
            told::mails(app, tenant, &[], (format!("deletion_asked/{}", person.id), person.id), &content)
                .await?,
        );
    }
    if edits.is_empty() {
        return Ok(());
    }
    let asked = asking.iter().map(|person| person.id).collect();
    writer::edit(app, tenant, edits, Some(after(app, mails, asked))).await?;
    app.mail().ring();
    Ok(())
}
