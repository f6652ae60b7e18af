//! What follows from an e-mail that was written or received: a mail that goes out, and one that tells who wrote before.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use zumodra_shared::ats::rules::{read, text};
use zumodra_shared::ats::{Email, EmailDirection};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::{Entity as _, Fields};

use super::{event_key, store};
use crate::accounts::directory;
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::limits::{APPLICATION_MAIL_MS, EMAIL_MS};
use crate::mail::{self, Content, Mail, Recipient};
use crate::sync::{Changed, Follower};
use crate::tenants::Tenant;

/// Follows e-mails with candidates.
pub struct Emails;

impl Follower for Emails {
    fn kind(&self) -> &'static str {
        Email::DEF.name
    }

    fn follow<'t>(
        &'t self,
        app: &'t App,
        tenant: &'t Tenant,
        tx: &'t mut TenantTx,
        changed: &'t [Changed],
    ) -> BoxFuture<'t, Result<bool>> {
        Box::pin(async move {
            for changed in changed {
                follow(app, tenant, tx, changed).await?;
            }
            Ok(true)
        })
    }

    fn committed(&self, app: &App, _: &Arc<Tenant>) {
        app.mail().ring();
    }
}

async fn follow(app: &App, tenant: &Tenant, tx: &mut TenantTx, changed: &Changed) -> Result<()> {
    let Some(after) = &changed.after else {
        // One that did not go out yet is called back.
        mail::cancel(app, tx, &event_key(changed.id)).await?;
        return Ok(());
    };
    let Some(email) = read::<Email>(after) else {
        tracing::error!(id = %changed.id, "an e-mail cannot be read");
        return Ok(());
    };
    match (changed.is_new, changed.before.is_some(), email.direction) {
        (true, _, EmailDirection::Out) => send(app, tenant, tx, changed, &email).await,
        (true, _, EmailDirection::In) => tell(app, tenant, tx, changed.id, &email).await,
        // Restored: what was called back goes out after all.
        (false, false, EmailDirection::Out) => mail::revive(app, tx, &event_key(changed.id)).await,
        _ => Ok(()),
    }
}

fn member_text(member: Option<&Fields>, field: &str) -> String {
    member.map(|member| text(member, field).to_owned()).unwrap_or_default()
}

async fn send(app: &App, tenant: &Tenant, tx: &mut TenantTx, changed: &Changed, email: &Email) -> Result<()> {
    let author = store::member(tx, changed.by).await?.map(|fields| fields.0);
    let content = Content::Written {
        email_id: changed.id,
        subject: email.subject.clone(),
        text: email.body.clone(),
        sender: member_text(author.as_ref(), "name"),
        reply_to: member_text(author.as_ref(), "email"),
        answers: answered(app, tx, email).await?,
    };
    let mail = Mail {
        event_key: event_key(changed.id),
        to: Recipient { address: email.address.clone(), name: String::new() },
        language: tenant.settings.language.clone(),
        content,
        about: Some(email.candidate_id.record()),
        attachments: Vec::new(),
        due_at: None,
        worth_ms: EMAIL_MS,
    };
    mail::enqueue(app, tx, &mail).await?;
    Ok(())
}

/// The id of the message that an e-mail answers, so that programs show both as one conversation.
async fn answered(app: &App, tx: &mut TenantTx, email: &Email) -> Result<String> {
    let mut answers = email.answers_id.clone();
    // A message from the portal has no id of its own: what it answers has.
    for _ in 0..=1 {
        let Some(id) = answers.as_deref().and_then(|id| id.parse::<RecordId>().ok()) else { break };
        let Some((fields, _)) = store::email(tx, id).await? else { break };
        // Of another candidate nothing is told.
        if text(&fields.0, "candidate_id") != email.candidate_id.record().to_string() {
            break;
        }
        match (EmailDirection::from_name(text(&fields.0, "direction")), text(&fields.0, "message_id")) {
            (EmailDirection::In, "") => answers = Some(text(&fields.0, "answers_id").to_owned()),
            (EmailDirection::In, message_id) => return Ok(message_id.to_owned()),
            (EmailDirection::Out | EmailDirection::Unknown, _) => {
                return Ok(mail::message_id(app, tx, &event_key(id)));
            }
        }
    }
    Ok(String::new())
}

/// Tells that a candidate wrote: who wrote to them before, or who looks after the job.
async fn tell(app: &App, tenant: &Tenant, tx: &mut TenantTx, id: RecordId, email: &Email) -> Result<()> {
    let author = author(app, tenant, tx, id, email).await?;
    let is_answer = author.is_some();
    let told = match author {
        Some(author) => vec![author],
        None => look_after(app, tenant, tx, id, email).await?,
    };
    for (to, language, of) in told {
        let mail = Mail {
            event_key: format!("email_arrived/{id}{of}"),
            to,
            language: language.unwrap_or_else(|| tenant.settings.language.clone()),
            content: Content::EmailArrived {
                from: email.address.clone(),
                subject: email.subject.clone(),
                is_new: !is_answer,
            },
            about: Some(email.candidate_id.record()),
            attachments: Vec::new(),
            due_at: None,
            worth_ms: APPLICATION_MAIL_MS,
        };
        mail::enqueue(app, tx, &mail).await?;
    }
    Ok(())
}

/// Somebody who is told, their language where it is known, and what tells their mail from those to others.
type Told = (Recipient, Option<String>, String);

/// Who wrote what is answered, if they are here still and may see what came.
async fn author(
    app: &App,
    tenant: &Tenant,
    tx: &mut TenantTx,
    id: RecordId,
    email: &Email,
) -> Result<Option<Told>> {
    let Some(answers) = email.answers_id.as_deref().and_then(|id| id.parse().ok()) else { return Ok(None) };
    let Some((_, author)) = store::email(tx, answers).await? else { return Ok(None) };
    let Some(scope) = store::scope(tx, id).await? else { return Ok(None) };
    if !directory::sees(app, tx, tenant.id, author, &scope).await? {
        return Ok(None);
    }
    let Some(member) = store::member(tx, author).await? else { return Ok(None) };
    let to =
        Recipient { address: text(&member.0, "email").to_owned(), name: text(&member.0, "name").to_owned() };
    Ok(Some((to, None, String::new())))
}

/// The job's recruiter, if they may see the application, else owners.
async fn look_after(
    app: &App,
    tenant: &Tenant,
    tx: &mut TenantTx,
    id: RecordId,
    email: &Email,
) -> Result<Vec<Told>> {
    let recruiter = match &email.job_id {
        Some(job) => store::recruiter(tx, job.record()).await?,
        None => None,
    };
    let mut people = Vec::new();
    if let Some((recruiter, scope)) = recruiter.zip(store::scope(tx, id).await?) {
        let sees = directory::sees(app, tx, tenant.id, recruiter, &scope).await?;
        people.extend(sees.then_some(recruiter));
    }
    let reached = directory::reached(app, tenant.id, &people).await?;
    let told = |reached: directory::Reached| {
        let to = Recipient { address: reached.email, name: reached.name };
        (to, Some(reached.language), format!("/{}", reached.user_id))
    };
    Ok(reached.into_iter().map(told).collect())
}
