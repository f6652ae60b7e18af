//! Talent pools over the real server and real engines: made and filled without a network, and one of a name.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::server::{Server, SignedIn};
use zumodra_tests::process::{eventually, temporary};

use super::interviews::{edit, make};

const OWNER: &str = "owner@pools.example";
const RITA: &str = "rita@pools.example";
const SOON: Duration = Duration::from_secs(30);

async fn put(engine: &mut EngineProcess, op: &str, candidate: &str, pool: &str) -> Result<()> {
    let edits = json!([{ "op": op, "field": "pool_ids", "value": pool }]);
    engine
        .ask("edit", json!({ "request": { "kind": "candidates", "id": candidate, "edits": edits } }))
        .await?;
    Ok(())
}

/// The pools with how many people are in each.
async fn counts(engine: &mut EngineProcess) -> Result<Vec<(String, u64)>> {
    let pools = engine.ask("pools", Value::Null).await?;
    let named = |each: &Value| {
        let name = each["pool"]["fields"]["name"].as_str()?;
        Some((name.to_owned(), each["people"].as_u64()?))
    };
    pools.as_array().context("pools")?.iter().map(|each| named(each).context("a pool")).collect()
}

fn counted(name: &str, people: u64) -> (String, u64) {
    (name.to_owned(), people)
}

/// A workspace with an owner, a recruiter and three candidates.
async fn office(folder: &Path) -> Result<(Server, SignedIn, Vec<String>)> {
    let server = Server::start(folder).await?;
    let owner = server.sign_up("Pool Works", OWNER).await?;
    server.add_member(&owner, "Rita Recruiter", RITA, "recruiter").await?;
    let mut candidates = Vec::new();
    for name in ["Ada", "Bob", "Cid"] {
        let body = json!({ "first_name": name });
        let made = server.call("POST", "/api/v1/ats/candidates/", Some(&owner.access), Some(body)).await?;
        candidates.push(made["id"].as_str().context("an id")?.to_owned());
    }
    Ok((server, owner, candidates))
}

async fn desk(server: &Server, folder: &Path, email: &str) -> Result<EngineProcess> {
    let mut engine = EngineProcess::start(&folder.join(email))?;
    engine.enter(&server.url(), email).await?;
    engine.current().await?;
    Ok(engine)
}

#[tokio::test(flavor = "multi_thread")]
async fn pools_are_made_and_filled_offline_and_one_name_is_one_pool() -> Result<()> {
    let folder = temporary("pools")?;
    let (mut server, owner, candidates) = office(folder.path()).await?;
    let mut first = desk(&server, folder.path(), OWNER).await?;
    let mut rita = desk(&server, folder.path(), RITA).await?;

    // Without a server both put people into a pool that is there by then, and both make one of the same name.
    let shared = make(&mut first, "pools", json!({ "name": "Future engineers" })).await?;
    let arrived = async || {
        let found = rita.ask("get", json!({ "kind": "pools", "id": shared })).await.ok()?;
        (!found.is_null()).then_some(())
    };
    eventually("the pool", SOON, arrived).await?;
    server.kill();
    put(&mut first, "add", &candidates[0], &shared).await?;
    put(&mut rita, "add", &candidates[0], &shared).await?;
    put(&mut rita, "add", &candidates[1], &shared).await?;
    let silver = make(&mut first, "pools", json!({ "name": "Silver medalists" })).await?;
    put(&mut first, "add", &candidates[2], &silver).await?;
    let theirs = make(&mut rita, "pools", json!({ "name": "silver medalists" })).await?;
    let again = rita
        .ask("create", json!({ "request": { "kind": "pools", "fields": { "name": "SILVER medalists" } } }));
    ensure!(again.await.is_err(), "a name that is taken here is refused at once");
    ensure!(counts(&mut first).await? == [counted("Future engineers", 1), counted("Silver medalists", 1)]);
    ensure!(counts(&mut rita).await? == [counted("Future engineers", 2), counted("silver medalists", 0)]);
    let asked = json!({ "kind": "candidates", "filters": [{ "field": "pool_ids", "has": shared }], "sort": "first_name" });
    let found = rita.ask("list", json!({ "request": asked })).await?;
    ensure!(found["total"] == 2 && found["rows"][1]["fields"]["first_name"] == "Bob", "{found}");

    server.run().await?;
    // One of the two keeps the name; the other one is told, and calls the own pool otherwise.
    let (one, other) = (&mut first, &mut rita);
    let lost = eventually("the refusal", SOON, async || {
        let mine = one.ask("attention", Value::Null).await.ok()?.to_string().contains("already-exists");
        let told = other.ask("attention", Value::Null).await.ok()?.to_string().contains("already-exists");
        (mine || told).then_some((mine, told))
    })
    .await?;
    ensure!(lost.0 != lost.1, "one of the two keeps the name: {lost:?}");
    let gone = if lost.0 { &silver } else { &theirs };
    let kept = if lost.0 { &theirs } else { &silver };
    let names = eventually("the pools of the server", SOON, async || {
        let seen = server.call("GET", "/api/v1/ats/pools/", Some(&owner.access), None).await.ok()?;
        let ids: Vec<&str> =
            seen["results"].as_array()?.iter().filter_map(|row| row["id"].as_str()).collect();
        (ids.contains(&kept.as_str()) && !ids.contains(&gone.as_str())).then_some(ids.len())
    })
    .await?;
    ensure!(names == 2, "{names} pools");
    // What both did to one candidate at the same time is all there.
    eventually("everybody in the pool", SOON, async || {
        counts(&mut first).await.ok()?.contains(&counted("Future engineers", 2)).then_some(())
    })
    .await?;
    let path = format!("/api/v1/ats/candidates/?pool_ids={shared}");
    let seen = server.call("GET", &path, Some(&owner.access), None).await?;
    ensure!(seen["count"] == 2, "{seen}");
    edit(&mut first, "pools", &shared, "is_archived", json!(true)).await?;
    put(&mut first, "remove", &candidates[1], &shared).await?;
    eventually("the news", SOON, async || {
        let seen = counts(&mut rita).await.ok()?;
        seen.contains(&counted("Future engineers", 1)).then_some(())
    })
    .await?;
    first.end().await?;
    rita.end().await
}
