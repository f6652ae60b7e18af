//! Interviews as iCalendar (RFC 5545). Times are in UTC: an instant needs no description of a time zone, and no reader
//! can apply an old one.

use icalendar::{Calendar, Component as _, Event, Property};
use jiff::Timestamp;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

/// What wrote the calendar (RFC 5545, 3.7.3).
const PRODUCT: &str = "-//Zumodra//Interviews//EN";
/// What stands behind the workspace in a UID. It names the program and not the installation's domain: a calendar takes an
/// event with another UID for another event, and domains change.
const UID_END: &str = "zumodra";
/// Bytes of the longest line, without its end (RFC 5545, 3.1).
const MAX_LINE_BYTES: usize = 75;
/// The end of a line that goes on in the next.
const GOES_ON: &str = "\r\n ";
/// Characters of a text in one line.
const MAX_LINE_CHARS: usize = 400;
/// Characters of a description.
const MAX_TEXT_CHARS: usize = 4_000;

/// What is done with the event (RFC 5546, 1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Somebody is invited, or told of a change.
    Request,
    /// There is no such event any more.
    Cancel,
    /// It goes on without somebody: what is sent to them has no status, or others who share their calendar would take it
    /// for cancelled (RFC 5546, 3.2.5).
    Uninvite,
    /// It is shown, and nobody is asked.
    Publish,
}

impl Method {
    /// The name in iCalendar.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel | Self::Uninvite => "CANCEL",
            Self::Publish => "PUBLISH",
        }
    }

    const fn status(self) -> Option<&'static str> {
        match self {
            Self::Request | Self::Publish => Some("CONFIRMED"),
            Self::Cancel => Some("CANCELLED"),
            Self::Uninvite => None,
        }
    }
}

/// Somebody with an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// What the person is called.
    pub name: String,
    /// The address.
    pub address: String,
}

/// An interview as one audience sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occasion {
    /// The interview.
    pub id: RecordId,
    /// SEQUENCE.
    pub sequence: i32,
    /// When this was written.
    pub stamp: Millis,
    /// When it begins.
    pub start: Millis,
    /// When it ends.
    pub end: Millis,
    /// What it is called.
    pub summary: String,
    /// What else is told.
    pub description: String,
    /// Where.
    pub place: String,
    /// Where, on the network.
    pub url: String,
    /// Who answers are sent to; none where nobody is asked.
    pub organizer: Option<Party>,
    /// Who is expected.
    pub attendees: Vec<Party>,
}

/// The UID of an interview (RFC 5545, 3.8.4.7), the same for everybody and for ever. It names the workspace, so that an
/// answer finds it.
#[must_use]
pub fn uid(tenant_id: RecordId, interview: RecordId) -> String {
    format!("{interview}@{}.{UID_END}", tenant_id.simple())
}

/// The interview and the workspace that a UID names.
#[must_use]
pub fn read_uid(uid: &str) -> Option<(RecordId, RecordId)> {
    let (interview, rest) = uid.trim().split_once('@')?;
    let (tenant, end) = rest.split_once('.')?;
    if !end.eq_ignore_ascii_case(UID_END) {
        return None;
    }
    Some((interview.parse().ok()?, tenant.parse().ok()?))
}

/// A UTC date with time (RFC 5545, 3.3.5, form 2). None outside of the years that calendars know.
#[must_use]
pub fn utc(at: Millis) -> Option<String> {
    let at = Timestamp::from_millisecond(at).ok()?;
    let year = at.to_zoned(jiff::tz::TimeZone::UTC).year();
    (1..=9_999).contains(&year).then(|| at.strftime("%Y%m%dT%H%M%SZ").to_string())
}

/// A calendar with one event for somebody.
#[must_use]
pub fn message(tenant_id: RecordId, method: Method, occasion: &Occasion) -> Option<String> {
    let mut calendar = head(Some(method));
    calendar.push(event(tenant_id, method, occasion)?);
    Some(folded(&calendar))
}

/// A calendar with one event as it is kept in somebody's calendar, where it has no method (RFC 4791, 4.1).
#[must_use]
pub fn kept(tenant_id: RecordId, occasion: &Occasion) -> Option<String> {
    let mut calendar = head(None);
    calendar.push(event(tenant_id, Method::Publish, occasion)?);
    Some(folded(&calendar))
}

