//! What a hire begins: the same records however often it is asked for, due on days of the calendar, and only with what the
//! offer says.

use serde_json::{Value, json};
use zumodra_shared::ats::{JobType, Offer};
use zumodra_shared::hr::{
    Begun, Contract, Employee, Hire, Onboarding, OnboardingTemplate, STANDARD, TaskOwner, begin, closest,
    number, number_of, standard,
};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::edit::edits_for;
use zumodra_shared::schema::{Entity, Fields, check};

/// Noon of 2026-06-01 in UTC.
const NOW: i64 = 1_780_315_200_000;

fn id(number: u128) -> RecordId {
    RecordId::from_u128(number)
}

fn fields(value: Value) -> Fields {
    value.as_object().cloned().expect("fields")
}

fn offer(starts_on: Option<&str>) -> Fields {
    let mut offer = Offer::DEF.defaults();
    offer.extend(fields(json!({
        "candidate_id": id(20), "application_id": id(21), "job_id": id(22), "pipeline_id": id(23), "title": "Cook",
        "salary": 5_000_000, "currency": "CAD", "period": "hourly", "employment": "part_time", "days_off": 25,
        "ends_on": "2027-08-31", "probation_months": 3, "remote_policy": "hybrid", "reports_to": "The chef",
        "department": "Kitchen of the east", "weekly_minutes": 1_800, "equity_kind": "rsu", "equity_shares": 400,
        "vesting_months": 48, "cliff_months": 12,
        "components": [{ "id": "a", "name": "Car", "amount": 50_000, "paid": "monthly", "guaranteed": true }],
        "benefits": "- lunch", "conditions": "On trial.", "place": "Lyon", "starts_on": starts_on, "version": 2,
    })));
    offer
}

fn hired(starts_on: Option<&str>, template: Option<&OnboardingTemplate>) -> [Begun; 3] {
    begin(&Hire {
        offer_id: id(1),
        offer: &offer(starts_on),
        job: &fields(json!({"team": "Kitchen", "hiring_manager_id": id(30)})),
        candidate: &fields(json!({"first_name": "Grace", "last_name": "Hopper"})),
        template: template.map(|template| (id(40), template)),
        number: "EMP-202606-0001",
    })
}

fn due(starts_on: Option<&str>) -> Vec<Option<String>> {
    let [.., onboarding] = hired(starts_on, Some(&standard("en")));
    let tasks = onboarding.fields["tasks"].as_array().expect("tasks").clone();
    tasks.iter().map(|task| task["due_on"].as_str().map(str::to_owned)).collect()
}

#[test]
fn a_hire_begins_three_records_that_point_to_each_other_and_are_legal() {
    let records = hired(Some("2026-09-01"), Some(&standard("en")));
    let kinds: Vec<&str> = records.iter().map(|begun| begun.def.name).collect();
    assert_eq!(kinds, [Employee::DEF.name, Contract::DEF.name, Onboarding::DEF.name]);
    let again = hired(Some("2026-10-01"), None);
    for (one, other) in records.iter().zip(&again) {
        assert_eq!(one.id, other.id, "the ids follow from the offer alone");
        let mut whole = one.def.defaults();
        whole.extend(one.fields.clone());
        check::validate(one.def, &whole).expect("the server may make it");
        assert!(!edits_for(one.def, &one.fields).is_empty());
        for name in one.fields.keys() {
            assert!(one.def.field(name).is_some(), "{}.{name}", one.def.name);
        }
    }
    let [employee, contract, onboarding] = records;
    for of in [&contract, &onboarding] {
        assert_eq!(of.fields["employee_id"], json!(employee.id), "{}", of.def.name);
    }
    assert_eq!(
        (&contract.fields["offer_version"], &contract.fields["period"]),
        (&json!(2), &json!("hourly"))
    );
    assert!(!employee.fields.contains_key("salary"), "pay is in the contract alone");
    assert_eq!(employee.fields["team"], json!("Kitchen of the east"), "the team is that of the offer");
}

