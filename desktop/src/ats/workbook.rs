//! A workbook (XLSX, ECMA-376) as rows of texts, for the import. It comes from outside: it is read cell by cell, and no more
//! of it than a table may have.

use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};
use serde::Serialize;
use zumodra_shared::kernel::{Code, Problem};

/// The largest file that is read.
pub const MAX_FILE_BYTES: usize = 20_000_000;
/// The most that its parts may have when they are unpacked.
const MAX_UNPACKED_BYTES: u64 = 400_000_000;
/// Rows that are read; one more says that there are more.
const MAX_ROWS: u32 = 10_002;
/// Columns that are read; one more says that there are more.
const MAX_COLUMNS: u32 = 201;
/// Characters of a cell that are kept.
const MAX_CELL_CHARS: usize = 10_000;
/// Bytes of all cells that are kept: one text may stand in a million of them.
const MAX_TEXT_BYTES: usize = 60_000_000;

/// A sheet with something in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Its rows from the first one on, each up to its last cell.
    pub rows: Vec<Vec<String>>,
}

/// The first sheet that has something in it.
///
/// # Errors
/// [`Code::TooLarge`] for what is larger than a table may be, [`Code::UnsupportedFile`] for what is no workbook.
pub fn read(bytes: Vec<u8>) -> Result<Sheet, Problem> {
    check_size(&bytes)?;
    let unreadable = |error: XlsxError| {
        tracing::info!(%error, "a workbook could not be read");
        Problem::new(Code::UnsupportedFile)
    };
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    for name in workbook.sheet_names() {
        // A sheet of another sort, as of a chart alone, has no cells.
        let Ok(mut cells) = workbook.worksheet_cells_reader(&name) else { continue };
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut left = MAX_TEXT_BYTES;
        while let Some(cell) = cells.next_cell().map_err(unreadable)? {
            let (row, column) = cell.get_position();
            let text = text(cell.get_value());
            if row >= MAX_ROWS || column >= MAX_COLUMNS {
                if text.is_empty() {
                    continue;
                }
                return Err(Problem::new(Code::TooLarge));
            }
            left = left.checked_sub(text.len()).ok_or_else(|| Problem::new(Code::TooLarge))?;
            put(&mut rows, row as usize, column as usize, text);
        }
        if rows.iter().flatten().any(|cell| !cell.is_empty()) {
            return Ok(Sheet { name, rows });
        }
    }
    Ok(Sheet { name: String::new(), rows: Vec::new() })
}

/// Refuses what would fill the memory: the sizes that the archive says of its parts, and that they are what they say.
fn check_size(bytes: &[u8]) -> Result<(), Problem> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Problem::new(Code::TooLarge));
    }
    let unreadable = |_| Problem::new(Code::UnsupportedFile);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut left = MAX_UNPACKED_BYTES;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(unreadable)?;
        let mut limited = part.take(left + 1);
        let unpacked = std::io::copy(&mut limited, &mut std::io::sink());
        let unpacked = unpacked.map_err(|_| Problem::new(Code::UnsupportedFile))?;
        left = left.checked_sub(unpacked).ok_or_else(|| Problem::new(Code::TooLarge))?;
    }
    Ok(())
}

fn put(rows: &mut Vec<Vec<String>>, row: usize, column: usize, text: String) {
    if text.is_empty() {
        return;
    }
    if rows.len() <= row {
        rows.resize_with(row + 1, Vec::new);
    }
    let cells = &mut rows[row];
    if cells.len() <= column {
        cells.resize_with(column + 1, String::new);
    }
    cells[column] = text;
}

/// A cell as people read it. A number without a fraction is written without one: telephone numbers are often numbers.
fn text(value: &DataRef<'_>) -> String {
    let text = match value {
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    };
    text.chars().take(MAX_CELL_CHARS).collect()
}
