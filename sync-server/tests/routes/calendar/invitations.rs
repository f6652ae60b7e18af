//! What goes out, and that calendars take it for what it is.

use serde_json::{Value, json};
use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS};

use super::world::{AT, BOB, BRIEFING, GRACE, INTERVIEWS, World, calendar_of, essence, invited};
use crate::mail::world::{A_WHILE, FROM, mails};
use crate::support::smtp::until;

#[tokio::test]
async fn everybody_is_invited_and_reads_what_is_theirs() {
    let (world, peer) = World::start().await;
    let interview = world.plan(json!({})).await;
    let (mail, read) = invited(&peer, GRACE, 1).await.remove(0);
    assert_eq!(essence(&read), ("REQUEST".into(), 0, "2026-11-27T14:00:00+00:00".into()));
    let event = &read["events"][0];
    let uid = event["uid"].as_str().expect("a UID").to_owned();
    assert!(uid.starts_with(&format!("{interview}@")), "{uid}");
    assert_eq!(event["end"], "2026-11-27T14:45:00+00:00");
    assert_eq!(event["organizer"], json!({"address": FROM, "CN": "Acme"}));
    assert_eq!(event["summary"], "Video interview: Chef; pâtissier, \"R&D\", Acme");
    assert_eq!(event["location"], "Room 1; 2nd floor, left");
    assert_eq!(event["url"], "https://meet.example/j/1?pwd=a,b;c");
    assert_eq!(event["description"], format!("Bring a pen,\nand a smile; ça ira.\n\nWith {BOB}"));
    let attendee = json!([{
        "address": GRACE, "CN": "Grace Hopper", "CUTYPE": "INDIVIDUAL", "PARTSTAT": "NEEDS-ACTION",
        "ROLE": "REQ-PARTICIPANT", "RSVP": "TRUE",
    }]);
    assert_eq!(event["attendees"], attendee);
    assert_eq!(
        mail.header("Subject"),
        "Interview: Chef; pâtissier, “R&D”, x".replace(
            "“R&D”, x",
            "\"R&D\", Friday 27 November 2026, 09:00–09:45 (America/Toronto, UTC-05:00)"
        )
    );
    assert!(mail.text().starts_with("Hello Grace,") && mail.text().contains("and a smile; ça ira."));

    let (mail, read) = invited(&peer, BOB, 1).await.remove(0);
    let event = &read["events"][0];
    assert_eq!((event["uid"].as_str(), essence(&read).1), (Some(uid.as_str()), 0));
    assert_eq!((&event["attendees"][0]["address"], &event["attendees"][1]), (&json!(BOB), &json!(null)));
    assert!(event["description"].as_str().is_some_and(|text| text.contains("Grace Hopper")));
    assert!(mail.text().contains("Friday 27 November 2026, 14:00–14:45 (UTC)"), "{}", mail.text());
    for (address, other) in [(GRACE, "mailto:bob"), (BOB, "grace@")] {
        let mail = invited(&peer, address, 1).await.remove(0).0;
        let calendar = calendar_of(&mail).expect("a calendar").replace("\r\n ", "");
        for hidden in [BRIEFING, other, "555 0100"] {
            assert!(!calendar.to_lowercase().contains(&hidden.to_lowercase()), "{hidden} for {address}");
            assert!(!mail.text().to_lowercase().contains(&hidden.to_lowercase()), "{hidden} for {address}");
        }
    }
    let told = world.told(&interview).await;
    let names: Vec<_> = told.iter().map(|one| (&one["audience"], &one["name"], &one["state"])).collect();
    let (member, candidate, state) = (json!("member"), json!("candidate"), json!("invited"));
    assert_eq!(names, [(&member, &json!(BOB), &state), (&candidate, &json!("Grace Hopper"), &state)]);
}

#[tokio::test]
async fn a_reschedule_does_not_double() {
    let (world, peer) = World::start().await;
    let interview = world.plan(json!({})).await;
    invited(&peer, GRACE, 1).await;
    world.change(&interview, json!({"starts_at": AT + DAY_MS})).await;
    let told = invited(&peer, GRACE, 2).await;
    let uids: Vec<_> = told.iter().map(|(_, read)| &read["events"][0]["uid"]).collect();
    assert_eq!(uids[0], uids[1]);
    assert_eq!(essence(&told[1].1), ("REQUEST".into(), 1, "2026-11-28T14:00:00+00:00".into()));
    assert!(told[1].0.header("Subject").starts_with("Changed: "), "{}", told[1].0.header("Subject"));
}

