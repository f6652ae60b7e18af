//! `kill -9` of the real server in the middle of pushes and of the making of workspaces, over real PostgreSQL and real
//! files: what was acknowledged is there afterwards, once; what was not can be sent again.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use automerge::ActorId;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use uuid::Uuid;
use zumodra_shared::registry;
use zumodra_shared::schema::{Fields, crdt};
use zumodra_shared::sync::wire::{ClientFrame, Outcome, PushedChange, ServerFrame};
use zumodra_tests::process::server::{Server, SignedIn};
use zumodra_tests::process::temporary;
use zumodra_tests::process::wire::Wire;

/// Kills in the middle of pushes.
const PUSH_ROUNDS: u32 = 40;
/// Kills in the middle of making workspaces.
const SIGN_UP_ROUNDS: u32 = 10;
/// Documents in one fetch.
const FETCH: usize = 400;

/// Every change that was ever pushed, with whether the server acknowledged it.
type Ledger = BTreeMap<Uuid, (PushedChange, bool)>;

fn id(rng: &mut ChaCha8Rng) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(1_790_000_000_000, &rng.random()).into_uuid()
}

fn tag(rng: &mut ChaCha8Rng, number: usize) -> Result<PushedChange> {
    let def = registry::by_name("tags").context("tags")?;
    let Value::Object(fields) = json!({ "name": format!("tag {number}") }) else {
        anyhow::bail!("an object")
    };
    let fields: Fields = fields;
    let actor = ActorId::from(*id(rng).as_bytes());
    let (_, body) = crdt::create(def, &fields, actor, 0).map_err(|problem| anyhow::anyhow!("{problem}"))?;
    Ok(PushedChange { doc: id(rng), kind: def.code, body })
}

/// Pushes until the connection dies, keeping the ledger.
async fn push_until_cut(wire: &mut Wire, ledger: &mut Ledger, rng: &mut ChaCha8Rng) -> Result<()> {
    loop {
        let mut batch: Vec<PushedChange> = ledger
            .values()
            .filter(|(_, acknowledged)| !acknowledged)
            .map(|(change, _)| change.clone())
            .collect();
        for _ in 0..rng.random_range(1..20) {
            let change = tag(rng, ledger.len())?;
            ledger.insert(change.doc, (change.clone(), false));
            batch.push(change);
        }
        let Ok(outcomes) = wire.push(batch.clone()).await else { return Ok(()) };
        for (change, outcome) in batch.iter().zip(outcomes) {
            match outcome {
                Outcome::Accepted(_) => {
                    if let Some(entry) = ledger.get_mut(&change.doc) {
                        entry.1 = true;
                    }
                }
                // The writer was ended with the transaction: the change waits for the next push.
                Outcome::Later(_) => {}
                Outcome::Refused(problem) => anyhow::bail!("refused: {problem:?}"),
            }
        }
    }
}

/// Whether the server has every acknowledged document.
async fn all_there(wire: &mut Wire, ledger: &Ledger) -> Result<()> {
    let acknowledged: Vec<Uuid> = ledger.iter().filter(|(_, (_, yes))| *yes).map(|(doc, _)| *doc).collect();
    for docs in acknowledged.chunks(FETCH) {
        wire.send(&ClientFrame::Fetch(docs.to_vec())).await?;
        let found = wire
            .until(|frame| match frame {
                ServerFrame::Fetched(items) => Some(items.len()),
                _ => None,
            })
            .await?;
        ensure!(
            found == docs.len(),
            "{} of {} acknowledged documents are gone",
            docs.len() - found,
            docs.len()
        );
    }
    Ok(())
}

async fn again(server: &Server, email: &str) -> Result<(SignedIn, Wire)> {
    let signed_in = server.sign_in(email).await?;
    let (wire, _) = Wire::welcomed(&server.url(), &signed_in.access).await?;
    Ok((signed_in, wire))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_the_death_of_the_server() -> Result<()> {
    let folder = temporary("kill")?;
    let mut server = Server::start(folder.path()).await?;
    server.sign_up("Kill Works", "owner@kill.example").await?;
    let mut rng = ChaCha8Rng::seed_from_u64(20_261_122);
    let mut ledger = Ledger::new();
    for round in 0..PUSH_ROUNDS {
        let (_, mut wire) = again(&server, "owner@kill.example").await?;
        all_there(&mut wire, &ledger).await.with_context(|| format!("round {round}"))?;
        let until = Duration::from_millis(rng.random_range(1..250));
        let mut pusher_rng = ChaCha8Rng::seed_from_u64(rng.random());
        let pushing = push_until_cut(&mut wire, &mut ledger, &mut pusher_rng);
        let killing = async {
            tokio::time::sleep(until).await;
            server.kill();
        };
        let (pushed, ()) = tokio::join!(pushing, killing);
        pushed.with_context(|| format!("round {round}"))?;
        server.run().await.with_context(|| format!("start after round {round}"))?;
    }
    let (signed_in, mut wire) = again(&server, "owner@kill.example").await?;
    let rest: Vec<PushedChange> =
        ledger.values().filter(|(_, acknowledged)| !acknowledged).map(|(change, _)| change.clone()).collect();
    for batch in rest.chunks(FETCH) {
        ensure!(wire.push(batch.to_vec()).await?.iter().all(|outcome| *outcome == Outcome::Accepted(None)));
    }
    let listed = server.call("GET", "/api/v1/ats/tags/?page_size=1", Some(&signed_in.access), None).await?;
    ensure!(listed["count"] == ledger.len(), "{} tags of {} pushed", listed["count"], ledger.len());
    println!("kill -9 of the server in the middle of pushes: {PUSH_ROUNDS} rounds, {} changes", ledger.len());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_is_made_wholly_or_not_at_all() -> Result<()> {
    let folder = temporary("kill")?;
    let mut server = Server::start(folder.path()).await?;
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mut made = 0;
    for round in 0..SIGN_UP_ROUNDS {
        let email = format!("owner{round}@kill.example");
        let until = Duration::from_millis(rng.random_range(1..400));
        let signing_up = async {
            let body = json!({
                "workspace": format!("Works {round}"), "name": "Olive Owner", "email": email,
                "password": zumodra_tests::process::server::PASSWORD, "language": "en",
            });
            reqwest::Client::new().post(format!("{}/api/v1/tenants/", server.url())).json(&body).send().await
        };
        let cut = tokio::time::timeout(until, signing_up).await;
        server.kill();
        server.run().await.with_context(|| format!("start after round {round}"))?;
        let answered = matches!(&cut, Ok(Ok(answer)) if answer.status().is_success());
        match server.sign_in(&email).await {
            Ok(signed_in) => {
                // What is there works: its schema is at the present version and takes a record.
                let (mut wire, _) = Wire::welcomed(&server.url(), &signed_in.access).await?;
                let change = tag(&mut rng, 0)?;
                ensure!(wire.push(vec![change]).await? == [Outcome::Accepted(None)], "round {round}");
                made += 1;
            }
            Err(_) => ensure!(!answered, "round {round}: a workspace that was confirmed is gone"),
        }
    }
    println!("kill -9 of the server in the middle of sign-ups: {SIGN_UP_ROUNDS} rounds, {made} workspaces");
    Ok(())
}
