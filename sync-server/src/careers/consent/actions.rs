//! Asking, and what an answer does. Both are one transaction: the record, its history and the mail.

use std::sync::Arc;

use anyhow::anyhow;
use serde::Serialize;
use serde_json::Value;
use zumodra_shared::access::{Action, Principal, Reach, reach};
use zumodra_shared::ats::{Candidate, Email, merging, rules};
use zumodra_shared::kernel::time::{DAY_MS, Millis};
use zumodra_shared::kernel::{Code, Date, Problem, RecordId};
use zumodra_shared::schema::{Edit, Entity as _, Fields};

use super::store;
use crate::app::App;
use crate::careers::portal;
use crate::db::TenantTx;
use crate::error::Result;
use crate::http::extract::Actor;
use crate::http::resource::actions;
use crate::mail::{self, Content, Mail, Recipient};
use crate::sync::writer;
use crate::sync::{self, Expected, ServerEdit};
use crate::tenants::Tenant;

/// For how many months somebody agrees where the workspace has no period of its own.
const USUAL_MONTHS: i64 = 24;
/// How long after the question the second mail goes out, where no answer came.
const REMIND_AFTER_MS: Millis = 7 * DAY_MS;
/// How long a mail with the question is worth sending.
const WORTH_MS: Millis = 14 * DAY_MS;
/// Merges that an answer follows, one into the next.
const MAX_FOLLOWED: usize = 10;

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
/// answered is not asked again, unless the question went to another address than theirs is now.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`]; [`Code::InvalidFields`] for who has no address; [`Code::WrongState`] for who is
/// asked already, was merged into somebody, or does not agree: a no is an answer.
pub async fn ask(app: &App, by: &Actor, id: RecordId) -> Result<Asked> {
    let row = actions::editable(app, by, &Candidate::DEF, id).await?;
    if reach(by.role, Email::NAME, Action::Create) == Reach::None {
        return Err(Code::Forbidden.into());
    }
    let fields = &row.fields.0;
    let tenant = by.tenant();
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let address = store::address(&mut tx, id).await?;
    let last = mail::last_to(&mut tx, id, FIRST).await?;
    tx.commit().await?;
    let Some(address) = address else {
        let message = "There is no address to ask.";
        return Err(Problem::new(Code::InvalidFields).field("email", message).into());
    };
    let was_asked = asked_on(fields).is_some() && last.is_none_or(|last| last == address);
    let agrees = fields.get("consent_to_store").is_some_and(|agrees| *agrees == true);
    if was_asked || !agrees || !rules::text(fields, merging::INTO).is_empty() {
        return Err(Code::WrongState.into());
    }
    let today = today(app)?;
    let mails = mails(app, tenant, (id, rules::text(fields, "first_name")), &address);
    let edits = vec![Edit::set("consent_asked_on", today.0.as_str())];
    write(app, tenant, expected(id, fields), vec![(id, edits)], Told::Mails(mails)).await?;
    Ok(Asked { candidate_id: id, asked_on: today })
}

/// The question, and the same once more. Each question has keys of its own: a mail of a key that was used is none.
fn mails(app: &App, tenant: &Tenant, (id, first_name): (RecordId, &str), address: &str) -> Vec<Mail> {
    let question = app.new_id();
    [false, true]
        .map(|is_again| Mail {
            event_key: format!("{}/{id}/{question}", if is_again { AGAIN } else { FIRST }),
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

/// A question as it was read: while another one stands there, or none, nothing is written.
fn expected(id: RecordId, fields: &Fields) -> Expected {
    let value = fields.get("consent_asked_on").cloned().unwrap_or_default();
    Expected { id, field: "consent_asked_on", value }
}

/// The candidate who was asked, and those that they were merged into since, one after the other, as far as they are there.
async fn person(tx: &mut TenantTx, id: RecordId) -> Result<Vec<(RecordId, Fields)>> {
    let mut found: Vec<(RecordId, Fields)> = Vec::new();
    let mut next = Some(id);
    while let Some(id) = next
        && found.len() <= MAX_FOLLOWED
        && found.iter().all(|(known, _)| *known != id)
        && let Some(fields) = store::candidate(tx, id).await?
    {
        next = rules::text(&fields.0, merging::INTO).parse().ok();
        found.push((id, fields.0));
    }
    Ok(found)
}

/// Takes the answer of somebody who was asked, also for those that they were merged into meanwhile. Says whether there was a
/// question; of two answers at once one is taken.
///
/// # Errors
/// When it cannot be written.
pub async fn answer(app: &App, tenant: &Arc<Tenant>, id: RecordId, agrees: bool) -> Result<bool> {
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let people = person(&mut tx, id).await?;
    let Some((_, asked)) = people.first().filter(|(_, fields)| asked_on(fields).is_some()) else {
        return Ok(false);
    };
    let expected = expected(id, asked);
    let mut edits = Vec::with_capacity(people.len());
    for (id, fields) in &people {
        let mut theirs = answered(app, tenant, agrees)?;
        if let Some(candidate) = rules::read::<Candidate>(fields).filter(|_| !agrees) {
            theirs.extend(portal::not_in_mind(&mut tx, &candidate).await?);
        }
        edits.push((*id, theirs));
    }
    tx.commit().await?;
    match write(app, tenant, expected, edits, Told::Answered).await {
        Err(error) if error.code() == Code::WrongState => Ok(false),
        written => written.map(|()| true),
    }
}

fn answered(app: &App, tenant: &Tenant, agrees: bool) -> Result<Vec<Edit>> {
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
    Ok(edits)
}

/// What goes with a change.
enum Told {
    /// Mails that go out, in the place of those that wait.
    Mails(Vec<Mail>),
    /// An answer: what waits to be sent is not sent any more.
    Answered,
}

async fn write(
    app: &App,
    tenant: &Arc<Tenant>,
    expected: Expected,
    edits: Vec<(RecordId, Vec<Edit>)>,
    told: Told,
) -> Result<()> {
    let ids: Vec<RecordId> = edits.iter().map(|(id, _)| *id).collect();
    let edit = |(id, edits)| {
        let principal = Principal::server(tenant.id);
        ServerEdit { def: &Candidate::DEF, id, edits, create: false, principal }
    };
    let working = app.clone();
    let after: writer::After = Box::new(move |tx| {
        Box::pin(async move {
            for id in ids {
                mail::cancel_about(&working, tx, id, (FIRST, "")).await?;
            }
            let Told::Mails(mails) = told else { return Ok(()) };
            for told in &mails {
                if !mail::enqueue(&working, tx, told).await? {
                    // Who is marked as asked has a question on the way.
                    return Err(anyhow!("{} would be no mail", told.event_key).into());
                }
            }
            Ok(())
        })
    });
    sync::edit_where(app, tenant, Some(expected), edits.into_iter().map(edit).collect(), Some(after)).await?;
    app.mail().ring();
    Ok(())
}
