//! Reads an answer to an invitation out of a mail (RFC 6047, 2; RFC 5546, 3.2.3). Every byte is a stranger's: what is
//! read here is a claim, and nothing but the answer that is shown follows from it.

use icalendar::parser::{Component, Property, read_calendar, unfold};
use jiff::Timestamp;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use super::event::read_uid;
use crate::limits::{MAX_ANSWER_BYTES, MAX_ANSWER_CALENDAR_BYTES, MAX_ANSWER_COMPONENTS};

/// What somebody answered to an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The workspace that the UID names.
    pub tenant_id: RecordId,
    /// The interview that the UID names.
    pub interview: RecordId,
    /// Who answers, in lower case.
    pub address: String,
    /// What: `accepted`, `declined` or `tentative`.
    pub answer: &'static str,
    /// To what was told with this number.
    pub sequence: i32,
    /// When it was given.
    pub stamp: Millis,
}

/// What a mail is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// An answer.
    Answer(Answer),
    /// Something else, and what.
    Other(&'static str),
}

/// Why a mail cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is larger than any answer.
    #[error("the mail is larger than {MAX_ANSWER_BYTES} bytes")]
    TooLarge,
    /// It is no mail.
    #[error("this is no mail (RFC 5322)")]
    NoMail,
    /// Its calendar is larger than any answer's.
    #[error("the calendar in the mail is larger than that of an answer")]
    CalendarTooLarge,
    /// Its calendar is none.
    #[error("the calendar in the mail cannot be read (RFC 5545)")]
    Calendar,
    /// It is an answer that does not say who answers what.
    #[error(
        "the answer has no single event, attendee, PARTSTAT, SEQUENCE and DTSTAMP that can be read (RFC 5546)"
    )]
    Incomplete,
    /// Somebody answers for somebody else.
    #[error("the mail does not come from the address that answers")]
    NotFromAttendee,
}

/// Reads a mail.
///
/// # Errors
/// [`Unreadable`]; a mail that is no answer is none.
pub fn read(bytes: &[u8]) -> Result<Read, Unreadable> {
    if bytes.len() > MAX_ANSWER_BYTES {
        return Err(Unreadable::TooLarge);
    }
    let message = MessageParser::new().parse(bytes).ok_or(Unreadable::NoMail)?;
    if message.headers().is_empty() {
        return Err(Unreadable::NoMail);
    }
    let Some(part) = message.parts.iter().find(|part| is_calendar(part)) else {
        return Ok(Read::Other("there is no calendar in it"));
    };
    let text = part.text_contents().ok_or(Unreadable::Calendar)?;
    if text.len() > MAX_ANSWER_CALENDAR_BYTES {
        return Err(Unreadable::CalendarTooLarge);
    }
    let Some(claim) = read_reply(text)? else { return Ok(Read::Other("its calendar is no answer")) };
    let Some((interview, tenant_id)) = read_uid(&claim.uid) else {
        return Ok(Read::Other("it answers to no invitation of ours"));
    };
    let Some(answer) = claim.answer else { return Ok(Read::Other("it says neither yes nor no")) };
    if sender(&message).as_deref() != Some(claim.address.as_str()) {
        return Err(Unreadable::NotFromAttendee);
    }
    let (address, sequence, stamp) = (claim.address, claim.sequence, claim.stamp);
    Ok(Read::Answer(Answer { tenant_id, interview, address, answer, sequence, stamp }))
}

fn is_calendar(part: &MessagePart<'_>) -> bool {
    let Some(of_type) = part.content_type() else { return false };
    let is = |main: &str, sub: &str| {
        of_type.ctype().eq_ignore_ascii_case(main)
            && of_type.subtype().is_some_and(|found| found.eq_ignore_ascii_case(sub))
    };
    is("text", "calendar")
}

