//! Connecting a calendar, and what is said when it cannot be used.

use axum::http::Method;
use serde_json::json;
use zumodra_shared::kernel::time::HOUR_MS;

use super::world::{
    CONNECTION, Kind, LOGIN, Peer, SECRET, SYNC, compared, connected, in_step, left, moved_to, nearby, slot,
    try_connect, typed,
};
use crate::calendar::world::{AT, World};
use crate::support::config;
use crate::support::smtp::until;

const BEGIN: &str = "DTSTART:20261127T140000Z";

#[tokio::test]
async fn a_calendar_is_found_from_the_address_of_its_server_and_chosen() {
    for kind in [Kind::Radicale, Kind::Xandikos] {
        let peer = Peer::start(kind).await;
        let world = World::with(nearby()).await;
        let mut body = json!({"url": peer.url(), "login": LOGIN, "password": SECRET});
        if kind == Kind::Radicale {
            peer.make("home").await;
            let state = try_connect(&world, &world.bob, body.clone()).await.expect(200).json();
            assert_eq!(state["connected"], false);
            let mut urls: Vec<&str> = state["calendars"]
                .as_array()
                .expect("some")
                .iter()
                .filter_map(|one| one["url"].as_str())
                .collect();
            urls.sort_unstable();
            let wanted = ["home", "office"].map(|name| format!("{}/bob/{name}/", peer.url()));
            assert_eq!(urls, wanted);
            assert_eq!(world.server.get(CONNECTION, &world.bob).await.expect(200).json()["connected"], false);
            body["calendar"] = json!(format!("{}{}", peer.url(), peer.path()));
        }
        let state = try_connect(&world, &world.bob, body.clone()).await.expect(200).json();
        assert_eq!((&state["connected"], &state["login"]), (&json!(true), &json!(LOGIN)));
        assert_eq!(state["url"], format!("{}{}", peer.url(), peer.path()));
        // It is one's own, and nobody reads the password: neither the person nor who has the database.
        assert_eq!(world.server.get(CONNECTION, &world.owner).await.expect(200).json()["connected"], false);
        world.server.post(SYNC, &world.owner, json!({})).await.expect(404);
        let shown = world.server.get(CONNECTION, &world.bob).await.expect(200).text();
        assert!(!shown.contains(SECRET), "{shown}");
        let tenant = world.server.tenant(&world.owner).await;
        let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
        let kept: Vec<u8> = sqlx::query_scalar("select password from calendar_connections")
            .fetch_one(&mut *tx)
            .await
            .expect("one");
        assert!(!kept.windows(SECRET.len()).any(|part| part == SECRET.as_bytes()));
    }
}

#[tokio::test]
async fn what_cannot_be_connected_is_said_and_nothing_is_kept() {
    let mut peer = Peer::start(Kind::Radicale).await;
    let world = World::with(nearby()).await;
    let with = |field: &str, value: &str| {
        let mut body = typed(&peer);
        body[field] = json!(value);
        body
    };
    for (body, code) in [
        (with("password", "wrong"), "calendar-sign-in"),
        (with("login", "nobody"), "calendar-sign-in"),
        (with("url", &format!("{}/eve/office/", peer.url())), "calendar-forbidden"),
        (with("url", "ftp://calendar.example/"), "calendar-address"),
        (with("url", "http://"), "calendar-address"),
        (with("url", "http://bob:secret@127.0.0.1/"), "calendar-address"),
        (with("calendar", "http://127.0.0.1/other/"), "calendar-not-found"),
        (with("url", " "), "invalid-fields"),
        (with("login", &"x".repeat(2_000)), "invalid-fields"),
    ] {
        let answer = try_connect(&world, &world.bob, body.clone()).await.expect(422);
        assert_eq!(answer.code(), code, "{body}");
        assert!(!answer.text().contains(SECRET));
    }
    let body = typed(&peer);
    peer.stop();
    let answer = try_connect(&world, &world.bob, body).await.expect(422);
    assert_eq!(answer.code(), "calendar-unreachable");
    assert_eq!(world.server.get(CONNECTION, &world.bob).await.expect(200).json()["connected"], false);
}

#[tokio::test]
async fn nobody_has_the_server_ask_what_is_near_it() {
    let peer = Peer::start(Kind::Radicale).await;
    let world = World::with(config()).await;
    let port = peer.url().rsplit(':').next().expect("a port").to_owned();
    for host in
        ["http://127.0.0.1", "https://127.0.0.1", "https://localhost", "https://[::1]", "https://0x7f.1"]
    {
        let body = json!({"url": format!("{host}:{port}/bob/office/"), "login": LOGIN, "password": SECRET});
        let answer = try_connect(&world, &world.bob, body).await.expect(422);
        assert_eq!(answer.code(), "calendar-address", "{host}");
    }
}

