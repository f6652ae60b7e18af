//! The states of an offer: each state × each command × each role, who agrees, and that nobody whose application is over has
//! one.

use std::sync::LazyLock;

use serde_json::{Value, json};
use zumodra_shared::access::{Action, Principal, Reach, Role, reach};
use zumodra_shared::ats::offer_states::{
    Context, OfferCommand, TRANSITIONS, called_off, next, note_letter, run,
};
use zumodra_shared::ats::rules;
use zumodra_shared::ats::{Job, NO_DEPUTIES, Offer, OfferStatus, Pipeline, StageKind};
use zumodra_shared::kernel::time::DAY_MS;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::{Edit, EditOp, Entity, Fields};

/// Noon of 2026-06-01 in UTC.
const NOW: i64 = 1_780_315_200_000;

fn id(number: u128) -> RecordId {
    RecordId::from_u128(number)
}

fn person(user: u128, role: Role) -> Principal {
    Principal { user_id: id(user), role, ..Principal::server(id(1)) }
}

/// An offer that could be sent, in a status, to which these have to agree.
fn offer(status: &str, approvers: &[u128]) -> Fields {
    let mut fields = Offer::DEF.defaults();
    let approvers: Vec<String> = approvers.iter().map(|approver| id(*approver).to_string()).collect();
    let set = json!({
        "candidate_id": id(20), "application_id": id(21), "job_id": id(22), "pipeline_id": id(23), "title": "Cook",
        "salary": 5_000_000, "currency": "CAD", "starts_on": "2026-09-01", "expires_on": "2026-06-10",
        "status": status, "approver_ids": approvers,
    });
    fields.extend(set.as_object().cloned().unwrap_or_default());
    fields
}

/// No rule asks anybody, and the candidate is in the stage of offers.
fn context(principal: &Principal) -> Context<'_> {
    static JOB: LazyLock<Fields> = LazyLock::new(|| Job::DEF.defaults());
    Context {
        principal,
        now: NOW,
        stage: StageKind::Offer,
        job: &JOB,
        rules: &[],
        deputies: &NO_DEPUTIES,
        author: None,
    }
}

fn ask(
    command: OfferCommand,
    offer: &Fields,
    by: &Principal,
    stage: StageKind,
) -> Result<Vec<Edit>, Problem> {
    at(NOW, command, offer, by, stage)
}

fn at(
    now: i64,
    command: OfferCommand,
    offer: &Fields,
    by: &Principal,
    stage: StageKind,
) -> Result<Vec<Edit>, Problem> {
    let ctx = Context { now, stage, ..context(by) };
    run(command.name(), offer, &json!({ "reason": " Because " }), &ctx)
}

/// The offer after edits, as the server makes them.
fn after(mut offer: Fields, edits: &[Edit]) -> Fields {
    for edit in edits {
        assert!(Offer::DEF.field(&edit.field).is_some_and(|field| field.server), "{}", edit.field);
        match &edit.op {
            EditOp::Set { value } => drop(offer.insert(edit.field.clone(), value.clone())),
            EditOp::ItemPut { item, values, .. } => {
                let mut said: Value = json!(values);
                said["id"] = json!(item);
                let items = offer[&edit.field].as_array_mut().expect("a list");
                items.retain(|known| known["id"] != said["id"]);
                items.push(said);
            }
            other => panic!("{other:?}"),
        }
    }
    offer
}

fn status(offer: &Fields) -> OfferStatus {
    OfferStatus::from_name(offer["status"].as_str().expect("a status"))
}

