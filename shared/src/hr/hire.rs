//! A hire: what an accepted offer begins. A pure function from the offer, its job and its candidate to the records that the
//! server makes in the transaction of the acceptance.
//!
//! The ids follow from the offer's, so that the same acceptance never makes them twice.

use jiff::civil;
use serde_json::{Value, json};

use super::{Contract, Employee, Onboarding, OnboardingTask, OnboardingTemplate};
use crate::ats::rules::{read, text};
use crate::ats::{JobType, Offer};
use crate::kernel::{Date, RecordId};
use crate::schema::{Entity, EntityDef, Fields, Items, Named};

/// What a hire is made from, as it is when the offer is accepted.
#[derive(Debug, Clone, Copy)]
pub struct Hire<'a> {
    /// The offer's id.
    pub offer_id: RecordId,
    /// The offer.
    pub offer: &'a Fields,
    /// Its job.
    pub job: &'a Fields,
    /// Its candidate.
    pub candidate: &'a Fields,
    /// The template that fits, if there is one; see [`closest`].
    pub template: Option<(RecordId, &'a OnboardingTemplate)>,
    /// The employee's number; see [`number`].
    pub number: &'a str,
}

/// A record that a hire begins.
#[derive(Debug, Clone)]
pub struct Begun {
    /// Its kind.
    pub def: &'static EntityDef,
    /// Its id.
    pub id: RecordId,
    /// Its fields; those that are not named are as in an empty one.
    pub fields: Fields,
}

/// The employee, the contract and the onboarding that a hire begins, in the order in which they can be made.
#[must_use]
pub fn begin(hire: &Hire<'_>) -> [Begun; 3] {
    let made = |def, name: &[u8], fields| Begun {
        def,
        id: RecordId::new_v5(&hire.offer_id, name),
        fields: only_known(fields),
    };
    let employee = made(&Employee::DEF, b"employee", employee(hire));
    let employee_id = employee.id;
    let contract = made(&Contract::DEF, b"contract", contract(hire, employee_id));
    let onboarding = made(&Onboarding::DEF, b"onboarding", onboarding(hire, employee_id));
    [employee, contract, onboarding]
}

/// What an offer, a job or a candidate does not say is left out.
fn only_known(fields: Value) -> Fields {
    let Value::Object(fields) = fields else { return Fields::new() };
    fields.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

fn employee(hire: &Hire<'_>) -> Value {
    let (offer, job, candidate) = (hire.offer, hire.job, hire.candidate);
    let of_job = text(offer, "department").trim().is_empty();
    let team = if of_job { job.get("team") } else { offer.get("department") };
    json!({
        "first_name": candidate.get("first_name"), "last_name": candidate.get("last_name"),
        "number": hire.number,
        "job_title": offer.get("title"), "employment": offer.get("employment"),
        "team": team, "place": offer.get("place"),
        "manager_id": job.get("hiring_manager_id"), "starts_on": offer.get("starts_on"),
        "probation_ends_on": probation_ends_on(offer),
        "candidate_id": offer.get("candidate_id"), "application_id": offer.get("application_id"),
        "job_id": offer.get("job_id"), "offer_id": hire.offer_id,
    })
}

/// The last day of the trial: the one before the day of the month on which it began, so many months later.
fn probation_ends_on(offer: &Fields) -> Option<String> {
    let months = offer.get("probation_months").and_then(Value::as_i64).filter(|months| *months > 0)?;
    let first: civil::Date = text(offer, "starts_on").parse().ok()?;
    let after = first.checked_add(jiff::Span::new().try_months(months).ok()?).ok()?;
    // A month that has no such day ends with its last one.
    let last = if after.day() < first.day() { after } else { after.yesterday().ok()? };
    Some(last.to_string())
}

fn contract(hire: &Hire<'_>, employee: RecordId) -> Value {
    /// What a contract says as the offer says it.
    const TERMS: [&str; 24] = [
        "starts_on",
        "ends_on",
        "probation_months",
        "title",
        "department",
        "employment",
        "weekly_minutes",
        "salary",
        "currency",
        "period",
        "bonus",
        "signing_bonus",
        "equity",
        "equity_kind",
        "equity_shares",
        "vesting_months",
        "cliff_months",
        "components",
        "days_off",
        "benefits",
        "place",
        "remote_policy",
        "reports_to",
        "conditions",
    ];
    let mut fields: Fields =
        TERMS.iter().filter_map(|term| Some(((*term).to_owned(), hire.offer.get(*term)?.clone()))).collect();
    fields.insert("employee_id".to_owned(), json!(employee));
    fields.insert("offer_id".to_owned(), json!(hire.offer_id));
    fields.insert("offer_version".to_owned(), json!(hire.offer.get("version")));
    Value::Object(fields)
}

fn onboarding(hire: &Hire<'_>, employee: RecordId) -> Value {
    let starts_on = text(hire.offer, "starts_on");
    let tasks = hire.template.map(|(_, template)| tasks(template, starts_on)).unwrap_or_default();
    json!({
        "employee_id": employee, "job_id": hire.offer.get("job_id"),
        "template_id": hire.template.map(|(id, _)| id), "starts_on": hire.offer.get("starts_on"),
        "tasks": tasks,
    })
}

/// The tasks of a template for somebody whose first day this is. The day of a task is a day of the calendar; without a
/// first day nothing is due.
fn tasks(template: &OnboardingTemplate, starts_on: &str) -> Items<OnboardingTask> {
    let first: Option<civil::Date> = starts_on.parse().ok();
    let due = |days: i64| {
        let day = first?.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
        Some(Date(day.to_string()))
    };
    let tasks = template.tasks.0.iter().map(|task| Named {
        id: task.id.clone(),
        item: OnboardingTask {
            title: task.item.title.clone(),
            details: task.item.details.clone(),
            category: task.item.category,
            owner: task.item.owner,
            due_on: due(task.item.due_days),
            required: task.item.required,
            done: false,
        },
    });
    Items(tasks.collect())
}

/// Of these templates the one that fits who is hired best: that of the team and the form of employment, of the team, of
/// the form of employment, of everybody. Of two that fit alike the one with the lower id counts: the older.
#[must_use]
pub fn closest<'t>(
    templates: &'t [(RecordId, OnboardingTemplate)],
    offer: &Fields,
    job: &Fields,
) -> Option<(RecordId, &'t OnboardingTemplate)> {
    let team = text(job, "team").trim().to_lowercase();
    let employment = read::<Offer>(offer).map_or(JobType::Unknown, |offer| offer.employment);
    let fits = templates.iter().filter_map(|(id, template)| {
        let (of_team, of_form) = (template.team.trim().to_lowercase(), template.employment);
        let fits = (of_team.is_empty() || of_team == team) && of_form.is_none_or(|form| form == employment);
        fits.then_some(((!of_team.is_empty(), of_form.is_some(), std::cmp::Reverse(*id)), *id, template))
    });
    fits.max_by_key(|(rank, ..)| *rank).map(|(_, id, template)| (id, template))
}

/// An employee's number: the month of the hire, and which hire of the workspace it is.
#[must_use]
pub fn number(now: i64, count: i64) -> String {
    let month: String =
        crate::kernel::time::rfc3339(now).chars().filter(char::is_ascii_digit).take(6).collect();
    format!("EMP-{month}-{count:04}")
}

/// Which hire of the workspace a number stands for.
#[must_use]
pub fn number_of(number: &str) -> Option<i64> {
    number.strip_prefix("EMP-")?.split_once('-')?.1.parse().ok()
}
