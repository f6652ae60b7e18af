//! One person edits and another sees it: from the local commit on one desktop to the row on the other.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::bench::float;
use crate::bench::measure::{Report, millis, percentile};
use crate::bench::record::{self, CANDIDATE, Style};
use crate::bench::replica::Replica;
use crate::bench::stage::{Stage, Tenant};

/// Records of the workspace, as in the peers' runs.
const RECORDS: u64 = 10_000;
/// Rest between an edit's arrival and the next edit, as in the peers' runs.
const GAP: Duration = Duration::from_millis(5);
/// How long one edit may take.
const WITHIN: Duration = Duration::from_secs(30);
/// Edits in the pass that counts bytes.
const COUNTED: u64 = 200;
/// Edits before those that count.
const WARM: u64 = 20;
/// Time in which late answers come.
const SETTLE: Duration = Duration::from_millis(500);

/// The edit that sets one number.
pub fn rated(workspace: u64, number: u64, value: u64) -> Value {
    let edit = json!({ "field": "years_experience", "op": "set", "value": value });
    json!({ "request": { "kind": CANDIDATE.name, "id": record::id(workspace, number), "edits": [edit] } })
}

/// Whether an event says that a record changed.
fn names(payload: &Value, id: &str) -> bool {
    let Some(ids) = payload["kinds"][CANDIDATE.name].as_array() else { return false };
    // No record named means any of the kind.
    ids.is_empty() || ids.iter().any(|named| named == id)
}

/// Edits on one desktop and waits for each on the other. The first edits are left out of the figures.
async fn pass(
    writer: &mut Replica,
    reader: &mut Replica,
    tenant: &Tenant,
    edits: std::ops::Range<u64>,
) -> Result<(Vec<f64>, Vec<f64>)> {
    let (mut seen, mut local) = (Vec::new(), Vec::new());
    for number in edits {
        while reader.events.try_recv().is_ok() {}
        let id = record::id(tenant.number, number).to_string();
        let asked = Instant::now();
        // No plain record has this value yet.
        let (_, committed) =
            writer.engine.timed("edit", rated(tenant.number, number, 10 + number % 60)).await?;
        let arrived = loop {
            let told = tokio::time::timeout(WITHIN, reader.events.recv()).await;
            let told = told.context("the edit did not arrive")?.context("the engine is gone")?;
            if told.name == "changed" && names(&told.payload, &id) {
                break told.at;
            }
        };
        // The other may have it before the answer of the first was read.
        seen.push(millis(arrived.saturating_duration_since(committed)));
        local.push(millis(committed - asked));
        tokio::time::sleep(GAP).await;
    }
    Ok((seen, local))
}

/// Edits one after the other.
///
/// # Errors
/// When something does not work.
pub async fn run(report: &mut Report, edits: u64) -> Result<()> {
    let mut stage = Stage::new().await?;
    let tenant = stage.tenant().await?;
    stage.fill(&tenant, Style::Plain, RECORDS).await?;
    let mut writer = Replica::settled(&stage, &tenant, "writer", false).await?;
    let mut reader = Replica::settled(&stage, &tenant, "reader", false).await?;
    pass(&mut writer, &mut reader, &tenant, 0..WARM).await?;
    let (seen, local) = pass(&mut writer, &mut reader, &tenant, WARM..WARM + edits).await?;
    report.at_most("edit-latency-p50", percentile(&seen, 0.5), "ms", 3.0);
    report.less("edit-latency-p90", percentile(&seen, 0.9), "ms");
    report.at_most("edit-latency-p99", percentile(&seen, 0.99), "ms", 10.0);
    report.less("edit-local-p50", percentile(&local, 0.5), "ms");
    report.less("edit-local-p99", percentile(&local, 0.99), "ms");
    drop((writer, reader));
    counted(report, &stage, &tenant, WARM + edits).await
}

/// The same through counting links: what goes over both hops, answers and all.
async fn counted(report: &mut Report, stage: &Stage, tenant: &Tenant, from: u64) -> Result<()> {
    let mut writer = Replica::new(stage, "counted-writer", true).await?;
    let mut reader = Replica::new(stage, "counted-reader", true).await?;
    for replica in [&mut writer, &mut reader] {
        replica.ready(tenant).await?;
    }
    tokio::time::sleep(SETTLE).await;
    let before = [writer.link()?.traffic(), reader.link()?.traffic()];
    pass(&mut writer, &mut reader, tenant, from..from + COUNTED).await?;
    tokio::time::sleep(SETTLE).await;
    let [up, down] = [writer.link()?.traffic().since(before[0]), reader.link()?.traffic().since(before[1])];
    ensure!(up.frames_up >= COUNTED, "{} pushes for {COUNTED} edits", up.frames_up);
    report.at_most("edit-wire", float(up.bytes() + down.bytes()) / float(COUNTED), "B/edit", 250.0);
    report.less(
        "edit-wire-frames",
        float(up.frames_up + up.frames_down + down.frames_down + down.frames_up) / float(COUNTED),
        "frames/edit",
    );
    Ok(())
}