/// The one address that a mail comes from, in lower case.
fn sender(message: &Message<'_>) -> Option<String> {
    let from = message.from()?;
    let mut addresses = from.iter().filter_map(|from| from.address());
    let first = addresses.next()?.trim().to_lowercase();
    addresses.next().is_none().then_some(first)
}

/// What a calendar claims.
struct Claim {
    uid: String,
    address: String,
    answer: Option<&'static str>,
    sequence: i32,
    stamp: Millis,
}

/// Reads the one event of a calendar whose method is REPLY. None for another method.
fn read_reply(text: &str) -> Result<Option<Claim>, Unreadable> {
    let unfolded = unfold(text);
    if nests_deep(&unfolded) {
        return Err(Unreadable::CalendarTooLarge);
    }
    let calendar = read_calendar(&unfolded).map_err(|_| Unreadable::Calendar)?;
    let method = calendar.properties.iter().find(|property| is_named(property, "METHOD"));
    let is_reply = |method: &Property<'_>| method.val.as_str().trim().eq_ignore_ascii_case("REPLY");
    if !method.is_some_and(is_reply) {
        return Ok(None);
    }
    let is_event = |component: &&Component<'_>| component.name.as_str().eq_ignore_ascii_case("VEVENT");
    let mut events = calendar.components.iter().filter(is_event);
    let (Some(event), None) = (events.next(), events.next()) else { return Err(Unreadable::Incomplete) };
    claim(event).ok_or(Unreadable::Incomplete).map(Some)
}

/// Whether a calendar has more components than its reader may be given: it goes one call deeper for each that is inside of
/// another. What is counted is what it reads, without folds: a word may be folded in the middle.
#[must_use]
pub fn nests_deep(unfolded: &str) -> bool {
    let begins = unfolded.lines().filter(|line| line.trim_start().to_ascii_uppercase().starts_with("BEGIN:"));
    begins.count() > MAX_ANSWER_COMPONENTS
}

fn claim(event: &Component<'_>) -> Option<Claim> {
    let only = |name: &str| {
        let mut found = event.properties.iter().filter(|property| is_named(property, name));
        let first = found.next();
        found.next().is_none().then_some(first).flatten()
    };
    let attendee = only("ATTENDEE")?;
    let address = attendee.val.as_str().trim();
    let scheme = address.get(..MAILTO.len()).filter(|scheme| scheme.eq_ignore_ascii_case(MAILTO))?;
    let address = address[scheme.len()..].trim().to_lowercase();
    let partstat = attendee.params.iter().find(|one| one.key.as_str().eq_ignore_ascii_case("PARTSTAT"))?;
    // Who says no number answers to the first (RFC 5545, 3.8.7.4).
    let sequence = match only("SEQUENCE") {
        Some(sequence) => sequence.val.as_str().trim().parse().ok()?,
        None => 0,
    };
    Some(Claim {
        uid: only("UID")?.val.as_str().to_owned(),
        address,
        answer: answer_of(partstat.val.as_ref()?.as_str().trim_matches('"')),
        sequence,
        stamp: instant(only("DTSTAMP")?.val.as_str())?,
    })
}

/// What stands before an address (RFC 6068).
const MAILTO: &str = "mailto:";

/// Whether a property has this name.
#[must_use]
pub fn is_named(property: &Property<'_>, name: &str) -> bool {
    property.name.as_str().eq_ignore_ascii_case(name)
}

/// The answers that are kept (RFC 5545, 3.2.12). Who delegates or has not decided answers nothing.
fn answer_of(partstat: &str) -> Option<&'static str> {
    ["accepted", "declined", "tentative"].into_iter().find(|known| known.eq_ignore_ascii_case(partstat))
}

/// A date with time in UTC, which DTSTAMP has to be (RFC 5545, 3.8.7.2).
#[must_use]
pub fn instant(text: &str) -> Option<Millis> {
    let at = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text.trim()).ok()?;
    let at: Timestamp = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    Some(at.as_millisecond())
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
