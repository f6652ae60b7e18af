//! The open jobs for other programs and other pages: near a place, as JSON, as feeds, in a frame.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, header};
use serde_json::{Value, json};

use super::world::World;
use crate::support::Answer;

const API: &str = "/api/v1/careers/jobs/?tenant=acme";

impl World {
    async fn api(&self, query: &str) -> Answer {
        self.server.call(Method::GET, &format!("{API}{query}"), None, None).await
    }

    async fn send_with(&self, method: Method, path: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        self.server.send(request.body(Body::empty()).expect("a request")).await
    }
}

fn titles(list: &Value) -> Vec<String> {
    let rows = list["results"].as_array().expect("a list");
    rows.iter().map(|row| row["title"].as_str().expect("a title").to_owned()).collect()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test]
async fn jobs_near_a_place_are_found_by_distance_and_remembered_in_the_address() {
    let world = World::new().await;
    for (title, city, country) in [
        ("In Paris", "Paris", "France"),
        ("In Villeurbanne", "Villeurbanne", "France"),
        ("In Lyon", "Lyon", ""),
        ("Nowhere", "", "France"),
    ] {
        world.slug(json!({"title": title, "location_city": city, "location_country": country})).await;
    }
    let page = world.page("?near=lyon&km=25").await.expect(200).text();
    let cards = page.split_once("class=\"cards\"").expect("cards").1;
    let (lyon, villeurbanne) = (cards.find("In Lyon"), cards.find("In Villeurbanne"));
    assert!(lyon.is_some() && lyon < villeurbanne, "the nearest first");
    assert!(cards.contains("0 km from Lyon") && !cards.contains("In Paris") && !cards.contains("Nowhere"));
    assert!(
        page.contains("value=\"lyon\"")
            && page.contains("value=\"25\" selected")
            && page.contains("2 positions found")
    );
    let list = world.api("&near=Lyon&km=25").await.expect(200).json();
    assert_eq!(titles(&list), ["In Lyon", "In Villeurbanne"]);
    assert!(list["results"][1]["distance_km"].as_f64().is_some_and(|km| (1.0..10.0).contains(&km)));

    let unknown = world.page("?near=Nowhereville").await.expect(200).text();
    assert!(unknown.contains("We do not know where “Nowhereville” is"), "{unknown}");
    assert!(unknown.contains("In Paris"), "distance is left aside");
    let nothing = world.page("?near=Tokyo&km=10").await.expect(200).text();
    assert!(
        nothing.contains("No position matches")
            && nothing.contains("href=\"/careers/acme/\">See all open positions")
    );
}

#[tokio::test]
async fn a_list_without_known_places_asks_for_none() {
    let world = World::new().await;
    world.slug(json!({"location_city": "Somewhere in the woods"})).await;
    let page = world.page("").await.expect(200).text();
    assert!(!page.contains("name=\"near\""));
}

