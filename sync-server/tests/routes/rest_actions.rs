//! The actions of hiring over HTTP.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

use crate::support::{Answer, Signed, TestServer};

const ATS: &str = "/api/v1/ats";
/// How long a test waits for what the server does by itself.
const PATIENCE: Duration = Duration::from_secs(20);

struct Desk {
    server: TestServer,
    owner: Signed,
    pipeline: Value,
    job: String,
    candidate: String,
}

fn id(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

impl Desk {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let owner = server.workspace("Acme").await;
        let begun = Instant::now();
        let pipeline = loop {
            let page = server.get(&format!("{ATS}/pipelines/"), &owner).await.expect(200).json();
            if page["count"] == 1 {
                break page["results"][0].clone();
            }
            assert!(begun.elapsed() < PATIENCE, "the default pipeline is made");
            tokio::task::yield_now().await;
        };
        let mut desk = Self { server, owner, pipeline, job: String::new(), candidate: String::new() };
        let job =
            json!({"title": "Rustacean", "description": "Write Rust.", "questions": [{"label": "Why?"}]});
        desk.job = id(&desk.post("jobs/", job).await.expect(201).json());
        desk.candidate =
            id(&desk.post("candidates/", json!({"first_name": "Grace"})).await.expect(201).json());
        desk
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.server.post(&format!("{ATS}/{path}"), &self.owner, body).await
    }

    async fn get(&self, path: &str) -> Value {
        self.server.get(&format!("{ATS}/{path}"), &self.owner).await.expect(200).json()
    }

    async fn application(&self) -> String {
        let body = json!({"candidate_id": self.candidate, "job_id": self.job});
        id(&self.post("applications/", body).await.expect(201).json())
    }

    fn stage(&self, name: &str) -> String {
        let stages = self.pipeline["stages"].as_array().expect("stages");
        id(stages.iter().find(|stage| stage["name"] == name).expect(name))
    }

    /// A member of the workspace, once the directory has them.
    async fn member(&self, email: &str, role: &str) -> Signed {
        let member = self.server.member(&self.owner, email, role).await;
        let tenant = self.server.tenant(&self.owner).await;
        let begun = Instant::now();
        loop {
            let mut tx = self.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
            let there: bool = sqlx::query_scalar("select exists (select from records where doc = $1::uuid)")
                .bind(&member.user_id)
                .fetch_one(&mut *tx)
                .await
                .expect("reads");
            if there {
                return member;
            }
            assert!(begun.elapsed() < PATIENCE, "the directory follows");
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_job_is_submitted_published_held_reopened_filled_and_copied() {
    let desk = Desk::new().await;
    let job = |action: &str| format!("jobs/{}/{action}/", desk.job);
    assert_eq!(desk.post(&job("submit"), json!({})).await.expect(200).json()["status"], "pending_approval");
    assert_eq!(desk.post(&job("return"), json!({})).await.expect(422).code(), "reason-required");
    let back = desk.post(&job("return"), json!({"reason": "No pay"})).await.expect(200).json();
    assert_eq!((&back["status"], &back["return_reason"]), (&json!("draft"), &json!("No pay")));
    assert_eq!(desk.post(&job("submit"), json!({})).await.expect(200).json()["return_reason"], "");
    let open = desk.post(&job("publish"), json!({})).await.expect(200).json();
    assert_eq!((&open["status"], &open["reference_code"]), (&json!("open"), &json!("JOB-000001")));
    assert_eq!(desk.post(&job("publish"), json!({})).await.expect(409).code(), "wrong-state");
    assert_eq!(desk.post(&job("hold"), json!({})).await.expect(200).json()["status"], "on_hold");
    assert_eq!(desk.post(&job("reopen"), json!({})).await.expect(200).json()["status"], "open");
    assert_eq!(desk.post(&job("close"), json!({})).await.expect(422).code(), "reason-required");
    let closed = desk.post(&job("fill"), json!({})).await.expect(200).json();
    assert_eq!((&closed["status"], &closed["close_reason"]), (&json!("filled"), &json!("")));
    let again = desk.post(&job("reopen"), json!({})).await.expect(200).json();
    for kept in ["slug", "reference_code", "published_at"] {
        assert_eq!(again[kept], open[kept], "{kept}");
    }
    assert_eq!(again["closed_at"], Value::Null);
    let off = desk.post(&job("cancel"), json!({"reason": "Moved"})).await.expect(200).json();
    assert_eq!((&off["status"], &off["close_reason"]), (&json!("cancelled"), &json!("Moved")));
    let never =
        desk.post("jobs/", json!({"title": "T", "description": "d", "pipeline_id": open["pipeline_id"]}));
    let never = format!("jobs/{}/", id(&never.await.expect(201).json()));
    desk.post(&format!("{never}cancel/"), json!({"reason": "No"})).await.expect(200);
    let first = desk.post(&format!("{never}reopen/"), json!({})).await.expect(200).json();
    assert_eq!((&first["status"], &first["reference_code"]), (&json!("open"), &json!("JOB-000002")));
    assert!(first["slug"].is_string() && !first["published_at"].is_null(), "{first}");
    let copy = desk.post(&job("clone"), json!({"title": "Second"})).await.expect(201).json();
    assert_eq!(
        (&copy["title"], &copy["status"], &copy["slug"]),
        (&json!("Second"), &json!("draft"), &Value::Null)
    );
    assert_eq!((&copy["description"], &copy["questions"]), (&closed["description"], &closed["questions"]));
    desk.post(&job("clone"), json!({"name": "x"})).await.expect(422);
}

#[tokio::test]
async fn whoever_publishes_is_told_what_is_worth_another_look_in_each_language() {
    let desk = Desk::new().await;
    let body = json!({
        "title": "Young cook", "description": "", "pipeline_id": desk.pipeline["id"], "language": "en",
        "location_country": "Canada", "location_state": "Ontario",
    });
    let job = id(&desk.post("jobs/", body).await.expect(201).json());
    let path = format!("jobs/{job}/");
    // What it cannot do without is refused at its field.
    let refused = desk.post(&format!("{path}publish/"), json!({})).await.expect(422);
    assert_eq!(refused.code(), "job-not-publishable");
    assert!(refused.json()["errors"]["description"].is_string());
    let write = json!({"description": "AI takes no part in hiring."});
    desk.server.patch(&format!("{ATS}/{path}"), &desk.owner, write).await.expect(200);
    let told = json!({"job_id": job, "language": "fr", "title": "Cuisine", "description": "Pour un guru."});
    desk.post("job-translations/", told).await.expect(201);
    let open = desk.post(&format!("{path}publish/"), json!({})).await.expect(200).json();
    assert_eq!(open["status"], "open", "nothing is refused for it");
    let warnings: Vec<String> = open["warnings"]
        .as_array()
        .expect("warnings")
        .iter()
        .map(|each| {
            let part = |name: &str| each[name].as_str().expect(name).to_owned();
            assert!(!part("message").is_empty());
            format!("{} {} {} {}", part("language"), part("field"), part("kind"), part("text"))
        })
        .collect();
    assert_eq!(
        warnings,
        [
            "en salary_min pay_range ",
            "en title age Young",
            "fr salary_min pay_range ",
            "fr description ai_statement ",
            "fr description gender guru",
        ]
    );
    let held = desk.post(&format!("{path}hold/"), json!({})).await.expect(200).json();
    assert!(held.get("warnings").is_none());
    // A copy says the same in the same languages.
    let copy = id(&desk.post(&format!("{path}clone/"), json!({})).await.expect(201).json());
    let told = desk.get(&format!("job-translations/?job_id={copy}")).await;
    assert_eq!((&told["count"], &told["results"][0]["title"]), (&json!(1), &json!("Cuisine")));
}

#[tokio::test]
async fn somebody_applies_for_a_job_once_until_that_is_over() {
    let desk = Desk::new().await;
    let first = desk.application().await;
    let again = json!({"candidate_id": desk.candidate, "job_id": desk.job});
    let refused = desk.post("applications/", again.clone()).await.expect(409);
    assert_eq!(refused.code(), "already-exists");
    // Another person, and another job, are nothing to it.
    let other = id(&desk.post("candidates/", json!({"first_name": "Ada"})).await.expect(201).json());
    desk.post("applications/", json!({"candidate_id": other, "job_id": desk.job})).await.expect(201);
    let job = json!({"title": "Cook", "description": "Cook.", "pipeline_id": desk.pipeline["id"]});
    let job = id(&desk.post("jobs/", job).await.expect(201).json());
    desk.post("applications/", json!({"candidate_id": desk.candidate, "job_id": job})).await.expect(201);
    // Whoever was turned down may try again; the first one is not undone by that.
    let reject = json!({"reason": "Too early"});
    desk.post(&format!("applications/{first}/reject/"), reject).await.expect(200);
    desk.post("applications/", again.clone()).await.expect(201);
    assert_eq!(desk.post("applications/", again).await.expect(409).code(), "already-exists");
    // A deleted one is not there, and comes back only where there is no other.
    let second =
        desk.get(&format!("applications/?candidate_id={}&job_id={}", desk.candidate, desk.job)).await;
    let second: Vec<String> = second["results"].as_array().expect("a list").iter().map(id).collect();
    let second = second.iter().find(|found| **found != first).expect("the second");
    let path = format!("{ATS}/applications/{second}/");
    desk.server.delete(&path, &desk.owner).await.expect(204);
    desk.application().await;
    assert_eq!(
        desk.post(&format!("applications/{second}/restore/"), json!({})).await.expect(409).code(),
        "already-exists"
    );
}

#[tokio::test]
async fn what_people_can_apply_for_or_applied_for_is_not_deleted() {
    let desk = Desk::new().await;
    let delete = async |path: String| desk.server.delete(&format!("{ATS}/{path}"), &desk.owner).await;
    let job = format!("jobs/{}/", desk.job);
    // Whoever deletes it may not know yet that it was published.
    desk.post(&format!("{job}publish/"), json!({})).await.expect(200);
    assert_eq!(delete(job.clone()).await.expect(409).code(), "wrong-state");
    desk.post(&format!("{job}close/"), json!({"reason": "Moved"})).await.expect(200);
    let application = desk.application().await;
    assert_eq!(delete(job.clone()).await.expect(409).code(), "wrong-state");
    let pipeline = format!("pipelines/{}/", id(&desk.pipeline));
    assert_eq!(delete(pipeline.clone()).await.expect(409).code(), "wrong-state");
    delete(format!("applications/{application}/")).await.expect(204);
    assert_eq!(delete(pipeline.clone()).await.expect(409).code(), "wrong-state", "the job is in it");
    delete(job.clone()).await.expect(204);
    delete(pipeline).await.expect(204);
}

#[tokio::test]
async fn a_command_with_a_key_runs_once_and_gives_the_same_answer_again() {
    let desk = Desk::new().await;
    let send = |path: String, key: &'static str| {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{ATS}/{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", desk.owner.access))
            .header("idempotency-key", key)
            .body(Body::empty())
            .expect("a request");
        desk.server.send(request)
    };
    let publish = format!("jobs/{}/publish/", desk.job);
    send(publish.clone(), "one").await.expect(200);
    send(publish.clone(), "one").await.expect(200);
    assert_eq!(send(publish.clone(), "two").await.expect(409).code(), "wrong-state");
    assert_eq!(send(publish.clone(), "two").await.expect(409).code(), "wrong-state");
    assert_eq!(send(publish, "with space").await.expect(400).code(), "bad-request");
    let hold = format!("jobs/{}/hold/", desk.job);
    assert_eq!(send(hold, "one").await.expect(200).json()["status"], "on_hold", "a key is for one action");
}

#[tokio::test]
async fn an_application_goes_through_its_stages_by_the_rules() {
    let desk = Desk::new().await;
    let application = desk.application().await;
    let step = |name: &str| format!("applications/{application}/{name}/");
    let at = |answer: Answer| answer.expect(200).json()["stage_id"].as_str().expect("a stage").to_owned();
    assert_eq!(at(desk.post(&step("advance"), json!({})).await), desk.stage("Screening"));
    assert_eq!(
        at(desk.post(&step("move_stage"), json!({"stage": desk.stage("Offer")})).await),
        desk.stage("Offer")
    );
    assert_eq!(
        desk.post(&step("move_stage"), json!({"stage": "nowhere"})).await.expect(422).code(),
        "unknown-reference"
    );
    desk.post(&step("move_stage"), json!({})).await.expect(422);
    assert_eq!(desk.post(&step("reject"), json!({})).await.expect(422).code(), "reason-required");
    assert_eq!(desk.post(&step("reopen"), json!({})).await.expect(409).code(), "wrong-state");
    let body = json!({"reason": "No Rust", "feedback": "Sorry"});
    assert_eq!(at(desk.post(&step("reject"), body).await), desk.stage("Rejected"));
    let offer = json!({"stage": desk.stage("Offer")});
    assert_eq!(
        desk.post(&step("move_stage"), offer.clone()).await.expect(409).code(),
        "transition-not-allowed"
    );
    assert_eq!(desk.post(&step("reopen"), offer).await.expect(409).code(), "transition-not-allowed");
    assert_eq!(desk.post(&step("advance"), json!({})).await.expect(409).code(), "wrong-state");
    let reopened = desk.post(&step("reopen"), json!({})).await.expect(200).json();
    assert_eq!(
        (&reopened["stage_id"], &reopened["rejection_reason"]),
        (&json!(desk.stage("New")), &json!(""))
    );
    assert_eq!(desk.post(&step("rate"), json!({"rating": 4})).await.expect(200).json()["rating"], 4);
    desk.post(&step("rate"), json!({"rating": 6})).await.expect(422);
    desk.post(&step("rate"), json!({})).await.expect(422);
    let recruiter = desk.member("r@example.com", "recruiter").await;
    let body = json!({"assigned_to_id": recruiter.user_id});
    assert_eq!(
        desk.post(&step("assign"), body).await.expect(200).json()["assigned_to_id"],
        recruiter.user_id.as_str()
    );
    desk.post(&step("assign"), json!({"assigned_to_id": desk.job})).await.expect(422);
    let actions = desk.get(&step("activities")).await;
    let mut told: Vec<&str> = actions["results"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["action"].as_str())
        .collect();
    told.sort_unstable();
    assert_eq!(
        told,
        ["assigned", "created", "rated", "rejected", "reopened", "stage_changed", "stage_changed"]
    );
}

#[tokio::test]
async fn notes_tags_boards_and_nested_lists() {
    let desk = Desk::new().await;
    let application = desk.application().await;
    let notes = format!("applications/{application}/notes/");
    let note = desk.post(&notes, json!({"body": "Strong"})).await.expect(201).json();
    assert_eq!((&note["job_id"], &note["candidate_id"]), (&json!(desk.job), &json!(desk.candidate)));
    desk.post(&notes, json!({"body": "Secret", "is_private": true})).await.expect(201);
    desk.post(&notes, json!({"body": ""})).await.expect(422);
    let other = json!({"body": "x", "job_id": desk.candidate});
    desk.post(&notes, other).await.expect(422);
    assert_eq!(desk.get(&notes).await["count"], 2);
    let admin = desk.member("admin@example.com", "admin").await;
    let seen = desk.server.get(&format!("{ATS}/{notes}"), &admin).await.expect(200).json();
    assert_eq!(
        (&seen["count"], &seen["results"][0]["body"]),
        (&json!(1), &json!("Strong")),
        "private is private"
    );
    let tag = id(&desk.post("tags/", json!({"name": "Senior", "color": "#112233"})).await.expect(201).json());
    let change = json!({"tag": tag});
    let tagged =
        desk.post(&format!("candidates/{}/add_tag/", desk.candidate), change.clone()).await.expect(200);
    assert_eq!(tagged.json()["tag_ids"], json!([tag]));
    assert_eq!(desk.get(&format!("candidates/?tag_ids={tag}")).await["count"], 1);
    for _ in 0..2 {
        let answer = desk.post(&format!("candidates/{}/remove_tag/", desk.candidate), change.clone()).await;
        assert_eq!(answer.expect(200).json()["tag_ids"], json!([]));
    }
    assert_eq!(desk.get(&format!("jobs/{}/applications/", desk.job)).await["count"], 1);
    assert_eq!(
        desk.get(&format!("candidates/{}/applications/?rating__gte=1", desk.candidate)).await["count"],
        0
    );
    let board = desk.get(&format!("jobs/{}/kanban/", desk.job)).await;
    assert_eq!(board["stages"].as_array().map(Vec::len), Some(9));
    assert_eq!((&board["stages"][0]["count"], &board["stages"][0]["name"]), (&json!(1), &json!("New")));
    assert_eq!(board["stages"][0]["applications"][0]["candidate_name"], "Grace");
    let second = json!({"name": "Short", "stages": [{"name": "In", "kind": "new"}, {"name": "Out", "kind": "rejected"}]});
    let second = desk.post("pipelines/", second).await.expect(201).json();
    assert_eq!(second["stages"].as_array().map(Vec::len), Some(2));
    let answer =
        desk.post(&format!("pipelines/{}/set_default/", id(&second)), json!({})).await.expect(200).json();
    assert_eq!(answer["is_default"], true);
    let defaults = desk.get("pipelines/?is_default=true").await;
    assert_eq!((&defaults["count"], &defaults["results"][0]["id"]), (&json!(1), &second["id"]));
    let stages = json!({"stages": [second["stages"][1], {"name": "Mid"}, second["stages"][0]]});
    let place = format!("{ATS}/pipelines/{}/", id(&second));
    let changed = desk.server.patch(&place, &desk.owner, stages).await.expect(200).json();
    let names: Vec<&str> = changed["stages"]
        .as_array()
        .expect("stages")
        .iter()
        .filter_map(|stage| stage["name"].as_str())
        .collect();
    assert_eq!(names, ["Out", "Mid", "In"]);
}

#[tokio::test]
async fn a_bulk_action_says_of_each_what_became_of_it() {
    let desk = Desk::new().await;
    let mut desk = desk;
    let a = desk.application().await;
    desk.candidate = id(&desk.post("candidates/", json!({"first_name": "Ada"})).await.expect(201).json());
    let b = desk.application().await;
    let hired = json!({"stage": desk.stage("Hired")});
    desk.post(&format!("applications/{b}/move_stage/"), hired).await.expect(200);
    let ids = [&a, &b, &desk.job];
    let body = json!({"action": "reject", "reason": "No", "ids": ids});
    let answer = desk.post("applications/bulk/", body).await.expect(200).json();
    assert_eq!((&answer["done"], &answer["refused"]), (&json!(1), &json!(2)));
    let code_of = |id: &String| {
        let rows = answer["results"].as_array().expect("results");
        rows.iter().find(|row| row["id"] == id.as_str()).expect("a result")["problem"]["code"].clone()
    };
    assert_eq!(code_of(&a), Value::Null);
    assert_eq!((code_of(&b), code_of(&desk.job)), (json!("transition-not-allowed"), json!("not-found")));
    let many: Vec<String> = (0..101).map(|_| desk.server.app.new_id().to_string()).collect();
    for body in [
        json!({"action": "reject", "ids": [a]}),
        json!({"action": "reject", "reason": "x", "ids": []}),
        json!({"action": "reject", "reason": "x", "ids": many}),
        json!({"action": "hire", "ids": [a]}),
        json!({"action": "assign", "ids": [a]}),
        json!({"action": "move_stage", "ids": "all", "stage": "s1"}),
        json!({}),
    ] {
        let answer = desk.post("applications/bulk/", body.clone()).await;
        if body["action"] == "reject" && body.get("reason").is_none() {
            assert_eq!(answer.expect(200).json()["results"][0]["problem"]["code"], "reason-required");
        } else {
            assert_eq!(answer.expect(422).code(), "invalid-fields", "{body}");
        }
    }
}
