//! What every format is read into: rows of cells of spans. A row is one line as a reader sees it; a cell is what stands
//! apart on it; a span is text in one style.

use std::collections::HashMap;

use crate::limits::{MAX_LINES, MAX_TEXT_CHARS};
use crate::model::Line;

/// Text in one style.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Span {
    pub text: String,
    pub bold: bool,
    pub italic: bool,
    /// Height of the type in points, 0 where the format says none.
    pub size: f32,
}

/// What stands apart on a line.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Cell {
    pub spans: Vec<Span>,
    /// Where it begins on the page in points, 0 where the format says none.
    pub left: f32,
    /// Where it ends.
    pub right: f32,
}

impl Cell {
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }

    /// The style that most of its letters have.
    pub fn style(&self) -> Style {
        Style::of(self.spans.iter())
    }

    pub fn is_blank(&self) -> bool {
        self.spans.iter().all(|span| span.text.trim().is_empty())
    }
}

/// How letters look.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Style {
    pub bold: bool,
    pub italic: bool,
    pub size: f32,
    pub capitals: bool,
}

impl Style {
    fn of<'a>(spans: impl Iterator<Item = &'a Span>) -> Self {
        let (mut letters, mut bold, mut italic, mut upper, mut lower) = (0_usize, 0, 0, 0, 0);
        let mut size = 0.0_f32;
        for span in spans {
            let count = span.text.chars().filter(|letter| letter.is_alphanumeric()).count();
            letters += count;
            bold += if span.bold { count } else { 0 };
            italic += if span.italic { count } else { 0 };
            upper += span.text.chars().filter(|letter| letter.is_uppercase()).count();
            lower += span.text.chars().filter(|letter| letter.is_lowercase()).count();
            if count > 0 {
                size = size.max(span.size);
            }
        }
        let most = |count: usize| letters > 0 && count * 5 >= letters * 3;
        Self { bold: most(bold), italic: most(italic), size, capitals: upper > 1 && lower == 0 }
    }
}

/// A line as a reader sees it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Row {
    pub page: u32,
    /// Rows that belong to one column, or one cell of a table, have the same block.
    pub block: u32,
    pub cells: Vec<Cell>,
    pub bullet: bool,
    /// Whether more than the usual space is above it.
    pub gap: bool,
    /// Whether the format itself says that it is a heading.
    pub heading: bool,
    /// Where the pointers on it lead.
    pub links: Vec<String>,
}

impl Row {
    pub fn text(&self) -> String {
        let cells: Vec<String> = self.cells.iter().map(|cell| cell.text().trim().to_owned()).collect();
        cells.join("\t")
    }

    pub fn style(&self) -> Style {
        Style::of(self.cells.iter().flat_map(|cell| &cell.spans))
    }

    pub fn left(&self) -> f32 {
        self.cells.first().map_or(0.0, |cell| cell.left)
    }

    pub fn right(&self) -> f32 {
        self.cells.last().map_or(0.0, |cell| cell.right)
    }

    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Cell::is_blank)
    }
}

/// What a document is read into.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Pages {
    pub rows: Vec<Row>,
    pub pages: u32,
}

const BULLETS: &str = "•●▪◦‣○■□➢►▸▹✓✔◆❖➤→⁃∙·*⚫⬤◾▶";
const DASHES: [char; 5] = ['-', '–', '—', '−', '‐'];

/// Whether a letter is a sign of an item of a list wherever it stands.
pub(crate) fn is_bullet(letter: char) -> bool {
    BULLETS.contains(letter)
}

/// Takes the bullet off the front of a text, if it has one.
pub(crate) fn without_bullet(text: &str) -> Option<&str> {
    let trimmed = text.trim_start();
    let first = trimmed.chars().next()?;
    let rest = &trimmed[first.len_utf8()..];
    let is_item = is_bullet(first) || (DASHES.contains(&first) && rest.starts_with(char::is_whitespace));
    (is_item && !rest.trim().is_empty()).then(|| rest.trim_start())
}

