//! What is read: the text, and the fields with where they were found.

use serde::{Deserialize, Serialize};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Portable Document Format.
    Pdf,
    /// Office Open XML text.
    Docx,
    /// OpenDocument text.
    Odt,
    /// Plain text.
    Txt,
}

/// A résumé as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resume {
    /// What the file is.
    pub kind: FileKind,
    /// How many pages were read: 1 where the format knows none.
    pub pages: u32,
    /// The text in reading order.
    pub text: Vec<Line>,
    /// What was recognised in it.
    pub fields: Fields,
}

impl Resume {
    /// The text as one string, its cells apart by tabs.
    #[must_use]
    pub fn plain_text(&self) -> String {
        let mut text = String::new();
        for line in &self.text {
            if line.gap && !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&line.text);
            text.push('\n');
        }
        text
    }
}

/// One line as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The page it stands on, from 1.
    pub page: u32,
    /// Whether space or another column is above it.
    pub gap: bool,
    /// The words. What stands apart on the same line (a date at the right margin, a cell of a table) is apart by a tab.
    pub text: String,
}

/// Lines of the text, the first and the last, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The first line.
    pub first: u32,
    /// The last line, itself included.
    pub last: u32,
}

impl Span {
    pub(crate) fn new(first: usize, last: usize) -> Self {
        let narrow = |line: usize| u32::try_from(line).unwrap_or(u32::MAX);
        Self { first: narrow(first), last: narrow(last) }
    }
}

/// A value and where it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found<T> {
    /// What was read.
    pub value: T,
    /// Where.
    pub lines: Span,
}

impl<T> Found<T> {
    pub(crate) fn new(value: T, first: usize, last: usize) -> Self {
        Self { value, lines: Span::new(first, last) }
    }
}

/// Everything that was recognised. What is absent was not found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fields {
    /// The person's name as it is written.
    pub name: Option<Found<String>>,
    /// Addresses of electronic mail, the likeliest first.
    pub emails: Vec<Found<String>>,
    /// Numbers as they are written.
    pub phones: Vec<Found<String>>,
    /// Pages of the person.
    pub links: Vec<Found<String>>,
    /// Where the person lives: a city with what is behind it, or an address.
    pub location: Option<Found<String>>,
    /// The profession below the name.
    pub headline: Option<Found<String>>,
    /// The introduction.
    pub summary: Option<Found<String>>,
    /// Jobs in the order of the text.
    pub jobs: Vec<Found<Job>>,
    /// Education in the order of the text.
    pub education: Vec<Found<Education>>,
    /// Skills in the order of the text, each once.
    pub skills: Vec<Found<String>>,
    /// Languages that the person speaks.
    pub languages: Vec<Found<Language>>,
    /// Certificates.
    pub certifications: Vec<Found<Certification>>,
}

/// One job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// What the person was.
    pub title: Option<String>,
    /// Where they were it.
    pub company: Option<String>,
    /// The place.
    pub place: Option<String>,
    /// When it began.
    pub start: Option<Date>,
    /// When it ended.
    pub end: Option<End>,
    /// What is said about it, a paragraph or bullet each.
    pub description: Vec<String>,
}

/// One time at a school.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Education {
    /// The school.
    pub school: Option<String>,
    /// The degree with its field, as it is written.
    pub degree: Option<String>,
    /// When it began.
    pub start: Option<Date>,
    /// When it ended, or is to end.
    pub end: Option<End>,
}

/// A language that the person speaks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Language {
    /// Its name as it is written.
    pub name: String,
    /// How well, as it is written.
    pub level: Option<String>,
}

/// A certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certification {
    /// What it is called.
    pub name: String,
    /// When it was had.
    pub date: Option<Date>,
}

/// A year, or a month of a year: no more than the text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Date {
    /// The year.
    pub year: u16,
    /// The month from 1 to 12, when the text says it.
    pub month: Option<u8>,
}

/// How something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// It goes on.
    Present,
    /// It ended then.
    At(Date),
}
