//! What stands on a line, parted where a sign, a gap or a style parts it, each with what it may be.

use std::collections::HashSet;

use super::lexicon::{fold, is_company, is_degree, is_note, is_school, title_score};
use super::{Text, dates, places};
use crate::model::{Date, End};

/// A part of a line that says one thing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Atom {
    pub text: String,
    /// The row that it stands on.
    pub row: usize,
    /// The cell of the row.
    pub cell: usize,
    pub bold: bool,
    pub is_place: bool,
    pub title: u8,
    pub is_company: bool,
    pub is_school: bool,
    pub is_degree: bool,
}

impl Atom {
    pub fn new(text: &str, row: usize, cell: usize, bold: bool) -> Option<Self> {
        let text = trimmed(text);
        if text.is_empty() {
            return None;
        }
        Some(Self {
            is_place: places::is_place(&text),
            title: title_score(&text),
            is_company: is_company(&text),
            is_school: is_school(&text),
            is_degree: is_degree(&text),
            text,
            row,
            cell,
            bold,
        })
    }

    /// The same place with another text.
    pub fn retold(&self, text: &str) -> Option<Self> {
        Self::new(text, self.row, self.cell, self.bold)
    }
}

/// A text without the signs around it that only part it.
pub(crate) fn trimmed(text: &str) -> String {
    let is_edge = |letter: char| letter.is_whitespace() || ",;|·•–—-:/".contains(letter);
    let text = text.trim_matches(is_edge);
    match (text.strip_prefix('('), text.strip_suffix(')')) {
        (Some(_), Some(_)) if text.matches('(').count() == 1 => text[1..text.len() - 1].trim().to_owned(),
        (Some(rest), None) if !rest.contains(')') => rest.trim().to_owned(),
        (None, Some(rest)) if !rest.contains('(') => rest.trim().to_owned(),
        _ => text.to_owned(),
    }
}

/// When something was, and what the lines say besides.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Header {
    pub start: Option<Date>,
    pub end: Option<End>,
    pub is_dated: bool,
    /// The row that says when.
    pub date_row: Option<usize>,
    pub atoms: Vec<Atom>,
}

/// Signs that part a line wherever they stand.
const PARTING: [char; 6] = ['|', '·', '•', ';', '\u{2022}', '¦'];
/// Signs that part a line where spaces are around them.
const PARTING_BETWEEN_SPACES: [&str; 6] = [" – ", " — ", " - ", " @ ", " // ", " ~ "];

/// What the first lines of an entry say.
pub(crate) fn header(text: &Text<'_>, range: impl Iterator<Item = usize>) -> Header {
    let mut header = Header::default();
    let mut above: Option<usize> = None;
    for at in range {
        if let Some(above) = above
            && goes_on(text, above, at)
            && let Some(last) = header.atoms.pop()
        {
            let sign = if text.texts[above].trim_end().ends_with(',') { "," } else { "" };
            let whole = format!("{}{sign} {}", last.text, text.texts[at]);
            header.atoms.extend(last.retold(&whole));
            continue;
        }
        above = Some(at);
        if is_note(&text.texts[at]) {
            continue;
        }
        for (cell, content) in text.rows[at].cells.iter().enumerate() {
            for (piece, bold) in styled_pieces(content) {
                let mut rest = vec![piece];
                if !header.is_dated || !header_has_range(&header) {
                    let text = rest[0].clone();
                    if let Some(period) = dates::find(&text) {
                        let better = !header.is_dated || period.is_range;
                        if better {
                            (header.start, header.end, header.is_dated) = (period.start, period.end, true);
                            header.date_row = Some(at);
                            let (before, after) = dates::without(&text, &period);
                            rest = vec![before, after];
                        }
                    }
                }
                for text in rest {
                    for part in parted(&text) {
                        header.atoms.extend(Atom::new(&part, at, cell, bold));
                    }
                }
            }
        }
    }
    header.atoms = header.atoms.into_iter().flat_map(|atom| place_apart(atom, &text.places)).collect();
    header
}