#[test]
fn each_command_in_each_state_by_each_role_does_what_the_table_says_and_no_more() {
    let mut cases = 0;
    for name in OfferStatus::NAMES.iter().chain(&["of_a_newer_version"]) {
        for command in OfferCommand::ALL {
            for role in Role::ALL {
                for approves in [false, true] {
                    let approvers: &[u128] = if approves { &[1] } else { &[2] };
                    let said = format!("{} of one that is {name}, by {}", command.name(), role.name());
                    let offer = offer(name, approvers);
                    let may = if command == OfferCommand::Approve {
                        approves || role <= Role::Admin
                    } else if command == OfferCommand::Return && approves {
                        true
                    } else {
                        reach(role, "offers", Action::Publish) != Reach::None
                    };
                    let leads = next(OfferStatus::from_name(name), command);
                    match (may, leads, ask(command, &offer, &person(1, role), StageKind::Offer)) {
                        (false, _, Err(problem)) => assert_eq!(problem.code, Code::Forbidden, "{said}"),
                        (true, None, Err(problem)) => assert_eq!(problem.code, Code::WrongState, "{said}"),
                        // To this one somebody has to agree first, and its last day is not over.
                        (true, Some(_), Err(problem)) if command == OfferCommand::Send => {
                            assert_eq!((problem.code, *name), (Code::ApprovalNeeded, "draft"), "{said}");
                        }
                        (true, Some(_), Err(problem)) => {
                            assert_eq!(
                                (problem.code, command),
                                (Code::WrongState, OfferCommand::Expire),
                                "{said}"
                            );
                        }
                        (true, Some(to), Ok(edits)) => {
                            assert_eq!(status(&after(offer, &edits)), to, "{said}")
                        }
                        (.., done) => panic!("{said}: {done:?}"),
                    }
                    cases += 1;
                }
            }
        }
    }
    assert_eq!(cases, 11 * 11 * 7 * 2);
}

#[test]
fn from_a_draft_every_state_is_reached_and_a_closed_application_has_no_open_offer_by_any_path() {
    let owner = person(1, Role::Owner);
    let mut reached = vec![offer("draft", &[]), offer("draft", &[1])];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(offer) = reached.pop() {
        let version = offer["version"].as_i64().unwrap_or_default().min(2);
        if !seen.insert((offer["status"].to_string(), version, offer["approver_ids"].to_string())) {
            continue;
        }
        for command in OfferCommand::ALL {
            for now in [NOW, NOW + 30 * DAY_MS] {
                if let Ok(edits) = at(now, command, &offer, &owner, StageKind::Offer) {
                    let next = after(offer.clone(), &edits);
                    let is_open = status(&next).is_open();
                    assert_eq!(next["closed_at"].is_null(), is_open, "{}: {next:?}", command.name());
                    assert!(status(&next) != OfferStatus::Sent || !next["sent_at"].is_null());
                    reached.push(next);
                }
                for stage in [StageKind::Hired, StageKind::Rejected, StageKind::Withdrawn] {
                    match at(now, command, &offer, &owner, stage) {
                        Ok(edits) => {
                            let to = status(&after(offer.clone(), &edits));
                            assert!(!to.is_open() && to != OfferStatus::Accepted, "{}", command.name());
                        }
                        Err(problem) => assert_ne!(problem.code, Code::Internal),
                    }
                }
            }
        }
    }
    let states: std::collections::BTreeSet<String> = seen.into_iter().map(|(status, ..)| status).collect();
    assert_eq!(states.len(), OfferStatus::NAMES.len());
    assert_eq!(status(&after(offer("sent", &[]), &called_off(NOW))), OfferStatus::Withdrawn);
    for command in OfferCommand::ALL {
        assert!(TRANSITIONS.iter().any(|(_, by, _)| *by == command), "{} leads nowhere", command.name());
    }
}