#[tokio::test]
async fn an_update_is_not_ignored_because_the_sequence_did_not_grow() {
    let (world, peer) = World::start().await;
    let interview = world.plan(json!({})).await;
    invited(&peer, GRACE, 1).await;
    let told = [
        json!({"starts_at": AT + HOUR_MS}),
        json!({"minutes": 60}),
        json!({"place": "Room 2"}),
        json!({"meeting_url": ""}),
        json!({"title": "Second talk"}),
        json!({"interviewer_ids": [world.bob.user_id, world.owner.user_id]}),
        json!({"message": "Come early"}),
    ];
    for (at, change) in told.iter().enumerate() {
        world.change(&interview, change.clone()).await;
        let reads = invited(&peer, GRACE, at + 2).await;
        let numbers: Vec<i64> = reads.iter().map(|(_, read)| essence(read).1).collect();
        assert_eq!(numbers, (0..=i64::try_from(at).expect("few") + 1).collect::<Vec<_>>(), "{change}");
    }
    // The others are told, too, and theirs may still be on their way.
    until("what is to be told now is out", async || {
        let mails = mails(&world.server, &world.owner).await;
        let now = mails.iter().filter(|mail| mail["template"] != "interview_reminder");
        let is_out = |mail: &Value| matches!(mail["state"].as_str(), Some("sent" | "cancelled"));
        now.into_iter().all(is_out).then_some(())
    })
    .await;
    // What nobody is told makes no number and no mail.
    let sent = peer.all().len();
    for silent in [
        json!({"briefing": "Ask more"}),
        json!({"status": "confirmed"}),
        json!({"time_zone": "Europe/Paris"}),
    ] {
        world.change(&interview, silent).await;
    }
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(peer.all().len(), sent);
}

#[tokio::test]
async fn attendees_are_told_of_a_reschedule() {
    let (world, peer) = World::start().await;
    let interview = world.plan(json!({"interviewer_ids": [world.bob.user_id, world.owner.user_id]})).await;
    for address in [GRACE, BOB, "acme@example.com"] {
        invited(&peer, address, 1).await;
    }
    world.change(&interview, json!({"starts_at": AT + DAY_MS})).await;
    for address in [GRACE, BOB, "acme@example.com"] {
        let told = invited(&peer, address, 2).await;
        assert_eq!(
            essence(&told[1].1),
            ("REQUEST".into(), 1, "2026-11-28T14:00:00+00:00".into()),
            "{address}"
        );
    }
    let told = world.told(&interview).await;
    assert!(told.iter().all(|one| one["sequence"] == 1), "{told:?}");
}

/// In Toronto clocks go back on 1 November 2026 and forward on 14 March 2027: nine o'clock stays nine o'clock for the
/// reader, and the instant is what was planned.
#[tokio::test]
async fn a_day_of_summer_time() {
    /// 2027-03-13T14:00:00Z and 2027-03-14T13:00:00Z: nine in the morning in Toronto on two days.
    const NINE: [i64; 2] = [1_804_946_400_000, 1_805_029_200_000];
    let (world, peer) = World::start().await;
    let interview = world.plan(json!({"starts_at": NINE[0]})).await;
    invited(&peer, GRACE, 1).await;
    world.change(&interview, json!({"starts_at": NINE[1]})).await;
    let told = invited(&peer, GRACE, 2).await;
    let starts: Vec<String> = told.iter().map(|(_, read)| essence(read).2).collect();
    assert_eq!(starts, ["2027-03-13T14:00:00+00:00", "2027-03-14T13:00:00+00:00"]);
    for ((mail, _), want) in told.iter().zip([
        "Saturday 13 March 2027, 09:00–09:45 (America/Toronto, UTC-05:00)",
        "Sunday 14 March 2027, 09:00–09:45 (America/Toronto, UTC-04:00)",
    ]) {
        assert!(mail.text().contains(want), "{}", mail.text());
    }
    let (mail, _) = invited(&peer, BOB, 2).await.swap_remove(1);
    assert!(mail.text().contains("Sunday 14 March 2027, 13:00–13:45 (UTC)"), "{}", mail.text());
}

#[tokio::test]
async fn an_interview_that_is_past_or_over_is_told_nobody() {
    let (world, peer) = World::start().await;
    let past = world.plan(json!({"starts_at": AT - 30 * DAY_MS})).await;
    let done = world.plan(json!({"starts_at": AT + DAY_MS, "status": "completed"})).await;
    world.change(&past, json!({"place": "Elsewhere"})).await;
    world.server.delete(&format!("{INTERVIEWS}{done}/"), &world.owner).await.expect(204);
    tokio::time::sleep(A_WHILE).await;
    assert!(peer.all().iter().all(|mail| calendar_of(mail).is_none()));
    assert_eq!((world.told(&past).await.len(), world.told(&done).await.len()), (0, 0));
}
