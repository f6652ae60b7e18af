//! Reads what a calendar's server answers (RFC 4918, 13). Every byte is a stranger's: no document type, no entities of its
//! own, no more elements, prefixes and no deeper than the limits.

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::{Decoder, NsReader};

use crate::limits::{MAX_CALENDAR_DEPTH, MAX_CALENDAR_ELEMENTS};

/// What declares whose a prefix is.
const BINDS: &[u8] = b"xmlns";
/// Declarations that hold at one place of a document. The reader looks through all of them for each element. Those of
/// elements that have ended are not counted: some servers declare everything anew in each answer of thousands.
const MAX_BOUND: usize = 256;

/// Whose names they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// `DAV:`
    Dav,
    /// `urn:ietf:params:xml:ns:caldav`
    Caldav,
    /// `http://calendarserver.org/ns/`
    CalendarServer,
    /// Somebody else's.
    Other,
}

impl Space {
    fn of(found: &ResolveResult<'_>) -> Self {
        match found {
            ResolveResult::Bound(Namespace(b"DAV:")) => Self::Dav,
            ResolveResult::Bound(Namespace(b"urn:ietf:params:xml:ns:caldav")) => Self::Caldav,
            ResolveResult::Bound(Namespace(b"http://calendarserver.org/ns/")) => Self::CalendarServer,
            _ => Self::Other,
        }
    }
}

/// An element with what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Whose name it has.
    pub space: Space,
    /// The name.
    pub name: String,
    /// The text in it, without that of the elements in it.
    pub text: String,
    /// The attribute `name`, by which CalDAV names components (RFC 4791, 9.9).
    pub called: String,
    /// The elements in it.
    pub children: Vec<Element>,
}

impl Element {
    fn begun(found: &ResolveResult<'_>, start: &BytesStart<'_>, decoder: Decoder) -> Option<Self> {
        let name = std::str::from_utf8(start.local_name().into_inner()).ok()?.to_owned();
        let called = match start.try_get_attribute("name").ok()? {
            Some(called) => called.decode_and_unescape_value(decoder).ok()?.into_owned(),
            None => String::new(),
        };
        Some(Self { space: Space::of(found), name, text: String::new(), called, children: Vec::new() })
    }

    /// Whether it has this name.
    #[must_use]
    pub fn is(&self, space: Space, name: &str) -> bool {
        self.space == space && self.name == name
    }

    /// The first element in it of a name.
    #[must_use]
    pub fn child(&self, space: Space, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.is(space, name))
    }

    /// The elements in it of a name.
    pub fn all<'e>(&'e self, space: Space, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.is(space, name))
    }

    /// The address in it, if there is one.
    #[must_use]
    pub fn href(&self) -> Option<&str> {
        self.child(Space::Dav, "href").map(|href| href.text.trim()).filter(|href| !href.is_empty())
    }
}

/// Reads a document; none when it is none, or over the limits.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Element> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut reader = NsReader::from_str(text.trim_start_matches('\u{feff}'));
    let decoder = reader.decoder();
    let (mut open, mut count): (Vec<(Element, usize)>, usize) = (Vec::new(), 0);
    loop {
        let (found, event) = reader.read_resolved_event().ok()?;
        let ended = match event {
            Event::Start(start) => {
                count += 1;
                if count > MAX_CALENDAR_ELEMENTS || open.len() >= MAX_CALENDAR_DEPTH {
                    return None;
                }
                let bound = open.last().map_or(0, |(_, bound)| *bound) + bindings(&start);
                if bound > MAX_BOUND {
                    return None;
                }
                open.push((Element::begun(&found, &start, decoder)?, bound));
                continue;
            }
            Event::Empty(start) => {
                count += 1;
                let bound = open.last().map_or(0, |(_, bound)| *bound) + bindings(&start);
                if count > MAX_CALENDAR_ELEMENTS || bound > MAX_BOUND {
                    return None;
                }
                Element::begun(&found, &start, decoder)?
            }
            Event::End(_) => open.pop()?.0,
            Event::DocType(_) | Event::Eof => return None,
            other => {
                if let (Some((element, _)), Some(said)) = (open.last_mut(), said(&other)?) {
                    element.text.push_str(&said);
                }
                continue;
            }
        };
        match open.last_mut() {
            Some((outer, _)) => outer.children.push(ended),
            None => return Some(ended),
        }
    }
}

/// How many declarations there may be in a tag.
fn bindings(start: &BytesStart<'_>) -> usize {
    start.attributes_raw().windows(BINDS.len()).filter(|part| *part == BINDS).count()
}