#[test]
fn it_is_approved_when_everybody_agreed_to_this_version() {
    let (ada, bob) = (person(1, Role::HiringManager), person(2, Role::Recruiter));
    let waits = offer("pending_approval", &[1, 2]);
    let one =
        after(waits.clone(), &ask(OfferCommand::Approve, &waits, &ada, StageKind::Offer).expect("agrees"));
    assert_eq!(status(&one), OfferStatus::PendingApproval);
    let twice =
        after(one.clone(), &ask(OfferCommand::Approve, &one, &ada, StageKind::Offer).expect("agrees"));
    assert_eq!(
        (status(&twice), twice["approvals"].as_array().map(Vec::len)),
        (OfferStatus::PendingApproval, Some(1))
    );
    let both = after(twice, &ask(OfferCommand::Approve, &one, &bob, StageKind::Offer).expect("agrees"));
    assert_eq!(status(&both), OfferStatus::Approved);
    // What was agreed to is another version than the one that is written anew.
    let recruiter = person(9, Role::Recruiter);
    let again = after(
        both.clone(),
        &ask(OfferCommand::Revise, &both, &recruiter, StageKind::Offer).expect("is legal"),
    );
    let again = after(
        again.clone(),
        &ask(OfferCommand::Submit, &again, &recruiter, StageKind::Offer).expect("is legal"),
    );
    let one =
        after(again.clone(), &ask(OfferCommand::Approve, &again, &bob, StageKind::Offer).expect("agrees"));
    assert_eq!(status(&one), OfferStatus::PendingApproval);
    // Nor is what was given back and changed the same that somebody had agreed to.
    let back =
        after(one.clone(), &ask(OfferCommand::Return, &one, &ada, StageKind::Offer).expect("gives back"));
    assert_eq!((status(&back), back["version"].as_i64()), (OfferStatus::Draft, Some(2)));
    let third = after(
        back.clone(),
        &ask(OfferCommand::Submit, &back, &recruiter, StageKind::Offer).expect("is legal"),
    );
    let third =
        after(third.clone(), &ask(OfferCommand::Approve, &third, &ada, StageKind::Offer).expect("agrees"));
    assert_eq!(status(&third), OfferStatus::PendingApproval, "Bob agreed to another version");
    // An owner agrees for all of them.
    let owner = ask(OfferCommand::Approve, &one, &person(7, Role::Owner), StageKind::Offer).expect("agrees");
    assert_eq!(status(&after(one, &owner)), OfferStatus::Approved);
}

#[test]
fn what_is_sent_says_what_is_paid_and_when_and_can_still_be_answered() {
    let owner = person(1, Role::Owner);
    let fields = |name: &str, value: Value, now: i64| {
        let mut offer = offer("draft", &[]);
        offer.insert(name.to_owned(), value);
        let refused = at(now, OfferCommand::Send, &offer, &owner, StageKind::Offer).expect_err("is refused");
        (refused.code, refused.fields.into_keys().collect::<Vec<_>>())
    };
    for name in ["salary", "starts_on"] {
        assert_eq!(fields(name, Value::Null, NOW), (Code::InvalidFields, vec![name.to_owned()]));
    }
    assert_eq!(fields("currency", json!(""), NOW), (Code::InvalidFields, vec!["currency".to_owned()]));
    assert_eq!(fields("place", json!("Here"), NOW + 30 * DAY_MS).1, ["expires_on"]);
    // The last day counts wherever on earth it is still that day.
    let sent = offer("sent", &[]);
    let answers = |now: i64, command| at(now, command, &sent, &owner, StageKind::Offer).is_ok();
    let tenth = NOW - DAY_MS / 2 + 9 * DAY_MS;
    let over = tenth + DAY_MS + DAY_MS / 2;
    assert!(answers(over - 1, OfferCommand::Accept) && !answers(over - 1, OfferCommand::Expire));
    assert!(!answers(over, OfferCommand::Accept) && answers(over, OfferCommand::Expire));
    for command in OfferCommand::ALL.into_iter().filter(|command| command.needs_reason()) {
        let from = TRANSITIONS.iter().find(|(_, by, _)| *by == command).expect("it leads somewhere").0;
        let ctx = context(&owner);
        for args in [json!({}), json!({ "reason": " " }), Value::Null] {
            let refused =
                run(command.name(), &offer(from.name(), &[1]), &args, &ctx).expect_err("is refused");
            assert_eq!(refused.code, Code::ReasonRequired, "{}", command.name());
        }
    }
}

