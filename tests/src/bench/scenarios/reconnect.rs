//! A desktop comes back with many edits that were made without a network, and another desktop is online meanwhile.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::edits::rated;
use crate::bench::float;
use crate::bench::measure::{Report, millis};
use crate::bench::record::{self, CANDIDATE, Style};
use crate::bench::replica::Replica;
use crate::bench::stage::Stage;

/// The longest that it may take.
const WITHIN: Duration = Duration::from_secs(120);
/// Time in which late answers come.
const SETTLE: Duration = Duration::from_secs(1);
/// No plain record has this value.
const VALUE: u64 = 77;

/// When the other desktop has every one of the records.
async fn all_seen(replica: &mut Replica, mut missing: BTreeSet<String>) -> Result<Instant> {
    let wanted = missing.len() as u64;
    loop {
        let told = tokio::time::timeout(WITHIN, replica.events.recv()).await;
        let told = told.context("the edits did not arrive")?.context("the engine is gone")?;
        let Some(ids) = told.payload["kinds"][CANDIDATE.name].as_array().filter(|_| told.name == "changed")
        else {
            continue;
        };
        for id in ids.iter().filter_map(|id| id.as_str()) {
            missing.remove(id);
        }
        // No record named means any of the kind: only the rows can tell.
        if missing.is_empty() || (ids.is_empty() && rows(replica).await? == wanted) {
            return Ok(told.at);
        }
    }
}

async fn rows(replica: &mut Replica) -> Result<u64> {
    let filters = json!([{ "field": "years_experience", "is": VALUE }]);
    let request = json!({ "kind": CANDIDATE.name, "limit": 1, "filters": filters });
    replica.engine.ask("list", json!({ "request": request })).await?["total"].as_u64().context("a total")
}

/// Edits some of the records offline and comes back.
///
/// # Errors
/// When something does not work.
pub async fn run(report: &mut Report, records: u64, edits: u64) -> Result<()> {
    let mut stage = Stage::new().await?;
    let tenant = stage.tenant().await?;
    stage.fill(&tenant, Style::Plain, records).await?;
    let mut writer = Replica::settled(&stage, &tenant, "writer", true).await?;
    let mut reader = Replica::settled(&stage, &tenant, "reader", true).await?;
    writer.go_offline().await?;
    let step = records / edits;
    let numbers: Vec<u64> = (0..edits).map(|number| number * step).collect();
    let requests = numbers.iter().map(|number| rated(tenant.number, *number, VALUE));
    let took = writer.ask_all("edit", requests).await?;
    report.more("edit-offline", float(edits) / took.as_secs_f64(), "edits/s");
    tokio::time::sleep(SETTLE).await;
    while reader.events.try_recv().is_ok() {}
    let before = [writer.link()?.traffic(), reader.link()?.traffic()];
    let from = writer.go_online().await?;
    let wanted = numbers.iter().map(|number| record::id(tenant.number, *number).to_string()).collect();
    let seen = all_seen(&mut reader, wanted).await?;
    let done = writer.up_to_date(from).await?;
    tokio::time::sleep(SETTLE).await;
    let there = rows(&mut reader).await?;
    ensure!(there == edits, "{there} of {edits} edits are on the other desktop");
    let [up, down] = [writer.link()?.traffic().since(before[0]), reader.link()?.traffic().since(before[1])];
    report.at_most("reconnect-1000", millis(seen - from), "ms", 120.0);
    report.at_most("reconnect-1000-wire", float(up.bytes() + down.bytes()) / 1_000.0, "kB", 120.0);
    report.less("reconnect-1000-acknowledged", millis(done - from), "ms");
    report.less("reconnect-1000-frames-up", float(up.frames_up), "frames");
    Ok(())
}
