//! What waits for somebody is told once on a working day, to those alone whose it is and who may see it.

use std::time::Duration;

use serde_json::{Value, json};
use zumodra_server::ats::{openings, waiting};
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS, rfc3339};

use crate::mail::world::{in_the_directory, mails, sending_to};
use crate::support::smtp::{SmtpPeer, until};
use crate::support::{Signed, TestServer};

const ATS: &str = "/api/v1/ats";
const PROFILE: &str = "/api/v1/accounts/profile/";
/// Monday comes after Sunday: the first day of the clock, a Thursday, is day 0.
const DAYS_OF_A_WEEK: i64 = 7;

struct World {
    server: TestServer,
    owner: Signed,
    rita: Signed,
    max: Signed,
    job: String,
    candidate: String,
    application: String,
    // What it takes up is looked at in the outbox; the peer lives as long as the server.
    _peer: SmtpPeer,
}

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

impl World {
    /// A recruiter who looks after a job, its hiring manager, and somebody who applied on a Monday morning.
    async fn new() -> Self {
        Self::of(json!([
            {"name": "New", "kind": "new"},
            {"name": "Talk", "kind": "interview", "target_days": 2},
            {"name": "No", "kind": "rejected"},
        ]))
        .await
    }

    /// As [`World::new`], with other stages.
    async fn of(stages: Value) -> Self {
        let peer = SmtpPeer::start();
        let server = TestServer::with(sending_to(&peer.url())).await;
        let owner = server.workspace("Acme").await;
        let rita = server.member(&owner, "rita@example.com", "recruiter").await;
        let max = server.member(&owner, "max@example.com", "hiring_manager").await;
        in_the_directory(&server, &owner, &[&owner, &rita, &max]).await;
        let mut world = Self {
            server,
            owner,
            rita,
            max,
            job: String::new(),
            candidate: String::new(),
            application: String::new(),
            _peer: peer,
        };
        world.comes(0, 8).await;
        let pipeline = world.add("pipelines", json!({"name": "Hiring", "stages": stages})).await;
        let job = json!({
            "title": "Line cook", "pipeline_id": pipeline, "description": "Cooks.",
            "recruiter_id": world.rita.user_id, "hiring_manager_id": world.max.user_id,
        });
        world.job = world.add("jobs", job).await;
        let path = format!("{ATS}/jobs/{}/publish/", world.job);
        world.server.post(&path, &world.owner, json!({})).await.expect(200);
        world.candidate =
            world.add("candidates", json!({"first_name": "Grace", "last_name": "Hopper"})).await;
        let applies = json!({"candidate_id": world.candidate, "job_id": world.job});
        world.application = world.add("applications", applies).await;
        world
    }

    /// The id of a stage of the job's pipeline.
    async fn stage(&self, at: usize) -> Value {
        let read = async |kind: &str, id: &str| {
            self.server.get(&format!("{ATS}/{kind}/{id}/"), &self.owner).await.expect(200).json()
        };
        let application = read("applications", &self.application).await;
        let pipeline = read("pipelines", application["pipeline_id"].as_str().expect("a pipeline")).await;
        pipeline["stages"][at]["id"].clone()
    }

    async fn add(&self, kind: &str, body: Value) -> String {
        id(&self.server.post(&format!("{ATS}/{kind}/"), &self.owner, body).await.expect(201).json())
    }

    async fn change(&self, kind: &str, of: &str, body: Value) {
        self.server.patch(&format!("{ATS}/{kind}/{of}/"), &self.owner, body).await.expect(200);
    }

    /// Turns the clock on to an hour (UTC) of the next such weekday, Monday being 0; everybody signs in again.
    async fn comes(&mut self, weekday: i64, hour: i64) {
        let now = self.server.clock.now();
        let mut at = now - now.rem_euclid(DAY_MS) + hour * HOUR_MS;
        while at <= now || (at.div_euclid(DAY_MS) + 3).rem_euclid(DAYS_OF_A_WEEK) != weekday {
            at += DAY_MS;
        }
        self.server.clock.advance(at - now);
        let mut emails = ["acme@example.com", "rita@example.com", "max@example.com"].into_iter();
        for who in [&mut self.owner, &mut self.rita, &mut self.max] {
            let email = emails.next().expect("one each");
            *who = self.server.sign_in(email).await;
        }
    }

    /// Who is told what from now on, sorted: what the outbox has more of after two sweeps than before.
    async fn told(&self) -> Vec<String> {
        let before = self.waiting().await.len();
        waiting::sweep(&self.server.app).await.expect("sweeps");
        waiting::sweep(&self.server.app).await.expect("sweeps");
        let mut all = self.waiting().await;
        let mut new = all.split_off(before);
        new.sort();
        new
    }

