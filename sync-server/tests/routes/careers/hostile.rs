//! Bad input: every field, every file, every address.

use std::io::{Cursor, Write as _};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, Request, header};
use bytes::Bytes;
use serde_json::json;
use zip::write::SimpleFileOptions;

use super::world::{World, file, pdf, text};

const SCRIPT: &str = "\"><script>alert('x')</script><img src=x onerror=alert(1)>";

#[tokio::test]
async fn scripts_in_every_field_stay_text() {
    let world = World::new().await;
    let questions =
        json!([{"id": "q1", "label": SCRIPT, "answer": "choice", "required": true, "options": SCRIPT}]);
    let fields = json!({
        "title": SCRIPT, "description": SCRIPT, "responsibilities": format!("- {SCRIPT}"), "team": SCRIPT,
        "location_city": SCRIPT, "required_skills": [SCRIPT], "require_cover_letter": true, "questions": questions,
    });
    let slug = world.slug(fields).await;
    let token = world.open(&slug).await;
    let names = [
        "first_name",
        "last_name",
        "email",
        "phone",
        "linkedin_url",
        "website_url",
        "cover_letter",
        "question_q1",
    ];
    let mut parts = vec![text("token", &token), file(&SCRIPT.replace('"', ""), b"<script>")];
    parts.extend(names.iter().map(|name| text(name, SCRIPT)));
    let pages = [
        world.send(&slug, &parts).await.expect(422),
        world.page("").await.expect(200),
        world.page("?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&team=%3Cscript%3E").await.expect(200),
        world.page(&format!("jobs/{slug}/")).await.expect(200),
        world.page(&format!("jobs/{slug}/apply/")).await.expect(200),
        world.page(&format!("jobs/{slug}/applied/")).await.expect(200),
    ];
    for page in pages {
        let policy = page.headers["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        let text = page.text();
        assert!(!text.contains("<script>alert") && !text.contains("<img"), "{text}");
    }
}

#[tokio::test]
async fn what_is_no_text_is_said_at_its_field() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let token = world.open(&slug).await;
    let mut parts = world.grace(&token);
    parts[1] = text("first_name", b"Gr\xff\xfece");
    let page = world.send(&slug, &parts).await.expect(422).text();
    assert!(page.contains("id=\"first-name-error\"") && page.contains("could not be read"));
    parts[1] = text("first_name", b"Gr\0a\x07ce");
    world.send(&slug, &parts).await.expect(303);
    world.applications(1).await;
    assert_eq!(world.records("candidates").await[0]["first_name"], "Grace");
}

fn bomb() -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["[Content_Types].xml", "word/document.xml"] {
        writer.start_file(name, SimpleFileOptions::default()).expect("starts");
        let zeros = vec![0u8; 1 << 20];
        for _ in 0..80 {
            writer.write_all(&zeros).expect("writes");
        }
    }
    writer.finish().expect("finishes").into_inner()
}

#[tokio::test]
async fn a_file_that_is_not_what_it_says_is_refused_at_its_field() {
    let world = World::new().await;
    let slug = world.slug(json!({"require_resume": true})).await;
    for (name, bytes) in [
        ("cv.pdf", b"MZ\x90\0 this is a program".to_vec()),
        ("cv.pdf", b"just text".to_vec()),
        ("cv.docx", pdf()),
        ("cv.docx", bomb()),
        ("cv.exe", pdf()),
        ("cv", pdf()),
        ("cv.pdf", Vec::new()),
    ] {
        let token = world.open(&slug).await;
        let mut parts = world.grace(&token);
        parts.push(file(name, &bytes));
        let page = world.send(&slug, &parts).await.expect(422).text();
        assert!(page.contains("id=\"resume-error\"") && page.contains("value=\"Grace\""), "{name}");
    }
    assert!(world.submissions().await.is_empty());
}

#[tokio::test]
async fn a_forged_résumé_reference_is_no_résumé() {
    let world = World::new().await;
    let slug = world.slug(json!({"require_resume": true})).await;
    for forged in [format!("{}:pdf:AAAA:cv.pdf", "a".repeat(64)), ":::".into(), "x".into()] {
        let token = world.open(&slug).await;
        let mut parts = world.grace(&token);
        parts.push(text("resume_kept", forged));
        world.send(&slug, &parts).await.expect(422);
    }
}

#[tokio::test]
async fn a_file_somewhat_too_large_keeps_what_was_typed() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let token = world.open(&slug).await;
    let mut parts = vec![file("cv.pdf", vec![b'x'; (10 << 20) + 1])];
    parts.extend(world.grace(&token));
    let page = world.send(&slug, &parts).await.expect(413).text();
    assert!(page.contains("larger than 10 MB") && page.contains("value=\"Grace\""));
}

#[tokio::test]
async fn a_hundred_megabytes_are_refused_quickly_and_never_held() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let piece = Bytes::from(vec![b'x'; 1 << 20]);
    for says_its_length in [true, false] {
        let head = "--b\r\nContent-Disposition: form-data; name=\"resume\"; filename=\"cv.pdf\"\r\n\r\n";
        let pieces = std::iter::once(Bytes::from(head)).chain(std::iter::repeat_n(piece.clone(), 100));
        let stream = futures_util::stream::iter(pieces.map(Ok::<_, std::io::Error>));
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(format!("/careers/acme/jobs/{slug}/apply/"))
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
        if says_its_length {
            request = request.header(header::CONTENT_LENGTH, (100 << 20) + head.len());
        }
        let started = Instant::now();
        let answer = world.server.send(request.body(Body::from_stream(stream)).expect("a request")).await;
        let text = answer.expect(413).text();
        assert!(text.contains("too much at once"), "{text}");
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    }
}

#[tokio::test]
async fn what_is_no_form_is_said_to_be_none() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    for (media_type, body) in [
        ("application/json", "{}"),
        ("application/x-www-form-urlencoded", "first_name=a"),
        ("multipart/form-data", "x"),
        ("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncut"),
    ] {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/careers/acme/jobs/{slug}/apply/"))
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, media_type);
        let answer = world.server.send(request.body(Body::from(body)).expect("a request")).await.expect(400);
        assert!(
            answer.headers["content-type"].to_str().is_ok_and(|t| t.starts_with("text/html")),
            "{media_type}"
        );
    }
}

#[tokio::test]
async fn addresses_that_lead_nowhere_say_so_in_words() {
    let world = World::new().await;
    let stranger = world.server.workspace("Globex").await;
    let slug = world.slug(json!({})).await;
    assert_eq!(stranger.slug, "globex");
    for path in [
        "/careers/".to_owned(),
        "/careers/nobody/".into(),
        "/careers/acme/jobs/unknown-00000000/".into(),
        "/careers/acme/jobs/unknown-00000000/apply/".into(),
        "/careers/acme/jobs/%ff%fe/".into(),
        "/careers/acme/jobs/é/".into(),
        format!("/careers/acme/jobs/{}/", "x".repeat(500)),
        format!("/careers/globex/jobs/{slug}/"),
        format!("/careers/globex/jobs/{slug}/apply/"),
    ] {
        let path = path.replace('é', "%C3%A9");
        let answer = world.server.call(Method::GET, &path, None, None).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text().contains("does not exist"), "{path}");
    }
    let sent =
        world.server.call(Method::POST, &format!("/careers/globex/jobs/{slug}/apply/"), None, None).await;
    assert_eq!(sent.status, 404);
}
