//! Who is erased is in no table and no folder any more, and everything else stays as it was.

use serde_json::{Value, json};
use zumodra_server::sync::rebuild::rebuild;
use zumodra_server::tenants::Tenant;
use zumodra_shared::kernel::time::DAY_MS;

use crate::portal::world::{ADA, ATS, GRACE, ME, World};
use crate::support::TestServer;
use crate::support::smtp::until;

/// A word that stands nowhere but in what is about Grace.
const SECRET: &str = "Murray-Hopper-1906";

/// Who is asked about her.
const REFEREE: &str = "referee@example.net";

/// A file beside her résumé.
const DIPLOMA: &str = "Yale, 1934";

/// Every row of the workspace, as text.
async fn everything(server: &TestServer, tenant: &Tenant) -> Vec<String> {
    let mut tx = server.app.db().tenant(&tenant.schema).await.expect("opens");
    let tables: Vec<String> =
        sqlx::query_scalar("select tablename::text from pg_tables where schemaname = current_schema()")
            .fetch_all(&mut *tx)
            .await
            .expect("tables");
    assert!(tables.len() > 15, "{tables:?}");
    let mut rows = Vec::new();
    for table in tables {
        let sql = sqlx::AssertSqlSafe(format!("select '{table}: ' || t::text from {table} t"));
        let found: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *tx).await.expect("rows");
        rows.extend(found);
    }
    tx.commit().await.expect("commits");
    rows
}

/// The rows that have a word, as text or as bytes.
fn with<'r>(rows: &'r [String], word: &str) -> Vec<&'r String> {
    let hex: String = word.bytes().map(|byte| format!("{byte:02x}")).collect();
    rows.iter().filter(|row| row.contains(word) || row.contains(&hex)).collect()
}

async fn sums(server: &TestServer, tenant: &Tenant) -> Vec<(String, i64, i64)> {
    let mut tx = server.app.db().tenant(&tenant.schema).await.expect("opens");
    let sql = "select scope, documents, checksum from scopes where documents > 0 order by scope";
    let sums = sqlx::query_as(sql).fetch_all(&mut *tx).await.expect("sums");
    tx.commit().await.expect("commits");
    sums
}

/// Grace with everything that a workspace may know of somebody. Gives the hash of her résumé.
async fn known_well(world: &World) -> String {
    let text = format!("Grace Hopper\n{SECRET}\nCompilers, and nothing else, since 1952.");
    let hash = world.server.upload(&world.owner, "grace.txt", &text).await;
    let candidate = json!({
        "summary": SECRET, "resume_hash": hash, "resume_name": "grace.txt", "resume_type": "text/plain",
    });
    let earlier = world.server.upload(&world.owner, "older.txt", "An older one of hers").await;
    world
        .edit("candidates", &world.candidate, json!({"resume_hash": earlier, "resume_name": "older.txt"}))
        .await;
    world.edit("candidates", &world.candidate, candidate).await;
    let diploma = world.server.upload(&world.owner, "diploma.txt", DIPLOMA).await;
    let diploma = json!({
        "candidate_id": world.candidate, "name": format!("{SECRET}.txt"), "file_hash": diploma, "media_type": "text/plain",
    });
    world.add("attachments", diploma).await;
    let about = |more: Value| {
        let mut fields = json!({"candidate_id": world.candidate, "application_id": world.application});
        fields.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
        fields
    };
    world.add("notes", about(json!({"body": SECRET}))).await;
    world.add("scorecards", about(json!({"summary": SECRET, "recommendation": "yes"}))).await;
    let reference = json!({
        "application_id": world.application, "name": "Howard Aiken", "email": REFEREE, "consent": "By telephone.",
        "answer_by": "2026-12-20", "questions": [{"id": "a", "text": "How was it?"}],
    });
    world.add("candidate-references", reference).await;
    let mail = json!({"candidate_id": world.candidate, "address": GRACE, "subject": SECRET, "body": format!("Dear {SECRET},")});
    world.add("emails", mail).await;
    until("her mail", async || {
        world.peer.to(GRACE).into_iter().find(|mail| mail.header("Subject").contains(SECRET))
    })
    .await;
    // Somebody merged into her is she.
    let twin = json!({"first_name": "G.", "last_name": SECRET});
    let twin = world.add("candidates", twin).await;
    world.edit("candidates", &twin, json!({"merged_into_id": world.candidate})).await;
    hash
}

