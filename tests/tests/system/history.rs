//! The history of a record on a real engine: what the stream did not bring is asked of the server, nobody waits for it,
//! and it stays without a network.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::server::Server;
use zumodra_tests::process::{eventually, temporary};

const OWNER: &str = "owner@history.example";
/// Edits that were made before the engine came.
const EDITS: usize = 5;
/// How long the engine may take to learn what the server knows.
const LEARNT_WITHIN: Duration = Duration::from_secs(20);

async fn history(engine: &mut EngineProcess, id: &str) -> Result<Value> {
    engine.ask("history", json!({ "request": { "kind": "candidates", "id": id } })).await
}

/// Who did each step and when, as REST and the engine both say it: the engine in milliseconds.
fn told(steps: &Value) -> Vec<(Value, Value, Value)> {
    let steps = steps.as_array().into_iter().flatten();
    steps.map(|step| (step["change"].clone(), step["by"].clone(), step["fields"].clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_learns_who_changed_what_before_it_came_and_keeps_it() -> Result<()> {
    let folder = temporary("history")?;
    let mut server = Server::start(folder.path()).await?;
    let owner = server.sign_up("History Works", OWNER).await?;
    let access = Some(owner.access.as_str());
    let person = json!({ "first_name": "Ada", "city": "Paris" });
    let made = server.call("POST", "/api/v1/ats/candidates/", access, Some(person)).await?;
    let id = made["id"].as_str().context("an id")?.to_owned();
    let place = format!("/api/v1/ats/candidates/{id}/");
    for turn in 1..=EDITS {
        let change = json!({ "city": format!("City {turn}") });
        server.call("PATCH", &place, access, Some(change)).await?;
    }
    let mut engine = EngineProcess::start(&folder.path().join("engine"))?;
    engine.enter(&server.url(), OWNER).await?;
    engine.current().await?;
    let first = history(&mut engine, &id).await?;
    ensure!(
        first["complete"] == false && first["total"] == EDITS + 1,
        "not known yet, and shown all the same: {first}"
    );
    let mut known = Value::Null;
    eventually("the server's stamps", LEARNT_WITHIN, async || {
        known = history(&mut engine, &id).await.ok()?;
        (known["complete"] == true).then_some(())
    })
    .await
    .with_context(|| known.to_string())?;
    let rest = server.call("GET", &format!("{place}history/"), access, None).await?;
    ensure!(told(&known["steps"]) == told(&rest["results"]), "{known}\n{rest}");

    server.kill();
    let offline = history(&mut engine, &id).await?;
    ensure!(offline["steps"] == known["steps"], "what was learnt stays");
    let then = known["steps"][1]["at"].as_i64().context("a time")?;
    let request = json!({ "request": { "kind": "candidates", "id": id, "at": then } });
    let past = engine.ask("as_of", request).await?;
    ensure!(past["record"]["fields"]["city"] == format!("City {}", EDITS - 1), "{past}");
    let back = json!({ "request": { "kind": "candidates", "id": id, "fields": { "city": "Paris" } } });
    let written = engine.ask("restore", back).await?;
    let after = history(&mut engine, &id).await?;
    ensure!(
        after["steps"][0]["source"] == "pending" && after["steps"][0]["fields"][0]["after"] == "Paris",
        "{after}"
    );
    engine.ask("undo", json!({ "token": written["undo"] })).await?;
    let row = engine.ask("get", json!({ "kind": "candidates", "id": id })).await?;
    ensure!(row["fields"]["city"] == format!("City {EDITS}"), "{row}");
    Ok(())
}
