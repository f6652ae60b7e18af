//! What a workspace makes of its pages: logo, colour, texts, how to reach it.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

use super::world::World;
use crate::support::{Answer, Signed};

const CURRENT: &str = "/api/v1/tenants/current/";

/// The head of a PNG of that size, which is all that is looked at.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 6, 0, 0, 0]);
    bytes
}

impl World {
    async fn logo(&self, by: &Signed, method: Method, bytes: Vec<u8>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("{CURRENT}logo/"))
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, format!("Bearer {}", by.access));
        self.server.send(request.body(Body::from(bytes)).expect("a request")).await
    }
}

#[tokio::test]
async fn the_settings_of_the_pages_are_read_back_and_shown_on_every_page() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let settings = json!({
        "careers_title": "Work at Acme", "careers_color": "#FFE600", "careers_tagline": "Come & stay",
        "careers_contact": "  Write to <b>Ada</b>: jobs@acme.example ", "careers_email": "Jobs@Acme.example",
        "careers_linkedin_id": "12345", "careers_spontaneous": true,
        "careers_embed_origins": ["https://WWW.acme.example/"],
    });
    let changed = world.server.patch(CURRENT, &world.owner, settings).await.expect(200).json();
    let kept = &world.server.get(CURRENT, &world.owner).await.expect(200).json()["settings"];
    assert_eq!(&changed["settings"], kept);
    assert_eq!(kept["careers_contact"], "Write to <b>Ada</b>: jobs@acme.example");
    assert_eq!(kept["careers_email"], "jobs@acme.example");
    assert_eq!(kept["careers_embed_origins"], json!(["https://www.acme.example"]));
    assert_eq!(kept["careers_logo"], Value::Null);
    for path in [
        String::new(),
        format!("jobs/{slug}/"),
        format!("jobs/{slug}/apply/"),
        "apply/".into(),
        "jobs/none/".into(),
    ] {
        let page = world.page(&path).await.text();
        assert!(page.contains("Work at Acme") && page.contains("theme-ffe600.css"), "{path}");
        assert!(
            page.contains(
                "Write to &lt;b&gt;Ada&lt;/b&gt;: <a href=\"mailto:jobs@acme.example\">jobs@acme.example</a>"
            ),
            "{path}"
        );
    }
}

#[tokio::test]
async fn settings_that_cannot_be_are_named_and_nothing_is_changed() {
    let world = World::new().await;
    for (field, value) in [
        ("careers_contact", json!("x".repeat(201))),
        ("careers_email", json!("nobody")),
        ("careers_linkedin_id", json!("acme")),
        ("careers_linkedin_id", json!("1".repeat(21))),
        ("careers_embed_origins", json!(["https://a.example; script-src *"])),
        ("careers_embed_origins", json!(["*"])),
        ("careers_embed_origins", json!(vec!["https://a.example"; 21])),
        ("careers_color", json!("red")),
        ("careers_privacy_url", json!("http://acme.example/privacy")),
        ("careers_terms_url", json!("javascript:alert(1)")),
    ] {
        let body = json!({"careers_tagline": "changed", field: value});
        let problem = world.server.patch(CURRENT, &world.owner, body).await.expect(422);
        assert!(problem.text().contains(field), "{field}: {}", problem.text());
    }
    let kept = world.server.get(CURRENT, &world.owner).await.expect(200).json();
    assert_eq!(kept["settings"]["careers_tagline"], "");
}

