//! What the rules of a stage do, who is told of what they were given, and the reasons that a workspace begins with.

use serde_json::{Value, json};
use zumodra_server::ats::{advances, assigned};
use zumodra_shared::ats::STANDARD_REASONS;

use crate::mail::world::{in_the_directory, mails, sending_to};
use crate::support::smtp::{SmtpPeer, until};
use crate::support::{Signed, TestServer};

const ATS: &str = "/api/v1/ats";
const PROFILE: &str = "/api/v1/accounts/profile/";
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

struct World {
    server: TestServer,
    owner: Signed,
    rita: Signed,
    max: Signed,
    job: String,
    /// The ids of the stages, in order.
    stages: Vec<String>,
    // What it takes up is looked at in the outbox; the peer lives as long as the server.
    _peer: SmtpPeer,
}

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

impl World {
    /// A job with a recruiter and a hiring manager, whose first two stages have rules.
    async fn new() -> Self {
        let peer = SmtpPeer::start();
        let server = TestServer::with(sending_to(&peer.url())).await;
        let owner = server.workspace("Acme").await;
        let rita = server.member(&owner, "rita@example.com", "recruiter").await;
        let max = server.member(&owner, "max@example.com", "hiring_manager").await;
        in_the_directory(&server, &owner, &[&owner, &rita, &max]).await;
        let mut world =
            Self { server, owner, rita, max, job: String::new(), stages: Vec::new(), _peer: peer };
        let stages = json!([
            {"name": "New", "kind": "new", "advance": "answers"},
            {"name": "Talk", "kind": "interview", "advance": "scorecards"},
            {"name": "Second", "kind": "interview", "advance": "scorecards"},
            {"name": "Offer", "kind": "offer"},
            {"name": "No", "kind": "rejected"},
        ]);
        let pipeline = json!({"name": "Hiring", "stages": stages});
        let path = format!("{ATS}/pipelines/");
        let pipeline = world.server.post(&path, &world.owner, pipeline).await.expect(201).json();
        world.stages = pipeline["stages"].as_array().expect("stages").iter().map(id).collect();
        let job = json!({
            "title": "Line cook", "pipeline_id": pipeline["id"], "description": "Cooks.",
            "recruiter_id": world.rita.user_id, "hiring_manager_id": world.max.user_id,
        });
        world.job = world.add("jobs", job).await;
        let path = format!("{ATS}/jobs/{}/publish/", world.job);
        world.server.post(&path, &world.owner, json!({})).await.expect(200);
        world
    }

    async fn add(&self, kind: &str, body: Value) -> String {
        id(&self.server.post(&format!("{ATS}/{kind}/"), &self.owner, body).await.expect(201).json())
    }

    async fn read(&self, kind: &str, of: &str) -> Value {
        self.server.get(&format!("{ATS}/{kind}/{of}/"), &self.owner).await.expect(200).json()
    }

    async fn change(&self, application: &str, by: &Signed, body: Value) {
        let path = format!("{ATS}/applications/{application}/");
        self.server.patch(&path, by, body).await.expect(200);
    }

    /// Somebody applies, with answers of which each may rule out.
    async fn applies(&self, knocks_out: &[bool], more: Value) -> String {
        let candidate = self.add("candidates", json!({"first_name": "Grace"})).await;
        let answers: Vec<Value> = knocks_out
            .iter()
            .map(|out| json!({"question": "May you work here?", "answer": "A", "knocks_out": out}))
            .collect();
        let mut body = json!({"candidate_id": candidate, "job_id": self.job, "answers": answers});
        for (name, value) in more.as_object().expect("fields") {
            body[name] = value.clone();
        }
        self.add("applications", body).await
    }

    async fn stage_of(&self, application: &str) -> usize {
        let stage = self.read("applications", application).await["stage_id"].clone();
        self.stages.iter().position(|id| stage == *id).expect("a stage of the pipeline")
    }

    /// Waits until an application is in a stage.
    async fn comes_to(&self, application: &str, stage: usize) {
        until("the stage", async || (self.stage_of(application).await == stage).then_some(())).await;
    }

