//! Rules of approval over the real server and real engines: made, asked and answered without a network, and judged by the
//! server as they are when it hears of it.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::server::{Server, SignedIn};
use zumodra_tests::process::{eventually, temporary};

use super::interviews::{make, until_shown};

const OWNER: &str = "owner@approvals.example";
const RITA: &str = "rita@approvals.example";
const MO: &str = "mo@approvals.example";
const SOON: Duration = Duration::from_secs(30);

async fn add(server: &Server, by: &SignedIn, kind: &str, body: Value) -> Result<String> {
    let made = server.call("POST", &format!("/api/v1/ats/{kind}/"), Some(&by.access), Some(body)).await?;
    Ok(made["id"].as_str().context("an id")?.to_owned())
}

async fn give(engine: &mut EngineProcess, command: &str, job: &str) -> Result<Value> {
    engine.ask("command", json!({ "name": command, "target": job, "args": {} })).await
}

async fn status(server: &Server, by: &SignedIn, job: &str) -> Result<Value> {
    let path = format!("/api/v1/ats/jobs/{job}/");
    Ok(server.call("GET", &path, Some(&by.access), None).await?["status"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_published_by_who_has_to_agree_and_not_around_them() -> Result<()> {
    let folder = temporary("approvals")?;
    let mut server = Server::start(folder.path()).await?;
    let owner = server.sign_up("Approved Works", OWNER).await?;
    server.add_member(&owner, "Rita Recruiter", RITA, "recruiter").await?;
    let mo = server.add_member(&owner, "Mo Manager", MO, "hiring_manager").await?;
    let stages = json!([{ "name": "New", "kind": "new" }]);
    let pipeline = add(&server, &owner, "pipelines", json!({ "name": "Hiring", "stages": stages })).await?;
    let job = json!({ "title": "Cook", "description": "Cooks", "pipeline_id": pipeline, "team": "Kitchen" });
    let job = add(&server, &owner, "jobs", job).await?;
    let mut engines = Vec::new();
    for email in [OWNER, RITA, MO] {
        let mut engine = EngineProcess::start(&folder.path().join(email))?;
        engine.enter(&server.url(), email).await?;
        engine.current().await?;
        engines.push(engine);
    }
    let [mut first, mut rita, mut mos] =
        <[EngineProcess; 3]>::try_from(engines).ok().context("three engines")?;

    // The owner makes a rule where there is no network; the recruiter, who cannot know of it, publishes.
    server.kill();
    let rule =
        json!({ "name": "Kitchens", "about": "jobs", "teams": ["kitchen"], "approver_ids": [mo.user_id] });
    make(&mut first, "approval_rules", rule).await?;
    give(&mut rita, "publish_job", &job).await?;
    rita.end().await?;
    server.run().await?;
    first.current().await?;
    let mut rita = EngineProcess::start(&folder.path().join(RITA))?;
    rita.enter(&server.url(), RITA).await?;
    eventually("the refusal", SOON, async || {
        let items = rita.ask("attention", Value::Null).await.ok()?.to_string();
        items.contains("approval-needed").then_some(())
    })
    .await?;
    ensure!(status(&server, &owner, &job).await? == "draft", "nobody agreed");

    // Now that it is known here, it is refused before anything is queued; what is left is to ask.
    rita.current().await?;
    let refused = give(&mut rita, "publish_job", &job).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("approval-needed")));
    let refused = give(&mut rita, "approve_job", &job).await;
    ensure!(refused.is_err_and(|error| error.to_string().contains("forbidden")), "nobody asks a recruiter");
    give(&mut rita, "submit_job", &job).await?;
    until_shown(&mut mos, "jobs", "status", &["pending_approval"]).await?;
    let waiting = mos.ask("awaiting", Value::Null).await?;
    ensure!(waiting[0]["id"] == json!(job) && waiting[0]["kind"] == "jobs", "{waiting}");
    ensure!(rita.ask("awaiting", Value::Null).await? == json!([]), "nobody waits for Rita");

    // Mo agrees on a train, and closes the window there.
    server.kill();
    let steps = mos.ask("approvals", json!({ "kind": "jobs", "id": job })).await?;
    ensure!(steps[0]["is_due"] == true && steps[0]["people"] == json!([mo.user_id]), "{steps}");
    give(&mut mos, "approve_job", &job).await?;
    mos.end().await?;
    server.run().await?;
    ensure!(status(&server, &owner, &job).await? == "pending_approval");
    let mut mos = EngineProcess::start(&folder.path().join(MO))?;
    mos.enter(&server.url(), MO).await?;
    until_shown(&mut rita, "jobs", "status", &["open"]).await?;
    let steps = rita.ask("approvals", json!({ "kind": "jobs", "id": job })).await?;
    ensure!(steps[0]["agreed"] == json!(mo.user_id), "{steps}");
    for engine in [first, rita, mos] {
        engine.end().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_agrees_without_a_network_in_the_place_of_who_is_away() -> Result<()> {
    let folder = temporary("deputies")?;
    let mut server = Server::start(folder.path()).await?;
    let owner = server.sign_up("Deputy Works", OWNER).await?;
    let rita = server.add_member(&owner, "Rita Recruiter", RITA, "recruiter").await?;
    let mo = server.add_member(&owner, "Mo Manager", MO, "hiring_manager").await?;
    let stages = json!([{ "name": "New", "kind": "new" }]);
    let pipeline = add(&server, &owner, "pipelines", json!({ "name": "Hiring", "stages": stages })).await?;
    let rule = json!({ "name": "Everything", "about": "jobs", "approver_ids": [mo.user_id] });
    add(&server, &owner, "approval-rules", rule).await?;
    let away = json!({
        "member_id": mo.user_id, "zone": "Europe/Paris", "deputy_id": rita.user_id,
        "deputy_from": "2020-01-01", "deputy_until": "2999-12-31",
    });
    add(&server, &owner, "working-hours", away).await?;
    let job = json!({ "title": "Cook", "description": "Cooks", "pipeline_id": pipeline });
    let job = add(&server, &owner, "jobs", job).await?;
    let path = format!("/api/v1/ats/jobs/{job}/submit/");
    server.call("POST", &path, Some(&owner.access), Some(json!({}))).await?;

    let mut ritas = EngineProcess::start(&folder.path().join(RITA))?;
    ritas.enter(&server.url(), RITA).await?;
    ritas.current().await?;
    let waiting = ritas.ask("awaiting", Value::Null).await?;
    ensure!(waiting[0]["id"] == json!(job), "{waiting}");
    ensure!(waiting[0]["instead_of"] == json!(mo.user_id), "{waiting}");
    server.kill();
    give(&mut ritas, "approve_job", &job).await?;
    ritas.end().await?;
    server.run().await?;
    let mut ritas = EngineProcess::start(&folder.path().join(RITA))?;
    ritas.enter(&server.url(), RITA).await?;
    until_shown(&mut ritas, "jobs", "status", &["open"]).await?;
    let steps = ritas.ask("approvals", json!({ "kind": "jobs", "id": job })).await?;
    ensure!(steps[0]["agreed"] == json!(mo.user_id), "{steps}");
    ensure!(steps[0]["in_place"] == json!(rita.user_id), "{steps}");
    ritas.end().await?;
    Ok(())
}