#[tokio::test]
async fn who_is_erased_is_nowhere_any_more_and_others_are_as_before() {
    let world = World::new().await;
    let (server, owner) = (&world.server, &world.owner);
    let tenant = server.tenant(owner).await;
    let (ada, _) = world.applies("Ada", ADA, &world.job).await;
    let hash = known_well(&world).await;
    let cookie = world.grace().await;
    let form = world.form_token(&cookie).await;
    world.form("delete/", Some(&cookie), &[("form", &form)]).await.expect(303);
    let asked = server.get("/api/v1/privacy/erasures/", owner).await.expect(200).json();
    assert_eq!(asked["asked"][0]["candidate_id"], json!(world.candidate), "{asked}");
    let before = everything(server, &tenant).await;
    for word in [SECRET, GRACE, REFEREE, &hash] {
        assert!(!with(&before, word).is_empty(), "{word} is nowhere to begin with");
    }

    let path = format!("{ATS}/candidates/{}/erase/", world.candidate);
    let done = server.post(&path, owner, Value::Null).await.expect(200).json();
    let after = everything(server, &tenant).await;
    for word in [SECRET, GRACE, REFEREE, "Aiken", &hash, "Compilers"] {
        assert_eq!(with(&after, word), Vec::<&String>::new(), "{word}");
    }
    assert!(done["documents"].as_i64() > Some(9) && done["files"] == 3, "{done}");
    assert!(done["asked_at"].is_i64() && done["erased_by"] == json!(owner.user_id), "{done}");
    let folder = server.app.config().data.clone();
    let kept = walk(&folder).into_iter().filter(|file| file.contains(&hash)).collect::<Vec<_>>();
    assert_eq!(kept, Vec::<String>::new());

    // What is gone is not there, is not made anew, and lets nobody in.
    server.get(&format!("{ATS}/candidates/{}/", world.candidate), owner).await.expect(404);
    let anew = json!({"id": world.candidate, "first_name": "Grace"});
    let anew = server.post(&format!("{ATS}/candidates/"), owner, anew).await;
    assert!(anew.status.is_client_error(), "{anew:?}");
    let note = json!({"candidate_id": world.candidate, "body": "Who was that?"});
    assert_eq!(
        server.post(&format!("{ATS}/notes/"), owner, note).await.expect(422).code(),
        "unknown-reference"
    );
    assert!(!world.page(ME, Some(&cookie)).await.text().contains("Line cook"));
    // Again is the same.
    let again = server.post(&path, owner, Value::Null).await.expect(200).json();
    assert_eq!(again, done);
    let listed = server.get("/api/v1/privacy/erasures/", owner).await.expect(200).json();
    assert_eq!((&listed["asked"], &listed["done"]), (&json!([]), &json!([done])));

    // Everybody else is as before, and the sums are those of what is left.
    assert_eq!(world.record("candidates", &ada).await["first_name"], "Ada");
    let told = sums(server, &tenant).await;
    let rebuilt = rebuild(&server.app, &tenant).await.expect("rebuilds");
    assert_eq!(rebuilt.damaged, 0);
    assert_eq!(sums(server, &tenant).await, told);
    let kinds = told.iter().filter(|(scope, ..)| scope == "erased").count();
    assert_eq!(kinds, 0, "{told:?}");
}

fn walk(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .flat_map(|entry| {
            let path = entry.path();
            if path.is_dir() { walk(&path) } else { vec![path.display().to_string()] }
        })
        .collect()
}

#[tokio::test]
async fn a_file_that_another_record_has_too_stays() {
    let world = World::new().await;
    let hash = known_well(&world).await;
    let (ada, _) = world.applies("Ada", ADA, &world.job).await;
    world.edit("candidates", &ada, json!({"resume_hash": hash, "resume_name": "ada.txt"})).await;
    let diploma = world.server.upload(&world.owner, "diploma.txt", DIPLOMA).await;
    let beside =
        json!({"candidate_id": ada, "name": "a.txt", "file_hash": diploma, "media_type": "text/plain"});
    world.add("attachments", beside).await;
    let path = format!("{ATS}/candidates/{}/erase/", world.candidate);
    let done = world.server.post(&path, &world.owner, Value::Null).await.expect(200).json();
    assert_eq!(done["files"], 1, "the older one alone is nobody's");
    for kept in [hash, diploma] {
        world.server.get(&format!("/api/v1/files/{kept}/"), &world.owner).await.expect(200);
    }
}

