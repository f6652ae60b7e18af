//! REST over a real PostgreSQL: lists, filters, search, pages, changes, deletion, bad input, concurrency, idempotency.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

use crate::support::{Answer, Signed, TestServer};

const ATS: &str = "/api/v1/ats";
/// How long a test waits for what the server does by itself.
const PATIENCE: Duration = Duration::from_secs(20);

async fn ready(server: &TestServer, owner: &Signed) -> Value {
    let begun = Instant::now();
    loop {
        let pipelines = server.get(&format!("{ATS}/pipelines/"), owner).await.expect(200).json();
        if pipelines["count"] == 1 {
            return pipelines["results"][0].clone();
        }
        assert!(begun.elapsed() < PATIENCE, "the default pipeline is made");
        tokio::task::yield_now().await;
    }
}

async fn desk() -> (TestServer, Signed, Value) {
    let server = TestServer::start().await;
    let owner = server.workspace("Acme").await;
    let pipeline = ready(&server, &owner).await;
    (server, owner, pipeline)
}

async fn add(server: &TestServer, by: &Signed, segment: &str, body: Value) -> Value {
    server.post(&format!("{ATS}/{segment}/"), by, body).await.expect(201).json()
}

fn id(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

fn names(page: &Value, field: &str) -> Vec<String> {
    let rows = page["results"].as_array().expect("rows");
    rows.iter().map(|row| row[field].as_str().unwrap_or_default().to_owned()).collect()
}

async fn listed(server: &TestServer, by: &Signed, query: &str, field: &str) -> Vec<String> {
    names(&server.get(&format!("{ATS}/{query}"), by).await.expect(200).json(), field)
}

fn errors(answer: Answer, status: u16) -> Vec<String> {
    let body = answer.expect(status).json();
    body["errors"].as_object().map(|errors| errors.keys().cloned().collect()).unwrap_or_default()
}

#[tokio::test]
async fn a_record_is_made_read_changed_deleted_and_restored() {
    let (server, owner, pipeline) = desk().await;
    let made = server.post(&format!("{ATS}/jobs/"), &owner, json!({"title": "Rustacean"})).await.expect(201);
    let place = made.headers[header::LOCATION].to_str().expect("text").to_owned();
    let job = made.json();
    assert_eq!(place, format!("{ATS}/jobs/{}/", id(&job)));
    assert_eq!(job["created_by"], owner.user_id.as_str());
    assert_eq!(job["created_at"], "2026-11-22T12:00:00Z");
    assert_eq!(job["pipeline_id"], pipeline["id"], "a job without a pipeline gets the default one");
    assert_eq!((&job["status"], &job["deleted"]), (&json!("draft"), &json!(false)));
    server.clock.advance(60_000);
    let body =
        json!({"description": "Write Rust.", "required_skills": ["Rust", "SQL"], "positions_count": 2});
    let changed = server.patch(&place, &owner, body).await.expect(200).json();
    assert_eq!(changed["required_skills"], json!(["Rust", "SQL"]));
    assert_eq!(
        (&changed["title"], &changed["updated_at"]),
        (&json!("Rustacean"), &json!("2026-11-22T12:01:00Z"))
    );
    let changed =
        server.patch(&place, &owner, json!({"required_skills": ["Go", "Rust"]})).await.expect(200).json();
    assert_eq!(changed["required_skills"], json!(["Go", "Rust"]));
    assert_eq!(server.get(&place, &owner).await.expect(200).json(), changed);
    server.delete(&place, &owner).await.expect(204);
    server.delete(&place, &owner).await.expect(204);
    assert_eq!(server.get(&place, &owner).await.expect(200).json()["deleted"], true);
    assert!(listed(&server, &owner, "jobs/", "title").await.is_empty());
    assert_eq!(listed(&server, &owner, "jobs/?deleted=true", "title").await, ["Rustacean"]);
    assert_eq!(server.patch(&place, &owner, json!({"title": "X"})).await.expect(409).code(), "wrong-state");
    let restored = server.post(&format!("{place}restore/"), &owner, json!({})).await.expect(200).json();
    assert_eq!(restored["deleted"], false);
    assert_eq!(listed(&server, &owner, "jobs/", "title").await, ["Rustacean"]);
}

#[tokio::test]
async fn lists_are_filtered_searched_ordered_and_paged() {
    let (server, owner, _) = desk().await;
    for (first, years, skills, city) in [
        ("Ada", 12, json!(["Rust", "SQL"]), "Paris"),
        ("Bob", 3, json!(["SQL"]), "100%_sure"),
        ("Cyd", 7, json!(["Rust", "Go"]), "Québec"),
    ] {
        server.clock.advance(1_000);
        let body = json!({"first_name": first, "years_experience": years, "skills": skills, "city": city,
            "source": if first == "Bob" { "agency" } else { "direct" }});
        add(&server, &owner, "candidates", body).await;
    }
    let cases = [
        ("candidates/", vec!["Cyd", "Bob", "Ada"]),
        ("candidates/?ordering=first_name", vec!["Ada", "Bob", "Cyd"]),
        ("candidates/?ordering=-years_experience", vec!["Ada", "Cyd", "Bob"]),
        ("candidates/?ordering=source,-first_name", vec!["Bob", "Cyd", "Ada"]),
        ("candidates/?source=agency", vec!["Bob"]),
        ("candidates/?source=agency&source=direct&ordering=created_at", vec!["Ada", "Bob", "Cyd"]),
        ("candidates/?years_experience__gte=7&years_experience__lte=11", vec!["Cyd"]),
        ("candidates/?years_experience=3", vec!["Bob"]),
        ("candidates/?skills=Rust&skills=SQL", vec!["Ada"]),
        ("candidates/?skills__any=Go&skills__any=SQL&ordering=first_name", vec!["Ada", "Bob", "Cyd"]),
        ("candidates/?search=qu%C3%A9", vec!["Cyd"]),
        ("candidates/?search=RUST%20paris", vec!["Ada"]),
        ("candidates/?search=0%25_s", vec!["Bob"]),
        ("candidates/?search=%25", vec!["Bob"]),
        ("candidates/?search=%5C", vec![]),
        ("candidates/?created_at__gte=2026-11-22T12:00:03Z", vec!["Cyd"]),
        ("candidates/?resume_hash__isnull=false", vec![]),
        ("candidates/?willing_to_relocate=false&search=bob", vec!["Bob"]),
        ("candidates/?page_size=2&page=2", vec!["Ada"]),
        ("candidates/?page=9", vec![]),
    ];
    for (query, wanted) in cases {
        assert_eq!(listed(&server, &owner, query, "first_name").await, wanted, "{query}");
    }
    let page =
        server.get(&format!("{ATS}/candidates/?page_size=1&page=2&search="), &owner).await.expect(200).json();
    assert_eq!(page["count"], 3);
    assert!(
        page["next"].as_str().is_some_and(|next| next.contains("page=3") && next.contains("page_size=1"))
    );
    assert!(page["previous"].as_str().is_some_and(|previous| previous.contains("page=1")));
    let beyond = server.get(&format!("{ATS}/candidates/?page=9"), &owner).await.expect(200).json();
    assert_eq!((&beyond["count"], &beyond["next"]), (&json!(3), &Value::Null));
    for query in [
        "skill=Rust",
        "page=0",
        "page_size=101",
        "years_experience__gte=x",
        "source=mars",
        "ordering=summary",
    ] {
        let answer = server.get(&format!("{ATS}/candidates/?{query}"), &owner).await;
        assert_eq!(errors(answer, 422), [query.split('=').next().expect("a name")], "{query}");
    }
    for query in ["search=%FF", "search=%00"] {
        let answer = server.get(&format!("{ATS}/candidates/?{query}"), &owner).await;
        assert_eq!(answer.expect(400).code(), "bad-request", "{query}");
    }
}

#[tokio::test]
async fn bad_input_gets_a_typed_refusal_that_names_the_field() {
    let (server, owner, _) = desk().await;
    let candidates = format!("{ATS}/candidates/");
    let long = "x".repeat(101);
    for (body, wanted) in [
        (json!({}), vec!["first_name"]),
        (json!({"first_name": "  "}), vec!["first_name"]),
        (json!({"first_name": long}), vec!["first_name"]),
        (json!({"first_name": 7, "skills": "Rust"}), vec!["first_name", "skills"]),
        (json!({"first_name": "A", "skills": [7]}), vec!["skills"]),
        (json!({"first_name": "A", "skills": [" "]}), vec!["skills"]),
        (json!({"first_name": "A", "skills": ["x".repeat(101)]}), vec!["skills"]),
        (json!({"first_name": "A", "years_experience": 1.5}), vec!["years_experience"]),
        (json!({"first_name": "A", "years_experience": 99}), vec!["years_experience"]),
        (json!({"first_name": "A\u{0}"}), vec!["first_name"]),
        (json!({"first_name": "A", "source": "mars"}), vec!["source"]),
        (json!({"first_name": "A", "data_retention_until": "2026-02-30"}), vec!["data_retention_until"]),
        (json!({"first_name": "A", "nickname": "B", "shoe": 1}), vec!["nickname", "shoe"]),
        (json!({"first_name": "A", "tag_ids": ["nobody"]}), vec!["tag_ids"]),
        (json!({"first_name": "A", "id": "00000000-0000-4000-8000-000000000000"}), vec!["id"]),
        (json!({"first_name": "A", "city": null}), vec!["city"]),
    ] {
        let answer = server.post(&candidates, &owner, body.clone()).await;
        assert_eq!(errors(answer, 422), wanted, "{body}");
    }
    // 90 characters are a name, also where each takes four bytes.
    let name = "𝔸".repeat(90);
    let made = add(&server, &owner, "candidates", json!({"first_name": name})).await;
    assert_eq!(made["first_name"], name.as_str());
    let foreign = json!({"first_name": "A", "tag_ids": [id(&made)]});
    assert_eq!(server.post(&candidates, &owner, foreign).await.expect(422).code(), "unknown-reference");
    let closed = server.post(&format!("{ATS}/jobs/"), &owner, json!({"title": "T", "status": "open"})).await;
    assert_eq!(closed.expect(403).code(), "field-not-writable");
    let fixed = json!({"candidate_id": id(&made), "created_at": "now"});
    assert_eq!(
        server.post(&format!("{ATS}/notes/"), &owner, fixed).await.expect(403).code(),
        "field-not-writable"
    );
    for path in
        ["jobs/nonsense/".to_owned(), format!("jobs/{}/", id(&made)), format!("tags/{}/", owner.user_id)]
    {
        assert_eq!(
            server.get(&format!("{ATS}/{path}"), &owner).await.expect(404).code(),
            "not-found",
            "{path}"
        );
        let patched = server.patch(&format!("{ATS}/{path}"), &owner, json!({"title": "x"})).await;
        assert_eq!(patched.expect(404).code(), "not-found", "{path}");
    }
    let raw = |bytes: Vec<u8>| {
        Request::builder()
            .method(Method::POST)
            .uri(&candidates)
            .header(header::AUTHORIZATION, format!("Bearer {}", owner.access))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(bytes))
            .expect("a request")
    };
    for (bytes, status) in [
        (b"{\"first_name\": \"\xff\xfe\"}".to_vec(), 400),
        (b"{\"first_name\": ".to_vec(), 400),
        (b"[]".to_vec(), 422),
        (b"7".to_vec(), 422),
        ([b"{\"first_name\": ".as_slice(), &[b'['; 100_000]].concat(), 400),
        (vec![b' '; (1 << 20) + 1], 413),
    ] {
        let answer = server.send(raw(bytes)).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
        assert!(!answer.code().is_empty());
    }
}

