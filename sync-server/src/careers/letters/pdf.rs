//! A letter as a PDF: pages of paper, made by krilla from lines that parley set. Tagged (ISO 32000-1, 14.8), so that it can
//! be read aloud.

use std::num::NonZeroU16;

use anyhow::Context as _;
use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, SpanTag, Tag, TagGroup, TagKind, TagTree,
};

use super::terms::{Letter, Piece};
use super::typeset::{Line, Style, Typesetter};
use super::words::LetterWords;
use crate::careers::text::Block;
use crate::careers::words::fill;

/// Points of a page's width and height: ISO 216 A4, and US Letter.
const A4: (f32, f32) = (595.28, 841.89);
const US_LETTER: (f32, f32) = (612.0, 792.0);
/// Points around what is written.
const MARGIN: f32 = 64.0;
/// Points from the lower end of a page to its number.
const FOOT: f32 = 36.0;
/// Points of the column of names.
const NAMES_WIDTH: f32 = 150.0;
/// Points that are left free below a rule, beside what is left free anyway.
const BELOW_RULE: f32 = 6.0;
/// Points by which a list stands in.
const INDENT: f32 = 14.0;

const BODY: Style = Style { size: 10.5, strong: false };
const STRONG: Style = Style { size: 10.5, strong: true };
const TITLE: Style = Style { size: 19.0, strong: true };
const HEADING: Style = Style { size: 12.5, strong: true };
const SMALL: Style = Style { size: 8.5, strong: false };

/// What is written about a signature behind the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What it is.
    pub title: String,
    /// What it says before the facts, and after them.
    pub before: String,
    /// See `before`.
    pub after: String,
    /// Names and values.
    pub facts: Vec<(String, String)>,
}

/// A strip of a page: one line, or two beside each other.
struct Strip {
    /// Points left free above it, except at the top of a page.
    above: f32,
    lines: Vec<(f32, Line)>,
    /// A rule below it, from and to these points.
    rule: Option<(f32, f32)>,
    /// It does not stand last on a page.
    keeps: bool,
    /// It begins a page.
    begins_page: bool,
    /// Which element it belongs to.
    element: usize,
}

impl Strip {
    fn height(&self) -> f32 {
        self.lines.iter().map(|(_, line)| line.height).fold(0.0, f32::max)
    }
}

/// Pages as they are composed.
struct Composer {
    set: Typesetter,
    width: f32,
    strips: Vec<Strip>,
    elements: Vec<TagKind>,
}

/// How an element stands.
#[derive(Clone, Copy)]
struct Place {
    style: Style,
    x: f32,
    above: f32,
    keeps: bool,
}

impl Composer {
    fn element(&mut self, tag: impl Into<TagKind>) -> usize {
        self.elements.push(tag.into());
        self.elements.len() - 1
    }

    fn text(&mut self, tag: impl Into<TagKind>, text: &str, place: Place) {
        let element = self.element(tag);
        let lines = self.set.set(text, place.style, self.width - place.x);
        let below_rule = self.strips.last().is_some_and(|strip| strip.rule.is_some());
        let above = if below_rule { place.above + BELOW_RULE } else { place.above };
        for (at, line) in lines.into_iter().enumerate() {
            self.strips.push(Strip {
                above: if at == 0 { above } else { 0.0 },
                lines: vec![(place.x, line)],
                rule: None,
                keeps: place.keeps,
                begins_page: false,
                element,
            });
        }
    }

    fn paragraph(&mut self, text: &str) {
        self.text(Tag::P, text, Place { style: BODY, x: 0.0, above: 8.0, keeps: false });
    }

