//! Who is mentioned in a note hears of it once, if they may see it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::mail::world::{in_the_directory, sending_to};
use crate::support::smtp::{SmtpPeer, until};
use crate::support::{Signed, TestServer};

const ATS: &str = "/api/v1/ats";
const A_WHILE: Duration = Duration::from_millis(400);

struct World {
    server: TestServer,
    peer: SmtpPeer,
    owner: Signed,
    rita: Signed,
    max: Signed,
    vera: Signed,
    job: String,
    application: String,
    candidate: String,
}

fn id(record: &Value) -> String {
    record["id"].as_str().expect("an id").to_owned()
}

impl World {
    /// A recruiter, a hiring manager without a job, and a viewer.
    async fn new() -> Self {
        let peer = SmtpPeer::start();
        let server = TestServer::with(sending_to(&peer.url())).await;
        let owner = server.workspace("Acme").await;
        let rita = server.member(&owner, "rita@example.com", "recruiter").await;
        let max = server.member(&owner, "max@example.com", "hiring_manager").await;
        let vera = server.member(&owner, "vera@example.com", "viewer").await;
        let add = async |kind: &str, body: Value| {
            id(&server.post(&format!("{ATS}/{kind}/"), &owner, body).await.expect(201).json())
        };
        let stages = json!([{"name": "New", "kind": "new"}]);
        let pipeline = add("pipelines", json!({"name": "Hiring", "stages": stages})).await;
        let job = add("jobs", json!({"title": "Line cook", "pipeline_id": pipeline})).await;
        let candidate = add("candidates", json!({"first_name": "Grace", "last_name": "Hopper"})).await;
        let application = add("applications", json!({"candidate_id": candidate, "job_id": job})).await;
        let world = Self { server, peer, owner, rita, max, vera, job, application, candidate };
        let members = [&world.owner, &world.rita, &world.max, &world.vera];
        in_the_directory(&world.server, &world.owner, &members).await;
        world
    }

    fn everybody(&self) -> Value {
        json!([self.owner.user_id, self.rita.user_id, self.max.user_id, self.vera.user_id])
    }

    /// A note by the owner about the application. Gives its id.
    async fn note(&self, fields: Value) -> String {
        let mut body = json!({
            "candidate_id": self.candidate, "application_id": self.application, "job_id": self.job,
            "body": "SECRET thoughts of @Rita",
        });
        for (name, value) in fields.as_object().expect("fields") {
            body[name] = value.clone();
        }
        id(&self.server.post(&format!("{ATS}/notes/"), &self.owner, body).await.expect(201).json())
    }

    async fn change(&self, note: &str, fields: Value) {
        self.server.patch(&format!("{ATS}/notes/{note}/"), &self.owner, fields).await.expect(200);
    }

    /// Mentions that reached an address.
    fn told(&self, address: &str) -> usize {
        let mentions = self.peer.to(address).into_iter();
        mentions.filter(|mail| mail.header("Subject").contains("mentions you")).count()
    }

    /// Waits until so many mentions arrived at the recruiter, and a while for others to arrive.
    async fn once(&self, count: usize) -> [usize; 4] {
        until("the mail", async || (self.told("rita@example.com") == count).then_some(())).await;
        tokio::time::sleep(A_WHILE).await;
        ["rita@example.com", "max@example.com", "vera@example.com", "acme@example.com"]
            .map(|to| self.told(to))
    }
}

#[tokio::test]
async fn who_is_mentioned_and_may_see_the_note_is_told_once_and_not_what_it_says() {
    let world = World::new().await;
    let note = world.note(json!({"mention_ids": world.everybody()})).await;
    // A hiring manager without the job and a viewer see no such note; who writes it knows.
    assert_eq!(world.once(1).await, [1, 0, 0, 0]);
    let mail = world.peer.to("rita@example.com").pop().expect("a mail");
    assert!(
        mail.header("Subject").contains("Ada Lovelace mentions you: Grace Hopper"),
        "{}",
        mail.header("Subject")
    );
    assert!(!mail.text().contains("SECRET") && !mail.html().contains("SECRET"));
    // Another word, and naming her again, are no other mention.
    world.change(&note, json!({"body": "Other words of @Rita"})).await;
    world.change(&note, json!({"mention_ids": []})).await;
    world.change(&note, json!({"mention_ids": [world.rita.user_id]})).await;
    assert_eq!(world.once(1).await, [1, 0, 0, 0]);
    // Whose job it is sees the note.
    let jobs = format!("{ATS}/jobs/{}/", world.job);
    world
        .server
        .patch(&jobs, &world.owner, json!({"hiring_manager_id": world.max.user_id}))
        .await
        .expect(200);
    world.note(json!({"mention_ids": [world.max.user_id, world.rita.user_id]})).await;
    assert_eq!(world.once(2).await, [2, 1, 0, 0]);
}

#[tokio::test]
async fn of_what_is_hidden_from_them_nobody_hears() {
    let world = World::new().await;
    world.note(json!({"mention_ids": world.everybody(), "is_private": true})).await;
    let candidates = format!("{ATS}/candidates/{}/", world.candidate);
    let wall = json!({"is_private": true, "visible_to_ids": [world.max.user_id]});
    world.server.patch(&candidates, &world.owner, wall).await.expect(200);
    world.note(json!({"mention_ids": world.everybody()})).await;
    until("the one inside", async || (world.told("max@example.com") == 1).then_some(())).await;
    assert_eq!(world.once(0).await, [0, 1, 0, 0]);
}

#[tokio::test]
async fn who_is_gone_hears_of_nothing() {
    let world = World::new().await;
    let member = format!("/api/v1/tenants/members/{}/", world.rita.user_id);
    world.server.patch(&member, &world.owner, json!({"is_active": false})).await.expect(200);
    world.note(json!({"mention_ids": [world.rita.user_id]})).await;
    assert_eq!(world.once(0).await, [0, 0, 0, 0]);
}
