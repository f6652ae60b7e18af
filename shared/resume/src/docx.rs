//! DOCX: the paragraphs and tables of a Word document, with what its headers say before them.

use std::collections::HashMap;

use crate::ReadError;
use crate::package::{Archive, Element, Look, Node, Writer};
use crate::rows::Pages;

/// Space above a paragraph, in twentieths of a point, that tells it apart.
const GAP_TWENTIETHS: i32 = 100;

/// What the parts beside the text say about it.
struct Book {
    styles: HashMap<String, Look>,
    usual: Look,
    targets: HashMap<String, String>,
}

/// The rows of a DOCX.
pub(crate) fn pages(bytes: &[u8]) -> Result<Pages, ReadError> {
    let mut archive = Archive::open(bytes)?;
    let (styles, usual) = styles(&archive.part("word/styles.xml")?);
    let mut book = Book { styles, usual, targets: HashMap::new() };
    let mut headers: Vec<String> = archive.names();
    headers.retain(|name| name.starts_with("word/header") && name.ends_with(".xml"));
    headers.sort();
    let mut writer = Writer::default();
    for name in headers {
        let relations = name.replace("word/", "word/_rels/") + ".rels";
        book.targets = targets(&archive.part(&relations)?);
        book.blocks(archive.part(&name)?.child("hdr").unwrap_or(&Element::default()), &mut writer);
    }
    let mut seen: Vec<String> = Vec::new();
    // The first page may have a header of its own that says the same.
    writer.rows.retain(|row| {
        let text = row.text();
        let is_new = !seen.contains(&text);
        seen.push(text);
        is_new
    });
    book.targets = targets(&archive.part("word/_rels/document.xml.rels")?);
    let document = archive.part("word/document.xml")?;
    let mut bodies = Vec::new();
    document.all("body", &mut bodies);
    for body in bodies {
        book.blocks(body, &mut writer);
    }
    let pages = writer.page + 1;
    Ok(Pages { rows: writer.rows, pages })
}

fn targets(relations: &Element) -> HashMap<String, String> {
    let mut found = Vec::new();
    relations.all("Relationship", &mut found);
    let external = found.into_iter().filter(|relation| relation.attribute("TargetMode") == Some("External"));
    let pair = |relation: &Element| {
        Some((relation.attribute("Id")?.to_owned(), relation.attribute("Target")?.to_owned()))
    };
    external.filter_map(pair).collect()
}

/// The looks of all styles, and the look of what has none.
fn styles(part: &Element) -> (HashMap<String, Look>, Look) {
    let mut found = Vec::new();
    part.all("style", &mut found);
    let own: HashMap<&str, (&Element, Option<&str>)> = found
        .into_iter()
        .filter_map(|style| {
            let base = style.child("basedOn").and_then(|base| base.attribute("val"));
            Some((style.attribute("styleId")?, (style, base)))
        })
        .collect();
    let mut looks = HashMap::new();
    for id in own.keys() {
        let mut chain = Vec::new();
        let mut next = Some(*id);
        while let Some(id) = next.filter(|id| !chain.contains(id) && chain.len() < 20) {
            chain.push(id);
            next = own.get(id).and_then(|(_, base)| *base);
        }
        let mut look = Look::default();
        for (style, _) in chain.iter().rev().filter_map(|id| own.get(id)) {
            look =
                look.with(paragraph_look(style)).with(style.child("rPr").map(run_look).unwrap_or_default());
        }
        let style = own[id].0;
        let name = style.child("name").and_then(|name| name.attribute("val")).unwrap_or(id).to_lowercase();
        look.heading = name.starts_with("heading") || name.starts_with("titre ");
        looks.insert((*id).to_owned(), look);
    }
    let mut defaults = Vec::new();
    part.all("rPrDefault", &mut defaults);
    let usual = defaults.first().and_then(|element| element.child("rPr")).map(run_look).unwrap_or_default();
    (looks, usual)
}

fn paragraph_look(element: &Element) -> Look {
    let list = element.child("pPr").and_then(|properties| properties.child("numPr"));
    let number = list.and_then(|list| list.child("numId")).and_then(|number| number.attribute("val"));
    Look { listed: number.is_some_and(|number| number != "0"), ..Look::default() }
}

fn run_look(properties: &Element) -> Look {
    let switch = |name: &str| {
        properties.child(name).map(|mark| !matches!(mark.attribute("val"), Some("0" | "false" | "none")))
    };
    let size = properties.child("sz").and_then(|size| size.attribute("val")?.parse::<f32>().ok());
    Look {
        bold: switch("b"),
        italic: switch("i"),
        size: size.map(|half_points| half_points / 2.0),
        capitals: switch("caps").unwrap_or(false),
        ..Look::default()
    }
}

impl Book {
    fn blocks(&self, parent: &Element, writer: &mut Writer) {
        for element in parent.elements() {
            match element.name.as_str() {
                "p" => self.paragraph(element, writer),
                "tbl" => self.table(element, writer),
                "sdt" | "sdtContent" | "ins" | "customXml" | "smartTag" => self.blocks(element, writer),
                _ => {}
            }
        }
    }

    fn table(&self, table: &Element, writer: &mut Writer) {
        let mut rows = Vec::new();
        table.all("tr", &mut rows);
        for row in rows {
            let mut cells = Vec::new();
            row.all("tc", &mut cells);
            writer.table_row(cells.into_iter(), |writer, cell| self.blocks(cell, writer));
        }
    }

    fn paragraph(&self, paragraph: &Element, writer: &mut Writer) {
        let properties = paragraph.child("pPr");
        let style = properties.and_then(|all| all.child("pStyle")).and_then(|style| style.attribute("val"));
        let style = style.and_then(|id| self.styles.get(id)).copied().unwrap_or_default();
        let look = self.usual.with(style).with(paragraph_look(paragraph));
        let spacing = properties.and_then(|all| all.child("spacing")).and_then(|all| all.attribute("before"));
        let gap =
            spacing.and_then(|before| before.parse::<i32>().ok()).is_some_and(|by| by >= GAP_TWENTIETHS);
        writer.begin(look, gap || look.heading);
        self.inline(paragraph, look, writer);
        writer.end();
    }

    fn inline(&self, parent: &Element, look: Look, writer: &mut Writer) {
        for node in &parent.children {
            let Node::Element(element) = node else { continue };
            match element.name.as_str() {
                "r" => {
                    let own = element.child("rPr").map(run_look).unwrap_or_default();
                    let named = element.child("rPr").and_then(|all| all.child("rStyle"));
                    let named = named.and_then(|style| self.styles.get(style.attribute("val")?)).copied();
                    self.inline(element, look.with(named.unwrap_or_default()).with(own), writer);
                }
                "t" => {
                    for text in &element.children {
                        if let Node::Text(text) = text {
                            writer.text(text, look);
                        }
                    }
                }
                "tab" | "ptab" => writer.tab(),
                "br" | "cr" => writer.line_break(),
                "noBreakHyphen" => writer.text("-", look),
                "softHyphen" => writer.text("\u{ad}", look),
                "lastRenderedPageBreak" => writer.page += 1,
                "hyperlink" => {
                    if let Some(address) = element.attribute("id").and_then(|id| self.targets.get(id)) {
                        writer.link(address);
                    }
                    self.inline(element, look, writer);
                }
                // The same again for programs that do not know the first one.
                "Fallback" | "pPr" | "rPr" | "del" | "moveFrom" => {}
                "txbxContent" => writer.floating(|writer| self.blocks(element, writer)),
                _ => self.inline(element, look, writer),
            }
        }
    }
}
