//! Files beside résumés: who has them follows from the record that names them.

use serde_json::{Value, json};

use crate::mail::world::in_the_directory;
use crate::support::{Signed, TestServer};

const ATS: &str = "/api/v1/ats";

struct World {
    server: TestServer,
    owner: Signed,
    manager: Signed,
    candidate: String,
    application: String,
}

impl World {
    /// Ada applied for a job of the hiring manager.
    async fn new() -> Self {
        let server = TestServer::start().await;
        let owner = server.workspace("Acme").await;
        let manager = server.member(&owner, "manager@example.com", "hiring_manager").await;
        in_the_directory(&server, &owner, &[&manager]).await;
        let mut world = Self { server, owner, manager, candidate: String::new(), application: String::new() };
        let stages = json!([{"name": "New", "kind": "new"}]);
        let pipeline = world.add("pipelines", json!({"name": "Hiring", "stages": stages})).await;
        let job =
            json!({"title": "Cook", "pipeline_id": pipeline, "hiring_manager_id": world.manager.user_id});
        let job = world.add("jobs", job).await;
        world.candidate = world.add("candidates", json!({"first_name": "Ada"})).await;
        let application = json!({"candidate_id": world.candidate, "job_id": job});
        world.application = world.add("applications", application).await;
        world
    }

    async fn post(&self, kind: &str, body: Value) -> crate::support::Answer {
        self.server.post(&format!("{ATS}/{kind}/"), &self.owner, body).await
    }

    async fn add(&self, kind: &str, body: Value) -> String {
        let made = self.post(kind, body).await.expect(201).json();
        made["id"].as_str().expect("an id").to_owned()
    }

    /// A file of Ada's, about her application or not. Gives the record and the file's hash.
    async fn file(&self, text: &str, of_application: bool) -> (String, String) {
        let hash = self.server.upload(&self.owner, "a.txt", text).await;
        let mut file = json!({
            "candidate_id": self.candidate, "name": "a.txt", "file_hash": hash, "media_type": "text/plain",
            "bytes": text.len(), "kind": "certificate",
        });
        if of_application {
            file["application_id"] = json!(self.application);
        }
        (self.add("attachments", file).await, hash)
    }

    async fn has(&self, who: &Signed, (record, hash): &(String, String)) -> [u16; 2] {
        let record = self.server.get(&format!("{ATS}/attachments/{record}/"), who).await;
        let file = self.server.get(&format!("/api/v1/files/{hash}/"), who).await;
        [record.status.as_u16(), file.status.as_u16()]
    }
}

#[tokio::test]
async fn who_sees_the_record_has_the_file_and_nobody_else() {
    let world = World::new().await;
    let recruiter = world.server.member(&world.owner, "recruiter@example.com", "recruiter").await;
    let viewer = world.server.member(&world.owner, "viewer@example.com", "viewer").await;
    in_the_directory(&world.server, &world.owner, &[&recruiter, &viewer]).await;
    let (tied, untied) = (world.file("about the job", true).await, world.file("about her", false).await);
    for (who, of_job, of_her) in [
        (&world.owner, [200, 200], [200, 200]),
        (&recruiter, [200, 200], [200, 200]),
        (&world.manager, [200, 200], [404, 404]),
        (&viewer, [404, 404], [404, 404]),
    ] {
        assert_eq!(
            (world.has(who, &tied).await, world.has(who, &untied).await),
            (of_job, of_her),
            "{}",
            who.user_id
        );
    }
    // What is also somebody's résumé is had by who sees that.
    let candidate = format!("{ATS}/candidates/{}/", world.candidate);
    let resume = json!({"resume_hash": untied.1, "resume_name": "a.txt"});
    world.server.patch(&candidate, &world.owner, resume).await.expect(200);
    assert_eq!(world.has(&viewer, &untied).await, [404, 200]);
    // Behind a wall, the files are behind it.
    world.server.patch(&candidate, &world.owner, json!({"is_private": true})).await.expect(200);
    for who in [&recruiter, &world.manager, &viewer] {
        assert_eq!(world.has(who, &tied).await, [404, 404]);
    }
    assert_eq!(world.has(&world.owner, &tied).await, [200, 200]);
}

#[tokio::test]
async fn it_names_a_file_for_good_and_is_about_its_application() {
    let world = World::new().await;
    let (record, hash) = world.file("one", true).await;
    let path = format!("{ATS}/attachments/{record}/");
    let seen = world.server.get(&path, &world.owner).await.expect(200).json();
    assert_eq!((&seen["kind"], &seen["bytes"]), (&json!("certificate"), &json!(3)));
    assert!(seen["job_id"].is_string(), "{seen}");
    world.server.patch(&path, &world.owner, json!({"name": "b.txt", "kind": "other"})).await.expect(200);
    for fixed in [json!({"file_hash": "0a".repeat(32)}), json!({"candidate_id": record}), json!({"bytes": 4})]
    {
        world.server.patch(&path, &world.owner, fixed.clone()).await.expect(403);
    }
    let of = |more: Value| {
        let mut file = json!({"candidate_id": world.candidate, "name": "a.txt", "file_hash": hash, "media_type": "text/plain"});
        file.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
        file
    };
    let other = world.add("candidates", json!({"first_name": "Bob"})).await;
    for wrong in [
        json!({"file_hash": "x"}),
        json!({"file_hash": "0A".repeat(32)}),
        json!({"name": ""}),
        json!({"bytes": -1}),
        json!({"candidate_id": other, "application_id": world.application}),
        json!({"job_id": seen["job_id"]}),
        json!({"application_id": record}),
    ] {
        world.post("attachments", of(wrong.clone())).await.expect(422);
    }
    // What happened is on the timeline.
    world.server.delete(&path, &world.owner).await.expect(204);
    let timeline = format!("{ATS}/applications/{}/activities/", world.application);
    let timeline = world.server.get(&timeline, &world.owner).await.expect(200).json();
    let mut told: Vec<&str> = timeline["results"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|entry| entry["action"].as_str())
        .filter(|action| action.starts_with("file_"))
        .collect();
    told.sort_unstable();
    assert_eq!(told, ["file_attached", "file_removed"]);
    // Who sees the timeline does not always see the file: its name is not there.
    assert!(!timeline.to_string().contains("a.txt") && !timeline.to_string().contains("b.txt"), "{timeline}");
}
