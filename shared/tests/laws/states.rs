//! The states of jobs and applications, each state × each command × each role.

use serde_json::{Value, json};
use zumodra_shared::access::{Action, Principal, Reach, Role, reach};
use zumodra_shared::ats::job_states::{JobCommand, TRANSITIONS, next};
use zumodra_shared::ats::{Job, JobStatus, NO_DEPUTIES, commands};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::{Edit, EditOp, Entity, Fields};

const NOW: i64 = 1_780_000_000_000;

fn job_id() -> RecordId {
    RecordId::from_u128(9)
}

fn person(role: Role) -> Principal {
    let id = RecordId::from_u128(1);
    Principal { user_id: id, role, ..Principal::server(id) }
}

/// A job that could be published, in a status.
pub(crate) fn job(status: &str) -> Fields {
    let mut fields = Job::DEF.defaults();
    let set = [("title", "Cook"), ("description", "Cooks"), ("pipeline_id", "p"), ("status", status)];
    fields.extend(set.map(|(name, value)| (name.to_owned(), json!(value))));
    fields
}

fn context(principal: &Principal, open_jobs: i64) -> commands::Context<'_> {
    commands::Context {
        principal,
        now: NOW,
        next_reference: 7,
        open_jobs,
        max_open_jobs: 3,
        rules: &[],
        deputies: &NO_DEPUTIES,
        author: None,
    }
}

fn ask(command: JobCommand, job: &Fields, role: Role, open_jobs: i64) -> Result<Vec<Edit>, Problem> {
    let principal = person(role);
    let ctx = context(&principal, open_jobs);
    commands::run(command.name(), job_id(), job, &json!({ "reason": " Because " }), &ctx)
}

pub(crate) fn after(mut job: Fields, edits: &[Edit]) -> Fields {
    for edit in edits {
        let field = Job::DEF.field(&edit.field).expect("a declared field");
        assert!(field.server, "{} is not the server's to write", edit.field);
        let items = |job: &mut Fields| match job.get_mut(&edit.field) {
            Some(Value::Array(items)) => std::mem::take(items),
            other => panic!("{other:?}"),
        };
        let after = match &edit.op {
            EditOp::Set { value } => value.clone(),
            EditOp::ItemPut { item, values, .. } => {
                let mut put = json!(values);
                put["id"] = json!(item);
                let others = items(&mut job).into_iter().filter(|known| known["id"] != put["id"]);
                others.collect::<Vec<_>>().into_iter().chain([put]).collect()
            }
            EditOp::ItemRemove { item } => {
                items(&mut job).into_iter().filter(|known| known["id"] != json!(item)).collect()
            }
            other => panic!("{other:?}"),
        };
        job.insert(edit.field.clone(), after);
    }
    job
}

/// What is true of every job that a command has moved.
fn assert_sound(job: &Fields, said: &str) {
    let is_null = |name: &str| job[name].is_null();
    let (is_open, is_over) = match JobStatus::from_name(job["status"].as_str().expect("a status")) {
        JobStatus::Open | JobStatus::OnHold => (true, false),
        JobStatus::Closed | JobStatus::Filled | JobStatus::Cancelled => (false, true),
        JobStatus::Draft | JobStatus::PendingApproval | JobStatus::Unknown => (false, false),
    };
    let was_public = ["published_at", "slug", "reference_code"].map(|name| !is_null(name));
    assert!(was_public == [true; 3] || (!is_open && was_public == [false; 3]), "{said}: {job:?}");
    assert_eq!(is_null("closed_at"), !is_over, "{said}: {job:?}");
    assert!(is_over || job["close_reason"] == "", "{said}: {job:?}");
}

