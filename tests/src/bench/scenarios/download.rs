//! A new desktop downloads a workspace; and what it costs to keep it: memory, storage, starting again, coming back.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::bench::measure::{Report, millis, percentile};
use crate::bench::record::{CANDIDATE, Style};
use crate::bench::replica::Replica;
use crate::bench::stage::{JOBS, Stage, Tenant};
use crate::bench::{float, machine};
use crate::process::engine::PASSPHRASE;

/// How long the index behind the first screen may take.
const INDEX_WITHIN: Duration = Duration::from_secs(600);
/// Starts of which the middle one counts.
const STARTS: usize = 5;
/// Time in which late frames of a reconnect would come.
const SETTLE: Duration = Duration::from_secs(1);
/// How often the first screen is asked for.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Names of a size: `10k`, `100k`, `1m`.
fn size(records: u64) -> String {
    if records >= 1_000_000 { format!("{}m", records / 1_000_000) } else { format!("{}k", records / 1_000) }
}

/// Downloads a workspace into a new desktop.
///
/// # Errors
/// When something does not work.
pub async fn run(report: &mut Report, records: u64, style: Style) -> Result<()> {
    let mut stage = Stage::new().await?;
    let tenant = stage.tenant().await?;
    let took = stage.fill(&tenant, style, records).await?;
    let of = if style == Style::Plain { size(records) } else { format!("{}-varied", size(records)) };
    println!("    filled in {:.1} s", took.as_secs_f64());
    let mut replica = Replica::new(&stage, "reader", true).await?;
    let signed_in = replica.sign_in(&tenant).await?;
    let first_screen = first_screen(&mut replica).await?;
    let done = replica.up_to_date(signed_in).await?;
    let here = replica.engine.count(CANDIDATE.name).await?;
    ensure!(here == records, "{here} of {records} records are on the desktop");
    let seconds = (done - signed_in).as_secs_f64();
    let traffic = replica.link()?.traffic();
    report.at_least(&format!("download-{of}"), float(records) / seconds, "records/s", 20_000.0);
    report.at_most(
        &format!("download-{of}-wire"),
        float(traffic.bytes()) / float(records),
        "B/record",
        120.0,
    );
    if style == Style::Plain {
        let screen = millis(first_screen - signed_in);
        report.at_most(&format!("download-{of}-first-screen"), screen, "ms", 1_000.0);
    }
    kept(report, &stage, &tenant, &replica, records, &of).await?;
    if style == Style::Plain && records >= 100_000 {
        idle_reconnect(report, &mut replica, &of).await?;
        cold_starts(report, replica, records, &of).await?;
    }
    Ok(())
}

