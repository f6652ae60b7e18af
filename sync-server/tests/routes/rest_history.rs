//! The history of records over HTTP: who changed what and when, records as they were, and who may see it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use zumodra_server::sync::trim::trim;
use zumodra_shared::access::{Action, Reach, Role, reach};
use zumodra_shared::history::Stamps;
use zumodra_shared::kernel::limits::HISTORY_DAYS;
use zumodra_shared::kernel::time::{DAY_MS, rfc3339};

use crate::support::{Answer, Signed, TestServer};

const ATS: &str = "/api/v1/ats";
/// A minute: a test takes less than an access token lives.
const MINUTE_MS: i64 = 60_000;
/// How long a test waits for what the server does by itself.
const PATIENCE: Duration = Duration::from_secs(20);

async fn desk() -> (TestServer, Signed) {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let begun = Instant::now();
    while server.get(&format!("{ATS}/pipelines/"), &owner).await.expect(200).json()["count"] != 1 {
        assert!(begun.elapsed() < PATIENCE, "the default pipeline is made");
        tokio::task::yield_now().await;
    }
    (server, owner)
}

async fn add(server: &TestServer, by: &Signed, segment: &str, body: Value) -> String {
    let made = server.post(&format!("{ATS}/{segment}/"), by, body).await.expect(201).json();
    format!("{ATS}/{segment}/{}/", made["id"].as_str().expect("an id"))
}

async fn steps(server: &TestServer, by: &Signed, place: &str, query: &str) -> Vec<Value> {
    let page = server.get(&format!("{place}history/{query}"), by).await.expect(200).json();
    page["results"].as_array().expect("steps").clone()
}

async fn was(server: &TestServer, by: &Signed, place: &str, at: i64) -> Answer {
    server.get(&format!("{place}?as_of={}", rfc3339(at)), by).await
}