#[tokio::test]
async fn what_changes_is_seen_at_once_by_this_node_and_soon_by_another() {
    let world = World::new().await;
    let job = world.job(json!({"title": "Before"})).await;
    let other = world.server.beside().await;
    let path = format!("/api/v1/ats/jobs/{}/", job["id"].as_str().expect("an id"));
    for (title, hidden) in [("First", "Before"), ("Second", "First"), ("Third", "Second")] {
        world.server.patch(&path, &world.owner, json!({"title": title})).await.expect(200);
        let page = world.page("").await.expect(200).text();
        assert!(page.contains(title) && !page.contains(hidden), "{title}");
    }
    let begun = std::time::Instant::now();
    loop {
        let page = other.call(Method::GET, "/careers/acme/", None, None).await.expect(200).text();
        if page.contains("Third") {
            break;
        }
        assert!(begun.elapsed().as_secs() < 5, "the other node does not see it");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn the_api_may_be_read_from_any_page_and_only_read() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    for path in [API.to_owned(), format!("/api/v1/careers/jobs/{slug}/?tenant=acme")] {
        let answer = world.send_with(Method::GET, &path, &[(header::ORIGIN, "https://a.example")]).await;
        let answer = answer.expect(200);
        assert_eq!(text(&answer.headers, "access-control-allow-origin"), "*");
        assert!(!answer.headers.contains_key("access-control-allow-credentials"));
        assert_eq!(text(&answer.headers, "cache-control"), "no-cache");
        let tag = text(&answer.headers, "etag").to_owned();
        let again =
            world.send_with(Method::GET, &path, &[(header::IF_NONE_MATCH, &format!("\"x\", W/{tag}"))]).await;
        assert!(again.expect(304).bytes.is_empty());
        let preflight =
            world.send_with(Method::OPTIONS, &path, &[(header::ORIGIN, "https://a.example")]).await;
        assert_eq!(
            text(&preflight.expect(204).headers, "access-control-allow-methods"),
            "GET, HEAD, OPTIONS"
        );
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            world.send_with(method, &path, &[]).await.expect(405);
        }
    }
    let missing =
        world.send_with(Method::GET, "/api/v1/careers/jobs/none/?tenant=acme", &[]).await.expect(404);
    assert_eq!(text(&missing.headers, "access-control-allow-origin"), "*", "the page is to read why");
    let tag = text(&world.api("").await.headers, "etag").to_owned();
    world.slug(json!({"title": "Another"})).await;
    world.send_with(Method::GET, API, &[(header::IF_NONE_MATCH, &tag)]).await.expect(200);
}

#[tokio::test]
async fn the_api_filters_and_says_what_it_does_not_understand() {
    let world = World::new().await;
    world
        .slug(json!({"title": "Sales", "team": "Sales", "job_type": "part_time", "location_city": "Lyon"}))
        .await;
    world.slug(json!({"title": "Data", "team": "Data", "remote_policy": "remote"})).await;
    for (query, found) in [
        ("", 2),
        ("&team=Sales", 1),
        ("&type=part_time", 1),
        ("&remote=remote", 1),
        ("&city=Lyon&team=Data", 0),
        ("&search=LIGHTS+data", 1),
        ("&sort=title", 2),
    ] {
        assert_eq!(world.api(query).await.expect(200).json()["count"], found, "{query}");
    }
    for (query, field) in [
        ("&near=Nowhereville", "near"),
        ("&near=Lyon&km=7", "km"),
        ("&sort=luck", "sort"),
        ("&page=0", "page"),
        ("&page_size=1000", "page_size"),
    ] {
        let problem = world.api(query).await.expect(422).json();
        assert!(
            problem["errors"][field].is_string() || problem["fields"][field].is_string(),
            "{query} {problem}"
        );
    }
}

