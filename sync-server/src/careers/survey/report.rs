//! The sums of the survey, as owners and admins are told them.

use serde::Serialize;

use super::forms::{Form, Question};
use super::half_year::HalfYear;
use super::store::{self, Counted};
use super::suppress::{Cell, FEWEST_SHOWN, suppressed};
use crate::app::App;
use crate::careers::words::Language;
use crate::check::Check;
use crate::error::Result;
use crate::tenants::Tenant;
use crate::tenants::actions::SURVEYS;

/// What is asked of the sums.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// The half-year, as in `2026-H1`; the last one that is over where none is named. The one that goes on is not told: who
    /// looked before and after an application would learn what was answered.
    pub half_year: Option<String>,
    /// The form, where it is not the one that the workspace asks now.
    pub form: Option<String>,
    /// `en` or `fr`, where it is not the workspace's.
    pub language: Option<String>,
}

/// A sum: how it is told, and how much where it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// `count`, `fewer` or `withheld`.
    pub told: &'static str,
    /// How much; none where that is not told.
    pub count: Option<i64>,
}

impl From<Cell> for Sum {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::Count(count) => Self { told: "count", count: Some(count) },
            Cell::Fewer => Self { told: "fewer", count: None },
            Cell::Withheld => Self { told: "withheld", count: None },
        }
    }
}

/// How often an answer was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answered {
    /// The answer's name.
    pub name: &'static str,
    /// What it says.
    pub text: &'static str,
    /// How often.
    #[serde(flatten)]
    pub sum: Sum,
}

/// The answers to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summed {
    /// The question's name.
    pub name: &'static str,
    /// What is asked.
    pub text: &'static str,
    /// How many answered.
    pub total: Sum,
    /// How often each answer was given.
    pub answers: Vec<Answered>,
}

/// The sums, of all jobs together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The form; empty where the workspace asks nothing and no form is wanted.
    pub form: &'static str,
    /// The half-year.
    pub half_year: String,
    /// The last half-year that is over.
    pub latest: String,
    /// Sums below this are not told.
    pub fewest_shown: i64,
    /// What was answered.
    pub questions: Vec<Summed>,
}

/// The sums that are wanted.
///
/// # Errors
/// [`zumodra_shared::kernel::Code::InvalidFields`] for what is no form, language or half-year that is over.
pub async fn of(app: &App, tenant: &Tenant, wanted: &Wanted) -> Result<Report> {
    let mut check = Check::new();
    let latest = HalfYear::at(app.now()).before();
    let half_year = wanted.half_year.as_deref().map_or(Ok(latest), str::parse);
    if !half_year.is_ok_and(|half_year| half_year <= latest) {
        check.wrong("half_year", "Write a half-year that is over, as in 2026-H1.");
    }
    let name = wanted.form.as_deref().unwrap_or(&tenant.settings.careers_survey);
    let name = check.one_of("form", name, SURVEYS);
    let tag = wanted.language.as_deref().unwrap_or(&tenant.settings.language);
    let language = Language::of_tag(tag);
    if language.is_none() {
        check.wrong("language", "Write en or fr.");
    }
    check.done()?;
    let (language, half_year) = (language.unwrap_or(Language::En), half_year.unwrap_or(latest));
    let form = Form::named(&name);
    let mut tx = app.db().tenant_snapshot(&tenant.schema).await?;
    let counts = match form {
        Some(form) => store::sums(&mut tx, form.name, half_year).await?,
        None => Vec::new(),
    };
    tx.commit().await?;
    Ok(Report {
        form: form.map_or("", |form| form.name),
        half_year: half_year.to_string(),
        latest: latest.to_string(),
        fewest_shown: FEWEST_SHOWN,
        questions: form
            .map(|form| form.questions.iter().map(|question| summed(question, &counts, language)).collect())
            .unwrap_or_default(),
    })
}

fn summed(question: &Question, counts: &[Counted], language: Language) -> Summed {
    let count = |choice: &str| {
        let found = counts.iter().find(|found| found.question == question.name && found.choice == choice);
        found.map_or(0, |found| found.answers)
    };
    let all: Vec<i64> = question.choices.iter().map(|choice| count(choice.name)).collect();
    let (total, cells) = suppressed(&all);
    let answers = question.choices.iter().zip(cells).map(|(choice, cell)| Answered {
        name: choice.name,
        text: choice.text.of(language),
        sum: cell.into(),
    });
    Summed {
        name: question.name,
        text: question.text.of(language),
        total: total.into(),
        answers: answers.collect(),
    }
}
