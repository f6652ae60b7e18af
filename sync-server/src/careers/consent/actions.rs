//! Asking, and what an answer does. Both are one transaction: the record, its history and the mail.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use zumodra_shared::access::{Action, Principal, Reach, reach};
use zumodra_shared::ats::{Candidate, Email, rules};
use zumodra_shared::kernel::time::{DAY_MS, Millis};
use zumodra_shared::kernel::{Code, Date, Problem, RecordId};
use zumodra_shared::schema::{Edit, Entity as _, Fields};

use super::store;
use crate::app::App;
use crate::error::Result;
use crate::http::extract::Actor;
use crate::http::resource::actions;
use crate::mail::{self, Content, Mail, Recipient};
use crate::sync::ServerEdit;
use crate::sync::writer;
use crate::tenants::Tenant;

/// For how many months somebody agrees where the workspace has no period of its own.
const USUAL_MONTHS: i64 = 24;
/// How long after the question the second mail goes out, where no answer came.
const REMIND_AFTER_MS: Millis = 7 * DAY_MS;
/// How long a mail with the question is worth sending.
const WORTH_MS: Millis = 14 * DAY_MS;

/// A question that was asked.
#[derive(Debug, Clone, Serialize)]
pub struct Asked {
    /// Who was asked.
    pub candidate_id: RecordId,
    /// On which day.
    pub asked_on: Date,
}

fn today(app: &App) -> Result<Date> {
    Ok(Date::of(app.now()).ok_or(Code::Internal)?)
}

/// The day until which somebody agrees who does so now.
///
/// # Errors
/// For a clock beyond the calendar.
pub fn until(app: &App, tenant: &Tenant) -> Result<Date> {
    let months = i64::from(tenant.settings.retention_months);
    let months = if months > 0 { months } else { USUAL_MONTHS };
    Ok(today(app)?.after_months(months).ok_or(Code::Internal)?)
}

/// Asks a candidate by mail whether they may be kept for longer, and once more a week later. Who was asked and has not
/// answered is not asked again.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`]; [`Code::WrongState`] for who is asked already, or was merged into somebody;
/// [`Code::InvalidFields`] for who has no address.
pub async fn ask(app: &App, by: &Actor, id: RecordId) -> Result<Asked> {
    let row = actions::editable(app, by, &Candidate::DEF, id).await?;
    if reach(by.role, Email::NAME, Action::Create) == Reach::None {
        return Err(Code::Forbidden.into());
    }
    let fields = &row.fields.0;
    if asked_on(fields).is_some() || !rules::text(fields, "merged_into_id").is_empty() {
        return Err(Code::WrongState.into());
    }
    let tenant = by.tenant();
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let address = store::address(&mut tx, id).await?;
    tx.commit().await?;
    let Some(address) = address else {
        let message = "There is no address to ask.";
        return Err(Problem::new(Code::InvalidFields).field("email", message).into());
    };
    let today = today(app)?;
    let mails = mails(app, tenant, (id, rules::text(fields, "first_name")), &address, &today);
    write(app, tenant, id, vec![Edit::set("consent_asked_on", today.0.as_str())], Told::Mails(mails)).await?;
    Ok(Asked { candidate_id: id, asked_on: today })
}

/// The question, and the same once more. The day is in their keys: asked again after an answer, it is another question.
fn mails(
    app: &App,
    tenant: &Tenant,
    (id, first_name): (RecordId, &str),
    address: &str,
    today: &Date,
) -> Vec<Mail> {
    [false, true]
        .map(|is_again| Mail {
            event_key: format!("{}/{id}/{}", if is_again { AGAIN } else { FIRST }, today.0),
            to: Recipient { address: address.to_owned(), name: String::new() },
            language: tenant.settings.language.clone(),
            content: Content::ConsentAsked { candidate_id: id, first_name: first_name.to_owned(), is_again },
            about: Some(id),
            attachments: Vec::new(),
            due_at: is_again.then(|| app.now() + REMIND_AFTER_MS),
            worth_ms: WORTH_MS,
        })
        .into()
}

/// What the keys of the mails begin with.
const FIRST: &str = "consent_asked";
const AGAIN: &str = "consent_asked_again";

fn asked_on(fields: &Fields) -> Option<&str> {
    fields.get("consent_asked_on").and_then(Value::as_str).filter(|day| !day.is_empty())
}

/// Whether somebody was asked and has not answered.
///
/// # Errors
/// When the database cannot be read.
pub async fn waits(app: &App, tenant: &Tenant, id: RecordId) -> Result<bool> {
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let fields = store::candidate(&mut tx, id).await?;
    tx.commit().await?;
    Ok(fields.is_some_and(|fields| asked_on(&fields.0).is_some()))
}

/// Takes the answer of somebody who was asked. Says whether there was a question.
///
/// # Errors
/// When it cannot be written.
pub async fn answer(app: &App, tenant: &Arc<Tenant>, id: RecordId, agrees: bool) -> Result<bool> {
    if !waits(app, tenant, id).await? {
        return Ok(false);
    }
    let today = today(app)?;
    let mut edits = vec![Edit::set("consent_asked_on", Value::Null), Edit::set("consent_to_store", agrees)];
    if agrees {
        let until = until(app, tenant)?;
        edits.push(Edit::set("consent_on", today.0.as_str()));
        edits.push(Edit::set("consent_until", until.0.as_str()));
        // A date by which they had to go was what the question is about.
        edits.push(Edit::set("data_retention_until", Value::Null));
    } else {
        // Nobody is erased by a page: people find them in the list of who is due.
        edits.push(Edit::set("consent_until", today.0.as_str()));
        edits.push(Edit::set("data_retention_until", today.0.as_str()));
    }
    write(app, tenant, id, edits, Told::Answered).await?;
    Ok(true)
}

/// What goes with a change.
enum Told {
    /// Mails that go out.
    Mails(Vec<Mail>),
    /// An answer: what waits to be sent is not sent any more.
    Answered,
}

async fn write(app: &App, tenant: &Arc<Tenant>, id: RecordId, edits: Vec<Edit>, told: Told) -> Result<()> {
    let server = Principal::server(tenant.id);
    let edit = ServerEdit { def: &Candidate::DEF, id, edits, create: false, principal: server };
    let working = app.clone();
    let after: writer::After = Box::new(move |tx| {
        Box::pin(async move {
            match told {
                Told::Mails(mails) => {
                    for told in &mails {
                        mail::enqueue(&working, tx, told).await?;
                    }
                }
                Told::Answered => mail::cancel_about(&working, tx, id, (FIRST, "")).await?,
            }
            Ok(())
        })
    });
    writer::edit(app, tenant, vec![edit], Some(after)).await?;
    app.mail().ring();
    Ok(())
}