#[tokio::test]
async fn the_feeds_are_named_in_every_page_and_hold_what_is_public() {
    let world = World::new().await;
    let settings = json!({"careers_email": "jobs@acme.example", "careers_linkedin_id": "12345", "careers_tagline": "Go & see"});
    world.server.patch("/api/v1/tenants/current/", &world.owner, settings).await.expect(200);
    let job = world
        .job(json!({
            "title": "R&D <Lead>", "description": "One ]]> two\n\n- three", "job_type": "part_time",
            "remote_policy": "hybrid", "salary_min": 6_000_000, "salary_max": 8_050_050, "salary_currency": "CAD",
            "show_salary": true, "application_deadline": "2026-12-31", "location_state": "Québec",
        }))
        .await;
    let id = job["id"].as_str().expect("an id");
    world.slug(json!({"title": "Secret", "is_internal_only": true, "salary_min": 1})).await;
    let slug = job["slug"].as_str().expect("a slug");
    for path in ["".to_owned(), format!("jobs/{slug}/"), format!("jobs/{slug}/apply/")] {
        let page = world.page(&path).await.expect(200).text();
        for file in ["feed.xml", "indeed.xml", "linkedin.xml"] {
            assert!(
                page.contains(&format!("href=\"http://localhost:8084/careers/acme/{file}\"")),
                "{path} {file}"
            );
        }
    }
    let rss = world.page("feed.xml").await.expect(200);
    assert_eq!(text(&rss.headers, "content-type"), "application/rss+xml; charset=utf-8");
    let rss = rss.text();
    for part in [
        "<title>R&amp;D &lt;Lead&gt;</title>",
        "<description>Go &amp; see</description>",
        "<pubDate>Sun, 22 Nov 2026 12:00:00 GMT</pubDate>",
        "One ]]&gt; two</p><ul><li>three</li></ul>]]></description>",
    ] {
        assert!(rss.contains(part), "{part}\n{rss}");
    }
    let indeed = world.page("indeed.xml").await.expect(200).text();
    for part in [
        "<title><![CDATA[R&D <Lead>]]></title>".to_owned(),
        format!("<referencenumber><![CDATA[{id}]]></referencenumber>"),
        format!("<url><![CDATA[http://localhost:8084/careers/acme/jobs/{slug}/?source=indeed]]></url>"),
        "<country><![CDATA[CA]]></country>".into(),
        "<state><![CDATA[Québec]]></state>".into(),
        "<jobtype><![CDATA[parttime]]></jobtype>".into(),
        "<remotetype><![CDATA[Hybrid remote]]></remotetype>".into(),
        "<email><![CDATA[jobs@acme.example]]></email>".into(),
        "<expirationdate><![CDATA[2026-12-31]]></expirationdate>".into(),
    ] {
        assert!(indeed.contains(&part), "{part}\n{indeed}");
    }
    let linkedin = world.page("linkedin.xml").await.expect(200).text();
    for part in [
        format!("<partnerJobId><![CDATA[{id}]]></partnerJobId>"),
        "<companyId><![CDATA[12345]]></companyId>".into(),
        "<location><![CDATA[Montréal, Québec, Canada]]></location>".into(),
        "<workplaceTypes><![CDATA[Hybrid]]></workplaceTypes>".into(),
        "<amount><![CDATA[80500.5]]></amount>".into(),
        "<listDate><![CDATA[11/22/2026]]></listDate>".into(),
        "<expirationDate><![CDATA[12/31/2026]]></expirationDate>".into(),
        "<posterEmail><![CDATA[jobs@acme.example]]></posterEmail>".into(),
        "<expectedJobCount>1</expectedJobCount>".into(),
    ] {
        assert!(linkedin.contains(&part), "{part}\n{linkedin}");
    }
    for feed in [rss, indeed, linkedin] {
        assert!(!feed.contains("Secret"));
    }
}

#[tokio::test]
async fn only_the_list_for_frames_may_be_framed_and_only_where_the_workspace_says() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let embed = world.page("embed/?lang=fr").await.expect(200);
    let policy = |answer: &Answer| text(&answer.headers, "content-security-policy").to_owned();
    assert!(policy(&embed).ends_with("frame-ancestors *"), "{}", policy(&embed));
    assert!(!embed.headers.contains_key("x-frame-options"));
    assert_eq!(text(&embed.headers, "cross-origin-resource-policy"), "cross-origin");
    let page = embed.text();
    assert!(
        page.contains(&format!(
            "href=\"http://localhost:8084/careers/acme/jobs/{slug}/?lang=fr\" target=\"_top\""
        )),
        "{page}"
    );
    assert!(page.contains("1 poste ouvert") && page.contains("noindex") && !page.contains("<form"));
    let settings = json!({"careers_embed_origins": ["https://www.acme.example", "http://localhost:3000"]});
    world.server.patch("/api/v1/tenants/current/", &world.owner, settings).await.expect(200);
    let embed = world.page("embed/").await.expect(200);
    assert!(policy(&embed).ends_with("frame-ancestors https://www.acme.example http://localhost:3000"));
    for path in [String::new(), format!("jobs/{slug}/"), format!("jobs/{slug}/apply/"), "jobs/none/".into()] {
        let answer = world.page(&path).await;
        assert!(policy(&answer).ends_with("frame-ancestors 'none'"), "{path}");
        assert_eq!(text(&answer.headers, "x-frame-options"), "DENY", "{path}");
    }
    let script = world.page("embed.js").await.expect(200);
    assert_eq!(text(&script.headers, "cross-origin-resource-policy"), "cross-origin");
    assert_eq!(text(&script.headers, "content-type"), "text/javascript; charset=utf-8");
    assert!(script.text().contains("document.currentScript") && !script.text().contains("innerHTML"));
}
