//! The feed of a person, as calendar programs fetch it.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use zumodra_server::Config;
use zumodra_server::config::{Rate, Rates};
use zumodra_shared::kernel::time::DAY_MS;

use super::world::{AT, BRIEFING, INTERVIEWS, World, read};
use crate::support::{Answer, Signed, config};

const FEED: &str = "/api/v1/accounts/calendar/";

/// Makes a feed. Gives its path.
async fn make(world: &World, by: &Signed) -> String {
    let made = world.server.post(FEED, by, json!({})).await.expect(201).json();
    let url = made["url"].as_str().expect("an address").to_owned();
    url.split_once("8084").map(|(_, path)| path.to_owned()).expect("a path")
}

async fn fetch(world: &World, path: &str) -> Answer {
    world.server.call(Method::GET, path, None, None).await
}

#[tokio::test]
async fn a_feed_has_the_interviews_of_its_person_and_no_way_to_reach_a_candidate() {
    let world = World::with(config()).await;
    assert_eq!(world.server.get(FEED, &world.bob).await.expect(200).json()["exists"], false);
    let interview = world.plan(json!({})).await;
    world.plan(json!({"starts_at": AT + DAY_MS, "interviewer_ids": [world.owner.user_id]})).await;
    world.plan(json!({"starts_at": AT - 40 * DAY_MS})).await;
    let recent = world.plan(json!({"starts_at": AT - 20 * DAY_MS, "title": "First talk"})).await;
    let off = world.plan(json!({"starts_at": AT + 2 * DAY_MS})).await;
    world.change(&off, json!({"status": "cancelled", "cancel_reason": "No"})).await;
    let gone = world.plan(json!({"starts_at": AT + 3 * DAY_MS})).await;
    world.server.delete(&format!("{INTERVIEWS}{gone}/"), &world.owner).await.expect(204);

    let path = make(&world, &world.bob).await;
    assert_eq!(world.server.get(FEED, &world.bob).await.expect(200).json()["exists"], true);
    let answer = fetch(&world, &path).await.expect(200);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "text/calendar; charset=utf-8");
    assert!(answer.headers[header::CACHE_CONTROL].to_str().expect("text").starts_with("private"));
    let found = read(&answer.text());
    let events = found["events"].as_array().expect("events");
    let ids: Vec<&str> = events.iter().filter_map(|event| event["uid"].as_str()?.split('@').next()).collect();
    assert_eq!((&found["method"], ids), (&json!("PUBLISH"), vec![recent.as_str(), interview.as_str()]));
    assert_eq!(events[0]["summary"], "First talk");
    assert_eq!(events[1]["summary"], "Video interview: Grace Hopper, Chef; pâtissier, \"R&D\"");
    assert_eq!((&events[1]["attendees"], &events[1]["organizer"]), (&json!([]), &Value::Null));
    let whole = answer.text().replace("\r\n ", "").to_lowercase();
    for hidden in ["grace@", "555 0100", &BRIEFING.to_lowercase(), "bring a pen"] {
        assert!(!whole.contains(hidden), "{hidden}");
    }

    // The same again is told by its tag, and something new is not.
    let tag = answer.headers[header::ETAG].clone();
    let ask = || {
        let request = Request::builder().uri(&path).header(header::HOST, "localhost");
        request.header(header::IF_NONE_MATCH, &tag).body(Body::empty()).expect("a request")
    };
    world.server.clock.advance(60_000);
    let same = world.server.send(ask()).await.expect(304);
    assert!(same.bytes.is_empty());
    world.change(&interview, json!({"place": "Room 7"})).await;
    let new = world.server.send(ask()).await.expect(200);
    assert!(new.text().contains("Room 7"));
}

