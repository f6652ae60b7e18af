//! What somebody says that is in a résumé: a person, our reader, another one.

use serde::{Deserialize, Serialize};
use zumodra_resume::{Date, End, Fields};

/// What is in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answer {
    /// The person's name.
    pub name: Option<String>,
    /// The profession below it.
    pub headline: Option<String>,
    /// Addresses of electronic mail.
    pub emails: Vec<String>,
    /// Telephone numbers.
    pub phones: Vec<String>,
    /// Pages of the person.
    pub links: Vec<String>,
    /// Where they live.
    pub location: Option<String>,
    /// Jobs.
    pub jobs: Vec<Job>,
    /// Schools.
    pub education: Vec<Education>,
    /// Skills.
    pub skills: Vec<String>,
    /// Languages that they speak.
    pub languages: Vec<Language>,
    /// Certificates.
    pub certifications: Vec<Certification>,
}

/// A file and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// The file, from the folder of the data.
    pub file: String,
    /// `samples` and `generated`, by which the reader was made, or `heldout`, which were not looked at.
    pub set: String,
    /// What is in it.
    #[serde(flatten)]
    pub answer: Answer,
}

/// A job. Dates are `2021`, `2021-03` or `present`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Job {
    /// What the person was.
    pub title: Option<String>,
    /// Where.
    pub company: Option<String>,
    /// The place.
    pub place: Option<String>,
    /// When it began.
    pub start: Option<String>,
    /// When it ended.
    pub end: Option<String>,
}

/// A time at a school.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Education {
    /// Its name.
    pub school: Option<String>,
    /// The degree with its field.
    pub degree: Option<String>,
    /// When it began.
    pub start: Option<String>,
    /// When it ended.
    pub end: Option<String>,
}

/// A language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Language {
    /// Its name.
    pub name: String,
    /// How well.
    pub level: Option<String>,
}

/// A certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Certification {
    /// What it is called.
    pub name: String,
    /// When it was had.
    pub date: Option<String>,
}

fn date(date: &Date) -> String {
    date.month.map_or(date.year.to_string(), |month| format!("{}-{month:02}", date.year))
}

fn end(end: &End) -> String {
    match end {
        End::Present => "present".to_owned(),
        End::At(at) => date(at),
    }
}

impl From<&Fields> for Answer {
    fn from(fields: &Fields) -> Self {
        let texts =
            |list: &[zumodra_resume::Found<String>]| list.iter().map(|found| found.value.clone()).collect();
        let one =
            |found: &Option<zumodra_resume::Found<String>>| found.as_ref().map(|found| found.value.clone());
        Self {
            name: one(&fields.name),
            headline: one(&fields.headline),
            emails: texts(&fields.emails),
            phones: texts(&fields.phones),
            links: texts(&fields.links),
            location: one(&fields.location),
            jobs: fields
                .jobs
                .iter()
                .map(|found| Job {
                    title: found.value.title.clone(),
                    company: found.value.company.clone(),
                    place: found.value.place.clone(),
                    start: found.value.start.as_ref().map(date),
                    end: found.value.end.as_ref().map(end),
                })
                .collect(),
            education: fields
                .education
                .iter()
                .map(|found| Education {
                    school: found.value.school.clone(),
                    degree: found.value.degree.clone(),
                    start: found.value.start.as_ref().map(date),
                    end: found.value.end.as_ref().map(end),
                })
                .collect(),
            skills: texts(&fields.skills),
            languages: fields
                .languages
                .iter()
                .map(|found| Language { name: found.value.name.clone(), level: found.value.level.clone() })
                .collect(),
            certifications: fields
                .certifications
                .iter()
                .map(|found| Certification {
                    name: found.value.name.clone(),
                    date: found.value.date.as_ref().map(date),
                })
                .collect(),
        }
    }
}
