//! Takes up what candidates answer. Every byte is a stranger's: that somebody knows the address of an answer says that they
//! have the e-mail that it answers, and nothing of who they are; whom a mail says it is from is shown as it says.
//!
//! The pipe's process only keeps the mail. The server makes the record of it: so that there is one that writes records.

use std::sync::Arc;

use anyhow::Context as _;
use mail_parser::{Address, HeaderValue, Message, MessageParser, MimeHeaders as _};
use zumodra_shared::ats::rules::text;
use zumodra_shared::kernel::{Code, RecordId};

use super::address::{self, Claim};
use super::arrived::{NOTHING, arrived, line, plain};
use super::store::{self, Received};
use crate::app::App;
use crate::check::is_email;
use crate::error::Result;
use crate::limits::{
    MAX_ANSWERS_OF_EMAIL, MAX_EMAIL_BODY_CHARS, MAX_EMAIL_SUBJECT_CHARS, MAX_LEFT_OUT_CHARS,
    MAX_MESSAGE_ID_CHARS, MAX_RECEIVED_BYTES,
};
use crate::sync::writer;
use crate::tenants::{self, State, Tenant};

/// Mails that are taken up in one go.
const MAX_TAKEN_UP: i64 = 50;
/// Addresses of one mail that are looked at.
const MAX_ADDRESSES: usize = 100;
/// Where mail servers write to which address a mail was delivered.
const DELIVERED: [&str; 3] = ["Delivered-To", "X-Original-To", "Envelope-To"];

/// Why a mail cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is larger than any that is taken.
    #[error("the mail is larger than {MAX_RECEIVED_BYTES} bytes")]
    TooLarge,
    /// It is no mail.
    #[error("this is no mail (RFC 5322)")]
    NoMail,
}

/// A mail to the address of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    claim: Claim,
    from: String,
    subject: String,
    body: String,
    is_cut: bool,
    message_id: String,
    left_out: String,
    /// Of the whole mail: the same one is taken once.
    hash: [u8; 32],
}

/// Reads a mail; none for one that answers nothing of ours. `to` is the address that the mail server says it was
/// delivered to, if it says so.
///
/// # Errors
/// [`Unreadable`].
pub fn read(
    replies: &str,
    to: Option<&str>,
    bytes: &[u8],
) -> std::result::Result<Option<Incoming>, Unreadable> {
    if bytes.len() > MAX_RECEIVED_BYTES {
        return Err(Unreadable::TooLarge);
    }
    let message = MessageParser::new().parse(bytes).ok_or(Unreadable::NoMail)?;
    if message.headers().is_empty() {
        return Err(Unreadable::NoMail);
    }
    let mut addresses = to.map(str::to_owned).into_iter().chain(recipients(&message)).take(MAX_ADDRESSES);
    let Some(claim) = addresses.find_map(|address| address::read(replies, &address)) else { return Ok(None) };
    let (body, is_cut) = body(&message);
    Ok(Some(Incoming {
        claim,
        from: sender(&message),
        subject: line(message.subject().unwrap_or_default(), MAX_EMAIL_SUBJECT_CHARS),
        body,
        is_cut,
        message_id: message_id(&message),
        left_out: left_out(&message),
        hash: *blake3::hash(bytes).as_bytes(),
    }))
}

/// Every address that a mail names as its receiver.
fn recipients(message: &Message<'_>) -> Vec<String> {
    let delivered = DELIVERED.iter().filter_map(|name| match message.header(*name) {
        Some(HeaderValue::Text(text)) => Some(text.trim().trim_matches(['<', '>']).to_owned()),
        _ => None,
    });
    let named = [message.to(), message.cc()].into_iter().flatten().flat_map(Address::iter);
    let named = named.filter_map(|one| one.address().map(str::to_owned));
    delivered.chain(named).collect()
}

/// Whom a mail says it is from; an empty text where that is no address.
fn sender(message: &Message<'_>) -> String {
    let from = message.from().and_then(Address::first).and_then(|from| from.address());
    from.map(|from| from.trim().to_lowercase()).filter(|from| is_email(from)).unwrap_or_default()
}

/// The id of a mail in angle brackets, or an empty text where it has none that may stand in a header.
fn message_id(message: &Message<'_>) -> String {
    let id = message.message_id().unwrap_or_default();
    let plain = id.chars().all(|c| c.is_ascii_graphic() && !"<>".contains(c));
    if id.is_empty() || !plain || id.len() + 2 > MAX_MESSAGE_ID_CHARS {
        return String::new();
    }
    format!("<{id}>")
}