#[test]
fn every_term_of_an_offer_that_an_employee_goes_on_to_have_is_in_the_contract() {
    let of_the_offer_alone = [
        "candidate_id",
        "application_id",
        "job_id",
        "pipeline_id",
        "expires_on",
        "remind_candidate",
        "message",
        "approver_ids",
    ];
    let [_, contract, _] = hired(Some("2026-09-01"), None);
    for field in Offer::DEF.fields.iter().filter(|field| !field.server) {
        let is_term = !of_the_offer_alone.contains(&field.name);
        let is_kept = contract.def.field(field.name).is_some();
        assert_eq!(is_kept, is_term, "{}", field.name);
        let said = offer(Some("2026-09-01"))[field.name].clone();
        assert!(
            !is_term || said.is_null() || contract.fields.get(field.name) == Some(&said),
            "{}",
            field.name
        );
    }
}

#[test]
fn a_trial_ends_the_day_before_it_began_so_many_months_later() {
    for (starts_on, ends_on) in [
        ("2026-09-01", json!("2026-11-30")),
        ("2026-11-30", json!("2027-02-28")),
        ("2026-10-15", json!("2027-01-14")),
    ] {
        let [employee, ..] = hired(Some(starts_on), None);
        assert_eq!(employee.fields["probation_ends_on"], ends_on, "{starts_on}");
    }
    let [employee, ..] = hired(None, None);
    assert!(!employee.fields.contains_key("probation_ends_on"));
}

#[test]
fn tasks_are_due_on_days_of_the_calendar_counted_from_the_first_day() {
    let some = |day: &str| Some(day.to_owned());
    let across = due(Some("2028-03-04"));
    assert_eq!(across[0], some("2028-02-23"), "over a leap day");
    assert_eq!(across[6], some("2028-03-04"));
    assert_eq!(due(Some("2027-03-04"))[0], some("2027-02-22"));
    assert_eq!(due(Some("2026-12-31"))[9], some("2027-01-30"));
    for nothing in [None, Some(""), Some("soon")] {
        assert!(due(nothing).iter().all(Option::is_none), "{nothing:?}");
    }
    assert!(due(Some("9999-12-31"))[9].is_none(), "there is no such day");
}

#[test]
fn the_standard_template_is_whole_in_both_languages() {
    let (en, fr) = (standard("en"), standard("fr"));
    assert_eq!((en.tasks.0.len(), fr.tasks.0.len()), (STANDARD.len(), STANDARD.len()));
    for (one, other) in en.tasks.0.iter().zip(&fr.tasks.0) {
        assert_ne!(one.item.title, other.item.title);
        assert_eq!((&one.id, one.item.due_days), (&other.id, other.item.due_days));
    }
    for owner in [TaskOwner::Hr, TaskOwner::Manager, TaskOwner::It, TaskOwner::NewHire] {
        assert!(en.tasks.0.iter().any(|task| task.item.owner == owner), "{owner:?}");
    }
    let whole = fields(serde_json::to_value(&en).expect("JSON"));
    check::validate(&OnboardingTemplate::DEF, &whole).expect("it is legal");
}

#[test]
fn the_closest_template_counts_and_of_two_alike_the_older() {
    let template = |team: &str, employment: Option<JobType>| OnboardingTemplate {
        team: team.to_owned(),
        employment,
        ..OnboardingTemplate::default()
    };
    let all = [
        (id(5), template("", None)),
        (id(4), template("", None)),
        (id(3), template("", Some(JobType::PartTime))),
        (id(2), template(" KITCHEN ", None)),
        (id(1), template("Kitchen", Some(JobType::FullTime))),
        (id(6), template("Kitchen", Some(JobType::PartTime))),
    ];
    let job = fields(json!({"team": "kitchen"}));
    let found = |from: usize, to: usize| closest(&all[from..to], &offer(None), &job).map(|(id, _)| id);
    assert_eq!(found(0, 2), Some(id(4)));
    assert_eq!(found(0, 3), Some(id(3)));
    assert_eq!(found(0, 5), Some(id(2)), "that of another form of employment does not fit");
    assert_eq!(found(0, 6), Some(id(6)));
    assert_eq!(found(4, 5), None);
}

#[test]
fn numbers_say_the_month_and_count_on() {
    assert_eq!(number(NOW, 7), "EMP-202606-0007");
    assert_eq!(number(NOW, 12_345), "EMP-202606-12345");
    for count in [1, 7, 12_345] {
        assert_eq!(number_of(&number(NOW, count)), Some(count));
    }
    for other in ["", "EMP-", "EMP-202606", "JOB-000001", "EMP-202606-x"] {
        assert_eq!(number_of(other), None, "{other}");
    }
}
