//! What a workspace says on its career pages besides its jobs: sections, pages of its own, pictures, what people agree to.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

use super::world::{World, hidden, text};
use crate::support::{Answer, Signed};

const SITE: &str = "/api/v1/tenants/current/site/";
const CURRENT: &str = "/api/v1/tenants/current/";
const DAY_MS: i64 = 24 * 3_600_000;

/// The head of a PNG of that size, which is all that is looked at; a few bytes tell two of one size apart.
fn png(width: u32, height: u32, end: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 6, 0, 0, 0]);
    bytes.extend(end);
    bytes
}

impl World {
    async fn read_site(&self) -> Value {
        self.server.get(SITE, &self.owner).await.expect(200).json()
    }

    /// Says something in the place of what is said now.
    async fn says(&self, content: Value) -> Answer {
        let version = self.read_site().await["version"].clone();
        let body = json!({"version": version, "content": content});
        self.server.call(Method::PUT, SITE, Some(&self.owner.access), Some(body)).await
    }

    async fn sends_picture(&self, by: &Signed, bytes: Vec<u8>) -> Answer {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{SITE}pictures/"))
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, format!("Bearer {}", by.access));
        self.server.send(request.body(Body::from(bytes)).expect("a request")).await
    }

    /// Keeps a picture. Gives its hash.
    async fn picture(&self, width: u32, height: u32) -> String {
        let kept = self.sends_picture(&self.owner, png(width, height, b"x")).await.expect(201).json();
        kept["hash"].as_str().expect("a hash").to_owned()
    }
}

#[tokio::test]
async fn sections_are_shown_in_their_order_in_the_language_of_the_reader_and_hidden_ones_are_not() {
    let world = World::new().await;
    world.slug(json!({})).await;
    let first = world.read_site().await;
    assert_eq!((&first["version"], &first["content"]["sections"]), (&json!(0), &json!([])));
    let content = json!({
        "hero_title": {"en": "Come <b>in</b>", "fr": "Entrez"},
        "sections": [
            {"kind": "text", "title": {"en": "Why us", "fr": "Pourquoi nous"}, "text": {"en": "Because.\n\n- one\n- two"}},
            {"kind": "stats", "items": [{"title": {"en": "120"}, "text": {"en": "people", "fr": "personnes"}}]},
            {"kind": "faq", "items": [{"title": {"en": "Remote?"}, "text": {"en": "Yes <script>"}}]},
            {"kind": "values", "is_hidden": true, "items": [{"title": {"en": "Secrecy"}}]},
            {"kind": "video", "title": {"en": "A day"}, "link": "https://video.example/watch?v=1&t=2"},
        ],
    });
    let saved = world.says(content).await.expect(200).json();
    assert_eq!(saved["version"], 1);
    let page = world.page("").await.expect(200).text();
    let at = |part: &str| page.find(part).unwrap_or_else(|| panic!("{part}: {page}"));
    assert!(at("Come &#60;b&#62;in&#60;/b&#62;") < at("Platform Engineer"), "the title is above the list");
    assert!(at("Platform Engineer") < at("Why us"), "the sections are below it");
    assert!(at("Why us") < at("<dd>120</dd>") && at("<dd>120</dd>") < at("Remote?"), "in their order");
    assert!(page.contains("<ul><li>one</li><li>two</li></ul>") && !page.contains("Secrecy"), "{page}");
    assert!(
        !page.contains("<script>") && !page.contains("iframe") && page.contains("watch?v=1&#38;t=2"),
        "{page}"
    );
    let french = world.page("?lang=fr").await.expect(200).text();
    assert!(french.contains("Pourquoi nous") && french.contains("personnes"), "{french}");
    assert!(
        french.contains("<div class=\"words\" lang=\"en\"><p>Because.</p>"),
        "the other language stands for it"
    );
    let narrowed = world.page("?q=engineer").await.expect(200).text();
    assert!(!narrowed.contains("Why us"), "who looks for something finds the list alone");
}

