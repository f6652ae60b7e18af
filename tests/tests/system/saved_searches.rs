//! Alerts of saved searches over the real server and a real engine: who arrives from the server and matches is told, once,
//! and a desktop that is started again still knows whom it told of.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::server::{Server, SignedIn};
use zumodra_tests::process::{eventually, temporary};

use super::interviews::{edit, make};

const OWNER: &str = "owner@alerts.example";
const SOON: Duration = Duration::from_secs(30);

async fn arrives(server: &Server, by: &SignedIn, name: &str, city: &str) -> Result<()> {
    let candidate = json!({ "first_name": name, "city": city });
    server.call("POST", "/api/v1/ats/candidates/", Some(&by.access), Some(candidate)).await?;
    Ok(())
}

/// Looks at everybody: how many matches are new, and how many of them this look found.
async fn look(engine: &mut EngineProcess, search: &str) -> Result<(u64, u64)> {
    let request = json!({ "kind": "candidates", "filters": [{ "field": "city", "is": "Oslo" }] });
    let alert = json!({ "search": search, "fingerprint": "Oslo", "request": request });
    let asked = json!({ "request": { "alerts": [alert], "changed": null, "silent": false } });
    let found = engine.ask("check_alerts", asked).await?;
    let number = |name: &str| found[0][name].as_u64().with_context(|| format!("{name} of {found}"));
    Ok((number("fresh")?, number("arrived")?))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_arrives_and_matches_is_told_once_also_after_a_restart() -> Result<()> {
    let folder = temporary("alerts")?;
    let mut server = Server::start(folder.path()).await?;
    let owner = server.sign_up("Alert Works", OWNER).await?;
    arrives(&server, &owner, "Ada", "Oslo").await?;
    let home = folder.path().join(OWNER);
    let mut engine = EngineProcess::start(&home)?;
    engine.enter(&server.url(), OWNER).await?;
    engine.current().await?;
    let saved = json!({ "name": "In Oslo", "about": "candidates", "request": "{}" });
    let search = make(&mut engine, "saved_searches", saved).await?;
    // A search gets another name, and is followed, without a network as well.
    server.kill();
    edit(&mut engine, "saved_searches", &search, "name", json!("In the north")).await?;
    engine.ask("follow_search", json!({ "request": { "search": search, "on": true } })).await?;
    ensure!(engine.ask("alerts", Value::Null).await? == json!([search]));
    ensure!(look(&mut engine, &search).await? == (0, 0), "who was there is no news");
    server.run().await?;
    arrives(&server, &owner, "Bob", "Oslo").await?;
    arrives(&server, &owner, "Cid", "Rome").await?;
    eventually("the news", SOON, async || {
        let found = look(&mut engine, &search).await.ok()?;
        (found == (1, 1)).then_some(())
    })
    .await?;
    engine.end().await?;
    let mut engine = EngineProcess::start(&home)?;
    engine.enter(&server.url(), OWNER).await?;
    engine.current().await?;
    ensure!(look(&mut engine, &search).await? == (1, 0), "it was told before the restart");
    let seen = engine.ask("see_alert", json!({ "id": search })).await?;
    ensure!(seen.as_array().is_some_and(|ids| ids.len() == 1), "{seen}");
    ensure!(look(&mut engine, &search).await? == (0, 0));
    let path = format!("/api/v1/ats/saved-searches/{search}/");
    let renamed = server.call("GET", &path, Some(&owner.access), None).await?;
    ensure!(renamed["name"] == "In the north", "{renamed}");
    engine.end().await
}
