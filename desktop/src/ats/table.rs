//! A table for other programs: as CSV (RFC 4180), or as a workbook (XLSX, ECMA-376).

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use serde::Deserialize;
use zumodra_shared::kernel::{Code, Problem};

/// Before the first byte of a CSV file: without it, spreadsheets take UTF-8 for something else.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// UTF-16 code units of the longest text that a cell of a workbook holds.
const MAX_CELL_UNITS: usize = 32_767;
/// Digits of the largest number that a workbook keeps as it is.
const MAX_EXACT_DIGITS: usize = 15;
/// How a workbook shows a day, whatever its reader's language.
const DAY: &str = "yyyy-mm-dd";

/// What a table is written as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableFormat {
    /// Text with commas.
    #[default]
    Csv,
    /// A workbook of one sheet.
    Xlsx,
}

impl TableFormat {
    /// The ending of such a file.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// One cell, as the text that people read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A text, never a formula.
    Text(String),
    /// A number: `12`, `-0.5`.
    Number(String),
    /// A day: `2026-01-31`.
    Day(String),
}

impl Cell {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text) | Self::Day(text) => text,
        }
    }
}

/// A table that is being written.
pub enum Writer {
    /// As CSV.
    Csv(Box<csv::Writer<Vec<u8>>>),
    /// As a workbook, and the next row.
    Xlsx(Box<Worksheet>, u32),
}

impl Writer {
    /// Begins a table with its headings, which stay in sight in a workbook.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new<'h>(
        format: TableFormat,
        name: &str,
        headings: impl Iterator<Item = &'h str>,
    ) -> Result<Self, Problem> {
        let headings: Vec<&str> = headings.collect();
        match format {
            TableFormat::Csv => {
                let mut writer = csv::Writer::from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
                writer.write_record(headings.into_iter().map(guarded)).map_err(failed)?;
                Ok(Self::Csv(Box::new(writer)))
            }
            TableFormat::Xlsx => {
                let mut sheet = Worksheet::new();
                sheet.set_name(name).and_then(|sheet| sheet.set_freeze_panes(1, 0)).map_err(failed)?;
                let bold = Format::new().set_bold();
                for (column, heading) in (0..).zip(headings) {
                    sheet.write_string_with_format(0, column, heading, &bold).map_err(failed)?;
                }
                Ok(Self::Xlsx(Box::new(sheet), 1))
            }
        }
    }

    /// Writes a row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), Problem> {
        match self {
            Self::Csv(writer) => {
                writer.write_record(cells.iter().map(|cell| guarded(cell.text()))).map_err(failed)
            }
            Self::Xlsx(sheet, row) => {
                for (column, cell) in (0..).zip(cells) {
                    put(sheet, *row, column, cell).map_err(failed)?;
                }
                *row += 1;
                Ok(())
            }
        }
    }

    /// The file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> Result<Vec<u8>, Problem> {
        match self {
            Self::Csv(writer) => writer.into_inner().map_err(failed),
            Self::Xlsx(sheet, _) => {
                let mut workbook = Workbook::new();
                workbook.push_worksheet(*sheet);
                workbook.save_to_buffer().map_err(failed)
            }
        }
    }
}

/// Puts a cell into a sheet: a number that would lose digits, and a day that a workbook does not know, as text.
fn put(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
    let text = cell.text();
    match cell {
        _ if text.is_empty() => return Ok(()),
        Cell::Number(_) if text.chars().filter(char::is_ascii_digit).count() <= MAX_EXACT_DIGITS => {
            if let Ok(number) = text.parse::<f64>() {
                return sheet.write_number(row, column, number).map(drop);
            }
        }
        Cell::Day(_) => {
            if let Ok(day) = ExcelDateTime::parse_from_str(text) {
                let format = Format::new().set_num_format(DAY);
                return sheet.write_datetime_with_format(row, column, &day, &format).map(drop);
            }
        }
        Cell::Text(_) | Cell::Number(_) => {}
    }
    sheet.write_string(row, column, fitting(text)).map(drop)
}

/// As much of a text as a cell holds.
fn fitting(text: &str) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > MAX_CELL_UNITS
    });
    end.map_or(text, |(end, _)| &text[..end])
}

fn failed(error: impl std::fmt::Display) -> Problem {
    Problem::new(Code::Internal).detail(error.to_string())
}

/// A cell that no spreadsheet takes for a formula: those that would begin one begin with an apostrophe (OWASP, "CSV
/// Injection"), which our own import takes off again. In a workbook a text is a text.
fn guarded(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ats::workbook;

    #[test]
    fn nothing_begins_a_formula() {
        for cell in ["=1+1", "+44 20", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
        for cell in ["", "a=b", "1-2", " =1", "'=1", "É"] {
            assert_eq!(guarded(cell), cell);
        }
    }

    #[test]
    fn a_workbook_is_read_back_as_it_was_written() {
        let headings = ["Name", "Years", "Since", "Note"];
        let mut writer = Writer::new(TableFormat::Xlsx, "Candidates", headings.into_iter()).expect("begins");
        let text = |text: &str| Cell::Text(text.to_owned());
        let long = format!("a{}", "🙂".repeat(20_000));
        for row in [
            [text("=1+1"), Cell::Number("12".to_owned()), Cell::Day("2026-11-28".to_owned()), text("a\nb")],
            [text("+33 6"), Cell::Number("-0.5".to_owned()), Cell::Day("0001-01-01".to_owned()), text("")],
            [text("=cmd|' /C calc'!A0"), Cell::Number("1234567890123456".to_owned()), text(""), text(&long)],
        ] {
            writer.row(&row).expect("writes");
        }
        let sheet = workbook::read(writer.finish().expect("finishes")).expect("reads");
        assert_eq!(sheet.name, "Candidates");
        assert_eq!(sheet.rows[0], headings);
        assert_eq!(sheet.rows[1], ["=1+1", "12", "2026-11-28", "a\nb"]);
        assert_eq!(sheet.rows[2], ["+33 6", "-0.5", "0001-01-01"]);
        assert_eq!(sheet.rows[3][..2], ["=cmd|' /C calc'!A0", "1234567890123456"]);
        // A cell is as long as a workbook lets it be, and no letter is cut in two.
        assert!(sheet.rows[3][3].starts_with("a🙂🙂"));
        assert_eq!(fitting(&long).encode_utf16().count(), MAX_CELL_UNITS);
        assert!(fitting(&long[1..]).chars().all(|letter| letter == '🙂'));
    }
}
