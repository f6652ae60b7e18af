//! Lines of text as they will stand on paper: broken, shaped and measured by parley, in a typeface that the server
//! carries in itself, so that a letter looks the same wherever it is written.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use krilla::text::{Font, GlyphId, KrillaGlyph};
use parley::fontique::{Blob, Collection, CollectionOptions};
use parley::{
    Alignment, AlignmentOptions, FontContext, FontFamily, FontWeight, Layout, LayoutContext, LineHeight,
    OverflowWrap, StyleProperty,
};

use crate::check::is_hidden;

/// The typeface, regular and semi-bold, compressed.
const FILES: [&[u8]; 2] = [
    include_bytes!("../../../assets/noto-sans-400.ttf.zst"),
    include_bytes!("../../../assets/noto-sans-600.ttf.zst"),
];
const FAMILY: &str = "Noto Sans";
/// Weights of the files.
const SEMI_BOLD: f32 = 600.0;
/// From one line to the next, as a multiple of the size of the letters.
const LINE_HEIGHT: f32 = 1.45;

/// The files as they are.
static TYPEFACE: LazyLock<[Arc<Vec<u8>>; 2]> =
    LazyLock::new(|| FILES.map(|file| Arc::new(zstd::decode_all(file).unwrap_or_default())));

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// The size of the letters, in points.
    pub size: f32,
    /// Whether it is semi-bold.
    pub strong: bool,
}

/// Letters that stand together on a line.
pub struct Run {
    /// The font.
    pub font: Font,
    /// The size of the letters, in points.
    pub size: f32,
    /// Where it begins, in points from the left end of the text.
    pub x: f32,
    /// Its letters.
    pub glyphs: Vec<KrillaGlyph>,
    /// The text that its letters' ranges are of.
    pub text: Arc<str>,
}

/// A line of text.
pub struct Line {
    /// Its height, in points.
    pub height: f32,
    /// Where its letters stand, in points from its top.
    pub baseline: f32,
    /// What stands on it.
    pub runs: Vec<Run>,
}

/// Sets texts.
pub struct Typesetter {
    fonts: FontContext,
    layouts: LayoutContext<()>,
    /// The fonts that were used, each once: what is the same font is in the file once.
    known: Vec<(u64, Font)>,
}

impl Typesetter {
    /// Begins with the server's own typeface and no other: what a machine has installed plays no part.
    #[must_use]
    pub fn new() -> Self {
        let options = CollectionOptions { shared: false, system_fonts: false };
        let mut collection = Collection::new(options);
        for file in TYPEFACE.iter() {
            let bytes: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::clone(file) as _;
            collection.register_fonts(Blob::new(bytes), None);
        }
        let fonts = FontContext { collection, ..FontContext::default() };
        Self { fonts, layouts: LayoutContext::new(), known: Vec::new() }
    }

    /// Sets a text in lines that are at most so wide, in points.
    pub fn set(&mut self, text: &str, style: Style, width: f32) -> Vec<Line> {
        // A mark that turns the text around would show something else than what is written.
        let seen: String = text.chars().filter(|c| !is_hidden(*c)).collect();
        let text = seen.as_str();
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(FontFamily::named(FAMILY)));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(LINE_HEIGHT)));
        // What has no place to break, as an address or a hash, is broken anywhere.
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        if style.strong {
            builder.push_default(StyleProperty::FontWeight(FontWeight::new(SEMI_BOLD)));
        }
        let mut layout: Layout<()> = builder.build(text);
        layout.break_all_lines(Some(width));
        layout.align(Alignment::Start, AlignmentOptions::default());
        let text: Arc<str> = Arc::from(text);
        let mut top = 0.0;
        let mut lines = Vec::new();
        for line in layout.lines() {
            lines.push(self.line(&line, top, &text));
            top += line.metrics().line_height;
        }
        lines
    }

    fn line(&mut self, line: &parley::layout::Line<'_, ()>, top: f32, text: &Arc<str>) -> Line {
        let metrics = line.metrics();
        let mut x = metrics.offset;
        let mut runs = Vec::new();
        for run in line.runs() {
            let (size, begins) = (run.font_size(), x);
            let mut glyphs: Vec<KrillaGlyph> = Vec::new();
            // The parts of a ligature come after the letter that stands for it, and before it where text runs to the left.
            let mut parts: Option<Range<usize>> = None;
            for cluster in run.visual_clusters() {
                let of: Range<usize> = cluster.text_range();
                if cluster.is_ligature_continuation() {
                    match glyphs.last_mut().filter(|_| !run.is_rtl()) {
                        Some(glyph) => glyph.text_range = joined(&glyph.text_range, &of),
                        None => parts = Some(parts.map_or_else(|| of.clone(), |parts| joined(&parts, &of))),
                    }
                    continue;
                }
                let of = parts.take().map_or_else(|| of.clone(), |parts| joined(&parts, &of));
                for glyph in cluster.glyphs() {
                    let (advance, dx, dy) = (glyph.advance / size, glyph.x / size, glyph.y / size);
                    glyphs.push(KrillaGlyph::new(
                        GlyphId::new(glyph.id),
                        advance,
                        dx,
                        dy,
                        0.0,
                        of.clone(),
                        None,
                    ));
                    x += glyph.advance;
                }
            }
            let Some(font) = self.font(run.font()) else { continue };
            runs.push(Run { font, size, x: begins, glyphs, text: Arc::clone(text) });
        }
        Line { height: metrics.line_height, baseline: metrics.baseline - top, runs }
    }

    fn font(&mut self, found: &parley::FontData) -> Option<Font> {
        let (bytes, id) = found.data.clone().into_raw_parts();
        if let Some((_, font)) = self.known.iter().find(|(known, _)| *known == id) {
            return Some(font.clone());
        }
        let font = Font::new(bytes.into(), found.index)?;
        self.known.push((id, font.clone()));
        Some(font)
    }
}

/// The range that holds both.
fn joined(one: &Range<usize>, other: &Range<usize>) -> Range<usize> {
    one.start.min(other.start)..one.end.max(other.end)
}

impl Default for Typesetter {
    fn default() -> Self {
        Self::new()
    }
}
