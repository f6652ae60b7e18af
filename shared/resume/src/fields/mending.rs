//! Rows that a narrow column cut, put together before anything is recognised in them.

use std::collections::HashMap;

use super::sections::alike;
use super::{dates, lexicon};
use crate::rows::{Cell, Row};

/// Rows as they were meant: headings on rows of their own; headings, times and titles whole.
pub(crate) fn mended(rows: Vec<Row>) -> Vec<Row> {
    with_whole_labels(with_whole_dates(with_own_headings(rows)))
}

/// A heading in a cell of its own, beside the first line of what it heads, becomes a row of its own.
fn with_own_headings(rows: Vec<Row>) -> Vec<Row> {
    let mut parted: Vec<Row> = Vec::with_capacity(rows.len());
    let mut rows = rows;
    for at in 0..rows.len() {
        join_cut_heading(&mut rows, at);
    }
    rows.retain(|row| !row.is_blank());
    for mut row in rows {
        let heads = row.cells.len() > 1
            && row.gap
            && !row.bullet
            && row.cells.first().is_some_and(|cell| lexicon::section_of(&cell.text()).is_some());
        if heads {
            let rest = row.cells.split_off(1);
            let links = std::mem::take(&mut row.links);
            let below = Row { cells: rest, gap: false, heading: false, links, ..row.clone() };
            parted.push(row);
            parted.push(below);
        } else {
            parted.push(row);
        }
    }
    parted
}

/// Rows that stand between the halves of a heading at most, being what it heads.
const MAX_BETWEEN: usize = 3;

/// Puts a heading together that a narrow margin cuts in two: what it heads stands beside both halves.
fn join_cut_heading(rows: &mut [Row], at: usize) {
    let upper = &rows[at];
    let Some(one) = upper.cells.first().filter(|one| upper.gap && one.right > 0.0) else { return };
    for next in at + 1..rows.len().min(at + 1 + MAX_BETWEEN) {
        let lower = &rows[next];
        let Some(other) = lower.cells.first() else { return };
        if lower.block != upper.block || lower.gap {
            return;
        }
        if (one.left - other.left).abs() >= SAME_LEFT {
            continue;
        }
        let is_beside = upper.cells.len() + lower.cells.len() > 2 || next > at + 1;
        let is_cut = is_beside
            && alike(&one.style(), &other.style())
            && lexicon::section_of(&format!("{} {}", one.text(), other.text())).is_some();
        if is_cut {
            let mut rest = rows[next].cells.remove(0);
            if let Some(span) = rest.spans.first_mut() {
                span.text.insert(0, ' ');
            }
            rows[at].cells[0].spans.append(&mut rest.spans);
        }
        return;
    }
}

/// How far the left edges of cells that belong together may be apart.
const SAME_LEFT: f32 = 6.0;

/// Rows over which a time may be cut.
const MAX_CUT_ROWS: usize = 3;

/// A time that a narrow column cuts becomes whole on the line where it begins.
fn with_whole_dates(mut rows: Vec<Row>) -> Vec<Row> {
    for at in 0..rows.len() {
        for cell in 0..rows[at].cells.len() {
            join_cut_date(&mut rows, at, cell);
        }
    }
    rows.retain(|row| !row.is_blank());
    rows
}

fn join_cut_date(rows: &mut [Row], at: usize, cell: usize) {
    let (block, begin) = (rows[at].block, &rows[at].cells[cell]);
    let (left, right, one) = (begin.left, begin.right, begin.text());
    if right <= 0.0 || rows[at].bullet || dates::find(&one).is_none() {
        return;
    }
    let mut taken: Vec<(usize, usize)> = Vec::new();
    let mut whole = one.clone();
    for next in at + 1..rows.len().min(at + 1 + MAX_CUT_ROWS) {
        let row = &rows[next];
        if row.block != block || row.bullet || row.gap {
            return;
        }
        let is_beside =
            |cell: &Cell| (cell.left - left).abs() < SAME_LEFT || (cell.right - right).abs() < SAME_LEFT;
        let Some(other) = row.cells.iter().position(is_beside) else { continue };
        let rest = row.cells[other].text();
        taken.push((next, other));
        if is_cut_date(&whole, &rest) {
            for (row, cell) in taken {
                let mut rest = rows[row].cells.remove(cell);
                if let Some(span) = rest.spans.first_mut() {
                    span.text.insert(0, ' ');
                }
                rows[at].cells[cell].spans.append(&mut rest.spans);
            }
            return;
        }
        whole = format!("{whole} {rest}");
    }
}

