//! What led to an application: carried from page to page, and kept with what is sent.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::json;

use super::world::{BOUNDARY, World, body, hidden};

async fn apply(world: &World, action: &str, email: &str) {
    let page = world.server.call(Method::GET, action, None, None).await.expect(200).text();
    world.server.clock.advance(super::world::TYPING_MS);
    let mut parts = world.grace(&hidden(&page, "token"));
    parts[3].bytes = email.into();
    let request = Request::post(action)
        .header(header::HOST, "localhost")
        .header(header::REFERER, "http://localhost:8084/careers/acme/")
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    world.server.send(request.body(Body::from(body(&parts))).expect("a request")).await.expect(303);
}

#[tokio::test]
async fn a_mark_is_carried_from_the_list_to_the_application() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let list = world.page("?source=Indeed").await.expect(200).text();
    assert!(list.contains(&format!("href=\"/careers/acme/jobs/{slug}/?source=indeed\"")), "{list}");
    assert!(list.contains("name=\"source\" value=\"indeed\""), "searching keeps it");
    assert!(
        !list.contains("canonical\" href=\"http://localhost:8084/careers/acme/?"),
        "an address of its own is none"
    );
    let job = world.page(&format!("jobs/{slug}/?source=indeed&lang=fr")).await.expect(200).text();
    let form = format!("/careers/acme/jobs/{slug}/apply/?lang=fr&source=indeed");
    assert!(job.replace("&#38;", "&").contains(&format!("href=\"{form}\"")), "{job}");
    apply(&world, &form, "grace@example.org").await;
    let application = world.applications(1).await.remove(0);
    assert_eq!(application["source"], "indeed");
    let candidate = world.records("candidates").await.remove(0);
    assert_eq!(candidate["source"], "indeed");

    apply(&world, &format!("/careers/acme/jobs/{slug}/apply/?source=Job+fair"), "ada@example.org").await;
    let sources: Vec<String> = world
        .applications(2)
        .await
        .iter()
        .map(|one| one["source"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert!(sources.contains(&"job-fair".to_owned()), "{sources:?}");
}

#[tokio::test]
async fn the_feeds_mark_who_comes_by_them() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    for (feed, address) in [
        ("feed.xml", format!("jobs/{slug}/?source=rss")),
        ("indeed.xml", format!("jobs/{slug}/?source=indeed")),
        ("linkedin.xml", format!("jobs/{slug}/apply/?source=linkedin")),
    ] {
        let text = world.page(feed).await.expect(200).text();
        assert!(text.contains(&address), "{feed}: {text}");
    }
}
