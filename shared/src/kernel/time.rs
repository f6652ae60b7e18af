//! Instants and calendar days as records hold them.

use serde::{Deserialize, Serialize};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// One hour, one day, in milliseconds.
pub const HOUR_MS: Millis = 3_600_000;
/// One day in milliseconds.
pub const DAY_MS: Millis = 24 * HOUR_MS;

/// An instant in a record: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub Millis);

/// A calendar day in a record, as RFC 3339 `full-date` (`2026-11-22`), free of any time zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(pub String);

impl Date {
    /// When the day begins in UTC, in milliseconds; none for a text that is no day.
    #[must_use]
    pub fn start_ms(&self) -> Option<Millis> {
        let day: jiff::civil::Date = self.0.parse().ok()?;
        Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
    }

    /// The day of an instant in UTC; none for one that no calendar has.
    #[must_use]
    pub fn of(at: Millis) -> Option<Self> {
        let at = jiff::Timestamp::from_millisecond(at).ok()?;
        Some(Self(at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()))
    }

    /// The same day so many months later, or the last one of a month that is shorter; none beyond the calendar.
    #[must_use]
    pub fn after_months(&self, months: i64) -> Option<Self> {
        let day: jiff::civil::Date = self.0.parse().ok()?;
        let months = jiff::Span::new().try_months(months).ok()?;
        Some(Self(day.checked_add(months).ok()?.to_string()))
    }
}

/// Whether a text is a real calendar day in RFC 3339 `full-date` form.
#[must_use]
pub fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// An instant as RFC 3339 text in UTC, for people and for HTTP.
#[must_use]
pub fn rfc3339(at: Millis) -> String {
    jiff::Timestamp::from_millisecond(at).map(|t| t.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_real_day_in_the_one_form() {
        assert!(is_date("2026-02-28"));
        for bad in ["2026-02-30", "2026-2-3", "20260203", "2026-02-03T00:00:00Z", "", "yesterday"] {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn months_later_is_the_same_day_or_the_last_one() {
        let day = |text: &str| Date(text.to_owned());
        assert_eq!(Date::of(1_800_000_000_000), Some(day("2027-01-15")));
        assert_eq!(Date::of(-1), Some(day("1969-12-31")));
        assert_eq!(Date::of(i64::MAX), None);
        assert_eq!(day("2026-08-31").after_months(6), Some(day("2027-02-28")));
        assert_eq!(day("2026-11-22").after_months(0), Some(day("2026-11-22")));
        assert_eq!(day("2026-11-22").after_months(i64::MAX), None);
        assert_eq!(day("no day").after_months(1), None);
    }

    #[test]
    fn an_instant_prints_in_utc() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
    }
}
