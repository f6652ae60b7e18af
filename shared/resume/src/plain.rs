//! Plain text: UTF-8, UTF-16 with its mark, or else the old code page of Windows.

use crate::ReadError;
use crate::limits::{MAX_LINES, MAX_TEXT_CHARS};
use crate::rows::{Cell, Pages, Row, Span};

/// Spaces in a row that part cells.
const CELL_SPACES: usize = 3;
/// Bytes at the front by which it is judged whether a file is text.
const PROBE_BYTES: usize = 4_096;
/// Letters of the code page 1252 between 0x80 and 0x9f.
const WINDOWS: [char; 32] = [
    '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘', '’', '“', '”',
    '•', '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
];

/// Whether bytes are text at all.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return true;
    }
    let probe = &bytes[..bytes.len().min(PROBE_BYTES)];
    let odd = probe.iter().filter(|byte| **byte < 0x20 && !b"\t\n\r\x0c".contains(byte)).count();
    odd * 100 <= probe.len()
}

/// The rows of a text.
pub(crate) fn pages(bytes: &[u8]) -> Result<Pages, ReadError> {
    let text = decoded(bytes);
    let mut rows = Vec::new();
    let mut page = 1;
    // Twice what is kept: some lines are blank.
    for line in text.lines().take(MAX_LINES * 2) {
        let is_rule = line.trim().len() >= 3 && line.trim().chars().all(|letter| "-=_*~—─#".contains(letter));
        page += u32::try_from(line.matches('\x0c').count()).unwrap_or(0);
        let cells = if is_rule { Vec::new() } else { cells(line) };
        if is_rule {
            // A line under a heading is how plain text shows that it is one.
            if let Some(above) = rows.last_mut().filter(|above: &&mut Row| !above.is_blank() && !above.bullet)
            {
                above.heading = true;
            }
        }
        rows.push(Row { page, cells, ..Row::default() });
    }
    Ok(Pages { rows, pages: page })
}

fn cells(line: &str) -> Vec<Cell> {
    let mut texts = vec![String::new()];
    let mut spaces = 0;
    // A line of which nothing could be kept is kept in part.
    for letter in line.trim_end().chars().take(MAX_TEXT_CHARS) {
        match letter {
            '\t' => spaces += CELL_SPACES,
            letter if letter.is_whitespace() => spaces += 1,
            letter => {
                let is_first = texts.len() == 1 && texts[0].is_empty();
                if spaces >= CELL_SPACES && !is_first {
                    texts.push(String::new());
                } else if spaces > 0 && !is_first {
                    texts.last_mut().into_iter().for_each(|text| text.push(' '));
                }
                spaces = 0;
                texts.last_mut().into_iter().for_each(|text| text.push(letter));
            }
        }
    }
    let cell =
        |text| Cell { spans: vec![Span { text, bold: false, italic: false, size: 0.0 }], ..Cell::default() };
    texts.into_iter().map(cell).collect()
}

fn decoded(bytes: &[u8]) -> String {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return wide(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return wide(rest, u16::from_be_bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes
            .iter()
            .map(|byte| match byte {
                0x80..=0x9f => WINDOWS[usize::from(byte - 0x80)],
                byte => char::from(*byte),
            })
            .collect(),
    }
}
