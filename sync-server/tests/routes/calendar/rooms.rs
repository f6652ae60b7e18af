//! Rooms: one interview at a time, and where everybody is told to come.

use serde_json::json;
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS};

use super::world::{AT, BOB, GRACE, INTERVIEWS, World, essence, invited};

const ROOMS: &str = "/api/v1/ats/rooms/";

async fn room(world: &World, name: &str, place: &str) -> String {
    let body = json!({"name": name, "place": place, "seats": 4, "equipment": "The screen is broken"});
    let made = world.server.post(ROOMS, &world.owner, body).await.expect(201).json();
    made["id"].as_str().expect("an id").to_owned()
}

/// Another application, so that no candidate is in two interviews.
async fn other_application(world: &World) -> String {
    let add = async |what: &str, body| {
        let made =
            world.server.post(&format!("/api/v1/ats/{what}/"), &world.owner, body).await.expect(201).json();
        made["id"].as_str().expect("an id").to_owned()
    };
    let job = add("jobs", json!({"title": "Baker"})).await;
    let candidate = add("candidates", json!({"first_name": "Ada", "last_name": "Lovelace"})).await;
    add("applications", json!({"candidate_id": candidate, "job_id": job})).await
}

#[tokio::test]
async fn a_room_is_not_booked_twice() {
    let (world, _peer) = World::start().await;
    let (laurier, papineau) = (room(&world, "Laurier", "").await, room(&world, "Papineau", "").await);
    world.plan(json!({"room_id": laurier})).await;
    let other = other_application(&world).await;
    let plan = |room: &str, at: i64| json!({"application_id": other, "starts_at": at, "minutes": 30, "interviewer_ids": [], "room_id": room});
    // From 14:00 to 14:45 somebody is in it.
    for (room, at, free) in [
        (&laurier, AT, false),
        (&laurier, AT + 44 * 60_000, false),
        (&laurier, AT - 29 * 60_000, false),
        (&laurier, AT + 45 * 60_000, true),
        (&papineau, AT, true),
    ] {
        let answer = world.server.post(INTERVIEWS, &world.owner, plan(room, at)).await;
        if !free {
            let refused = answer.expect(409);
            assert_eq!(refused.code(), "double-booked", "{at}");
            let sentence = &refused.json()["errors"]["room_id"];
            assert!(
                sentence.to_string().contains("Another interview is in this room at that time."),
                "{sentence}"
            );
            continue;
        }
        let made = answer.expect(201).json()["id"].as_str().expect("an id").to_owned();
        // Moved into the other one's time it comes back, and where it is nobody minds a new title.
        world.change(&made, json!({"title": "Talk"})).await;
        let moved = json!({"room_id": laurier, "starts_at": AT + 60_000});
        let path = format!("{INTERVIEWS}{made}/");
        assert_eq!(world.server.patch(&path, &world.owner, moved).await.expect(409).code(), "double-booked");
        world.server.delete(&path, &world.owner).await.expect(204);
    }
    // What is only offered takes no room, nor does what is off.
    let offered = json!({
        "application_id": other, "status": "proposed", "starts_at": AT, "minutes": 30, "room_id": laurier,
        "offered_times": [AT.to_string()],
    });
    world.server.post(INTERVIEWS, &world.owner, offered).await.expect(201);
    let nowhere =
        world.server.post(INTERVIEWS, &world.owner, plan("00000000-0000-0000-0000-000000000001", AT)).await;
    assert_ne!(nowhere.status, 201, "there is no such room");
}

#[tokio::test]
async fn everybody_is_told_of_the_room_and_of_another_name_of_it() {
    let (world, peer) = World::start().await;
    let laurier = room(&world, "Laurier", "3rd floor").await;
    let interview = world.plan(json!({"room_id": laurier, "place": "Ask at the desk"})).await;
    for address in [GRACE, BOB] {
        let (mail, read) = invited(&peer, address, 1).await.swap_remove(0);
        assert_eq!(read["events"][0]["location"], "Laurier, 3rd floor, Ask at the desk");
        assert!(mail.text().contains("Where: Laurier, 3rd floor, Ask at the desk"), "{}", mail.text());
        assert!(!mail.text().contains("screen"), "what is in it is for the team");
    }
    let path = format!("{ROOMS}{laurier}/");
    // What nobody is told of tells nobody.
    world.server.patch(&path, &world.owner, json!({"seats": 9, "is_archived": true})).await.expect(200);
    world.server.patch(&path, &world.owner, json!({"place": "4th floor"})).await.expect(200);
    for address in [GRACE, BOB] {
        let told = invited(&peer, address, 2).await.swap_remove(1).1;
        assert_eq!(told["events"][0]["location"], "Laurier, 4th floor, Ask at the desk");
        assert_eq!(essence(&told), ("REQUEST".into(), 1, "2026-11-27T14:00:00+00:00".into()));
    }
    // A room that is deleted is where it was.
    world.server.delete(&path, &world.owner).await.expect(204);
    world.change(&interview, json!({"starts_at": AT + DAY_MS})).await;
    let told = invited(&peer, GRACE, 3).await.swap_remove(2).1;
    assert_eq!(told["events"][0]["location"], "Laurier, 4th floor, Ask at the desk");
}

#[tokio::test]
async fn what_a_meeting_asks_for_is_told_with_its_link() {
    let (world, peer) = World::start().await;
    let interview = world.plan(json!({"meeting_id": "123 456", "meeting_password": "plum; \"tart\""})).await;
    let (mail, read) = invited(&peer, GRACE, 1).await.swap_remove(0);
    for said in [mail.text(), read["events"][0]["description"].as_str().expect("a text")] {
        assert!(said.contains("Meeting ID: 123 456") && said.contains("Password: plum; \"tart\""), "{said}");
    }
    world.change(&interview, json!({"meeting_password": "pear"})).await;
    let told = invited(&peer, GRACE, 2).await.swap_remove(1);
    assert_eq!(essence(&told.1).1, 1);
    assert!(told.0.text().contains("Password: pear"), "{}", told.0.text());
}

#[tokio::test]
async fn moves_are_counted_by_the_server() {
    let (world, _peer) = World::start().await;
    let interview = world.plan(json!({})).await;
    let path = format!("{INTERVIEWS}{interview}/");
    let moves = async || world.server.get(&path, &world.owner).await.expect(200).json()["moves"].as_i64();
    assert_eq!(moves().await, Some(0));
    world.change(&interview, json!({"starts_at": AT + HOUR_MS})).await;
    world.change(&interview, json!({"starts_at": AT + HOUR_MS, "title": "Talk"})).await;
    world.change(&interview, json!({"starts_at": AT + 2 * HOUR_MS, "status": "confirmed"})).await;
    assert_eq!(moves().await, Some(2));
    // Nobody says so but the server.
    let answer = world.server.patch(&path, &world.owner, json!({"moves": 0})).await;
    assert_ne!(answer.status, 200);
    assert_eq!(moves().await, Some(2));
}