#[tokio::test]
async fn two_people_who_change_different_fields_at_once_both_keep_theirs() {
    let (server, owner, _) = desk().await;
    let candidate = add(&server, &owner, "candidates", json!({"first_name": "Ada", "skills": ["C"]})).await;
    let place = format!("{ATS}/candidates/{}/", id(&candidate));
    for round in 0..10 {
        let (a, b, c, d) = tokio::join!(
            server.patch(&place, &owner, json!({"city": format!("City {round}")})),
            server.patch(&place, &owner, json!({"headline": format!("Line {round}")})),
            server.patch(&place, &owner, json!({"skills": ["C", format!("Rust {round}")]})),
            server.patch(&place, &owner, json!({"languages": ["en", format!("l{round}")]})),
        );
        for answer in [a, b, c, d] {
            answer.expect(200);
        }
        let now = server.get(&place, &owner).await.expect(200).json();
        assert_eq!(
            (&now["city"], &now["headline"]),
            (&json!(format!("City {round}")), &json!(format!("Line {round}")))
        );
        assert!(now["skills"].as_array().expect("a set").contains(&json!(format!("Rust {round}"))));
    }
    // Two additions to one set, both as a whole: each keeps what the other added, whoever came first.
    let wholes = |skill: &str| json!({"skills": ["C", skill]});
    server.patch(&place, &owner, json!({"skills": ["C"]})).await.expect(200);
    let (a, b) =
        tokio::join!(server.patch(&place, &owner, wholes("X")), server.patch(&place, &owner, wholes("Y")));
    a.expect(200);
    b.expect(200);
    let skills = server.get(&place, &owner).await.expect(200).json()["skills"].clone();
    assert!(skills == json!(["C", "X", "Y"]) || skills == json!(["C", "X"]) || skills == json!(["C", "Y"]));
}

