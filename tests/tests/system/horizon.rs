//! A log that was trimmed: who was away for longer than it is kept comes back, gets whole records, and loses nothing of
//! what waited to be sent.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::bench::link::Link;
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::server::Server;
use zumodra_tests::process::{eventually, temporary};

const OWNER: &str = "owner@horizon.example";
/// More edits than a stored record keeps apart, so that it is compacted meanwhile.
const EDITS: i64 = 40;

async fn create(engine: &mut EngineProcess, fields: Value) -> Result<String> {
    let request = json!({ "request": { "kind": "candidates", "fields": fields } });
    let written = engine.ask("create", request).await?;
    written["id"].as_str().map(str::to_owned).context("an id")
}

async fn set(engine: &mut EngineProcess, id: &str, field: &str, value: Value) -> Result<()> {
    let edits = json!([{ "op": "set", "field": field, "value": value }]);
    let request = json!({ "request": { "kind": "candidates", "id": id, "edits": edits } });
    engine.ask("edit", request).await.map(drop)
}

/// What an engine shows of each candidate that is not deleted.
async fn shown(engine: &mut EngineProcess) -> Result<BTreeMap<String, Value>> {
    let page = engine.ask("list", json!({ "request": { "kind": "candidates", "limit": 500 } })).await?;
    let rows = page["rows"].as_array().context("rows")?.iter().filter(|row| row["deleted"] != true);
    rows.map(|row| Ok((row["id"].as_str().context("an id")?.to_owned(), row["fields"].clone()))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_older_than_the_log_catches_up_and_keeps_its_outbox() -> Result<()> {
    let folder = temporary("horizon")?;
    let server = Server::start(folder.path()).await?;
    server.sign_up("Horizon Works", OWNER).await?;
    let mut present = EngineProcess::start(&folder.path().join("present"))?;
    present.enter(&server.url(), OWNER).await?;
    let ada = create(&mut present, json!({ "first_name": "Ada", "summary": "Writes programs." })).await?;
    let gone = create(&mut present, json!({ "first_name": "Gone" })).await?;
    let untouched = create(&mut present, json!({ "first_name": "Untouched" })).await?;
    present.current().await?;

    let link = Link::to(&server.url()).await?;
    let away_home = folder.path().join("away");
    let mut away = EngineProcess::start(&away_home)?;
    away.enter(&link.url, OWNER).await?;
    away.current().await?;
    ensure!(away.count("candidates").await? == 3);

    link.cut();
    set(&mut away, &ada, "city", json!("Lyon")).await?;
    let made_away = create(&mut away, json!({ "first_name": "Made", "last_name": "Away" })).await?;
    for number in 0..EDITS {
        set(&mut present, &ada, "years_experience", json!(number)).await?;
    }
    let newcomer = create(&mut present, json!({ "first_name": "Newcomer" })).await?;
    set(&mut present, &gone, "$deleted", json!(true)).await?;
    present.current().await?;

    let said = server.command(&["compact", "--days", "0"]).await?;
    let dropped = said.split_whitespace().nth(1).and_then(|count| count.parse::<i64>().ok());
    ensure!(dropped.is_some_and(|dropped| dropped > EDITS), "{said}");
    ensure!(said.contains(", 1 records condensed"), "{said}");
    ensure!(server.command(&["compact", "--days", "0"]).await?.contains(": 0 changes"), "it dropped twice");

    // Who was connected meanwhile goes on.
    set(&mut present, &untouched, "city", json!("Nice")).await?;
    present.current().await?;
    link.mend();
    away.current().await?;
    let here = eventually("both to show the same", std::time::Duration::from_secs(60), async || {
        let (here, there) = (shown(&mut present).await.ok()?, shown(&mut away).await.ok()?);
        (here == there && here.contains_key(&made_away)).then_some(here)
    });
    let here = here.await?;
    ensure!(here[&ada]["city"] == "Lyon" && here[&ada]["years_experience"] == EDITS - 1, "{}", here[&ada]);
    ensure!(here.contains_key(&newcomer) && !here.contains_key(&gone) && here[&untouched]["city"] == "Nice");
    let log = std::fs::read_to_string(away_home.join("engine.log"))?;
    ensure!(
        !log.contains("downloaded again") && !log.contains("fetched whole"),
        "it was no catching up:\n{log}"
    );
    Ok(())
}
