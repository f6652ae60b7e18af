//! A letter as the bytes that go out: headers, text and HTML, and what is attached.

use std::time::{Duration, UNIX_EPOCH};

use anyhow::Context as _;
use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Attached, Mailbox, Message, MultiPart, SinglePart};
use zumodra_shared::kernel::time::Millis;

use super::letter::{Letter, line};
use crate::error::Result;
use crate::mail::{Attachment, Recipient};

/// Characters of a name before an address.
const MAX_NAME_CHARS: usize = 100;
/// What a calendar is as a file.
const CALENDAR_FILE: &str = "application/ics";
/// What tells programs that nobody typed this, so that none of them answers (RFC 3834, and Exchange's own word).
const NOBODY_TYPED: [(&str, &str); 2] =
    [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "OOF, AutoReply")];

/// What stands around a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// The address that mail comes from.
    pub from: String,
    /// Where answers go, or an empty text.
    pub reply_to: String,
    /// Who gets it.
    pub to: Recipient,
    /// The id, in angle brackets.
    pub message_id: String,
    /// When it is sent.
    pub at: Millis,
}

/// What goes to a mail server.
#[derive(Debug, Clone)]
pub struct Packed {
    /// From whom and to whom.
    pub envelope: Envelope,
    /// The message.
    pub bytes: Vec<u8>,
}

/// Why a letter cannot be packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unpackable {
    /// The recipient's address is none.
    #[error("this is no address that mail can be sent to")]
    Recipient,
    /// The sender's address is none.
    #[error("the address that mail comes from is none")]
    Sender,
}

/// An address as mail servers know it: the domain in ASCII (RFC 5891), what stands before the @ as it is.
#[must_use]
pub fn address(text: &str) -> Option<Address> {
    let (local, domain) = text.trim().rsplit_once('@')?;
    let domain = match url::Host::parse(domain) {
        Ok(url::Host::Domain(domain)) => domain,
        _ => return None,
    };
    Address::new(local, domain).ok()
}

/// Packs a letter.
///
/// # Errors
/// [`Unpackable`] in the inner result; otherwise when a template or a header cannot be written.
pub fn pack(
    letter: &Letter,
    cover: &Cover,
    attachments: &[Attachment],
) -> Result<std::result::Result<Packed, Unpackable>> {
    let Some(to) = address(&cover.to.address) else { return Ok(Err(Unpackable::Recipient)) };
    let Some(from) = address(&cover.from) else { return Ok(Err(Unpackable::Sender)) };
    let envelope = Envelope::new(Some(from.clone()), vec![to.clone()]).context("an envelope")?;
    let at = UNIX_EPOCH + Duration::from_millis(u64::try_from(cover.at).unwrap_or_default());
    let mut builder = Message::builder()
        .envelope(envelope.clone())
        .date(at)
        .from(Mailbox::new(Some(sender(letter)), from))
        .to(Mailbox::new(Some(name(&cover.to.name)), to))
        .subject(plain(&letter.subject))
        .message_id(Some(cover.message_id.clone()))
        .raw_header(header("Content-Language", letter.lang));
    if let Some(reply_to) = address(&cover.reply_to) {
        builder = builder.reply_to(Mailbox::new(Some(sender(letter)), reply_to));
    }
    if let Some(ends) = &letter.ends {
        // RFC 2369, 3.2, and RFC 8058, 3.1: a program ends it with one request, which a button of its own sends.
        builder = builder
            .raw_header(header("List-Unsubscribe", &format!("<{ends}>")))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    match &letter.typed {
        Some(typed) if typed.answers.is_empty() => {}
        Some(typed) => {
            builder = builder.in_reply_to(typed.answers.clone()).references(typed.answers.clone());
        }
        None => {
            for (name, value) in NOBODY_TYPED {
                builder = builder.raw_header(header(name, value));
            }
        }
    }
    // Programs with a calendar take an invitation that is another form of the message (RFC 6047, 2.4), and many of them
    // none that is a file; people keep the file.
    let both = MultiPart::alternative_plain_html(letter.text()?, letter.html()?);
    let both = attachments.iter().filter(|file| is_calendar(file)).try_fold(both, show)?;
    let message = if attachments.is_empty() {
        builder.multipart(both)
    } else {
        let whole = MultiPart::mixed().multipart(both);
        builder.multipart(attachments.iter().try_fold(whole, attach)?)
    };
    let bytes = message.context("write a message")?.formatted();
    Ok(Ok(Packed { envelope, bytes }))
}

fn is_calendar(file: &Attachment) -> bool {
    file.media_type.starts_with("text/calendar")
}

fn media_type(text: &str) -> Result<ContentType> {
    Ok(ContentType::parse(text).with_context(|| format!("the type of an attachment: {text}"))?)
}

/// Adds a form of the message to its others.
fn show(both: MultiPart, file: &Attachment) -> Result<MultiPart> {
    let part = SinglePart::builder().header(media_type(&file.media_type)?).body(file.text.clone());
    Ok(both.singlepart(part))
}

fn attach(whole: MultiPart, file: &Attachment) -> Result<MultiPart> {
    // As a file it asks for nothing: it is asked for once, by the form of the message.
    let media_type = media_type(if is_calendar(file) { CALENDAR_FILE } else { &file.media_type })?;
    let file_name = line(&file.name, MAX_NAME_CHARS);
    let part: SinglePart = Attached::new(file_name).body(file.text.clone(), media_type);
    Ok(whole.singlepart(part))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// In whose name a letter comes: that of who wrote it, with the workspace's, or the workspace's alone.
fn sender(letter: &Letter) -> String {
    let person = letter.typed.as_ref().map(|typed| typed.sender.as_str()).unwrap_or_default();
    if person.is_empty() {
        return name(&letter.workspace);
    }
    name(&format!("{person} ({})", letter.workspace))
}

/// A name that may stand before an address. None is an empty text, which is left out.
fn name(text: &str) -> String {
    plain(&line(text, MAX_NAME_CHARS))
}

/// A text in which nothing looks like an encoded word: a reader would show something else than was typed.
fn plain(text: &str) -> String {
    text.replace("=?", "= ?")
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