#[tokio::test]
async fn who_has_the_same_address_keeps_what_is_theirs() {
    let world = World::new().await;
    // A couple with one address, and a candidate who works here.
    let (ada, _) = world.applies("Ada", GRACE, &world.job).await;
    let cookie = world.grace().await;
    let path = |id: &str| format!("{ATS}/candidates/{id}/erase/");
    world.server.post(&path(&world.candidate), &world.owner, Value::Null).await.expect(200);
    assert!(world.page(ME, Some(&cookie)).await.expect(200).text().contains("Line cook"), "Ada is let in");
    let (own, _) = world.applies("Olga", "acme@example.com", &world.job).await;
    let before = world.peer.to("acme@example.com").len();
    world.server.post(&path(&own), &world.owner, Value::Null).await.expect(200);
    let outbox =
        world.server.get("/api/v1/notifications/mail/?page_size=100", &world.owner).await.expect(200).json();
    let to_owner = outbox["results"].as_array().expect("mails").iter();
    let kept = to_owner.filter(|mail| mail["to"] == "acme@example.com").count();
    assert!(kept >= before, "{kept} of {before} mails to the owner are known still");
    assert_eq!(world.record("candidates", &ada).await["first_name"], "Ada");
}

#[tokio::test]
async fn what_is_under_way_has_to_end_first() {
    let world = World::new().await;
    let path = format!("{ATS}/candidates/{}/erase/", world.candidate);
    let erase = async || world.server.post(&path, &world.owner, Value::Null).await;
    let talk = json!({
        "application_id": world.application, "starts_at": world.server.clock.now() + DAY_MS, "minutes": 45,
        "kind": "video", "time_zone": "UTC", "interviewer_ids": [world.owner.user_id],
    });
    let talk = world.add("interviews", talk).await;
    assert_eq!(erase().await.expect(409).code(), "interview-ahead");
    world.edit("interviews", &talk, json!({"status": "cancelled", "cancel_reason": "x"})).await;

    let offer = json!({
        "application_id": world.application, "title": "Line cook", "salary": 5_250_000, "currency": "CAD",
        "employment": "full_time", "period": "yearly", "starts_on": "2030-01-07", "expires_on": "2029-12-24",
    });
    let offer = world.add("offers", offer).await;
    let command = async |name: &str, args: Value| {
        world.server.post(&format!("{ATS}/offers/{offer}/{name}/"), &world.owner, args).await.expect(200)
    };
    command("send", json!({"to": GRACE})).await;
    assert_eq!(erase().await.expect(409).code(), "offer-open");
    command("accept", json!({})).await;
    assert_eq!(erase().await.expect(409).code(), "person-hired");
    assert_eq!(world.record("candidates", &world.candidate).await["first_name"], "Grace");
}

#[tokio::test]
async fn nobody_is_erased_by_who_may_not_or_who_is_not_there() {
    let world = World::new().await;
    let path = |id: &str| format!("{ATS}/candidates/{id}/erase/");
    for role in ["hr_manager", "recruiter", "hiring_manager", "employee", "viewer"] {
        let by = world.server.member(&world.owner, &format!("{role}@example.com"), role).await;
        world.server.post(&path(&world.candidate), &by, Value::Null).await.expect(403);
        world.server.get("/api/v1/privacy/erasures/", &by).await.expect(403);
    }
    for none in [world.job.as_str(), &world.application, "019ee000-0000-7000-8000-000000000000"] {
        world.server.post(&path(none), &world.owner, Value::Null).await.expect(404);
    }
    let other = world.server.workspace("Other").await;
    world.server.post(&path(&world.candidate), &other, Value::Null).await.expect(404);
    assert_eq!(world.record("candidates", &world.candidate).await["first_name"], "Grace");
}