#[tokio::test]
async fn a_creation_with_an_id_happens_once() {
    let (server, owner, _) = desk().await;
    let id = server.app.new_id().to_string();
    let body = json!({"id": id, "name": "Senior"});
    let tags = format!("{ATS}/tags/");
    let (a, b) =
        tokio::join!(server.post(&tags, &owner, body.clone()), server.post(&tags, &owner, body.clone()));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(server.post(&tags, &owner, body).await.expect(409).code(), "already-exists");
    assert_eq!(listed(&server, &owner, "tags/", "id").await, [id]);
}

#[tokio::test]
async fn a_name_is_one_pools_whoever_comes_first() {
    let (server, owner, _) = desk().await;
    let pools = format!("{ATS}/pools/");
    let named = |name: &str| json!({"name": name});
    let (a, b) = tokio::join!(
        server.post(&pools, &owner, named("Silver")),
        server.post(&pools, &owner, named(" sILVER"))
    );
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let first = listed(&server, &owner, "pools/", "id").await.remove(0);
    let first = format!("{pools}{first}/");
    let second = format!("{pools}{}/", id(&add(&server, &owner, "pools", named("Gold")).await));
    let refused = server.patch(&second, &owner, named("SILVER")).await;
    assert_eq!(errors(refused, 409), ["name"]);
    server.patch(&first, &owner, named("silver ")).await.expect(200);
    // What is deleted leaves its name to others, and comes back only while nobody has it.
    server.delete(&first, &owner).await.expect(204);
    server.patch(&second, &owner, named("SILVER")).await.expect(200);
    let restored = server.post(&format!("{first}restore/"), &owner, json!({})).await;
    assert_eq!(restored.expect(409).code(), "already-exists");
    let other = server.workspace("Other").await;
    add(&server, &other, "pools", named("Silver")).await;
    // A candidate is in pools of the own workspace alone.
    let candidate = add(&server, &owner, "candidates", json!({"first_name": "Ada"})).await;
    let path = format!("{ATS}/candidates/{}/", id(&candidate));
    let own = listed(&server, &owner, "pools/", "id").await;
    let theirs = listed(&server, &other, "pools/", "id").await;
    let foreign = server.patch(&path, &owner, json!({"pool_ids": theirs})).await;
    assert_eq!(foreign.expect(422).code(), "unknown-reference");
    let put = server.patch(&path, &owner, json!({"pool_ids": own})).await.expect(200).json();
    assert_eq!(put["pool_ids"], json!(own));
    assert_eq!(
        listed(&server, &owner, &format!("candidates/?pool_ids={}", own[0]), "first_name").await,
        ["Ada"]
    );
}