#[test]
fn a_letter_goes_to_an_address_or_by_hand_and_a_signature_is_what_the_server_saw() {
    let owner = person(1, Role::Owner);
    let send = |args: &Value| {
        let ctx = context(&owner);
        run("send_offer", &offer("draft", &[]), args, &ctx)
    };
    let sent_to = |args: &Value| after(offer("draft", &[]), &send(args).expect("is sent"))["sent_to"].clone();
    assert_eq!(sent_to(&json!({ "to": " zoe@example.org " })), "zoe@example.org");
    for by_hand in [json!({}), json!({ "to": " " }), json!({ "to": 7 }), Value::Null] {
        assert_eq!(sent_to(&by_hand), "", "{by_hand}");
    }
    for wrong in ["zoe", "a@b", "a@b.c, d@e.f", "a b@c.de"] {
        let refused = send(&json!({ "to": wrong })).expect_err("is refused");
        assert!(refused.code == Code::InvalidFields && refused.fields.contains_key("to"), "{wrong}");
    }
    let accept = |principal: &Principal, name: &str| {
        let ctx = context(principal);
        let done = run("accept_offer", &offer("viewed", &[]), &json!({ "signed_name": name }), &ctx);
        let accepted = after(offer("viewed", &[]), &done.expect("is legal"));
        (accepted.get("signed_name").cloned(), accepted.get("signed_at").cloned())
    };
    let server = Principal::server(owner.tenant_id);
    assert_eq!(accept(&server, " Zoë Ng "), (Some(json!("Zoë Ng")), Some(json!(NOW))));
    assert_eq!(accept(&server, "x".repeat(500).as_str()).0, Some(json!("x".repeat(200))));
    let unsigned = accept(&server, "");
    assert_eq!(accept(&owner, "Zoë Ng"), unsigned, "nobody else can say that somebody signed");
    // Who answers a letter answers the version that they read.
    for (version, is_done) in [(0, true), (1, false), (-1, false)] {
        let ctx = context(&server);
        for command in ["view_offer", "accept_offer", "decline_offer", "counter_offer"] {
            let args = json!({ "version": version, "reason": "Because" });
            let done = run(command, &offer("sent", &[]), &args, &ctx);
            assert_eq!(done.is_ok(), is_done, "{command} of version {version}: {done:?}");
        }
    }
    // A letter is noted by the server alone, on what it is of.
    let note = |principal: &Principal, status: &str, version: i64, sealed: bool| {
        let args = json!({ "hash": "ab", "version": version, "sealed": sealed });
        note_letter(&offer(status, &[]), &args, principal).map_err(|problem| problem.code)
    };
    assert_eq!(note(&owner, "sent", 0, false), Err(Code::UnknownCommand));
    for name in OfferStatus::NAMES {
        for sealed in [false, true] {
            let fits = if sealed { *name == "accepted" } else { ["sent", "viewed"].contains(name) };
            assert_eq!(note(&server, name, 0, sealed).is_ok(), fits, "{name} {sealed}");
            assert_eq!(note(&server, name, 1, sealed), Err(Code::WrongState), "{name} {sealed}");
        }
    }
    // Written anew, it has another letter.
    let ctx = context(&owner);
    let mut countered = offer("countered", &[]);
    countered.extend([("sent_to".into(), json!("a@b.cd")), ("letter_hash".into(), json!("ab"))]);
    let anew = run("revise_offer", &countered, &json!({}), &ctx).expect("is legal");
    let anew = after(countered, &anew);
    assert_eq!((&anew["sent_to"], &anew["letter_hash"]), (&json!(""), &Value::Null));
}

