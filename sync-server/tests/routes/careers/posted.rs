//! What a job says of itself outside: in several languages, on which boards, under which title, and where people apply.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

use super::world::World;
use crate::support::Answer;

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0";
const API: &str = "/api/v1/careers/jobs/";

impl World {
    /// Writes what a job says in another language.
    async fn translate(&self, job: &Value, language: &str, fields: Value) -> Value {
        let mut body =
            json!({"job_id": job["id"], "language": language, "title": "Ingénierie de plateforme"});
        for (name, value) in fields.as_object().expect("fields") {
            body[name] = value.clone();
        }
        self.server.post("/api/v1/ats/job-translations/", &self.owner, body).await.expect(201).json()
    }

    async fn board(&self, query: &str) -> Value {
        let path = format!("{API}?tenant=acme{query}");
        self.server.call(Method::GET, &path, None, None).await.expect(200).json()
    }

    /// A page as a browser asks for it.
    async fn looked_at(&self, method: Method, path: &str, agent: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/careers/acme/{path}"))
            .header(header::HOST, "localhost")
            .header(header::USER_AGENT, agent);
        self.server.send(request.body(Body::empty()).expect("a request")).await
    }

    async fn change(&self, job: &Value, fields: Value) -> Answer {
        let path = format!("/api/v1/ats/jobs/{}/", job["id"].as_str().expect("an id"));
        self.server.patch(&path, &self.owner, fields).await
    }
}

fn slug(job: &Value) -> &str {
    job["slug"].as_str().expect("a slug")
}

fn description_of(page: &str) -> Value {
    let marked = "<script type=\"application/ld+json\">";
    let text = page.split_once(marked).expect("a posting").1.split("</script>").next().expect("its end");
    serde_json::from_str::<Value>(text).expect("JSON")
}