async fn first_screen(replica: &mut Replica) -> Result<Instant> {
    loop {
        let (jobs, at) = replica.engine.timed("jobs", json!({ "filter": {} })).await?;
        if jobs.as_array().context("a list of jobs")?.len() as u64 == JOBS {
            return Ok(at);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Memory and storage, once the index behind the first screen is filled.
async fn kept(
    report: &mut Report,
    stage: &Stage,
    tenant: &Tenant,
    replica: &Replica,
    records: u64,
    of: &str,
) -> Result<()> {
    let start = Instant::now();
    machine::rest(replica.engine.pid(), INDEX_WITHIN).await;
    report.less(&format!("download-{of}-index"), start.elapsed().as_secs_f64(), "s");
    let memory = machine::memory(replica.engine.pid())?;
    let server = stage.memory()?;
    if records == 100_000 {
        report.at_most(&format!("desktop-memory-{of}"), memory.share, "MiB", 150.0);
    } else {
        report.less(&format!("desktop-memory-{of}"), memory.share, "MiB");
    }
    report.less(&format!("desktop-memory-{of}-peak"), memory.peak, "MiB");
    report.less(&format!("server-memory-{of}"), server.share, "MiB");
    report.less(&format!("server-memory-{of}-peak"), server.peak, "MiB");
    report.less(&format!("database-memory-{of}"), stage.database_memory()?, "MiB");
    let tables = stage.table_bytes(tenant).await?;
    let bytes: f64 = tables.values().sum();
    report.at_most(&format!("server-storage-{of}"), bytes / float(records), "B/record", 1_200.0);
    for (table, bytes) in tables.iter().filter(|(_, bytes)| **bytes > 20.0 * float(records)) {
        report.less(&format!("server-storage-{of}-{table}"), bytes / float(records), "B/record");
    }
    let file = float(replica.file_bytes()) / float(records);
    report.at_most(&format!("desktop-storage-{of}"), file, "B/record", 900.0);
    Ok(())
}

/// The link is cut and mended, and nothing has changed meanwhile.
async fn idle_reconnect(report: &mut Report, replica: &mut Replica, of: &str) -> Result<()> {
    replica.go_offline().await?;
    let before = replica.link()?.traffic();
    let from = replica.go_online().await?;
    let done = replica.up_to_date(from).await?;
    tokio::time::sleep(SETTLE).await;
    let traffic = replica.link()?.traffic().since(before);
    report.at_most(&format!("reconnect-idle-{of}"), float(traffic.bytes()), "B", 1_000.0);
    report.at_most(&format!("reconnect-idle-{of}-round-trips"), float(traffic.turns + 1), "round trips", 1.0);
    let frames = float(traffic.frames_up + traffic.frames_down);
    report.less(&format!("reconnect-idle-{of}-frames"), frames, "frames");
    report.less(&format!("reconnect-idle-{of}-time"), millis(done - from), "ms");
    Ok(())
}

/// One start, from the process's first instant to the first list, the hashing of the passphrase left out.
struct Start {
    cold: f64,
    unlock: f64,
}

async fn start(replica: &mut Replica, begun: Instant) -> Result<Start> {
    // The wrong passphrase is hashed as the right one is, and opens nothing.
    let standing = replica.engine.timed("session", Value::Null).await?.1;
    let asked = Instant::now();
    let wrong = replica.engine.ask("unlock", json!({ "passphrase": "not the one that it is" })).await;
    ensure!(wrong.is_err(), "the wrong passphrase opened the desktop");
    let hashing = asked.elapsed();
    let unlocked = Instant::now();
    replica.engine.ask("unlock", json!({ "passphrase": PASSPHRASE })).await?;
    let request = json!({ "kind": CANDIDATE.name, "limit": 50, "sort": "last_name" });
    let (page, listed) = replica.engine.timed("list", json!({ "request": request })).await?;
    ensure!(page["rows"].as_array().is_some_and(|rows| rows.len() == 50), "the first list is not whole");
    let unlock = millis(listed - unlocked);
    Ok(Start { cold: millis(standing - begun) + (unlock - millis(hashing)).max(0.0), unlock })
}

/// The engine is ended or killed and starts again.
async fn cold_starts(report: &mut Report, replica: Replica, records: u64, of: &str) -> Result<()> {
    let mut replica = replica;
    for kill in [false, true] {
        let (mut cold, mut unlock) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            let (again, begun) = replica.start_again(kill).await?;
            replica = again;
            let start = start(&mut replica, begun).await?;
            cold.push(start.cold);
            unlock.push(start.unlock);
            let from = Instant::now();
            replica.up_to_date(from).await?;
            machine::rest(replica.engine.pid(), INDEX_WITHIN).await;
        }
        let how = if kill { "-after-kill" } else { "" };
        if kill || records != 100_000 {
            report.less(&format!("cold-start-{of}{how}"), percentile(&cold, 0.5), "ms");
        } else {
            report.at_most(&format!("cold-start-{of}{how}"), percentile(&cold, 0.5), "ms", 150.0);
        }
        report.less(&format!("cold-start-{of}{how}-with-passphrase"), percentile(&unlock, 0.5), "ms");
    }
    let memory = machine::memory(replica.engine.pid())?;
    report.less(&format!("desktop-memory-{of}-after-start"), memory.share, "MiB");
    Ok(())
}