/// The text that an event adds. None for a reference to what the document would have to define.
fn said(event: &Event<'_>) -> Option<Option<String>> {
    Some(match event {
        Event::Text(text) => Some(text.decode().ok()?.into_owned()),
        Event::CData(text) => Some(text.decode().ok()?.into_owned()),
        Event::GeneralRef(reference) => Some(match reference.resolve_char_ref().ok()? {
            Some(letter) => letter.to_string(),
            None => resolve_xml_entity(&reference.decode().ok()?)?.to_owned(),
        }),
        _ => None,
    })
}

/// What was said of one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The address as it was written.
    pub href: String,
    /// The status of the whole, where it has one.
    pub status: Option<u16>,
    /// The properties that it has.
    pub properties: Vec<Element>,
}

impl Found {
    /// A property that it has.
    #[must_use]
    pub fn property(&self, space: Space, name: &str) -> Option<&Element> {
        self.properties.iter().find(|property| property.is(space, name))
    }

    /// Its tag, or an empty text.
    #[must_use]
    pub fn etag(&self) -> &str {
        self.property(Space::Dav, "getetag").map_or("", |tag| tag.text.trim())
    }

    /// Whether it is not there.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self.status, Some(404 | 410))
    }
}

/// What was said of several addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Multistatus {
    /// Each of them.
    pub found: Vec<Found>,
    /// Where the calendar stands (RFC 6578, 6.4).
    pub sync_token: Option<String>,
}

/// Reads an answer about several addresses; none for anything else.
#[must_use]
pub fn multistatus(bytes: &[u8]) -> Option<Multistatus> {
    let root = read(bytes).filter(|root| root.is(Space::Dav, "multistatus"))?;
    let found = root.all(Space::Dav, "response").filter_map(found).collect();
    let token = root.child(Space::Dav, "sync-token").map(|token| token.text.trim().to_owned());
    Some(Multistatus { found, sync_token: token.filter(|token| !token.is_empty()) })
}

fn found(response: &Element) -> Option<Found> {
    let mut properties = Vec::new();
    for part in response.all(Space::Dav, "propstat") {
        let is_there = part.child(Space::Dav, "status").and_then(status).is_none_or(|status| status < 300);
        if let Some(given) = part.child(Space::Dav, "prop").filter(|_| is_there) {
            properties.extend(given.children.iter().cloned());
        }
    }
    let status = response.child(Space::Dav, "status").and_then(status);
    Some(Found { href: response.href()?.to_owned(), status, properties })
}

/// The number of a line such as `HTTP/1.1 404 Not Found`.
fn status(line: &Element) -> Option<u16> {
    line.text.split_whitespace().nth(1)?.parse().ok()
}