    fn heading(&mut self, level: u16, text: &str, style: Style) {
        let tag = Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), Some(text.to_owned()));
        self.text(tag, text, Place { style, x: 0.0, above: 20.0, keeps: true });
    }

    /// Names and values in two columns, with a rule between two rows.
    fn facts(&mut self, facts: &[(String, String)]) {
        for (at, (name, value)) in facts.iter().enumerate() {
            let element = self.element(Tag::P);
            let mut names = self.set.set(name, STRONG, NAMES_WIDTH - INDENT).into_iter();
            let mut values = self.set.set(value, BODY, self.width - NAMES_WIDTH).into_iter();
            let mut row = 0;
            loop {
                let (name, value) = (names.next(), values.next());
                if name.is_none() && value.is_none() {
                    break;
                }
                let lines = name.map(|line| (0.0, line)).into_iter();
                let lines = lines.chain(value.map(|line| (NAMES_WIDTH, line))).collect();
                let above = match (row, at) {
                    (0, 0) => 14.0,
                    (0, _) => 9.0,
                    _ => 0.0,
                };
                self.strips.push(Strip {
                    above,
                    lines,
                    rule: None,
                    keeps: false,
                    begins_page: false,
                    element,
                });
                row += 1;
            }
            if let Some(last) = self.strips.last_mut() {
                last.rule = Some((0.0, self.width));
            }
        }
    }

    fn pieces(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            match piece {
                Piece::Heading(text) => self.heading(2, text, HEADING),
                Piece::Text(Block::Paragraph(lines)) => self.paragraph(&lines.join("\n")),
                Piece::Text(Block::List { numbered, items }) => {
                    for (at, item) in items.iter().enumerate() {
                        let mark =
                            numbered.map_or_else(|| "• ".to_owned(), |first| format!("{}. ", first + at));
                        let place = Place { style: BODY, x: INDENT, above: 3.0, keeps: false };
                        self.text(Tag::P, &format!("{mark}{item}"), place);
                    }
                }
                Piece::Facts(facts) => self.facts(facts),
            }
        }
    }

    /// Where both sides sign, or signed.
    fn signatures(&mut self, letter: &Letter) {
        let words = LetterWords::of(letter.language);
        self.heading(2, words.signatures, HEADING);
        for signature in &letter.signatures {
            let small = |above, keeps| Place { style: SMALL, x: 0.0, above, keeps };
            self.text(Tag::P, &signature.for_whom, small(14.0, true));
            let is_signed = !signature.when.is_empty();
            let (above, keeps) = if is_signed { (2.0, true) } else { (26.0, true) };
            let style = if is_signed { STRONG } else { BODY };
            self.text(Tag::P, &signature.name, Place { style, x: 0.0, above, keeps });
            if let Some(last) = self.strips.last_mut().filter(|_| !is_signed) {
                last.rule = Some((0.0, self.width * 0.6));
            }
            let said = if is_signed {
                fill(words.signed_on, &[&signature.when])
            } else {
                words.not_signed.to_owned()
            };
            self.text(Tag::P, &said, small(2.0, false));
        }
    }

    fn record(&mut self, record: &Record) {
        let first = self.strips.len();
        self.heading(1, &record.title, TITLE);
        if let Some(strip) = self.strips.get_mut(first) {
            strip.begins_page = true;
        }
        self.paragraph(&record.before);
        self.facts(&record.facts);
        self.paragraph(&record.after);
    }

    /// Which strips stand on which page.
    fn pages(&self, room: f32) -> Vec<std::ops::Range<usize>> {
        let mut pages = Vec::new();
        let (mut begins, mut filled) = (0, 0.0);
        let mut at = 0;
        while at < self.strips.len() {
            // What keeps together with what follows moves as one.
            let mut end = at + 1;
            while self.strips[end - 1].keeps && end < self.strips.len() {
                end += 1;
            }
            let group = &self.strips[at..end];
            let height: f32 = group.iter().map(|strip| strip.above + strip.height()).sum();
            let is_full = filled + height > room || group[0].begins_page;
            if is_full && at > begins {
                pages.push(begins..at);
                (begins, filled) = (at, 0.0);
            }
            filled += height;
            at = end;
        }
        pages.push(begins..self.strips.len());
        pages
    }
}

