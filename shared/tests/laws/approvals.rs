//! Who has to agree: which rules apply, in which order people are asked, and that nothing is published or sent without them.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use zumodra_shared::access::{Principal, Role};
use zumodra_shared::ats::job_states::JobCommand;
use zumodra_shared::ats::offer_states::{self, OfferCommand};
use zumodra_shared::ats::{
    ApprovalRule, Chain, Deputies, NO_DEPUTIES, Offer, StageKind, WorkingHours, approval, commands, rules,
};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::{Edit, EditOp, Entity, Fields};

use crate::states::{after, job};

const NOW: i64 = 1_780_000_000_000;

fn id(number: u128) -> RecordId {
    RecordId::from_u128(number)
}

fn person(user: u128, role: Role) -> Principal {
    Principal { user_id: id(user), role, ..Principal::server(id(1)) }
}

fn with(mut fields: Fields, values: Value) -> Fields {
    fields.extend(values.as_object().cloned().unwrap_or_default());
    fields
}

fn rule(about: &str, step: i64, people: &[u128], values: Value) -> Fields {
    let people: Vec<RecordId> = people.iter().map(|who| id(*who)).collect();
    let rule =
        json!({ "name": format!("{about} {step}"), "about": about, "step": step, "approver_ids": people });
    with(with(ApprovalRule::DEF.defaults(), rule), values)
}

fn ask(command: JobCommand, job: &Fields, by: &Principal, rules: &[Fields]) -> Result<Vec<Edit>, Problem> {
    let ctx = commands::Context {
        principal: by,
        now: NOW,
        next_reference: 7,
        open_jobs: 0,
        max_open_jobs: 3,
        rules,
        deputies: &NO_DEPUTIES,
        author: None,
    };
    commands::run(command.name(), id(9), job, &json!({ "reason": "Because" }), &ctx)
}

fn asked(chain: &Chain) -> Vec<u128> {
    chain.asked().into_iter().map(|who| who.as_u128()).collect()
}

/// The job after a command that is carried out.
fn done(command: JobCommand, before: &Fields, by: &Principal, rules: &[Fields]) -> Fields {
    after(before.clone(), &ask(command, before, by, rules).expect("is legal"))
}

#[test]
fn a_rule_applies_by_team_level_and_pay_and_what_is_not_said_is_as_much() {
    let paid = |job: Value, rule_of: Value| {
        let rules = [rule("jobs", 1, &[5], rule_of)];
        !approval::of_job(&rules, &with(job_in("draft"), job), None).is_empty()
    };
    assert!(paid(json!({}), json!({})), "a rule without conditions is for every job");
    assert!(!paid(json!({}), json!({ "about": "offers" })));
    let team = json!({ "teams": ["Kitchen", "Bar"] });
    assert!(paid(json!({ "team": " kitchen " }), team.clone()));
    assert!(!paid(json!({ "team": "Garden" }), team.clone()) && !paid(json!({ "team": "" }), team));
    let level = json!({ "levels": ["lead", "executive"] });
    assert!(paid(json!({ "experience_level": "lead" }), level.clone()));
    assert!(!paid(json!({ "experience_level": "mid" }), level));
    let pay = json!({ "pay_from": 10_000_000, "pay_currency": "CAD" });
    let job = |max: Value, currency: &str, period: &str| json!({ "salary_max": max, "salary_currency": currency, "salary_period": period });
    for (max, currency, period, applies) in [
        (json!(10_000_000), "CAD", "yearly", true),
        (json!(9_999_999), "CAD", "yearly", false),
        (json!(833_334), "CAD", "monthly", true),
        (json!(4_807), "CAD", "hourly", false),
        (json!(4_808), "CAD", "hourly", true),
        (json!(1), "EUR", "yearly", true),
        (Value::Null, "CAD", "yearly", true),
        (json!(1), "CAD", "of_a_newer_version", true),
        (json!(i64::MAX), "CAD", "hourly", true),
    ] {
        assert_eq!(
            paid(job(max.clone(), currency, period), pay.clone()),
            applies,
            "{max} {currency} {period}"
        );
    }
    assert!(
        !paid(json!({ "salary_min": 1, "salary_currency": "CAD" }), pay),
        "the lowest pay is all that is said"
    );
}

