//! Who has to agree is told by mail when it is their turn, and only if they may see what it is about.

use std::time::Duration;

use serde_json::{Value, json};

use crate::mail::world::{in_the_directory, sending_to};
use crate::support::smtp::{SmtpPeer, until};
use crate::support::{Signed, TestServer};

const ATS: &str = "/api/v1/ats";
const A_WHILE: Duration = Duration::from_millis(400);
const PEOPLE: [&str; 4] = ["rita@example.com", "max@example.com", "mia@example.com", "acme@example.com"];

struct World {
    server: TestServer,
    peer: SmtpPeer,
    owner: Signed,
    rita: Signed,
    max: Signed,
    mia: Signed,
    pipeline: String,
}

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

impl World {
    /// An owner, a recruiter and two hiring managers.
    async fn new() -> Self {
        let peer = SmtpPeer::start();
        let server = TestServer::with(sending_to(&peer.url())).await;
        let owner = server.workspace("Acme").await;
        let rita = server.member(&owner, "rita@example.com", "recruiter").await;
        let max = server.member(&owner, "max@example.com", "hiring_manager").await;
        let mia = server.member(&owner, "mia@example.com", "hiring_manager").await;
        let mut world = Self { server, peer, owner, rita, max, mia, pipeline: String::new() };
        let members = [&world.owner, &world.rita, &world.max, &world.mia];
        in_the_directory(&world.server, &world.owner, &members).await;
        let stages = json!([{"name": "New", "kind": "new"}, {"name": "Hired", "kind": "hired"}]);
        world.pipeline = world.add("pipelines", json!({"name": "Hiring", "stages": stages})).await;
        world
    }

    async fn add(&self, kind: &str, body: Value) -> String {
        id(&self.server.post(&format!("{ATS}/{kind}/"), &self.owner, body).await.expect(201).json())
    }

    async fn job(&self, more: Value) -> String {
        let mut job = json!({"title": "Line cook", "description": "Cooks", "pipeline_id": self.pipeline});
        for (name, value) in more.as_object().expect("fields") {
            job[name] = value.clone();
        }
        self.add("jobs", job).await
    }

    async fn act(&self, by: &Signed, path: &str, body: Value) -> Value {
        self.server.post(&format!("{ATS}/{path}/"), by, body).await.expect(200).json()
    }

    /// Mails that ask for agreement, by person, a while after the first of them has so many.
    async fn told(&self, first: &str, count: usize) -> [usize; 4] {
        let asked = |to: &str| {
            let mails = self.peer.to(to).into_iter();
            mails.filter(|mail| mail.header("Subject").contains("Your agreement is needed")).count()
        };
        until("the mail", async || (asked(first) == count).then_some(())).await;
        tokio::time::sleep(A_WHILE).await;
        PEOPLE.map(asked)
    }
}

#[tokio::test]
async fn who_has_to_agree_to_a_job_is_told_at_their_turn_and_again_when_it_changed() {
    let world = World::new().await;
    let rule = |step: i64, who: &Signed| json!({"name": format!("Step {step}"), "about": "jobs", "step": step, "approver_ids": [who.user_id]});
    world.add("approval-rules", rule(1, &world.max)).await;
    world.add("approval-rules", rule(2, &world.mia)).await;
    let job = world.job(json!({"salary_max": 5_000_000, "salary_currency": "CAD"})).await;
    let refused = world.server.post(&format!("{ATS}/jobs/{job}/publish/"), &world.rita, json!({})).await;
    assert_eq!(refused.expect(409).code(), "approval-needed");
    world.act(&world.rita, &format!("jobs/{job}/submit"), json!({})).await;
    assert_eq!(world.told("max@example.com", 1).await, [0, 1, 0, 0]);
    let mail = world.peer.to("max@example.com").pop().expect("a mail");
    assert!(mail.header("Subject").contains("Line cook") && mail.text().contains("waits for your agreement"));
    let early = world.server.post(&format!("{ATS}/jobs/{job}/approve/"), &world.mia, json!({})).await;
    assert_eq!(early.expect(403).code(), "forbidden");
    let waits = world.act(&world.max, &format!("jobs/{job}/approve"), json!({})).await;
    assert_eq!(waits["status"], "pending_approval");
    assert_eq!(world.told("mia@example.com", 1).await, [0, 1, 1, 0]);
    // More is paid: who had agreed is asked anew, before the others.
    let path = format!("{ATS}/jobs/{job}/");
    world.server.patch(&path, &world.rita, json!({"salary_max": 9_000_000})).await.expect(200);
    assert_eq!(world.told("max@example.com", 2).await, [0, 2, 1, 0]);
    world.act(&world.max, &format!("jobs/{job}/approve"), json!({})).await;
    assert_eq!(world.told("mia@example.com", 2).await, [0, 2, 2, 0]);
    let open = world.act(&world.mia, &format!("jobs/{job}/approve"), json!({})).await;
    assert_eq!((&open["status"], &open["reference_code"]), (&json!("open"), &json!("JOB-000001")));
}

