//! The text of a résumé. Decoders of hostile documents run in a process of their own, with little memory, little time
//! and no way to write: what they do wrong ends there.

use std::io::{self, Read as _, Write as _};
use std::process::Stdio;
use std::sync::LazyLock;

use anyhow::{Context as _, anyhow, bail};
use bytes::Bytes;
use nix::sys::resource::{Resource, setrlimit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::Semaphore;
use zumodra_shared::kernel::limits::{MAX_RESUME_BYTES, MAX_RESUME_TEXT_CHARS};

use super::kind::FileKind;
use crate::app::App;
use crate::limits::{EXTRACT_CPU_SECONDS, EXTRACT_MEMORY_BYTES, EXTRACT_TIMEOUT, MAX_EXTRACTIONS_AT_ONCE};

static SLOTS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(MAX_EXTRACTIONS_AT_ONCE));
/// Files that an extraction may have open: its three pipes and a few for its runtime.
const MAX_OPEN_FILES: u64 = 16;

/// Characters of the longest text that is kept.
const fn max_chars() -> usize {
    // The limit is shared as the number type of fields.
    MAX_RESUME_TEXT_CHARS.unsigned_abs() as usize
}

/// The text of a document, as far as one can be had.
///
/// # Errors
/// When the document is beyond its decoder: damaged, encrypted, or too much for the limits.
pub async fn extract(app: &App, kind: FileKind, bytes: Bytes) -> anyhow::Result<String> {
    let program = match &app.config().extractor {
        Some(program) => program.clone(),
        None => std::env::current_exe().context("find this program")?,
    };
    let _slot = SLOTS.acquire().await.context("wait for a slot")?;
    let mut child = Command::new(program)
        .args(["extract-text", kind.extension()])
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
            let mut text = Vec::new();
            // Four bytes a character at most, and one more to see that there is more.
            output.take(max_chars() as u64 * 4 + 1).read_to_end(&mut text).await.map(|_| text)
        };
        let ((), text) = tokio::join!(write, read);
        let text = text.context("read the extracted text")?;
        let status = child.wait().await.context("wait for the extraction of text")?;
        if !status.success() {
            bail!("the extraction of text ended with {status}");
        }
        Ok(text)
    };
    let text = tokio::time::timeout(EXTRACT_TIMEOUT, talk)
        .await
        .map_err(|_| anyhow!("the extraction took too long"))??;
    Ok(capped(&String::from_utf8_lossy(&text)))
}

/// The work of the extracting process: limits itself, reads the document from its input, writes the text.
///
/// # Errors
/// When the document cannot be read.
pub fn extract_here(kind: FileKind) -> anyhow::Result<()> {
    limit_this_process().context("limit this process")?;
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_RESUME_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_RESUME_BYTES {
        bail!("the document is too large");
    }
    let text = capped(&decoded(kind, &bytes)?);
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
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

fn decoded(kind: FileKind, bytes: &[u8]) -> anyhow::Result<String> {
    let hint = match kind {
        FileKind::Pdf => zumodra_resume::FileKind::Pdf,
        FileKind::Docx => zumodra_resume::FileKind::Docx,
        FileKind::Odt => zumodra_resume::FileKind::Odt,
        FileKind::Txt => zumodra_resume::FileKind::Txt,
    };
    Ok(zumodra_resume::read(bytes, Some(hint))?.plain_text())
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