fn job_in(status: &str) -> Fields {
    with(job(status), json!({ "team": "Bar", "hiring_manager_id": id(8) }))
}

#[test]
fn people_are_asked_step_by_step_and_one_of_each_rule_is_enough() {
    let rules = [
        rule("jobs", 2, &[3], json!({})),
        rule("jobs", 1, &[4, 5], json!({})),
        rule("jobs", 1, &[], json!({ "with_hiring_manager": true })),
    ];
    let recruiter = person(2, Role::Recruiter);
    let waits = done(JobCommand::Submit, &job_in("draft"), &recruiter, &rules);
    assert_eq!(asked(&approval::of_job(&rules, &waits, None)), [4, 5, 8]);
    let refused = |by: &Principal, job: &Fields| {
        ask(JobCommand::Approve, job, by, &rules).expect_err("is refused").code
    };
    let last = person(3, Role::HiringManager);
    assert_eq!(refused(&last, &waits), Code::Forbidden, "it is not their turn");
    assert_eq!(refused(&recruiter, &waits), Code::Forbidden, "nobody asked them");
    let one = done(JobCommand::Approve, &waits, &person(5, Role::HiringManager), &rules);
    assert_eq!(
        (&one["status"], asked(&approval::of_job(&rules, &one, None))),
        (&json!("pending_approval"), vec![8])
    );
    let two = done(JobCommand::Approve, &one, &person(8, Role::HiringManager), &rules);
    assert_eq!(asked(&approval::of_job(&rules, &two, None)), [3]);
    assert_eq!(refused(&person(4, Role::HrManager), &two), Code::Forbidden, "somebody of their rule agreed");
    let open = done(JobCommand::Approve, &two, &last, &rules);
    assert_eq!((&open["status"], open["reference_code"].as_str()), (&json!("open"), Some("JOB-000007")));
    // Who is above all of them agrees for all of them; where they are asked themselves, it is their own word.
    let owner = done(JobCommand::Approve, &waits, &person(7, Role::Owner), &rules);
    assert_eq!(owner["status"], "open");
    assert_eq!(
        done(JobCommand::Approve, &waits, &person(4, Role::Admin), &rules)["status"],
        "pending_approval"
    );
}

#[test]
fn what_was_agreed_to_is_what_the_job_said_and_is_asked_for_anew_after_it_was_given_back() {
    let rules = [rule("jobs", 1, &[4], json!({})), rule("jobs", 1, &[5], json!({ "name": "other" }))];
    let (recruiter, ada, bob) =
        (person(2, Role::Recruiter), person(4, Role::HiringManager), person(5, Role::HiringManager));
    let waits = done(JobCommand::Submit, &job_in("draft"), &recruiter, &rules);
    let one = done(JobCommand::Approve, &waits, &ada, &rules);
    for (name, value) in [("salary_max", json!(9)), ("title", json!("Chef")), ("positions_count", json!(4))] {
        let changed = with(one.clone(), json!({ name: value }));
        assert_eq!(asked(&approval::of_job(&rules, &changed, None)), [4, 5], "{name}");
        assert_eq!(done(JobCommand::Approve, &changed, &bob, &rules)["status"], "pending_approval", "{name}");
    }
    let worded = with(one.clone(), json!({ "description": "Cooks well" }));
    assert_eq!(done(JobCommand::Approve, &worded, &bob, &rules)["status"], "open");
    let back = done(JobCommand::Return, &one, &bob, &rules);
    assert_eq!((&back["status"], &back["return_reason"]), (&json!("draft"), &json!("Because")));
    let again = done(JobCommand::Submit, &back, &recruiter, &rules);
    assert_eq!(asked(&approval::of_job(&rules, &again, None)), [4, 5]);
    let refused =
        ask(JobCommand::Return, &one, &person(6, Role::HiringManager), &rules).expect_err("is refused");
    assert_eq!(refused.code, Code::Forbidden);
}

