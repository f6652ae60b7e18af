//! Working hours are their person's, whoever wrote them down, and those of nobody are the workspace's. Interviews take the
//! time of candidates as well.

use serde_json::{Value, json};

use crate::mail::world::in_the_directory;
use crate::support::{Answer, Signed, TestServer};

const ATS: &str = "/api/v1/ats";
const HOURS: &str = "/api/v1/ats/working-hours/";
const AT: i64 = 1_900_000_000_000;
const HOUR_MS: i64 = 3_600_000;

struct World {
    server: TestServer,
    owner: Signed,
    rita: Signed,
    max: Signed,
}

fn id(answer: Answer) -> String {
    answer.expect(201).json()["id"].as_str().expect("an id").to_owned()
}

impl World {
    /// An owner, a recruiter and a hiring manager.
    async fn new() -> Self {
        let server = TestServer::start().await;
        let owner = server.workspace("Acme").await;
        let rita = server.member(&owner, "rita@example.com", "recruiter").await;
        let max = server.member(&owner, "max@example.com", "hiring_manager").await;
        in_the_directory(&server, &owner, &[&owner, &rita, &max]).await;
        Self { server, owner, rita, max }
    }

    async fn enter(&self, by: &Signed, whose: Option<&Signed>, more: Value) -> Answer {
        let week = json!([{"id": "1a", "begins": 540, "minutes": 480}]);
        let mut body = json!({"zone": "Europe/Paris", "week": week});
        if let Some(whose) = whose {
            body["member_id"] = json!(whose.user_id);
        }
        for (name, value) in more.as_object().expect("fields") {
            body[name] = value.clone();
        }
        self.server.post(HOURS, by, body).await
    }

    async fn add(&self, kind: &str, body: Value) -> String {
        id(self.server.post(&format!("{ATS}/{kind}/"), &self.owner, body).await)
    }
}

#[tokio::test]
async fn people_enter_their_own_hours_and_administrators_those_of_all() {
    let world = World::new().await;
    let nothing = || json!({});
    let own = id(world.enter(&world.rita, Some(&world.rita), nothing()).await);
    for whose in [Some(&world.max), None] {
        let refused = world.enter(&world.rita, whose, nothing()).await.expect(403);
        assert_eq!(refused.code(), "forbidden");
    }
    let of_max = id(world.enter(&world.owner, Some(&world.max), nothing()).await);
    let of_all = id(world.enter(&world.owner, None, nothing()).await);
    let path = |id: &str| format!("{HOURS}{id}/");
    // What somebody else wrote down for them is theirs, and what is theirs is not others'.
    let tries = [
        (&own, &world.rita, 200),
        (&own, &world.owner, 200),
        (&own, &world.max, 403),
        (&of_max, &world.max, 200),
        (&of_max, &world.rita, 403),
        (&of_all, &world.rita, 403),
        (&of_all, &world.owner, 200),
    ];
    for (minutes, (hours, who, status)) in tries.into_iter().enumerate() {
        let change = json!({"buffer_after": minutes + 1});
        world.server.patch(&path(hours), who, change).await.expect(status);
        let shown = world.server.get(&path(hours), who).await.expect(200).json();
        assert_eq!(shown["buffer_after"] == json!(minutes + 1), status == 200, "{shown}");
    }
    // Whose they are stays.
    let given = json!({"member_id": world.rita.user_id});
    let refused = world.server.patch(&path(&of_max), &world.owner, given).await;
    assert_eq!(refused.code(), "field-not-writable");
    world.server.delete(&path(&of_max), &world.rita).await.expect(403);
    world.server.delete(&path(&of_max), &world.max).await.expect(204);
    let emma = world.server.member(&world.owner, "emma@example.com", "employee").await;
    world.server.get(&path(&own), &emma).await.expect(404);
    world.enter(&emma, Some(&emma), nothing()).await.expect(403);
}

#[tokio::test]
async fn hours_that_nobody_can_keep_are_refused() {
    let world = World::new().await;
    for (wrong, field) in [
        (json!({"zone": ""}), "zone"),
        (json!({"zone": "Paris, France"}), "zone"),
        (json!({"week": [{"id": "8a", "begins": 540, "minutes": 480}]}), "week"),
        (json!({"week": [{"id": "1a", "begins": 1440, "minutes": 1}]}), "week"),
        (json!({"week": [{"id": "1a", "begins": 0, "minutes": 1441}]}), "week"),
        (json!({"buffer_before": 121}), "buffer_before"),
        (json!({"buffer_after": -1}), "buffer_after"),
        (json!({"most_a_day": 0}), "most_a_day"),
        (json!({"holidays": [{"id": "a", "starts_on": "2026-02-30", "days": 1}]}), "holidays"),
        (json!({"holidays": [{"id": "a", "starts_on": "2026-02-01", "days": 367}]}), "holidays"),
        (json!({"holidays": [{"id": "a", "starts_on": "2026-02-01", "label": "x".repeat(81)}]}), "holidays"),
    ] {
        let refused = world.enter(&world.owner, None, wrong.clone()).await.expect(422);
        assert!(refused.json()["errors"].get(field).is_some(), "{wrong}: {}", refused.json());
    }
    let edge = json!({
        "week": [{"id": "7b", "begins": 1439, "minutes": 1440}], "buffer_before": 120, "most_a_day": 20,
        "holidays": [{"id": "a", "starts_on": "2026-02-28", "days": 366, "label": "x".repeat(80)}],
    });
    world.enter(&world.owner, None, edge).await.expect(201);
}

#[tokio::test]
async fn a_candidate_is_in_one_interview_at_a_time() {
    let world = World::new().await;
    let pipeline = json!({"name": "Hiring", "stages": [{"name": "New", "kind": "new"}]});
    let pipeline = world.add("pipelines", pipeline).await;
    let ada = world.add("candidates", json!({"first_name": "Ada"})).await;
    let mut applications = Vec::new();
    for title in ["Cook", "Waiter"] {
        let job = world.add("jobs", json!({"title": title, "pipeline_id": pipeline})).await;
        applications.push(world.add("applications", json!({"candidate_id": ada, "job_id": job})).await);
    }
    let plan = async |application: &str, starts_at: i64, with: &[&Signed]| {
        let with: Vec<&str> = with.iter().map(|who| who.user_id.as_str()).collect();
        let body = json!({
            "application_id": application, "starts_at": starts_at, "minutes": 60, "interviewer_ids": with,
        });
        world.server.post(&format!("{ATS}/interviews/"), &world.owner, body).await
    };
    let first = id(plan(&applications[0], AT, &[&world.rita]).await);
    // Another job, and other people: it is the same candidate.
    for starts_at in [AT, AT + HOUR_MS / 2, AT - HOUR_MS / 2] {
        let refused = plan(&applications[1], starts_at, &[&world.max]).await.expect(409);
        assert_eq!(refused.code(), "double-booked");
    }
    id(plan(&applications[1], AT + HOUR_MS, &[&world.max]).await);
    // Somebody else has room for them at that time, and what is called off takes none of the candidate's.
    let grace = world.add("candidates", json!({"first_name": "Grace"})).await;
    let job = world.add("jobs", json!({"title": "Baker", "pipeline_id": pipeline})).await;
    let other = world.add("applications", json!({"candidate_id": grace, "job_id": job})).await;
    id(plan(&other, AT, &[&world.owner]).await);
    let off = json!({"status": "cancelled", "cancel_reason": "Ill"});
    world.server.patch(&format!("{ATS}/interviews/{first}/"), &world.owner, off).await.expect(200);
    id(plan(&applications[1], AT, &[&world.max]).await);
}
