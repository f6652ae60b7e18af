//! Rooms over the real server and real engines: two desktops book one without a network, and what comes second comes back.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::process::eventually;

use super::interviews::{NINA, RITA, SOON, World, edit, make};

/// When the interviews begin, in milliseconds.
const TEN: i64 = 1_900_000_000_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_two_desktops_book_apart_is_of_the_first() -> Result<()> {
    let mut world = World::new("rooms").await?;
    let room = world.add(&world.rita, "rooms", json!({ "name": "Laurier", "seats": 4 })).await?;
    let grace = world.add(&world.owner, "candidates", json!({ "first_name": "Grace" })).await?;
    let applies = json!({ "candidate_id": grace, "job_id": world.job });
    let applied = world.add(&world.owner, "applications", applies).await?;
    let interview = |title: &str, candidate: &str, application: &str| {
        json!({
            "title": title, "candidate_id": candidate, "application_id": application, "job_id": world.job,
            "starts_at": TEN, "minutes": 60, "room_id": room,
        })
    };
    let (by_rita, by_nina) =
        (interview("by rita", &world.candidate, &world.application), interview("by nina", &grace, &applied));
    let (mut rita, mut nina) = (world.engine(RITA).await?, world.engine(NINA).await?);
    world.server.kill();
    make(&mut rita, "interviews", by_rita).await?;
    world.server.run().await?;
    rita.current().await?;
    let clash = make(&mut nina, "interviews", by_nina).await?;
    let attention = eventually("the refusal", SOON, async || {
        let items = nina.ask("attention", Value::Null).await.ok()?;
        items.as_array().filter(|items| !items.is_empty()).cloned()
    })
    .await?;
    ensure!(attention.len() == 1 && attention[0]["code"] == "double-booked", "{attention:?}");
    ensure!(attention[0]["record_id"] == clash.as_str(), "{attention:?}");
    let sentence = attention[0]["message"].as_str().unwrap_or_default();
    ensure!(sentence.contains("Another interview is in this room at that time."), "{attention:?}");
    // Nothing is lost: without the room it goes through.
    let elsewhere = json!([{ "op": "set", "field": "room_id", "value": null }]);
    let choice = json!({ "choice": "edit", "edits": elsewhere });
    nina.ask("resolve_attention", json!({ "id": attention[0]["id"], "choice": choice })).await?;
    nina.current().await?;
    ensure!(nina.ask("attention", Value::Null).await? == json!([]));
    // A hiring manager writes no rooms.
    let refused = edit(&mut nina, "rooms", &room, "name", json!("Mine")).await;
    ensure!(refused.is_err(), "is refused");
    rita.end().await?;
    nina.end().await
}
