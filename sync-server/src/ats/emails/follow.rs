//! What follows from an e-mail that was written or received: a mail that goes out, and one that tells who wrote before.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use zumodra_shared::ats::rules::{read, text};
use zumodra_shared::ats::{Email, EmailDirection};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::{Entity as _, Fields};

use super::{event_key, store};
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
    let Some(id) = email.answers_id.as_deref().and_then(|id| id.parse::<RecordId>().ok()) else {
        return Ok(String::new());
    };
    let Some((fields, _)) = store::email(tx, id).await? else { return Ok(String::new()) };
    // Of another candidate nothing is told.
    if text(&fields.0, "candidate_id") != email.candidate_id.record().to_string() {
        return Ok(String::new());
    }
    Ok(match EmailDirection::from_name(text(&fields.0, "direction")) {
        EmailDirection::In => text(&fields.0, "message_id").to_owned(),
        EmailDirection::Out | EmailDirection::Unknown => mail::message_id(app, tx, &event_key(id)),
    })
}

/// Tells who wrote that the candidate answered.
async fn tell(app: &App, tenant: &Tenant, tx: &mut TenantTx, id: RecordId, email: &Email) -> Result<()> {
    let Some(answers) = email.answers_id.as_deref().and_then(|id| id.parse().ok()) else { return Ok(()) };
    let Some((_, author)) = store::email(tx, answers).await? else { return Ok(()) };
    let Some(member) = store::member(tx, author).await? else { return Ok(()) };
    let mail = Mail {
        event_key: format!("email_arrived/{id}"),
        to: Recipient {
            address: text(&member.0, "email").to_owned(),
            name: text(&member.0, "name").to_owned(),
        },
        language: tenant.settings.language.clone(),
        content: Content::EmailArrived { from: email.address.clone(), subject: email.subject.clone() },
        about: Some(email.candidate_id.record()),
        attachments: Vec::new(),
        due_at: None,
        worth_ms: APPLICATION_MAIL_MS,
    };
    mail::enqueue(app, tx, &mail).await?;
    Ok(())
}