#[tokio::test]
async fn two_tags_of_one_name_are_one_whoever_comes_first() {
    let (server, owner, _) = desk().await;
    let tags = format!("{ATS}/tags/");
    let named = |name: &str| json!({"name": name});
    let (a, b) =
        tokio::join!(server.post(&tags, &owner, named("Été")), server.post(&tags, &owner, named(" ÉTÉ")));
    let made = [a.expect(201).json(), b.expect(201).json()];
    let mut ids: Vec<String> = made.iter().map(id).collect();
    ids.sort_unstable();
    let read = async |id: &str| server.get(&format!("{tags}{id}/"), &owner).await.expect(200).json();
    // Nobody is refused: the one that was made first stands for both.
    assert_eq!(read(&ids[0]).await["merged_into_id"], json!(null));
    assert_eq!(read(&ids[1]).await["merged_into_id"], json!(ids[0]));
    // So it is when one is called as another one, and not while that one is deleted.
    server.clock.advance(1_000);
    let other = id(&add(&server, &owner, "tags", named("Summer")).await);
    server.delete(&format!("{tags}{}/", ids[0]), &owner).await.expect(204);
    server.patch(&format!("{tags}{other}/"), &owner, named("été")).await.expect(200);
    assert_eq!(read(&other).await["merged_into_id"], json!(null));
    server.post(&format!("{tags}{}/restore/", ids[0]), &owner, json!({})).await.expect(200);
    assert_eq!(read(&other).await["merged_into_id"], json!(ids[0]));
    // A tag of another workspace is none of ours.
    let foreign = server.workspace("Other").await;
    let theirs = id(&add(&server, &foreign, "tags", named("Été")).await);
    let theirs = server.get(&format!("{tags}{theirs}/"), &foreign).await.expect(200).json();
    assert_eq!(theirs["merged_into_id"], json!(null));
}

