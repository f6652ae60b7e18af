//! The questions that every job may ask, each as its job says: links, what somebody would like to earn, when they can
//! start, whether they may work, where they live. What is answered becomes data of the new person, in the record that fewer
//! may see, and no answer of the application.

use serde::{Deserialize, Serialize};
use zumodra_shared::ats::{Asked, Job, SalaryPeriod};

use super::fields::{CURRENCY_CHARS, Field, Kind, MAX_NUMBER_CHARS};
use super::form::{Form, MAX_URL_CHARS};
use super::job::Target;
use super::show::minor_units;
use super::words::{Language, Words, choice};

/// Days of the longest notice period.
const MAX_NOTICE_DAYS: i64 = 730;
/// Characters of a city and of the right to work.
const MAX_WORDS_CHARS: usize = 100;
/// Characters of a day.
const MAX_DAY_CHARS: usize = 10;
/// The names of the fields.
const LINKEDIN: &str = "linkedin_url";
const GITHUB: &str = "github_url";
const WEBSITE: &str = "website_url";
const SALARY: &str = "salary";
const CURRENCY: &str = "salary_currency";
const PERIOD: &str = "salary_period";
const NOTICE: &str = "notice_period_days";
const START: &str = "available_from";
const PERMIT: &str = "work_authorization";
const PLACE: &str = "city";
/// What pay is per, the most usual first.
const PERIODS: [SalaryPeriod; 5] = [
    SalaryPeriod::Yearly,
    SalaryPeriod::Monthly,
    SalaryPeriod::Weekly,
    SalaryPeriod::Daily,
    SalaryPeriod::Hourly,
];

/// How each question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Standard {
    /// An address on LinkedIn.
    pub linkedin: Asked,
    /// An address on GitHub.
    pub github: Asked,
    /// A website or portfolio.
    pub website: Asked,
    /// What somebody would like to earn.
    pub salary: Asked,
    /// The notice period.
    pub notice: Asked,
    /// The first day at work.
    pub start: Asked,
    /// The right to work.
    pub permit: Asked,
    /// Where somebody lives.
    pub place: Asked,
}

impl Standard {
    /// As a job says, or as forms do of themselves.
    #[must_use]
    pub fn of(job: Option<&Job>) -> Self {
        let usual = Job::default();
        let job = job.unwrap_or(&usual);
        Self {
            linkedin: job.ask_linkedin.or(Asked::Optional),
            github: job.ask_github.or(Asked::No),
            website: job.ask_website.or(Asked::Optional),
            salary: job.ask_salary.or(Asked::No),
            notice: job.ask_notice.or(Asked::No),
            start: job.ask_start.or(Asked::No),
            permit: job.ask_permit.or(Asked::No),
            place: job.ask_place.or(Asked::No),
        }
    }
}

/// A field, if it is asked for.
fn field(asked: Asked, name: &str, (label, hint): (&str, &str), kind: Kind, max: usize) -> Option<Field> {
    let is_asked = matches!(asked, Asked::Optional | Asked::Required);
    is_asked.then(|| Field::new(name, label, kind, max).required(asked == Asked::Required).hint(hint))
}

