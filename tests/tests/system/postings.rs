//! Postings in several languages and openings one by one, over the real server and real engines: two people who write without
//! a network both keep what they wrote.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::server::Server;
use zumodra_tests::process::{eventually, temporary};

use super::interviews::make;

const OWNER: &str = "owner@postings.example";
const RITA: &str = "rita@postings.example";
const SOON: Duration = Duration::from_secs(30);
const TRANSLATIONS: &str = "job_translations";

/// Sends edits of a record.
async fn change(engine: &mut EngineProcess, kind: &str, id: &str, edits: Value) -> Result<()> {
    let request = json!({ "request": { "kind": kind, "id": id, "edits": edits } });
    engine.ask("edit", request).await?;
    Ok(())
}

/// Writes a whole text: the engine finds what changed in it.
async fn write(engine: &mut EngineProcess, id: &str, field: &str, text: &str) -> Result<()> {
    change(engine, TRANSLATIONS, id, json!([{ "op": "text", "field": field, "value": text }])).await
}

/// Closes an opening of a job.
async fn close(engine: &mut EngineProcess, job: &str, item: &str, reason: &str) -> Result<()> {
    let values = json!({ "reason": reason, "note": "", "by": "", "at": 1 });
    let put = json!([{ "op": "item_put", "field": "closed_openings", "item": item, "after": null, "values": values }]);
    change(engine, "jobs", job, put).await
}

/// A record as an engine shows it, once it shows what is asked for.
async fn until(
    engine: &mut EngineProcess,
    kind: &str,
    id: &str,
    is_so: impl Fn(&Value) -> bool,
) -> Result<Value> {
    let mut last = Value::Null;
    let came = eventually("the record", SOON, async || {
        last = engine.ask("get", json!({ "kind": kind, "id": id })).await.ok()?;
        is_so(&last["fields"]).then_some(())
    });
    came.await.with_context(|| last.to_string())?;
    Ok(last)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_write_postings_and_close_openings_offline_and_both_keep_what_they_did() -> Result<()> {
    let folder = temporary("postings")?;
    let mut server = Server::start(folder.path()).await?;
    let owner = server.sign_up("Postings", OWNER).await?;
    server.add_member(&owner, "Rita Recruits", RITA, "recruiter").await?;
    let mut engines = Vec::new();
    for email in [OWNER, RITA] {
        let mut engine = EngineProcess::start(&folder.path().join(email))?;
        engine.enter(&server.url(), email).await?;
        engines.push(engine);
    }
    let (mut desk, mut first) = (engines.remove(1), engines.remove(0));
    let job =
        make(&mut first, "jobs", json!({ "title": "Cook", "language": "en", "positions_count": 3 })).await?;
    let french = |title: &str| json!({ "job_id": job, "language": "fr", "title": title, "description": "Vous cuisinez pour cent." });
    let told = make(&mut first, TRANSLATIONS, french("Cuisine")).await?;
    until(&mut desk, TRANSLATIONS, &told, |shown| shown["title"] == "Cuisine").await?;

    // Without a network: both write in the same text, each begins a language, and each closes an opening.
    server.kill();
    write(&mut first, &told, "description", "Chez nous, vous cuisinez pour cent.").await?;
    write(&mut desk, &told, "description", "Vous cuisinez pour cent, le soir aussi.").await?;
    write(&mut desk, &told, "benefits", "Deux repas").await?;
    let german = |title: &str| json!({ "job_id": job, "language": "de", "title": title, "description": "x" });
    let one = make(&mut first, TRANSLATIONS, german("Koch")).await?;
    let other = make(&mut desk, TRANSLATIONS, german("Köchin")).await?;
    close(&mut first, &job, "a", "no_budget").await?;
    close(&mut desk, &job, "b", "moved").await?;
    server.run().await?;
    let whole = "Chez nous, vous cuisinez pour cent, le soir aussi.";
    for engine in [&mut first, &mut desk] {
        let is_whole = |shown: &Value| {
            let text = shown["description"].as_str().unwrap_or_default();
            // Both ends are there; how the first letter was written again is the merge's.
            text.starts_with("Chez nous, ")
                && text.ends_with(", le soir aussi.")
                && shown["benefits"] == "Deux repas"
        };
        let shown = until(engine, TRANSLATIONS, &told, is_whole).await?;
        let length = shown["fields"]["description"].as_str().unwrap_or_default().chars().count();
        ensure!(length.abs_diff(whole.chars().count()) <= 1, "{shown}");
        for (id, title) in [(&one, "Koch"), (&other, "Köchin")] {
            until(engine, TRANSLATIONS, id, |shown| shown["title"] == title).await?;
        }
        let are_closed =
            |shown: &Value| shown["closed_openings"].as_array().is_some_and(|all| all.len() == 2);
        until(engine, "jobs", &job, are_closed).await?;
        ensure!(engine.ask("attention", Value::Null).await? == json!([]));
    }
    first.end().await?;
    desk.end().await
}
