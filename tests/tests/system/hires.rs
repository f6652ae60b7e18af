//! A hire over the real desktop engine and the real server: noted while the server is away, begun once, and seen by those
//! who look after people.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::process::engine::EngineProcess;

use super::interviews::{OWNER, RITA, World, until_shown};

/// The tasks of the only onboarding that an engine shows.
async fn tasks(engine: &mut EngineProcess) -> Result<(String, Vec<Value>)> {
    let page = engine.ask("list", json!({ "request": { "kind": "onboardings", "limit": 10 } })).await?;
    ensure!(page["total"] == 1, "{page}");
    let row = &page["rows"][0];
    let tasks = row["fields"]["tasks"].as_array().context("tasks")?.clone();
    Ok((row["id"].as_str().context("an id")?.to_owned(), tasks))
}

async fn tick(engine: &mut EngineProcess, onboarding: &str, task: &Value) -> Result<()> {
    let put = json!([{ "op": "item_put", "field": "tasks", "item": task["id"], "after": null, "values": { "done": true } }]);
    let request = json!({ "request": { "kind": "onboardings", "id": onboarding, "edits": put } });
    engine.ask("edit", request).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hire_that_is_noted_offline_begins_once_and_its_tasks_are_ticked_apart() -> Result<()> {
    let mut world = World::new("hires").await?;
    let pay = json!({
        "application_id": world.application, "salary": 9_000_000, "currency": "CAD", "starts_on": "2999-01-04",
        "conditions": "secretpay",
    });
    let offer = world.add(&world.owner, "offers", pay).await?;
    let path = format!("/api/v1/ats/offers/{offer}/send/");
    world.server.call("POST", &path, Some(&world.owner.access), Some(json!({}))).await?;
    let mut rita = world.engine(RITA).await?;
    let mut owner = world.engine(OWNER).await?;
    let mut nina = world.engine("nina@panel.example").await?;

    world.server.kill();
    let accept = json!({ "name": "accept_offer", "target": offer, "args": {} });
    rita.ask("command", accept).await?;
    rita.kill();
    let mut rita = EngineProcess::start(&world.folder.path().join(RITA))?;
    rita.enter(&world.server.url(), RITA).await?;
    world.server.run().await?;
    rita.current().await?;
    until_shown(&mut owner, "employees", "first_name", &["Ada"]).await?;
    until_shown(&mut owner, "contracts", "conditions", &["secretpay"]).await?;
    until_shown(&mut nina, "employees", "first_name", &["Ada"]).await?;
    ensure!(rita.count("employees").await? == 0, "a recruiter looks after nobody who works here");
    ensure!(nina.count("contracts").await? == 0, "what somebody is paid is not the manager's to see");
    ensure!(!world.is_sent(&world.rita, "EMP-").await?);

    let (onboarding, begun) = tasks(&mut owner).await?;
    ensure!(begun.len() > 3 && begun[0]["due_on"] == "2998-12-25", "{begun:?}");
    until_shown(&mut nina, "onboardings", "starts_on", &["2999-01-04"]).await?;
    world.server.kill();
    tick(&mut owner, &onboarding, &begun[0]).await?;
    tick(&mut nina, &onboarding, &begun[1]).await?;
    world.server.run().await?;
    owner.current().await?;
    nina.current().await?;
    owner.current().await?;
    for engine in [&mut owner, &mut nina] {
        let done = zumodra_tests::process::eventually("both ticks", super::interviews::SOON, async || {
            let (_, tasks) = tasks(engine).await.ok()?;
            (tasks.iter().filter(|task| task["done"] == true).count() == 2).then_some(tasks)
        });
        let tasks = done.await?;
        ensure!(tasks[0]["done"] == true && tasks[1]["done"] == true, "{tasks:?}");
        ensure!(tasks[0]["title"] == begun[0]["title"], "what was not ticked stays: {tasks:?}");
    }
    for engine in [rita, owner, nina] {
        engine.end().await?;
    }
    Ok(())
}