/// The links that a form asks for.
#[must_use]
pub fn links(target: Target<'_>, words: &Words) -> Vec<Field> {
    let asked = Standard::of(target.job().map(|public| &public.job));
    let url_hint = words.url_hint;
    [
        field(asked.linkedin, LINKEDIN, (words.linkedin, ""), Kind::Linkedin, MAX_URL_CHARS),
        field(asked.github, GITHUB, (words.github, ""), Kind::Url, MAX_URL_CHARS),
        field(asked.website, WEBSITE, (words.website, url_hint), Kind::Url, MAX_URL_CHARS),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What else a form asks of everybody.
#[must_use]
pub fn practical(target: Target<'_>, language: Language) -> Vec<Field> {
    let (job, words) = (target.job().map(|public| &public.job), language.words());
    let asked = Standard::of(job);
    let line = |autocomplete| Kind::Line(autocomplete);
    let mut fields = Vec::new();
    fields.extend(field(asked.place, PLACE, (words.home, ""), line("address-level2"), MAX_WORDS_CHARS));
    fields.extend(field(asked.start, START, (words.start, words.date_hint), Kind::Date, MAX_DAY_CHARS));
    let notice = Kind::Whole(MAX_NOTICE_DAYS);
    fields.extend(field(asked.notice, NOTICE, (words.notice, words.notice_hint), notice, MAX_NUMBER_CHARS));
    let permit = (words.permit, words.permit_hint);
    fields.extend(field(asked.permit, PERMIT, permit, line("off"), MAX_WORDS_CHARS));
    let wish = (words.salary_wish, words.salary_wish_hint);
    if let Some(salary) = field(asked.salary, SALARY, wish, Kind::Amount, MAX_NUMBER_CHARS) {
        let mut currency = Field::new(CURRENCY, words.salary_currency, Kind::Currency, CURRENCY_CHARS)
            .required(salary.is_required)
            .hint(words.salary_currency_hint);
        currency.value = job.map(|job| job.salary_currency.clone()).unwrap_or_default();
        let names = PERIODS.map(|period| choice(language, period.name()));
        let mut period = Field::new(PERIOD, words.salary_per, Kind::Choice(names.to_vec()), MAX_WORDS_CHARS)
            .required(salary.is_required);
        let usual = job.map(|job| job.salary_period).filter(|period| *period != SalaryPeriod::Unknown);
        period.value = choice(language, usual.unwrap_or_default().name());
        fields.extend([salary, currency, period]);
    }
    fields
}

/// What somebody answered to them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answered {
    /// Address on GitHub.
    pub github_url: String,
    /// Where they live.
    pub city: String,
    /// The right to work, in words.
    pub work_authorization: String,
    /// Days until they are free.
    pub notice_period_days: Option<i64>,
    /// The first day on which they could start.
    pub available_from: Option<String>,
    /// What they would like to earn, in minor units.
    pub salary: Option<i64>,
    /// In which currency.
    pub salary_currency: String,
    /// Per what.
    pub salary_period: SalaryPeriod,
}

impl Answered {
    /// Reads what stands in a form, whose page was in this language. A wish is taken in the job's or the workspace's
    /// currency where none was named.
    #[must_use]
    pub fn of(form: &Form, page: Language, currency: &str) -> Self {
        let given = |name: &str| Some(form.text(name)).filter(|text| !text.is_empty());
        let currency = given(CURRENCY).unwrap_or_else(|| currency.to_owned());
        let salary = given(SALARY).and_then(|text| minor_units(&text, &currency));
        let notice = form.fields().find(|field| field.name == NOTICE);
        let period = form.text(PERIOD);
        let period = PERIODS.into_iter().find(|each| choice(page, each.name()) == period);
        Self {
            github_url: form.text(GITHUB),
            city: form.text(PLACE),
            work_authorization: form.text(PERMIT),
            notice_period_days: notice.and_then(|field| field.sent().parse().ok()),
            available_from: given(START),
            salary,
            salary_currency: if salary.is_some() { currency } else { String::new() },
            salary_period: period.filter(|_| salary.is_some()).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::careers::form::Consent;
    use crate::careers::job::PublicJob;
    use zumodra_shared::kernel::RecordId;

    fn public(job: Job) -> PublicJob {
        PublicJob { id: RecordId::from_u128(1), slug: "s".into(), job, translations: Vec::new() }
    }

    fn names(fields: &[Field]) -> Vec<(&str, bool)> {
        fields.iter().map(|field| (field.name.as_str(), field.is_required)).collect()
    }

    #[test]
    fn a_form_asks_as_it_did_until_the_job_says_otherwise() {
        let words = Language::En.words();
        let plain = public(Job::default());
        assert_eq!(names(&links(Target::Job(&plain), words)), [(LINKEDIN, false), (WEBSITE, false)]);
        assert!(practical(Target::Job(&plain), Language::En).is_empty());
        assert_eq!(names(&links(Target::AnyWork, words)), [(LINKEDIN, false), (WEBSITE, false)]);
        let job = public(Job {
            ask_linkedin: Asked::No,
            ask_github: Asked::Required,
            ask_salary: Asked::Optional,
            ask_notice: Asked::Required,
            salary_currency: "CAD".into(),
            ..Job::default()
        });
        let target = Target::Job(&job);
        assert_eq!(names(&links(target, words)), [(GITHUB, true), (WEBSITE, false)]);
        let asked = practical(target, Language::Fr);
        assert_eq!(names(&asked), [(NOTICE, true), (SALARY, false), (CURRENCY, false), (PERIOD, false)]);
        assert_eq!((asked[2].value.as_str(), asked[3].value.as_str()), ("CAD", "par an"));
    }

    #[test]
    fn a_wish_is_kept_with_its_currency_and_period_and_nothing_without_an_amount() {
        let job =
            public(Job { ask_salary: Asked::Optional, salary_currency: "EUR".into(), ..Job::default() });
        let mut form = Form::blank(Target::Job(&job), &Consent::default(), Language::En);
        assert_eq!(Answered::of(&form, Language::En, "CAD"), Answered::default());
        for (name, typed) in [(SALARY, "25.50"), (CURRENCY, "usd"), (PERIOD, "per hour")] {
            form.field_mut(name).expect("a field").take(typed);
        }
        let answered = Answered::of(&form, Language::En, "CAD");
        assert_eq!((answered.salary, answered.salary_currency.as_str()), (Some(2_550), "USD"));
        assert_eq!(answered.salary_period, SalaryPeriod::Hourly);
    }
}
