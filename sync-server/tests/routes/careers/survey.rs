//! The equal-opportunity survey: offered after an application, answered once, and apart from everything.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use zumodra_shared::kernel::time::DAY_MS;

use super::world::{World, text};
use crate::support::{Answer, Signed};

const SURVEY: &str = "/careers/acme/survey/";
const REPORT: &str = "/api/v1/ats/survey/";
/// Longer than the month of an answer goes on.
const A_MONTH_MS: i64 = 32 * DAY_MS;
const ANSWERS: [(&str, &str); 3] = [("gender", "woman"), ("ethnicity", "pacific"), ("disability", "yes")];

impl World {
    /// A workspace that asks, with an open job: its slug and id.
    async fn asking(form: &str) -> (Self, String, String) {
        let world = Self::new().await;
        let job = world.job(json!({})).await;
        world.asks(form).await;
        let named = |field: &str| job[field].as_str().expect("a text").to_owned();
        (world, named("slug"), named("id"))
    }

    async fn asks(&self, form: &str) {
        let body = json!({"careers_survey": form});
        self.server.patch("/api/v1/tenants/current/", &self.owner, body).await.expect(200);
    }

    /// Somebody applies. Gives the page that follows.
    async fn follows(&self, slug: &str, email: &str) -> String {
        let token = self.open(slug).await;
        let mut parts = self.grace(&token);
        parts.retain(|part| part.name != "email");
        parts.push(text("email", email));
        let sent = self.send(slug, &parts).await.expect(303);
        let next = sent.headers[header::LOCATION].to_str().expect("an address").to_owned();
        next.strip_prefix("/careers/acme/").expect("ours").to_owned()
    }

    /// The token of the survey on the page that follows.
    async fn token(&self, slug: &str, email: &str) -> String {
        let next = self.follows(slug, email).await;
        next.split_once("token=").expect("a token").1.to_owned()
    }

    async fn answers(&self, token: &str, answers: &[(&str, &str)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("token", token).extend_pairs(answers);
        let request = Request::builder()
            .method(Method::POST)
            .uri(SURVEY)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.server.send(request.body(Body::from(body.finish())).expect("a request")).await
    }

    /// The sums by question and answer.
    async fn sums(&self, query: &str) -> Value {
        self.server.get(&format!("{REPORT}{query}"), &self.owner).await.expect(200).json()
    }

    /// Rows of the workspace's tables, as text.
    async fn rows(&self, tables: &[&str]) -> Vec<String> {
        let tenant = self.server.tenant(&self.owner).await;
        let mut tx = self.server.app.db().tenant(&tenant.schema).await.expect("a connection");
        let mut rows = Vec::new();
        for table in tables {
            let sql = sqlx::AssertSqlSafe(format!("select '{table}: ' || t::text from {table} t order by 1"));
            let found: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *tx).await.expect("rows");
            rows.extend(found);
        }
        rows
    }

    /// Every table of the workspace.
    async fn tables(&self) -> Vec<String> {
        let tenant = self.server.tenant(&self.owner).await;
        let mut tx = self.server.app.db().tenant(&tenant.schema).await.expect("a connection");
        sqlx::query_scalar("select tablename::text from pg_tables where schemaname = current_schema()")
            .fetch_all(&mut *tx)
            .await
            .expect("tables")
    }
}

fn answer<'r>(report: &'r Value, question: &str, name: &str) -> &'r Value {
    let found = |list: &'r Value, name: &str| {
        list.as_array().expect("a list").iter().find(|one| one["name"] == name).expect("one")
    };
    found(&found(&report["questions"], question)["answers"], name)
}

#[tokio::test]
async fn nothing_is_asked_unless_the_workspace_wants_it() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let next = world.follows(&slug, "grace@example.org").await;
    assert!(!next.contains("token"), "{next}");
    assert!(!world.page(&next).await.expect(200).text().contains("equal opportunity"));
    world.page("survey/").await.expect(404);
    let wrong = json!({"careers_survey": "fr"});
    let wrong = world.server.patch("/api/v1/tenants/current/", &world.owner, wrong).await.expect(422);
    assert!(wrong.json()["errors"]["careers_survey"].is_string());
    assert_eq!(world.sums("").await["questions"], json!([]));
}