    /// The mails of what waits, the oldest first, each as the address and the lines.
    async fn waiting(&self) -> Vec<String> {
        let mut found = mails(&self.server, &self.owner).await;
        found.reverse();
        let mut told = Vec::new();
        for mail in found.iter().filter(|mail| mail["template"] == "waiting") {
            let path = format!("/api/v1/notifications/mail/{}/", id(mail));
            let whole = self.server.get(&path, &self.owner).await.expect(200).json();
            let text = whole["text"].as_str().unwrap_or_default();
            let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("Line cook")).collect();
            told.push(format!("{} {}", mail["to"].as_str().unwrap_or_default(), lines.join(" | ")));
        }
        told
    }
}

#[tokio::test]
async fn who_looks_after_a_job_is_told_once_a_working_day_what_nobody_looked_at() {
    let mut world = World::new().await;
    assert_eq!(world.told().await, [""; 0], "nobody waits on the first day");
    world.comes(3, 9).await;
    let line = "rita@example.com Line cook: a new application has waited for 3 days.";
    assert_eq!(world.told().await, [line], "and no second time, whatever is swept again");
    world.comes(4, 6).await;
    assert_eq!(world.told().await, [""; 0], "not before the morning");
    world.comes(4, 9).await;
    assert_eq!(world.told().await, [line.replace('3', "4")]);
    world.comes(5, 9).await;
    assert_eq!(world.told().await, [""; 0], "not on a weekend");
    world.comes(0, 9).await;
    world.server.patch(PROFILE, &world.rita, json!({"daily_mail": false})).await.expect(200);
    assert_eq!(world.server.get(PROFILE, &world.rita).await.expect(200).json()["daily_mail"], false);
    assert_eq!(world.told().await, [""; 0], "who wants no mail gets none");
    world.comes(1, 9).await;
    world.change("applications", &world.application, json!({"assigned_to_id": world.max.user_id})).await;
    assert_eq!(world.told().await, ["max@example.com Line cook: a new application has waited for 8 days."]);
    world.comes(2, 9).await;
    let path = format!("{ATS}/applications/{}/reject/", world.application);
    world.server.post(&path, &world.owner, json!({"reason": "Another one"})).await.expect(200);
    assert_eq!(world.told().await, [""; 0], "what is over waits for nobody");
}

#[tokio::test]
async fn who_may_not_see_somebody_is_not_told_that_they_wait() {
    let mut world = World::new().await;
    world.change("candidates", &world.candidate, json!({"is_private": true})).await;
    world.comes(4, 9).await;
    assert_eq!(world.told().await, [""; 0]);
}

#[tokio::test]
async fn a_stage_has_its_target_and_an_interview_its_scorecard() {
    let mut world = World::new().await;
    let talk = world.stage(1).await;
    world.change("applications", &world.application, json!({"stage_id": talk})).await;
    let starts_at = world.server.clock.now() + HOUR_MS;
    let interview = json!({
        "candidate_id": world.candidate, "application_id": world.application, "job_id": world.job,
        "starts_at": starts_at, "minutes": 45, "interviewer_ids": [world.max.user_id],
    });
    world.add("interviews", interview).await;
    world.comes(2, 9).await;
    let card = "max@example.com Line cook: your scorecard of an interview 2 days ago is missing.";
    assert_eq!(world.told().await, [card], "two days are what the stage may take");
    world.comes(3, 9).await;
    let late =
        "rita@example.com Line cook: an application has been in its stage for 3 days, longer than planned.";
    assert_eq!(world.told().await, [&card.replace('2', "3"), late]);
    let given = json!({
        "candidate_id": world.candidate, "application_id": world.application, "job_id": world.job,
        "stage_id": talk, "recommendation": "yes",
    });
    world.server.post(&format!("{ATS}/scorecards/"), &world.max, given).await.expect(201);
    world.comes(4, 9).await;
    assert_eq!(world.told().await, [late.replace('3', "4")]);
}