/// Writes a letter, with the record of its signatures behind it where it was signed.
///
/// # Errors
/// When the typeface cannot be read or the file cannot be made.
pub fn write(letter: &Letter, record: Option<&Record>, author: &str) -> anyhow::Result<Vec<u8>> {
    let (width, height) = if letter.is_us_letter { US_LETTER } else { A4 };
    let mut composer = Composer {
        set: Typesetter::new(),
        width: width - 2.0 * MARGIN,
        strips: Vec::new(),
        elements: Vec::new(),
    };
    composer.text(Tag::P, &letter.workspace, Place { style: STRONG, x: 0.0, above: 0.0, keeps: true });
    composer.heading(1, &letter.title, TITLE);
    composer.pieces(&letter.pieces);
    composer.signatures(letter);
    if let Some(record) = record {
        composer.record(record);
    }
    let mut document = Document::new();
    document.set_metadata(
        Metadata::new()
            .title(format!("{} – {}", letter.title, letter.workspace))
            .language(letter.language.tag().to_owned())
            .authors(vec![author.to_owned()])
            .creator("Zumodra".to_owned()),
    );
    let pages = composer.pages(height - 2.0 * MARGIN);
    let mut marks: Vec<Vec<Identifier>> = composer.elements.iter().map(|_| Vec::new()).collect();
    let settings = PageSettings::from_wh(width, height).context("a page has a size")?;
    for (number, strips) in pages.iter().enumerate() {
        let mut page = document.start_page_with(settings.clone());
        let mut surface = page.surface();
        let mut y = MARGIN;
        for (at, strip) in composer.strips[strips.clone()].iter().enumerate() {
            y += if at == 0 { 0.0 } else { strip.above };
            marks[strip.element].push(surface.start_tagged(ContentTag::Span(SpanTag::empty())));
            for (x, line) in &strip.lines {
                draw(&mut surface, line, MARGIN + x, y);
            }
            surface.end_tagged();
            y += strip.height();
            if let Some((from, to)) = strip.rule {
                rule(&mut surface, (MARGIN + from, MARGIN + to), y + 4.0);
            }
        }
        let words = LetterWords::of(letter.language);
        let foot = fill(words.page, &[&(number + 1).to_string(), &pages.len().to_string()]);
        surface.start_tagged(ContentTag::Artifact(Artifact::new(ArtifactType::PageNumber, None)));
        for line in composer.set.set(&foot, SMALL, composer.width) {
            draw(&mut surface, &line, MARGIN, height - FOOT - line.height);
        }
        surface.end_tagged();
        surface.finish();
        page.finish();
    }
    let mut tree = TagTree::new();
    for (tag, marks) in composer.elements.into_iter().zip(marks) {
        let mut group = TagGroup::new(tag);
        marks.into_iter().for_each(|mark| group.push(mark));
        tree.push(group);
    }
    document.set_tag_tree(tree);
    document.finish().map_err(|error| anyhow::anyhow!("a letter could not be written: {error:?}"))
}

fn draw(surface: &mut Surface<'_>, line: &Line, x: f32, y: f32) {
    for run in &line.runs {
        let begins = Point::from_xy(x + run.x, y + line.baseline);
        surface.draw_glyphs(begins, &run.glyphs, run.font.clone(), &run.text, run.size, false);
    }
}

/// A thin line from one point to another; it says nothing.
fn rule(surface: &mut Surface<'_>, (from, to): (f32, f32), y: f32) {
    let mut path = PathBuilder::new();
    path.move_to(from, y);
    path.line_to(to, y);
    let Some(path) = path.finish() else { return };
    let grey = Fill { paint: rgb::Color::new(190, 190, 190).into(), ..Fill::default() };
    surface.start_tagged(ContentTag::Artifact(Artifact::new(ArtifactType::Layout, None)));
    let before = surface.get_fill().cloned();
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: grey.paint,
        width: 0.5,
        opacity: NormalizedF32::ONE,
        ..Stroke::default()
    }));
    surface.draw_path(&path);
    surface.set_stroke(None);
    surface.set_fill(before);
    surface.end_tagged();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::careers::words::Language;

    fn letter(texts: &[String]) -> Letter {
        let pieces = texts.iter().map(|text| Piece::Text(Block::Paragraph(vec![text.clone()])));
        let facts = texts.iter().map(|text| (text.clone(), text.clone()));
        Letter {
            language: Language::En,
            title: texts[0].clone(),
            workspace: texts[0].clone(),
            pieces: pieces.chain([Piece::Facts(facts.collect())]).collect(),
            signatures: Vec::new(),
            is_us_letter: false,
        }
    }

    /// Letters of every direction, ligatures, marks that join, marks that turn, and what no typeface has.
    fn hostile() -> impl Strategy<Value = String> {
        let parts = prop::sample::select(vec![
            "ffi",
            "ffl",
            "f",
            "i",
            "tariffs",
            "\u{202e}",
            "\u{2067}",
            "\u{200f}",
            "שלום",
            "مرحبا",
            "हैलो",
            "e\u{301}",
            "\u{200d}",
            "李",
            "💩",
            " ",
            "\n",
            "-",
            "\u{0}",
            "\u{2028}",
            "نص ffi نص",
            "3",
            "\u{ad}",
            "\u{feff}",
        ]);
        prop::collection::vec(parts, 0..24).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn whatever_is_written_becomes_a_file(texts in prop::collection::vec(hostile(), 1..4)) {
            let pdf = write(&letter(&texts), None, &texts[0]).expect("a file");
            prop_assert!(pdf.starts_with(b"%PDF-"));
        }
    }
}
