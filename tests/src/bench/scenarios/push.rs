//! A desktop without a network makes many records, and the network comes back.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::bench::float;
use crate::bench::measure::Report;
use crate::bench::record::{self, CANDIDATE, Style};
use crate::bench::replica::Replica;
use crate::bench::stage::Stage;

/// Makes records offline and pushes them.
///
/// # Errors
/// When something does not work.
pub async fn run(report: &mut Report, records: u64) -> Result<()> {
    let mut stage = Stage::new().await?;
    let tenant = stage.tenant().await?;
    let mut replica = Replica::new(&stage, "writer", true).await?;
    replica.ready(&tenant).await?;
    replica.go_offline().await?;
    let requests = (0..records).map(|number| {
        json!({ "request": { "kind": CANDIDATE.name, "fields": record::fields(Style::Plain, number) } })
    });
    let made = replica.ask_all("create", requests).await?;
    report.more("create-offline", float(records) / made.as_secs_f64(), "records/s");
    let before = replica.link()?.traffic();
    let server = crate::bench::machine::cpu_seconds_with_below(stage.pid()?);
    let from = replica.go_online().await?;
    let done = replica.up_to_date(from).await?;
    let traffic = replica.link()?.traffic().since(before);
    let there = stage.documents(&tenant, CANDIDATE.code).await?;
    ensure!(there == records, "{there} of {records} records are on the server");
    report.at_least("push-10k", float(records) / (done - from).as_secs_f64(), "records/s", 5_000.0);
    report.at_most("push-10k-wire", float(traffic.up) / float(records), "B/record", 350.0);
    report.less("push-10k-wire-down", float(traffic.down) / float(records), "B/record");
    let server = crate::bench::machine::cpu_seconds_with_below(stage.pid()?) - server;
    report.less("push-10k-server-processor", server, "s");
    Ok(())
}