#[tokio::test]
async fn what_cannot_be_is_named_by_its_place_and_nothing_is_changed() {
    let world = World::new().await;
    world.says(json!({"hero_title": {"en": "Before"}})).await.expect(200);
    for (content, field) in [
        (json!({"sections": [{"kind": "unheard of"}]}), "sections.0.kind"),
        (json!({"sections": [{"kind": "text"}]}), "sections.0.text.en"),
        (json!({"sections": [{"kind": "image"}]}), "sections.0.picture"),
        (
            json!({"sections": [{"kind": "cta", "title": {"en": "x"}, "link_label": {"en": "x"}, "link": "javascript:alert(1)"}]}),
            "sections.0.link",
        ),
        (json!({"pages": [{"slug": "apply", "title": {"en": "x"}}]}), "pages.0.slug"),
        (json!({"social": {"linkedin": "https://linkedin.com.evil.example/"}}), "social.linkedin"),
        (json!({"accent_color": "red"}), "accent_color"),
        (json!({"cover": {"hash": "0".repeat(64), "alt": {"en": "x"}}}), "cover"),
        (json!({"meta_title": {"fr": "x".repeat(61)}}), "meta_title.fr"),
        (json!({"sections": vec![json!({"text": {"en": "<".repeat(5_000)}}); 3]}), "sections"),
    ] {
        let refused = world.says(content.clone()).await.expect(422).json();
        assert!(
            refused["errors"].get(field).is_some() || refused.to_string().contains(&format!("\"{field}\"")),
            "{field}: {refused}"
        );
    }
    assert_eq!(world.read_site().await["content"]["hero_title"]["en"], "Before");
}

#[tokio::test]
async fn nobody_overwrites_what_they_did_not_read_and_only_administrators_write() {
    let world = World::new().await;
    let body =
        |version: i64| json!({"version": version, "content": {"hero_title": {"en": version.to_string()}}});
    let put = async |by: &Signed, version: i64| {
        world.server.call(Method::PUT, SITE, Some(&by.access), Some(body(version))).await
    };
    put(&world.owner, 5).await.expect(409);
    put(&world.owner, 0).await.expect(200);
    put(&world.owner, 0).await.expect(409);
    put(&world.owner, 1).await.expect(200);
    let recruiter = world.server.member(&world.owner, "rita@example.com", "recruiter").await;
    put(&recruiter, 2).await.expect(403);
    world.server.get(SITE, &recruiter).await.expect(403);
    let other = world.server.workspace("Other").await;
    put(&other, 0).await.expect(200);
    assert_eq!(world.read_site().await["content"]["hero_title"]["en"], "1");
}

#[tokio::test]
async fn a_page_of_its_own_is_found_once_it_is_published_and_before_that_by_its_preview_alone() {
    let world = World::new().await;
    let page = |is_published: bool| {
        json!({"pages": [{
            "slug": "life-here", "title": {"en": "Life here", "fr": "La vie ici"}, "in_navigation": true,
            "is_published": is_published, "meta_description": {"en": "How we live."},
            "sections": [
                {"text": {"en": "We have lunch."}},
                {"text": {"en": "Not yet."}, "is_hidden": true},
            ],
        }]})
    };
    let saved = world.says(page(false)).await.expect(200).json();
    world.page("p/life-here/").await.expect(404);
    assert!(!world.page("").await.expect(200).text().contains("Life here"));
    let secret = saved["preview"].as_str().expect("a secret");
    let previewed = world.page(&format!("p/life-here/?preview={secret}")).await.expect(200);
    assert_eq!(previewed.headers[header::CACHE_CONTROL], "no-store");
    let text = previewed.text();
    assert!(
        text.contains("Not yet.") && text.contains("noindex") && text.contains("This is a preview"),
        "{text}"
    );
    assert!(
        text.contains(&format!("/careers/acme/p/life-here/?preview={secret}")),
        "its ways lead on: {text}"
    );

    world.says(page(true)).await.expect(200);
    let shown = world.page("p/life-here/").await.expect(200).text();
    assert!(
        shown.contains("<h1>Life here</h1>")
            && shown.contains("We have lunch.")
            && !shown.contains("Not yet."),
        "{shown}"
    );
    assert!(shown.contains("<meta name=\"description\" content=\"How we live.\">"), "{shown}");
    assert!(
        shown.contains("<link rel=\"canonical\" href=\"http://localhost:8084/careers/acme/p/life-here/\">"),
        "{shown}"
    );
    assert!(shown.contains("aria-current=\"page\""), "{shown}");
    let home = world.page("?lang=fr").await.expect(200).text();
    assert!(home.contains("href=\"/careers/acme/p/life-here/?lang=fr\">La vie ici</a>"), "{home}");
    assert!(world.page("sitemap.xml").await.expect(200).text().contains("/careers/acme/p/life-here/</loc>"));
    assert_eq!(world.page("p/life-here").await.status, 308);
    for none in ["p/other/", "p/Life-Here/", "p/..%2f/"] {
        assert_eq!(world.page(none).await.status, 404, "{none}");
    }

    // A preview lasts for a day, and is of one workspace.
    world.says(page(false)).await.expect(200);
    let other = world.server.workspace("Other").await;
    let theirs = world.server.get(SITE, &other).await.expect(200).json();
    let theirs = theirs["preview"].as_str().expect("a secret").to_owned();
    for wrong in [theirs.as_str(), "", "9999999999999.x"] {
        assert_eq!(world.page(&format!("p/life-here/?preview={wrong}")).await.status, 404, "{wrong}");
    }
    world.server.clock.advance(DAY_MS + 1_000);
    assert_eq!(world.page(&format!("p/life-here/?preview={secret}")).await.status, 404, "it is over");
}

