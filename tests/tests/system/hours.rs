//! Working hours over the real server and real engines: entered without a network, by whom they are, and merged by the day.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::server::Server;
use zumodra_tests::process::{eventually, temporary};

use super::interviews::{edit, make};

const OWNER: &str = "owner@hours.example";
const RITA: &str = "rita@hours.example";
const SOON: Duration = Duration::from_secs(30);

/// Working hours of somebody: Monday and Tuesday from 9 to 17.
fn hours(of: Option<&str>) -> Value {
    let day = |id: &str| json!({ "id": id, "begins": 540, "minutes": 480 });
    json!({ "member_id": of, "zone": "Europe/Paris", "week": [day("1a"), day("2a")] })
}

/// Puts a time of work of a day.
async fn put(engine: &mut EngineProcess, id: &str, day: &str, begins: i64, minutes: i64) -> Result<()> {
    let values = json!({ "begins": begins, "minutes": minutes });
    let edits = json!([{ "op": "item_put", "field": "week", "item": day, "after": null, "values": values }]);
    let request = json!({ "request": { "kind": "working_hours", "id": id, "edits": edits } });
    engine.ask("edit", request).await?;
    Ok(())
}

/// The hours as an engine shows them, once it shows what is asked for.
async fn until(engine: &mut EngineProcess, id: &str, is_so: impl Fn(&Value) -> bool) -> Result<Value> {
    let mut last = Value::Null;
    let came = eventually("the hours", SOON, async || {
        last = engine.ask("get", json!({ "kind": "working_hours", "id": id })).await.ok()?;
        is_so(&last["fields"]).then_some(())
    });
    came.await.with_context(|| last.to_string())?;
    Ok(last)
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_are_entered_offline_by_whom_they_are_and_merge_by_the_day() -> Result<()> {
    let folder = temporary("working-hours")?;
    let mut server = Server::start(folder.path()).await?;
    let owner = server.sign_up("Hour Works", OWNER).await?;
    let rita = server.add_member(&owner, "Rita Recruits", RITA, "recruiter").await?;
    let mut engines = Vec::new();
    for email in [OWNER, RITA] {
        let mut engine = EngineProcess::start(&folder.path().join(email))?;
        engine.enter(&server.url(), email).await?;
        eventually("the directory", SOON, async || {
            let known = json!({ "kind": "members", "id": rita.user_id });
            engine.ask("get", known).await.ok().filter(|member| !member.is_null())
        })
        .await?;
        engines.push(engine);
    }
    let (mut desk, mut first) = (engines.remove(1), engines.remove(0));

    // Without a network: one's own are entered, and those of others and of the workspace refused at once.
    server.kill();
    let own = make(&mut desk, "working_hours", hours(Some(&rita.user_id))).await?;
    for whose in [Some(owner.user_id.as_str()), None] {
        let refused = make(&mut desk, "working_hours", hours(whose)).await;
        ensure!(refused.is_err_and(|error| error.to_string().contains("forbidden")), "{whose:?}");
    }
    let of_all = make(&mut first, "working_hours", hours(None)).await?;
    server.run().await?;
    until(&mut first, &own, |shown| shown["member_id"] == rita.user_id.as_str()).await?;
    until(&mut desk, &of_all, |shown| shown["member_id"].is_null()).await?;

    // Both change Rita's hours without a network: other days, the same day, and something else.
    server.kill();
    put(&mut desk, &own, "1a", 600, 420).await?;
    put(&mut desk, &own, "3a", 480, 60).await?;
    put(&mut first, &own, "1a", 420, 300).await?;
    put(&mut first, &own, "2b", 1080, 60).await?;
    edit(&mut first, "working_hours", &own, "buffer_after", json!(15)).await?;
    ensure!(edit(&mut desk, "working_hours", &of_all, "buffer_after", json!(5)).await.is_err());
    server.run().await?;
    let is_whole = |shown: &Value| {
        let week = shown["week"].as_array().into_iter().flatten();
        let mut days: Vec<&str> = week.filter_map(|time| time["id"].as_str()).collect();
        days.sort_unstable();
        days == ["1a", "2a", "2b", "3a"] && shown["buffer_after"] == 15
    };
    let (theirs, mine) = (until(&mut first, &own, is_whole).await?, until(&mut desk, &own, is_whole).await?);
    ensure!(theirs["fields"] == mine["fields"], "{theirs} {mine}");
    for engine in [&mut first, &mut desk] {
        ensure!(engine.ask("attention", Value::Null).await? == json!([]));
    }
    first.end().await?;
    desk.end().await
}