    /// Lets everything be done that is to be done.
    async fn settled(&self) {
        advances::sweep(&self.server.app).await.expect("sweeps");
    }

    /// What people are told of applications that they were given, from the oldest on.
    async fn told(&self) -> Vec<String> {
        assigned::sweep(&self.server.app).await.expect("sweeps");
        assigned::sweep(&self.server.app).await.expect("sweeps");
        let mut found = mails(&self.server, &self.owner).await;
        found.reverse();
        let mut told = Vec::new();
        for mail in found.iter().filter(|mail| mail["template"] == "assigned") {
            let path = format!("/api/v1/notifications/mail/{}/", id(mail));
            let whole = self.server.get(&path, &self.owner).await.expect(200).json();
            let text = whole["text"].as_str().unwrap_or_default();
            let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("Line cook")).collect();
            told.push(format!("{} {}", mail["to"].as_str().unwrap_or_default(), lines.join(" | ")));
        }
        told
    }

    /// Minutes pass; everybody signs in again.
    async fn minutes(&mut self, count: i64) {
        self.server.clock.advance(count * MINUTE_MS);
        let mut emails = ["acme@example.com", "rita@example.com", "max@example.com"].into_iter();
        for who in [&mut self.owner, &mut self.rita, &mut self.max] {
            *who = self.server.sign_in(emails.next().expect("one each")).await;
        }
    }
}

#[tokio::test]
async fn answers_that_rule_nothing_out_advance_once_and_the_timeline_says_so() {
    let world = World::new().await;
    let fits = world.applies(&[false, false], json!({})).await;
    world.comes_to(&fits, 1).await;
    let path = format!("{ATS}/applications/{fits}/activities/");
    let page = world.server.get(&path, &world.owner).await.expect(200).json();
    let entries = page["results"].as_array().expect("a list");
    let entry = entries.iter().find(|entry| entry["action"] == "advanced_by_answers").expect("is told");
    assert_eq!((&entry["from"], &entry["to"]), (&json!("New"), &json!("Talk")));
    assert_eq!(entry["actor_id"], Value::Null);
    let out = world.applies(&[false, true], json!({})).await;
    let unasked = world.applies(&[], json!({})).await;
    world.settled().await;
    assert_eq!((world.stage_of(&out).await, world.stage_of(&unasked).await), (0, 0));
    // Who moves somebody back is not overruled, whatever happens afterwards.
    world.change(&fits, &world.rita, json!({"stage_id": world.stages[0]})).await;
    world.change(&fits, &world.rita, json!({"rating": 4})).await;
    world.settled().await;
    assert_eq!(world.stage_of(&fits).await, 0);
    // Nobody is rejected by a rule, and nobody comes back from an end.
    let path = format!("{ATS}/applications/{out}/reject/");
    world.server.post(&path, &world.rita, json!({"reason": "Far"})).await.expect(200);
    world.settled().await;
    assert_eq!(world.stage_of(&out).await, 4);
}

#[tokio::test]
async fn scorecards_advance_once_nobody_owes_one_and_never_into_an_offer() {
    let world = World::new().await;
    let grace = world.applies(&[], json!({"stage_id": world.stages[1]})).await;
    let talk = json!({
        "application_id": grace, "starts_at": world.server.clock.now() + HOUR_MS, "minutes": 45,
        "interviewer_ids": [world.rita.user_id, world.max.user_id],
    });
    let talk = world.add("interviews", talk).await;
    let gives = async |by: &Signed, stage: usize, recommendation: &str| {
        let card = json!({
            "application_id": grace, "stage_id": world.stages[stage], "recommendation": recommendation,
        });
        let path = format!("{ATS}/scorecards/");
        id(&world.server.post(&path, by, card).await.expect(201).json())
    };
    let own = gives(&world.rita, 1, "no_decision").await;
    gives(&world.max, 1, "yes").await;
    world.settled().await;
    assert_eq!(world.stage_of(&grace).await, 1, "not all of them recommend it");
    let path = format!("{ATS}/scorecards/{own}/");
    world.server.patch(&path, &world.rita, json!({"recommendation": "yes"})).await.expect(200);
    world.comes_to(&grace, 2).await;
    // The next stage leads to an offer: nobody goes there by a rule.
    let path = format!("{ATS}/interviews/{talk}/");
    let off = json!({"status": "cancelled", "cancel_reason": "Over"});
    world.server.patch(&path, &world.owner, off).await.expect(200);
    gives(&world.rita, 2, "strong_yes").await;
    world.settled().await;
    assert_eq!(world.stage_of(&grace).await, 2);
}

