//! Values in the words of the reader's language: days, pay.

use zumodra_shared::ats::{Job, SalaryPeriod};
use zumodra_shared::kernel::currency::minor_digits;
use zumodra_shared::kernel::time::{Millis, rfc3339};

use super::words::{Language, choice};

/// The months in English.
pub const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// The months in French.
pub const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
/// Keeps a number and what belongs to it on one line.
const NO_BREAK_SPACE: char = '\u{a0}';

/// A day (`2026-01-31`) in words.
#[must_use]
pub fn day(language: Language, day: &str) -> String {
    let mut parts = day.splitn(3, '-').map(|part| part.parse::<usize>().unwrap_or_default());
    let (year, month, date) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let Some(index) = month.checked_sub(1).filter(|index| *index < 12) else { return day.to_owned() };
    match language {
        Language::En => format!("{} {date}, {year}", MONTHS_EN[index]),
        Language::Fr if date == 1 => format!("1er {} {year}", MONTHS_FR[index]),
        Language::Fr => format!("{date} {} {year}", MONTHS_FR[index]),
    }
}

/// The day of an instant (`2026-01-31`), in UTC.
#[must_use]
pub fn day_of(at: Millis) -> String {
    rfc3339(at).chars().take(10).collect()
}

/// An instant in words, in UTC and said to be so.
#[must_use]
pub fn day_and_time(language: Language, at: Millis) -> String {
    let time: String = rfc3339(at).chars().skip(11).take(5).collect();
    format!("{}, {time} UTC", day(language, &day_of(at)))
}

/// An amount in whole units of its currency, without the currency.
#[must_use]
pub fn amount(language: Language, minor: i64, currency: &str) -> String {
    let digits = minor_digits(currency);
    let unit = 10_i64.pow(digits);
    let (whole, rest) = (minor / unit, minor % unit);
    let mut text = grouped(language, whole);
    if rest != 0 {
        text.push(if language == Language::En { '.' } else { ',' });
        text.push_str(&format!("{rest:0width$}", width = digits as usize));
    }
    text
}

/// A whole number as people of a language write it.
#[must_use]
pub fn grouped(language: Language, whole: i64) -> String {
    let separator = match language {
        Language::En => ',',
        Language::Fr => NO_BREAK_SPACE,
    };
    let plain = whole.to_string();
    let mut text = String::new();
    for (index, digit) in plain.chars().enumerate() {
        if index > 0 && (plain.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// The pay of a job in words, if the public may see it.
#[must_use]
pub fn salary(language: Language, job: &Job) -> Option<String> {
    if !job.show_salary {
        return None;
    }
    let currency = job.salary_currency.as_str();
    let shown = |minor: i64| amount(language, minor, currency);
    let range = match (job.salary_min, job.salary_max, language) {
        (Some(min), Some(max), _) if min == max => shown(min),
        (Some(min), Some(max), _) => format!("{} – {}", shown(min), shown(max)),
        (Some(min), None, Language::En) => format!("from {}", shown(min)),
        (Some(min), None, Language::Fr) => format!("à partir de {}", shown(min)),
        (None, Some(max), Language::En) => format!("up to {}", shown(max)),
        (None, Some(max), Language::Fr) => format!("jusqu'à {}", shown(max)),
        (None, None, _) => return None,
    };
    let period = match job.salary_period {
        SalaryPeriod::Unknown => String::new(),
        known => choice(language, known.name()),
    };
    let text = [range.as_str(), currency, period.as_str()].into_iter().filter(|part| !part.is_empty());
    Some(text.collect::<Vec<_>>().join(" "))
}

/// An amount that somebody typed, in minor units of its currency: spaces, apostrophes and the currency are passed over, and a
/// point or comma before no more digits than the currency has minor ones begins the fraction.
#[must_use]
pub fn minor_units(text: &str, currency: &str) -> Option<i64> {
    let digits = usize::try_from(minor_digits(currency)).ok()?;
    let bare = text.to_uppercase().replace(currency, "");
    let plain: String =
        bare.chars().filter(|c| !c.is_whitespace() && !"'’\u{202f}$€£".contains(*c)).collect();
    let (whole, fraction) = match plain.rfind(['.', ',']) {
        Some(at) if (1..=digits).contains(&(plain.len() - at - 1)) => (&plain[..at], &plain[at + 1..]),
        _ => (plain.as_str(), ""),
    };
    let whole: String = whole.chars().filter(|c| !matches!(c, '.' | ',')).collect();
    let all = format!("{whole}{fraction:0<digits$}");
    let is_amount = !whole.is_empty() && all.bytes().all(|b| b.is_ascii_digit());
    if is_amount { all.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(min: Option<i64>, max: Option<i64>, currency: &str) -> Job {
        Job {
            salary_min: min,
            salary_max: max,
            salary_currency: currency.into(),
            show_salary: true,
            ..Job::default()
        }
    }

    #[test]
    fn pay_is_shown_in_whole_units_of_its_currency() {
        let shown = |job: &Job| salary(Language::En, job);
        assert_eq!(
            shown(&job(Some(6_000_000), Some(8_050_050), "CAD")).as_deref(),
            Some("60,000 – 80,500.50 CAD per year")
        );
        assert_eq!(shown(&job(Some(6_000_000), None, "JPY")).as_deref(), Some("from 6,000,000 JPY per year"));
        assert_eq!(shown(&job(None, None, "CAD")), None);
        let french = salary(Language::Fr, &job(None, Some(4_500_000), "EUR"));
        assert_eq!(french.as_deref(), Some("jusqu'à 45\u{a0}000 EUR par an"));
    }

    #[test]
    fn pay_that_is_not_for_the_public_is_not_shown() {
        let hidden = Job { show_salary: false, ..job(Some(1), Some(2), "CAD") };
        assert_eq!(salary(Language::En, &hidden), None);
    }

    #[test]
    fn a_day_is_written_as_people_do() {
        assert_eq!(day(Language::En, "2026-01-31"), "January 31, 2026");
        assert_eq!(day(Language::Fr, "2026-08-01"), "1er août 2026");
        assert_eq!(day(Language::Fr, "nonsense"), "nonsense");
    }

    #[test]
    fn a_typed_amount_is_understood_in_either_language() {
        for (text, currency, expected) in [
            ("82000", "CAD", Some(8_200_000)),
            ("82,000", "CAD", Some(8_200_000)),
            ("82 000,50 €", "EUR", Some(8_200_050)),
            ("$82,000.5", "USD", Some(8_200_050)),
            ("CHF 82'000.–", "CHF", None),
            ("82.000", "EUR", Some(8_200_000)),
            ("5,000,000", "JPY", Some(5_000_000)),
            ("", "CAD", None),
            ("-5", "CAD", None),
            ("a lot", "CAD", None),
            ("99999999999999999999", "CAD", None),
        ] {
            assert_eq!(minor_units(text, currency), expected, "{text}");
        }
    }
}
