//! `kill -9` of the real desktop engine in the middle of edits and of first downloads, and of the server in the middle
//! of its very first start: what a person was told is kept is kept, once, here and on the server.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use zumodra_tests::process::engine::EngineProcess;
use zumodra_tests::process::server::{Server, SignedIn};
use zumodra_tests::process::temporary;

/// Kills in the middle of local edits and their push.
const EDIT_ROUNDS: u32 = 25;
/// Kills in the middle of a first download.
const DOWNLOAD_ROUNDS: u32 = 15;
/// Kills in the middle of the making of the database and its migrations.
const START_ROUNDS: u32 = 15;
/// Edits of one record that wait in the pipe at a time, as a fast person's would.
const AT_ONCE: usize = 8;
/// Records that a first download has to bring.
const RECORDS: u64 = 2_000;
/// The owner of every workspace here.
const OWNER: &str = "owner@kill.example";

async fn on_the_server(server: &Server, owner: &SignedIn, kind: &str) -> Result<u64> {
    let path = format!("/api/v1/ats/{kind}/?page_size=1");
    server.call("GET", &path, Some(&owner.access), None).await?["count"].as_u64().context("a count")
}

fn sleep_of(rng: &mut ChaCha8Rng, most_ms: u64) -> Duration {
    Duration::from_millis(rng.random_range(1..most_ms))
}

/// Makes tags until the engine is killed. Gives the names that were answered as kept.
async fn make_until_killed(engine: &mut EngineProcess, made: &mut u64, for_: Duration) -> BTreeSet<String> {
    let mut kept = BTreeSet::new();
    let deadline = tokio::time::Instant::now() + for_;
    let mut under_way: Vec<(u64, String)> = Vec::new();
    loop {
        while under_way.len() < AT_ONCE {
            *made += 1;
            let name = format!("tag {made}");
            let request = json!({ "request": { "kind": "tags", "fields": { "name": name } } });
            let Ok(id) = engine.say("create", &request) else { break };
            under_way.push((id, name));
        }
        tokio::select! {
            biased;
            () = tokio::time::sleep_until(deadline) => {
                engine.kill();
                // What was answered before the kill and not yet read was answered all the same.
                while let Some((id, answer)) = engine.answer().await {
                    note(&mut kept, &mut under_way, id, answer.is_ok());
                }
                return kept;
            }
            answer = engine.answer() => match answer {
                Some((id, answer)) => note(&mut kept, &mut under_way, id, answer.is_ok()),
                None => return kept,
            }
        }
    }
}

fn note(kept: &mut BTreeSet<String>, under_way: &mut Vec<(u64, String)>, id: u64, ok: bool) {
    if let Some(at) = under_way.iter().position(|(asked, _)| *asked == id) {
        let (_, name) = under_way.swap_remove(at);
        if ok {
            kept.insert(name);
        }
    }
}