/// A calendar with all events of somebody.
#[must_use]
pub fn feed(tenant_id: RecordId, name: &str, occasions: &[Occasion]) -> String {
    let mut calendar = head(Some(Method::Publish));
    calendar.append_property(Property::new("X-WR-CALNAME", plain(name, MAX_LINE_CHARS)));
    // How often a reader should come again (RFC 7986, 5.7, and the word of older readers).
    calendar
        .append_property(Property::new("REFRESH-INTERVAL", "PT1H").add_parameter("VALUE", "DURATION").done());
    calendar.append_property(Property::new("X-PUBLISHED-TTL", "PT1H"));
    for occasion in occasions {
        if let Some(event) = event(tenant_id, Method::Publish, occasion) {
            calendar.push(event);
        }
    }
    folded(&calendar)
}

/// A calendar in lines that are as long as they may be (RFC 5545, 3.1). The library counts the space at the beginning of a
/// line that goes on only for some of them, so that its last line may be a byte too long.
fn folded(calendar: &Calendar) -> String {
    let whole = calendar.to_string().replace(GOES_ON, "");
    let mut text = String::with_capacity(whole.len() + whole.len() / MAX_LINE_BYTES * GOES_ON.len());
    for line in whole.split_inclusive("\r\n") {
        let mut length = 0;
        for letter in line.chars() {
            // The end of a line is not counted.
            if !"\r\n".contains(letter) && length + letter.len_utf8() > MAX_LINE_BYTES {
                text.push_str(GOES_ON);
                length = 1;
            }
            text.push(letter);
            length += letter.len_utf8();
        }
    }
    text
}

fn head(method: Option<Method>) -> Calendar {
    let mut calendar = Calendar::empty();
    calendar.append_property(Property::new("VERSION", "2.0"));
    calendar.append_property(Property::new("PRODID", PRODUCT));
    calendar.append_property(Property::new("CALSCALE", "GREGORIAN"));
    if let Some(method) = method {
        calendar.append_property(Property::new("METHOD", method.name()));
    }
    calendar
}

fn event(tenant_id: RecordId, method: Method, occasion: &Occasion) -> Option<Event> {
    let mut event = Event::new();
    event.add_property("UID", uid(tenant_id, occasion.id));
    event.add_property("SEQUENCE", occasion.sequence.to_string());
    event.add_property("DTSTAMP", utc(occasion.stamp)?);
    event.add_property("DTSTART", utc(occasion.start)?);
    event.add_property("DTEND", utc(occasion.end)?);
    if let Some(status) = method.status() {
        event.add_property("STATUS", status);
    }
    let is_off = matches!(method, Method::Cancel | Method::Uninvite);
    event.add_property("TRANSP", if is_off { "TRANSPARENT" } else { "OPAQUE" });
    event.add_property("SUMMARY", plain(&occasion.summary, MAX_LINE_CHARS));
    for (name, text) in [
        ("DESCRIPTION", text(&occasion.description)),
        ("LOCATION", plain(place(occasion), MAX_LINE_CHARS)),
        ("URL", address(&occasion.url)),
    ] {
        if !text.is_empty() {
            event.add_property(name, text);
        }
    }
    if let Some(organizer) = &occasion.organizer {
        event.append_property(party("ORGANIZER", organizer));
    }
    for attendee in &occasion.attendees {
        let mut property = party("ATTENDEE", attendee);
        property.add_parameter("CUTYPE", "INDIVIDUAL");
        property.add_parameter("ROLE", "REQ-PARTICIPANT");
        if method == Method::Request {
            property.add_parameter("PARTSTAT", "NEEDS-ACTION");
            property.add_parameter("RSVP", "TRUE");
        }
        event.append_multi_property(property);
    }
    Some(event)
}

/// What a calendar shows as the place: many show no URL.
fn place(occasion: &Occasion) -> &str {
    if occasion.place.trim().is_empty() { &occasion.url } else { &occasion.place }
}

