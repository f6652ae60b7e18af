//! What the public sees: which jobs, at which addresses, in which language, and what search engines read.

use axum::http::Method;
use serde_json::{Value, json};

use super::world::World;

fn posting(page: &str) -> Value {
    let start = page.split_once("<script type=\"application/ld+json\">").expect("JSON-LD").1;
    serde_json::from_str(start.split_once("</script>").expect("its end").0).expect("JSON")
}

#[tokio::test]
async fn only_what_is_open_to_the_public_is_shown() {
    let world = World::new().await;
    let open = world.slug(json!({"title": "Open to all"})).await;
    let internal = world.slug(json!({"title": "Members only", "is_internal_only": true})).await;
    let unlisted = world.slug(json!({"title": "Not on the page", "published_on_career_page": false})).await;
    let past = world.slug(json!({"title": "Too late", "application_deadline": "2026-11-20"})).await;
    let today = world.slug(json!({"title": "Last day", "application_deadline": "2026-11-22"})).await;
    let deleted = world.job(json!({"title": "Deleted"})).await;
    let closed = world.job(json!({"title": "Closed"})).await;
    let path = |job: &Value| format!("/api/v1/ats/jobs/{}/", job["id"].as_str().expect("an id"));
    for job in [&deleted, &closed] {
        let close = format!("{}close/", path(job));
        world.server.post(&close, &world.owner, json!({"reason": "no budget"})).await.expect(200);
    }
    world.server.delete(&path(&deleted), &world.owner).await.expect(204);

    let page = world.page("").await.expect(200).text();
    assert!(page.contains("Open to all") && page.contains("Last day") && page.contains("2 open positions"));
    for hidden in ["Members only", "Not on the page", "Too late", "Deleted", "Closed"] {
        assert!(!page.contains(hidden), "{hidden}");
    }
    let slug = |job: &Value| job["slug"].as_str().expect("a slug").to_owned();
    for (slug, status) in [
        (open, 200),
        (today, 200),
        (internal, 404),
        (unlisted, 404),
        (past, 410),
        (slug(&deleted), 410),
        (slug(&closed), 410),
    ] {
        for path in [format!("jobs/{slug}/"), format!("jobs/{slug}/apply/")] {
            assert_eq!(world.page(&path).await.status, status, "{path}");
        }
        let api = format!("/api/v1/careers/jobs/{slug}/?tenant=acme");
        assert_eq!(
            world.server.call(Method::GET, &api, None, None).await.status == 200,
            status == 200,
            "{api}"
        );
    }
}

#[tokio::test]
async fn the_posting_has_what_search_engines_ask_for() {
    let world = World::new().await;
    let job = world
        .job(json!({
            "salary_min": 6_000_000, "salary_max": 8_050_050, "salary_currency": "CAD", "show_salary": true,
            "application_deadline": "2026-12-31", "job_type": "part_time",
        }))
        .await;
    let slug = job["slug"].as_str().expect("a slug");
    let page = world.page(&format!("jobs/{slug}/")).await.expect(200).text();
    let found = posting(&page);
    assert_eq!(found["@type"], "JobPosting");
    assert_eq!(found["title"], "Platform Engineer");
    assert_eq!(found["description"], "<p>Keep the lights on.</p><ul><li>one</li><li>two</li></ul>");
    assert_eq!(found["datePosted"], "2026-11-22T12:00:00Z");
    assert_eq!(found["validThrough"], "2026-12-31T23:59:59-12:00");
    assert_eq!(found["employmentType"], "PART_TIME");
    assert_eq!(found["hiringOrganization"]["name"], "Acme");
    assert_eq!(found["jobLocation"]["address"]["addressLocality"], "Montréal");
    assert_eq!(found["baseSalary"]["value"]["minValue"], 60_000);
    assert_eq!(found["baseSalary"]["value"]["maxValue"], 80_500.5);
    assert_eq!(found["identifier"]["value"], job["reference_code"]);
    assert_eq!(found["directApply"], true);
    assert!(page.contains(&format!(
        "<link rel=\"canonical\" href=\"http://localhost:8084/careers/acme/jobs/{slug}/\">"
    )));

    let slug =
        world.slug(json!({"remote_policy": "remote", "salary_min": 1, "salary_currency": "CAD"})).await;
    let page = world.page(&format!("jobs/{slug}/")).await.expect(200).text();
    let found = posting(&page);
    assert_eq!(found["jobLocationType"], "TELECOMMUTE");
    assert_eq!(found["applicantLocationRequirements"]["name"], "Canada");
    assert_eq!(found["baseSalary"], Value::Null, "pay that is not for the public");
    assert!(!page.contains("CAD"));
}

