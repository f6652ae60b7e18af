//! A referee is asked by mail once consent is noted, answers once on a page, and who asked hears of it.

use serde_json::{Value, json};
use zumodra_shared::ats::reference::{MAX_ANSWER_CHARS, MAX_REASON_CHARS};
use zumodra_shared::kernel::time::DAY_MS;

use crate::letters::world::{World, id};
use crate::support::Answer;
use crate::support::smtp::until;

const BOB: &str = "bob@example.org";
const PATH: &str = "/api/v1/ats/candidate-references/";

fn asked(world: &World) -> Value {
    json!({
        "application_id": world.application, "name": "Bob Noyce", "relation": "manager", "email": BOB,
        "consent": "By telephone on Monday.", "answer_by": "2026-12-20",
        "questions": [{"id": "a", "text": "How was <b>it</b>?"}, {"id": "b", "text": "What else?"}],
    })
}

/// Asks Bob. Gives the reference, and the path of his link.
async fn ask(world: &World) -> (String, String) {
    let reference = id(&world.server.post(PATH, &world.owner, asked(world)).await.expect(201).json());
    let mail = world.peer.first(BOB).await;
    let link = mail.link("http");
    let path = link.split_once("/careers/").map(|(_, path)| format!("/careers/{path}"));
    (reference, path.expect("a career page"))
}

fn token(link: &str) -> &str {
    let token = link.split_once("token=").map(|(_, rest)| rest).expect("a token");
    token.split('&').next().expect("a token")
}

/// Sends a form of Bob's page. Gives the page that it leads to.
async fn send(world: &World, link: &str, form: &str, fields: &[(&str, &str)]) -> Answer {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.append_pair("token", token(link));
    body.extend_pairs(fields);
    let answer = world.post(&format!("/careers/acme/reference/{form}"), body.finish()).await;
    if answer.status.is_redirection() {
        return world.page(link).await;
    }
    answer
}

async fn shown(world: &World, reference: &str) -> Value {
    world.server.get(&format!("{PATH}{reference}/"), &world.owner).await.expect(200).json()
}

#[tokio::test]
async fn a_referee_answers_once_and_who_asked_is_told() {
    let world = World::new().await;
    let (reference, link) = ask(&world).await;
    let mail = world.peer.first(BOB).await;
    assert_eq!(mail.header("Subject"), "Acme asks you for a reference: Grace Hopper");
    assert!(mail.text().contains("20 December 2026"), "{}", mail.text());

    let page = world.page(&link).await.expect(200);
    for said in
        ["A reference for Grace Hopper", "Line cook", "How was &#60;b&#62;it&#60;/b&#62;?", "What else?"]
    {
        assert!(page.text().contains(said), "{said} in {}", page.text());
    }
    assert_eq!(page.headers[axum::http::header::CACHE_CONTROL], "no-store");
    assert_eq!(shown(&world, &reference).await["status"], "asked", "looking changes nothing");

    let empty = send(&world, &link, "", &[("q1", " "), ("q9", "x")]).await.expect(422);
    assert!(empty.text().contains("Answer at least one question."), "{}", empty.text());
    let thanks = send(&world, &link, "", &[("q1", "Very <i>good</i>"), ("q2", "")]).await.expect(200);
    assert!(thanks.text().contains("Thank you for your reference"), "{}", thanks.text());
    let answered = shown(&world, &reference).await;
    assert_eq!(answered["status"], "answered");
    assert_eq!(answered["answers"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&answered["answers"][0]["question"], &answered["answers"][0]["answer"]),
        (&json!("How was <b>it</b>?"), &json!("Very <i>good</i>"))
    );
    let told = world.peer.first("acme@example.com").await;
    assert_eq!(told.header("Subject"), "Grace Hopper: Bob Noyce gave a reference");

    // Another window comes too late, and changes nothing.
    send(&world, &link, "", &[("q1", "Bad")]).await.expect(200);
    send(&world, &link, "decline/", &[("agree", "yes")]).await.expect(200);
    assert_eq!(shown(&world, &reference).await["answers"], answered["answers"]);
}

#[tokio::test]
async fn a_referee_may_say_that_they_give_none() {
    let world = World::new().await;
    let (reference, link) = ask(&world).await;
    let unsaid = send(&world, &link, "decline/", &[("reason", "No time")]).await.expect(422);
    assert!(unsaid.text().contains("Tick the box"), "{}", unsaid.text());
    let page = send(&world, &link, "decline/", &[("agree", "yes"), ("reason", "No\ntime")]).await.expect(200);
    assert!(page.text().contains("You give no reference"), "{}", page.text());
    let declined = shown(&world, &reference).await;
    assert_eq!((&declined["status"], &declined["reason"]), (&json!("declined"), &json!("No time")));
}

