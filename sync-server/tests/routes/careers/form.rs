//! Applying: what is kept, what it becomes, and what is said when something is wrong.

use serde_json::{Value, json};
use zumodra_server::config::Rate;

use super::world::{Part, World, file, hidden, pdf, text};
use crate::support::config;

fn questions() -> Value {
    json!([
        {"id": "q1", "label": "Why here?", "answer": "long_text", "required": true, "options": ""},
        {"id": "q2", "label": "Notice period", "answer": "choice", "required": true, "options": "None\nOne month"},
        {"id": "q3", "label": "Years of work", "answer": "number", "required": false, "options": ""},
        {"id": "q4", "label": "May you work in Canada?", "answer": "yes_no", "required": true, "options": ""},
        {"id": "q5", "label": "First day", "answer": "date", "required": false, "options": ""},
    ])
}

fn answers() -> Vec<Part> {
    vec![
        text("question_q1", "I like trains."),
        text("question_q2", "One month"),
        text("question_q3", "7,5"),
        text("question_q4", "yes"),
        text("question_q5", "2026-12-01"),
    ]
}

#[tokio::test]
async fn an_application_becomes_a_new_candidate_with_contact_and_application() {
    let world = World::new().await;
    let slug = world.slug(json!({"require_resume": true, "questions": questions()})).await;
    let token = world.open(&slug).await;
    let mut parts = world.grace(&token);
    parts.extend(answers());
    parts.push(file("Grace Hopper.pdf", pdf()));
    let answer = world.send(&slug, &parts).await.expect(303);
    assert_eq!(answer.headers["location"], format!("/careers/acme/jobs/{slug}/applied/"));
    let confirmation = world.page(&format!("jobs/{slug}/applied/")).await.expect(200).text();
    assert!(confirmation.contains("Your application has arrived"));

    let application = world.applications(1).await.remove(0);
    assert_eq!(application["source"], "career_page");
    let answered: Vec<&str> = application["answers"]
        .as_array()
        .expect("answers")
        .iter()
        .map(|a| a["answer"].as_str().expect("text"))
        .collect();
    assert_eq!(answered, ["I like trains.", "One month", "7.5", "Yes", "2026-12-01"]);
    let pipelines = world.records("pipelines").await;
    let pipeline =
        pipelines.iter().find(|one| one["id"] == application["pipeline_id"]).expect("the pipeline");
    assert_eq!(application["stage_id"], pipeline["stages"][1]["id"], "the first stage that is open");

    let started = std::time::Instant::now();
    let candidate = loop {
        let candidate = world.records("candidates").await.remove(0);
        let has_text =
            candidate["resume_text"].as_str().is_some_and(|text| text.to_lowercase().contains("halloway"));
        if has_text || started.elapsed().as_secs() > 20 {
            break candidate;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    assert_eq!(candidate["first_name"], "Grace");
    assert_eq!(candidate["consent_to_store"], true);
    assert_eq!(candidate["resume_name"], "Grace Hopper.pdf");
    assert!(
        candidate["resume_text"].as_str().is_some_and(|text| text.to_lowercase().contains("halloway")),
        "{candidate}"
    );
    let contact = world.records("candidate-contacts").await.remove(0);
    assert_eq!(contact["email"], "grace@example.org");
    assert_eq!(contact["website_url"], "https://grace.example.org");
    assert_eq!(world.submissions().await, [("processed".to_owned(), 1)]);

    let tenant = world.server.tenant(&world.owner).await;
    let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a connection");
    let told: i64 = sqlx::query_scalar("select count(*) from outbox where topic = 'application.created'")
        .fetch_one(&mut *tx)
        .await
        .expect("reads");
    assert_eq!(told, 1);
}

#[tokio::test]
async fn the_same_form_sent_twice_is_one_application_and_another_person_s_is_a_second() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let token = world.open(&slug).await;
    let parts = world.grace(&token);
    let (one, two) = tokio::join!(world.send(&slug, &parts), world.send(&slug, &parts));
    one.expect(303);
    two.expect(303);
    world.send(&slug, &parts).await.expect(303);
    world.applications(1).await;
    let mut other = parts.clone();
    other[3] = text("email", "somebody.else@example.org");
    world.send(&slug, &other).await.expect(303);
    world.applications(2).await;
}

#[tokio::test]
async fn an_application_never_writes_to_a_person_who_is_there() {
    let world = World::new().await;
    for title in ["Platform Engineer", "Gardener"] {
        let slug = world.slug(json!({"title": title})).await;
        let token = world.open(&slug).await;
        world.send(&slug, &world.grace(&token)).await.expect(303);
    }
    world.applications(2).await;
    assert_eq!(world.records("candidates").await.len(), 2, "the match of two persons is for people to make");
}

#[tokio::test]
async fn after_an_error_everything_is_kept_and_each_error_is_said_twice() {
    let world = World::new().await;
    let fields = json!({"require_resume": true, "require_cover_letter": true, "questions": questions()});
    let slug = world.slug(fields).await;
    let token = world.open(&slug).await;
    let parts = [
        text("token", &token),
        text("first_name", "Grace"),
        text("email", "nobody"),
        text("cover_letter", "Dear all,\nhello"),
        text("question_q2", "A year"),
        file("cv.pdf", pdf()),
    ];
    let page = world.send(&slug, &parts).await.expect(422).text();
    for kept in ["value=\"Grace\"", "value=\"nobody\"", "Dear all,\nhello", "We have your file cv.pdf"] {
        assert!(page.contains(kept), "{kept}");
    }
    for (target, field) in [
        ("#email", "email"),
        ("#question-2", "question-2"),
        ("#question-4-yes", "question-4"),
        ("#consent", "consent"),
    ] {
        assert!(page.contains(&format!("href=\"{target}\"")), "a link to {target}");
        assert!(page.contains(&format!("id=\"{field}-error\"")), "an error at {field}");
        assert!(
            page.contains(&format!("aria-describedby=\"{field}-error")),
            "described by its error: {field}"
        );
    }
    assert!(page.contains("<title>Error:"));

    // What was taken is not sent again.
    let mut again = world.grace(&hidden(&page, "token"));
    again.extend(answers());
    again.push(text("cover_letter", "Dear all"));
    again.push(text("resume_kept", hidden(&page, "resume_kept")));
    world.send(&slug, &again).await.expect(303);
    world.applications(1).await;
    assert_eq!(world.records("candidates").await[0]["resume_name"], "cv.pdf");
}

#[tokio::test]
async fn a_form_is_neither_too_fast_nor_too_old_nor_somebody_else_s() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let other = world.slug(json!({"title": "Another job"})).await;
    let opened = world.page(&format!("jobs/{slug}/apply/")).await.expect(200).text();
    let token = hidden(&opened, "token");
    let fast = world.send(&slug, &world.grace(&token)).await.expect(422).text();
    assert!(fast.contains("faster than a person types") && fast.contains("value=\"Grace\""));
    assert_eq!(hidden(&fast, "token"), token, "the same form can be sent in a moment");

    world.server.clock.advance(24 * 3_600_000 + 1);
    let old = world.send(&slug, &world.grace(&token)).await.expect(422).text();
    assert!(old.contains("open for too long") && hidden(&old, "token") != token);

    let elsewhere = world.open(&other).await;
    for forged in [elsewhere.as_str(), "", "a.b.c", "00000000000000000000000000000000.0.AAAA"] {
        world.send(&slug, &world.grace(forged)).await.expect(422);
    }
    assert_eq!(world.submissions().await, [("refused".to_owned(), 1)], "the fast one, for people to look at");
}