fn party(name: &str, party: &Party) -> Property {
    let mut property = Property::new(name, format!("mailto:{}", plain(&party.address, MAX_LINE_CHARS)));
    // A quotation mark cannot be in a parameter at all (RFC 5545, 3.2).
    let called = plain(&party.name, MAX_LINE_CHARS).replace('"', "'");
    if !called.is_empty() {
        property.add_parameter("CN", &called);
    }
    property
}

/// An address of the network as it may stand in a content line, or an empty text: only what a browser opens safely.
fn address(text: &str) -> String {
    let url = url::Url::parse(text).ok().filter(|url| url.scheme() == "https");
    url.map(String::from).unwrap_or_default()
}

/// A text in one line without control characters: none may stand in a content line (RFC 5545, 3.1).
fn plain(text: &str, max: usize) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(max).collect()
}

/// A text in many lines; each break is `\n`, which is what the writer escapes.
fn text(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = text.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control());
    kept.take(MAX_TEXT_CHARS).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use icalendar::parser::{read_calendar, unfold};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever people typed: the lines are as long as they may be, and the properties are those of every invitation.
        #[test]
        fn no_value_adds_a_property_or_breaks_a_line(
            summary in any::<String>(),
            description in "(?s).{0,300}",
            place in "[ \\t\\r\\n;:,\"\\\\é😀a-c]{1,200}",
            name in any::<String>(),
        ) {
            let party = Party { name, address: "a@b.example".into() };
            let occasion = Occasion {
                id: RecordId::from_u128(7),
                sequence: 1,
                stamp: 1_795_348_800_000,
                start: 1_795_348_800_000,
                end: 1_795_348_860_000,
                summary,
                description: format!("D{description}"),
                place: format!("P{place}"),
                url: "https://a.example/?q=1;2,3".into(),
                organizer: Some(party.clone()),
                attendees: vec![party.clone(), party],
            };
            let written = message(RecordId::from_u128(9), Method::Request, &occasion).expect("a calendar");
            for line in written.split("\r\n") {
                prop_assert!(line.len() <= MAX_LINE_BYTES, "{}: {line}", line.len());
                prop_assert!(!line.contains(['\r', '\n']), "{line:?}");
            }
            let unfolded = unfold(&written);
            let calendar = read_calendar(&unfolded).expect("a calendar");
            let mut names: Vec<&str> =
                calendar.components[0].properties.iter().map(|property| property.name.as_str()).collect();
            names.sort_unstable();
            prop_assert_eq!(names, [
                "ATTENDEE", "ATTENDEE", "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "LOCATION", "ORGANIZER", "SEQUENCE",
                "STATUS", "SUMMARY", "TRANSP", "UID", "URL",
            ]);
        }
    }

    #[test]
    fn a_uid_names_the_interview_and_the_workspace() {
        let (interview, tenant) = (RecordId::from_u128(7), RecordId::from_u128(9));
        let uid = uid(tenant, interview);
        assert_eq!(read_uid(&uid), Some((interview, tenant)));
        assert_eq!(read_uid(&uid.to_uppercase()), Some((interview, tenant)));
        for wrong in
            ["", "@", "x@y.zumodra", &format!("{interview}@{tenant}.example"), &interview.to_string()]
        {
            assert_eq!(read_uid(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn instants_are_in_utc() {
        assert_eq!(utc(1_795_348_800_000).as_deref(), Some("20261122T120000Z"));
        assert_eq!(utc(i64::MAX), None);
        assert_eq!(utc(-62_200_000_000_000), None);
    }

    #[test]
    fn nothing_that_was_typed_begins_a_line() {
        assert_eq!(plain("a\r\nATTENDEE:mailto:x\u{0}\tb", 99), "a ATTENDEE:mailto:x b");
        assert_eq!(text("a\r\nb\rc\u{7}"), "a\nb\nc");
        assert_eq!(address("javascript\n:alert"), "");
        assert_eq!(address("https://a.example/\r\nX:y"), "https://a.example/X:y");
        let named = Party { name: "Zoé \"Z\"; Hopper, Jr:\n".into(), address: "a@b.example".into() };
        let line: String = party("ATTENDEE", &named).try_into().expect("a line");
        assert_eq!(line, "ATTENDEE;CN=\"Zoé 'Z'; Hopper, Jr:\":mailto:a@b.example\r\n");
    }
}