#[tokio::test]
async fn a_job_is_read_in_the_language_of_the_page_and_else_in_its_own() {
    let world = World::new().await;
    let job = world.job(json!({"language": "en", "requirements": "Patience"})).await;
    let page = format!("jobs/{}/", slug(&job));
    let alone = world.page(&format!("{page}?lang=fr")).await.expect(200).text();
    assert!(
        alone.contains("<h1 lang=\"en\">Platform Engineer</h1>") && !alone.contains("hreflang=\"x-default\"")
    );
    let told = world.translate(&job, "fr", json!({})).await;
    let nothing = world.page(&format!("{page}?lang=fr")).await.expect(200).text();
    assert!(nothing.contains("<h1 lang=\"en\">"), "without a description nothing of it is shown");
    let path = format!("/api/v1/ats/job-translations/{}/", told["id"].as_str().expect("an id"));
    let write = json!({"description": "Garder la lumière allumée."});
    world.server.patch(&path, &world.owner, write).await.expect(200);

    let french = world.page(&format!("{page}?lang=fr")).await.expect(200).text();
    assert!(french.contains("<h1 lang=\"fr\">Ingénierie de plateforme</h1>"), "{french}");
    assert!(french.contains("<section lang=\"fr\">") && french.contains("Garder la lumière allumée."));
    // What is not written in it is shown in the job's own language, and said to be in it.
    let own = french.split_once("<section lang=\"en\">").expect("a section in English").1;
    assert!(own.contains("Patience"));
    let address = format!("http://localhost:8084/careers/acme/{page}");
    for part in [
        format!("<link rel=\"canonical\" href=\"{address}?lang=fr\">"),
        format!("<link rel=\"alternate\" hreflang=\"en\" href=\"{address}?lang=en\">"),
        format!("<link rel=\"alternate\" hreflang=\"fr\" href=\"{address}?lang=fr\">"),
        format!("<link rel=\"alternate\" hreflang=\"x-default\" href=\"{address}\">"),
    ] {
        assert!(french.contains(&part), "{part}\n{french}");
    }
    let posting = description_of(&french);
    assert_eq!(posting["title"], "Ingénierie de plateforme");
    assert!(posting["description"].as_str().is_some_and(|text| text.contains("Garder la lumière")));
    assert_eq!(posting["url"], json!(format!("{address}?lang=fr")));
    let english = world.page(&page).await.expect(200).text();
    assert_eq!(description_of(&english)["title"], "Platform Engineer");

    let list = world.page("?lang=fr&q=lumiere").await.expect(200).text();
    assert!(list.contains("lang=\"fr\">Ingénierie de plateforme</a>"), "{list}");
    let list = world.page("?q=lumiere").await.expect(200).text();
    assert!(
        list.contains("lang=\"en\">Platform Engineer</a>"),
        "found in whatever language it is looked for"
    );
    let form = world.page(&format!("{page}apply/?lang=fr")).await.expect(200).text();
    assert!(form.contains("Ingénierie de plateforme"));

    let row = world.board("&lang=fr").await["results"][0].clone();
    assert_eq!((&row["title"], &row["language"]), (&json!("Ingénierie de plateforme"), &json!("fr")));
    assert_eq!(row["languages"], json!(["en", "fr"]));
    let rss = world.page("feed.xml").await.expect(200).text();
    assert!(rss.contains("<title>Platform Engineer</title>") && rss.contains("<language>en</language>"));
    let rss = world.page("feed.xml?lang=fr").await.expect(200).text();
    assert!(
        rss.contains("<title>Ingénierie de plateforme</title>") && rss.contains("<language>fr</language>")
    );
    assert!(rss.contains("?lang=fr&amp;source=rss</link>"), "{rss}");
    let map = world.page("sitemap.xml").await.expect(200).text();
    for tag in ["en", "fr"] {
        assert!(map.contains(&format!("<loc>{address}?lang={tag}</loc>")), "{map}");
        assert!(map.contains(&format!("hreflang=\"{tag}\" href=\"{address}?lang={tag}\"")), "{map}");
    }

    world.server.delete(&path, &world.owner).await.expect(204);
    let gone = world.page(&format!("{page}?lang=fr")).await.expect(200).text();
    assert!(gone.contains("<h1 lang=\"en\">"), "at once");
}

#[tokio::test]
async fn the_first_of_two_in_a_language_is_shown_and_what_is_no_language_is_refused() {
    let world = World::new().await;
    let job = world.job(json!({})).await;
    world.translate(&job, "fr-CA", json!({"title": "Première", "description": "Un"})).await;
    // Ids are in the order of time, and by chance within one millisecond.
    world.server.clock.advance(1_000);
    world.translate(&job, "fr-CA", json!({"title": "Seconde", "description": "Deux"})).await;
    let page = world.page(&format!("jobs/{}/?lang=fr", slug(&job))).await.expect(200).text();
    assert!(page.contains("<h1 lang=\"fr-CA\">Première</h1>") && !page.contains("Seconde"), "{page}");
    for language in ["", "French, English", "fr_CA", "x"] {
        let body = json!({"job_id": job["id"], "language": language, "title": "T"});
        let refused =
            world.server.post("/api/v1/ats/job-translations/", &world.owner, body).await.expect(422);
        assert!(refused.json()["errors"]["language"].is_string(), "{language}");
    }
    let refused = world.change(&job, json!({"language": "no language"})).await.expect(422);
    assert!(refused.json()["errors"]["language"].is_string());
}

#[tokio::test]
async fn what_belongs_to_a_private_job_is_seen_by_who_hires_for_it() {
    let world = World::new().await;
    let rita = world.server.member(&world.owner, "rita@example.com", "recruiter").await;
    let mo = world.server.member(&world.owner, "mo@example.com", "recruiter").await;
    crate::mail::world::in_the_directory(&world.server, &world.owner, &[&world.owner, &rita, &mo]).await;
    let job = world.job(json!({"recruiter_id": rita.user_id})).await;
    let told = world.translate(&job, "fr", json!({"description": "Secret"})).await;
    world.change(&job, json!({"is_private": true})).await.expect(200);
    let path = format!("/api/v1/ats/job-translations/{}/", told["id"].as_str().expect("an id"));
    world.server.get(&path, &rita).await.expect(200);
    world.server.get(&path, &mo).await.expect(404);
}

