//! What somebody did before: where they worked, what they learned, and what was certified of it.
//!
//! Each entry is an item of a list in the candidate's document, and each of its fields merges on its own. When something
//! was is a month, or a year where no more is known: nothing is invented. That an end is not before its beginning is
//! nobody's rule: of two people who correct the one and the other at once, both are right.

use serde::{Deserialize, Serialize};

use super::Candidate;
use super::rules::read;
use crate::kernel::{Code, Problem};
use crate::schema::{Fields, Item};

/// Jobs of one candidate.
pub const MAX_EXPERIENCE: usize = 40;
/// Times at a school of one candidate.
pub const MAX_EDUCATION: usize = 20;
/// Certificates of one candidate.
pub const MAX_CERTIFICATES: usize = 30;
/// Characters of what is said of one job.
pub const MAX_WORDS: usize = 1_500;
/// The fields that hold somebody's past.
pub const FIELDS: [&str; 3] = ["experience", "education", "certificates"];

/// A job that somebody has, or had.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct Experience {
    /// What they do, or did.
    #[field(max = 200, search)]
    pub title: String,
    /// Where.
    #[field(max = 200, search)]
    pub company: String,
    /// In which place.
    #[field(max = 200)]
    pub place: String,
    /// Since when: `2019-03`, or `2019`.
    #[field(max = 7)]
    pub from: String,
    /// Until when: `2021-11`, or `2021`.
    #[field(max = 7)]
    pub to: String,
    /// Whether they are there still.
    pub is_current: bool,
    /// What is said of it.
    #[field(max = 1500)]
    pub words: String,
}

/// A time at a school.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct Education {
    /// The school.
    #[field(max = 200, search)]
    pub school: String,
    /// What it led to: `Bachelor of Science`.
    #[field(max = 200)]
    pub degree: String,
    /// In what.
    #[field(max = 200)]
    pub field: String,
    /// Since when: `2019-09`, or `2019`.
    #[field(max = 7)]
    pub from: String,
    /// Until when: `2021-06`, or `2021`.
    #[field(max = 7)]
    pub to: String,
}

/// A certificate that somebody has.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct Certificate {
    /// What it is called.
    #[field(max = 200, search)]
    pub name: String,
    /// Who gave it.
    #[field(max = 200)]
    pub issuer: String,
    /// In which year.
    #[field(min = 1900, max = 2200)]
    pub year: Option<i64>,
}

/// Whether a text is a year, or a month of one.
#[must_use]
pub fn is_month(text: &str) -> bool {
    let is_number =
        |text: &str, digits: usize| text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('-') {
        None => is_number(text, 4),
        Some((year, month)) => {
            is_number(year, 4) && is_number(month, 2) && (1..=12).contains(&month.parse().unwrap_or(0))
        }
    }
}

/// Refuses a past whose times are no months.
///
/// # Errors
/// [`Code::InvalidFields`].
pub(super) fn check(after: &Fields) -> Result<(), Problem> {
    if !FIELDS[..2].iter().any(|field| after.get(*field).is_some_and(|list| list != &serde_json::json!([]))) {
        return Ok(());
    }
    let of = |field: &str| Fields::from_iter(after.get(field).map(|list| (field.to_owned(), list.clone())));
    let is_right = |text: &str| text.is_empty() || is_month(text);
    let mut problem = Problem::new(Code::InvalidFields);
    let message = "A time is a month such as 2021-03, or a year such as 2021.";
    let jobs = read::<Candidate>(&of("experience")).unwrap_or_default().experience.0;
    if !jobs.iter().all(|job| is_right(&job.item.from) && is_right(&job.item.to)) {
        problem = problem.field("experience", message);
    }
    let schools = read::<Candidate>(&of("education")).unwrap_or_default().education.0;
    if !schools.iter().all(|school| is_right(&school.item.from) && is_right(&school.item.to)) {
        problem = problem.field("education", message);
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kernel::limits::MAX_DOCUMENT_BYTES;
    use crate::schema::{Entity as _, FieldKind, Scalar};

    #[test]
    fn a_time_is_a_year_or_a_month_of_one() {
        for good in ["2019", "2019-01", "2019-12", "0001"] {
            assert!(is_month(good), "{good}");
        }
        for bad in [
            "",
            "19",
            "2019-",
            "2019-0",
            "2019-00",
            "2019-13",
            "2019-1",
            "20190",
            "2019-01-01",
            "٢٠١٩",
            "+019",
        ] {
            assert!(!is_month(bad), "{bad}");
        }
    }

    #[test]
    fn a_past_is_of_months_and_nothing_more_is_asked_of_it() {
        let asked = |values: serde_json::Value| {
            let fields = values.as_object().cloned().expect("is one");
            check(&fields)
                .err()
                .map(|problem| problem.fields.into_keys().collect::<Vec<_>>())
                .unwrap_or_default()
        };
        let job = |from: &str, to: &str| json!([{ "id": "a", "title": "Baker", "from": from, "to": to }]);
        assert!(asked(json!({})).is_empty());
        assert!(asked(json!({ "experience": [], "education": [] })).is_empty());
        assert!(asked(json!({ "experience": job("2019", "") })).is_empty());
        // Two corrections at once may leave an end before its beginning: that is shown, and refused to nobody.
        assert!(asked(json!({ "experience": job("2021-03", "2019") })).is_empty());
        assert_eq!(asked(json!({ "experience": job("March", "") })), ["experience"]);
        let school = json!([{ "id": "a", "school": "ETH", "from": "2019", "to": "soon" }]);
        assert_eq!(
            asked(json!({ "education": school, "experience": job("", "now") })),
            ["education", "experience"]
        );
    }

    #[test]
    fn the_fullest_past_leaves_room_in_its_document() {
        let largest = FIELDS.iter().map(|name| {
            let field = Candidate::DEF.field(name).expect("is a field");
            let FieldKind::List(items) = field.kind else { panic!("{name} is a list") };
            let texts = items.iter().filter(|item| item.kind == FieldKind::Register(Scalar::Str));
            let chars: i64 = texts.filter_map(|item| item.max).sum();
            usize::try_from(field.items.expect("is limited") * chars).expect("fits")
        });
        // Each letter as a byte; a past in letters of three takes what the limit of a document still holds.
        assert!(largest.sum::<usize>() < MAX_DOCUMENT_BYTES / 3);
    }

    #[test]
    fn the_limits_are_those_of_the_declaration() {
        let limits = FIELDS.map(|name| Candidate::DEF.field(name).and_then(|field| field.items));
        assert_eq!(
            limits,
            [MAX_EXPERIENCE, MAX_EDUCATION, MAX_CERTIFICATES].map(|most| i64::try_from(most).ok())
        );
        let Some(FieldKind::List(items)) = Candidate::DEF.field("experience").map(|field| field.kind) else {
            panic!("a list")
        };
        let words = items.iter().find(|item| item.name == "words").and_then(|item| item.max);
        assert_eq!(words, i64::try_from(MAX_WORDS).ok());
    }
}
