//! What administrators do with the mail of their workspace: look at it, try it again, take it back, have it forgotten.

use anyhow::Context as _;
use serde::Serialize;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::CandidateContact;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::Entity as _;

use super::letter::{Letter, Links};
use super::relay::Relay;
use super::store::{self, Row};
use crate::accounts::sessions::administers;
use crate::app::App;
use crate::ats::calendar;
use crate::careers::{alerts, letters, portal};
use crate::db::TenantTx;
use crate::error::Result;
use crate::http::page::Page;
use crate::limits::TEST_MAIL_MS;
use crate::mail::{self, Content, Mail, Recipient, Server};
use crate::tenants::Tenant;

/// What can become of a mail.
pub const STATES: [&str; 6] = ["waiting", "sending", "deferred", "sent", "given_up", "cancelled"];

/// A mail as administrators see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    /// The id.
    pub id: RecordId,
    /// What it is.
    pub template: String,
    /// The address.
    pub to: String,
    /// The name of who gets it, or an empty text.
    pub to_name: String,
    /// `en` or `fr`.
    pub language: String,
    /// One of [`STATES`].
    pub state: String,
    /// How often it was tried.
    pub tries: i32,
    /// When it is tried next, while it waits.
    pub next_at: Option<Millis>,
    /// Until when it is worth sending.
    pub expires_at: Millis,
    /// Why it was not sent, or an empty text.
    pub problem: String,
    /// The subject; none when the text was removed.
    pub subject: Option<String>,
    /// The id that the message has.
    pub message_id: String,
    /// When it was written.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
    /// When it was sent.
    pub sent_at: Option<Millis>,
}

/// Subject and text: as they were sent, or as they will be. Secrets of links are left out. None when they were removed.
fn written(app: &App, tenant: &Tenant, row: &Row) -> Result<Option<(String, String)>> {
    if let Some(sent) = row.subject.clone().zip(row.body.clone()) {
        return Ok(Some(sent));
    }
    let content = row.content.as_ref().and_then(|values| Content::read(&row.template, values));
    let Some(content) = content else { return Ok(None) };
    let letter = Letter::write(app, tenant, &row.language, &content, Links::Masked);
    let text = letter.text()?;
    Ok(Some((letter.subject, text)))
}

fn shown(row: Row, subject: Option<String>) -> Shown {
    let waits = matches!(row.state.as_str(), "waiting" | "deferred");
    Shown {
        id: row.id,
        template: row.template,
        to: row.recipient,
        to_name: row.recipient_name,
        language: row.language,
        state: row.state,
        tries: row.tries,
        next_at: waits.then_some(row.next_at),
        expires_at: row.expires_at,
        problem: row.problem,
        subject,
        message_id: row.message_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
        sent_at: row.sent_at,
    }
}

fn require(by: &Principal) -> Result<()> {
    if administers(by.role) { Ok(()) } else { Err(Code::Forbidden.into()) }
}

/// Whether a mail server is set.
#[must_use]
pub fn is_configured(app: &App) -> bool {
    matches!(Server::of(app.config()), Ok(Some(_)))
}

/// The mails, the newest first, of one state or all.
///
/// # Errors
/// [`Code::Forbidden`] for all but administrators, [`Code::InvalidFields`] for a state that is none.
pub async fn list(
    app: &App,
    by: &Principal,
    tenant: &Tenant,
    state: Option<&str>,
    page: &Page,
) -> Result<(i64, Vec<Shown>)> {
    require(by)?;
    if state.is_some_and(|state| !STATES.contains(&state)) {
        let choices = format!("Choose one of: {}.", STATES.join(", "));
        return Err(Problem::new(Code::InvalidFields).field("state", choices).into());
    }
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let count = store::count(&mut tx, state).await?;
    let rows = store::page(&mut tx, state, page.offset(), page.limit()).await?;
    tx.commit().await?;
    let mut mails = Vec::with_capacity(rows.len());
    for row in rows {
        let subject = written(app, tenant, &row)?.map(|(subject, _)| subject);
        mails.push(shown(row, subject));
    }
    Ok((count, mails))
}

