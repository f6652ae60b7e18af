//! A push that takes long to judge is committed in parts: who else writes does not wait for the whole of it, and the one
//! who pushed is answered once.

use std::collections::BTreeSet;
use std::ffi::OsStr;

use anyhow::{Context as _, Result, ensure};
use automerge::ActorId;
use serde_json::json;
use uuid::Uuid;
use zumodra_shared::registry;
use zumodra_shared::schema::crdt;
use zumodra_shared::sync::wire::{ClientFrame, Outcome, Push, PushedChange, ServerFrame};
use zumodra_tests::process::server::Server;
use zumodra_tests::process::temporary;
use zumodra_tests::process::wire::Wire;

const RECORDS: usize = 24;
const BATCH: u32 = 7;

/// Records that a device makes.
fn made() -> Result<Vec<PushedChange>> {
    let def = registry::by_name("tags").context("a declared kind")?;
    let actor = ActorId::from(*Uuid::now_v7().as_bytes());
    let change = |number| {
        let fields = json!({ "name": format!("tag {number}") });
        let fields = fields.as_object().cloned().unwrap_or_default();
        let (_, body) = crdt::create(def, &fields, actor.clone(), 0).ok()?;
        Some(PushedChange { doc: Uuid::now_v7(), kind: def.code, body })
    };
    (0..RECORDS).map(|number| change(number).context("fits")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_takes_long_is_committed_in_parts_at_one_time() -> Result<()> {
    let folder = temporary("commits")?;
    let mut server = Server::at(folder.path())?;
    // No transaction has time for more than one change.
    server.set("ZUMODRA_COMMIT_MS", OsStr::new("0"));
    server.run().await?;
    let owner = server.sign_up("Commit Works", "owner@commits.example").await?;
    let recruiter = server.add_member(&owner, "Re Cruiter", "re@commits.example", "recruiter").await?;
    let (mut watcher, welcome) = Wire::welcomed(&server.url(), &owner.access).await?;
    watcher.download(&welcome).await?;
    let (mut author, _) = Wire::welcomed(&server.url(), &recruiter.access).await?;
    let changes = made()?;
    let docs: BTreeSet<Uuid> = changes.iter().map(|change| change.doc).collect();
    author.send(&ClientFrame::Push(Push { batch: BATCH, changes })).await?;
    let pushed = author
        .until(|frame| match frame {
            ServerFrame::Pushed(pushed) if pushed.batch == BATCH => Some(pushed.clone()),
            _ => None,
        })
        .await?;
    ensure!(pushed.outcomes.len() == RECORDS, "{} outcomes", pushed.outcomes.len());
    ensure!(pushed.outcomes.iter().all(|outcome| matches!(outcome, Outcome::Accepted(_))));
    let (mut seen, mut pages) = (BTreeSet::new(), 0);
    while seen != docs {
        let items = watcher
            .until(|frame| match frame {
                ServerFrame::Page(page) => Some(page.items.clone()),
                _ => None,
            })
            .await?;
        pages += 1;
        for item in items.iter().filter(|item| docs.contains(&item.doc)) {
            ensure!(Some(item.updated.at) == pushed.at, "one push has one time");
            seen.insert(item.doc);
        }
    }
    ensure!(pages > 1, "all came at once");
    Ok(())
}
