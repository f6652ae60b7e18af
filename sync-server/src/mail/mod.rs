//! Mail as its causes write it: what is told to whom, in the transaction of what happened.
//!
//! This stands left of every domain, so that any of them may write mail; what becomes of it (rendering, sending,
//! showing) is in `notifications`, which no cause knows. Invariant: an event makes one mail, whatever is tried again.
//! Secrets are absent on purpose: a mail names the invitation or the reset whose link it carries, and the link is made
//! while it is sent.

mod content;
mod server;
mod store;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

pub use content::{Content, Meeting, Waiting, Waits};
pub use server::{Login, Security, Server};

use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::limits::{MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS, MAX_UNASKED_MAILS, UNASKED_MAILS_MS};

/// Bytes of a message's id that are of the event.
const MESSAGE_ID_BYTES: usize = 16;

/// Something that is told to somebody once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// What happened and to whom it is told, as in `invitation/<id>`. A second mail of the same key is none.
    pub event_key: String,
    /// To whom.
    pub to: Recipient,
    /// `en` or `fr`.
    pub language: String,
    /// What is told.
    pub content: Content,
    /// The record that it is about: when that is erased, so is what was told of it.
    pub about: Option<RecordId>,
    /// Small files that go with it.
    pub attachments: Vec<Attachment>,
    /// When it is to go out; none for at once.
    pub due_at: Option<Millis>,
    /// How long it is worth sending from then on.
    pub worth_ms: Millis,
}

/// Who gets a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The address.
    pub address: String,
    /// The name, or an empty text.
    pub name: String,
}

/// A small text that goes with a mail, such as an invitation of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The name of the file.
    pub name: String,
    /// What it is, as in `text/calendar; method=REQUEST`.
    pub media_type: String,
    /// The text itself.
    pub text: String,
}

/// Wakes this node's relay.
#[derive(Debug, Default)]
pub struct Bell(Notify);

impl Bell {
    /// Rings: a transaction that wrote mail was committed. A bell that nobody hears costs seconds and no mail.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits until somebody rings, or returns at once when somebody did.
    pub async fn rung(&self) {
        self.0.notified().await;
    }
}

/// Writes a mail in the transaction of its cause. Says whether it is new: it is not when the event has its mail already,
/// nor when strangers have asked for too many to this address. Ring [`App::mail`] after the commit.
///
/// # Errors
/// When the database cannot be written, or for attachments over the limits.
pub async fn enqueue(app: &App, tx: &mut TenantTx, mail: &Mail) -> Result<bool> {
    let sizes_fit = mail.attachments.iter().all(|file| file.text.len() <= MAX_ATTACHMENT_BYTES);
    if mail.attachments.len() > MAX_ATTACHMENTS || !sizes_fit {
        return Err(anyhow::anyhow!("the attachments of {} are over the limits", mail.event_key).into());
    }
    let now = app.now();
    if mail.content.is_asked_for_by_strangers() {
        let since = now - UNASKED_MAILS_MS;
        let sent = store::count_since(tx, &mail.to.address, mail.content.template(), since).await?;
        if sent >= MAX_UNASKED_MAILS {
            tracing::warn!(
                template = mail.content.template(),
                "an address gets no more mail that strangers ask for"
            );
            return Ok(false);
        }
    }
    let id = app.new_id();
    let message_id = message_id(app, tx, &mail.event_key);
    Ok(store::insert(tx, id, &message_id, mail, now).await?)
}

/// Takes back what was not sent yet of an event. Says whether nothing of it went out, now and for ever: what is on the
/// wire at this moment, or was handed to a server that gave no answer, may arrive.
///
/// # Errors
/// When the database cannot be written.
pub async fn cancel(app: &App, tx: &mut TenantTx, event_key: &str) -> Result<bool> {
    Ok(store::cancel(tx, event_key, app.now()).await?)
}

/// Takes back what waits still about a record, of the events whose key begins so, but for one of them.
///
/// # Errors
/// When the database cannot be written.
pub async fn cancel_about(
    app: &App,
    tx: &mut TenantTx,
    about: RecordId,
    (begins, but): (&str, &str),
) -> Result<()> {
    Ok(store::cancel_about(tx, about, (begins, but), app.now()).await?)
}

/// To which address the last mail about a record went whose key begins so, as far as it is kept.
///
/// # Errors
/// When the database cannot be read.
pub async fn last_to(tx: &mut TenantTx, about: RecordId, begins: &str) -> Result<Option<String>> {
    Ok(store::last_to(tx, about, begins).await?)
}

/// Sends a mail after all that was taken back before anything of it went out.
///
/// # Errors
/// When the database cannot be written.
pub async fn revive(app: &App, tx: &mut TenantTx, event_key: &str) -> Result<()> {
    Ok(store::revive(tx, event_key, app.now()).await?)
}

/// The id that a mail has at every try, of its event and its workspace, in angle brackets.
#[must_use]
pub fn message_id(app: &App, tx: &TenantTx, event_key: &str) -> String {
    let hash = blake3::hash(format!("{}\n{event_key}", tx.schema()).as_bytes());
    let event = &hash.to_hex()[..2 * MESSAGE_ID_BYTES];
    let config = app.config();
    let from = config.mail_from.as_deref().and_then(|from| from.rsplit_once('@'));
    // A domain in letters of other scripts has no place in an id.
    let domain = from.map(|(_, domain)| domain).filter(|domain| domain.is_ascii());
    format!("<{event}@{}>", domain.unwrap_or(&config.base_domain))
}
