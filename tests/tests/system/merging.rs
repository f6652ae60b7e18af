//! Two records of one person: found, merged and separated while the server is away, and shown so to everybody afterwards.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::eventually;

use super::interviews::{NINA, RITA, World, make};

/// How long others may take to see it.
const SEEN_WITHIN: std::time::Duration = std::time::Duration::from_secs(60);

/// The names in the list of candidates, sorted.
async fn listed(engine: &mut EngineProcess) -> Result<Vec<String>> {
    let page = engine.ask("list", json!({ "request": { "kind": "candidates", "limit": 500 } })).await?;
    let rows = page["rows"].as_array().context("rows")?.iter();
    let mut names: Vec<String> = rows.map(|row| row["fields"]["first_name"].to_string()).collect();
    names.sort();
    Ok(names)
}

async fn page(engine: &mut EngineProcess, id: &str) -> Result<Value> {
    engine.ask("candidate_page", json!({ "id": id })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_merged_offline_is_one_for_everybody_and_can_be_separated() -> Result<()> {
    let mut world = World::new("merging").await?;
    let (mut rita, mut nina) = (world.engine(RITA).await?, world.engine(NINA).await?);
    let kept = world.candidate.clone();
    make(&mut rita, "candidate_contacts", json!({ "candidate_id": kept, "email": "ada@example.org" }))
        .await?;
    let first = page(&mut rita, &kept).await?;
    let twin = make(&mut rita, "candidates", json!({ "first_name": "Twin", "city": "Lyon" })).await?;
    make(&mut rita, "candidate_contacts", json!({ "candidate_id": twin, "email": "Ada@Example.org" }))
        .await?;
    make(&mut rita, "notes", json!({ "candidate_id": twin, "body": "Called on Monday." })).await?;
    rita.current().await?;
    let both = listed(&mut rita).await?;

    world.server.kill();
    let found = rita.ask("duplicates", json!({})).await?;
    ensure!(found["total"] == 1 && found["pairs"][0]["likenesses"] == json!(["email"]), "{found}");
    let request = json!({ "request": { "kept": kept, "merged": twin, "chosen": [] } });
    rita.ask("merge", request).await?;
    rita.kill();
    let mut rita = EngineProcess::start(&world.folder.path().join(RITA))?;
    rita.enter(&world.server.url(), RITA).await?;
    ensure!(rita.ask("duplicates", json!({})).await?["total"] == 0);
    world.server.run().await?;
    rita.current().await?;
    for asked in [&kept, &twin] {
        let page = page(&mut rita, asked).await?;
        ensure!(
            page["candidate"]["id"] == json!(kept) && page["candidate"]["fields"]["city"] == "Lyon",
            "{page}"
        );
        let notes = page["notes"].as_array().context("notes")?;
        ensure!(notes.iter().any(|note| note["fields"]["body"] == "Called on Monday."), "{page}");
        ensure!(page["merged"][0]["id"] == json!(twin), "{page}");
    }
    ensure!(listed(&mut rita).await?.len() == both.len() - 1);
    // Whoever hires for the job sees the one who applied, whatever else was merged into them.
    nina.current().await?;
    let seen = eventually("the hiring manager to see what was taken over", SEEN_WITHIN, async || {
        let page = page(&mut nina, &kept).await.ok()?;
        (page["candidate"]["fields"]["city"] == "Lyon").then_some(page)
    });
    ensure!(seen.await?["contact"].is_null(), "she sees no contacts");

    // The same by the other way round is refused at once, and separating gives both back.
    let circle = json!({ "request": { "kept": twin, "merged": kept, "chosen": [] } });
    ensure!(rita.ask("merge", circle).await.is_err(), "a circle");
    rita.ask("separate", json!({ "id": twin })).await?;
    rita.current().await?;
    ensure!(listed(&mut rita).await? == both);
    let apart = page(&mut rita, &kept).await?;
    ensure!(apart["candidate"]["fields"]["city"] == first["candidate"]["fields"]["city"], "{apart}");
    let over_http = format!("/api/v1/ats/candidates/{twin}/");
    let stored = world.server.call("GET", &over_http, Some(&world.owner.access), None).await?;
    ensure!(stored["merged_into_id"].is_null() && stored["before_merge"] == "", "{stored}");
    rita.end().await
}
