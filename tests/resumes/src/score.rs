//! How much of what is right was said.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::answer::Answer;

/// What is scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The person's name.
    Name,
    /// Addresses of electronic mail.
    Email,
    /// Telephone numbers, by their digits.
    Phone,
    /// Pages, without `https://`, `www.` and a slash at the end.
    Links,
    /// Where they live.
    Location,
    /// Jobs: title, company, start and end.
    Jobs,
    /// Jobs without their dates.
    JobNames,
    /// Titles of jobs alone.
    JobTitles,
    /// Schools: name, degree, start and end.
    Education,
    /// Degrees with the year of their end, for readers that give no school.
    Degrees,
    /// Skills.
    Skills,
    /// Languages with their level.
    Languages,
    /// Certificates with their date.
    Certifications,
}

impl Field {
    /// Everything that is scored.
    pub const ALL: [Self; 13] = [
        Self::Name,
        Self::Email,
        Self::Phone,
        Self::Links,
        Self::Location,
        Self::Jobs,
        Self::JobNames,
        Self::JobTitles,
        Self::Education,
        Self::Degrees,
        Self::Skills,
        Self::Languages,
        Self::Certifications,
    ];

    /// What it is called in the table.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "e-mail",
            Self::Phone => "phone",
            Self::Links => "links",
            Self::Location => "location",
            Self::Jobs => "jobs (title, company, dates)",
            Self::JobNames => "jobs (title, company)",
            Self::JobTitles => "jobs (title)",
            Self::Education => "education (school, degree, dates)",
            Self::Degrees => "education (degree, year)",
            Self::Skills => "skills",
            Self::Languages => "languages (with level)",
            Self::Certifications => "certificates (with date)",
        }
    }

    /// The items of a field as they are compared.
    #[must_use]
    pub fn items(self, answer: &Answer) -> Vec<String> {
        let plain = |text: &Option<String>| text.as_deref().map(plain).unwrap_or_default();
        let list = |texts: &[String], form: fn(&str) -> String| texts.iter().map(|text| form(text)).collect();
        match self {
            Self::Name => answer.name.iter().map(|name| self::plain(name)).collect(),
            Self::Location => answer.location.iter().map(|place| self::plain(place)).collect(),
            Self::Email => list(&answer.emails, |text| text.to_lowercase()),
            Self::Phone => list(&answer.phones, |text| text.chars().filter(char::is_ascii_digit).collect()),
            Self::Links => list(&answer.links, link),
            Self::Skills => list(&answer.skills, self::plain),
            Self::Jobs => answer
                .jobs
                .iter()
                .map(|job| {
                    let dates =
                        [job.start.clone(), job.end.clone()].map(Option::unwrap_or_default).join("..");
                    format!("{} @ {} {dates}", plain(&job.title), plain(&job.company))
                })
                .collect(),
            Self::JobNames => answer
                .jobs
                .iter()
                .map(|job| format!("{} @ {}", plain(&job.title), plain(&job.company)))
                .collect(),
            Self::JobTitles => answer.jobs.iter().map(|job| plain(&job.title)).collect(),
            Self::Education => answer
                .education
                .iter()
                .map(|one| {
                    let dates =
                        [one.start.clone(), one.end.clone()].map(Option::unwrap_or_default).join("..");
                    format!("{} @ {} {dates}", degree(&one.degree), plain(&one.school))
                })
                .collect(),
            Self::Degrees => answer
                .education
                .iter()
                .map(|one| {
                    let year: String = one.end.iter().flat_map(|end| end.chars().take(4)).collect();
                    format!("{} {year}", degree(&one.degree))
                })
                .collect(),
            Self::Languages => answer
                .languages
                .iter()
                .map(|one| format!("{} {}", self::plain(&one.name), plain(&one.level)))
                .collect(),
            Self::Certifications => answer
                .certifications
                .iter()
                .map(|one| format!("{} {}", self::plain(&one.name), one.date.clone().unwrap_or_default()))
                .collect(),
        }
    }
}

/// Small letters and digits alone, without accents, the words apart.
fn plain(text: &str) -> String {
    let letters = text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase);
    let parted: String = letters
        .map(|letter| if letter.is_alphanumeric() || "+#".contains(letter) { letter } else { ' ' })
        .collect();
    parted.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A degree with its field, without the words that join them.
fn degree(text: &Option<String>) -> String {
    let text = plain(text.as_deref().unwrap_or_default());
    let words = text.split_whitespace().filter(|word| !["in", "of", "en", "de", "d"].contains(word));
    words.collect::<Vec<_>>().join(" ")
}

fn link(text: &str) -> String {
    let text = text.to_lowercase();
    let text = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    text.strip_prefix("www.").unwrap_or(text).trim_end_matches('/').to_owned()
}

/// Items that are right, that were found, and that there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Found and right.
    pub right: usize,
    /// Found.
    pub found: usize,
    /// There.
    pub expected: usize,
}

impl Tally {
    /// Adds what was said of one file.
    pub fn add(&mut self, field: Field, said: &Answer, truth: &Answer) {
        let mut expected = field.items(truth);
        let found = field.items(said);
        self.expected += expected.len();
        self.found += found.len();
        for item in found {
            if let Some(at) = expected.iter().position(|other| *other == item) {
                expected.swap_remove(at);
                self.right += 1;
            }
        }
    }

    /// F1 in per cent; all of nothing is everything.
    #[must_use]
    pub fn score(&self) -> f64 {
        let all = self.found + self.expected;
        if all == 0 { 100.0 } else { 200.0 * self.right as f64 / all as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Job;

    fn answer(skills: &[&str]) -> Answer {
        Answer { skills: skills.iter().map(|skill| (*skill).to_owned()).collect(), ..Answer::default() }
    }

    #[test]
    fn a_list_is_scored_by_what_is_missing_and_by_what_is_too_much() {
        let mut tally = Tally::default();
        tally.add(
            Field::Skills,
            &answer(&["Rust", "Go!", "Cooking"]),
            &answer(&["rust", "go", "SQL", "C++"]),
        );
        assert_eq!(tally, Tally { right: 2, found: 3, expected: 4 });
        assert!((tally.score() - 400.0 / 7.0).abs() < 0.001);
    }

    #[test]
    fn the_same_item_twice_counts_once() {
        let mut tally = Tally::default();
        tally.add(Field::Skills, &answer(&["Rust", "Rust"]), &answer(&["Rust"]));
        assert_eq!(tally, Tally { right: 1, found: 2, expected: 1 });
    }

    #[test]
    fn a_job_with_a_wrong_date_is_wrong_but_its_names_are_right() {
        let job = |end: &str| Answer {
            jobs: vec![Job {
                title: Some("Engineer".to_owned()),
                company: Some("Acme".to_owned()),
                end: Some(end.to_owned()),
                ..Job::default()
            }],
            ..Answer::default()
        };
        let (mut whole, mut names) = (Tally::default(), Tally::default());
        whole.add(Field::Jobs, &job("2021"), &job("2021-03"));
        names.add(Field::JobNames, &job("2021"), &job("2021-03"));
        assert_eq!((whole.right, names.right), (0, 1));
    }

    #[test]
    fn addresses_are_the_same_with_and_without_what_may_be_left_out() {
        assert_eq!(link("https://www.Example.com/a/"), link("example.com/a"));
        assert_ne!(link("example.com/a"), link("example.com/b"));
    }
}