#[tokio::test]
async fn what_people_are_to_read_is_linked_to_below_every_page_and_where_they_agree() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let form = format!("jobs/{slug}/apply/");
    let none = world.page(&form).await.expect(200).text();
    assert!(!none.contains("Privacy policy") && !none.contains("Terms of use"), "{none}");

    let settings = json!({
        "careers_privacy_url": " https://Acme.example/privacy?a=1&b=2 ",
        "careers_terms_url": "https://acme.example/terms",
    });
    let kept = world.server.patch(CURRENT, &world.owner, settings).await.expect(200).json();
    assert_eq!(kept["settings"]["careers_privacy_url"], "https://acme.example/privacy?a=1&b=2");
    let again = world.server.get(CURRENT, &world.owner).await.expect(200).json();
    assert_eq!(again["settings"], kept["settings"]);
    for path in [String::new(), format!("jobs/{slug}/"), form.clone()] {
        let page = world.page(&path).await.expect(200).text();
        let footer = page.split_once("<footer").expect("a footer").1;
        assert!(
            footer.contains(">Privacy policy</a>") && footer.contains("/terms\">Terms of use</a>"),
            "{path}"
        );
    }
    let page = world.page(&form).await.expect(200).text();
    let hint = page.split_once("id=\"consent-hint\"").expect("a hint").1;
    let hint = hint.split_once("</p>").expect("its end").0;
    for part in [
        "privacy?a=1&#38;b=2\" target=\"_blank\" rel=\"noopener\">Privacy policy</a>",
        "https://acme.example/terms\" target=\"_blank\" rel=\"noopener\">Terms of use</a>",
    ] {
        assert!(hint.contains(part), "{part}: {hint}");
    }
    let french = world.page(&format!("{form}?lang=fr")).await.expect(200).text();
    assert!(french.contains(">Politique de confidentialité</a>"), "{french}");

    let nothing = json!({"careers_privacy_url": " ", "careers_terms_url": ""});
    world.server.patch(CURRENT, &world.owner, nothing).await.expect(200);
    assert!(!world.page(&form).await.expect(200).text().contains("acme.example"));
}

#[tokio::test]
async fn a_logo_is_shown_on_every_page_at_an_address_that_changes_with_it() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let put = world.logo(&world.owner, Method::PUT, png(320, 80)).await.expect(200).json();
    assert_eq!(
        (&put["media_type"], &put["width"], &put["height"]),
        (&json!("image/png"), &json!(320), &json!(80))
    );
    let version = put["hash"].as_str().expect("a hash")[..16].to_owned();
    let address = format!("/careers/acme/logo/{version}.png");
    for path in [String::new(), format!("jobs/{slug}/"), format!("jobs/{slug}/apply/")] {
        let page = world.page(&path).await.expect(200).text();
        assert!(
            page.contains(&format!(
                "<img class=\"logo\" src=\"{address}\" width=\"320\" height=\"80\" alt=\"\">"
            )),
            "{path}"
        );
    }
    let job = world.page(&format!("jobs/{slug}/")).await.text();
    assert!(job.contains(&format!("\"logo\":\"http://localhost:8084{address}\"")), "{job}");
    let shown = world.server.call(Method::GET, &address, None, None).await.expect(200);
    assert_eq!(shown.bytes, png(320, 80));
    assert_eq!(shown.headers["content-type"], "image/png");
    assert!(shown.headers["cache-control"].to_str().expect("text").contains("immutable"));
    let kept = world.logo(&world.owner, Method::GET, Vec::new()).await.expect(200);
    assert_eq!((&kept.bytes, &kept.headers["content-type"]), (&shown.bytes, &shown.headers["content-type"]));

    world.logo(&world.owner, Method::PUT, png(100, 100)).await.expect(200);
    assert_eq!(world.server.call(Method::GET, &address, None, None).await.status, 404, "the old one");
    for path in ["/careers/acme/logo/", "/careers/acme/logo/x.png", "/careers/acme/logo/0000000000000000.png"]
    {
        assert_eq!(world.server.call(Method::GET, path, None, None).await.status, 404, "{path}");
    }
    for (bytes, status) in [
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), 415),
        (png(5_000, 10), 415),
        (vec![0; (60 << 10) + 1], 413),
        (vec![0; 2 << 20], 413),
    ] {
        world.logo(&world.owner, Method::PUT, bytes).await.expect(status);
    }
    let recruiter = world.server.member(&world.owner, "rita@example.com", "recruiter").await;
    world.logo(&recruiter, Method::PUT, png(10, 10)).await.expect(403);
    world.logo(&recruiter, Method::DELETE, Vec::new()).await.expect(403);
    world.logo(&world.owner, Method::DELETE, Vec::new()).await.expect(204);
    world.logo(&world.owner, Method::GET, Vec::new()).await.expect(404);
    assert!(!world.page("").await.expect(200).text().contains("class=\"logo\""));
    let other = world.server.workspace("Other").await;
    world.logo(&other, Method::PUT, png(10, 10)).await.expect(200);
    assert!(!world.page("").await.expect(200).text().contains("class=\"logo\""), "another workspace's");
}