#[tokio::test]
async fn a_stage_says_from_when_on_who_is_told_and_who_besides() {
    let mut world = World::new().await;
    let path = format!("{ATS}/applications/{}/", world.application);
    let application = world.server.get(&path, &world.owner).await.expect(200).json();
    let pipeline = application["pipeline_id"].as_str().expect("a pipeline").to_owned();
    let path = format!("{ATS}/pipelines/{pipeline}/");
    let mut stages = world.server.get(&path, &world.owner).await.expect(200).json()["stages"].clone();
    stages[1]["warn_days"] = json!(1);
    stages[1]["escalate_days"] = json!(1);
    stages[1]["escalate_to_id"] = json!(world.owner.user_id);
    world.change("pipelines", &pipeline, json!({"stages": stages})).await;
    let talk = world.stage(1).await;
    world.change("applications", &world.application, json!({"stage_id": talk})).await;
    world.comes(1, 9).await;
    let soon = "rita@example.com Line cook: an application has been in its stage for 1 day and will soon be there for \
                longer than planned.";
    assert_eq!(world.told().await, [soon]);
    world.comes(3, 9).await;
    let late = |days: i64| {
        format!(
            "rita@example.com Line cook: an application has been in its stage for {days} days, longer than planned."
        )
    };
    assert_eq!(world.told().await, [late(3)]);
    world.comes(4, 9).await;
    let besides = "acme@example.com Line cook: an application has been in its stage for 4 days, so much longer than \
                   planned that you are told as well.";
    assert_eq!(world.told().await, [besides.to_owned(), late(4)]);
}

#[tokio::test]
async fn who_wanted_to_be_reminded_is_once_the_day_is_there_and_until_it_is_done() {
    let mut world = World::new().await;
    let on = rfc3339(world.server.clock.now() + 2 * DAY_MS)[..10].to_owned();
    let reminder =
        json!({"follow_up_on": on, "follow_up_note": "Call", "follow_up_for_id": world.max.user_id});
    world.change("applications", &world.application, reminder).await;
    world.comes(1, 9).await;
    assert_eq!(world.told().await, [""; 0], "its day comes");
    world.comes(2, 9).await;
    let told = world.told().await;
    let begins = "max@example.com Line cook: a reminder of an application is due since ";
    assert!(told.len() == 1 && told[0].starts_with(begins), "{told:?}");
    let done = json!({"follow_up_on": null, "follow_up_note": "", "follow_up_for_id": null});
    world.change("applications", &world.application, done).await;
    world.comes(3, 9).await;
    let line = "rita@example.com Line cook: a new application has waited for 3 days.";
    assert_eq!(world.told().await, [line]);
    let again = json!({"follow_up_on": on, "follow_up_note": "Call", "follow_up_for_id": world.max.user_id});
    world.change("applications", &world.application, again).await;
    let path = format!("{ATS}/applications/{}/reject/", world.application);
    world.server.post(&path, &world.owner, json!({"reason": "Another one"})).await.expect(200);
    world.comes(4, 9).await;
    assert_eq!(world.told().await, [""; 0], "what is over reminds of nothing");
}

#[tokio::test]
async fn a_deadline_that_is_over_is_told_for_some_days() {
    let mut world = World::new().await;
    let path = format!("{ATS}/applications/{}/reject/", world.application);
    world.server.post(&path, &world.owner, json!({"reason": "Another one"})).await.expect(200);
    let today = rfc3339(world.server.clock.now())[..10].to_owned();
    world.change("jobs", &world.job, json!({"application_deadline": today})).await;
    assert_eq!(world.told().await, [""; 0], "the last day is a day");
    world.comes(1, 9).await;
    let told = world.told().await;
    assert!(
        told.len() == 1 && told[0].starts_with("rita@example.com Line cook: the deadline was "),
        "{told:?}"
    );
    world.comes(0, 9).await;
    assert_eq!(world.told().await, [""; 0], "it is no news any more");
}

#[tokio::test]
async fn a_job_is_filled_once_its_last_hire_stands_and_stays_open_when_it_is_opened_again() {
    let mut world =
        World::of(json!([{"name": "New", "kind": "new"}, {"name": "Hired", "kind": "hired"}])).await;
    world.change("jobs", &world.job, json!({"positions_count": 2})).await;
    let people = [("Ada", "Lovelace"), ("Alan", "Turing")];
    let mut applications = vec![world.application.clone()];
    for (first, last) in people {
        let candidate = world.add("candidates", json!({"first_name": first, "last_name": last})).await;
        let applies = json!({"candidate_id": candidate, "job_id": world.job});
        applications.push(world.add("applications", applies).await);
    }
    let hired = world.stage(1).await;
    let status = async |world: &World| {
        let job =
            world.server.get(&format!("{ATS}/jobs/{}/", world.job), &world.owner).await.expect(200).json();
        job["status"].as_str().expect("a status").to_owned()
    };
    let hire =
        async |world: &World, who: &str| world.change("applications", who, json!({"stage_id": hired})).await;
    let later = async |world: &mut World, weekday: i64| {
        world.comes(weekday, 9).await;
        openings::sweep(&world.server.app).await.expect("sweeps");
    };
    hire(&world, &applications[0]).await;
    later(&mut world, 1).await;
    assert_eq!(status(&world).await, "open", "one of two");
    hire(&world, &applications[1]).await;
    openings::sweep(&world.server.app).await.expect("sweeps");
    assert_eq!(status(&world).await, "open", "a slip can be taken back");
    later(&mut world, 2).await;
    assert_eq!(status(&world).await, "filled");
    let left = "rita@example.com Line cook: the job is over, and an application is still open. Its candidate \
                believes that it is being read.";
    assert_eq!(world.told().await, [left]);
    let path = format!("{ATS}/jobs/{}/reopen/", world.job);
    world.server.post(&path, &world.owner, json!({})).await.expect(200);
    later(&mut world, 3).await;
    assert_eq!(status(&world).await, "open", "who opens it again wants more");
    hire(&world, &applications[2]).await;
    later(&mut world, 4).await;
    assert_eq!(status(&world).await, "filled");
}

