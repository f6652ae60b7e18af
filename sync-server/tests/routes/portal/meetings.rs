//! What a candidate does about an interview that is planned: put it into a calendar, and ask for another time.

use axum::http::header;
use serde_json::{Value, json};
use zumodra_shared::kernel::time::DAY_MS;

use super::world::{ADA, GRACE, ME, World, id};
use crate::calendar::world::read;
use crate::support::smtp::{Arrived, until};

const OWNER: &str = "acme@example.com";

/// An interview of Grace in a day.
async fn plan(world: &World) -> String {
    let room = world.add("rooms", json!({"name": "Laurier", "place": "3rd floor"})).await;
    let body = json!({
        "application_id": world.application, "starts_at": world.server.clock.now() + DAY_MS, "minutes": 45,
        "kind": "in_person", "time_zone": "UTC", "interviewer_ids": [], "room_id": room,
        "briefing": "Ask about Zorro", "meeting_id": "123", "meeting_url": "https://meet.example/1",
    });
    world.add("interviews", body).await
}

#[tokio::test]
async fn an_interview_is_taken_as_a_file_under_the_uid_of_the_invitation() {
    let world = World::new().await;
    let interview = plan(&world).await;
    let cookie = world.grace().await;
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(page.contains("Where: Laurier, 3rd floor") && page.contains("Meeting ID: 123"), "{page}");
    let path = format!("{ME}interview.ics?interview={interview}");
    assert!(page.contains(&format!("interview.ics?interview={interview}")), "{page}");
    let answer = world.page(&path, Some(&cookie)).await.expect(200);
    assert!(answer.headers[header::CONTENT_TYPE].to_str().expect("text").starts_with("text/calendar"));
    let text = answer.text();
    let calendar = read(&text);
    let event = &calendar["events"][0];
    assert_eq!((&calendar["method"], &event["location"]), (&json!("PUBLISH"), &json!("Laurier, 3rd floor")));
    assert!(event["uid"].as_str().expect("a uid").starts_with(&interview), "{event}");
    assert!(!text.contains("Zorro") && !text.contains("ATTENDEE"), "{text}");
    // Somebody else's, and nobody's.
    world.applies("Ada", ADA, &world.job).await;
    let token = world.link(ADA, 1).await;
    let ada = world.enter(&token).await;
    world.page(&path, Some(&ada)).await.expect(404);
    world.page(&path, None).await.expect(303);
    world.page(&format!("{ME}interview.ics?interview=x"), Some(&cookie)).await.expect(404);
    world.edit("interviews", &interview, json!({"status": "cancelled", "cancel_reason": "Ill"})).await;
    world.page(&path, Some(&cookie)).await.expect(404);
}

#[tokio::test]
async fn another_time_is_asked_for_once_and_waits_for_who_planned_it() {
    let world = World::new().await;
    let interview = plan(&world).await;
    let starts_at = world.record("interviews", &interview).await["starts_at"].clone();
    let cookie = world.grace().await;
    let form = world.form_token(&cookie).await;
    let says = |reason: &'static str| {
        [("form", form.clone()), ("interview", interview.clone()), ("reason", reason.to_owned())]
    };
    let send = async |cookie: &str, fields: [(&str, String); 3]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        world.form("time/", Some(cookie), &fields).await
    };
    send(&cookie, says("  ")).await.expect(422);
    send(&cookie, says("Only\r\nin the evening\u{202e}s <b>")).await.expect(303);
    send(&cookie, says("Again")).await.expect(303);
    let record = world.record("interviews", &interview).await;
    assert_eq!((&record["wish"], &record["wish_of"]), (&json!("Only in the evenings <b>"), &starts_at));
    assert_eq!(
        (&record["status"], &record["starts_at"]),
        (&json!("scheduled"), &starts_at),
        "it stays planned"
    );
    let notes = world.notes(&world.candidate).await;
    let note = "Asks on the candidates' page for another time for an interview. In their words: Only in the evenings <b>";
    assert_eq!(notes, [note]);
    let told: Vec<Arrived> = until("the planner is told", async || {
        let mails = world.peer.to(OWNER).into_iter();
        let found: Vec<Arrived> = mails
            .filter(|mail| mail.header("Subject").starts_with("Another time asked for: Grace"))
            .collect();
        (!found.is_empty()).then_some(found)
    })
    .await;
    assert_eq!(told.len(), 1);
    assert!(told[0].text().contains("In their words: Only in the evenings"), "{}", told[0].text());
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(page.contains("You asked for another time") && page.contains("evenings &#60;b&#62;"), "{page}");
    assert!(!page.contains("name=\"reason\" rows=\"3\""), "it is asked for once");

    // At another time it can be asked for again; of somebody else's interview nothing is asked.
    world
        .edit("interviews", &interview, json!({"starts_at": starts_at.as_i64().expect("a time") + DAY_MS}))
        .await;
    let page = world.page(ME, Some(&cookie)).await.expect(200).text();
    assert!(page.contains("Ask for another time") && !page.contains("You asked for another time"), "{page}");
    let (_, other) = world.applies("Ada", ADA, &world.job).await;
    let token = world.link(ADA, 1).await;
    let ada = world.enter(&token).await;
    let theirs = world.form_token(&ada).await;
    send(&ada, [("form", theirs), ("interview", interview.clone()), ("reason", "x".to_owned())])
        .await
        .expect(404);
    assert_eq!(world.record("interviews", &interview).await["wish"], "Only in the evenings <b>");
    let without: Value = world.record("applications", &other).await;
    assert_eq!(id(&without), other);
    // Who is not in asks nothing.
    world.form("time/", None, &[("interview", &interview), ("reason", "x")]).await.expect(303);
    assert_eq!(
        world.peer.to(GRACE).iter().filter(|mail| mail.header("Subject").contains("Another")).count(),
        0
    );
}