#[tokio::test]
async fn nobody_is_told_of_what_they_may_not_see_and_an_offer_waits_for_its_chain() {
    let world = World::new().await;
    world
        .add(
            "approval-rules",
            json!({"name": "Secret", "about": "jobs", "approver_ids": [world.max.user_id, world.mia.user_id]}),
        )
        .await;
    // Mia is inside the wall, Max is not.
    let secret = world.job(json!({"is_private": true, "hiring_team_ids": [world.mia.user_id]})).await;
    world.act(&world.owner, &format!("jobs/{secret}/submit"), json!({})).await;
    assert_eq!(world.told("mia@example.com", 1).await, [0, 0, 1, 0]);
    let hidden = world.server.post(&format!("{ATS}/jobs/{secret}/approve/"), &world.max, json!({})).await;
    assert_eq!(hidden.expect(404).code(), "not-found");

    let paid = json!({"name": "Pay", "about": "offers", "step": 2, "pay_from": 8_000_000, "pay_currency": "CAD",
        "approver_ids": [world.owner.user_id]});
    world.add("approval-rules", paid).await;
    world
        .add("approval-rules", json!({"name": "Manager", "about": "offers", "with_hiring_manager": true}))
        .await;
    let job = world.job(json!({"hiring_manager_id": world.max.user_id})).await;
    let candidate = world.add("candidates", json!({"first_name": "Grace", "last_name": "Hopper"})).await;
    let application = world.add("applications", json!({"candidate_id": candidate, "job_id": job})).await;
    let offer = json!({"application_id": application, "salary": 9_000_000, "currency": "CAD", "starts_on": "2031-01-06"});
    let offer = world.add("offers", offer).await;
    let send = world.server.post(&format!("{ATS}/offers/{offer}/send/"), &world.owner, json!({})).await;
    assert_eq!(send.expect(409).code(), "approval-needed");
    world.act(&world.rita, &format!("offers/{offer}/submit"), json!({})).await;
    assert_eq!(world.told("max@example.com", 1).await, [0, 1, 1, 0]);
    let mail = world.peer.to("max@example.com").pop().expect("a mail");
    assert!(mail.header("Subject").contains("Grace Hopper"), "{}", mail.header("Subject"));
    world.act(&world.max, &format!("offers/{offer}/approve"), json!({})).await;
    assert_eq!(world.told("acme@example.com", 1).await, [0, 1, 1, 1]);
    let approved = world.act(&world.owner, &format!("offers/{offer}/approve"), json!({})).await;
    assert_eq!(approved["status"], "approved");
    world.act(&world.rita, &format!("offers/{offer}/send"), json!({})).await;
}

const HOUR_MS: i64 = 3_600_000;

impl World {
    /// An offer to Grace for a job of Max, to whom rules give the word.
    async fn offer_for_max(&self) -> String {
        let job = self.job(json!({"hiring_manager_id": self.max.user_id})).await;
        let candidate = self.add("candidates", json!({"first_name": "Grace", "last_name": "Hopper"})).await;
        let application = self.add("applications", json!({"candidate_id": candidate, "job_id": job})).await;
        let offer = json!({
            "application_id": application, "title": "Line cook", "salary": 9_000_000, "currency": "CAD",
            "starts_on": "2031-01-06",
        });
        self.add("offers", offer).await
    }
}

#[tokio::test]
async fn a_deputy_is_told_and_agrees_in_the_place_of_who_is_away() {
    let world = World::new().await;
    world
        .add("approval-rules", json!({"name": "Manager", "about": "offers", "with_hiring_manager": true}))
        .await;
    let away = json!({
        "member_id": world.max.user_id, "zone": "Europe/Paris", "deputy_id": world.rita.user_id,
        "deputy_from": "2026-11-20", "deputy_until": "2026-11-30",
    });
    let path = format!("{ATS}/working-hours/");
    world.server.post(&path, &world.max, away).await.expect(201);
    let offer = world.offer_for_max().await;
    world.act(&world.owner, &format!("offers/{offer}/submit"), json!({})).await;
    assert_eq!(world.told("max@example.com", 1).await, [1, 1, 0, 0]);
    let approved = world.act(&world.rita, &format!("offers/{offer}/approve"), json!({})).await;
    assert_eq!(approved["status"], "approved");
    let said = &approved["approvals"][0];
    assert_eq!((&said["by"], &said["instead_of"]), (&json!(world.rita.user_id), &json!(world.max.user_id)));

    // Who asks for it stands in for nobody who is asked.
    let own = world.offer_for_max().await;
    world.act(&world.rita, &format!("offers/{own}/submit"), json!({})).await;
    let refused = world.server.post(&format!("{ATS}/offers/{own}/approve/"), &world.rita, json!({})).await;
    assert_eq!(refused.expect(403).code(), "forbidden");
}

#[tokio::test]
async fn an_offer_that_nobody_agrees_to_in_time_goes_back_and_who_asked_is_told() {
    let world = World::new().await;
    let rule =
        json!({"name": "Manager", "about": "offers", "with_hiring_manager": true, "expires_hours": 24});
    world.add("approval-rules", rule).await;
    let offer = world.offer_for_max().await;
    world.act(&world.rita, &format!("offers/{offer}/submit"), json!({})).await;
    let sweep = async || zumodra_server::ats::offers::sweep(&world.server.app).await.expect("sweeps");
    let shown =
        async |by: &Signed| world.server.get(&format!("{ATS}/offers/{offer}/"), by).await.expect(200).json();
    sweep().await;
    assert_eq!(shown(&world.rita).await["status"], "pending_approval");
    world.server.clock.advance(25 * HOUR_MS);
    sweep().await;
    sweep().await;
    let rita = world.server.sign_in("rita@example.com").await;
    let back = shown(&rita).await;
    assert_eq!(
        (&back["status"], &back["reason"], &back["version"]),
        (&json!("draft"), &json!("approval_ran_out"), &json!(1))
    );
    assert_eq!(back["approvals"], json!([]), "nobody said anything");
    let told = until("the mail", async || {
        let mails = world.peer.to("rita@example.com").into_iter();
        mails.into_iter().find(|mail| mail.header("Subject").starts_with("Nobody agreed"))
    })
    .await;
    assert_eq!(told.header("Subject"), "Nobody agreed in time: offer to Grace Hopper");
}
