//! The equal-opportunity survey: offered after an application, answered once, and apart from everything.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use zumodra_shared::kernel::time::DAY_MS;

use super::world::{World, text};
use crate::support::{Answer, Signed};

const SURVEY: &str = "/careers/acme/survey/";
const REPORT: &str = "/api/v1/ats/survey/";
/// Longer than a key works, and than a half-year goes on.
const TWO_MONTHS_MS: i64 = 64 * DAY_MS;
const HALF_A_YEAR_MS: i64 = 185 * DAY_MS;
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

    /// Somebody applies. Gives the page that follows, and what its cookie carries.
    async fn follows(&self, slug: &str, email: &str) -> (String, Option<String>) {
        let token = self.open(slug).await;
        let mut parts = self.grace(&token);
        parts.retain(|part| part.name != "email");
        parts.push(text("email", email));
        followed(&self.send(slug, &parts).await.expect(303))
    }

    /// The key of somebody who applies.
    async fn key(&self, slug: &str, email: &str) -> String {
        self.follows(slug, email).await.1.expect("a key")
    }

    /// A page of somebody who has a key.
    async fn seen(&self, path: &str, key: &str) -> Answer {
        let request = Request::builder()
            .uri(format!("/careers/acme/{path}"))
            .header(header::HOST, "localhost")
            .header(header::COOKIE, format!("other=1; zumodra_survey={key}"));
        self.server.send(request.body(Body::empty()).expect("a request")).await
    }

    async fn answers(&self, key: &str, answers: &[(&str, &str)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        // The form is for the first key that the browser carries.
        body.append_pair("key", key.split('.').next().unwrap_or_default());
        body.extend_pairs(answers);
        let request = Request::builder()
            .method(Method::POST)
            .uri(SURVEY)
            .header(header::HOST, "localhost")
            .header(header::COOKIE, format!("zumodra_survey={key}"))
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

/// What an answer has a browser carry; none where it takes it away.
fn followed_cookie(sent: &Answer) -> Option<String> {
    let cookie = sent.headers.get(header::SET_COOKIE).map(|cookie| cookie.to_str().expect("text"));
    let key = cookie.and_then(|cookie| {
        assert!(
            cookie.contains("; Path=/careers/acme/; ") && cookie.contains("; HttpOnly; SameSite=Lax"),
            "{cookie}"
        );
        cookie.strip_prefix("zumodra_survey=").and_then(|rest| rest.split(';').next())
    });
    key.filter(|key| !key.is_empty()).map(str::to_owned)
}

/// The page that follows a form, and the key that came with it.
fn followed(sent: &Answer) -> (String, Option<String>) {
    let next = sent.headers[header::LOCATION].to_str().expect("an address");
    let key = followed_cookie(sent);
    // Addresses stand in the logs of proxies.
    assert!(
        !key.as_ref().is_some_and(|key| next.contains(key.as_str())) && !next.contains("token"),
        "{next}"
    );
    (next.strip_prefix("/careers/acme/").expect("ours").to_owned(), key)
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
    let (next, key) = world.follows(&slug, "grace@example.org").await;
    assert_eq!(key, None);
    assert!(!world.page(&next).await.expect(200).text().contains("equal opportunity"));
    world.page("survey/").await.expect(404);
    let wrong = json!({"careers_survey": "fr"});
    let wrong = world.server.patch("/api/v1/tenants/current/", &world.owner, wrong).await.expect(422);
    assert!(wrong.json()["errors"]["careers_survey"].is_string());
    assert_eq!(world.sums("").await["questions"], json!([]));
}

#[tokio::test]
async fn who_applied_is_asked_once_and_it_is_counted_by_half_year() {
    let (world, slug, job) = World::asking("us").await;
    let (next, key) = world.follows(&slug, "grace@example.org").await;
    let key = key.expect("a key");
    // Who did not apply is offered nothing.
    assert!(!world.page(&next).await.expect(200).text().contains("One more thing"));
    let page = world.seen(&next, &key).await.expect(200);
    assert_eq!(
        (&page.headers[header::CACHE_CONTROL], &page.headers[header::REFERRER_POLICY]),
        (&"no-store".parse().expect("a value"), &"no-referrer".parse().expect("a value"))
    );
    let page = page.text();
    assert!(page.contains("One more thing") && page.contains(&format!("href=\"{SURVEY}\"")), "{page}");
    let form = world.seen("survey/", &key).await.expect(200).text();
    assert!(!page.contains(&key) && !form.contains(&key));
    for word in ["Native Hawaiian", "protected veteran", "I do not want to answer", "Answering is voluntary"]
    {
        assert!(form.contains(word), "{word}: {form}");
    }
    assert!(!form.contains("<script>") && form.contains("method=\"post\""));
    let french = world.seen("survey/?lang=fr", &key).await.expect(200).text();
    assert!(french.contains("Je ne souhaite pas répondre") && french.contains("facultatif"), "{french}");

    // Nothing chosen, or what is no answer, is told and counts nothing.
    for nothing in [&[][..], &[("gender", "x"), ("salary", "1")]] {
        let again = world.answers(&key, nothing).await.expect(422).text();
        assert!(again.contains("Choose at least one answer"), "{again}");
    }
    // Twice is once; each gets the same thanks.
    for _ in 0..2 {
        let done = world.answers(&key, &ANSWERS).await.expect(303);
        assert_eq!(done.headers[header::LOCATION], "/careers/acme/survey/done/");
    }
    assert!(world.page("survey/done/").await.expect(200).text().contains("Thank you"));
    world.seen("survey/", &key).await.expect(410);
    // The same application sent again brings the same key, which is used.
    let rows = world.rows(&["survey_sums"]).await;
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(rows.iter().all(|row| !row.contains(&job) && row.ends_with(",1)")), "{rows:?}");
    for forged in ["", "x", &format!("{key}x"), &key.replace('.', "-")] {
        world.seen("survey/", forged).await.expect(410);
        world.answers(forged, &ANSWERS).await.expect(410);
    }
    assert_eq!(world.rows(&["survey_sums"]).await, rows);

    // A key runs out with the month after.
    let late = world.key(&slug, "late@example.org").await;
    world.server.clock.advance(TWO_MONTHS_MS);
    world.answers(&late, &ANSWERS).await.expect(410);
    assert_eq!(world.rows(&["survey_sums"]).await, rows);
}

#[tokio::test]
async fn the_same_form_sent_twice_brings_the_same_key() {
    let (world, slug, _) = World::asking("ca").await;
    let token = world.open(&slug).await;
    let mut keys = Vec::new();
    for _ in 0..2 {
        keys.push(followed(&world.send(&slug, &world.grace(&token)).await.expect(303)).1.expect("a key"));
    }
    assert_eq!(keys[0], keys[1]);
    // What a program sends is set apart, and asks for no answers.
    let token = world.open(&slug).await;
    let mut parts = world.grace(&token);
    parts.push(text("fax_number", "555"));
    assert_eq!(followed(&world.send(&slug, &parts).await.expect(303)).1, None);
}

#[tokio::test]
async fn who_applies_twice_answers_twice_and_each_once() {
    let (world, slug, _) = World::asking("us").await;
    let first = world.key(&slug, "grace@example.org").await;
    // The second application carries what the first one brought.
    let token = world.open(&slug).await;
    let mut parts = world.grace(&token);
    parts.retain(|part| part.name != "email");
    parts.push(text("email", "grace@second.example"));
    let sent = world.send_carrying(&slug, &parts, &format!("zumodra_survey={first}")).await.expect(303);
    let both = followed(&sent).1.expect("keys");
    assert_eq!(both.split('~').count(), 2, "{both}");
    let key_of = |page: &str| super::world::hidden(page, "key");
    let page = world.seen("survey/", &both).await.expect(200).text();
    let second = key_of(&page);
    assert!(both.starts_with(&second) && !first.starts_with(&second), "the newest is asked first: {both}");
    let done = world.answers(&both, &ANSWERS).await.expect(303);
    let left = followed_cookie(&done).expect("the other key");
    assert_eq!(left, first);
    // Pressed twice, with what the browser carried before: the same is thanked for, and the other is not used up.
    world.answers(&both, &ANSWERS).await.expect(303);
    assert_eq!(world.rows(&["survey_sums"]).await.len(), 3);
    assert_eq!(
        key_of(&world.seen("survey/", &left).await.expect(200).text()),
        first.split('.').next().expect("an id")
    );
    let done = world.answers(&left, &ANSWERS).await.expect(303);
    assert_eq!(followed_cookie(&done), None);
    assert!(world.rows(&["survey_sums"]).await.iter().all(|row| row.ends_with(",2)")));
    // A form that is for a key that the browser does not carry counts nothing.
    world.answers(&format!("{}.x~{first}", world.owner.user_id), &ANSWERS).await.expect(410);
}

#[tokio::test]
async fn an_answer_is_nowhere_but_in_the_counts() {
    let (world, slug, _) = World::asking("us").await;
    let key = world.key(&slug, "grace@example.org").await;
    world.applications(1).await;
    let application = world.records("applications").await;
    let mut tables = world.tables().await;
    tables.retain(|table| !table.starts_with("survey_"));
    let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
    assert!(tables.contains(&"log") && tables.contains(&"documents") && tables.contains(&"outbox"));
    let before = world.rows(&tables).await;
    world.answers(&key, &ANSWERS).await.expect(303);
    // What devices copy, what is searched, exported and sent to others: nothing of it has changed.
    assert_eq!(world.rows(&tables).await, before);
    assert_eq!(world.records("applications").await, application);
    // And nothing in the counts leads to a person: neither what was used nor what was counted names anything of theirs.
    let apart = world.rows(&["survey_sums", "survey_keys"]).await;
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
async fn small_sums_are_not_told_and_no_two_readings_overlap() {
    let (mut world, slug, job) = World::asking("ca").await;
    for at in 0..12 {
        let key = world.key(&slug, &format!("p{at}@example.org")).await;
        let gender = if at < 6 { "woman" } else { "man" };
        let disability = if at < 2 { "yes" } else { "no" };
        world.answers(&key, &[("gender", gender), ("disability", disability)]).await.expect(303);
    }
    let now = world.sums("").await;
    assert_eq!(answer(&now, "gender", "woman")["told"], "fewer", "the half-year goes on: {now}");
    world.server.clock.advance(HALF_A_YEAR_MS);
    world.owner = world.server.sign_in("acme@example.com").await;
    let report = world.sums("").await;
    assert_eq!((&report["form"], &report["fewest_shown"]), (&json!("ca"), &json!(5)));
    assert_eq!(report["half_year"], report["latest"]);
    assert!(now["latest"].as_str() < report["latest"].as_str(), "{now} {report}");
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
    // Whoever answers from now on changes nothing of what was told, whatever else is asked for.
    let key = world.key(&slug, "one-more@example.org").await;
    world.answers(&key, &[("gender", "woman"), ("disability", "yes")]).await.expect(303);
    let told = format!("?half_year={}", report["latest"].as_str().expect("one"));
    for same in [String::new(), told, format!("?job_id={job}"), "?from=2020-01&to=2099-12".to_owned()] {
        assert_eq!(world.sums(&same).await, report, "{same}");
    }
    assert_eq!(answer(&world.sums("?language=fr").await, "gender", "woman")["text"], "Femme");
    let earlier = world.sums("?half_year=2020-H2").await;
    assert_eq!(answer(&earlier, "gender", "woman")["told"], "fewer");
    assert_eq!(world.sums("?form=us").await["form"], "us");
    for wrong in ["?half_year=2020", "?half_year=2020-07", "?half_year=2999-H1", "?form=de", "?language=de"] {
        world.server.get(&format!("{REPORT}{wrong}"), &world.owner).await.expect(422);
    }
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