#[test]
fn each_command_in_each_state_by_each_role_does_what_the_table_says_and_no_more() {
    let mut cases = 0;
    for status in JobStatus::NAMES.iter().chain(&["of_a_newer_version"]) {
        for command in JobCommand::ALL {
            for role in Role::ALL {
                let said = format!("{} of a job that is {status}, by {}", command.name(), role.name());
                let may = match command {
                    JobCommand::Approve => role <= Role::Admin,
                    _ => reach(role, "jobs", Action::Publish) != Reach::None,
                };
                let leads = next(JobStatus::from_name(status), command);
                let done = ask(command, &job(status), role, 0);
                match (may, leads, done) {
                    (false, _, Err(problem)) => assert_eq!(problem.code, Code::Forbidden, "{said}"),
                    (true, None, Err(problem)) => assert_eq!(problem.code, Code::WrongState, "{said}"),
                    (true, Some(to), Ok(edits)) => {
                        assert_eq!(after(job(status), &edits)["status"], to.name(), "{said}");
                    }
                    (.., done) => panic!("{said}: {done:?}"),
                }
                cases += 1;
            }
        }
    }
    assert_eq!(cases, 8 * 9 * 7);
}

#[test]
fn from_a_draft_every_state_is_reached_and_from_every_state_it_goes_on() {
    let mut reached = vec![job("draft")];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(job) = reached.pop() {
        let text = |name: &str| job[name].as_str().unwrap_or_default().to_owned();
        if !seen.insert((text("status"), job["published_at"].is_null())) {
            continue;
        }
        let before = reached.len();
        for command in JobCommand::ALL {
            if let Ok(edits) = ask(command, &job, Role::Recruiter, 0) {
                let next = after(job.clone(), &edits);
                assert_sound(&next, command.name());
                for kept in ["published_at", "slug", "reference_code"]
                    .into_iter()
                    .filter(|name| !job[*name].is_null())
                {
                    assert_eq!(next[kept], job[kept], "{} writes {kept} anew", command.name());
                }
                reached.push(next);
            }
        }
        assert!(reached.len() > before, "nothing leads on from {}", text("status"));
    }
    let states: std::collections::BTreeSet<&str> = seen.iter().map(|(status, _)| status.as_str()).collect();
    assert_eq!(states, JobStatus::NAMES.iter().copied().collect());
}

#[test]
fn a_command_that_is_not_legal_is_refused_before_anything_else_is_looked_at() {
    let bare = |status: &str| {
        let mut bare = Job::DEF.defaults();
        bare.insert("status".to_owned(), json!(status));
        bare
    };
    let code =
        |command, job: &Fields, open| ask(command, job, Role::Owner, open).map_err(|problem| problem.code);
    assert_eq!(code(JobCommand::Publish, &bare("open"), 3), Err(Code::WrongState));
    assert_eq!(code(JobCommand::Publish, &bare("draft"), 3), Err(Code::QuotaReached));
    assert_eq!(code(JobCommand::Reopen, &bare("on_hold"), 2), Err(Code::JobNotPublishable));
    assert!(code(JobCommand::Hold, &bare("open"), 3).is_ok(), "the quota is for what is made public");
    let principal = person(Role::Owner);
    let ctx = context(&principal, 0);
    for command in JobCommand::ALL {
        let from = TRANSITIONS.iter().find(|(_, by, _)| *by == command).expect("it leads somewhere").0;
        for args in [json!({}), json!({ "reason": " " }), json!({ "reason": 7 }), Value::Null] {
            let done = commands::run(command.name(), job_id(), &job(from.name()), &args, &ctx);
            let refused = done.is_err_and(|problem| problem.code == Code::ReasonRequired);
            assert_eq!(refused, command.needs_reason(), "{} with {args}", command.name());
        }
    }
    let old = commands::run(
        "close_job",
        job_id(),
        &job("open"),
        &json!({ "reason": "Hired", "filled": true }),
        &ctx,
    );
    assert_eq!(after(job("open"), &old.expect("is legal"))["status"], "filled", "as it was once said");
    let unknown = commands::run("sell_job", job_id(), &job("draft"), &json!({}), &ctx);
    assert_eq!(unknown.expect_err("is refused").code, Code::UnknownCommand);
}

#[test]
fn a_long_reason_is_cut_to_what_the_field_takes() {
    let principal = person(Role::Owner);
    let ctx = context(&principal, 0);
    let long = json!({ "reason": "ü".repeat(600) });
    let edits = commands::run("close_job", job_id(), &job("open"), &long, &ctx).expect("is legal");
    let reason = after(job("open"), &edits)["close_reason"].as_str().expect("a text").chars().count();
    assert_eq!(reason, 500);
}
