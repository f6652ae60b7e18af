//! What is written to a candidate while the server is away, over the real desktop engine and the real server.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::process::engine::EngineProcess;

use super::interviews::{RITA, World, make, until_shown};

/// The mails of a template in the workspace's outbox, by their states.
async fn outbox(world: &World, template: &str) -> Result<Vec<Value>> {
    let path = "/api/v1/notifications/mail/?page_size=100";
    let mails = world.server.call("GET", path, Some(&world.owner.access), None).await?;
    let mails = mails["results"].as_array().context("mails")?.iter();
    Ok(mails.filter(|mail| mail["template"] == template).map(|mail| mail["state"].clone()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_offline_goes_out_once_and_what_is_called_back_never() -> Result<()> {
    let mut world = World::new("emails").await?;
    let mut rita = world.engine(RITA).await?;
    world.server.kill();
    let email = |subject: &str| {
        json!({
            "candidate_id": world.candidate, "application_id": world.application, "job_id": world.job,
            "address": "ada@example.org", "subject": subject, "body": "Hello Ada,\n\nwhen can we talk?",
        })
    };
    make(&mut rita, "emails", email("first")).await?;
    let request = json!({ "request": { "kind": "emails", "fields": email("second") } });
    let second = rita.ask("create", request).await?;
    rita.ask("undo", json!({ "token": second["undo"] })).await?;
    // The desktop goes down as well, and comes back before the server does.
    rita.kill();
    let mut rita = EngineProcess::start(&world.folder.path().join(RITA))?;
    rita.enter(&world.server.url(), RITA).await?;
    until_shown(&mut rita, "emails", "status", &["waiting"]).await?;
    world.server.run().await?;
    rita.current().await?;
    let states = outbox(&world, "written").await?;
    ensure!(states.iter().filter(|state| *state == "waiting").count() == 1, "{states:?}");
    ensure!(states.iter().all(|state| state == "waiting" || state == "cancelled"), "{states:?}");

    // Everything again: nothing goes out twice.
    world.server.kill();
    world.server.run().await?;
    rita.current().await?;
    ensure!(outbox(&world, "written").await? == states);
    // Who hires without seeing how to reach candidates has nothing of it.
    for word in ["when can we talk", "ada@example.org"] {
        ensure!(!world.is_sent(&world.nina, word).await?, "{word}");
        ensure!(world.is_sent(&world.rita, word).await?, "{word}");
    }
    rita.end().await
}
