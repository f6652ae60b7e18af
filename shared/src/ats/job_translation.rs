//! A job's posting in a further language.
//!
//! A record of its own beside the job, with texts that merge by character: two people who write in two languages touch two
//! records, and two who write in one merge within its texts. It belongs to its job, and is behind the job's wall.

use serde::{Deserialize, Serialize};

use super::Job;
use super::rules::text;
use crate::kernel::{Code, Id, Problem};
use crate::schema::{Entity, Fields, RichText};

/// What a job says in a further language. Of several in one language for one job, the one that was made first is shown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "job_translations", code = 27, title = "title", within = "job_id")]
pub struct JobTranslation {
    /// Of which job.
    #[field(required, immutable, index)]
    pub job_id: Id<Job>,
    /// In which language, by its BCP 47 tag: `fr`, `fr-CA`.
    #[field(required, immutable, max = 35)]
    pub language: String,
    /// What the position is called.
    #[field(required, max = 200)]
    pub title: String,
    /// What the work is. Without it nothing of this is shown.
    pub description: RichText,
    /// What the person will do.
    pub responsibilities: RichText,
    /// What the person must bring.
    pub requirements: RichText,
    /// What would help.
    pub nice_to_have: RichText,
    /// What the person gets.
    pub benefits: RichText,
}

impl JobTranslation {
    /// Whether there is enough of it to be shown.
    #[must_use]
    pub fn is_written(&self) -> bool {
        !self.title.trim().is_empty() && !self.description.0.trim().is_empty()
    }
}

/// Refuses a language that is none.
///
/// # Errors
/// [`Code::InvalidFields`].
pub(super) fn check(after: &Fields) -> Result<(), Problem> {
    match language_problem(text(after, "language")) {
        Some(message) => Err(Problem::new(Code::InvalidFields).field("language", message)),
        None => Ok(()),
    }
}

/// What is wrong with the tag of a language, if anything.
pub(super) fn language_problem(tag: &str) -> Option<&'static str> {
    (!is_language_tag(tag)).then_some("This is not the tag of a language such as fr or fr-CA.")
}

/// Whether a text has the form of the tag of a language (RFC 5646, section 2.1): a language of two to eight letters, and
/// further parts of one to eight letters and digits.
#[must_use]
pub fn is_language_tag(tag: &str) -> bool {
    /// RFC 5646, section 4.4.1: room for every part that is recommended.
    const MAX_TAG_BYTES: usize = 35;
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    tag.len() <= MAX_TAG_BYTES
        && (2..=8).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// How well a language that there is serves one that is wanted: 2 for the same, 1 for another kind of it (`fr` for `fr-CA`),
/// 0 for another language.
#[must_use]
pub fn likeness(wanted: &str, there: &str) -> u8 {
    let base = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    if wanted.is_empty() || there.is_empty() {
        0
    } else if wanted.eq_ignore_ascii_case(there) {
        2
    } else {
        u8::from(base(wanted) == base(there))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_languages_are_told_from_what_is_none() {
        for tag in ["fr", "fr-CA", "zh-Hant-TW", "de-1996", "gsw", "en-US-u-ca-gregory"] {
            assert!(is_language_tag(tag), "{tag}");
        }
        for tag in [
            "",
            "f",
            "x-klingon",
            "fr_CA",
            "fr-",
            "-fr",
            "français",
            "fr CA",
            "fr-toolongpart",
            &"a-".repeat(20),
        ] {
            assert!(!is_language_tag(tag), "{tag}");
        }
    }

    #[test]
    fn a_kind_of_a_language_serves_for_another_and_the_same_serves_better() {
        for (wanted, there, well) in [
            ("fr", "fr", 2),
            ("fr-CA", "FR-ca", 2),
            ("fr", "fr-CA", 1),
            ("fr-FR", "fr-CA", 1),
            ("fr", "fro", 0),
            ("fr", "en", 0),
            ("", "", 0),
            ("fr", "", 0),
        ] {
            assert_eq!(likeness(wanted, there), well, "{wanted} {there}");
        }
    }

    #[test]
    fn a_posting_is_of_a_language_and_shown_once_it_is_written() {
        let mut fields = JobTranslation::DEF.defaults();
        fields.insert("language".to_owned(), "fr-CA".into());
        assert!(check(&fields).is_ok());
        fields.insert("language".to_owned(), "fr, en".into());
        assert!(check(&fields).is_err_and(|problem| problem.fields.contains_key("language")));
        let mut translation = JobTranslation { title: "Cuisine".into(), ..JobTranslation::default() };
        assert!(!translation.is_written());
        translation.description = RichText("Vous cuisinez.".into());
        assert!(translation.is_written());
    }
}