#[tokio::test]
async fn who_is_given_applications_is_told_once_for_all_that_came_together() {
    let mut world = World::new().await;
    let mut given = Vec::new();
    for _ in 0..3 {
        given.push(world.applies(&[], json!({})).await);
    }
    let to = |who: &Signed| json!({"assigned_to_id": who.user_id});
    for application in &given {
        world.change(application, &world.owner, to(&world.rita)).await;
    }
    let own = world.applies(&[], json!({})).await;
    world.change(&own, &world.rita, to(&world.rita)).await;
    assert_eq!(world.told().await, [""; 0], "more may come");
    // What is taken back meanwhile, or is over, was not given.
    world.change(&given[2], &world.owner, json!({"assigned_to_id": null})).await;
    world.minutes(6).await;
    let two = "rita@example.com Line cook: 2 applications.";
    assert_eq!(world.told().await, [two]);
    world.minutes(6).await;
    assert_eq!(world.told().await, [two], "and no second time");
    // Who wants none gets none.
    let off = json!({"assignment_mail": false});
    let profile = world.server.patch(PROFILE, &world.rita, off).await.expect(200).json();
    assert_eq!((&profile["assignment_mail"], &profile["daily_mail"]), (&json!(false), &json!(true)));
    world.change(&given[2], &world.owner, to(&world.rita)).await;
    world.change(&given[1], &world.owner, to(&world.max)).await;
    world.minutes(6).await;
    assert_eq!(world.told().await, [two, "max@example.com Line cook: an application."]);
    let on = json!({"assignment_mail": true});
    let profile = world.server.patch(PROFILE, &world.rita, on).await.expect(200).json();
    assert_eq!(profile["assignment_mail"], true);
}

#[tokio::test]
async fn a_workspace_begins_with_reasons_and_an_application_points_to_the_one_it_was_given() {
    let world = World::new().await;
    let path = format!("{ATS}/rejection-reasons/?page_size=100&ordering=place");
    let all = until("the reasons", async || {
        let page = world.server.get(&path, &world.rita).await.expect(200).json();
        (page["count"] == json!(STANDARD_REASONS.len())).then(|| page["results"].clone())
    })
    .await;
    let names: Vec<&str> =
        all.as_array().expect("a list").iter().filter_map(|each| each["name"].as_str()).collect();
    let wanted: Vec<&str> = STANDARD_REASONS.iter().map(|reason| reason.en).collect();
    assert_eq!(names, wanted);
    let reason = id(&all[0]);
    let application = world.applies(&[], json!({})).await;
    let ends = json!({
        "stage_id": world.stages[4], "rejection_reason": names[0], "rejection_reason_id": reason,
    });
    world.change(&application, &world.rita, ends).await;
    // What the list says later changes nothing of what was said.
    let path = format!("{ATS}/rejection-reasons/{reason}/");
    let retired = json!({"name": "Called otherwise", "is_retired": true});
    world.server.patch(&path, &world.rita, retired).await.expect(200);
    let read = world.read("applications", &application).await;
    assert_eq!((&read["rejection_reason"], &read["rejection_reason_id"]), (&json!(names[0]), &json!(reason)));
    let path = format!("{ATS}/applications/{application}/reopen/");
    world.server.post(&path, &world.rita, json!({})).await.expect(200);
    let read = world.read("applications", &application).await;
    assert_eq!((&read["rejection_reason"], &read["rejection_reason_id"]), (&json!(""), &Value::Null));
}