#[tokio::test]
async fn a_search_finds_without_case_and_accents_and_a_filter_narrows() {
    let world = World::new().await;
    world.slug(json!({"title": "Électricien", "location_city": "Québec", "team": "Ateliers"})).await;
    world.slug(json!({"title": "Data Analyst", "location_city": "Lyon", "team": "Data"})).await;
    for (query, found, hidden) in [
        ("?q=electricien+quebec", "Électricien", "Data Analyst"),
        ("?q=LIGHTS+analyst", "Data Analyst", "Électricien"),
        ("?city=Lyon", "Data Analyst", "Électricien"),
    ] {
        let page = world.page(query).await.expect(200).text();
        let cards = page.split_once("class=\"cards\"").expect("cards").1;
        assert!(cards.contains(found) && !cards.contains(hidden), "{query}");
        assert!(page.contains("1 position found"), "{query}");
    }
    let nothing = world.page("?q=%25_%27--").await.expect(200).text();
    assert!(nothing.contains("No position matches this search"));
}

#[tokio::test]
async fn the_list_has_pages_and_the_api_the_documented_ones() {
    let world = World::new().await;
    let first = world.job(json!({})).await;
    for number in 0..24 {
        let body = json!({"title": format!("Job {number:02}"), "description": "x", "pipeline_id": first["pipeline_id"],
            "published_on_career_page": true});
        let job = world.server.post("/api/v1/ats/jobs/", &world.owner, body).await.expect(201).json();
        let path = format!("/api/v1/ats/jobs/{}/publish/", job["id"].as_str().expect("an id"));
        world.server.post(&path, &world.owner, json!({})).await.expect(200);
    }
    let page = world.page("?sort=title&lang=fr").await.expect(200).text();
    assert!(page.contains("Page 1 sur 2") && page.contains("page=2&#38;lang=fr"), "{page}");
    assert!(page.len() < 100_000);
    let api = world
        .server
        .call(Method::GET, "/api/v1/careers/jobs/?tenant=acme&page_size=10&page=3", None, None)
        .await;
    let list = api.expect(200).json();
    assert_eq!((list["count"].as_i64(), list["results"].as_array().map(Vec::len)), (Some(25), Some(5)));
    assert_eq!(list["next"], Value::Null);
    assert_eq!(list["results"][0]["salary"], Value::Null);
}

#[tokio::test]
async fn the_language_is_asked_for_or_preferred_or_the_workspace_s() {
    let world = World::new().await;
    world.slug(json!({})).await;
    for (path, language, wanted) in [
        ("/careers/", "de", "en"),
        ("/careers/", "fr-CA, en;q=0.5", "fr"),
        ("/careers/?lang=en", "fr", "en"),
        ("/careers/?lang=xx", "", "en"),
    ] {
        let page = world.at("acme.localhost:8084", path, language).await.expect(200).text();
        assert!(page.contains(&format!("<html lang=\"{wanted}\">")), "{path} {language}");
    }
}

#[tokio::test]
async fn robots_and_sitemap_name_the_pages() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let robots = world.at("acme.localhost:8084", "/robots.txt", "").await.expect(200).text();
    assert!(robots.contains("Sitemap: http://acme.localhost:8084/careers/sitemap.xml"), "{robots}");
    let map = world.at("acme.localhost:8084", "/careers/sitemap.xml", "").await.expect(200).text();
    assert!(map.contains(&format!("<loc>http://acme.localhost:8084/careers/jobs/{slug}/</loc>")), "{map}");
    let bare = world.at("localhost:8084", "/robots.txt", "").await.expect(200).text();
    assert!(!bare.contains("Sitemap"), "{bare}");
    let slash = world.at("acme.localhost:8084", &format!("/careers/jobs/{slug}"), "").await;
    assert_eq!(slash.status, 308);
}

#[tokio::test]
async fn the_assets_are_ours_and_never_change_under_their_name() {
    let world = World::new().await;
    let page = world.page("").await.expect(200).text();
    for attribute in ["src=\"", "rel=\"stylesheet\" href=\""] {
        for loaded in page.split(attribute).skip(1) {
            assert!(
                loaded.starts_with("/careers/assets/"),
                "{}",
                loaded.split('"').next().unwrap_or_default()
            );
        }
    }
    for part in page.split('"').filter(|part| part.starts_with("/careers/assets/")) {
        let answer = world.server.call(Method::GET, part, None, None).await.expect(200);
        assert!(
            answer.headers["cache-control"].to_str().is_ok_and(|value| value.contains("immutable")),
            "{part}"
        );
    }
    for name in ["theme-zzzzzz.css", "careers-0.css", "..%2f..%2fCargo.toml"] {
        let answer = world.server.call(Method::GET, &format!("/careers/assets/{name}"), None, None).await;
        assert_eq!(answer.status, 404, "{name}");
    }
}
