//! What DOCX and ODT share: an archive with parts, parts of XML, and paragraphs and tables that become rows.

use std::io::{Cursor, Read as _};

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::ReadError;
use crate::limits::{MAX_PART_BYTES, MAX_XML_DEPTH, MAX_ZIP_ENTRIES};
use crate::model::FileKind;
use crate::rows::{Cell, Row, Span};

const DOCX_PART: &str = "word/document.xml";
const ODT_PART: &str = "content.xml";
/// Elements and texts of one part.
const MAX_NODES: usize = 400_000;

/// Which of the two an archive is.
pub(crate) fn kind(bytes: &[u8]) -> Result<FileKind, ReadError> {
    let archive = Archive::open(bytes)?;
    let has = |name: &str| archive.0.index_for_name(name).is_some();
    if has(DOCX_PART) {
        Ok(FileKind::Docx)
    } else if has(ODT_PART) {
        Ok(FileKind::Odt)
    } else {
        Err(ReadError::Unsupported)
    }
}

/// An archive.
pub(crate) struct Archive<'a>(ZipArchive<Cursor<&'a [u8]>>);

impl<'a> Archive<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ReadError::Broken)?;
        if archive.len() > MAX_ZIP_ENTRIES { Err(ReadError::TooComplex) } else { Ok(Self(archive)) }
    }

    pub fn names(&self) -> Vec<String> {
        self.0.file_names().flatten().map(std::borrow::Cow::into_owned).collect()
    }

    /// A part as a tree; an absent one is empty.
    pub fn part(&mut self, name: &str) -> Result<Element, ReadError> {
        let Some(index) = self.0.index_for_name(name) else { return Ok(Element::default()) };
        let file = self.0.by_index(index).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(_) => ReadError::Encrypted,
            _ => ReadError::Broken,
        })?;
        let mut xml = Vec::new();
        // One byte more tells that there is more.
        file.take(MAX_PART_BYTES + 1).read_to_end(&mut xml).map_err(|_| ReadError::Broken)?;
        if xml.len() as u64 > MAX_PART_BYTES {
            return Err(ReadError::TooComplex);
        }
        tree(&xml)
    }
}

/// An element of XML without its namespaces.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
}

/// What is in an element.
#[derive(Debug)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    pub fn child(&self, name: &str) -> Option<&Self> {
        self.elements().find(|element| element.name == name)
    }

    /// The elements of a name, however deep, the outermost of each branch.
    pub fn all<'e>(&'e self, name: &str, found: &mut Vec<&'e Self>) {
        for element in self.elements() {
            if element.name == name {
                found.push(element);
            } else {
                element.all(name, found);
            }
        }
    }
}

fn tree(xml: &[u8]) -> Result<Element, ReadError> {
    let broken = |_| ReadError::Broken;
    let mut reader = quick_xml::Reader::from_reader(xml);
    let mut open = vec![Element::default()];
    let mut nodes = 0;
    loop {
        nodes += 1;
        if nodes > MAX_NODES || open.len() > MAX_XML_DEPTH {
            return Err(ReadError::TooComplex);
        }
        let text = match reader.read_event().map_err(|_| ReadError::Broken)? {
            Event::Eof => break,
            Event::Start(tag) => {
                open.push(element(&tag));
                continue;
            }
            Event::Empty(tag) => {
                let element = element(&tag);
                open.last_mut().ok_or(ReadError::Broken)?.children.push(Node::Element(element));
                continue;
            }
            Event::End(_) => {
                let done = open.pop().ok_or(ReadError::Broken)?;
                open.last_mut().ok_or(ReadError::Broken)?.children.push(Node::Element(done));
                continue;
            }
            Event::Text(text) => text.decode().map_err(broken)?.into_owned(),
            Event::CData(text) => text.decode().map_err(broken)?.into_owned(),
            Event::GeneralRef(name) => match name.resolve_char_ref().map_err(|_| ReadError::Broken)? {
                Some(letter) => letter.to_string(),
                None => {
                    resolve_predefined_entity(&name.decode().map_err(broken)?).unwrap_or_default().to_owned()
                }
            },
            _ => continue,
        };
        let parent = open.last_mut().ok_or(ReadError::Broken)?;
        match parent.children.last_mut() {
            Some(Node::Text(before)) => before.push_str(&text),
            _ => parent.children.push(Node::Text(text)),
        }
    }
    // What was not closed still counts.
    while open.len() > 1 {
        let done = open.pop().ok_or(ReadError::Broken)?;
        open.last_mut().ok_or(ReadError::Broken)?.children.push(Node::Element(done));
    }
    open.pop().ok_or(ReadError::Broken)
}

fn element(tag: &BytesStart<'_>) -> Element {
    let name = String::from_utf8_lossy(tag.local_name().as_ref()).into_owned();
    let attributes = tag
        .attributes()
        .flatten()
        .map(|attribute| {
            let key = String::from_utf8_lossy(attribute.key.local_name().as_ref()).into_owned();
            let value = attribute.unescape_value().map(std::borrow::Cow::into_owned).unwrap_or_default();
            (key, value)
        })
        .collect();
    Element { name, attributes, children: Vec::new() }
}

