//! Reads when an event of ours takes place, out of what other programs made of it. Every byte is a stranger's.

use icalendar::parser::{Component, Property, read_calendar, unfold};
use jiff::Span;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use zumodra_shared::kernel::time::Millis;

use crate::ats::calendar::answer::{instant, is_named, nests_deep};

const MS_PER_SECOND: Millis = 1_000;
const MS_PER_MINUTE: Millis = 60_000;
/// Parts of the longest name of a zone: `America/Argentina/Buenos_Aires`.
const MAX_ZONE_PARTS: usize = 3;

/// When something takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// When it begins.
    pub starts_at: Millis,
    /// How long it is.
    pub minutes: i64,
}

impl Slot {
    /// As calendars tell it, whose times have no parts of a second.
    #[must_use]
    pub const fn told(starts_at: Millis, minutes: i64) -> Self {
        Self { starts_at: starts_at - starts_at.rem_euclid(MS_PER_SECOND), minutes }
    }
}

/// Whether a calendar holds the event of a UID and no other one. None when it cannot be read.
#[must_use]
pub fn is_of(text: &str, uid: &str) -> Option<bool> {
    let unfolded = without_zones(&unfold(text));
    if nests_deep(&unfolded) {
        return None;
    }
    let calendar = read_calendar(&unfolded).ok()?;
    if calendar.components.is_empty() && calendar.properties.is_empty() {
        return None;
    }
    let mut events =
        calendar.components.iter().filter(|component| component.name.as_str().eq_ignore_ascii_case("VEVENT"));
    let has_uid =
        |event: &Component<'_>| property(event, "UID").is_some_and(|found| found.val.as_str().trim() == uid);
    Some(events.next().is_some_and(has_uid) && events.all(has_uid))
}

/// When the event of a UID takes place. None when it is not in the calendar, or has no time of the day that can be told: a
/// whole day, a time that is another one wherever it is read, a zone that only the event describes.
#[must_use]
pub fn slot(text: &str, uid: &str) -> Option<Slot> {
    let unfolded = without_zones(&unfold(text));
    if nests_deep(&unfolded) {
        return None;
    }
    let calendar = read_calendar(&unfolded).ok()?;
    let event = calendar.components.iter().find(|component| {
        component.name.as_str().eq_ignore_ascii_case("VEVENT")
            && property(component, "UID").is_some_and(|found| found.val.as_str().trim() == uid)
            // One of a series stands for itself; what we wrote is none.
            && property(component, "RECURRENCE-ID").is_none()
    })?;
    let starts_at = time(property(event, "DTSTART")?)?;
    let minutes = match (property(event, "DTEND"), property(event, "DURATION")) {
        (Some(end), _) => time(end)?.checked_sub(starts_at)?.div_euclid(MS_PER_MINUTE),
        (None, Some(duration)) => minutes(duration.val.as_str().trim())?,
        (None, None) => return None,
    };
    Some(Slot { starts_at, minutes })
}

/// A calendar without its descriptions of time zones, which may be longer than the reader is given to read: zones are known
/// by their names.
fn without_zones(unfolded: &str) -> String {
    let (mut kept, mut is_zone) = (String::with_capacity(unfolded.len()), false);
    for line in unfolded.lines() {
        let word = line.trim();
        is_zone |= word.eq_ignore_ascii_case("BEGIN:VTIMEZONE");
        if !is_zone {
            kept.push_str(line);
            kept.push_str("\r\n");
        }
        is_zone &= !word.eq_ignore_ascii_case("END:VTIMEZONE");
    }
    kept
}

fn property<'c>(component: &'c Component<'_>, name: &str) -> Option<&'c Property<'c>> {
    component.properties.iter().find(|property| is_named(property, name))
}

fn time(property: &Property<'_>) -> Option<Millis> {
    let text = property.val.as_str().trim();
    let zone = property.params.iter().find(|parameter| parameter.key.as_str().eq_ignore_ascii_case("TZID"));
    let Some(zone) = zone else { return instant(text) };
    let zone = zone_of(zone.val.as_ref()?.as_str().trim_matches('"'))?;
    let local = DateTime::strptime("%Y%m%dT%H%M%S", text).ok()?;
    Some(local.to_zoned(zone).ok()?.timestamp().as_millisecond())
}

/// The zone of a name. Some programs write where they have it from before it: `/vendor.example/2026/Europe/Paris`.
fn zone_of(name: &str) -> Option<TimeZone> {
    let parts: Vec<&str> = name.split('/').collect();
    let longest = parts.len().min(MAX_ZONE_PARTS);
    (1..=longest).rev().find_map(|count| TimeZone::get(&parts[parts.len() - count..].join("/")).ok())
}