#[tokio::test]
async fn a_feed_says_in_which_room_and_follows_the_room() {
    let world = World::with(config()).await;
    let room = json!({"name": "Laurier", "place": "3rd floor", "equipment": "The screen is broken"});
    let room = world.server.post("/api/v1/ats/rooms/", &world.owner, room).await.expect(201).json();
    let room = room["id"].as_str().expect("an id");
    world.plan(json!({"room_id": room, "place": "", "meeting_id": "123"})).await;
    let path = make(&world, &world.bob).await;
    let event = async || read(&fetch(&world, &path).await.expect(200).text())["events"][0].clone();
    let before = event().await;
    assert_eq!(before["location"], "Laurier, 3rd floor");
    let description = before["description"].as_str().expect("a text");
    assert!(description.contains("Meeting ID: 123") && !description.contains("screen"), "{description}");
    let change = json!({"name": "Wilfrid"});
    world.server.patch(&format!("/api/v1/ats/rooms/{room}/"), &world.owner, change).await.expect(200);
    assert_eq!(event().await["location"], "Wilfrid, 3rd floor");
}

#[tokio::test]
async fn a_secret_that_is_none_any_more_opens_nothing() {
    let world = World::with(config()).await;
    world.plan(json!({})).await;
    let first = make(&world, &world.bob).await;
    let second = make(&world, &world.bob).await;
    assert_ne!(first, second);
    fetch(&world, &first).await.expect(404);
    let answer = fetch(&world, &second).await.expect(200);
    // Only a hash is kept.
    let secret = second.trim_start_matches("/calendar/").trim_end_matches(".ics").to_owned();
    let mut tx = world.server.app.db().public().await.expect("a transaction");
    let kept: Vec<(Vec<u8>,)> =
        sqlx::query_as("select secret_hash from calendar_feeds").fetch_all(&mut *tx).await.expect("reads");
    assert!(kept.len() == 1 && kept[0].0.len() == 32 && kept[0].0 != secret.as_bytes());
    drop(tx);

    let (none, long) = (format!("/calendar/{secret}x.ics"), format!("/calendar/{}.ics", "a".repeat(5_000)));
    let unknown = fetch(&world, "/calendar/unknown.ics").await.expect(404);
    for hostile in [
        none.as_str(),
        &long,
        "/calendar/.ics",
        "/calendar/%00.ics",
        "/calendar/%ff%fe.ics",
        "/calendar/..%2f..%2fhealth",
        "/calendar/'%20or%201=1--.ics",
    ] {
        let answer = fetch(&world, hostile).await;
        assert_eq!(answer.status, 404, "{hostile}: {}", answer.text());
        assert_eq!(answer.json()["code"], unknown.json()["code"], "{hostile}");
    }
    // Who is out of the workspace, for now or for good, has none.
    let member = format!("/api/v1/tenants/members/{}/", world.bob.user_id);
    world.server.patch(&member, &world.owner, json!({"is_active": false})).await.expect(200);
    fetch(&world, &second).await.expect(404);
    world.server.patch(&member, &world.owner, json!({"is_active": true})).await.expect(200);
    // In between he may have been released from the interview and asked to it anew, or may not: that is told later.
    let again = fetch(&world, &second).await.expect(200).text();
    assert_eq!(but_sequence(&again), but_sequence(&answer.text()));
    let bob = world.server.sign_in("bob@example.com").await;
    world.server.delete(FEED, &bob).await.expect(204);
    world.server.delete(FEED, &bob).await.expect(204);
    fetch(&world, &second).await.expect(404);
}

/// The lines of a calendar without those that count how often it was told.
fn but_sequence(calendar: &str) -> Vec<&str> {
    calendar.lines().filter(|line| !line.starts_with("SEQUENCE:")).collect()
}

#[tokio::test]
async fn secrets_cannot_be_tried_without_end() {
    let rates = Rates { feed: Rate::try_from("3/hour".to_owned()).expect("a rate"), ..Rates::generous() };
    let world = World::with(Config { rates, ..config() }).await;
    for _ in 0..3 {
        fetch(&world, "/calendar/guess.ics").await.expect(404);
    }
    fetch(&world, "/calendar/guess.ics").await.expect(429);
}