#[tokio::test]
async fn a_server_that_is_away_loses_nothing() {
    let (world, mut peer) = connected(Kind::Radicale).await;
    in_step(&world).await;
    peer.stop();
    let interview = world.plan(json!({})).await;
    let is_away = |state: &serde_json::Value| state["problem"] == "calendar-unreachable";
    let state = compared(&world, &world.bob, "the server to be away", is_away).await;
    assert!(state["in_step_at"].is_string(), "it was in step before: {state}");
    peer.again().await;
    // By itself, when it is time to try again.
    let tenant = world.server.tenant(&world.owner).await;
    world.server.clock.advance(300_000);
    until("the event", async || {
        world.server.app.calendars().ring(tenant.id);
        peer.event(&interview).await
    })
    .await;
    in_step(&world).await;
}

#[tokio::test]
async fn a_password_that_is_taken_no_more_is_said_and_another_one_goes_on() {
    let (world, mut peer) = connected(Kind::Radicale).await;
    let interview = world.plan(json!({})).await;
    peer.has(&interview, BEGIN).await;
    in_step(&world).await;
    peer.stop();
    peer.password("another one");
    peer.again().await;
    compared(&world, &world.bob, "a refusal", |state| state["problem"] == "calendar-sign-in").await;
    assert_eq!(slot(&world, &interview).await, (AT, 45));
    peer.stop();
    peer.password(SECRET);
    peer.again().await;
    // What is moved there meanwhile is not lost.
    peer.change(
        &interview,
        &[(BEGIN, "DTSTART:20261127T150000Z"), ("DTEND:20261127T144500Z", "DTEND:20261127T154500Z")],
    )
    .await;
    let state = try_connect(&world, &world.bob, typed(&peer)).await.expect(200).json();
    assert_eq!((&state["connected"], &state["problem"]), (&json!(true), &json!(null)));
    moved_to(&world, &interview, (AT + HOUR_MS, 45)).await;
    peer.has(&interview, "SEQUENCE:1").await;
}

#[tokio::test]
async fn who_takes_their_calendar_away_or_leaves_has_none_any_more() {
    let (world, peer) = connected(Kind::Radicale).await;
    let interview = world.plan(json!({})).await;
    peer.has(&interview, BEGIN).await;
    in_step(&world).await;
    // Also what its person added something to.
    peer.change(&interview, &[("SUMMARY:", "CATEGORIES:Mine\r\nSUMMARY:")]).await;
    world.server.call(Method::DELETE, CONNECTION, Some(&world.bob.access), None).await.expect(204);
    assert!(peer.event(&interview).await.is_none(), "nobody would keep it right there");
    assert_eq!(world.server.get(CONNECTION, &world.bob).await.expect(200).json()["connected"], false);
    world.server.call(Method::DELETE, CONNECTION, Some(&world.bob.access), None).await.expect(204);
    // Once more, and now out of the workspace.
    try_connect(&world, &world.bob, typed(&peer)).await.expect(200);
    peer.has(&interview, BEGIN).await;
    in_step(&world).await;
    let member = format!("/api/v1/tenants/members/{}/", world.bob.user_id);
    world.server.patch(&member, &world.owner, json!({"is_active": false})).await.expect(200);
    let tenant = world.server.tenant(&world.owner).await;
    world.server.clock.advance(300_000);
    until("the connection to be forgotten", async || {
        world.server.app.calendars().ring(tenant.id);
        let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
        let left: i64 = sqlx::query_scalar("select count(*) from calendar_connections")
            .fetch_one(&mut *tx)
            .await
            .expect("counts");
        (left == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_was_begun_in_a_calendar_that_is_left_is_taken_out() {
    let (world, peer) = connected(Kind::Radicale).await;
    peer.make("home").await;
    let begun = world.plan(json!({})).await;
    peer.has(&begun, BEGIN).await;
    in_step(&world).await;
    // Written, and not answered; the node that did it believes to have the calendar.
    let unanswered = "update calendar_events set
             begun_starts_at = starts_at,
             begun_minutes = minutes,
             etag = '',
             left_out = true";
    left(&world, unanswered).await;
    let other = json!({"url": format!("{}/bob/home/", peer.url()), "login": LOGIN, "password": SECRET});
    assert_eq!(try_connect(&world, &world.bob, other).await.expect(200).json()["connected"], true);
    peer.has_not(&begun).await;
    in_step(&world).await;
    assert!(peer.event(&begun).await.is_none(), "it is in the other one");
}
