//! Records that are edited again and again: what their history takes, and how fast a busy document stays.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::json;
use zumodra_shared::schema::{Edit, EditOp, crdt};
use zumodra_shared::sync::wire::PushedChange;

use super::edits::rated;
use crate::bench::author::{Author, Writer};
use crate::bench::measure::{Report, millis, percentile};
use crate::bench::record::{self, CANDIDATE, Style};
use crate::bench::replica::Replica;
use crate::bench::stage::{Stage, Tenant};
use crate::bench::{float, machine, seeder};
use crate::process::engine::PASSPHRASE;

/// Records that share the tables' fixed cost.
const RECORDS: u64 = 100;
/// One edit of so many types a letter into the long text.
const TYPED: u64 = 4;
/// Edits whose middle one counts.
const SAMPLES: u64 = 21;
/// Starts of the engine.
const STARTS: u64 = 5;
/// Rest between two edits of a person: what the last one caused is over.
const PACE: Duration = Duration::from_millis(400);
/// How long the server may take to tidy up.
const TIDY_WITHIN: Duration = Duration::from_secs(60);

/// Edits each of some records many times: what is stored afterwards.
///
/// # Errors
/// When something does not work.
pub async fn storage(report: &mut Report, edits: u64) -> Result<()> {
    let mut stage = Stage::new().await?;
    let tenant = stage.tenant().await?;
    let empty = bytes(&stage, &tenant).await?;
    let device = stage.device(&tenant).await?;
    let (mut author, made) = Author::new(&tenant, &device, 0, RECORDS);
    let edited = (0..edits * RECORDS).map(move |_| author.edit());
    let url = stage.server.url();
    let took = seeder::push(&url, &device, made.into_iter().chain(edited)).await?;
    report.more("edits-pushed-at-once", float(edits * RECORDS) / took.as_secs_f64(), "edits/s");
    machine::rest(stage.pid()?, TIDY_WITHIN).await;
    let as_is = (bytes(&stage, &tenant).await? - empty) / float(RECORDS);
    stage.server.command(&["compact", "--days", "0"]).await?;
    stage.vacuum(&tenant).await?;
    let least = (bytes(&stage, &tenant).await? - empty) / float(RECORDS);
    report.at_most("storage-1000-edits", least, "B/record", 3_000.0);
    report.less("storage-1000-edits-before-vacuum", as_is, "B/record");
    let mut replica = Replica::new(&stage, "reader", true).await?;
    let home = replica.file_bytes();
    replica.ready(&tenant).await?;
    let traffic = replica.link()?.traffic();
    report.less("download-1000-edits-wire", float(traffic.down) / float(RECORDS), "B/record");
    replica.engine.end().await?;
    let kept = machine::file_bytes(&stage.folder.path().join("reader").join("zumodra")) - home;
    report.less("desktop-storage-1000-edits", float(kept) / float(RECORDS), "B/record");
    Ok(())
}

async fn bytes(stage: &Stage, tenant: &Tenant) -> Result<f64> {
    Ok(stage.table_bytes(tenant).await?.values().sum())
}

/// The change that makes a record, and so many edits of it: numbers that are set, and letters that are typed.
fn busy(tenant: &Tenant, device: &crate::bench::stage::Device, edits: u64) -> Result<Vec<PushedChange>> {
    let id = record::id(tenant.number, 0);
    let fields = record::fields(Style::Plain, 0);
    let (mut doc, made) = record::made(CANDIDATE, id, &fields, &seeder::actor(device), 0);
    let mut text = fields["summary"].as_str().context("a text")?.to_owned();
    let mut changes = vec![made];
    for number in 0..edits {
        let edit = if number % TYPED == 0 {
            text.push(if number % 28 == 0 { ' ' } else { 'e' });
            Edit { field: "summary".to_owned(), op: EditOp::Text { value: text.clone() } }
        } else {
            Edit::set("years_experience", json!(5 + number % 60))
        };
        crdt::apply(CANDIDATE, &mut doc, &[edit]).map_err(|problem| anyhow::anyhow!("{problem}"))?;
        let body = crdt::commit(&mut doc, 0).context("an edit that changes something")?;
        changes.push(PushedChange { doc: id, kind: CANDIDATE.code, body });
    }
    Ok(changes)
}

/// One document with very many edits: opening it, and editing it.
///
/// # Errors
/// When something does not work.
pub async fn document(report: &mut Report, edits: u64) -> Result<()> {
    let mut stage = Stage::new().await?;
    let tenant = stage.tenant().await?;
    let device = stage.device(&tenant).await?;
    let changes = busy(&tenant, &device, edits)?;
    let took = seeder::push(&stage.server.url(), &device, changes.into_iter()).await?;
    report.more("busy-document-pushed", float(edits) / took.as_secs_f64(), "edits/s");
    let mut replica = Replica::new(&stage, "reader", false).await?;
    replica.ready(&tenant).await?;
    machine::rest(replica.engine.pid(), TIDY_WITHIN).await;
    // A document that no process holds yet: it is read, decrypted, loaded, edited and written.
    let (mut first, mut later, mut at_once) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..STARTS {
        let (again, _) = replica.start_again(false).await?;
        replica = again;
        replica.engine.ask("unlock", json!({ "passphrase": PASSPHRASE })).await?;
        let from = Instant::now();
        replica.up_to_date(from).await?;
        machine::rest(replica.engine.pid(), TIDY_WITHIN).await;
        for number in 0..SAMPLES {
            let asked = Instant::now();
            let edit = rated(tenant.number, 0, 1 + round * 3 + number % 2);
            let (_, at) = replica.engine.timed("edit", edit).await?;
            let times = match number {
                0 => &mut first,
                _ if number < SAMPLES / 2 => &mut later,
                _ => &mut at_once,
            };
            times.push(millis(at - asked));
            if number < SAMPLES / 2 {
                tokio::time::sleep(PACE).await;
            }
        }
    }
    report.at_most("busy-document-open", percentile(&first, 0.5), "ms", 50.0);
    report.at_most("busy-document-edit", percentile(&later, 0.5), "ms", 5.0);
    report.less("busy-document-edit-without-rest", percentile(&at_once, 0.5), "ms");
    server(report, &stage, &tenant, edits).await
}

/// What the server takes for an edit of a document with very many, beside an edit of a new one.
async fn server(report: &mut Report, stage: &Stage, tenant: &Tenant, edits: u64) -> Result<()> {
    let device = stage.device(tenant).await?;
    let mut writer = Writer::new(stage, tenant, &device, 1, 1).await?;
    let mut fresh = Vec::new();
    for _ in 0..SAMPLES {
        let (_, at) = writer.push().await?;
        writer.answer().await?;
        fresh.push(millis(at.elapsed()));
    }
    let url = stage.server.url();
    let device = stage.device(tenant).await?;
    let id = record::id(tenant.number, 1 << 20);
    let mut one = busy(tenant, &device, edits + SAMPLES)?;
    one.iter_mut().for_each(|change| change.doc = id);
    let last = one.split_off(one.len() - usize::try_from(SAMPLES)?);
    seeder::push(&url, &device, one.into_iter()).await?;
    let (mut wire, _) = crate::process::wire::Wire::welcomed(&url, &device.token).await?;
    let mut busy = Vec::new();
    for change in last {
        let asked = Instant::now();
        wire.push_one(change.doc, change.kind, change.body).await?;
        busy.push(millis(asked.elapsed()));
    }
    report.less("busy-document-server", percentile(&busy, 0.5), "ms/push");
    report.less("busy-document-server-beside-new", percentile(&fresh, 0.5), "ms/push");
    Ok(())
}
