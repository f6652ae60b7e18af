//! What a résumé says: its text, and who it is from. Decoders of hostile documents run in a process of their own, with
//! little memory, little time and no way to write: what they do wrong ends there.

use std::io::{self, Read as _, Write as _};
use std::process::Stdio;
use std::sync::LazyLock;

use anyhow::{Context as _, anyhow, bail};
use bytes::Bytes;
use nix::sys::resource::{Resource, setrlimit};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::Semaphore;
use zumodra_resume::{Fields, Found, ReadError};
use zumodra_shared::kernel::limits::{MAX_RESUME_BYTES, MAX_RESUME_TEXT_CHARS};

use super::actions;
use super::kind::FileKind;
use crate::app::App;
use crate::limits::{EXTRACT_CPU_SECONDS, EXTRACT_MEMORY_BYTES, EXTRACT_TIMEOUT, MAX_EXTRACTIONS_AT_ONCE};
use crate::tenants::Tenant;

static SLOTS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(MAX_EXTRACTIONS_AT_ONCE));
/// Files that an extraction may have open: its three pipes and a few for its runtime.
const MAX_OPEN_FILES: u64 = 16;

/// Characters of one thing that is recognised, and how many of a list are looked at.
const MAX_FOUND_CHARS: usize = 5_000;
const MAX_FOUND: usize = 20;
/// Bytes of the longest answer of an extraction: the text with every letter escaped, and what was recognised.
const MAX_ANSWER_BYTES: u64 = 6 * (max_chars() as u64 + 10 * MAX_FOUND_CHARS as u64 * MAX_FOUND as u64);

/// Characters of the longest text that is kept.
const fn max_chars() -> usize {
    // The limit is shared as the number type of fields.
    MAX_RESUME_TEXT_CHARS.unsigned_abs() as usize
}

/// What a document says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Its text.
    pub text: String,
    /// Who it is from.
    pub person: Person,
}

/// Who a résumé is from, as far as it was recognised. What was not is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name as it is written.
    pub name: String,
    /// Addresses of electronic mail, the likeliest first.
    pub emails: Vec<String>,
    /// Telephone numbers as they are written.
    pub phones: Vec<String>,
    /// Pages of the person.
    pub links: Vec<String>,
    /// The profession below the name.
    pub headline: String,
    /// The introduction.
    pub summary: String,
}

impl Person {
    fn of(fields: &Fields) -> Self {
        let one =
            |found: &Option<Found<String>>| found.as_ref().map(|one| short(&one.value)).unwrap_or_default();
        let all =
            |found: &[Found<String>]| found.iter().take(MAX_FOUND).map(|one| short(&one.value)).collect();
        Self {
            name: one(&fields.name),
            emails: all(&fields.emails),
            phones: all(&fields.phones),
            links: all(&fields.links),
            headline: one(&fields.headline),
            summary: one(&fields.summary),
        }
    }
}

fn short(text: &str) -> String {
    text.chars().take(MAX_FOUND_CHARS).collect()
}

/// Why a document says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// Its pages are pictures.
    Scan,
    /// It asks for a password.
    Encrypted,
    /// It is damaged, or beyond the limits.
    Beyond,
}

/// What an extraction answers.
type Answer = Result<Reading, Unreadable>;

/// What a document says, as far as it can be read.
///
/// # Errors
/// When the extraction itself fails: it cannot be started, takes too long, or ends by its limits.
pub async fn read(app: &App, kind: FileKind, bytes: Bytes) -> anyhow::Result<Answer> {
    let program = match &app.config().extractor {
        Some(program) => program.clone(),
        None => std::env::current_exe().context("find this program")?,
    };
    let _slot = SLOTS.acquire().await.context("wait for a slot")?;
    let mut child = Command::new(program)
        .args(["read-resume", kind.extension()])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("start the extraction of text")?;
    let mut input = child.stdin.take().context("the extraction's input")?;
    let output = child.stdout.take().context("the extraction's output")?;
    let talk = async {
        let write = async move {
            // A child that ended early says so by its status.
            let _ = input.write_all(&bytes).await;
        };
        let read = async {
            let mut answer = Vec::new();
            output.take(MAX_ANSWER_BYTES).read_to_end(&mut answer).await.map(|_| answer)
        };
        let ((), answer) = tokio::join!(write, read);
        let answer = answer.context("read the extracted text")?;
        let status = child.wait().await.context("wait for the extraction of text")?;
        if !status.success() {
            bail!("the extraction of text ended with {status}");
        }
        Ok(answer)
    };
    let answer = tokio::time::timeout(EXTRACT_TIMEOUT, talk)
        .await
        .map_err(|_| anyhow!("the extraction took too long"))??;
    let answer: Answer = serde_json::from_slice(&answer).context("understand the extraction's answer")?;
    // The process that answers had hostile bytes in its hands.
    Ok(answer.map(|reading| Reading { text: capped(&reading.text), ..reading }))
}