#[tokio::test]
async fn pictures_come_from_here_at_addresses_that_change_with_them() {
    let mut world = World::new().await;
    world.slug(json!({})).await;
    let (cover, icon, inside) =
        (world.picture(1_600, 400).await, world.picture(64, 64).await, world.picture(640, 480).await);
    let content = json!({
        "cover": {"hash": cover, "alt": {"en": "The office"}},
        "favicon": {"hash": icon},
        "sections": [{"kind": "image", "text": {"en": "x"}, "picture": {"hash": inside, "alt": {"en": "A \"desk\""}}}],
    });
    let undescribed = json!({"cover": {"hash": cover}});
    assert!(world.says(undescribed).await.expect(422).text().contains("cover.alt.en"));
    let saved = world.says(content.clone()).await.expect(200).json();
    assert_eq!(saved["pictures"].as_array().map(Vec::len), Some(3));
    let page = world.page("").await.expect(200).text();
    let address = format!("/careers/acme/pictures/{}.png", &inside[..16]);
    let image = format!(
        "<img src=\"{address}\" width=\"640\" height=\"480\" alt=\"A &#34;desk&#34;\" loading=\"lazy\""
    );
    assert!(page.contains(&image), "{page}");
    assert!(
        page.contains(&format!("<link rel=\"icon\" href=\"/careers/acme/pictures/{}.png\">", &icon[..16])),
        "{page}"
    );
    assert!(
        page.contains(&format!(
            "<meta property=\"og:image\" content=\"http://localhost:8084/careers/acme/pictures/{}.png\">",
            &cover[..16]
        )),
        "{page}"
    );
    let shown = world.server.call(Method::GET, &address, None, None).await.expect(200);
    assert_eq!(shown.bytes, png(640, 480, b"x"));
    assert_eq!(shown.headers["content-type"], "image/png");
    assert!(shown.headers["cache-control"].to_str().expect("text").contains("immutable"));
    let kept = world.server.get(&format!("{SITE}pictures/{inside}/"), &world.owner).await.expect(200);
    assert_eq!(kept.bytes, shown.bytes);
    let other = world.server.workspace("Other").await;
    world.server.get(&format!("{SITE}pictures/{inside}/"), &other).await.expect(404);
    assert_eq!(
        world.server.call(Method::GET, &address.replace("acme", &other.slug), None, None).await.status,
        404
    );

    for (bytes, status) in [
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), 415),
        (png(5_000, 10, b""), 415),
        (vec![0; (512 << 10) + 1], 413),
        (vec![0; 2 << 20], 413),
    ] {
        world.sends_picture(&world.owner, bytes).await.expect(status);
    }
    let recruiter = world.server.member(&world.owner, "rita@example.com", "recruiter").await;
    world.sends_picture(&recruiter, png(10, 10, b"")).await.expect(403);
    // What is shown nowhere any more goes, but not what somebody may be about to save.
    world.says(json!({})).await.expect(200);
    assert_eq!(world.read_site().await["pictures"].as_array().map(Vec::len), Some(3));
    world.server.clock.advance(DAY_MS + 1_000);
    world.owner = world.server.sign_in("acme@example.com").await;
    world.says(json!({})).await.expect(200);
    assert_eq!(world.read_site().await["pictures"], json!([]));
    assert!(world.says(content).await.expect(422).text().contains("sections.0.picture"));
}