#[tokio::test]
async fn nobody_is_asked_without_consent_and_what_was_asked_is_changed_by_nobody() {
    let world = World::new().await;
    for (field, value) in [("consent", json!(" ")), ("email", json!("bob")), ("questions", json!([]))] {
        let mut wrong = asked(&world);
        wrong[field] = value;
        let refused = world.server.post(PATH, &world.owner, wrong).await.expect(422).json();
        assert!(refused["errors"][field].is_string(), "{field}: {refused}");
    }
    let (reference, link) = ask(&world).await;
    assert_eq!(world.peer.to(BOB).len(), 1, "only the one with everything was sent");
    let path = format!("{PATH}{reference}/");
    let refused = world.server.patch(&path, &world.owner, json!({"company": "Another"})).await;
    assert_eq!(refused.expect(403).code(), "forbidden");
    // The server's own command is nobody else's.
    let stranger = link.replace(token(&link), "0.0");
    world.page(&stranger).await.expect(404);
    world.server.delete(&path, &world.owner).await.expect(204);
    world.page(&link).await.expect(404);
}

#[tokio::test]
async fn who_does_not_answer_is_reminded_once_and_the_last_day_ends_it() {
    let world = World::new().await;
    let (_, link) = ask(&world).await;
    let sweep = async || zumodra_server::ats::references::sweep(&world.server.app).await.expect("sweeps");
    sweep().await;
    world.server.clock.advance(6 * DAY_MS);
    sweep().await;
    sweep().await;
    let mails =
        until("the reminder", async || Some(world.peer.to(BOB)).filter(|mails| mails.len() == 2)).await;
    let again = mails.last().expect("a mail");
    assert_eq!(again.header("Subject"), "A reminder: Acme asks you for a reference for Grace Hopper");
    world.server.clock.advance(40 * DAY_MS);
    sweep().await;
    sweep().await;
    let page = world.page(&link).await.expect(200);
    assert!(page.text().contains("This reference is not asked for any more"), "{}", page.text());
    let told = world.peer.first("acme@example.com").await;
    assert_eq!(told.header("Subject"), "Grace Hopper: Bob Noyce gave no reference in time");
    assert_eq!(world.peer.to(BOB).len(), 2, "nobody is reminded twice");
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_not_cut_and_what_was_typed_stays() {
    let world = World::new().await;
    let (reference, link) = ask(&world).await;
    // A browser ends a line with two characters; it counts as one.
    let line = "é".repeat(MAX_ANSWER_CHARS - 2);
    let (fits, long) = (format!("{line}\r\nb"), format!("{line}\r\nbc"));
    let refused = send(&world, &link, "", &[("q1", "Very <i>good</i>"), ("q2", &long)]).await.expect(422);
    for said in
        ["Question 2: write at most 4000 characters.", "id=\"q2-error\"", "Very &#60;i&#62;good", "\nbc<"]
    {
        assert!(refused.text().contains(said), "{said} in {}", refused.text());
    }
    assert!(!refused.text().contains("id=\"q1-error\""));
    let reason = "r".repeat(MAX_REASON_CHARS + 1);
    let refused = send(&world, &link, "decline/", &[("agree", "yes"), ("reason", &reason)]).await.expect(422);
    assert!(refused.text().contains("id=\"reason-error\"") && refused.text().contains(&reason));
    assert_eq!(shown(&world, &reference).await["status"], "asked");
    send(&world, &link, "", &[("q1", "Good"), ("q2", &fits)]).await.expect(200);
    let answered = shown(&world, &reference).await;
    assert_eq!(answered["status"], "answered");
    assert_eq!(answered["answers"][1]["answer"], format!("{line}\nb"));
}

#[tokio::test]
async fn a_form_that_is_too_large_is_answered_with_a_sentence_and_can_be_sent_again() {
    let world = World::new().await;
    let (_, link) = ask(&world).await;
    let page = world.page(&link).await.expect(200).text();
    let (_, action) = page.split_once("action=\"").expect("a form");
    let action = action.split('"').next().expect("an address").replace("&#38;", "&");
    assert!(action.contains(token(&link)), "{action}");
    let large = format!("token={}&q1={}", token(&link), "a".repeat(1 << 20));
    let refused = world.post(&action, large.clone()).await.expect(413);
    assert!(refused.text().contains("This was too much at once"), "{}", refused.text());
    assert!(refused.text().contains(&format!("name=\"token\" value=\"{}\"", token(&link))));
    // Without the secret there is a sentence at least.
    let refused = world.post("/careers/acme/reference/decline/", large).await.expect(413);
    assert!(refused.text().contains("This was too much at once"), "{}", refused.text());
    let longest = format!("q1={}", "%F0%9F%8E%84".repeat(MAX_ANSWER_CHARS));
    let longest = format!("token={}&{longest}&{}", token(&link), longest.replace("q1", "q2"));
    world.post(&action, longest).await.expect(303);
}