#[tokio::test]
async fn who_applied_is_asked_once_and_it_is_counted_by_job_and_month() {
    let (world, slug, job) = World::asking("us").await;
    let next = world.follows(&slug, "grace@example.org").await;
    let page = world.page(&next).await.expect(200);
    assert_eq!(
        (&page.headers[header::CACHE_CONTROL], &page.headers[header::REFERRER_POLICY]),
        (&"no-store".parse().expect("a value"), &"no-referrer".parse().expect("a value"))
    );
    let page = page.text();
    let token = next.split_once("token=").expect("a token").1;
    assert!(page.contains("One more thing") && page.contains(&format!("{SURVEY}?token={token}")), "{page}");
    let form = world.page(&format!("survey/?token={token}")).await.expect(200).text();
    for word in ["Native Hawaiian", "protected veteran", "I do not want to answer", "Answering is voluntary"]
    {
        assert!(form.contains(word), "{word}: {form}");
    }
    assert!(!form.contains("<script>") && form.contains("method=\"post\""));
    let french = world.page(&format!("survey/?token={token}&lang=fr")).await.expect(200).text();
    assert!(french.contains("Je ne souhaite pas répondre") && french.contains("facultatif"), "{french}");

    // Nothing chosen, or what is no answer, is told and counts nothing.
    for nothing in [&[][..], &[("gender", "x"), ("salary", "1")]] {
        let again = world.answers(token, nothing).await.expect(422).text();
        assert!(again.contains("Choose at least one answer"), "{again}");
    }
    // Twice is once; each gets the same thanks.
    for _ in 0..2 {
        let done = world.answers(token, &ANSWERS).await.expect(303);
        assert_eq!(done.headers[header::LOCATION], "/careers/acme/survey/done/");
    }
    assert!(world.page("survey/done/").await.expect(200).text().contains("Thank you"));
    world.page(&format!("survey/?token={token}")).await.expect(410);
    // The same application sent again brings the same key, which is used.
    let rows = world.rows(&["survey_counts"]).await;
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(rows.iter().all(|row| row.contains(&job) && row.ends_with(",1)")), "{rows:?}");
    for forged in ["", "x", &format!("{token}x"), &token.replace('.', "-")] {
        world.page(&format!("survey/?token={forged}")).await.expect(410);
        world.answers(forged, &ANSWERS).await.expect(410);
    }
    assert_eq!(world.rows(&["survey_counts"]).await, rows);

    // A key runs out with the month after.
    let late = world.token(&slug, "late@example.org").await;
    world.server.clock.advance(2 * A_MONTH_MS);
    world.answers(&late, &ANSWERS).await.expect(410);
    assert_eq!(world.rows(&["survey_counts"]).await, rows);
}

#[tokio::test]
async fn the_same_form_sent_twice_brings_the_same_key() {
    let (world, slug, _) = World::asking("ca").await;
    let token = world.open(&slug).await;
    let mut keys = Vec::new();
    for _ in 0..2 {
        let sent = world.send(&slug, &world.grace(&token)).await.expect(303);
        keys.push(sent.headers[header::LOCATION].to_str().expect("an address").to_owned());
    }
    assert!(keys[0].contains("token=") && keys[0] == keys[1], "{keys:?}");
    // What a program sends is set apart, and asks for no answers.
    let token = world.open(&slug).await;
    let mut parts = world.grace(&token);
    parts.push(text("fax_number", "555"));
    let sent = world.send(&slug, &parts).await.expect(303);
    let next = sent.headers[header::LOCATION].to_str().expect("an address").to_owned();
    assert!(!next.contains("token="), "{next}");
}

