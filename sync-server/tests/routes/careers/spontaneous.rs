//! Applying for no job in particular, and questions whose answers rule somebody out.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};

use super::world::{BOUNDARY, Part, TYPING_MS, World, body, file, hidden, pdf, text};
use crate::support::Answer;

const PATIENCE: Duration = Duration::from_secs(20);

impl World {
    async fn allow(&self, is_allowed: bool) {
        let settings = json!({"careers_spontaneous": is_allowed});
        self.server.patch("/api/v1/tenants/current/", &self.owner, settings).await.expect(200);
    }

    async fn send_any(&self, parts: &[Part]) -> Answer {
        let request = Request::builder()
            .method("POST")
            .uri("/careers/acme/apply/")
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
        self.server.send(request.body(Body::from(body(parts))).expect("a request")).await
    }

    async fn candidates(&self, count: usize) -> Vec<Value> {
        let started = Instant::now();
        loop {
            let found = self.records("candidates").await;
            if found.len() >= count || started.elapsed() > PATIENCE {
                assert_eq!(found.len(), count, "candidates");
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test]
async fn somebody_who_applies_for_no_job_becomes_a_candidate_without_an_application() {
    let world = World::new().await;
    world.allow(true).await;
    let list = world.page("").await.expect(200).text();
    assert!(list.contains("href=\"/careers/acme/apply/\""), "{list}");
    let page = world.page("apply/").await.expect(200).text();
    world.server.clock.advance(TYPING_MS);
    let mut parts = world.grace(&hidden(&page, "token"));
    parts.push(file("cv.pdf", pdf()));
    let incomplete = world.send_any(&parts).await.expect(422).text();
    assert!(incomplete.contains("href=\"#summary\"") && incomplete.contains("We have your file cv.pdf"));
    parts.push(text("summary", "I write compilers.\nI look for quiet."));
    parts.push(text("headline", "Compiler engineer"));
    let sent = world.send_any(&parts).await.expect(303);
    assert_eq!(sent.headers["location"], "/careers/acme/applied/");
    world.send_any(&parts).await.expect(303);
    assert!(world.page("applied/").await.expect(200).text().contains("Acme has received your application."));
    let candidate = &world.candidates(1).await[0];
    for (field, value) in [
        ("source", "spontaneous"),
        ("source_detail", ""),
        ("first_name", "Grace"),
        ("headline", "Compiler engineer"),
        ("summary", "I write compilers.\nI look for quiet."),
        ("resume_name", "cv.pdf"),
    ] {
        assert_eq!(candidate[field], value, "{field}");
    }
    assert_eq!(world.records("candidate-contacts").await[0]["email"], "grace@example.org");
    world.applications(0).await;
    assert_eq!(world.submissions().await, [("processed".to_owned(), 1)]);
    let outbox = world.server.get("/api/v1/notifications/mail/", &world.owner).await.expect(200).json();
    assert_eq!(outbox["count"], 1, "{outbox}");
    let told = &outbox["results"][0];
    assert_eq!(
        [&told["template"], &told["to"], &told["subject"]],
        ["application_received", "grace@example.org", "We have your application"],
        "{told}"
    );
}

#[tokio::test]
async fn without_leave_of_the_workspace_there_is_no_such_form() {
    let world = World::new().await;
    world.slug(json!({})).await;
    assert!(!world.page("").await.expect(200).text().contains("/apply/\""));
    world.page("apply/").await.expect(404);
    world.page("applied/").await.expect(404);
    world.send_any(&world.grace("x")).await.expect(404);
    world.allow(true).await;
    let form = world.page("apply/").await.expect(200).text();
    world.allow(false).await;
    world.server.clock.advance(TYPING_MS);
    world.send_any(&world.grace(&hidden(&form, "token"))).await.expect(404);
    assert!(world.submissions().await.is_empty());
}

#[tokio::test]
async fn the_form_of_no_job_is_no_form_of_a_job() {
    let world = World::new().await;
    world.allow(true).await;
    let slug = world.slug(json!({})).await;
    let any = hidden(&world.page("apply/").await.expect(200).text(), "token");
    let token = world.open(&slug).await;
    world.send(&slug, &world.grace(&any)).await.expect(422);
    let mut parts = world.grace(&token);
    parts.push(text("summary", "x"));
    world.send_any(&parts).await.expect(422);
}

fn questions() -> Value {
    json!([
        {"id": "q1", "label": "May you work in Canada?", "answer": "yes_no", "required": true, "options": "", "knockout": "no"},
        {"id": "q2", "label": "Driving licence", "answer": "choice", "required": true, "options": "None\nCar\nLorry", "knockout": "None"},
        {"id": "q3", "label": "Years of practice", "answer": "number", "required": true, "options": "", "knockout_below": 3},
        {"id": "q4", "label": "Why here?", "answer": "short_text", "required": false, "options": ""},
    ])
}

#[tokio::test]
async fn an_answer_that_rules_out_is_marked_for_the_recruiter_and_told_to_nobody_else() {
    let world = World::new().await;
    let slug = world.slug(json!({"questions": questions()})).await;
    for (email, license, years, marks) in [
        ("out@example.org", "None", "2,5", [true, true, true, false]),
        ("in@example.org", "Lorry", "3", [false, false, false, false]),
    ] {
        let token = world.open(&slug).await;
        let mut parts = world.grace(&token);
        parts.retain(|part| part.name != "email");
        parts.push(text("email", email));
        parts.push(text("question_q1", if marks[0] { "no" } else { "yes" }));
        parts.push(text("question_q2", license));
        parts.push(text("question_q3", years));
        parts.push(text("question_q4", "no"));
        let answer = world.send(&slug, &parts).await.expect(303);
        assert_eq!(
            answer.headers["location"],
            format!("/careers/acme/jobs/{slug}/applied/"),
            "the same for both"
        );
    }
    let applications = world.applications(2).await;
    let found: Vec<Vec<bool>> = applications
        .iter()
        .map(|row| {
            row["answers"].as_array().expect("answers").iter().map(|a| a["knocks_out"] == true).collect()
        })
        .collect();
    assert!(found.contains(&vec![true, true, true, false]) && found.contains(&vec![false; 4]), "{found:?}");
    let stages: Vec<&Value> = applications.iter().map(|row| &row["stage_id"]).collect();
    assert_eq!(stages[0], stages[1], "nobody is rejected by an answer");

    let api = format!("/api/v1/careers/jobs/{slug}/?tenant=acme");
    let public = [
        world.page(&format!("jobs/{slug}/")).await.expect(200).text(),
        world.page(&format!("jobs/{slug}/apply/")).await.expect(200).text(),
        world.server.call(axum::http::Method::GET, &api, None, None).await.expect(200).text(),
        world.page("indeed.xml").await.expect(200).text(),
    ];
    assert!(public[2].contains("Driving licence"), "the question itself is public");
    for shown in public {
        assert!(!shown.contains("knock"), "{shown}");
    }
}