/// Clean rows: no blank ones, bullets told, words that were cut at the end of a line whole, no more than is kept.
pub(crate) fn cleaned(mut pages: Pages) -> Pages {
    // Nothing is above the first row.
    let mut gap = true;
    let mut kept: Vec<Row> = Vec::new();
    let mut letters = 0;
    for mut row in pages.rows {
        row.cells.retain(|cell| !cell.is_blank());
        gap |= row.gap;
        if row.is_blank() {
            gap = true;
            continue;
        }
        row.gap = gap;
        gap = false;
        tidy_cells(&mut row);
        take_bullet(&mut row);
        if row.is_blank() {
            gap = true;
            continue;
        }
        letters += row.text().chars().count();
        if letters > MAX_TEXT_CHARS || kept.len() >= MAX_LINES {
            break;
        }
        kept.push(row);
    }
    drop_running(&mut kept, pages.pages);
    join_cut_words(&mut kept);
    kept.retain(|row| !row.is_blank());
    pages.rows = kept;
    pages
}

/// How many rows at the top and the foot of a page may be repeated on others.
const RUNNING_ROWS: usize = 2;

/// Drops what stands at the top or foot of several pages, and the numbers of pages.
fn drop_running(rows: &mut Vec<Row>, pages: u32) {
    if pages < 2 {
        return;
    }
    let bare = |row: &Row| {
        row.text().chars().filter(|letter| letter.is_alphabetic()).collect::<String>().to_lowercase()
    };
    let mut edges: HashMap<(bool, String), Vec<(u32, usize)>> = HashMap::new();
    for page in 1..=pages {
        let on_page: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].page == page).collect();
        let top = on_page.iter().take(RUNNING_ROWS).map(|at| (true, *at));
        let foot = on_page.iter().rev().take(RUNNING_ROWS).map(|at| (false, *at));
        for (is_top, at) in top.chain(foot) {
            edges.entry((is_top, bare(&rows[at]))).or_default().push((page, at));
        }
    }
    let mut dropped = Vec::new();
    for ((_, text), places) in edges {
        let is_number = ["", "page", "pageof", "pagesur", "of", "p"].contains(&text.as_str())
            && places.iter().all(|(_, at)| rows[*at].text().chars().any(|letter| letter.is_ascii_digit()));
        let mut on: Vec<u32> = places.iter().map(|(page, _)| *page).collect();
        on.dedup();
        if on.len() > 1 && (is_number || text.len() > 3 && on.len() as u32 * 2 > pages) {
            // The first time it may be what it looks like: the name at the head of the first page.
            let is_head = |at: usize| at < RUNNING_ROWS;
            dropped.extend(places.into_iter().map(|(_, at)| at).filter(|at| !is_head(*at)));
        }
    }
    let mut at = 0;
    rows.retain(|_| {
        at += 1;
        !dropped.contains(&(at - 1))
    });
}

fn tidy_cells(row: &mut Row) {
    for cell in &mut row.cells {
        let mut space = true;
        for span in &mut cell.spans {
            let mut text = String::with_capacity(span.text.len());
            for letter in span.text.chars() {
                for letter in clean_letter(letter) {
                    let is_space = letter == ' ';
                    if !(is_space && space) {
                        text.push(letter);
                    }
                    space = is_space;
                }
            }
            span.text = text;
        }
        cell.spans.retain(|span| !span.text.is_empty());
    }
}

/// What a letter is kept as: ligatures are written out, icons and what cannot be seen is dropped.
fn clean_letter(letter: char) -> impl Iterator<Item = char> {
    let written: &[char] = match letter {
        'ﬀ' => &['f', 'f'],
        'ﬁ' => &['f', 'i'],
        'ﬂ' => &['f', 'l'],
        'ﬃ' => &['f', 'f', 'i'],
        'ﬄ' => &['f', 'f', 'l'],
        'ﬅ' | 'ﬆ' => &['s', 't'],
        // The bullets of symbol fonts.
        '\u{f0b7}' | '\u{f0a7}' | '\u{f0d8}' | '\u{f0fc}' | '\u{f0a8}' | '\u{f076}' => &['•'],
        '\u{2011}' | '\u{2010}' => &['-'],
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe0f}' | '\u{202a}'..='\u{202e}' => &[],
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => &[' '],
        letter if letter.is_whitespace() || letter.is_control() => &[' '],
        '\u{fffd}' => &[' '],
        _ => return [Some(letter), None, None].into_iter().flatten(),
    };
    [written.first().copied(), written.get(1).copied(), written.get(2).copied()].into_iter().flatten()
}