#[tokio::test]
async fn an_answer_is_nowhere_but_in_the_counts() {
    let (world, slug, _) = World::asking("us").await;
    let token = world.token(&slug, "grace@example.org").await;
    world.applications(1).await;
    let application = world.records("applications").await;
    let mut tables = world.tables().await;
    tables.retain(|table| !table.starts_with("survey_"));
    let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
    assert!(tables.contains(&"log") && tables.contains(&"documents") && tables.contains(&"outbox"));
    let before = world.rows(&tables).await;
    world.answers(&token, &ANSWERS).await.expect(303);
    // What devices copy, what is searched, exported and sent to others: nothing of it has changed.
    assert_eq!(world.rows(&tables).await, before);
    assert_eq!(world.records("applications").await, application);
    // And nothing in the counts leads to a person: neither what was used nor what was counted names anything of theirs.
    let apart = world.rows(&["survey_counts", "survey_keys"]).await;
    assert_eq!(apart.len(), 4, "{apart:?}");
    let submission: Vec<String> = world.rows(&["submissions"]).await;
    for row in &apart {
        for id in row.split(['(', ',', ')', ' ']).filter(|part| part.len() == 36) {
            let named = before.iter().chain(&submission).filter(|row| row.contains(id)).count();
            assert!(named == 0 || application[0]["job_id"] == id, "{id} of {row}");
        }
    }
}

#[tokio::test]
async fn small_sums_are_not_told_and_the_month_that_goes_on_is_not_counted() {
    let (mut world, slug, job) = World::asking("ca").await;
    for at in 0..12 {
        let token = world.token(&slug, &format!("p{at}@example.org")).await;
        let gender = if at < 6 { "woman" } else { "man" };
        let disability = if at < 2 { "yes" } else { "no" };
        world.answers(&token, &[("gender", gender), ("disability", disability)]).await.expect(303);
    }
    let now = world.sums("").await;
    assert_eq!(answer(&now, "gender", "woman")["told"], "fewer", "the month goes on: {now}");
    world.server.clock.advance(A_MONTH_MS);
    world.owner = world.server.sign_in("acme@example.com").await;
    let report = world.sums("").await;
    assert_eq!(
        (&report["form"], &report["fewest_shown"], &report["job_id"]),
        (&json!("ca"), &json!(5), &Value::Null)
    );
    // Nobody said "another", so the last that is not small is withheld.
    assert_eq!(answer(&report, "gender", "woman")["count"], 6);
    assert_eq!(
        (&answer(&report, "gender", "man")["told"], &answer(&report, "gender", "man")["count"]),
        (&json!("withheld"), &Value::Null)
    );
    assert_eq!(answer(&report, "gender", "another")["told"], "fewer");
    assert_eq!(report["questions"][0]["total"], json!({"told": "count", "count": 12}));
    assert_eq!(answer(&report, "disability", "yes")["count"], Value::Null);
    assert_eq!(report["questions"][1]["total"], json!({"told": "fewer", "count": null}));
    let of_job = world.sums(&format!("?job_id={job}&language=fr")).await;
    assert_eq!(answer(&of_job, "gender", "woman")["count"], 6);
    assert_eq!(answer(&of_job, "gender", "woman")["text"], "Femme");
    let other = world.sums(&format!("?job_id={}", world.owner.user_id)).await;
    assert_eq!(answer(&other, "gender", "woman")["told"], "fewer");
    let earlier = world.sums("?from=2020-01&to=2020-12").await;
    assert_eq!(answer(&earlier, "gender", "woman")["told"], "fewer");
    assert_eq!(world.sums("?form=us").await["form"], "us");
    for wrong in ["?from=2020", "?to=x", "?form=de", "?language=de"] {
        world.server.get(&format!("{REPORT}{wrong}"), &world.owner).await.expect(422);
    }
    world.server.get(&format!("{REPORT}?job_id=x"), &world.owner).await.expect(400);
}

#[tokio::test]
async fn only_who_runs_the_workspace_sees_sums() {
    let (world, ..) = World::asking("us").await;
    for (role, status) in
        [("admin", 200), ("hr_manager", 403), ("recruiter", 403), ("hiring_manager", 403), ("viewer", 403)]
    {
        let member: Signed = world.server.member(&world.owner, &format!("{role}@example.com"), role).await;
        world.server.get(REPORT, &member).await.expect(status);
        let change =
            world.server.patch("/api/v1/tenants/current/", &member, json!({"careers_survey": ""})).await;
        change.expect(status);
    }
    let other = world.server.workspace("Other").await;
    assert_eq!(world.server.get(REPORT, &other).await.expect(200).json()["questions"], json!([]));
}