#[tokio::test]
async fn colours_and_other_places_are_on_every_page() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let content = json!({
        "secondary_color": "#1E6F5C", "accent_color": "#ffe600",
        "social": {"linkedin": "https://www.linkedin.com/company/acme", "youtube": " "},
        "meta_title": {"en": "Work & live"}, "meta_description": {"en": "All our jobs."},
    });
    world.says(content).await.expect(200);
    for path in [String::new(), format!("jobs/{slug}/"), format!("jobs/{slug}/apply/")] {
        let page = world.page(&path).await.expect(200).text();
        let theme = page.split('"').find(|part| part.contains("/theme-")).expect("a theme").to_owned();
        assert!(theme.ends_with("-1e6f5c-ffe600.css"), "{theme}");
        assert!(
            page.contains(
                "<a href=\"https://www.linkedin.com/company/acme\" rel=\"noopener me\">LinkedIn</a>"
            ),
            "{path}"
        );
        assert!(!page.contains("YouTube"), "{path}");
        let style = world.server.call(Method::GET, &theme, None, None).await.expect(200).text();
        assert!(style.contains("--secondary:#1e6f5c") && style.contains("--mark:"), "{style}");
        assert!(
            !style.contains("--mark:#ffe600;--on-mark:#101316}\n"),
            "yellow on white cannot be read: {style}"
        );
    }
    let page = world.page("").await.expect(200).text();
    assert!(
        page.contains("<title>Work &#38; live</title>") && page.contains("content=\"All our jobs.\""),
        "{page}"
    );
}

#[tokio::test]
async fn the_fullest_page_stays_small() {
    let world = World::new().await;
    world.slug(json!({})).await;
    let long = "Some words that are said here, and then a few more. ".repeat(90);
    let sections = vec![json!({"title": {"en": "A title"}, "text": {"en": long}}); 6];
    world.says(json!({ "sections": sections })).await.expect(200);
    let page = world.page("").await.expect(200).text();
    let style = page.split('"').find(|part| part.ends_with(".css")).expect("a style").to_owned();
    let style = world.server.call(Method::GET, &style, None, None).await.expect(200);
    assert!(page.len() > 28_000 && page.len() + style.bytes.len() < 100_000, "{}", page.len());
}

#[tokio::test]
async fn people_agree_to_the_text_that_they_read_and_it_is_kept_word_by_word() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let form = format!("jobs/{slug}/apply/");
    let agreed = |page: &str| hidden(page, "agreed");
    // A form that was opened before there was a text of the workspace's own.
    let before = world.page(&form).await.expect(200).text();
    world
        .says(json!({"consent": {"en": "I agree that Acme & Sons keep this.", "fr": "J'accepte."}}))
        .await
        .expect(200);
    world.server.patch(CURRENT, &world.owner, json!({"retention_months": 24})).await.expect(200);
    world.server.clock.advance(super::world::TYPING_MS);
    let sent = |page: &str| {
        let mut parts = world.grace(&hidden(page, "token"));
        parts.push(text("agreed", agreed(page)));
        parts
    };
    let again = world.send(&slug, &sent(&before)).await.expect(422).text();
    assert!(
        again.contains("This text was changed meanwhile")
            && again.contains("I agree that Acme &#38; Sons keep this."),
        "{again}"
    );
    assert!(!again.contains("value=\"yes\" checked"), "nothing is ticked for them: {again}");
    assert!(again.contains("for 24 months after your application ended"), "{again}");
    let without_mark = world.grace(&hidden(&before, "token"));
    world.send(&slug, &without_mark).await.expect(422);
    world.applications(0).await;

    world.send(&slug, &sent(&again)).await.expect(303);
    world.applications(1).await;
    let tenant = world.server.tenant(&world.owner).await;
    let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a connection");
    let kept: String =
        sqlx::query_scalar("select form->>'consent' from submissions where state = 'processed'")
            .fetch_one(&mut *tx)
            .await
            .expect("reads");
    assert_eq!(kept, "I agree that Acme & Sons keep this.");
    let french = world.page(&format!("{form}?lang=fr")).await.expect(200).text();
    assert!(french.contains("J&#39;accepte.") && french.contains("24 mois après la fin"), "{french}");
}
