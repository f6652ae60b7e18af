//! PDF: the objects and fonts are read by a library, the page descriptions here, because nothing but the glyphs and
//! their places is wanted and every step is to be counted.

mod content;
mod guard;
mod links;

use std::collections::BTreeSet;

use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use crate::ReadError;
use crate::layout;
use crate::limits::{MAX_ENCRYPTED_BYTES, MAX_PAGES};
use crate::rows::Pages;

/// The rows of a PDF in reading order.
pub(crate) fn pages(bytes: &[u8]) -> Result<Pages, ReadError> {
    guard::check(bytes)?;
    if guard::says_encrypted(bytes) && bytes.len() > MAX_ENCRYPTED_BYTES {
        return Err(ReadError::Encrypted);
    }
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::InvalidEncryption | DecryptionError::MissingIDEntry) => {
            ReadError::Broken
        }
        LoadPdfError::Decryption(_) => ReadError::Encrypted,
        LoadPdfError::Invalid => ReadError::Broken,
    })?;
    let mut reader = content::Reader::default();
    let mut sheets = Vec::new();
    let mut has_marks = false;
    for page in pdf.pages().iter().take(MAX_PAGES) {
        let glyphs = reader.glyphs(page)?;
        has_marks |= !glyphs.is_empty() || reader.drew_picture;
        let links = links::of(page);
        sheets.push(layout::Sheet { glyphs, links });
    }
    let letters = sheets.iter().flat_map(|sheet| &sheet.glyphs);
    // A page of pictures may have a page number, or a mark that a scanner put there.
    let distinct: BTreeSet<&str> = letters.map(|glyph| glyph.text.as_str()).collect();
    if distinct.iter().filter(|text| text.chars().any(char::is_alphabetic)).count() < 3 {
        return Err(if has_marks { ReadError::Scan } else { ReadError::Empty });
    }
    let count = u32::try_from(sheets.len()).unwrap_or(u32::MAX);
    Ok(Pages { rows: layout::rows(sheets), pages: count })
}
