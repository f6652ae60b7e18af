//! What is planned here is there, and what is moved there is moved here.

use serde_json::{Value, json};
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS};

use super::world::{
    CONNECTION, Kind, LEASE_MS, Peer, compared, connected, idle, in_step, left, moved_to, slot, try_connect,
    typed,
};
use crate::calendar::world::{AT, BRIEFING, INTERVIEWS, World};
use crate::support::smtp::until;

const BEGIN: &str = "DTSTART:20261127T140000Z";
const END: &str = "DTEND:20261127T144500Z";
const NEXT_DAY: [(&str, &str); 2] = [(BEGIN, "DTSTART:20261128T140000Z"), (END, "DTEND:20261128T144500Z")];

fn sequence(told: &[Value], user: &str) -> i64 {
    let row = told.iter().find(|row| row["attendee_id"] == user).expect("was told");
    row["sequence"].as_i64().expect("a number")
}

/// A connected calendar that has an interview, and is in step.
async fn planned(kind: Kind) -> (World, Peer, String) {
    let (world, peer) = connected(kind).await;
    let interview = world.plan(json!({})).await;
    peer.has(&interview, BEGIN).await;
    in_step(&world).await;
    (world, peer, interview)
}

async fn goes_both_ways(kind: Kind) {
    let (world, peer) = connected(kind).await;
    let interview = world.plan(json!({})).await;
    peer.has(&interview, BEGIN).await;
    let (text, _) = peer.event(&interview).await.expect("is there");
    for line in ["SEQUENCE:0", END, "LOCATION:Room 1\\; 2nd floor\\, left"] {
        assert!(text.lines().any(|found| found.trim_end() == line), "no {line} in {text}");
    }
    assert!(text.contains(&format!("UID:{interview}@")), "{text}");
    let lower = text.to_lowercase();
    for hidden in
        ["method:", "organizer", "attendee", "grace@", "555 0100", "bring a pen", &BRIEFING.to_lowercase()]
    {
        assert!(!lower.contains(hidden), "{hidden} in {text}");
    }

    // Another program moves it by a day.
    in_step(&world).await;
    peer.change(&interview, &NEXT_DAY).await;
    moved_to(&world, &interview, (AT + DAY_MS, 45)).await;
    let told = world.told(&interview).await;
    assert!(told.iter().all(|row| row["sequence"] == 1), "everybody is told: {told:?}");
    peer.has(&interview, "SEQUENCE:1").await;
    // And makes it longer, with a time in another zone.
    in_step(&world).await;
    let longer = [
        ("DTSTART:20261128T140000Z", "DTSTART;TZID=Europe/Paris:20261128T160000"),
        ("DTEND:20261128T144500Z", "DTEND;TZID=Europe/Paris:20261128T173000"),
    ];
    peer.change(&interview, &longer).await;
    moved_to(&world, &interview, (AT + DAY_MS + HOUR_MS, 90)).await;
    peer.has(&interview, "SEQUENCE:2").await;
    let tag = peer.has(&interview, "DTSTART:20261128T150000Z").await;

    // What we wrote is no move, however often it is looked at.
    in_step(&world).await;
    assert_eq!(peer.event(&interview).await.map(|(_, tag)| tag), Some(tag));
    assert_eq!(sequence(&world.told(&interview).await, &world.bob.user_id), 2);

    // Now here, and what is no news leaves the calendar alone.
    world.change(&interview, json!({"starts_at": AT + 2 * DAY_MS, "minutes": 45, "place": "Room 7"})).await;
    let tag = peer.has(&interview, "LOCATION:Room 7").await;
    peer.has(&interview, "DTSTART:20261129T140000Z").await;
    world.change(&interview, json!({"briefing": "Ask more"})).await;
    in_step(&world).await;
    assert_eq!(peer.event(&interview).await.map(|(_, tag)| tag), Some(tag));
    // Off, and another one without him.
    let other = world.plan(json!({"starts_at": AT + 4 * DAY_MS})).await;
    peer.has(&other, "SEQUENCE:0").await;
    world.change(&interview, json!({"status": "cancelled", "cancel_reason": "No"})).await;
    peer.has_not(&interview).await;
    world.change(&other, json!({"interviewer_ids": [world.owner.user_id]})).await;
    peer.has_not(&other).await;
}

#[tokio::test]
async fn an_interview_goes_both_ways_with_radicale() {
    goes_both_ways(Kind::Radicale).await;
}

