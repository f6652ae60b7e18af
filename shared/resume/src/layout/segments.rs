//! From glyphs to segments: what stands together on one line.

use crate::fields::{dates, lexicon};
use crate::rows::{Cell, Span};

use super::Glyph;

/// How far letters of one line may stand off it, in heights of the type.
const BASE_TOLERANCE: f32 = 0.25;
/// A gap that is a space, in heights of the type, where letters are set close.
const SPACE_GAP: f32 = 0.12;
/// A gap that parts cells.
const CELL_GAP: f32 = 1.1;
/// The same where the style changes at it.
const STYLE_GAP: f32 = 0.42;
/// How far raised letters are off their line, in heights of its type.
const RAISED: f32 = 0.55;
/// Letters that are raised at a time on one line, all together.
const MAX_RAISED: usize = 8;
/// Letters drawn twice to look bold are this close.
const SHADOW: f32 = 0.12;

/// What stands together on one line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Segment {
    pub spans: Vec<Span>,
    pub left: f32,
    pub right: f32,
    pub base: f32,
    pub size: f32,
    /// Whether it is a heading and nothing else.
    pub is_heading: bool,
    /// Whether a time is in it.
    pub has_date: bool,
    pub letters: usize,
}

impl From<Segment> for Cell {
    fn from(segment: Segment) -> Self {
        Self { spans: segment.spans, left: segment.left, right: segment.right }
    }
}

/// The segments of a page, from top to bottom and left to right.
pub(super) fn of(mut glyphs: Vec<Glyph>) -> Vec<Vec<Segment>> {
    glyphs.sort_by(|one, other| one.base.total_cmp(&other.base));
    let mut lines = Vec::new();
    let mut line: Vec<Glyph> = Vec::new();
    for glyph in glyphs {
        let ends = line.last().is_some_and(|last| {
            glyph.base - last.base > BASE_TOLERANCE * glyph.size.min(last.size)
                || glyph.base - line[0].base > glyph.size.max(line[0].size) * BASE_TOLERANCE * 1.5
        });
        if ends {
            lines.push(std::mem::take(&mut line));
        }
        line.push(glyph);
    }
    lines.push(line);
    level(&mut lines);
    let mut rows: Vec<Vec<Segment>> = lines.into_iter().map(parted).collect();
    rows.retain(|row| !row.is_empty());
    rows
}

/// Puts letters that are set a little higher or lower onto the line that they belong to.
fn level(lines: &mut [Vec<Glyph>]) {
    for at in 0..lines.len() {
        if lines[at].is_empty() || lines[at].len() > MAX_RAISED {
            continue;
        }
        let far = |beside: usize| {
            let near = lines.get(beside).and_then(|line| line.first());
            near.map_or(f32::MAX, |near| (near.base - lines[at][0].base).abs())
        };
        let mut besides = [at.wrapping_sub(1), at + 1];
        besides.sort_by(|one, other| far(*one).total_cmp(&far(*other)));
        for beside in besides {
            let Some(other) = lines.get(beside) else { continue };
            let touches = |glyph: &Glyph| {
                other.iter().any(|near| {
                    (glyph.base - near.base).abs() < RAISED * near.size
                        && glyph.left < near.right + SPACE_GAP * near.size
                        && glyph.right > near.left - SPACE_GAP * near.size
                })
            };
            if other.len() > lines[at].len() && lines[at].iter().all(touches) {
                let base = other[0].base;
                let raised: Vec<Glyph> = lines[at].drain(..).map(|glyph| Glyph { base, ..glyph }).collect();
                lines[beside].extend(raised);
                break;
            }
        }
    }
}

/// Parts the glyphs of one line where a gap is wide.
fn parted(mut line: Vec<Glyph>) -> Vec<Segment> {
    line.sort_by(|one, other| one.left.total_cmp(&other.left));
    let mut groups: Vec<Vec<(Glyph, bool)>> = Vec::new();
    let mut space = false;
    for glyph in line {
        if glyph.text.chars().all(char::is_whitespace) {
            space = true;
            continue;
        }
        let last = groups.last_mut().and_then(|group| group.last());
        let is_shadow = last.is_some_and(|(last, _)| {
            last.text == glyph.text && (glyph.left - last.left).abs() < SHADOW * glyph.size
        });
        if is_shadow {
            continue;
        }
        let apart = last.is_none_or(|(last, _)| {
            let is_other = (last.bold, last.italic) != (glyph.bold, glyph.italic);
            let wide = if is_other { STYLE_GAP } else { CELL_GAP };
            glyph.left - last.right > wide * glyph.size.max(last.size)
        });
        match groups.last_mut() {
            Some(group) if !apart => group.push((glyph, space)),
            _ => groups.push(vec![(glyph, false)]),
        }
        space = false;
    }
    groups.into_iter().map(written).collect()
}

/// Writes the glyphs of a segment as text, with the spaces that are only seen.
fn written(group: Vec<(Glyph, bool)>) -> Segment {
    let gaps = group.windows(2).map(|pair| (pair[1].0.left - pair[0].0.right) / pair[1].0.size.max(1.0));
    let mut gaps: Vec<f32> = gaps.collect();
    gaps.sort_by(f32::total_cmp);
    // Letters may be set wide apart: most gaps are between letters of a word.
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(0.0).max(0.0);
    let wide = SPACE_GAP + if gaps.len() > 3 { usual.min(CELL_GAP / 2.0) } else { 0.0 };
    let mut segment = Segment {
        spans: Vec::new(),
        left: f32::MAX,
        right: f32::MIN,
        base: 0.0,
        size: 0.0,
        is_heading: false,
        has_date: false,
        letters: 0,
    };
    let mut last_right = f32::MAX;
    for (glyph, space) in group {
        let text_space = space || glyph.left - last_right > wide * glyph.size;
        last_right = glyph.right;
        segment.left = segment.left.min(glyph.left);
        segment.right = segment.right.max(glyph.right);
        if glyph.size > segment.size {
            (segment.size, segment.base) = (glyph.size, glyph.base);
        }
        let text = if text_space { format!(" {}", glyph.text) } else { glyph.text };
        match segment.spans.last_mut() {
            Some(span)
                if span.bold == glyph.bold
                    && span.italic == glyph.italic
                    && (span.size - glyph.size).abs() < 0.3 =>
            {
                span.text.push_str(&text);
            }
            _ => segment.spans.push(Span { text, bold: glyph.bold, italic: glyph.italic, size: glyph.size }),
        }
    }
    let text: String = segment.spans.iter().map(|span| span.text.as_str()).collect();
    segment.is_heading = lexicon::section_of(&text).is_some();
    segment.has_date = dates::find(&text).is_some();
    segment.letters = text.chars().count();
    segment
}