#[tokio::test]
async fn a_job_is_on_the_boards_that_are_chosen() {
    let world = World::new().await;
    let job = world.job(json!({"title": "Quiet Cook"})).await;
    world.slug(json!({"title": "Loud Cook"})).await;
    for (switch, file) in
        [("not_on_indeed", "indeed.xml"), ("not_on_linkedin", "linkedin.xml"), ("not_on_rss", "feed.xml")]
    {
        let there = world.page(file).await.expect(200).text();
        assert!(there.contains("Quiet Cook") && there.contains("Loud Cook"), "{file}");
        world.change(&job, json!({switch: true})).await.expect(200);
        let gone = world.page(file).await.expect(200).text();
        assert!(!gone.contains("Quiet Cook") && gone.contains("Loud Cook"), "{file}");
    }
    let linkedin = world.page("linkedin.xml").await.expect(200).text();
    assert!(linkedin.contains("<expectedJobCount>1</expectedJobCount>"));
    assert_eq!(world.board("").await["count"], 2);
    world.change(&job, json!({"not_on_json": true})).await.expect(200);
    assert_eq!(world.board("").await["count"], 1);
    let path = format!("{API}{}/?tenant=acme", slug(&job));
    world.server.call(Method::GET, &path, None, None).await.expect(404);
    let page = world.page("").await.expect(200).text();
    assert!(page.contains("Quiet Cook"), "the career page has it");
}

