//! The entries of a part: jobs under "Experience", schools under "Education". An entry has first lines, one of which
//! usually says when it was, and what is said about it below.

use std::ops::Range;

use super::{Text, dates, lexicon};

/// An entry.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// Its first lines.
    pub header: Range<usize>,
    /// What is said about it.
    pub body: Range<usize>,
}

/// What a row is in an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It says when it was.
    Dated,
    /// Short words of their own.
    Label,
    /// What is said about it.
    Said,
}

/// Letters of the longest row that is a label.
const MAX_LABEL: usize = 90;
/// Letters of the longest row that is a label with a date.
const MAX_DATED: usize = 160;
/// Words of the shortest row that is a sentence by its full stop.
const MIN_SENTENCE: usize = 6;
/// Rows that the first lines of an entry are at most.
const MAX_HEADER: usize = 5;

/// The entries of a part.
pub(crate) fn of(text: &Text<'_>, rows: Range<usize>) -> Vec<Entry> {
    let kinds = kinds(text, &rows);
    let mut starts: Vec<usize> = Vec::new();
    for run in runs(&kinds) {
        let has_date = kinds[run.clone()].contains(&Kind::Dated);
        if has_date {
            starts.extend(starts_in(text, &rows, &kinds, run));
        } else if is_undated_start(text, &rows, &kinds, &run, &starts) {
            starts.push(run.start);
        }
    }
    if starts.is_empty() {
        starts = undated_starts(text, &rows, &kinds);
    }
    let mut entries = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(kinds.len());
        let body = header_end(text, &rows, &kinds, *start, end);
        let at = |row: usize| rows.start + row;
        entries.push(Entry { header: at(*start)..at(body), body: at(body)..at(end) });
    }
    entries
}

fn kinds(text: &Text<'_>, rows: &Range<usize>) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::with_capacity(rows.len());
    for at in rows.clone() {
        let row = &text.rows[at];
        let words = &text.texts[at];
        let letters = words.chars().count();
        let period = dates::find(words);
        let in_own_cell = row.cells.len() > 1
            && row.cells.iter().any(|cell| {
                let words = cell.text();
                dates::find(&words)
                    .is_some_and(|period| dates::without(&words, &period) == Default::default())
            });
        let is_note = lexicon::is_note(words);
        let is_dated = !is_note
            && (in_own_cell
                || period.is_some_and(|period| {
                    let (before, after) = dates::without(words, &period);
                    let rest = before.chars().count() + after.chars().count();
                    // A sentence may speak of a year too.
                    letters <= MAX_DATED
                        && (period.is_range || rest <= MAX_LABEL)
                        && !is_sentence(&before, &after)
                }));
        let ended =
            lexicon::words(words).len() >= MIN_SENTENCE && words.trim_end().ends_with(['.', '!', ';']);
        let style = row.style();
        let goes_on = kinds.last() == Some(&Kind::Said)
            && !row.gap
            && !is_dated
            && text.goes_on(at)
            && text.rows[at - 1].style().bold == style.bold;
        let is_further_in = !is_dated && is_indented(text, at, rows, &kinds);
        let is_said = if row.bullet {
            // A list may be of the entries themselves, one on each line.
            !(is_dated && (in_own_cell || period.is_some_and(|period| period.is_range)))
        } else {
            goes_on
                || is_further_in
                || !is_dated
                    && (ended || letters > MAX_LABEL && !style.bold || words.starts_with(char::is_lowercase))
        };
        kinds.push(if is_said {
            Kind::Said
        } else if is_dated {
            Kind::Dated
        } else {
            Kind::Label
        });
    }
    kinds
}

/// Whether the words around a date are a sentence that speaks of it.
fn is_sentence(before: &str, after: &str) -> bool {
    let all = format!("{before} {after}");
    let is_long = lexicon::words(&all).len() >= 10;
    let ended = all.trim_end().ends_with('.') && lexicon::words(&all).len() >= MIN_SENTENCE;
    ended || is_long && all.split_whitespace().filter(|word| word.starts_with(char::is_lowercase)).count() > 6
}

/// How far what is said of an entry stands further in than its first lines, in points.
const INDENT: std::ops::RangeInclusive<f32> = 6.0..=60.0;

/// Whether a row stands further in than the first lines of its entry: a list whose bullets are drawn and not written.
fn is_indented(text: &Text<'_>, at: usize, rows: &Range<usize>, kinds: &[Kind]) -> bool {
    let row = &text.rows[at];
    if row.cells.len() != 1 || row.left() <= 0.0 {
        return false;
    }
    // The rows of the same entry or the one before, in the same column.
    let above = (rows.start..at)
        .rev()
        .take(MAX_SAID)
        .filter(|other| kinds[other - rows.start] != Kind::Said && text.rows[*other].block == row.block);
    let lefts = above.take(2).flat_map(|other| text.rows[other].cells.iter().map(|cell| cell.left));
    let base = lefts.filter(|left| *left < row.left() + INDENT.start() / 2.0).fold(0.0, f32::max);
    base > 0.0 && INDENT.contains(&(row.left() - base)) && !is_centred(text, at)
}

