//! Follows the description of a page and keeps its glyphs. Of everything that is drawn only the text counts.

use std::collections::HashMap;
use std::sync::Arc;

use hayro_font::hayro_cmap::BfString;
use hayro_font::kurbo::{Affine, Point};
use hayro_font::{
    CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn, StandardFont, UNITS_PER_EM,
};
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro_syntax::page::{Page, Resources};

use crate::ReadError;
use crate::layout::Glyph;
use crate::limits::{
    MAX_CONTENT_BYTES, MAX_FONT_BYTES, MAX_FONTS, MAX_FORM_DEPTH, MAX_FORMS, MAX_GLYPHS, MAX_STATES,
};

/// How much a line may lean and still be read as one.
const MAX_LEAN: f64 = 0.2;
/// The weight from which letters count as bold.
const BOLD_WEIGHT: i32 = 600;
/// What the flags of a font say.
const ITALIC_FLAG: i32 = 1 << 6;
const FORCE_BOLD_FLAG: i32 = 1 << 18;

/// A font with how its letters look.
#[derive(Clone)]
struct Face<'a> {
    font: Font<'a>,
    bold: bool,
    italic: bool,
}

#[derive(Clone)]
struct State<'a> {
    matrix: Affine,
    face: Option<Face<'a>>,
    size: f64,
    letter_space: f64,
    word_space: f64,
    scale: f64,
    leading: f64,
    rise: f64,
}

impl State<'_> {
    fn new(matrix: Affine) -> Self {
        Self {
            matrix,
            face: None,
            size: 1.0,
            letter_space: 0.0,
            word_space: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }
}

/// Reads the pages of one document, and counts what that takes.
pub(super) struct Reader<'a> {
    fonts: FontCache<'a>,
    faces: HashMap<Vec<u8>, Option<Face<'a>>>,
    standard: Option<Face<'a>>,
    font_resolver: FontResolverFn,
    map_resolver: CMapResolverFn,
    content_bytes: usize,
    font_bytes: usize,
    forms: usize,
    glyphs: usize,
    /// Whether a picture or drawing was met.
    pub drew_picture: bool,
}

impl Default for Reader<'_> {
    fn default() -> Self {
        Self {
            fonts: FontCache::new(),
            faces: HashMap::new(),
            standard: None,
            font_resolver: Arc::new(|query| match query {
                FontQuery::Standard(font) => Some(font.get_font_data()),
                FontQuery::Fallback(font) => Some(font.pick_standard_font().get_font_data()),
            }),
            map_resolver: Arc::new(|_| None),
            content_bytes: 0,
            font_bytes: 0,
            forms: 0,
            glyphs: 0,
            drew_picture: false,
        }
    }
}

/// Where a description is followed: what it draws on, and the text that is being set.
struct Pen<'a, 'o> {
    states: Vec<State<'a>>,
    /// The fonts by the names that they have here.
    faces: HashMap<Vec<u8>, Option<Face<'a>>>,
    text: Affine,
    line: Affine,
    out: &'o mut Vec<Glyph>,
}

impl<'a> Pen<'a, '_> {
    fn state(&mut self) -> &mut State<'a> {
        self.states.last_mut().expect("one state is always there")
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line *= Affine::translate((x, y));
        self.text = self.line;
    }
}

