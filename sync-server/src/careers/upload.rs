//! Reads a form as it arrives: text fields up to their limits, a few files up to theirs. What is too large is read past
//! and thrown away, so that the other fields are not lost; what is far too large is not read at all.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::header;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use tokio::sync::Semaphore;
use zumodra_shared::ats::MAX_FILE_QUESTIONS;
use zumodra_shared::kernel::Code;
use zumodra_shared::kernel::limits::MAX_RESUME_BYTES;

use crate::app::App;
use crate::error::{Error, Result};

/// A whole form, in bytes: every file that it asks for, and a résumé that is somewhat too large still gets an answer that
/// keeps what was typed.
pub const MAX_FORM_BYTES: usize = 48 << 20;
/// Fields of a form: each chosen option of a question is one.
const MAX_PARTS: usize = 500;
/// Files of a form: the résumé and what its questions ask for.
const MAX_FILES: usize = 1 + MAX_FILE_QUESTIONS;
/// Bytes of a field's name.
const MAX_NAME_BYTES: usize = 100;
/// Bytes kept of one text field: more than any field may have characters.
const MAX_TEXT_BYTES: usize = 64 << 10;
/// Bytes of all text fields.
const MAX_TEXTS_BYTES: usize = 1 << 20;
/// Characters of a file's name.
const MAX_FILE_NAME_CHARS: usize = 150;
/// Forms that are read at the same moment; each may hold a file in memory.
const MAX_FORMS_AT_ONCE: usize = 8;
/// How much of a form that is refused by its size is still taken from the wire, so that its sender reads the answer.
const MAX_DRAINED_BYTES: usize = 256 << 20;
/// How long that may take.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);

static TURNS: Semaphore = Semaphore::const_new(MAX_FORMS_AT_ONCE);

/// A file of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SentFile {
    /// It is here.
    Whole {
        /// Its name, without folders.
        name: String,
        /// Its bytes.
        bytes: Bytes,
    },
    /// It was larger than a résumé may be.
    TooLarge,
}

/// A form as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// The text fields by name, with every value that was sent under it.
    pub texts: HashMap<String, Vec<String>>,
    /// The text fields that were not UTF-8.
    pub unreadable: HashSet<String>,
    /// The files by the names of their fields.
    pub files: HashMap<String, SentFile>,
}

impl Sent {
    /// A text field; empty when it was not sent.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.all(name).first().map(String::as_str).unwrap_or_default()
    }

    /// Every value of a text field, as boxes of one name send them.
    #[must_use]
    pub fn all(&self, name: &str) -> &[String] {
        self.texts.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Reads a form, with the files of the fields that may have one.
///
/// # Errors
/// [`Code::TooLarge`] for one far beyond the limit, [`Code::BadRequest`] for what is no form.
pub async fn read(app: &App, request: Request, is_file: impl Fn(&str) -> bool) -> Result<Sent> {
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > MAX_FORM_BYTES) {
        app.tasks().spawn(drain(request.into_body()));
        return Err(Code::TooLarge.into());
    }
    let _turn = TURNS.acquire().await.map_err(|_| Code::Unavailable)?;
    let mut form = Multipart::from_request(request, app).await.map_err(|_| Code::BadRequest)?;
    let mut sent = Sent::default();
    let mut texts = 0;
    for _ in 0..MAX_PARTS {
        let Some(mut field) = form.next_field().await.map_err(|error| refused(&error))? else { break };
        let Some(name) = field.name().filter(|name| name.len() <= MAX_NAME_BYTES).map(str::to_owned) else {
            continue;
        };
        if is_file(&name) && field.file_name().is_some() {
            let is_wanted = sent.files.len() < MAX_FILES && !sent.files.contains_key(&name);
            if let Some(file) = read_file(&mut field).await?.filter(|_| is_wanted) {
                sent.files.insert(name, file);
            }
            continue;
        }
        let bytes = taken(&mut field, MAX_TEXT_BYTES).await?.0;
        texts += bytes.len();
        if texts > MAX_TEXTS_BYTES {
            return Err(Code::TooLarge.into());
        }
        let (text, is_readable) = clean(&bytes);
        if !is_readable {
            sent.unreadable.insert(name.clone());
        }
        sent.texts.entry(name).or_default().push(text);
    }
    Ok(sent)
}