/// Whether a refusal names a condition (RFC 4918, 16).
#[must_use]
pub fn names(bytes: &[u8], space: Space, condition: &str) -> bool {
    read(bytes).is_some_and(|root| root.is(Space::Dav, "error") && root.child(space, condition).is_some())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As one server writes it, with prefixes, and as another does, without.
    const PREFIXED: &str = r#"<?xml version="1.0"?><a:multistatus xmlns:a="DAV:" xmlns:b="urn:ietf:params:xml:ns:caldav">
        <a:response><a:href>/c/1%20.ics</a:href><a:propstat><a:status>HTTP/1.1 200 OK</a:status><a:prop>
        <a:getetag>&quot;x&amp;y&#33;&quot;</a:getetag><b:supported-calendar-component-set><b:comp name="VEVENT"/>
        </b:supported-calendar-component-set></a:prop></a:propstat><a:propstat><a:status>HTTP/1.1 404 Not Found
        </a:status><a:prop><a:displayname/></a:prop></a:propstat></a:response>
        <a:response><a:href>/c/2.ics</a:href><a:status>HTTP/1.1 404 Not Found</a:status></a:response>
        <a:sync-token>t1</a:sync-token></a:multistatus>"#;

    #[test]
    fn what_servers_answer_is_read_whatever_their_prefixes() {
        for text in [PREFIXED.to_owned(), PREFIXED.replace("a:", "").replace("xmlns:a", "xmlns")] {
            let read = multistatus(text.as_bytes()).unwrap_or_else(|| panic!("reads {text}"));
            assert_eq!(read.sync_token.as_deref(), Some("t1"));
            let [first, second] = read.found.as_slice() else { panic!("two: {read:?}") };
            assert_eq!((first.href.as_str(), first.etag()), ("/c/1%20.ics", "\"x&y!\""));
            assert!(first.property(Space::Dav, "displayname").is_none(), "what is not there is not had");
            let set = first.property(Space::Caldav, "supported-calendar-component-set").expect("a set");
            assert_eq!(set.children[0].called, "VEVENT");
            assert!(second.is_gone() && !first.is_gone());
        }
    }

    #[test]
    fn a_name_of_somebody_else_is_another_name() {
        let text = r#"<multistatus xmlns="urn:evil"><response xmlns="DAV:"/></multistatus>"#;
        assert_eq!(multistatus(text.as_bytes()), None);
        let text =
            r#"<multistatus xmlns="DAV:"><response><href xmlns="urn:x">/a</href></response></multistatus>"#;
        assert_eq!(multistatus(text.as_bytes()).expect("reads").found, []);
    }

    #[test]
    fn a_condition_is_read_in_a_refusal_alone() {
        let refusal = br#"<error xmlns="DAV:"><valid-sync-token/></error>"#;
        assert!(names(refusal, Space::Dav, "valid-sync-token"));
        assert!(!names(refusal, Space::Caldav, "valid-sync-token"));
        assert!(!names(b"<valid-sync-token xmlns='DAV:'/>", Space::Dav, "valid-sync-token"));
        assert!(!names(b"Precondition failed.", Space::Dav, "valid-sync-token"));
    }

    #[test]
    fn hostile_documents_are_no_answers() {
        let bomb = r#"<!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><multistatus xmlns="DAV:">&b;</multistatus>"#;
        let outside = r#"<!DOCTYPE m SYSTEM "file:///etc/passwd"><multistatus xmlns="DAV:"/>"#;
        let entity = r#"<multistatus xmlns="DAV:"><response><href>&secret;</href></response></multistatus>"#;
        let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
        let many = format!("<a>{}</a>", "<b/>".repeat(MAX_CALENDAR_ELEMENTS + 1));
        for (what, text) in [
            ("a bomb", bomb),
            ("a file", outside),
            ("an entity of its own", entity),
            ("depth", &deep),
            ("number", &many),
            ("nothing", ""),
            ("no end", "<multistatus xmlns=\"DAV:\"><response>"),
            ("crossed", "<a><b></a></b>"),
            ("an unknown prefix", "<d:multistatus/>"),
            ("a page", "<html><body>Sign in</body></html>"),
        ] {
            assert_eq!(multistatus(text.as_bytes()), None, "{what}");
        }
        assert_eq!(read(b"\xff\xfe<\0a\0/\0>\0"), None, "another encoding");
        // As deep and as many as may be is read.
        let edge = format!("{}{}", "<a>".repeat(MAX_CALENDAR_DEPTH), "</a>".repeat(MAX_CALENDAR_DEPTH));
        assert!(read(edge.as_bytes()).is_some());
        let edge = format!("<a>{}</a>", "<b/>".repeat(MAX_CALENDAR_ELEMENTS - 1));
        assert!(read(edge.as_bytes()).is_some());
    }

    #[test]
    fn no_more_prefixes_hold_at_once_than_are_looked_through() {
        let prefixes = |from: usize, count: usize| -> String {
            (from..from + count).map(|number| format!(" xmlns:p{number}=\"DAV:\"")).collect()
        };
        let nested = |inner: usize| {
            format!("<a{}><b{}/><c{}></c></a>", prefixes(0, 200), prefixes(200, inner), prefixes(200, inner))
        };
        assert!(read(nested(MAX_BOUND - 200).as_bytes()).is_some());
        assert_eq!(read(nested(MAX_BOUND - 199).as_bytes()), None);
        let last = format!("<a{}><b/></a>", prefixes(0, MAX_BOUND + 1));
        assert_eq!(read(last.as_bytes()), None);
        // Each answer for itself is how some servers write all of them.
        let each =
            "<response xmlns=\"DAV:\"><href xmlns=\"DAV:\">/a</href></response>".repeat(10 * MAX_BOUND);
        let text = format!("<multistatus xmlns=\"DAV:\">{each}</multistatus>");
        assert_eq!(multistatus(text.as_bytes()).expect("reads").found.len(), 10 * MAX_BOUND);
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_much(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 0..PREFIXED.len()) {
            let _ = read(&bytes);
            let mut altered = PREFIXED.as_bytes()[..cut].to_vec();
            altered.extend(&bytes);
            let _ = multistatus(&altered);
        }
    }
}
