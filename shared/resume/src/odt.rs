//! ODT: the paragraphs, lists and tables of an OpenDocument text, with what its page header says before them.

use std::collections::HashMap;

use crate::ReadError;
use crate::package::{Archive, Element, Look, Node, Writer};
use crate::rows::Pages;

/// Spaces that one element may stand for.
const MAX_SPACES: usize = 100;
/// Spaces in a row that stand for a tab.
const TAB_SPACES: usize = 3;

type Styles = HashMap<String, Look>;

/// The rows of an ODT.
pub(crate) fn pages(bytes: &[u8]) -> Result<Pages, ReadError> {
    let mut archive = Archive::open(bytes)?;
    let common = archive.part("styles.xml")?;
    let content = archive.part("content.xml")?;
    let mut styles = Styles::new();
    for part in [&common, &content] {
        collect(part, &mut styles);
    }
    let mut writer = Writer::default();
    let mut headers = Vec::new();
    common.all("header", &mut headers);
    for header in headers {
        blocks(header, &styles, false, &mut writer);
    }
    let mut bodies = Vec::new();
    content.all("text", &mut bodies);
    for body in bodies {
        blocks(body, &styles, false, &mut writer);
    }
    let pages = writer.page + 1;
    Ok(Pages { rows: writer.rows, pages })
}

fn collect(part: &Element, styles: &mut Styles) {
    let mut found = Vec::new();
    part.all("style", &mut found);
    // A style may stand before the one it is based on, but not in what programs write more than twice.
    for _ in 0..2 {
        for style in &found {
            let Some(name) = style.attribute("name") else { continue };
            let base = style.attribute("parent-style-name").and_then(|base| styles.get(base)).copied();
            let own = style.child("text-properties").map(look).unwrap_or_default();
            let heading = name.starts_with("Heading");
            styles.insert(name.to_owned(), Look { heading, ..base.unwrap_or_default().with(own) });
        }
    }
}

fn look(properties: &Element) -> Look {
    let weight = properties.attribute("font-weight");
    let size = properties.attribute("font-size").and_then(|size| size.strip_suffix("pt")?.parse().ok());
    Look {
        bold: weight
            .map(|weight| weight == "bold" || weight.parse::<u16>().is_ok_and(|weight| weight >= 600)),
        italic: properties.attribute("font-style").map(|style| style == "italic" || style == "oblique"),
        size,
        capitals: properties.attribute("text-transform") == Some("uppercase"),
        ..Look::default()
    }
}

fn blocks(parent: &Element, styles: &Styles, listed: bool, writer: &mut Writer) {
    for element in parent.elements() {
        match element.name.as_str() {
            "p" | "h" => paragraph(element, styles, listed, writer),
            "list" | "list-item" => blocks(element, styles, true, writer),
            "table" => table(element, styles, writer),
            "tracked-changes" | "sequence-decls" | "forms" => {}
            "frame" | "text-box" => writer.floating(|writer| blocks(element, styles, false, writer)),
            _ => blocks(element, styles, listed, writer),
        }
    }
}

fn table(table: &Element, styles: &Styles, writer: &mut Writer) {
    let mut rows = Vec::new();
    table.all("table-row", &mut rows);
    for row in rows {
        let mut cells = Vec::new();
        row.all("table-cell", &mut cells);
        writer.table_row(cells.into_iter(), |writer, cell| blocks(cell, styles, false, writer));
    }
}

fn paragraph(paragraph: &Element, styles: &Styles, listed: bool, writer: &mut Writer) {
    let style =
        paragraph.attribute("style-name").and_then(|name| styles.get(name)).copied().unwrap_or_default();
    let heading = style.heading || paragraph.name == "h";
    let look = Look { heading, listed: listed && !heading, ..style };
    writer.begin(look, heading);
    inline(paragraph, styles, look, writer);
    writer.end();
}

fn inline(parent: &Element, styles: &Styles, look: Look, writer: &mut Writer) {
    for node in &parent.children {
        let element = match node {
            Node::Text(text) => {
                // Line ends of the file are no line ends of the text.
                writer.text(&text.replace(['\n', '\r', '\t'], " "), look);
                continue;
            }
            Node::Element(element) => element,
        };
        match element.name.as_str() {
            "span" => {
                let own = element.attribute("style-name").and_then(|name| styles.get(name)).copied();
                inline(element, styles, look.with(own.unwrap_or_default()), writer);
            }
            "a" => {
                if let Some(address) = element.attribute("href") {
                    writer.link(address);
                }
                inline(element, styles, look, writer);
            }
            "tab" => writer.tab(),
            "line-break" => writer.line_break(),
            "s" => {
                let count = element.attribute("c").and_then(|count| count.parse::<usize>().ok()).unwrap_or(1);
                if count >= TAB_SPACES {
                    writer.tab();
                } else {
                    writer.text(&" ".repeat(count.min(MAX_SPACES)), look);
                }
            }
            "soft-page-break" => writer.page += 1,
            "note" | "annotation" => {}
            "frame" | "text-box" => writer.floating(|writer| blocks(element, styles, false, writer)),
            _ => inline(element, styles, look, writer),
        }
    }
}