/// What a mail says, as plain text, and whether there was more.
fn body(message: &Message<'_>) -> (String, bool) {
    let parts = (0..message.text_body_count()).filter_map(|at| message.body_text(at));
    let whole = parts.map(|part| plain(&part)).collect::<Vec<_>>().join("\n\n");
    let whole = whole.trim();
    if whole.is_empty() {
        return (NOTHING.to_owned(), false);
    }
    let cut: String = whole.chars().take(MAX_EMAIL_BODY_CHARS).collect();
    let is_cut = cut.len() < whole.len();
    (cut, is_cut)
}

/// The names of the files that came with a mail, one a line.
fn left_out(message: &Message<'_>) -> String {
    let mut names = String::new();
    for part in message.attachments() {
        let name = line(part.attachment_name().unwrap_or_default(), 200);
        if names.chars().count() + name.chars().count() + 1 > MAX_LEFT_OUT_CHARS {
            break;
        }
        if !names.is_empty() {
            names.push('\n');
        }
        names.push_str(&name);
    }
    names
}

impl Incoming {
    /// Keeps the mail for the server to take up. Says what became of it.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn keep(&self, app: &App) -> Result<&'static str> {
        let all = tenants::actions::list(app).await?;
        let Some(tenant) = all.into_iter().find(|tenant| self.claim.is_of(app, tenant.id)) else {
            return Ok("nothing is done: no such address was given to anybody");
        };
        if tenant.state != State::Active {
            return Ok("nothing is done: the workspace is not in use");
        }
        let mut tx = app.db().tenant(&tenant.schema).await?;
        let Some((answered, _)) = store::email(&mut tx, self.claim.email).await? else {
            return Ok("nothing is done: what it answers is gone");
        };
        if store::answers(&mut tx, self.claim.email).await? >= MAX_ANSWERS_OF_EMAIL {
            return Ok("nothing is done: there are too many answers already");
        }
        // Who hides where they write from is shown by the address that was written to.
        let wrote = text(&answered.0, "address");
        let received = Received {
            id: RecordId::new_v5(&self.claim.email, &self.hash),
            answers: Some(self.claim.email),
            address: if self.from.is_empty() { wrote.to_owned() } else { self.from.clone() },
            subject: self.subject.clone(),
            body: self.body.clone(),
            message_id: self.message_id.clone(),
            left_out: self.left_out.clone(),
            is_cut: self.is_cut,
            received_at: app.now(),
        };
        let is_new = store::keep(&mut tx, &received).await?;
        tx.commit().await.context("commit a mail that came")?;
        Ok(if is_new { "the answer is kept" } else { "nothing is done: it came before" })
    }
}

/// Makes the records of mails that came.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn take_up(app: &App, tenant: &Arc<Tenant>) -> Result<()> {
    loop {
        let mut tx = app.db().tenant(&tenant.schema).await?;
        let waiting = store::waiting(&mut tx, MAX_TAKEN_UP).await?;
        tx.commit().await?;
        let Some(last) = waiting.last().map(|mail| mail.id) else { return Ok(()) };
        for mail in waiting {
            make(app, tenant, mail).await?;
        }
        tracing::info!(tenant = %tenant.id, %last, "mail from candidates was taken up");
    }
}

async fn make(app: &App, tenant: &Arc<Tenant>, mail: Received) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let answered = match mail.answers {
        Some(answers) => store::email(&mut tx, answers).await?,
        None => None,
    };
    if answered.is_none() {
        store::taken_up(&mut tx, mail.id).await?;
    }
    tx.commit().await?;
    let Some((answered, _)) = answered else { return Ok(()) };
    let id = mail.id;
    let edit = arrived(tenant.id, &mail, &answered.0);
    let after: writer::After =
        Box::new(move |tx| Box::pin(async move { Ok(store::taken_up(tx, id).await?) }));
    match writer::edit(app, tenant, vec![edit], Some(after)).await {
        Ok(()) => Ok(()),
        Err(error) if refused(error.code()) => {
            tracing::warn!(tenant = %tenant.id, %id, %error, "a mail from a candidate is not taken");
            let mut tx = app.db().tenant(&tenant.schema).await?;
            store::taken_up(&mut tx, id).await?;
            tx.commit().await?;
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Whether trying again changes nothing.
const fn refused(code: Code) -> bool {
    !matches!(code, Code::Unavailable | Code::Internal)
}

#[cfg(test)]
#[path = "receive_tests.rs"]
mod tests;