/// What a file that is kept says.
///
/// # Errors
/// When the file cannot be had, and as [`read`].
pub async fn read_file(app: &App, tenant: &Tenant, hash: &str, kind: FileKind) -> anyhow::Result<Answer> {
    let file = actions::find(app, tenant, hash).await?;
    let bytes = actions::read(app, tenant, &file, 0..file.size()).await?;
    read(app, kind, bytes).await
}

/// The work of the extracting process: limits itself, reads the document from its input, writes what it says as JSON.
///
/// # Errors
/// When its input or output fails.
pub fn read_here(kind: FileKind) -> anyhow::Result<()> {
    limit_this_process().context("limit this process")?;
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_RESUME_BYTES + 1).read_to_end(&mut bytes)?;
    let answer = serde_json::to_vec(&decoded(kind, &bytes))?;
    let mut output = io::stdout().lock();
    output.write_all(&answer)?;
    output.flush()?;
    Ok(())
}

fn limit_this_process() -> nix::Result<()> {
    nix::sys::prctl::set_no_new_privs()?;
    let limits = [
        (Resource::RLIMIT_AS, EXTRACT_MEMORY_BYTES),
        (Resource::RLIMIT_CPU, EXTRACT_CPU_SECONDS),
        (Resource::RLIMIT_FSIZE, 0),
        (Resource::RLIMIT_CORE, 0),
        (Resource::RLIMIT_NOFILE, MAX_OPEN_FILES),
    ];
    limits.into_iter().try_for_each(|(resource, limit)| setrlimit(resource, limit, limit))
}

fn decoded(kind: FileKind, bytes: &[u8]) -> Answer {
    if bytes.len() as u64 > MAX_RESUME_BYTES {
        return Err(Unreadable::Beyond);
    }
    let hint = match kind {
        FileKind::Pdf => zumodra_resume::FileKind::Pdf,
        FileKind::Docx => zumodra_resume::FileKind::Docx,
        FileKind::Odt => zumodra_resume::FileKind::Odt,
        FileKind::Txt => zumodra_resume::FileKind::Txt,
    };
    match zumodra_resume::read(bytes, Some(hint)) {
        Ok(resume) => Ok(Reading { text: capped(&resume.plain_text()), person: Person::of(&resume.fields) }),
        Err(ReadError::Scan) => Err(Unreadable::Scan),
        Err(ReadError::Encrypted) => Err(Unreadable::Encrypted),
        Err(_) => Err(Unreadable::Beyond),
    }
}

/// Clean text of at most so many characters: no control characters, no runs of empty lines.
fn capped(text: &str) -> String {
    let mut clean = String::with_capacity(text.len().min(max_chars() * 4));
    let (mut count, mut breaks) = (0, 0);
    for letter in text.chars() {
        let letter = match letter {
            '\r' => continue,
            '\n' => '\n',
            c if c.is_whitespace() => ' ',
            c if c.is_control() => continue,
            c => c,
        };
        breaks = if letter == '\n' { breaks + 1 } else { 0 };
        if breaks > 2 {
            continue;
        }
        count += 1;
        if count > max_chars() {
            break;
        }
        clean.push(letter);
    }
    clean.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_capped_and_cleaned() {
        assert_eq!(capped("a\u{0}b\r\n\n\n\n\nc\t "), "ab\n\nc");
        assert_eq!(capped(&"x".repeat(max_chars() + 10)).chars().count(), max_chars());
    }
}