#[test]
fn who_is_above_and_named_gives_their_own_word_however_often_and_a_word_is_to_what_was_read() {
    let rules = [rule("jobs", 1, &[4], json!({})), rule("jobs", 2, &[5], json!({ "name": "finance" }))];
    let (recruiter, owner) = (person(2, Role::Recruiter), person(4, Role::Owner));
    let waits = done(JobCommand::Submit, &job_in("draft"), &recruiter, &rules);
    let once = done(JobCommand::Approve, &waits, &owner, &rules);
    assert_eq!(
        done(JobCommand::Approve, &once, &owner, &rules)["status"],
        "pending_approval",
        "finance is asked"
    );
    assert_eq!(
        done(JobCommand::Publish, &once, &owner, &rules)["status"],
        "open",
        "that is said in another way"
    );
    let ctx = commands::Context {
        principal: &owner,
        now: NOW,
        next_reference: 7,
        open_jobs: 0,
        max_open_jobs: 3,
        rules: &rules,
        deputies: &NO_DEPUTIES,
        author: None,
    };
    let read = json!({ "terms": approval::terms_of(&waits) });
    assert!(commands::run("approve_job", id(9), &waits, &read, &ctx).is_ok());
    let paid = with(waits.clone(), json!({ "salary_max": 9_000_000 }));
    let refused = commands::run("approve_job", id(9), &paid, &read, &ctx).expect_err("is refused");
    assert_eq!(refused.code, Code::WrongState);
}

#[test]
fn calling_a_draft_off_and_opening_it_again_is_no_way_around() {
    let rules = [rule("jobs", 1, &[4], json!({}))];
    let recruiter = person(2, Role::Recruiter);
    for from in ["draft", "pending_approval"] {
        let off = done(JobCommand::Cancel, &job_in(from), &recruiter, &rules);
        let refused = ask(JobCommand::Reopen, &off, &recruiter, &rules).expect_err("is refused");
        assert_eq!(refused.code, Code::ApprovalNeeded, "{from}");
        assert_eq!(done(JobCommand::Reopen, &off, &person(7, Role::Owner), &rules)["status"], "open");
        assert_eq!(done(JobCommand::Reopen, &off, &recruiter, &[])["status"], "open", "nobody has to agree");
    }
    let was_public = with(job_in("closed"), json!({ "published_at": 1, "closed_at": 2 }));
    assert_eq!(done(JobCommand::Reopen, &was_public, &recruiter, &rules)["status"], "open");
}

#[test]
fn a_rule_that_nobody_could_follow_is_refused() {
    let code = |values: Value| {
        rules::check("approval_rules", None, &rule("jobs", 1, &[], values), false, &NoRecords)
            .map_err(|problem| problem.fields.into_keys().collect::<Vec<_>>())
    };
    assert_eq!(code(json!({})), Err(vec!["approver_ids".to_owned()]));
    assert_eq!(code(json!({ "with_hiring_manager": true })), Ok(()));
    assert_eq!(code(json!({ "approver_ids": [id(1)], "pay_from": 5 })), Err(vec!["pay_currency".to_owned()]));
    for wrong in ["cad", "C", "CADX"] {
        assert!(code(json!({ "approver_ids": [id(1)], "pay_currency": wrong })).is_err(), "{wrong}");
    }
    assert_eq!(code(json!({ "approver_ids": [id(1)], "pay_from": 5, "pay_currency": "CAD" })), Ok(()));
}

struct NoRecords;

impl rules::Related for NoRecords {
    fn fields(&self, _: &str, _: RecordId) -> Option<&Fields> {
        None
    }
}

fn offer(status: &str, approvers: &[u128], salary: i64) -> Fields {
    let approvers: Vec<RecordId> = approvers.iter().map(|approver| id(*approver)).collect();
    let set = json!({
        "title": "Cook", "salary": salary, "currency": "CAD", "starts_on": "2026-09-01", "status": status,
        "approver_ids": approvers, "job_id": id(9), "candidate_id": id(20), "application_id": id(21), "pipeline_id": id(23),
    });
    with(Offer::DEF.defaults(), set)
}

fn ask_offer(
    command: OfferCommand,
    offer: &Fields,
    by: &Principal,
    rules: &[Fields],
) -> Result<Vec<Edit>, Problem> {
    ask_offer_away(command, offer, by, (rules, &NO_DEPUTIES))
}

