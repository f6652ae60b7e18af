//! What somebody does in the portal that the workspace has to know of: they step back, or ask to be deleted. Both go the
//! way of every change of the workspace, with a note that says who did it and a mail to who looks after it, in one commit.

use std::sync::Arc;

use serde_json::{Value, json};
use zumodra_shared::access::Principal;
use zumodra_shared::ats::{Application, Interview, InterviewStatus, Note, StageKind, rules};
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::edit::edits_for;
use zumodra_shared::schema::{Edit, Entity as _, Fields};

use super::known::{Known, Person, Sent};
use super::pages::shown_kind;
use super::store;
use super::words::PortalWords;
use crate::accounts::directory;
use crate::app::App;
use crate::careers::words::{Language, fill};
use crate::check::is_hidden;
use crate::error::Result;
use crate::limits::PORTAL_MAIL_MS;
use crate::mail::{self, Content, Mail, Recipient};
use crate::sync::ServerEdit;
use crate::sync::writer::{self, After};
use crate::tenants::Tenant;

/// Characters of why somebody steps back.
pub const MAX_REASON_CHARS: usize = 500;

/// A text in one line, without what is not seen or turns what stands around it.
fn line(text: &str) -> String {
    let seen: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !is_hidden(*c)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_REASON_CHARS).collect()
}

fn note(app: &App, tenant: &Tenant, fields: Value) -> ServerEdit {
    let fields = match fields {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    };
    ServerEdit {
        def: &Note::DEF,
        id: app.new_id(),
        edits: edits_for(&Note::DEF, &fields),
        create: true,
        principal: Principal::server(tenant.id),
    }
}

fn own_words(tenant: &Tenant) -> &'static PortalWords {
    PortalWords::of(Language::of_tag(&tenant.settings.language).unwrap_or(Language::En))
}

fn whole_name(person: &Person) -> String {
    format!("{} {}", person.candidate.first_name, person.candidate.last_name).trim().to_owned()
}

/// Whether somebody can step back from an application: to them it is not over, and they did not ask for it before.
#[must_use]
pub fn is_withdrawable(app: &App, known: &Known, sent: &Sent) -> bool {
    sent.asked_at.is_none() && !shown_kind(known, sent, app.now()).is_closed()
}

/// Of the people who look after a job those who may see an application for it.
async fn look_after(app: &App, tenant: &Tenant, sent: &Sent) -> Result<Vec<RecordId>> {
    let people = [&sent.job.recruiter_id, &sent.job.hiring_manager_id].into_iter().flatten();
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let mut found = Vec::new();
    for person in people.map(|member| member.record()) {
        let sees = directory::principal(app, &mut tx, tenant.id, person).await?;
        found.extend(sees.is_some_and(|who| who.covers(&sent.scope)).then_some(person));
    }
    tx.commit().await?;
    Ok(found)
}

async fn mails(
    app: &App,
    tenant: &Tenant,
    after: &[RecordId],
    (event, about): (String, RecordId),
    content: &Content,
) -> Result<Vec<Mail>> {
    let reached = directory::reached(app, tenant.id, after).await?;
    let told = |reached: directory::Reached| Mail {
        event_key: format!("{event}/{}", reached.user_id),
        to: Recipient { address: reached.email, name: reached.name },
        language: reached.language,
        content: content.clone(),
        about: Some(about),
        attachments: Vec::new(),
        due_at: None,
        worth_ms: PORTAL_MAIL_MS,
    };
    Ok(reached.into_iter().map(told).collect())
}

/// What is committed together with the edits: the mails, and what people are asked for.
fn after(app: &App, mails: Vec<Mail>, asked: Vec<RecordId>) -> After {
    let app = app.clone();
    Box::new(move |tx| {
        Box::pin(async move {
            for record in asked {
                store::request(tx, record, app.now()).await?;
            }
            for told in &mails {
                mail::enqueue(&app, tx, told).await?;
            }
            Ok(())
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
    let (words, reason) = (own_words(tenant), line(reason));
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
    let ahead = known.interviews.iter().filter(|met| met.is_next(sent, app.now()));
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
    edits.push(note(
        app,
        tenant,
        json!({
            "candidate_id": candidate, "application_id": sent.id, "job_id": sent.application.job_id.record(), "body": body,
        }),
    ));
    let content = Content::ApplicationWithdrawn {
        candidate: known.person(candidate).map(whole_name).unwrap_or_default(),
        job_title: sent.job.title.clone(),
        reason,
    };
    let look_after = look_after(app, tenant, sent).await?;
    // One that is reopened may be withdrawn again.
    let since = sent.application.stage_changed_at.map_or(0, |at| at.0);
    let event = (format!("application_withdrawn/{}/{since}", sent.id), candidate);
    let mails = mails(app, tenant, &look_after, event, &content).await?;
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
    let (mut edits, mut told) = (Vec::new(), Vec::new());
    for person in &asking {
        edits.push(note(app, tenant, json!({ "candidate_id": person.id, "body": words.note_deletion })));
        let content = Content::DeletionAsked { candidate: whole_name(person) };
        told.extend(
            mails(app, tenant, &[], (format!("deletion_asked/{}", person.id), person.id), &content).await?,
        );
    }
    if edits.is_empty() {
        return Ok(());
    }
    let asked = asking.iter().map(|person| person.id).collect();
    writer::edit(app, tenant, edits, Some(after(app, told, asked))).await?;
    app.mail().ring();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_of_what_is_seen() {
        assert_eq!(line("  Found\r\n another\u{202e} job\u{7} "), "Found another job");
        assert_eq!(line(&"x".repeat(600)).len(), MAX_REASON_CHARS);
    }
}
