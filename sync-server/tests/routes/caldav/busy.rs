//! When people are busy by their own calendars: told to those who plan, from when until when, and nothing else.

use axum::http::Method;
use serde_json::{Value, json};
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS, rfc3339};

use super::world::{CONNECTION, Kind, Peer, compared, connected, idle, in_step, nearby, try_connect, typed};
use crate::calendar::world::{AT, World};
use crate::support::Signed;

const BUSY: &str = "/api/v1/ats/busy/";
/// What somebody does in private, which nobody here is to read.
const SECRET: &str = "Cardiologist";

/// An event of somebody's own; `rule` is what makes it recur.
fn event(uid: &str, starts: &str, ends: &str, rule: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\n\
         DTSTART:{starts}\r\nDTEND:{ends}\r\n{rule}SUMMARY:{SECRET}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

async fn busy(world: &World, by: &Signed, of: &str) -> Value {
    let query = format!("{BUSY}?members={of}&from={}&until={}", AT - DAY_MS, AT + 20 * DAY_MS);
    world.server.get(&query, by).await.expect(200).json()
}

/// The begins and ends, as hours from when the interviews of these tests are.
fn hours(told: &Value) -> Vec<(i64, i64)> {
    let results = told["results"].as_array().expect("a list");
    let hour = |value: &Value| {
        let at: jiff::Timestamp = value.as_str().expect("a moment").parse().expect("a moment");
        (at.as_millisecond() - AT) / HOUR_MS
    };
    results.iter().map(|one| (hour(&one["starts_at"]), hour(&one["ends_at"]))).collect()
}

async fn connected_shown(kind: Kind) -> (World, Peer) {
    let (world, peer) = connected(kind).await;
    let body = json!({"shows_busy": true});
    let state = world.server.call(Method::PATCH, CONNECTION, Some(&world.bob.access), Some(body)).await;
    assert_eq!(state.expect(200).json()["shows_busy"], true);
    (world, peer)
}

async fn told_by(kind: Kind) {
    let (world, peer) = connected_shown(kind).await;
    let interview = world.plan(json!({})).await;
    peer.has(&interview, "SEQUENCE:0").await;
    in_step(&world).await;
    peer.put("own", &event("own", "20261127T160000Z", "20261127T180000Z", "")).await;
    peer.put("free", &event("free", "20261128T160000Z", "20261128T180000Z", "TRANSP:TRANSPARENT\r\n")).await;
    peer.put(
        "weekly",
        &event("weekly", "20261129T140000Z", "20261129T150000Z", "RRULE:FREQ=WEEKLY;COUNT=2\r\n"),
    )
    .await;
    in_step(&world).await;
    let bob = world.bob.user_id.clone();
    let told = busy(&world, &world.owner, &bob).await;
    // The interview, which is in that calendar as well, is known here and better: it is not told again.
    assert_eq!(hours(&told), [(2, 4), (48, 49), (48 + 7 * 24, 49 + 7 * 24)], "{told}");
    assert!(told["results"].as_array().expect("a list").iter().all(|one| one["member_id"] == bob));
    let tenant = world.server.tenant(&world.owner).await;
    let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
    let kept: String = sqlx::query_scalar(
        "select (select string_agg(busy::text, ' ') from calendar_busy busy) || (select string_agg(c::text, ' ') from calendar_connections c)",
    )
    .fetch_one(&mut *tx)
    .await
    .expect("one");
    drop(tx);
    assert!(!kept.contains(SECRET), "{kept}");

    // Taken out there, it is over here.
    peer.take_out("own").await;
    in_step(&world).await;
    assert_eq!(hours(&busy(&world, &world.owner, &bob).await).first(), Some(&(48, 49)));
    // Whoever shows it no more is not busy, and nothing of it is kept.
    let body = json!({"shows_busy": false});
    world.server.call(Method::PATCH, CONNECTION, Some(&world.bob.access), Some(body)).await.expect(200);
    assert_eq!(busy(&world, &world.owner, &bob).await["count"], 0);
    in_step(&world).await;
    assert_eq!(busy(&world, &world.owner, &bob).await["count"], 0);
}

#[tokio::test]
async fn busy_times_are_told_by_radicale() {
    told_by(Kind::Radicale).await;
}

#[tokio::test]
async fn busy_times_are_told_by_xandikos() {
    told_by(Kind::Xandikos).await;
}

#[tokio::test]
async fn nothing_is_asked_of_who_did_not_say_yes_and_all_goes_with_the_calendar() {
    let peer = Peer::start(Kind::Radicale).await;
    let world = World::with(nearby()).await;
    peer.put("own", &event("own", "20261127T160000Z", "20261127T180000Z", "")).await;
    let state = try_connect(&world, &world.bob, typed(&peer)).await.expect(200).json();
    assert_eq!(state["shows_busy"], false);
    in_step(&world).await;
    let bob = world.bob.user_id.clone();
    assert_eq!(busy(&world, &world.owner, &bob).await["count"], 0);
    // Connected anew with a yes, the same calendar is asked.
    let mut yes = typed(&peer);
    yes["shows_busy"] = json!(true);
    try_connect(&world, &world.bob, yes).await.expect(200);
    let is_told = |state: &Value| state["busy_at"].is_string() && state["busy_problem"].is_null();
    compared(&world, &world.bob, "the busy times", is_told).await;
    idle(&world).await;
    assert_eq!(hours(&busy(&world, &world.owner, &bob).await), [(2, 4)]);
    world.server.call(Method::DELETE, CONNECTION, Some(&world.bob.access), None).await.expect(204);
    assert_eq!(busy(&world, &world.owner, &bob).await["count"], 0);
}

#[tokio::test]
async fn what_is_asked_has_bounds() {
    let world = World::with(nearby()).await;
    let ask = async |query: &str| world.server.get(&format!("{BUSY}?{query}"), &world.owner).await;
    let many = vec![world.bob.user_id.clone(); 51].join(",");
    for wrong in [
        "members=bob&from=0&until=5".to_owned(),
        "from=5&until=5".to_owned(),
        format!("members={many}&from=0&until=5"),
    ] {
        ask(&wrong).await.expect(422);
    }
    ask("members=&from=soon&until=5").await.expect(400);
    let nobody =
        ask(&format!("members={}&from=0&until={}", world.owner.user_id, AT)).await.expect(200).json();
    assert_eq!(nobody, json!({"count": 0, "results": []}), "{}", rfc3339(AT));
}