#[tokio::test]
async fn a_program_that_fills_every_field_gets_the_same_answer_and_makes_nothing() {
    let world = World::new().await;
    let slug = world.slug(json!({})).await;
    let mut parts = world.grace("anything");
    parts.push(text("fax_number", "12345"));
    let answer = world.send(&slug, &parts).await.expect(303);
    assert_eq!(answer.headers["location"], format!("/careers/acme/jobs/{slug}/applied/"));
    assert_eq!(world.submissions().await, [("spam".to_owned(), 1)]);
    world.applications(0).await;
}

#[tokio::test]
async fn an_address_applies_only_so_often_and_loses_nothing() {
    let mut config = config();
    config.rates.apply = Rate::try_from("1/hour".to_owned()).expect("a rate");
    let world = World::with(config).await;
    let slug = world.slug(json!({})).await;
    let token = world.open(&slug).await;
    world.send(&slug, &world.grace(&token)).await.expect(303);
    world.send(&slug, &world.grace(&token)).await.expect(303);
    let token = world.open(&slug).await;
    let refused = world.send(&slug, &world.grace(&token)).await.expect(429);
    assert!(refused.headers.contains_key("retry-after"));
    assert!(refused.text().contains("value=\"Grace\""));
    world.applications(1).await;
}

#[tokio::test]
async fn what_waits_at_the_start_is_taken_up() {
    let world = World::new().await;
    let job = world.job(json!({})).await;
    let tenant = world.server.tenant(&world.owner).await;
    let ids: Vec<String> = (0..3).map(|_| world.server.app.new_id().to_string()).collect();
    let form = json!({
        "first_name": "Left", "email": "left@example.org",
        "candidate_id": ids[0], "contact_id": ids[1], "application_id": ids[2],
    });
    let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a connection");
    sqlx::query(
        "insert into submissions (id, job_id, form, remote_addr, user_agent, state, created_at)
         values ($1::uuid, $2::uuid, $3, '', '', 'pending', 1)",
    )
    .bind(world.server.app.new_id())
    .bind(job["id"].as_str().expect("an id").parse::<uuid::Uuid>().expect("an id"))
    .bind(form)
    .execute(&mut *tx)
    .await
    .expect("writes");
    tx.commit().await.expect("commits");
    let World { server, owner } = world;
    let world = World { server: server.restart().await, owner };
    assert_eq!(world.applications(1).await[0]["id"], ids[2].as_str());
    let world = World { server: world.server.restart().await, owner: world.owner };
    world.applications(1).await;
}