async fn names_of(engine: &mut EngineProcess) -> Result<Vec<String>> {
    let mut names = Vec::new();
    loop {
        let request = json!({ "kind": "tags", "offset": names.len(), "limit": 500, "sort": "name" });
        let page = engine.ask("list", json!({ "request": request })).await?;
        let rows = page["rows"].as_array().context("rows")?;
        names.extend(rows.iter().filter_map(|row| row["fields"]["name"].as_str().map(str::to_owned)));
        if rows.is_empty() {
            return Ok(names);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_was_told_is_kept_survives_the_death_of_the_engine() -> Result<()> {
    let folder = temporary("kill")?;
    let server = Server::start(folder.path()).await?;
    server.sign_up("Kill Works", OWNER).await?;
    let home = folder.path().join("engine");
    let mut rng = ChaCha8Rng::seed_from_u64(20_261_123);
    let (mut kept, mut made) = (BTreeSet::new(), 0);
    for round in 0..EDIT_ROUNDS {
        let mut engine = EngineProcess::start(&home)?;
        engine.enter(&server.url(), OWNER).await.with_context(|| format!("round {round}"))?;
        kept.append(&mut make_until_killed(&mut engine, &mut made, sleep_of(&mut rng, 400)).await);
    }
    let mut engine = EngineProcess::start(&home)?;
    engine.enter(&server.url(), OWNER).await?;
    engine.current().await?;
    let attention = engine.ask("attention", Value::Null).await?;
    ensure!(attention == json!([]), "nothing was refusable, and yet: {attention}");
    let names = names_of(&mut engine).await?;
    let once: BTreeSet<String> = names.iter().cloned().collect();
    ensure!(once.len() == names.len(), "a tag is there twice");
    let lost: Vec<&String> = kept.difference(&once).collect();
    ensure!(lost.is_empty(), "{} of {} kept tags are gone: {lost:?}", lost.len(), kept.len());
    let owner = server.sign_in(OWNER).await?;
    let there = on_the_server(&server, &owner, "tags").await?;
    ensure!(there == names.len() as u64, "{there} tags on the server, {} here", names.len());
    println!(
        "kill -9 of the engine in the middle of edits: {EDIT_ROUNDS} rounds, {} of {made} answered",
        kept.len()
    );
    Ok(())
}

/// Fills the workspace through an engine that is left in peace.
async fn fill(server: &Server, folder: &std::path::Path) -> Result<()> {
    let mut engine = EngineProcess::start(folder)?;
    engine.enter(&server.url(), OWNER).await?;
    for number in 0..RECORDS {
        let fields =
            json!({ "first_name": "Ada", "last_name": format!("Quill {number}"), "headline": "Writer" });
        engine.say("create", &json!({ "request": { "kind": "candidates", "fields": fields } }))?;
    }
    for _ in 0..RECORDS {
        let (_, answer) = engine.answer().await.context("the engine is gone")?;
        ensure!(answer.is_ok(), "a candidate was not made: {answer:?}");
    }
    engine.current().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_download_goes_on_where_a_kill_cut_it() -> Result<()> {
    let folder = temporary("kill")?;
    let server = Server::start(folder.path()).await?;
    server.sign_up("Kill Works", OWNER).await?;
    fill(&server, &folder.path().join("filler")).await?;
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let (mut kills, mut replicas) = (0, 0);
    while kills < DOWNLOAD_ROUNDS {
        let home = folder.path().join(format!("engine-{replicas}"));
        replicas += 1;
        for _ in 0..5 {
            let mut engine = EngineProcess::start(&home)?;
            let until = sleep_of(&mut rng, 700);
            let url = server.url();
            let entering = async {
                // Cut off or not: the next start finds out.
                let _ = engine.enter(&url, OWNER).await;
                std::future::pending::<()>().await;
            };
            let _ = tokio::time::timeout(until, entering).await;
            engine.kill();
            kills += 1;
        }
        let mut engine = EngineProcess::start(&home)?;
        engine.enter(&server.url(), OWNER).await.with_context(|| format!("replica {replicas}"))?;
        engine.current().await.with_context(|| format!("replica {replicas}"))?;
        let here = engine.count("candidates").await?;
        ensure!(here == RECORDS, "replica {replicas} has {here} of {RECORDS} candidates");
        let session = engine.ask("session", Value::Null).await?;
        ensure!(session["state"] == "ready", "{session}");
    }
    println!("kill -9 of the engine in the middle of first downloads: {kills} rounds, {replicas} replicas");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_goes_on_where_a_kill_cut_it() -> Result<()> {
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    let (mut kills, mut servers) = (0, 0);
    while kills < START_ROUNDS {
        let folder = temporary("kill")?;
        let mut server = Server::at(folder.path())?;
        servers += 1;
        for _ in 0..5 {
            server.spawn()?;
            tokio::time::sleep(sleep_of(&mut rng, 1_500)).await;
            server.kill();
            kills += 1;
        }
        server.run().await.with_context(|| format!("server {servers}"))?;
        let owner = server.sign_up("Kill Works", OWNER).await?;
        let tag = json!({ "name": "first" });
        server.call("POST", "/api/v1/ats/tags/", Some(&owner.access), Some(tag)).await?;
    }
    println!("kill -9 of the server in the middle of its first start: {kills} rounds, {servers} servers");
    Ok(())
}