fn ask_offer_away(
    command: OfferCommand,
    offer: &Fields,
    by: &Principal,
    (rules, deputies): (&[Fields], &Deputies),
) -> Result<Vec<Edit>, Problem> {
    let job = job_in("open");
    let ctx = offer_states::Context {
        principal: by,
        now: NOW,
        stage: StageKind::Offer,
        job: &job,
        rules,
        deputies,
        author: Some(id(2)),
    };
    offer_states::run(command.name(), offer, &json!({ "reason": "Because" }), &ctx)
}

/// Somebody is away around [`NOW`], which is in May 2026, and named a deputy.
fn away(of: u128, deputy: u128) -> (RecordId, Fields) {
    let away = json!({
        "member_id": id(of), "zone": "UTC", "deputy_id": id(deputy), "deputy_from": "2026-05-01",
        "deputy_until": "2026-06-30",
    });
    (id(100 + of), with(WorkingHours::DEF.defaults(), away))
}

#[test]
fn a_deputy_gives_one_word_with_both_names_and_none_on_what_they_wrote() {
    let rules = [rule("offers", 1, &[3], json!({})), rule("offers", 2, &[3, 4], json!({ "name": "again" }))];
    let hours = [away(3, 5), away(4, 2)];
    let deputies = Deputies::at(hours.iter().map(|(id, fields)| (*id, NOW, fields)), NOW);
    let (recruiter, deputy, other) =
        (person(2, Role::Recruiter), person(5, Role::HrManager), person(6, Role::HrManager));
    let ask =
        |command, offer: &Fields, by: &Principal| ask_offer_away(command, offer, by, (&rules, &deputies));
    let code =
        |command, offer: &Fields, by: &Principal| ask(command, offer, by).map_err(|p| p.code).map(drop);
    let waits = offer_after(
        offer("draft", &[], 9_000_000),
        &ask(OfferCommand::Submit, &offer("draft", &[], 9_000_000), &recruiter).expect("is legal"),
    );
    assert_eq!((&waits["asked_at"], &waits["asked_by"]), (&json!(NOW), &json!(id(2))));
    assert_eq!(code(OfferCommand::Approve, &waits, &other), Err(Code::Forbidden));
    let one = offer_after(waits.clone(), &ask(OfferCommand::Approve, &waits, &deputy).expect("stands in"));
    let said = &one["approvals"][0];
    assert_eq!((&said["by"], &said["instead_of"], &said["at"]), (&json!(id(5)), &json!(id(3)), &json!(NOW)));
    assert_eq!(one["status"], "pending_approval", "the word of a deputy is for one step");
    let chain = approval::of_offer(&rules, &one, &job_in("open"), None);
    assert_eq!((chain.0[0].agreed, chain.0[0].in_place), (Some(id(3)), Some(id(5))));
    assert_eq!(code(OfferCommand::Approve, &one, &deputy), Err(Code::Forbidden), "never two steps");
    assert_eq!(
        code(OfferCommand::Approve, &one, &recruiter),
        Err(Code::Forbidden),
        "who wrote it stands in for somebody who is asked, and may not agree to it"
    );
    let done = ask(OfferCommand::Approve, &one, &person(3, Role::HiringManager)).expect("their own word");
    assert_eq!(offer_after(one.clone(), &done)["status"], "approved");
    let back = ask(OfferCommand::Return, &waits, &deputy).expect("may stop it");
    assert_eq!(offer_after(waits, &back)["approvals"][0]["instead_of"], json!(id(3)));
}