/// Rows that are said of one entry at most, where its first lines are looked for.
const MAX_SAID: usize = 60;

/// Whether a row stands in the middle of its column.
fn is_centred(text: &Text<'_>, at: usize) -> bool {
    let row = &text.rows[at];
    let Some((left, right)) = text.reach(row.block) else { return false };
    (row.left() - left - (right - row.right())).abs() < *INDENT.start() && row.left() - left > *INDENT.end()
}

/// Runs of rows that are nothing said.
fn runs(kinds: &[Kind]) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < kinds.len() {
        let length = kinds[at..].iter().take_while(|kind| **kind != Kind::Said).count();
        if length > 0 {
            runs.push(at..at + length);
        }
        at += length.max(1);
    }
    runs
}

/// Where the entries of a run begin, in which there are dates.
fn starts_in(text: &Text<'_>, rows: &Range<usize>, kinds: &[Kind], run: Range<usize>) -> Vec<usize> {
    let dated: Vec<usize> = run.clone().filter(|at| kinds[*at] == Kind::Dated).collect();
    // A gap begins an entry, where what follows has a date of its own.
    let mut pieces: Vec<Range<usize>> = Vec::new();
    for at in run.clone() {
        let gap = text.rows[rows.start + at].gap;
        match pieces.last_mut() {
            Some(piece) if !gap => piece.end = at + 1,
            _ => pieces.push(at..at + 1),
        }
    }
    let mut joined: Vec<Range<usize>> = Vec::new();
    let has_date = |piece: &Range<usize>| dated.iter().any(|at| piece.contains(at));
    let leads_with_date = |piece: &Range<usize>| dated.contains(&piece.start);
    for (index, piece) in pieces.iter().enumerate() {
        // What has no date goes with what follows, unless dates lead here.
        let is_last = pieces[index..].iter().all(|piece| !has_date(piece));
        match joined.last_mut() {
            Some(last) if !has_date(last) || !has_date(piece) && (is_last || leads_with_date(last)) => {
                last.end = piece.end;
            }
            _ => joined.push(piece.clone()),
        }
    }
    let mut starts = Vec::new();
    for piece in joined {
        let dates: Vec<usize> = dated.iter().copied().filter(|at| piece.contains(at)).collect();
        let Some(first) = dates.first() else {
            continue;
        };
        // Every entry has as many lines before its date as the first one.
        let lead = first - piece.start;
        starts.push(piece.start);
        for pair in dates.windows(2) {
            let between = pair[1] - pair[0] - 1;
            starts.push(pair[1] - lead.min(between));
        }
    }
    starts
}

/// Whether a run without a date begins an entry: it looks like the first line of one.
fn is_undated_start(
    text: &Text<'_>,
    rows: &Range<usize>,
    kinds: &[Kind],
    run: &Range<usize>,
    starts: &[usize],
) -> bool {
    let at = rows.start + run.start;
    let row = &text.rows[at];
    if run.start == 0 {
        return kinds.len() > run.end;
    }
    let Some(first) = starts.first() else { return false };
    let like = text.rows[rows.start + first].style();
    let style = row.style();
    let is_alike =
        style.bold == like.bold && style.capitals == like.capitals && (style.size - like.size).abs() < 0.4;
    let body_is_other = kinds
        .iter()
        .zip(rows.clone())
        .any(|(kind, at)| *kind == Kind::Said && text.rows[at].style().bold != style.bold);
    row.gap && is_alike && body_is_other && style.bold
}

/// Where entries begin that have no dates: at gaps, or where lines look like headings of their own.
fn undated_starts(text: &Text<'_>, rows: &Range<usize>, kinds: &[Kind]) -> Vec<usize> {
    let begins = |at: usize| {
        let row = &text.rows[rows.start + at];
        let style = row.style();
        let above = at.checked_sub(1).map(|above| text.rows[rows.start + above].style());
        at == 0 || row.gap && kinds[at] != Kind::Said || style.bold && above.is_some_and(|above| !above.bold)
    };
    (0..kinds.len()).filter(|at| kinds[*at] != Kind::Said && begins(*at)).collect()
}

/// Where the first lines of an entry end.
fn header_end(text: &Text<'_>, rows: &Range<usize>, kinds: &[Kind], start: usize, end: usize) -> usize {
    let said = (start..end).find(|at| kinds[*at] == Kind::Said).unwrap_or(end);
    let limit = said.min(start + MAX_HEADER);
    let last_date = (start..limit).rev().find(|at| kinds[*at] == Kind::Dated).unwrap_or(start);
    // Behind the date a line or two may still say who, what and where.
    let mut at = last_date + 1;
    let is_apart = |at: usize| {
        let (above, row) = (&text.rows[rows.start + at - 1], &text.rows[rows.start + at]);
        // Where a page ends there is no telling.
        row.gap && above.page == row.page
    };
    while at < limit && at <= last_date + 2 && !is_apart(at) {
        at += 1;
    }
    at.max(start + 1).min(end)
}
