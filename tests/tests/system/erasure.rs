//! Who is erased leaves every desktop: at once where it is connected, and when it comes back where it is not, whatever was
//! done there meanwhile. Each says when it is done.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::eventually;

use super::interviews::{NINA, RITA, SOON, World, edit, make};

/// Devices that have not confirmed the only erasure.
async fn waiting(world: &World) -> Result<Vec<Value>> {
    let path = "/api/v1/privacy/erasures/";
    let listed = world.server.call("GET", path, Some(&world.owner.access), None).await?;
    ensure!(listed["done"].as_array().is_some_and(|done| done.len() == 1), "{listed}");
    Ok(listed["done"][0]["waiting"].as_array().context("a list")?.clone())
}

/// Whether an engine shows nothing of the candidate.
async fn is_rid_of(engine: &mut EngineProcess, candidate: &str) -> Result<bool> {
    for kind in ["candidates", "applications", "notes", "activities"] {
        if engine.count(kind).await? > 0 {
            return Ok(false);
        }
    }
    let found = engine.ask("search", json!({ "text": "Ada", "limit": 5 })).await?;
    ensure!(!found.to_string().contains(candidate), "still found: {found}");
    Ok(engine.ask("candidate_page", json!({ "id": candidate })).await.is_err())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_erased_leaves_every_desktop_and_each_confirms_it() -> Result<()> {
    erased_everywhere("erasure", false).await
}

/// The simulator's find (seed 90000427): who was inside the wall of somebody erased took them for somebody open.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_erased_behind_a_wall_leaves_the_desktops_of_those_inside() -> Result<()> {
    erased_everywhere("erasure-private", true).await
}

async fn erased_everywhere(name: &str, private: bool) -> Result<()> {
    let mut world = World::new(name).await?;
    let (mut rita, mut nina) = (world.engine(RITA).await?, world.engine(NINA).await?);
    let candidate = world.candidate.clone();
    if private {
        let inside = [&world.rita.user_id, &world.nina.user_id];
        let mut edits =
            inside.map(|one| json!({ "op": "add", "field": "visible_to_ids", "value": one })).to_vec();
        edits.push(json!({ "op": "set", "field": "is_private", "value": true }));
        rita.ask("edit", json!({ "request": { "kind": "candidates", "id": candidate, "edits": edits } }))
            .await?;
        rita.current().await?;
    }
    make(
        &mut rita,
        "notes",
        json!({ "candidate_id": candidate, "job_id": world.job, "body": "Ada is kind." }),
    )
    .await?;
    rita.current().await?;

    // Rita goes on where nobody hears of it.
    world.server.kill();
    edit(&mut rita, "candidates", &candidate, "city", json!("Turin")).await?;
    make(
        &mut rita,
        "notes",
        json!({ "candidate_id": candidate, "job_id": world.job, "body": "Ada has moved." }),
    )
    .await?;
    rita.kill();
    world.server.run().await?;
    nina.current().await?;

    let path = format!("/api/v1/ats/candidates/{candidate}/erase/");
    let done = world.server.call("POST", &path, Some(&world.owner.access), Some(json!({}))).await?;
    ensure!(done["devices"] == 2, "{done}");
    eventually("the connected desktop to be rid of her", SOON, async || {
        is_rid_of(&mut nina, &candidate).await.ok()?.then_some(())
    })
    .await?;
    let left = eventually("the connected desktop to say so", SOON, async || {
        waiting(&world).await.ok().filter(|waiting| waiting.len() == 1)
    })
    .await?;
    ensure!(left[0]["user_id"] == json!(world.rita.user_id), "{left:?}");

    let mut rita = EngineProcess::start(&world.folder.path().join(RITA))?;
    rita.enter(&world.server.url(), RITA).await?;
    rita.current().await?;
    ensure!(is_rid_of(&mut rita, &candidate).await?, "what was done offline brought her back");
    eventually("the other one to say so", SOON, async || waiting(&world).await.ok().filter(Vec::is_empty))
        .await?;
    // A moment later it is still so: nothing of what waited was taken.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let list = format!("/api/v1/ats/notes/?candidate_id={candidate}");
    let notes = world.server.call("GET", &list, Some(&world.owner.access), None).await?;
    ensure!(notes["count"] == 0, "{notes}");
    ensure!(is_rid_of(&mut nina, &candidate).await?);
    nina.end().await?;
    rita.end().await
}
