//! Reads a résumé: bytes in, text in reading order and fields out. No input or output, no clock, no network.
//!
//! [`read`] takes a PDF, DOCX, ODT or plain text. Every format becomes the same rows of cells (`rows`), of which
//! `fields` takes what it recognises, in English and French. Each field says on which [`Line`]s it was found, so that a
//! form can show it beside the text; nothing is invented: a field that is not in the text is absent, and a date has no
//! more precision than is written.
//!
//! ```
//! # fn main() -> Result<(), zumodra_resume::ReadError> {
//! let resume = zumodra_resume::read(b"Jane Doe\njane@example.com\n\nSKILLS\nRust, SQL", None)?;
//! assert_eq!(resume.fields.emails[0].value, "jane@example.com");
//! assert_eq!(resume.text[resume.fields.skills[1].lines.first as usize].text, "Rust, SQL");
//! # Ok(())
//! # }
//! ```
//!
//! The bytes are hostile. Everything is bounded by [`limits`]: memory by what a file may inflate to, which is counted
//! before anything is decoded; time by the bytes of page descriptions, glyphs, rows and elements that are looked at,
//! each of which costs a bounded amount of work. What a decoder panics on is [`ReadError::Broken`]. An encrypted PDF that
//! opens without a password is read when it is small; who must be sure of memory gives the process a limit besides.

pub mod limits;
mod model;

mod docx;
mod fields;
mod layout;
mod odt;
mod package;
mod pdf;
mod plain;
mod rows;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use model::{
    Certification, Date, Education, End, Fields, FileKind, Found, Job, Language, Line, Resume, Span,
};

/// Why nothing was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is nothing in it.
    #[error("the file has no text")]
    Empty,
    /// It is larger than is read.
    #[error("the file is too large")]
    TooLarge,
    /// It is none of the formats that are read.
    #[error("the file is none of PDF, DOCX, ODT and plain text")]
    Unsupported,
    /// It asks for a password.
    #[error("the file is encrypted")]
    Encrypted,
    /// Its pages are pictures.
    #[error("the file is a scan: its pages are pictures without text")]
    Scan,
    /// It is damaged.
    #[error("the file is damaged")]
    Broken,
    /// Something in it goes beyond the limits.
    #[error("the file goes beyond what is read of one")]
    TooComplex,
}

/// Reads a résumé.
///
/// What the file is, is told by its bytes; the hint counts only where they leave it open.
///
/// # Errors
/// Says why nothing could be read.
pub fn read(bytes: &[u8], hint: Option<FileKind>) -> Result<Resume, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() > limits::MAX_FILE_BYTES {
        return Err(ReadError::TooLarge);
    }
    catch_unwind(AssertUnwindSafe(|| read_here(bytes, hint))).unwrap_or(Err(ReadError::Broken))
}

/// When something was, as it is written: "Mar 2021 – Present", "de 2016 à 2018", "06/2019". A single date is an end.
#[must_use]
pub fn period(text: &str) -> Option<(Option<Date>, Option<End>)> {
    fields::dates::find(text).map(|period| (period.start, period.end))
}

fn read_here(bytes: &[u8], hint: Option<FileKind>) -> Result<Resume, ReadError> {
    let kind = kind(bytes, hint)?;
    let pages = match kind {
        FileKind::Pdf => pdf::pages(bytes)?,
        FileKind::Docx => docx::pages(bytes)?,
        FileKind::Odt => odt::pages(bytes)?,
        FileKind::Txt => plain::pages(bytes)?,
    };
    let mut pages = rows::cleaned(pages);
    pages.rows = fields::mended(pages.rows);
    pages.rows.truncate(limits::MAX_LINES);
    if pages.rows.is_empty() {
        return Err(ReadError::Empty);
    }
    let fields = fields::recognised(&pages.rows);
    Ok(Resume { kind, pages: pages.pages.max(1), text: rows::lines(&pages.rows), fields })
}

/// How far into a file a PDF may begin.
const PDF_SLACK_BYTES: usize = 1_024;

fn kind(bytes: &[u8], hint: Option<FileKind>) -> Result<FileKind, ReadError> {
    let head = &bytes[..bytes.len().min(PDF_SLACK_BYTES)];
    if head.windows(5).any(|window| window == b"%PDF-") {
        return Ok(FileKind::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return package::kind(bytes);
    }
    // A Word document of before 2007, and rich text.
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) || bytes.starts_with(br"{\rtf") {
        return Err(ReadError::Unsupported);
    }
    match hint {
        Some(FileKind::Pdf | FileKind::Docx | FileKind::Odt) => Err(ReadError::Broken),
        Some(FileKind::Txt) | None if plain::is_text(bytes) => Ok(FileKind::Txt),
        Some(FileKind::Txt) | None => Err(ReadError::Unsupported),
    }
}