/// How text looks, as far as it is said.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Look {
    pub bold: Option<bool>,
    pub italic: Option<bool>,
    pub size: Option<f32>,
    pub heading: bool,
    pub listed: bool,
    pub capitals: bool,
}

impl Look {
    /// This look with what a closer one says.
    pub fn with(self, closer: Self) -> Self {
        Self {
            bold: closer.bold.or(self.bold),
            italic: closer.italic.or(self.italic),
            size: closer.size.or(self.size),
            heading: closer.heading || self.heading,
            listed: closer.listed || self.listed,
            capitals: closer.capitals || self.capitals,
        }
    }
}

/// Writes the rows of a document in its order.
#[derive(Default)]
pub(crate) struct Writer {
    pub rows: Vec<Row>,
    row: Row,
    pub page: u32,
    block: u32,
    /// Rows of boxes that float beside the paragraph that is being written.
    boxes: Vec<Row>,
}

impl Writer {
    /// Begins a paragraph.
    pub fn begin(&mut self, look: Look, gap: bool) {
        self.row = Row {
            page: self.page + 1,
            block: self.block,
            bullet: look.listed,
            heading: look.heading,
            gap,
            cells: vec![Cell::default()],
            links: Vec::new(),
        };
    }

    pub fn text(&mut self, text: &str, look: Look) {
        let text = if look.capitals { text.to_uppercase() } else { text.to_owned() };
        let (bold, italic) = (look.bold.unwrap_or(false), look.italic.unwrap_or(false));
        let span = Span { text, bold, italic, size: look.size.unwrap_or(0.0) };
        if self.row.cells.is_empty() {
            self.row.cells.push(Cell::default());
        }
        let Some(cell) = self.row.cells.last_mut() else { return };
        match cell.spans.last_mut() {
            Some(last) if (last.bold, last.italic, last.size) == (span.bold, span.italic, span.size) => {
                last.text.push_str(&span.text);
            }
            _ => cell.spans.push(span),
        }
    }

    /// What follows stands apart.
    pub fn tab(&mut self) {
        self.row.cells.push(Cell::default());
    }

    pub fn link(&mut self, address: &str) {
        self.row.links.push(address.to_owned());
    }

    /// What follows stands on the next line of the same paragraph.
    pub fn line_break(&mut self) {
        let next = Row { cells: vec![Cell::default()], links: Vec::new(), gap: false, ..self.row.clone() };
        let done = std::mem::replace(&mut self.row, Row { bullet: false, ..next });
        self.rows.push(done);
    }

    /// Ends the paragraph.
    pub fn end(&mut self) {
        self.rows.append(&mut self.boxes);
        self.rows.push(std::mem::take(&mut self.row));
    }

    /// Writes what floats beside the paragraph; it is read before it.
    pub fn floating(&mut self, write: impl FnOnce(&mut Self)) {
        let outer =
            (std::mem::take(&mut self.rows), std::mem::take(&mut self.row), std::mem::take(&mut self.boxes));
        self.block += 1;
        write(self);
        self.block += 1;
        let inner = std::mem::take(&mut self.rows);
        (self.rows, self.row, self.boxes) = outer;
        self.boxes.extend(inner);
    }

    /// Writes the cells of one row of a table.
    pub fn table_row<T>(&mut self, cells: impl Iterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        let outer = std::mem::take(&mut self.rows);
        let mut columns = Vec::new();
        for cell in cells {
            self.block += 1;
            write(self, cell);
            let mut rows = std::mem::take(&mut self.rows);
            rows.retain(|row| !row.is_blank());
            columns.push(rows);
        }
        self.block += 1;
        self.rows = outer;
        columns.retain(|rows: &Vec<Row>| !rows.is_empty());
        self.rows.extend(read_across(columns, self.block));
    }
}

/// Cells of one line each are read across. Cells of more are columns, read one after the other; but a label or a date in
/// a cell of its own stands before the first line of the next one.
fn read_across(mut columns: Vec<Vec<Row>>, block: u32) -> Vec<Row> {
    let is_line = columns.iter().all(|rows| rows.len() == 1);
    let mut rows: Vec<Row> = Vec::new();
    if is_line || (columns.len() == 2 && columns[0].len() == 1) {
        let mut rest = Vec::new();
        let mut joined: Option<Row> = None;
        for mut column in columns.drain(..) {
            let first = column.remove(0);
            rest.append(&mut column);
            match &mut joined {
                None => joined = Some(first),
                Some(row) => {
                    row.cells.extend(first.cells);
                    row.links.extend(first.links);
                    row.heading = false;
                }
            }
        }
        rows.extend(joined.map(|row| Row { block, ..row }));
        rows.extend(rest.into_iter().map(|row| Row { block, ..row }));
        return rows;
    }
    for mut column in columns {
        if let Some(first) = column.first_mut() {
            first.gap = true;
        }
        rows.append(&mut column);
    }
    rows
}
