//! XML as text: elements in order, with nothing in them that could be taken for markup.

use super::text::escaped;

/// A document that is being written.
#[derive(Debug)]
pub struct Xml(String);

impl Default for Xml {
    fn default() -> Self {
        Self(String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
    }
}

impl Xml {
    /// Opens an element. The tag is ours, attributes included.
    pub fn open(&mut self, tag: &str) {
        self.0.push_str(&format!("<{tag}>\n"));
    }

    /// Closes an element.
    pub fn close(&mut self, name: &str) {
        self.0.push_str(&format!("</{name}>\n"));
    }

    /// An element without content.
    pub fn empty(&mut self, tag: &str) {
        self.0.push_str(&format!("<{tag}/>\n"));
    }

    /// An element with a text. What is empty is left out.
    pub fn text(&mut self, name: &str, value: &str) {
        let value = allowed(value);
        if !value.is_empty() {
            self.0.push_str(&format!("<{name}>{}</{name}>\n", escaped(&value)));
        }
    }

    /// An element with a text as it is, which some readers insist on. What is empty is left out.
    pub fn raw(&mut self, name: &str, value: &str) {
        let value = allowed(value);
        if !value.is_empty() {
            // The end mark of such a text is written in two halves, each in a text of its own.
            let whole = value.replace("]]>", "]]]]><![CDATA[>");
            self.0.push_str(&format!("<{name}><![CDATA[{whole}]]></{name}>\n"));
        }
    }

    /// The document.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }
}

/// The characters that XML 1.0 can hold.
fn allowed(text: &str) -> String {
    let is_allowed = |c: &char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().filter(is_allowed).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        let mut xml = Xml::default();
        xml.text("a", "<b>&\u{0}\u{b}c</b>");
        xml.raw("d", "x ]]> <y>");
        xml.text("e", " \u{1} ");
        let text = xml.finish();
        let body = text.split_once('\n').expect("a head").1;
        assert_eq!(body, "<a>&lt;b&gt;&amp;c&lt;/b&gt;</a>\n<d><![CDATA[x ]]]]><![CDATA[> <y>]]></d>\n");
        let mut reader = quick_xml::Reader::from_str("<d><![CDATA[x ]]]]><![CDATA[> <y>]]></d>");
        let mut read = String::new();
        while let Ok(event) = reader.read_event() {
            match event {
                quick_xml::events::Event::CData(part) => read.push_str(&part.decode().expect("UTF-8")),
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(read, "x ]]> <y>");
    }
}