#[test]
fn a_request_runs_out_after_the_hours_of_the_rule_that_is_asked_and_goes_back_as_another_version() {
    const HOUR: i64 = 3_600_000;
    let rules = [
        rule("offers", 1, &[3], json!({ "expires_hours": 48 })),
        rule("offers", 2, &[4], json!({ "expires_hours": 24 })),
        rule("offers", 3, &[5], json!({})),
    ];
    let job = job_in("open");
    let asked = json!({ "asked_at": NOW });
    let waits = with(offer("pending_approval", &[], 9_000_000), asked);
    let ends = |offer: &Fields| approval::runs_out(&rules, offer, &job).map(|at| (at - NOW) / HOUR);
    assert_eq!(ends(&waits), Some(48));
    let said = |by: u128, hours: i64| {
        json!({ "id": by.to_string(), "by": id(by), "version": 0, "agreed": true, "note": "", "instead_of": "",
            "at": NOW + hours * HOUR })
    };
    assert_eq!(ends(&with(waits.clone(), json!({ "approvals": [said(3, 10)] }))), Some(34));
    let last = with(waits.clone(), json!({ "approvals": [said(3, 10), said(4, 11)] }));
    assert_eq!(ends(&last), None, "the last rule waits for ever");
    let early = with(waits.clone(), json!({ "approvals": [said(4, 10)] }));
    assert_eq!(ends(&early), Some(48), "who agrees before their turn asks nobody anew");
    let server = Principal::server(id(1));
    let back =
        offer_after(waits.clone(), &ask_offer(OfferCommand::Return, &waits, &server, &rules).expect("is"));
    assert_eq!((&back["status"], &back["version"]), (&json!("draft"), &json!(1)));
    assert_eq!(back["approvals"], json!([]), "nobody said anything");
}

#[test]
fn a_request_runs_out_counted_from_when_its_step_was_asked_whoever_agrees_at_the_same_step() {
    const HOUR: i64 = 3_600_000;
    let rules = [
        rule("offers", 1, &[3], json!({})),
        rule("offers", 2, &[4], json!({ "expires_hours": 48 })),
        rule("offers", 2, &[5, 6], json!({ "name": "again", "expires_hours": 24 })),
    ];
    let waits = with(offer("pending_approval", &[], 9_000_000), json!({ "asked_at": NOW }));
    let said = |by: u128, of: &str, hours: i64| {
        json!({ "id": by.to_string(), "by": id(by), "version": 0, "agreed": true, "note": "", "instead_of": of,
            "at": NOW + hours * HOUR })
    };
    let ends = |approvals: Value| {
        let offer = with(waits.clone(), json!({ "approvals": approvals }));
        approval::runs_out(&rules, &offer, &job_in("open")).map(|at| (at - NOW) / HOUR)
    };
    let first = said(3, "", 10);
    assert_eq!(ends(json!([first])), Some(34));
    assert_eq!(ends(json!([first, said(4, "", 20)])), Some(34), "the other rule of the step goes on");
    assert_eq!(ends(json!([first, said(5, "", 20)])), Some(58), "and by its own hours");
    let deputy = said(7, &id(3).to_string(), 12);
    assert_eq!(ends(json!([deputy, said(4, "", 20)])), Some(36), "a deputy's word ends a step as well");
}

fn offer_after(mut offer: Fields, edits: &[Edit]) -> Fields {
    for edit in edits {
        match &edit.op {
            EditOp::Set { value } => drop(offer.insert(edit.field.clone(), value.clone())),
            EditOp::ItemPut { item, values, .. } => {
                let mut said = json!(values);
                said["id"] = json!(item);
                offer[&edit.field].as_array_mut().expect("a list").push(said);
            }
            other => panic!("{other:?}"),
        }
    }
    offer
}