#[tokio::test]
async fn a_history_says_who_changed_what_and_when_the_latest_first() {
    let (server, owner) = desk().await;
    let anna = server.member(&owner, "anna@example.com", "recruiter").await;
    let made_at = server.clock.now();
    let place =
        add(&server, &owner, "candidates", json!({"first_name": "Ada", "city": "Paris", "skills": ["SQL"]}))
            .await;
    server.clock.advance(MINUTE_MS);
    server
        .patch(&place, &anna, json!({"city": "Lyon", "skills": ["Rust"], "summary": "Calm."}))
        .await
        .expect(200);
    server.clock.advance(MINUTE_MS);
    server.delete(&place, &owner).await.expect(204);
    server.clock.advance(MINUTE_MS);
    server.post(&format!("{place}restore/"), &owner, json!({})).await.expect(200);
    let steps = steps(&server, &owner, &place, "").await;
    let told: Vec<(&Value, &Value, &Value)> =
        steps.iter().map(|step| (&step["deed"], &step["by"], &step["at"])).collect();
    let at = |minutes: i64| json!(rfc3339(made_at + minutes * MINUTE_MS));
    let (ada, ann) = (json!(owner.user_id), json!(anna.user_id));
    assert_eq!(told[0], (&json!("restored"), &ada, &at(3)));
    assert_eq!(told[1], (&json!("deleted"), &ada, &at(2)));
    assert_eq!(told[2], (&json!("changed"), &ann, &at(1)));
    assert_eq!(told[3], (&json!("created"), &ada, &at(0)));
    assert!(steps.iter().all(|step| step["source"] == "server" && step["author"] == "person"));
    assert_eq!(
        steps[2]["fields"],
        json!([
            {"field": "summary", "type": "text", "before": "", "after": "Calm."},
            {"field": "city", "type": "value", "before": "Paris", "after": "Lyon"},
            {"field": "skills", "type": "set", "before": ["SQL"], "after": ["Rust"], "added": ["Rust"], "removed": ["SQL"]},
        ])
    );
    assert_eq!((&steps[0]["fields"], &steps[1]["fields"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn a_history_is_read_by_pages() {
    let (server, owner) = desk().await;
    let place = add(&server, &owner, "tags", json!({"name": "0"})).await;
    for turn in 1..=6 {
        server.patch(&place, &owner, json!({"name": turn.to_string()})).await.expect(200);
    }
    let first = server.get(&format!("{place}history/?page_size=4"), &owner).await.expect(200).json();
    assert_eq!((&first["count"], &first["previous"]), (&json!(7), &Value::Null));
    assert!(
        first["next"].as_str().is_some_and(|next| next.contains("/history/?page_size=4&page=2")),
        "{first}"
    );
    let names = |steps: &[Value]| -> Vec<String> {
        steps.iter().map(|step| step["fields"][0]["after"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(names(first["results"].as_array().expect("steps")), ["6", "5", "4", "3"]);
    assert_eq!(names(&steps(&server, &owner, &place, "?page_size=4&page=2").await), ["2", "1", "0"]);
    assert_eq!(names(&steps(&server, &owner, &place, "?page_size=4&page=3").await), Vec::<String>::new());
    for query in ["page=0", "page=x", "page_size=101"] {
        let answer = server.get(&format!("{place}history/?{query}"), &owner).await;
        assert!([400, 422].contains(&answer.status.as_u16()), "{query}");
        assert!(["bad-request", "invalid-fields"].contains(&answer.code().as_str()));
    }
}

#[tokio::test]
async fn a_record_is_shown_as_it_was() {
    let (server, owner) = desk().await;
    let made_at = server.clock.now();
    let place = add(&server, &owner, "candidates", json!({"first_name": "Ada", "city": "Paris"})).await;
    server.clock.advance(MINUTE_MS);
    server.patch(&place, &owner, json!({"city": "Lyon"})).await.expect(200);
    server.clock.advance(MINUTE_MS);
    server.delete(&place, &owner).await.expect(204);
    was(&server, &owner, &place, made_at - 1).await.expect(404);
    let first = was(&server, &owner, &place, made_at).await.expect(200).json();
    assert_eq!((&first["city"], &first["updated_at"]), (&json!("Paris"), &json!(rfc3339(made_at))));
    let just_before = was(&server, &owner, &place, made_at + MINUTE_MS - 1).await.expect(200).json();
    assert_eq!(just_before["city"], "Paris");
    let then = was(&server, &owner, &place, made_at + MINUTE_MS).await.expect(200).json();
    assert_eq!((&then["city"], &then["deleted"]), (&json!("Lyon"), &json!(false)));
    let now = server.get(&place, &owner).await.expect(200).json();
    assert_eq!(now["deleted"], true);
    assert_eq!(was(&server, &owner, &place, server.clock.now()).await.expect(200).json(), now);
    assert_eq!(was(&server, &owner, &place, i64::from(i32::MAX) * 1_000).await.expect(200).json(), now);
}

#[tokio::test]
async fn a_time_that_cannot_be_is_named() {
    let (server, owner) = desk().await;
    let place = add(&server, &owner, "tags", json!({"name": "T"})).await;
    for wrong in ["yesterday", "2026-13-01T00:00:00Z", "", "2026-11-20&as_of=2026-11-21"] {
        let answer = server.get(&format!("{place}?as_of={wrong}"), &owner).await.expect(422);
        assert_eq!(answer.code(), "invalid-fields");
        assert!(answer.json()["errors"]["as_of"].as_str().is_some_and(|m| m.ends_with('.')), "{wrong}");
    }
    let answer =
        was(&server, &owner, &place, server.clock.now() - HISTORY_DAYS * DAY_MS - 1).await.expect(422);
    assert!(answer.json()["errors"]["as_of"].as_str().is_some_and(|m| m.contains("730 days")));
    was(&server, &owner, &place, server.clock.now() - HISTORY_DAYS * DAY_MS).await.expect(404);
}

#[tokio::test]
async fn what_is_older_than_it_is_kept_is_not_shown() {
    let (server, owner) = desk().await;
    let place = add(&server, &owner, "tags", json!({"name": "Old"})).await;
    server.clock.advance(HISTORY_DAYS * DAY_MS);
    let owner = server.sign_in("acme@example.com").await;
    assert_eq!(steps(&server, &owner, &place, "").await.len(), 1, "at the edge");
    server.clock.advance(MINUTE_MS);
    let owner = server.sign_in("acme@example.com").await;
    server.patch(&place, &owner, json!({"name": "New"})).await.expect(200);
    let kept = steps(&server, &owner, &place, "").await;
    assert_eq!((kept.len(), &kept[0]["fields"][0]["before"]), (1, &json!("Old")));
    let now = was(&server, &owner, &place, server.clock.now() - 1).await.expect(200).json();
    assert_eq!(now["name"], "Old", "a record that was not changed for long is shown as it was");
}

#[tokio::test]
async fn who_gave_a_command_is_the_author_of_what_it_did() {
    let (server, owner) = desk().await;
    let anna = server.member(&owner, "anna@example.com", "recruiter").await;
    let place = add(&server, &owner, "jobs", json!({"title": "Baker", "description": "Bread"})).await;
    server.post(&format!("{place}publish/"), &anna, json!({})).await.expect(200);
    let latest = steps(&server, &owner, &place, "").await.remove(0);
    assert_eq!((&latest["by"], &latest["author"]), (&json!(anna.user_id), &json!("person")));
    let status = latest["fields"].as_array().expect("fields").iter().find(|f| f["field"] == "status");
    assert_eq!(status.map(|s| (&s["before"], &s["after"])), Some((&json!("draft"), &json!("open"))));
    assert_eq!(server.get(&place, &owner).await.expect(200).json()["updated_by"], anna.user_id.as_str());
    let activities =
        server.get(&format!("{ATS}/activities/?action=status_changed"), &owner).await.expect(200);
    assert_eq!(activities.json()["results"][0]["actor_id"], anna.user_id.as_str());
}

#[tokio::test]
async fn what_the_server_does_by_itself_is_nobodys() {
    let (server, owner) = desk().await;
    let job = add(&server, &owner, "jobs", json!({"title": "Baker"})).await;
    let candidate = add(&server, &owner, "candidates", json!({"first_name": "Ada"})).await;
    let id = |place: &str| place.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    let body = json!({"candidate_id": id(&candidate), "job_id": id(&job)});
    let place = add(&server, &owner, "applications", body).await;
    server.clock.advance(MINUTE_MS);
    server.post(&format!("{place}advance/"), &owner, json!({})).await.expect(200);
    let steps = steps(&server, &owner, &place, "").await;
    assert_eq!((&steps[0]["author"], &steps[0]["by"]), (&json!("server"), &Value::Null));
    assert_eq!(steps[0]["fields"][0]["field"], "stage_changed_at");
    assert_eq!(
        (&steps[1]["by"], &steps[1]["fields"][0]["field"]),
        (&json!(owner.user_id), &json!("stage_id"))
    );
}

#[tokio::test]
async fn a_change_of_which_nothing_is_known_is_marked_and_not_guessed() {
    let (server, owner) = desk().await;
    let made_at = server.clock.now();
    let place = add(&server, &owner, "tags", json!({"name": "0"})).await;
    for turn in 1..=3 {
        server.clock.advance(MINUTE_MS);
        server.patch(&place, &owner, json!({"name": turn.to_string()})).await.expect(200);
    }
    let whole = steps(&server, &owner, &place, "").await;
    let tenant = server.tenant(&owner).await;
    let mut tx = server.app.db().tenant(&tenant.schema).await.expect("a transaction");
    sqlx::query("delete from log").execute(&mut *tx).await.expect("trims");
    tx.commit().await.expect("commits");
    let rest = steps(&server, &owner, &place, "").await;
    let of = |steps: &[Value], field: &str| steps.iter().map(|s| s[field].clone()).collect::<Vec<_>>();
    assert_eq!(of(&rest, "fields"), of(&whole, "fields"));
    assert_eq!(of(&rest, "at"), of(&whole, "at"), "what the change claims is in whole seconds here");
    assert_eq!(
        of(&rest, "source"),
        ["server", "claimed", "claimed", "server"],
        "the record knows its first and last"
    );
    assert_eq!(of(&rest, "author"), ["person", "unknown", "unknown", "person"]);
    let then = was(&server, &owner, &place, made_at + 2 * MINUTE_MS).await.expect(200).json();
    assert_eq!(then["name"], "2");
}

#[tokio::test]
async fn a_history_outlives_the_log() {
    let (server, owner) = desk().await;
    let anna = server.member(&owner, "anna@example.com", "recruiter").await;
    let place = add(&server, &owner, "tags", json!({"name": "0"})).await;
    let tenant = server.tenant(&owner).await;
    for turn in 1..=12 {
        server.clock.advance(MINUTE_MS + 345);
        let by = if turn % 3 == 0 { &owner } else { &anna };
        server.patch(&place, by, json!({"name": turn.to_string()})).await.expect(200);
        if turn % 5 == 0 {
            let before = steps(&server, &owner, &place, "").await;
            let trimmed = trim(&server.app, &tenant, server.clock.now() - MINUTE_MS).await.expect("trims");
            assert!(trimmed.dropped > 0);
            assert_eq!(steps(&server, &owner, &place, "").await, before);
        }
    }
    let before = steps(&server, &owner, &place, "").await;
    let stamps = server.get(&format!("{place}history/stamps/"), &owner).await.expect(200).bytes;
    trim(&server.app, &tenant, server.clock.now() + 1).await.expect("trims");
    assert_eq!(steps(&server, &owner, &place, "").await, before, "with nothing left in the log");
    assert_eq!(server.get(&format!("{place}history/stamps/"), &owner).await.expect(200).bytes, stamps);
    assert!(before.iter().all(|step| step["source"] == "server"));
    assert_eq!(before.len(), 13);
}

#[tokio::test]
async fn replicas_get_the_stamps_in_the_form_that_they_keep() {
    let (server, owner) = desk().await;
    let place = add(&server, &owner, "tags", json!({"name": "0"})).await;
    server.clock.advance(MINUTE_MS);
    server.patch(&place, &owner, json!({"name": "1"})).await.expect(200);
    let answer = server.get(&format!("{place}history/stamps/"), &owner).await.expect(200);
    assert_eq!(answer.headers["content-type"], "application/octet-stream");
    let stamps = Stamps::decode(&answer.bytes).expect("reads");
    let told: Vec<(i64, String)> = stamps.iter().map(|(_, stamp)| (stamp.at, stamp.by.to_string())).collect();
    let now = server.clock.now();
    assert_eq!(told, [(now - MINUTE_MS, owner.user_id.clone()), (now, owner.user_id.clone())]);
    assert!(answer.bytes.len() < 80, "{} bytes", answer.bytes.len());
}

#[tokio::test]
async fn a_log_entry_has_no_history_and_a_private_note_has_it_for_its_author() {
    let (server, owner) = desk().await;
    let anna = server.member(&owner, "anna@example.com", "recruiter").await;
    let candidate = add(&server, &owner, "candidates", json!({"first_name": "Ada"})).await;
    let id = candidate.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let note = json!({"candidate_id": id, "body": "hush", "is_private": true});
    let note = add(&server, &anna, "notes", note).await;
    assert_eq!(steps(&server, &anna, &note, "").await.len(), 1);
    for path in ["history/", "history/stamps/", "?as_of=2026-11-22T12:00:00Z"] {
        let answer = server.get(&format!("{note}{path}"), &owner).await.expect(404);
        assert!(!answer.text().contains("hush"));
    }
    server.delete(&candidate, &owner).await.expect(204);
    let activities = server.get(&format!("{ATS}/activities/"), &owner).await.expect(200).json();
    let entry = activities["results"][0]["id"].as_str().expect("an entry").to_owned();
    server.get(&format!("{ATS}/activities/{entry}/history/"), &owner).await.expect(404);
}

/// What each role gets of a record as it was is what it gets of the record.
#[tokio::test]
async fn a_record_as_it_was_is_for_who_may_read_it_now() {
    let (server, owner) = desk().await;
    let stranger = server.workspace("Other").await;
    let candidate = add(&server, &owner, "candidates", json!({"first_name": "SECRET-NAME"})).await;
    let id = candidate.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let contact = json!({"candidate_id": id, "phone": "SECRET-PHONE"});
    let contact = add(&server, &owner, "candidate-contacts", contact).await;
    server.clock.advance(MINUTE_MS);
    server.patch(&contact, &owner, json!({"phone": "gone"})).await.expect(200);
    let then = rfc3339(server.clock.now() - MINUTE_MS);
    for role in Role::ALL {
        let member = match role {
            Role::Owner => owner.clone(),
            _ => server.member(&owner, &format!("{}@example.com", role.name()), role.name()).await,
        };
        for (kind, place, secret) in
            [("candidates", &candidate, "SECRET-NAME"), ("candidate_contacts", &contact, "SECRET-PHONE")]
        {
            let sees = reach(role, kind, Action::Read) == Reach::All;
            for path in [format!("{place}?as_of={then}"), format!("{place}history/")] {
                let answer = server.get(&path, &member).await.expect(if sees { 200 } else { 404 });
                assert_eq!(answer.text().contains(secret), sees, "{} {path}", role.name());
            }
        }
    }
    for path in
        [format!("{contact}?as_of={then}"), format!("{contact}history/"), format!("{contact}history/stamps/")]
    {
        server.get(&path, &stranger).await.expect(404);
        server.call(axum::http::Method::GET, &path, None, None).await.expect(401);
    }
}