/// Whether a row goes on with the name on the one above, which a narrow column cuts.
fn goes_on(text: &Text<'_>, above: usize, at: usize) -> bool {
    let (upper, row) = (&text.rows[above], &text.rows[at]);
    let (one, other) = (upper.style(), row.style());
    above + 1 == at
        && text.goes_on(at)
        && upper.cells.len() == 1
        && (one.bold, one.italic, one.capitals) == (other.bold, other.italic, other.capitals)
        && (one.size - other.size).abs() < 0.3
        && dates::find(&text.texts[above])
            .is_none_or(|period| !dates::without(&text.texts[above], &period).1.is_empty())
        && dates::find(&text.texts[at]).is_none()
}

fn header_has_range(header: &Header) -> bool {
    header.start.is_some() || header.end == Some(End::Present)
}

/// A cell parted where its style changes behind a sign: "**Office manager,** *The Phone Company*".
fn styled_pieces(cell: &crate::rows::Cell) -> Vec<(String, bool)> {
    let mut pieces: Vec<(String, bool, bool)> = Vec::new();
    for span in &cell.spans {
        let parts_here = pieces.last().is_some_and(|(text, bold, italic)| {
            let changes = *bold != span.bold || *italic != span.italic;
            let signs = |letter: char| ",|–—-·:".contains(letter);
            let ended = text.trim_end().ends_with(signs) || span.text.trim_start().starts_with(signs);
            // A date in another style stays with what leads to it.
            let is_date = dates::find(&span.text)
                .is_some_and(|period| dates::without(&span.text, &period) == (String::new(), String::new()));
            changes && ended && !is_date
        });
        match pieces.last_mut() {
            Some((text, ..)) if !parts_here => text.push_str(&span.text),
            _ => pieces.push((span.text.clone(), span.bold, span.italic)),
        }
    }
    pieces.into_iter().map(|(text, bold, _)| (text, bold)).collect()
}

/// A text parted at signs, but not inside of parentheses.
pub(crate) fn parted(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let sign = PARTING_BETWEEN_SPACES.iter().find(|sign| rest.starts_with(**sign));
        if depth == 0
            && let Some(sign) = sign
        {
            parts.push(String::new());
            at += sign.len();
            continue;
        }
        if (depth == 0 && PARTING.contains(&letter)) || letter == '\t' {
            parts.push(String::new());
        } else {
            parts.last_mut().expect("it begins with one").push(letter);
        }
        at += letter.len_utf8();
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// Parts an atom from the place at its end.
fn place_apart(atom: Atom, known: &HashSet<String>) -> Vec<Atom> {
    if atom.is_place {
        return vec![atom];
    }
    if known.contains(&fold(&atom.text)) {
        return vec![Atom { is_place: true, ..atom }];
    }
    let parts = places::parted(&atom.text).or_else(|| {
        let (name, place) = places::last_part(&atom.text)?;
        known.contains(&fold(&place)).then_some((name, place))
    });
    match parts {
        Some((name, place)) => {
            let place = atom.retold(&place).map(|place| Atom { is_place: true, ..place });
            [atom.retold(&name), place].into_iter().flatten().collect()
        }
        None => vec![atom],
    }
}

/// Whether a text behind a comma belongs to the name before it.
pub(crate) fn belongs_before(text: &str) -> bool {
    let word = fold(text.trim()).replace('.', "");
    ["inc", "llc", "ltd", "corp", "co", "sa", "sas", "sarl", "gmbh", "plc", "ltee", "jr", "sr", "pllc", "llp"]
        .contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_parted_at_signs_but_not_in_parentheses() {
        assert_eq!(parted("Engineer | Acme (A | B) – Paris"), ["Engineer ", " Acme (A | B)", "Paris"]);
        assert_eq!(parted("Full-stack developer"), ["Full-stack developer"]);
    }

    #[test]
    fn signs_around_a_text_are_no_part_of_it() {
        assert_eq!(trimmed(" – Acme Inc., "), "Acme Inc.");
        assert_eq!(trimmed("(Remote)"), "Remote");
        assert_eq!(trimmed("Danggeun Pay Inc. (KarrotPay)"), "Danggeun Pay Inc. (KarrotPay)");
    }
}
