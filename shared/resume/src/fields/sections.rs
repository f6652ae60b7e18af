//! The parts of a résumé: which rows stand under which heading.

use std::ops::Range;

use super::dates;
use super::lexicon::{self, Section};
use crate::rows::{Row, Style};

/// Rows under one heading.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    pub section: Section,
    /// The row of the heading, which is none of `rows`.
    pub heading: Option<usize>,
    pub rows: Range<usize>,
}

/// Words of a heading that is known by its look alone.
const MAX_WORDS: usize = 6;
/// How much larger than the text a heading is that is known by its size.
const LARGER: f32 = 1.06;

/// The size that most letters have.
pub(crate) fn body_size(rows: &[Row]) -> f32 {
    let mut sizes: Vec<(f32, usize)> = Vec::new();
    for span in rows.iter().flat_map(|row| &row.cells).flat_map(|cell| &cell.spans) {
        let count = span.text.chars().count();
        match sizes.iter().position(|(size, _)| (*size - span.size).abs() < 0.2) {
            Some(at) => sizes[at].1 += count,
            // More sizes than a document has styles are noise.
            None if sizes.len() < 100 => sizes.push((span.size, count)),
            None => {}
        }
    }
    sizes.into_iter().max_by_key(|(_, count)| *count).map_or(0.0, |(size, _)| size)
}

/// The parts in the order of the text.
pub(crate) fn parts(rows: &[Row]) -> Vec<Part> {
    let body = body_size(rows);
    let is_styled = body > 0.0 || rows.iter().any(|row| row.style().bold);
    let known: Vec<Option<Section>> = rows.iter().map(|row| known_heading(row, body, is_styled)).collect();
    let look = common_look(rows, &known, body);
    let mut parts = vec![Part { section: Section::Head, heading: None, rows: 0..0 }];
    for (at, row) in rows.iter().enumerate() {
        let seen_any = parts.len() > 1;
        let unknown = || {
            let looks = look.is_some_and(|look| seen_any && looks_like(row, look));
            (looks && !heads_an_entry(rows, at)).then_some(Section::Other)
        };
        match known[at].or_else(unknown) {
            Some(section) => parts.push(Part { section, heading: Some(at), rows: at + 1..at + 1 }),
            None => {
                let part = parts.last_mut().expect("there is a part from the start");
                part.rows.end = at + 1;
            }
        }
    }
    parts
}

fn known_heading(row: &Row, body: f32, is_styled: bool) -> Option<Section> {
    if row.bullet || row.cells.len() != 1 {
        return None;
    }
    let text = row.text();
    let section = lexicon::section_of(&text)?;
    let style = row.style();
    let stands_out = style.bold || style.capitals || style.size > body * LARGER;
    let is_heading = row.heading || stands_out || text.trim_end().ends_with(':') || {
        // A weak word that looks like the rest is one of a list.
        row.gap && (!is_styled || section != Section::Other)
    };
    is_heading.then_some(section)
}

/// The look that the known headings have in common, when it tells them from the rest.
fn common_look(rows: &[Row], known: &[Option<Section>], body: f32) -> Option<Style> {
    let looks: Vec<Style> =
        rows.iter().zip(known).filter(|(_, known)| known.is_some()).map(|(row, _)| row.style()).collect();
    let count = |look: &Style| looks.iter().filter(|other| alike(look, other)).count();
    let look = looks.iter().max_by_key(|look| count(look)).copied()?;
    let stands_out = look.capitals || look.size > body * LARGER;
    (count(&look) >= 2 && stands_out).then_some(look)
}

pub(crate) fn alike(one: &Style, other: &Style) -> bool {
    (one.size - other.size).abs() < 0.4 && one.bold == other.bold && one.capitals == other.capitals
}

fn looks_like(row: &Row, look: Style) -> bool {
    let text = row.text();
    row.cells.len() == 1
        && !row.bullet
        && row.gap
        && alike(&row.style(), &look)
        && lexicon::words(&text).len() <= MAX_WORDS
        && !text.contains(['@', '|', '·', ','])
        && dates::find(&text).is_none()
}

/// Whether a row is the first of a job or school rather than a heading: its time follows closely, and nothing else looks
/// more like one.
fn heads_an_entry(rows: &[Row], at: usize) -> bool {
    let text = rows[at].text();
    if rows[at].style().capitals && lexicon::title_score(&text) == 0 && !lexicon::is_school(&text) {
        return false;
    }
    lexicon::title_score(&text) > 0
        || rows[at + 1..].iter().take(2).any(|row| !row.bullet && dates::find(&row.text()).is_some())
}

#[cfg(test)]
mod tests {
    use super::super::testing::rows;
    use super::*;

    fn sections(text: &str) -> Vec<(Section, Range<usize>)> {
        parts(&rows(text)).into_iter().map(|part| (part.section, part.rows)).collect()
    }

    #[test]
    fn headings_in_both_languages_part_the_text() {
        let text = "Jane Doe\n\nEXPERIENCE\nEngineer\n\nFORMATION\nMaster\n\nLangues\nAnglais";
        assert_eq!(
            sections(text),
            [
                (Section::Head, 0..1),
                (Section::Experience, 2..3),
                (Section::Education, 4..5),
                (Section::Languages, 6..7)
            ]
        );
    }

    #[test]
    fn a_word_of_a_list_is_no_heading() {
        let text = "SKILLS\nLeadership\nTraining\nResearch";
        assert_eq!(sections(text), [(Section::Head, 0..0), (Section::Skills, 1..4)]);
    }

    #[test]
    fn letters_that_are_set_apart_are_a_heading() {
        assert_eq!(lexicon::section_of("E X P É R I E N C E S"), Some(Section::Experience));
        assert_eq!(lexicon::section_of("W O R K  E X P E R I E N C E"), Some(Section::Experience));
        assert_eq!(lexicon::section_of("Compétences linguistiques"), Some(Section::Languages));
        assert_eq!(lexicon::section_of("Professional Summary"), Some(Section::Summary));
        assert_eq!(lexicon::section_of("Engineer"), None);
    }
}