#[tokio::test]
async fn an_interview_goes_both_ways_with_xandikos() {
    goes_both_ways(Kind::Xandikos).await;
}

#[tokio::test]
async fn a_move_that_is_not_taken_is_put_back_and_said() {
    let (world, peer) = connected(Kind::Radicale).await;
    let first = world.plan(json!({})).await;
    let second = world.plan(json!({"starts_at": AT + DAY_MS})).await;
    peer.has(&first, BEGIN).await;
    peer.has(&second, "DTSTART:20261128T140000Z").await;
    in_step(&world).await;
    // Bob cannot be in two at once.
    peer.change(&first, &NEXT_DAY).await;
    let told = |code: &'static str| move |state: &Value| state["refused"]["problem"] == code;
    let state = compared(&world, &world.bob, "a refusal", told("double-booked")).await;
    assert_eq!(state["refused"]["interview_id"], json!(first));
    peer.has(&first, BEGIN).await;
    assert_eq!(slot(&world, &first).await, (AT, 45));
    assert_eq!(sequence(&world.told(&first).await, &world.bob.user_id), 0);
    // A whole day is no time of an interview.
    peer.change(&first, &[(BEGIN, "DTSTART;VALUE=DATE:20261127"), (END, "DTEND;VALUE=DATE:20261128")]).await;
    compared(&world, &world.bob, "a refusal", told("calendar-time")).await;
    peer.has(&first, BEGIN).await;
    // Moved in both: what was said here holds.
    in_step(&world).await;
    peer.change(&first, &[(BEGIN, "DTSTART:20261127T150000Z"), (END, "DTEND:20261127T154500Z")]).await;
    world.change(&first, json!({"starts_at": AT + 3 * DAY_MS})).await;
    until("a refusal", async || {
        let state = world.server.get(CONNECTION, &world.bob).await.expect(200).json();
        told("calendar-moved-twice")(&state).then_some(())
    })
    .await;
    peer.has(&first, "DTSTART:20261130T140000Z").await;
    assert_eq!(slot(&world, &first).await, (AT + 3 * DAY_MS, 45));
}

#[tokio::test]
async fn who_may_not_move_an_interview_moves_none_by_a_calendar() {
    let (world, peer) = connected(Kind::Radicale).await;
    let vera = world.server.member(&world.owner, "vera@example.com", "viewer").await;
    world.recorded(&vera).await;
    let body = typed(&peer);
    assert_eq!(try_connect(&world, &vera, body).await.expect(200).json()["connected"], true);
    let interview = world.plan(json!({"interviewer_ids": [vera.user_id]})).await;
    peer.has(&interview, BEGIN).await;
    idle(&world).await;
    peer.change(&interview, &NEXT_DAY).await;
    compared(&world, &vera, "a refusal", |state| state["refused"]["problem"] == "forbidden").await;
    peer.has(&interview, BEGIN).await;
    assert_eq!(slot(&world, &interview).await, (AT, 45));
}

#[tokio::test]
async fn taking_an_event_out_calls_nothing_off_and_stays_until_there_is_news() {
    for kind in [Kind::Radicale, Kind::Xandikos] {
        let (world, peer, interview) = planned(kind).await;
        peer.take_out(&interview).await;
        in_step(&world).await;
        assert!(peer.event(&interview).await.is_none(), "it is not put back");
        let path = format!("{INTERVIEWS}{interview}/");
        let read = world.server.get(&path, &world.owner).await.expect(200).json();
        assert_eq!((&read["status"], read["starts_at"].as_i64()), (&json!("scheduled"), Some(AT)));
        world.change(&interview, json!({"starts_at": AT + DAY_MS})).await;
        peer.has(&interview, "DTSTART:20261128T140000Z").await;
    }
}

#[tokio::test]
async fn what_its_person_adds_to_an_event_is_no_move_and_stays() {
    let (world, peer, interview) = planned(Kind::Radicale).await;
    peer.change(&interview, &[("SUMMARY:", "CATEGORIES:Mine\r\nSUMMARY:")]).await;
    in_step(&world).await;
    peer.has(&interview, "CATEGORIES:Mine").await;
    assert_eq!(sequence(&world.told(&interview).await, &world.bob.user_id), 0);
}