fn take_bullet(row: &mut Row) {
    let text = row.cells.first().map(Cell::text).unwrap_or_default();
    let alone = text.trim();
    let mut letters = alone.chars();
    if let (Some(first), None) = (letters.next(), letters.next())
        && row.cells.len() > 1
        && (is_bullet(first) || DASHES.contains(&first) || first == 'o')
    {
        row.cells.remove(0);
        row.bullet = true;
        return;
    }
    if let Some(rest) = without_bullet(&text) {
        let mut cut = text.chars().count() - rest.chars().count();
        row.bullet = true;
        for span in &mut row.cells[0].spans {
            let kept: String = span.text.chars().skip(cut).collect();
            cut -= span.text.chars().count() - kept.chars().count();
            span.text = kept;
        }
        row.cells[0].spans.retain(|span| !span.text.is_empty());
    }
}

/// Heads of words that keep their hyphen when a line ends behind it.
const KEEPS_HYPHEN: [&str; 40] = [
    "self", "non", "multi", "cross", "co", "on", "off", "well", "high", "low", "long", "short", "full",
    "part", "third", "real", "end", "follow", "face", "hands", "data", "cost", "user", "client", "server",
    "team", "code", "right", "sub", "open", "large", "small", "in", "back", "front", "peer", "time", "test",
    "state", "decision",
];

/// Puts a word that was cut at the end of a line together on the line where it begins.
fn join_cut_words(rows: &mut [Row]) {
    for at in 1..rows.len() {
        let (above, below) = rows.split_at_mut(at);
        let (Some(upper), Some(lower)) = (above.last_mut(), below.first_mut()) else { continue };
        let same = upper.block == lower.block && !lower.bullet && lower.cells.len() == 1;
        let Some(last) = upper.cells.last_mut().and_then(|cell| cell.spans.last_mut()) else { continue };
        let text = last.text.trim_end();
        let soft = text.ends_with('\u{ad}');
        let Some(head) = text.strip_suffix(['-', '\u{ad}']) else { continue };
        let word =
            head.rsplit(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
        let cut_here = word.chars().count() > 1 && head.ends_with(char::is_lowercase);
        let Some(first) = lower.cells.first_mut().and_then(|cell| cell.spans.first_mut()) else { continue };
        if !same || !cut_here || !first.text.starts_with(char::is_lowercase) {
            continue;
        }
        let tail_end = first.text.find(' ').unwrap_or(first.text.len());
        let whole = head.rsplit(char::is_whitespace).next().unwrap_or_default();
        let is_address = whole.contains(['/', '@']) || whole.contains('.') && whole.len() > 4;
        let keeps = !soft
            && (is_address || KEEPS_HYPHEN.contains(&word.as_str()) || first.text[..tail_end].contains('-'));
        let kept = if keeps { text.to_owned() } else { head.to_owned() };
        last.text = kept + &first.text[..tail_end];
        first.text = first.text[tail_end..].trim_start().to_owned();
        for row in [upper, lower] {
            for cell in &mut row.cells {
                cell.spans.retain(|span| !span.text.is_empty());
            }
            row.cells.retain(|cell| !cell.spans.is_empty());
        }
    }
    for span in rows.iter_mut().flat_map(|row| &mut row.cells).flat_map(|cell| &mut cell.spans) {
        if span.text.contains('\u{ad}') {
            span.text = span.text.replace('\u{ad}', "");
        }
    }
}

/// The lines that are handed out.
pub(crate) fn lines(rows: &[Row]) -> Vec<Line> {
    let line = |row: &Row| {
        let text = row.text();
        let text = if row.bullet { format!("• {text}") } else { text };
        Line { page: row.page, gap: row.gap, text }
    };
    rows.iter().map(line).collect()
}