#[tokio::test]
async fn a_list_over_twenty_thousand_candidates_stays_far_below_the_time_limit() {
    let (server, owner, _) = desk().await;
    let tenant = server.tenant(&owner).await;
    let mut tx = server.app.db().tenant(&tenant.schema).await.expect("a transaction");
    let text = "lorem ipsum dolor sit amet consectetur adipiscing elit ".repeat(55);
    for statement in [
        "insert into documents
         select gen_random_uuid(), 4, 'candidates', 'candidates', n, n, '\\x00', n, $1, n, $1
         from generate_series(1, 20000) n where $2 <> ''",
        "insert into records
         select doc, 4, false, jsonb_build_object('first_name', 'Person ' || seq, 'skills', '[\"Rust\"]'::jsonb,
             'resume_text', $2::text || md5(seq::text), 'created_by', $1)
         from documents where kind = 4",
    ] {
        let done = sqlx::query(statement).bind(uuid::Uuid::nil()).bind(&text).execute(&mut *tx).await;
        assert_eq!(done.expect("rows").rows_affected(), 20_000);
    }
    tx.commit().await.expect("commits");
    for query in
        ["", "?search=ipsum%20nowhere", "?search=person%2012&ordering=-first_name", "?skills=Rust&page=900"]
    {
        let begun = Instant::now();
        let page = server.get(&format!("{ATS}/candidates/{query}"), &owner).await.expect(200).json();
        eprintln!("{query:?}: {} rows in {} ms", page["count"], begun.elapsed().as_millis());
        assert!(begun.elapsed() < Duration::from_secs(10), "{query}");
    }
}