/// The minutes of a duration (RFC 5545, 3.3.6).
#[must_use]
pub fn minutes(text: &str) -> Option<i64> {
    let span: Span = text.parse().ok()?;
    if span.get_years() != 0 || span.get_months() != 0 {
        return None;
    }
    let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
    Some((days * 24 + i64::from(span.get_hours())) * 60 + span.get_minutes() + span.get_seconds() / 60)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use zumodra_shared::kernel::RecordId;

    use super::*;
    use crate::ats::calendar::event::{self, Occasion};

    const UID: &str = "7@x.zumodra";
    /// 2026-11-27T14:00:00Z
    const AT: Millis = 1_795_788_000_000;

    fn event_with(lines: &str) -> String {
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:other\r\nDTSTART:20200101T000000Z\r\nEND:VEVENT\r\n\
             BEGIN:VEVENT\r\nUID:{UID}\r\n{lines}\r\nBEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\n\
             END:VCALENDAR\r\n"
        )
    }

    #[test]
    fn the_ways_in_which_programs_write_a_time_are_read() {
        let at = |starts_at, minutes| Some(Slot { starts_at, minutes });
        for (lines, wanted) in [
            ("DTSTART:20261127T140000Z\r\nDTEND:20261127T144500Z", at(AT, 45)),
            ("DTSTART:20261127T140000Z\r\nDURATION:PT1H30M", at(AT, 90)),
            ("DTSTART:20261127T140000Z\r\nDURATION:P1DT1H", at(AT, 25 * 60)),
            (
                "DTSTART;TZID=Europe/Paris:20261127T150000\r\nDTEND;TZID=Europe/Paris:20261127T154500",
                at(AT, 45),
            ),
            (
                "DTSTART;TZID=\"America/Toronto\":20261127T090000\r\nDTEND;TZID=Europe/Paris:20261127T153000",
                at(AT, 30),
            ),
            (
                "DTSTART;TZID=/mozilla.example/20260101_1/Europe/Paris:20261127T150000\r\nDURATION:PT45M",
                at(AT, 45),
            ),
            // The end stays where it was, and is before the begin: no length of an interview.
            ("DTSTART:20261127T140000Z\r\nDTEND:20261127T130000Z", at(AT, -60)),
            ("DTSTART;VALUE=DATE:20261127\r\nDTEND;VALUE=DATE:20261128", None),
            ("DTSTART:20261127T140000\r\nDTEND:20261127T144500", None),
            ("DTSTART;TZID=W. Europe Standard Time:20261127T150000\r\nDURATION:PT45M", None),
            ("DTSTART:20261127T140000Z", None),
            ("DTSTART:20261327T990000Z\r\nDURATION:PT45M", None),
            ("DTSTART:20261127T140000Z\r\nDURATION:forever", None),
            ("DTEND:20261127T140000Z", None),
        ] {
            assert_eq!(slot(&event_with(lines), UID), wanted, "{lines}");
        }
    }

    #[test]
    fn only_what_holds_our_event_alone_is_ours() {
        let ours = format!("BEGIN:VEVENT\r\nUID:{UID}\r\nDTSTART;VALUE=DATE:20261127\r\nEND:VEVENT\r\n");
        let other = ours.replace(UID, &format!("x{UID}"));
        let whole = |events: &str| format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n");
        for (text, wanted) in [
            (whole(&ours), Some(true)),
            (whole(&format!("{ours}{}", ours.replace("DTSTART", "RECURRENCE-ID"))), Some(true)),
            (whole(&other), Some(false)),
            (whole(&format!("{ours}{other}")), Some(false)),
            (whole(&ours.replace("VEVENT", "VJOURNAL")), Some(false)),
            (whole(""), Some(false)),
            (String::new(), None),
            ("BEGIN:VEVENT\r\n".repeat(5_000), None),
        ] {
            assert_eq!(is_of(&text, UID), wanted, "{text:.200}");
        }
    }

    #[test]
    fn a_time_is_told_in_whole_seconds() {
        assert_eq!(Slot::told(AT + 999, 45), Slot { starts_at: AT, minutes: 45 });
        assert_eq!(Slot::told(AT, 45), Slot { starts_at: AT, minutes: 45 });
        assert_eq!(Slot::told(-1, 45).starts_at, -1_000);
    }

    #[test]
    fn a_long_history_of_a_zone_hides_no_event() {
        let history = "BEGIN:DAYLIGHT\r\nDTSTART:19700329T020000\r\nEND:DAYLIGHT\r\n".repeat(500);
        let zone = format!("BEGIN:VTIMEZONE\r\nTZID:Europe/Paris\r\n{history}END:VTIMEZONE\r\nBEGIN:VEVENT");
        let lines = "DTSTART;TZID=Europe/Paris:20261127T150000\r\nDURATION:PT45M";
        let text = event_with(lines).replacen("BEGIN:VEVENT", &zone, 1);
        assert_eq!(slot(&text, UID), Some(Slot { starts_at: AT, minutes: 45 }));
    }

    #[test]
    fn one_of_a_series_does_not_stand_for_it() {
        let moved = event_with(
            "RECURRENCE-ID:20261127T140000Z\r\nDTSTART:20261128T140000Z\r\nDTEND:20261128T144500Z",
        );
        assert_eq!(slot(&moved, UID), None);
    }

    #[test]
    fn what_we_write_is_read_as_it_was_meant() {
        let (tenant, id) = (RecordId::from_u128(9), RecordId::from_u128(7));
        let occasion = Occasion {
            id,
            sequence: 3,
            stamp: AT,
            start: AT,
            end: AT + 45 * MS_PER_MINUTE,
            summary: "DTSTART:20200101T000000Z\r\nEND:VEVENT".into(),
            description: "x".into(),
            place: String::new(),
            url: String::new(),
            organizer: None,
            attendees: Vec::new(),
        };
        let text = event::kept(tenant, &occasion).expect("a calendar");
        assert!(!text.contains("METHOD"), "{text}");
        assert_eq!(slot(&text, &event::uid(tenant, id)), Some(Slot { starts_at: AT, minutes: 45 }));
        assert_eq!(slot(&text, UID), None, "of another event");
    }

    proptest! {
        #[test]
        fn no_text_is_too_much(text in "(?s).{0,300}", nested in 0_usize..5_000) {
            let _ = (slot(&text, UID), is_of(&text, UID));
            let _ = slot(&event_with(&text), UID);
            let _ = slot(&"BEGIN:VEVENT\r\n".repeat(nested), UID);
        }
    }
}