fn refused(error: &axum::extract::multipart::MultipartError) -> Error {
    let is_large = error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE;
    if is_large { Code::TooLarge.into() } else { Code::BadRequest.into() }
}

/// The bytes of a field up to a limit, and whether there were more.
async fn taken(field: &mut Field<'_>, limit: usize) -> Result<(BytesMut, bool)> {
    let (mut bytes, mut is_cut) = (BytesMut::new(), false);
    while let Some(chunk) = field.chunk().await.map_err(|error| refused(&error))? {
        let room = limit.saturating_sub(bytes.len());
        is_cut |= chunk.len() > room;
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok((bytes, is_cut))
}

async fn read_file(field: &mut Field<'_>) -> Result<Option<SentFile>> {
    let name = file_name(field.file_name().unwrap_or_default());
    let limit = usize::try_from(MAX_RESUME_BYTES).unwrap_or(usize::MAX);
    let (bytes, is_cut) = taken(field, limit).await?;
    if is_cut {
        return Ok(Some(SentFile::TooLarge));
    }
    // A browser sends an empty part for a file that was not chosen.
    let is_chosen = !(name.is_empty() && bytes.is_empty());
    Ok(is_chosen.then(|| SentFile::Whole { name, bytes: bytes.freeze() }))
}

/// A file's name without folders and control characters, short enough, with its extension kept.
fn file_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    let room = MAX_FILE_NAME_CHARS.saturating_sub(extension.chars().count().min(MAX_FILE_NAME_CHARS) + 1);
    if name.chars().count() <= MAX_FILE_NAME_CHARS {
        return name;
    }
    format!("{}.{extension}", stem.chars().take(room).collect::<String>())
        .chars()
        .take(MAX_FILE_NAME_CHARS)
        .collect()
}

/// A text with one kind of line break and without control characters, and whether it was UTF-8.
fn clean(bytes: &[u8]) -> (String, bool) {
    // A text that was cut at its limit may end within a letter, which does not make it unreadable.
    let is_readable = match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && bytes.len() >= MAX_TEXT_BYTES,
    };
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n");
    (text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect(), is_readable)
}

/// Reads what is thrown away. A connection that is closed with bytes on their way may lose the answer too.
async fn drain(body: Body) {
    let mut stream = body.into_data_stream();
    let reading = async {
        let mut drained = 0;
        while let Some(Ok(chunk)) = stream.next().await {
            drained += chunk.len();
            if drained > MAX_DRAINED_BYTES {
                break;
            }
        }
    };
    // Whoever sends for longer does not wait for an answer.
    let _ = tokio::time::timeout(DRAIN_TIMEOUT, reading).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_has_no_folder_and_keeps_its_extension() {
        assert_eq!(file_name("C:\\Users\\me\\cv.pdf"), "cv.pdf");
        assert_eq!(file_name("../../etc/pass\u{0}wd"), "passwd");
        let long = file_name(&format!("{}.pdf", "é".repeat(300)));
        assert!(long.ends_with(".pdf") && long.chars().count() == MAX_FILE_NAME_CHARS);
        let odd = file_name(&format!("x.{}", "y".repeat(300)));
        assert_eq!(odd.chars().count(), MAX_FILE_NAME_CHARS);
    }

    #[test]
    fn a_text_is_cleaned_and_said_to_be_unreadable() {
        assert_eq!(clean(b"a\r\nb\0\x07c"), ("a\nbc".into(), true));
        assert!(!clean(b"\xff\xfe").1);
    }
}