#[tokio::test]
async fn titles_for_search_engines_equity_and_where_people_apply_are_shown() {
    let world = World::new().await;
    let job = world.job(json!({})).await;
    let page = format!("jobs/{}/", slug(&job));
    for bad in
        ["http://jobs.example.com/", "https://me:secret@example.com/", "javascript:alert(1)", "https://x"]
    {
        let refused = world.change(&job, json!({"external_apply_url": bad})).await.expect(422);
        assert!(refused.json()["errors"]["external_apply_url"].is_string(), "{bad}");
    }
    for (field, max) in [("meta_title", 200), ("meta_description", 500), ("equity_range", 50)] {
        world.change(&job, json!({field: "x".repeat(max)})).await.expect(200);
        world.change(&job, json!({field: "x".repeat(max + 1)})).await.expect(422);
    }
    let elsewhere = "https://apply.example.com/jobs/7?from=us&x=1";
    let fields = json!({
        "meta_title": "Engineer <here>", "meta_description": "A job & more", "equity_offered": true,
        "equity_range": "0.1 – 0.5 %", "external_apply_url": elsewhere, "salary_min": 1, "salary_currency": "CAD",
    });
    world.change(&job, fields).await.expect(200);
    let shown = world.page(&page).await.expect(200).text();
    for part in [
        "<title>Engineer &#60;here&#62;</title>",
        "<meta property=\"og:title\" content=\"Engineer &#60;here&#62;\">",
        "<meta name=\"description\" content=\"A job &#38; more\">",
        "<dd>0.1 – 0.5 %</dd>",
        "href=\"https://apply.example.com/jobs/7?from=us&#38;x=1\" rel=\"external noreferrer\"",
        "Apply on the company’s own site",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    assert_eq!(description_of(&shown)["directApply"], false);
    let form = world.page(&format!("{page}apply/")).await.expect(303);
    assert_eq!(form.headers.get("location").and_then(|value| value.to_str().ok()), Some(elsewhere));
    let sent = world.send(slug(&job), &world.grace("no token")).await;
    assert_eq!(sent.status, 410, "our form is closed");
    assert_eq!(world.board("").await["results"][0]["apply_url"], elsewhere);
    assert_eq!(world.board("").await["results"][0]["equity"], "0.1 – 0.5 %");
    let linkedin = world.page("linkedin.xml").await.expect(200).text();
    assert!(linkedin.contains(&format!("<applyUrl><![CDATA[{elsewhere}]]></applyUrl>")), "{linkedin}");
}

#[tokio::test]
async fn visits_are_counted_by_the_day_and_not_those_of_programs() {
    let mut world = World::new().await;
    let job = world.job(json!({})).await;
    let page = format!("jobs/{}/", slug(&job));
    let counts = async |world: &World, query: &str| {
        let path = format!("/api/v1/ats/jobs/{}/views/{query}", job["id"].as_str().expect("an id"));
        world.server.get(&path, &world.owner).await
    };
    assert_eq!(counts(&world, "").await.expect(200).json()["days"], json!([]));
    world.looked_at(Method::GET, &page, BROWSER).await.expect(200);
    world.looked_at(Method::GET, &format!("{page}?lang=fr"), BROWSER).await.expect(200);
    world.looked_at(Method::GET, &format!("{page}apply/"), BROWSER).await.expect(200);
    for (method, path, agent) in [
        (Method::HEAD, page.clone(), BROWSER),
        (Method::GET, page.clone(), "Googlebot/2.1"),
        (Method::GET, page.clone(), ""),
        (Method::GET, format!("{page}?preview=1"), BROWSER),
        (Method::GET, format!("{page}apply/"), "curl/8.5.0"),
    ] {
        world.looked_at(method, &path, agent).await.expect(200);
    }
    let first = counts(&world, "").await.expect(200).json();
    let day = json!({"day": "2026-11-22", "views": 2, "started": 1, "sent": 0});
    assert_eq!(first["days"], json!([day]));
    // Of the next day, beside those of this one.
    world.server.clock.advance(24 * 3_600_000);
    world.owner = world.server.sign_in("acme@example.com").await;
    world.looked_at(Method::GET, &page, BROWSER).await.expect(200);
    let both = counts(&world, "").await.expect(200).json();
    assert_eq!(
        (&both["views"], &both["started"], &both["since"]),
        (&json!(3), &json!(1), &json!("2026-10-25"))
    );
    assert_eq!(both["days"].as_array().map(Vec::len), Some(2));
    let today = counts(&world, "?days=1").await.expect(200).json();
    assert_eq!((&today["views"], &today["since"]), (&json!(1), &json!("2026-11-23")));
    for wrong in ["?days=0", "?days=367"] {
        assert!(counts(&world, wrong).await.expect(422).json()["errors"]["days"].is_string(), "{wrong}");
    }
    counts(&world, "?days=366").await.expect(200);
}

#[tokio::test]
async fn counts_are_forgotten_after_their_time() {
    let world = World::new().await;
    let job = world.job(json!({})).await;
    let page = format!("jobs/{}/", slug(&job));
    world.looked_at(Method::GET, &page, BROWSER).await.expect(200);
    let path = format!("/api/v1/ats/jobs/{}/views/", job["id"].as_str().expect("an id"));
    assert_eq!(world.server.get(&path, &world.owner).await.expect(200).json()["views"], 1);
    let tenant = world.server.tenant(&world.owner).await;
    let kept = async || -> i64 {
        let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a connection");
        sqlx::query_scalar("select count(*) from job_views").fetch_one(&mut *tx).await.expect("reads")
    };
    world.server.clock.advance(400 * 24 * 3_600_000);
    zumodra_server::careers::sweep(&world.server.app).await.expect("sweeps");
    assert_eq!(kept().await, 1, "on the last day");
    world.server.clock.advance(24 * 3_600_000);
    zumodra_server::careers::sweep(&world.server.app).await.expect("sweeps");
    assert_eq!(kept().await, 0);
}