/// Several nodes sweep at once, and a person has one mail.
#[tokio::test]
async fn two_sweeps_at_once_tell_once() {
    let mut world = World::new().await;
    world.comes(3, 9).await;
    let (one, other) = tokio::join!(waiting::sweep(&world.server.app), waiting::sweep(&world.server.app));
    one.and(other).expect("both sweep");
    until("the mail", async || (world.waiting().await.len() == 1).then_some(())).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(world.waiting().await.len(), 1);
}

#[tokio::test]
async fn a_job_of_which_an_opening_was_closed_is_filled_once_the_others_are() {
    let mut world =
        World::of(json!([{"name": "New", "kind": "new"}, {"name": "Hired", "kind": "hired"}])).await;
    world.change("jobs", &world.job, json!({"positions_count": 3})).await;
    let candidate = world.add("candidates", json!({"first_name": "Ada", "last_name": "Lovelace"})).await;
    let second = world.add("applications", json!({"candidate_id": candidate, "job_id": world.job})).await;
    let hired = world.stage(1).await;
    let job = async |world: &World| {
        world.server.get(&format!("{ATS}/jobs/{}/", world.job), &world.owner).await.expect(200).json()
    };
    let later = async |world: &mut World, weekday: i64| {
        world.comes(weekday, 9).await;
        openings::sweep(&world.server.app).await.expect("sweeps");
    };
    let closed = |ids: &[&str]| {
        let each = ids.iter().map(|id| {
            json!({"id": id, "reason": "no_budget", "note": "Next year", "by": world.owner.user_id, "at": 1})
        });
        json!({"closed_openings": each.collect::<Vec<_>>()})
    };
    let (one, all) = (closed(&["a"]), closed(&["a", "b", "c"]));
    let away = json!({"closed_openings": []});
    // A job of which every opening was closed waits for somebody who says why it is over.
    world.change("jobs", &world.job, all).await;
    later(&mut world, 1).await;
    assert_eq!(job(&world).await["status"], "open");
    world.change("jobs", &world.job, away).await;
    for who in [world.application.clone(), second] {
        world.change("applications", &who, json!({"stage_id": hired})).await;
    }
    later(&mut world, 2).await;
    assert_eq!(job(&world).await["status"], "open", "two of three");
    world.change("jobs", &world.job, one).await;
    openings::sweep(&world.server.app).await.expect("sweeps");
    assert_eq!(job(&world).await["status"], "open", "a slip can be taken back");
    later(&mut world, 3).await;
    let filled = job(&world).await;
    assert_eq!(filled["status"], "filled");
    assert_eq!(filled["closed_openings"][0]["reason"], "no_budget");
    assert_eq!(filled["positions_count"], 3, "what was asked for stays");
}

#[tokio::test]
async fn an_interview_that_somebody_has_to_settle_waits_for_who_planned_it() {
    let mut world = World::new().await;
    world.comes(1, 8).await;
    let now = world.server.clock.now();
    let interview = json!({
        "application_id": world.application, "starts_at": now + 2 * DAY_MS, "minutes": 30, "interviewer_ids": [],
    });
    let path = format!("{ATS}/interviews/");
    let interview = id(&world.server.post(&path, &world.rita, interview).await.expect(201).json());
    assert_eq!(world.told().await, Vec::<String>::new());
    world.comes(2, 8).await;
    let asked = json!({"wish": "Mondays are full", "wish_of": now + 2 * DAY_MS});
    world.change("interviews", &interview, asked).await;
    let told = world.told().await;
    let line = "Line cook: a candidate asks for another time for an interview.";
    assert!(told.iter().any(|told| told.starts_with("rita@example.com") && told.contains(line)), "{told:?}");
    assert!(told.iter().all(|told| told.starts_with("rita@example.com") || !told.contains(line)), "{told:?}");
}
