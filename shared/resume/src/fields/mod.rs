//! What a résumé says, recognised in its rows.
//!
//! The rows are parted by headings (`sections`); jobs and schools are parted into entries by their dates (`entries`);
//! what stands in an entry's first lines is told apart by its words, and where these say nothing by the order that the
//! other entries have.

mod atoms;
mod contact;
pub(crate) mod dates;
mod education;
mod entries;
mod jobs;
pub(crate) mod lexicon;
mod lists;
mod mending;
mod person;
mod places;
mod sections;

use std::collections::{HashMap, HashSet};

use crate::limits::MAX_VALUE_CHARS;
use crate::model::Fields;
use crate::rows::Row;

use lexicon::Section;
use sections::Part;

pub(crate) use mending::mended;

/// A document and what is known of all of it.
pub(crate) struct Text<'a> {
    pub rows: &'a [Row],
    /// The words of each row.
    pub texts: Vec<String>,
    pub parts: Vec<Part>,
    /// Places that the document itself gives away, folded: where the person lives.
    pub places: HashSet<String>,
    /// From where to where the rows of a block reach.
    blocks: HashMap<u32, (f32, f32)>,
    /// Letters of the longest row, in a text without styles.
    widest: Option<usize>,
}

impl<'a> Text<'a> {
    pub fn new(rows: &'a [Row]) -> Self {
        let texts: Vec<String> = rows.iter().map(Row::text).collect();
        let mut blocks: HashMap<u32, (f32, f32)> = HashMap::new();
        for row in rows {
            let reach = blocks.entry(row.block).or_insert((f32::MAX, 0.0));
            *reach = (reach.0.min(row.left()), reach.1.max(row.right()));
        }
        let is_plain = rows.iter().all(|row| row.style().size <= 0.0 && !row.style().bold);
        let widest = texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
        let parts = sections::parts(rows);
        Self { rows, texts, parts, places: HashSet::new(), blocks, widest: is_plain.then_some(widest) }
    }

    /// The parts of a kind.
    pub fn parts_of(&self, section: Section) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(move |part| part.section == section)
    }

    /// Whether a row is filled to its end, so that the next one may go on with it.
    pub fn is_full(&self, at: usize) -> bool {
        let row = &self.rows[at];
        match (self.blocks.get(&row.block), self.widest) {
            (Some((left, right)), _) if *right > 0.0 => row.right() - left > (right - left) * FULL,
            // In plain text the letters are counted. Paragraphs of a document are never cut.
            (_, Some(widest)) => {
                widest > MIN_CUT && self.texts[at].chars().count() as f32 > widest as f32 * FULL
            }
            _ => false,
        }
    }

    /// Whether a row goes on with what the one above it says.
    pub fn goes_on(&self, at: usize) -> bool {
        let Some(above) = at.checked_sub(1) else { return false };
        let (upper, row) = (&self.rows[above], &self.rows[at]);
        let is_next = upper.block == row.block && !row.bullet && !row.gap && row.cells.len() == 1;
        is_next
            && (self.is_cut(above, at)
                || self.texts[at].starts_with(char::is_lowercase) && self.blocks_have_width(row))
    }

    /// Whether a row was begun only because the one above it was full.
    pub fn is_cut(&self, above: usize, at: usize) -> bool {
        let (upper, row) = (&self.rows[above], &self.rows[at]);
        match (upper.cells.last(), row.cells.first(), self.blocks.get(&row.block)) {
            (Some(last), Some(first), Some((_, right))) if *right > 0.0 => {
                upper.block == row.block && mending::had_no_room(last, first, *right)
            }
            _ => self.is_full(above),
        }
    }

    /// Whether a row goes on with what an item of a list says.
    pub fn is_below_bullet(&self, first: usize, at: usize) -> bool {
        let (item, row) = (&self.rows[first], &self.rows[at]);
        item.bullet && !row.bullet && !row.gap && item.block == row.block && self.blocks_have_width(row)
    }

    /// From where to where the rows of a block reach.
    pub fn reach(&self, block: u32) -> Option<(f32, f32)> {
        self.blocks.get(&block).copied()
    }

    fn blocks_have_width(&self, row: &Row) -> bool {
        self.widest.is_some() || self.blocks.get(&row.block).is_some_and(|(_, right)| *right > 0.0)
    }

    /// What rows say, the lines of a paragraph put together: each with its first and last row.
    pub fn paragraphs(&self, rows: impl Iterator<Item = usize>) -> Vec<(usize, usize, String)> {
        let mut paragraphs: Vec<(usize, usize, String)> = Vec::new();
        for at in rows {
            match paragraphs.last_mut() {
                Some((first, last, text))
                    if *last + 1 == at && (self.goes_on(at) || self.is_below_bullet(*first, at)) =>
                {
                    *last = at;
                    text.push(' ');
                    text.push_str(&self.texts[at]);
                }
                _ => paragraphs.push((at, at, self.texts[at].clone())),
            }
        }
        paragraphs
    }
}

/// Part of the widest row that a full one has.
const FULL: f32 = 0.8;
/// Letters that the longest row of a plain text has where rows are cut.
const MIN_CUT: usize = 50;

/// Everything that is recognised.
pub(crate) fn recognised(rows: &[Row]) -> Fields {
    let mut text = Text::new(rows);
    let mut fields = Fields::default();
    contact::read(&text, &mut fields);
    person::read(&text, &mut fields);
    text.places = person::places_of(&fields);
    jobs::read(&text, &mut fields);
    education::read(&text, &mut fields);
    lists::read(&text, &mut fields);
    fields
}

/// A value of bounded length, without the space around it.
fn value(text: &str) -> String {
    let text = text.trim().replace('\t', " ");
    match text.char_indices().nth(MAX_VALUE_CHARS) {
        Some((at, _)) => text[..at].to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod testing {
    use crate::rows::{Pages, Row, cleaned};

    /// The rows of a plain text.
    pub(crate) fn rows(text: &str) -> Vec<Row> {
        let pages: Pages = crate::plain::pages(text.as_bytes()).expect("it is text");
        cleaned(pages).rows
    }
}