#[test]
fn what_is_asked_for_instead_is_a_round_of_its_version() {
    let server = Principal::server(id(1));
    let ctx = context(&server);
    let sent = offer("sent", &[]);
    let args = json!({ "reason": " More ", "salary": 9_000_000 });
    let first = run("counter_offer", &sent, &args, &ctx).expect("is legal");
    let mut anew = after(sent.clone(), &first);
    let round = anew["counters"][0].clone();
    assert_eq!(
        (&round["version"], &round["salary"], &round["reason"]),
        (&json!(0), &json!(9_000_000), &json!("More"))
    );
    assert_eq!(anew["status"], "countered");
    anew.extend([("status".into(), json!("viewed")), ("version".into(), json!(1))]);
    let second = run("counter_offer", &anew, &json!({ "reason": "Fridays off" }), &ctx).expect("is legal");
    let both = after(anew, &second);
    assert_eq!(both["counters"].as_array().map(Vec::len), Some(2), "the first round stays");
    assert_eq!(both["counters"][1]["salary"], Value::Null);
    for wrong in [json!(-1), json!("much"), json!(1.5), json!(i64::MAX)] {
        let asked = run("counter_offer", &sent, &json!({ "reason": "More", "salary": wrong }), &ctx);
        assert_eq!(asked.map_err(|problem| problem.code), Err(Code::InvalidFields));
    }
}

#[test]
fn one_that_ends_before_it_begins_is_not_sent() {
    let server = Principal::server(id(1));
    let ctx = context(&server);
    let terms = |ends_on: &str| {
        let mut draft = offer("draft", &[]);
        draft.extend([("starts_on".into(), json!("2030-01-07")), ("ends_on".into(), json!(ends_on))]);
        draft
    };
    let sent =
        |ends_on: &str| run("send_offer", &terms(ends_on), &json!({}), &ctx).map_err(|problem| problem.code);
    assert_eq!(sent("2030-01-06").err(), Some(Code::InvalidFields));
    assert!(sent("2030-01-07").is_ok());
}

#[test]
fn it_is_made_for_an_open_application_alone_and_its_terms_stay_once_it_is_out() {
    let stages = json!([
        { "id": "a", "name": "New", "kind": "new" }, { "id": "r", "name": "No", "kind": "rejected" },
        { "id": "w", "name": "Gone", "kind": "withdrawn" }, { "id": "h", "name": "Yes", "kind": "hired" },
    ]);
    let mut pipeline = Pipeline::DEF.defaults();
    pipeline.insert("stages".to_owned(), stages);
    let check = |stage: &str, candidate: u128, before: Option<&Fields>, after: &Fields| {
        let application = json!({ "candidate_id": id(candidate), "job_id": id(22), "pipeline_id": id(23), "stage_id": stage });
        let related =
            [(id(21), application.as_object().cloned().unwrap_or_default()), (id(23), pipeline.clone())];
        let related: std::collections::HashMap<RecordId, Fields> = related.into_iter().collect();
        rules::check("offers", before, after, false, &related).map_err(|problem| problem.code)
    };
    let made = offer("draft", &[]);
    assert_eq!(check("a", 20, None, &made), Ok(()));
    assert_eq!(check("a", 99, None, &made), Err(Code::InvalidFields), "of somebody else");
    for stage in ["r", "w", "h"] {
        assert_eq!(check(stage, 20, None, &made), Err(Code::ApplicationIsOver));
    }
    for name in OfferStatus::NAMES {
        let before = offer(name, &[]);
        for (field, value) in
            [("salary", json!(1)), ("benefits", json!("All")), ("approver_ids", json!([id(5)]))]
        {
            let mut after = before.clone();
            after.insert(field.to_owned(), value);
            let expected = if *name == "draft" { Ok(()) } else { Err(Code::OfferIsOut) };
            for deleted in [false, *name == "withdrawn"] {
                let done =
                    rules::check("offers", Some(&before), &after, deleted, &std::collections::HashMap::new());
                assert_eq!(done.map_err(|problem| problem.code), expected, "{field} of one that is {name}");
            }
        }
        let deleted = rules::check("offers", Some(&before), &before, true, &std::collections::HashMap::new());
        let is_out = OfferStatus::from_name(name).is_out();
        assert_eq!(deleted.is_err(), is_out, "{name} is deleted");
    }
    let wrong = after(made.clone(), &[]).into_iter().map(|(name, value)| {
        let value = if name == "currency" { json!("dollars") } else { value };
        (name, value)
    });
    assert_eq!(check("a", 20, Some(&made), &wrong.collect()), Err(Code::InvalidFields));
}
