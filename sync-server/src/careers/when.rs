//! When something is, in words and in the zone of who reads it.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use zumodra_shared::kernel::time::{Millis, rfc3339};

use super::show::{MONTHS_EN, MONTHS_FR};
use super::words::Language;

const MS_PER_MINUTE: Millis = 60_000;
const WEEKDAYS_EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const WEEKDAYS_FR: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];

/// A span of time, as in `Monday 7 December 2026, 09:00–09:30 (America/Toronto, UTC-05:00)`. The offset is there because
/// an hour comes twice on one day of the year. A zone that nobody knows is UTC, and is named so.
#[must_use]
pub fn when(language: Language, from: Millis, minutes: i64, zone: &str) -> String {
    let (zone, name) = match TimeZone::get(zone) {
        Ok(known) => (known, zone),
        Err(_) => (TimeZone::UTC, "UTC"),
    };
    let at = |ms: Millis| Some(Timestamp::from_millisecond(ms).ok()?.to_zoned(zone.clone()));
    let until = from.saturating_add(minutes.saturating_mul(MS_PER_MINUTE));
    let (Some(from), Some(until)) = (at(from), at(until)) else { return rfc3339(from) };
    let last = if from.date() == until.date() {
        clock(&until)
    } else {
        format!("{}, {}", day(language, &until), clock(&until))
    };
    let offset = if name == "UTC" { String::new() } else { format!(", UTC{}", from.strftime("%:z")) };
    format!("{}, {}–{last} ({name}{offset})", day(language, &from), clock(&from))
}

fn day(language: Language, at: &Zoned) -> String {
    let (weekdays, months) = match language {
        Language::En => (WEEKDAYS_EN, MONTHS_EN),
        Language::Fr => (WEEKDAYS_FR, MONTHS_FR),
    };
    let named = |names: &[&'static str], at: i8| {
        usize::try_from(at).ok().and_then(|at| names.get(at)).copied().unwrap_or_default()
    };
    let weekday = named(&weekdays, at.weekday().to_monday_zero_offset());
    format!("{weekday} {} {} {}", at.day(), named(&months, at.month() - 1), at.year())
}

fn clock(at: &Zoned) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_in_the_zone_of_its_reader() {
        let at = 1_796_652_000_000; // 2026-12-07T14:00:00Z
        let en = |zone: &str| when(Language::En, at, 30, zone);
        assert_eq!(en("America/Toronto"), "Monday 7 December 2026, 09:00–09:30 (America/Toronto, UTC-05:00)");
        assert_eq!(en("UTC"), "Monday 7 December 2026, 14:00–14:30 (UTC)");
        assert_eq!(en("Mars/Olympus"), "Monday 7 December 2026, 14:00–14:30 (UTC)");
        assert_eq!(
            when(Language::Fr, at, 30, "Europe/Paris"),
            "lundi 7 décembre 2026, 15:00–15:30 (Europe/Paris, UTC+01:00)"
        );
    }

    #[test]
    fn summer_time_moves_the_clock_and_not_the_instant() {
        let (before, after) = (1_772_892_000_000, 1_772_974_800_000); // 09:00 on 7 and 8 March 2026 in Toronto, 23 hours apart
        assert_eq!(after - before, 23 * 60 * MS_PER_MINUTE);
        let at = |ms| when(Language::En, ms, 60, "America/Toronto");
        assert_eq!(at(before), "Saturday 7 March 2026, 09:00–10:00 (America/Toronto, UTC-05:00)");
        assert_eq!(at(after), "Sunday 8 March 2026, 09:00–10:00 (America/Toronto, UTC-04:00)");
        // Over midnight both days are named.
        assert_eq!(
            when(Language::En, 1_796_684_400_000, 90, "UTC"),
            "Monday 7 December 2026, 23:00–Tuesday 8 December 2026, 00:30 (UTC)"
        );
    }
}