/// One mail with its text; none when that was removed.
///
/// # Errors
/// [`Code::Forbidden`] for all but administrators, [`Code::NotFound`].
pub async fn one(
    app: &App,
    by: &Principal,
    tenant: &Tenant,
    id: RecordId,
) -> Result<(Shown, Option<String>)> {
    require(by)?;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let row = store::one(&mut tx, id).await?.ok_or(Code::NotFound)?;
    tx.commit().await?;
    let (subject, text) = written(app, tenant, &row)?.unzip();
    Ok((shown(row, subject), text))
}

/// Tries a mail again that was not sent.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`] for one that cannot be tried again.
pub async fn retry(app: &App, by: &Principal, tenant: &Tenant, id: RecordId) -> Result<Shown> {
    require(by)?;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    store::one(&mut tx, id).await?.ok_or(Code::NotFound)?;
    if !store::retry(&mut tx, id, app.now()).await? {
        return Err(Code::WrongState.into());
    }
    // Read before the relay can see it: the answer says what this did, and not what became of it since.
    let row = store::one(&mut tx, id).await?.ok_or(Code::NotFound)?;
    tx.commit().await?;
    app.mail().ring();
    let subject = written(app, tenant, &row)?.map(|(subject, _)| subject);
    Ok(shown(row, subject))
}

/// Takes back a mail that was not sent yet.
///
/// # Errors
/// [`Code::Forbidden`], [`Code::NotFound`], [`Code::WrongState`] for one that is out or over.
pub async fn cancel(app: &App, by: &Principal, tenant: &Tenant, id: RecordId) -> Result<Shown> {
    require(by)?;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    store::one(&mut tx, id).await?.ok_or(Code::NotFound)?;
    if !store::cancel(&mut tx, id, app.now()).await? {
        return Err(Code::WrongState.into());
    }
    tx.commit().await?;
    Ok(one(app, by, tenant, id).await?.0)
}

/// Sends a test to an address now, and says what became of it.
///
/// # Errors
/// When no server is set or the database cannot be written.
pub async fn test(app: &App, tenant: &Tenant, address: &str) -> Result<Shown> {
    let server = Server::of(app.config()).map_err(anyhow::Error::from)?;
    let server = server.context("no mail server is set: see smtp_url and mail_from")?;
    let event_key = format!("test/{}", app.new_id());
    let told = Mail {
        event_key: event_key.clone(),
        to: Recipient { address: address.to_owned(), name: String::new() },
        language: tenant.settings.language.clone(),
        content: Content::Test,
        about: None,
        attachments: Vec::new(),
        due_at: None,
        worth_ms: TEST_MAIL_MS,
    };
    let relay = Relay::new(app, &server)?;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    mail::enqueue(app, &mut tx, &told).await?;
    let claimed = relay.claim_new(&mut tx, &event_key).await?;
    tx.commit().await?;
    let row = relay.try_now(tenant, claimed).await?;
    Ok(shown(row, None))
}

/// Removes everything about a person from the mail of a workspace: what went to the address, and what was told about
/// candidates who have it. It leaves the invitations to interviews too. Says in how many mails there was something.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget(app: &App, tenant: &Tenant, address: &str) -> Result<u64> {
    let address = address.trim().to_lowercase();
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let kind = i32::from(CandidateContact::DEF.code);
    let candidates = store::candidates_of(&mut tx, kind, &address).await?;
    let forgotten = forget_in(app, &mut tx, &address, &candidates, &candidates).await?;
    tx.commit().await?;
    Ok(forgotten)
}

/// Removes an address, what was told about some records, and the letters, links and requests of candidates, within a
/// transaction. Says in how many mails there was something.
///
/// # Errors
/// When the database cannot be written.
pub async fn forget_in(
    app: &App,
    tx: &mut TenantTx,
    address: &str,
    candidates: &[RecordId],
    records: &[RecordId],
) -> Result<u64> {
    let forgotten = store::forget_person(tx, address, records, app.now()).await?;
    letters::forget(tx, candidates).await?;
    calendar::forget(app, tx, address, candidates).await?;
    portal::forget(tx, address, candidates).await?;
    alerts::forget(tx, address).await?;
    Ok(forgotten)
}