impl<'a> Reader<'a> {
    /// The glyphs of a page in the order in which they are drawn.
    pub fn glyphs(&mut self, page: &Page<'a>) -> Result<Vec<Glyph>, ReadError> {
        let mut glyphs = Vec::new();
        let place = Affine::new(page.initial_transform(true).as_coeffs());
        let mut content = Vec::new();
        if let Some(stream) = page.raw().get::<Stream<'_>>(b"Contents") {
            self.append(&stream, &mut content)?;
        } else if let Some(streams) = page.raw().get::<Array<'_>>(b"Contents") {
            for stream in streams.iter::<Stream<'_>>() {
                self.append(&stream, &mut content)?;
            }
        }
        self.follow(&content, page.resources(), State::new(place), &mut glyphs, 0)?;
        Ok(glyphs)
    }

    fn append(&mut self, stream: &Stream<'_>, content: &mut Vec<u8>) -> Result<(), ReadError> {
        // What cannot be decoded is left out, as every viewer does.
        let Ok(decoded) = stream.decoded_data() else { return Ok(()) };
        self.content_bytes += decoded.len();
        if self.content_bytes > MAX_CONTENT_BYTES {
            return Err(ReadError::TooComplex);
        }
        content.extend_from_slice(&decoded);
        content.push(b'\n');
        Ok(())
    }

    fn follow(
        &mut self,
        content: &[u8],
        resources: &Resources<'a>,
        state: State<'a>,
        out: &mut Vec<Glyph>,
        depth: usize,
    ) -> Result<(), ReadError> {
        let mut pen = Pen {
            states: vec![state],
            faces: HashMap::new(),
            text: Affine::IDENTITY,
            line: Affine::IDENTITY,
            out,
        };
        let mut instructions = TypedIter::new(content);
        while let Some(instruction) = instructions.next() {
            match instruction {
                TypedInstruction::XObject(drawing) => {
                    let Some(stream) = resources.get_x_object(drawing.0) else { continue };
                    self.draw(&stream, resources, &mut pen, depth)?;
                }
                TypedInstruction::InlineImage(_) | TypedInstruction::Shading(_) => self.drew_picture = true,
                instruction => self.step(&instruction, resources, &mut pen)?,
            }
        }
        Ok(())
    }

    fn draw(
        &mut self,
        stream: &Stream<'a>,
        resources: &Resources<'a>,
        pen: &mut Pen<'a, '_>,
        depth: usize,
    ) -> Result<(), ReadError> {
        let dict = stream.dict();
        let is_form = dict.get::<Name<'_>>(b"Subtype").is_some_and(|kind| kind.as_ref() == b"Form");
        if !is_form {
            self.drew_picture = true;
            return Ok(());
        }
        if depth >= MAX_FORM_DEPTH {
            return Ok(());
        }
        self.forms += 1;
        if self.forms > MAX_FORMS {
            return Err(ReadError::TooComplex);
        }
        let mut content = Vec::new();
        self.append(stream, &mut content)?;
        let mut state = pen.state().clone();
        if let Some(matrix) = dict.get::<[f64; 6]>(b"Matrix") {
            state.matrix *= Affine::new(matrix);
        }
        let own = dict.get::<Dict<'_>>(b"Resources").map(Resources::new);
        self.follow(&content, own.as_ref().unwrap_or(resources), state, pen.out, depth + 1)
    }

    fn step(
        &mut self,
        instruction: &TypedInstruction<'_, '_>,
        resources: &Resources<'a>,
        pen: &mut Pen<'a, '_>,
    ) -> Result<(), ReadError> {
        match instruction {
            TypedInstruction::SaveState(_) if pen.states.len() < MAX_STATES => {
                let state = pen.state().clone();
                pen.states.push(state);
            }
            TypedInstruction::RestoreState(_) if pen.states.len() > 1 => drop(pen.states.pop()),
            TypedInstruction::Transform(by) => {
                let numbers = [&by.0, &by.1, &by.2, &by.3, &by.4, &by.5].map(|number| number.as_f64());
                pen.state().matrix *= Affine::new(numbers);
            }
            TypedInstruction::BeginText(_) => (pen.text, pen.line) = (Affine::IDENTITY, Affine::IDENTITY),
            TypedInstruction::SetTextMatrix(to) => {
                let numbers = [&to.0, &to.1, &to.2, &to.3, &to.4, &to.5].map(|number| number.as_f64());
                (pen.text, pen.line) = (Affine::new(numbers), Affine::new(numbers));
            }
            TypedInstruction::TextFont(font) => {
                let name = font.0.as_ref();
                if !pen.faces.contains_key(name) {
                    pen.faces.insert(name.to_vec(), self.face(font.0, resources));
                }
                pen.state().face = pen.faces.get(name).cloned().flatten();
                pen.state().size = font.1.as_f64();
            }
            TypedInstruction::CharacterSpacing(by) => pen.state().letter_space = by.0.as_f64(),
            TypedInstruction::WordSpacing(by) => pen.state().word_space = by.0.as_f64(),
            TypedInstruction::HorizontalScaling(by) => pen.state().scale = by.0.as_f64() / 100.0,
            TypedInstruction::TextLeading(by) => pen.state().leading = by.0.as_f64(),
            TypedInstruction::TextRise(by) => pen.state().rise = by.0.as_f64(),
            TypedInstruction::NextLine(by) => pen.next_line(by.0.as_f64(), by.1.as_f64()),
            TypedInstruction::NextLineAndSetLeading(by) => {
                pen.state().leading = -by.1.as_f64();
                pen.next_line(by.0.as_f64(), by.1.as_f64());
            }
            TypedInstruction::NextLineUsingLeading(_) => lead(pen),
            TypedInstruction::ShowText(text) => self.show(text.0.as_bytes(), pen)?,
            TypedInstruction::NextLineAndShowText(text) => {
                lead(pen);
                self.show(text.0.as_bytes(), pen)?;
            }
            TypedInstruction::ShowTextWithParameters(text) => {
                pen.state().word_space = text.0.as_f64();
                pen.state().letter_space = text.1.as_f64();
                lead(pen);
                self.show(text.2.as_bytes(), pen)?;
            }
            TypedInstruction::ShowTexts(texts) => {
                for part in texts.0.iter::<Object<'_>>() {
                    match part {
                        Object::String(text) => self.show(text.as_bytes(), pen)?,
                        Object::Number(back) => {
                            let state = pen.state();
                            let x = -back.as_f64() / f64::from(UNITS_PER_EM) * state.size * state.scale;
                            pen.text *= Affine::translate((x, 0.0));
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn face(&mut self, name: &Name<'_>, resources: &Resources<'a>) -> Option<Face<'a>> {
        let Some(dict) = resources.get_font(name) else { return self.standard_face() };
        let key = dict.data().to_vec();
        if let Some(face) = self.faces.get(&key) {
            return face.clone();
        }
        if self.faces.len() >= MAX_FONTS {
            return None;
        }
        self.font_bytes = self.font_bytes.saturating_add(weight(&dict));
        let font = if self.font_bytes > MAX_FONT_BYTES {
            None
        } else {
            self.fonts.font(&dict, &self.font_resolver, &self.map_resolver)
        };
        let (bold, italic) = looks(&dict);
        let face = font.map(|font| Face { font, bold, italic });
        self.faces.insert(key, face.clone());
        face
    }

    fn standard_face(&mut self) -> Option<Face<'a>> {
        if self.standard.is_none() {
            let font = self.fonts.standard_font(StandardFont::Helvetica, &self.font_resolver)?;
            self.standard = Some(Face { font, bold: false, italic: false });
        }
        self.standard.clone()
    }

    fn show(&mut self, bytes: &[u8], pen: &mut Pen<'a, '_>) -> Result<(), ReadError> {
        if pen.state().face.is_none() {
            pen.state().face = self.standard_face();
        }
        let state = pen.state().clone();
        let Some(face) = &state.face else { return Ok(()) };
        let mut at = 0;
        while at < bytes.len() {
            let (code, length) = face.font.read_code(bytes, at);
            at += length.max(1);
            self.glyphs += 1;
            if self.glyphs > MAX_GLYPHS {
                return Err(ReadError::TooComplex);
            }
            let advance = face.font.code_advance(code);
            let wide = if face.font.is_horizontal() { advance.x } else { advance.y };
            let width = wide / f64::from(UNITS_PER_EM) * state.size;
            let word_space = if code == 32 && length == 1 { state.word_space } else { 0.0 };
            let step = (width + state.letter_space + word_space) * state.scale;
            let text = letters(&face.font, code);
            let place = state.matrix * pen.text;
            if let Some(glyph) = placed(&state, place, width * state.scale, text) {
                pen.out.push(Glyph { bold: face.bold, italic: face.italic, ..glyph });
            }
            pen.text *= if face.font.is_horizontal() {
                Affine::translate((step, 0.0))
            } else {
                Affine::translate((0.0, step))
            };
        }
        Ok(())
    }
}

fn lead(pen: &mut Pen<'_, '_>) {
    let leading = pen.state().leading;
    pen.next_line(0.0, -leading);
}

/// What a code stands for: nothing where the font does not say.
fn letters(font: &Font<'_>, code: u32) -> String {
    let unicode = match font.glyph(font.map_code(code), code) {
        FontGlyph::Outline(glyph) => glyph.as_unicode(),
        FontGlyph::Type3(glyph) => glyph.as_unicode(),
    };
    match unicode {
        // What is drawn is a hyphen, whatever the font calls it.
        Some(BfString::Char('\u{ad}')) => "-".to_owned(),
        Some(BfString::Char(letter)) => letter.to_string(),
        Some(BfString::String(text))
            if text.chars().all(|letter| "-\u{ad}\u{2010}\u{2011}".contains(letter)) =>
        {
            "-".to_owned()
        }
        Some(BfString::String(text)) => text,
        None => String::new(),
    }
}

/// The glyph on the page, unless it stands across it or outside of every page.
fn placed(state: &State<'_>, place: Affine, width: f64, text: String) -> Option<Glyph> {
    let [a, b, c, d, ..] = place.as_coeffs();
    let along = a.hypot(b);
    if text.is_empty() || along <= 0.0 || a <= 0.0 || b.abs() > MAX_LEAN * along {
        return None;
    }
    let from = place * Point::new(0.0, state.rise);
    let to = place * Point::new(width, state.rise);
    let size = c.hypot(d) * state.size.abs();
    let all = [from.x, from.y, to.x, size];
    if !all.iter().all(|number| number.is_finite() && number.abs() < MAX_PLACE) || size <= 0.0 {
        return None;
    }
    Some(Glyph {
        left: from.x.min(to.x) as f32,
        right: from.x.max(to.x) as f32,
        base: from.y as f32,
        size: size as f32,
        text,
        bold: false,
        italic: false,
    })
}

/// Points beyond which nothing is on a page.
const MAX_PLACE: f64 = 20_000.0;

/// Bytes of the program and the maps of a font.
fn weight(font: &Dict<'_>) -> usize {
    let inner = font.get::<Array<'_>>(b"DescendantFonts").and_then(|fonts| fonts.iter::<Dict<'_>>().next());
    let descriptor = inner.as_ref().unwrap_or(font).get::<Dict<'_>>(b"FontDescriptor").unwrap_or_default();
    let own = [&b"ToUnicode"[..], b"Encoding"].map(|key| font.get::<Stream<'_>>(key));
    let programs =
        [&b"FontFile"[..], b"FontFile2", b"FontFile3"].map(|key| descriptor.get::<Stream<'_>>(key));
    let map = inner.and_then(|inner| inner.get::<Stream<'_>>(b"CIDToGIDMap"));
    let all = own.into_iter().chain(programs).chain([map]).flatten();
    font.data().len() + all.map(|stream| stream.decoded_data().map_or(0, |data| data.len())).sum::<usize>()
}

/// Whether a font is bold and whether it is italic, by what it says and by its name.
fn looks(font: &Dict<'_>) -> (bool, bool) {
    let inner = font.get::<Array<'_>>(b"DescendantFonts").and_then(|fonts| fonts.iter::<Dict<'_>>().next());
    let descriptor = inner.as_ref().unwrap_or(font).get::<Dict<'_>>(b"FontDescriptor").unwrap_or_default();
    let name = |dict: &Dict<'_>, key: &[u8]| {
        dict.get::<Name<'_>>(key).map(|name| String::from_utf8_lossy(name.as_ref()).into_owned())
    };
    let names = [name(font, b"BaseFont"), name(&descriptor, b"FontName")];
    let text = names.into_iter().flatten().collect::<String>().to_lowercase();
    let says = |marks: &[&str]| marks.iter().any(|mark| text.contains(mark));
    let flags = descriptor.get::<i32>(b"Flags").unwrap_or(0);
    let weight = descriptor.get::<i32>(b"FontWeight").unwrap_or(0);
    let bold = says(&["bold", "black", "heavy", "cmbx", "sfbx", "demi"])
        || weight >= BOLD_WEIGHT
        || flags & FORCE_BOLD_FLAG != 0;
    let italic = says(&["italic", "oblique", "cmti", "sfti"]) || flags & ITALIC_FLAG != 0;
    (bold, italic)
}