#[tokio::test]
async fn what_is_put_back_is_there_again_and_moves() {
    for kind in [Kind::Radicale, Kind::Xandikos] {
        let (world, peer, interview) = planned(kind).await;
        let (text, _) = peer.event(&interview).await.expect("is there");
        peer.take_out(&interview).await;
        in_step(&world).await;
        peer.put(&interview, &text).await;
        in_step(&world).await;
        peer.change(&interview, &NEXT_DAY).await;
        moved_to(&world, &interview, (AT + DAY_MS, 45)).await;
        // It is ours again: it goes with its interview.
        world.change(&interview, json!({"status": "cancelled", "cancel_reason": "No"})).await;
        peer.has_not(&interview).await;
    }
}

#[tokio::test]
async fn an_event_of_somebody_else_is_neither_written_over_nor_taken_out() {
    for kind in [Kind::Radicale, Kind::Xandikos] {
        let (world, peer, interview) = planned(kind).await;
        let (text, _) = peer.event(&interview).await.expect("is there");
        peer.take_out(&interview).await;
        in_step(&world).await;
        let other = text.replace(&format!("UID:{interview}@"), "UID:other@");
        peer.put(&interview, &other).await;
        in_step(&world).await;
        world.change(&interview, json!({"place": "Room 9"})).await;
        in_step(&world).await;
        world.change(&interview, json!({"status": "cancelled", "cancel_reason": "No"})).await;
        in_step(&world).await;
        let (kept, _) = peer.event(&interview).await.expect("is there");
        assert!(kept.contains("UID:other@") && !kept.contains("Room 9"), "{kept}");
    }
}

#[tokio::test]
async fn what_was_written_and_not_answered_is_no_move_of_its_person() {
    for kind in [Kind::Radicale, Kind::Xandikos] {
        let (world, peer) = connected(kind).await;
        let interview = world.plan(json!({})).await;
        peer.has(&interview, BEGIN).await;
        world.change(&interview, json!({"starts_at": AT + DAY_MS})).await;
        peer.has(&interview, "DTSTART:20261128T140000Z").await;
        in_step(&world).await;
        // As if no answer had come to that, and the interview had been moved back since.
        let unanswered = "update calendar_events set
                 begun_starts_at = starts_at,
                 begun_minutes = minutes,
                 starts_at = starts_at - 86400000,
                 etag = 'older'";
        left(&world, unanswered).await;
        world.change(&interview, json!({"starts_at": AT})).await;
        world.server.clock.advance(LEASE_MS);
        in_step(&world).await;
        peer.has(&interview, BEGIN).await;
        assert_eq!(slot(&world, &interview).await, (AT, 45));
        let state = world.server.get(CONNECTION, &world.bob).await.expect(200).json();
        assert_eq!(state["refused"], Value::Null);
    }
}

#[tokio::test]
async fn a_begin_between_two_seconds_is_no_move() {
    let (world, peer) = connected(Kind::Radicale).await;
    let interview = world.plan(json!({"starts_at": AT + 123})).await;
    peer.has(&interview, BEGIN).await;
    in_step(&world).await;
    peer.change(&interview, &[("SUMMARY:", "CATEGORIES:Mine\r\nSUMMARY:")]).await;
    in_step(&world).await;
    peer.has(&interview, "CATEGORIES:Mine").await;
    assert_eq!(slot(&world, &interview).await, (AT + 123, 45));
    assert_eq!(sequence(&world.told(&interview).await, &world.bob.user_id), 0);
    // Longer, and its begin stays what it was.
    peer.change(&interview, &[(END, "DTEND:20261127T150000Z")]).await;
    moved_to(&world, &interview, (AT + 123, 60)).await;
}

#[tokio::test]
async fn what_is_over_for_long_is_forgotten_and_stays_in_the_calendar() {
    let (world, peer, interview) = planned(Kind::Radicale).await;
    let tenant = world.server.tenant(&world.owner).await;
    world.server.clock.advance(40 * DAY_MS);
    until("the event to be forgotten", async || {
        world.server.app.calendars().ring(tenant.id);
        let mut tx = world.server.app.db().tenant(&tenant.schema).await.expect("a transaction");
        let rows: i64 = sqlx::query_scalar("select count(*) from calendar_events")
            .fetch_one(&mut *tx)
            .await
            .expect("counts");
        (rows == 0).then_some(())
    })
    .await;
    assert!(peer.event(&interview).await.is_some(), "it was");
}