#[test]
fn an_offer_goes_through_the_chain_of_its_pay_and_through_who_it_names() {
    let rules = [
        rule("offers", 1, &[], json!({ "with_hiring_manager": true })),
        rule("offers", 2, &[3], json!({ "pay_from": 8_000_000, "pay_currency": "CAD" })),
    ];
    let (recruiter, manager, director) =
        (person(2, Role::Recruiter), person(8, Role::HiringManager), person(3, Role::HrManager));
    let code = |command, offer: &Fields, by: &Principal| {
        ask_offer(command, offer, by, &rules).map_err(|p| p.code).map(drop)
    };
    let draft = offer("draft", &[], 9_000_000);
    assert_eq!(code(OfferCommand::Send, &draft, &recruiter), Err(Code::ApprovalNeeded));
    assert_eq!(code(OfferCommand::Send, &draft, &person(7, Role::Owner)), Err(Code::ApprovalNeeded));
    let step = |command, before: &Fields, by: &Principal| {
        offer_after(before.clone(), &ask_offer(command, before, by, &rules).expect("is legal"))
    };
    let waits = step(OfferCommand::Submit, &draft, &recruiter);
    assert_eq!(code(OfferCommand::Approve, &waits, &director), Err(Code::Forbidden), "it is not their turn");
    assert_eq!(code(OfferCommand::Approve, &waits, &recruiter), Err(Code::Forbidden));
    assert!(code(OfferCommand::Return, &waits, &director).is_ok(), "whoever is named may stop it");
    let one = step(OfferCommand::Approve, &waits, &manager);
    assert_eq!(one["status"], "pending_approval");
    assert_eq!(step(OfferCommand::Approve, &one, &director)["status"], "approved");
    let small = step(OfferCommand::Submit, &offer("draft", &[], 7_000_000), &recruiter);
    assert_eq!(
        step(OfferCommand::Approve, &small, &manager)["status"],
        "approved",
        "the pay is below the band"
    );
    let bonus = with(offer("draft", &[], 7_000_000), json!({ "signing_bonus": 1_000_000 }));
    let bonus = step(OfferCommand::Submit, &bonus, &recruiter);
    assert_eq!(
        step(OfferCommand::Approve, &bonus, &manager)["status"],
        "pending_approval",
        "it pays as much"
    );
    assert!(code(OfferCommand::Return, &bonus, &recruiter).is_ok(), "who sends offers can take one back");
    // Who is named on the offer agrees beside the chain.
    let named = step(OfferCommand::Submit, &offer("draft", &[2], 7_000_000), &recruiter);
    let chained = step(OfferCommand::Approve, &named, &manager);
    assert_eq!(chained["status"], "pending_approval");
    assert_eq!(step(OfferCommand::Approve, &chained, &recruiter)["status"], "approved");
    let wholly = step(OfferCommand::Approve, &named, &person(7, Role::Owner));
    assert_eq!(wholly["status"], "approved", "an owner agrees for all");
}

proptest! {
    /// Whatever the rules are and whoever acts, in whatever order: nobody but an owner or an admin publishes a job while a
    /// rule that applies is without the word of one of its people, given to what the job says then.
    #[test]
    fn nothing_is_published_without_those_who_have_to_agree(
        rules in prop::collection::vec((1_i64..4, prop::collection::btree_set(3_u128..7, 1..3), any::<bool>()), 0..4),
        acts in prop::collection::vec((0_usize..10, 2_u128..8), 0..24),
    ) {
        let rules: Vec<Fields> = rules.into_iter().map(|(step, people, by_pay)| {
            let people: Vec<u128> = people.into_iter().collect();
            let pay = if by_pay { json!({ "pay_from": 50, "pay_currency": "CAD" }) } else { json!({}) };
            rule("jobs", step, &people, pay)
        }).collect();
        let mut job = with(job_in("draft"), json!({ "salary_currency": "CAD", "salary_max": 10 }));
        let mut said: Vec<(RecordId, Value)> = Vec::new();
        for (act, who) in acts {
            let by = person(who, if who == 2 { Role::Recruiter } else { Role::HiringManager });
            let Some(command) = JobCommand::ALL.get(act).copied() else {
                let more = job["salary_max"].as_i64().unwrap_or_default() + 25;
                job.insert("salary_max".to_owned(), json!(more));
                continue;
            };
            let was_public = !job["published_at"].is_null();
            let Ok(edits) = ask(command, &job, &by, &rules) else { continue };
            match command {
                JobCommand::Approve => said.push((by.user_id, job["salary_max"].clone())),
                JobCommand::Submit => said.clear(),
                _ => {}
            }
            let next = after(job.clone(), &edits);
            if next["status"] == "open" && !was_public {
                let agreed: BTreeSet<RecordId> =
                    said.iter().filter(|(_, pay)| *pay == job["salary_max"]).map(|(who, _)| *who).collect();
                for step in approval::of_job(&rules, &job, None).0 {
                    prop_assert!(step.people.iter().any(|who| agreed.contains(who)), "{step:?} by {agreed:?}");
                }
            }
            job = next;
        }
    }
}