/// Whether two texts are a time from one date to another only together.
fn is_cut_date(one: &str, other: &str) -> bool {
    let is_whole = |text: &str| {
        dates::find(text).filter(|period| dates::without(text, period) == (String::new(), String::new()))
    };
    let open = one.trim_end();
    let leads = open.ends_with(['-', '–', '—']) || !is_whole(open).is_some_and(|period| period.is_range);
    leads
        && dates::find(one).is_some()
        && is_whole(&format!("{one} {other}")).is_some_and(|period| period.is_range)
}

/// Puts titles and names of companies and schools together that go on on the next line.
fn with_whole_labels(mut rows: Vec<Row>) -> Vec<Row> {
    let mut edges: HashMap<u32, f32> = HashMap::new();
    for row in &rows {
        let edge = edges.entry(row.block).or_insert(0.0);
        *edge = edge.max(row.right());
    }
    // Judged before anything is joined, and joined from the end: something may go on over several lines.
    let judge = |at: usize| {
        let (upper, lower) = (&rows[at - 1], &rows[at]);
        let edge = edges.get(&lower.block).copied().unwrap_or(0.0);
        let is_address = cuts_an_address(upper, lower, edge);
        (is_address || goes_on(upper, lower, edge)).then_some((at, is_address))
    };
    let joints: Vec<(usize, bool)> = (1..rows.len()).filter_map(judge).collect();
    for (at, is_address) in joints.into_iter().rev() {
        let mut rest = rows[at].cells.remove(0);
        let links = std::mem::take(&mut rows[at].links);
        if let Some(span) = rest.spans.first_mut().filter(|_| !is_address) {
            span.text.insert(0, ' ');
        }
        let upper = &mut rows[at - 1];
        upper.cells[0].right = upper.cells[0].right.max(rest.right);
        upper.cells[0].spans.append(&mut rest.spans);
        upper.links.extend(links);
    }
    rows.retain(|row| !row.is_blank());
    rows
}

/// Letters that the rest of an address has at most.
const MAX_REST: usize = 30;

/// Whether a row is the rest of an address that was too long for its column, and was cut in the middle of a word.
fn cuts_an_address(upper: &Row, lower: &Row, edge: f32) -> bool {
    let ([one], [other]) = (&upper.cells[..], &lower.cells[..]) else { return false };
    let (text, rest) = (one.text(), other.text());
    let (text, rest) = (text.trim(), rest.trim());
    let letter = (one.right - one.left) / text.chars().count().max(1) as f32;
    let is_rest =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_./".contains(letter);
    upper.block == lower.block
        && !lower.gap
        && one.right > 0.0
        && (one.left - other.left).abs() < SAME_LEFT
        && one.right + letter * 2.0 > edge
        && !text.contains(char::is_whitespace)
        && text.contains(['/', '@'])
        && rest.chars().count() <= MAX_REST
        && rest.chars().all(is_rest)
}

/// Whether the words of a row would have stood on the one above, had there been room.
fn goes_on(upper: &Row, lower: &Row, edge: f32) -> bool {
    let (Some(one), [other]) = (upper.cells.first(), &lower.cells[..]) else { return false };
    let is_near = upper.block == lower.block
        && !upper.bullet
        && !lower.bullet
        && !lower.gap
        && one.right > 0.0
        && (one.left - other.left).abs() < SAME_LEFT;
    let (Some(last), Some(first)) = (one.spans.last(), other.spans.first()) else { return false };
    let is_alike =
        last.bold == first.bold && last.italic == first.italic && (last.size - first.size).abs() < 0.3;
    if !is_near || !is_alike {
        return false;
    }
    // What is set like the text itself is put together where it is read.
    let is_dated = upper.cells[1..].iter().any(|cell| dates::find(&cell.text()).is_some());
    let is_label = is_dated || one.spans.iter().all(|span| span.bold || span.italic);
    let letters = other.text();
    is_label
        && had_no_room(one, other, upper.cells.get(1).map_or(edge, |next| next.left))
        && dates::find(&letters).is_none()
        && lexicon::section_of(&one.text()).is_none()
        && lexicon::section_of(&letters).is_none()
}

/// Whether the first word of a cell would have gone over the edge behind another.
pub(crate) fn had_no_room(upper: &Cell, lower: &Cell, edge: f32) -> bool {
    let letters = lower.text();
    let width = (lower.right - lower.left) / letters.chars().count().max(1) as f32;
    let word = letters.split_whitespace().next().unwrap_or_default().chars().count() as f32 * width;
    upper.right > 0.0 && upper.right + word + width > edge
}
