//! Thousands of desktops that are connected and have nothing to do, and one workspace that is busy beside them.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::time::sleep;

use crate::bench::author::Writer;
use crate::bench::crowd::{self, Crowd};
use crate::bench::float;
use crate::bench::machine::{self, cpu_seconds};
use crate::bench::measure::Report;
use crate::bench::record::Style;
use crate::bench::stage::{Stage, Tenant};

/// Workspaces of the idle.
const TENANTS: u64 = 20;
/// Descriptors that are needed besides a socket's.
const SPARE: u64 = 150;
/// How long the idle are watched.
const WATCHED: Duration = Duration::from_secs(15);
/// Time in which the server comes to rest after the last hello.
const SETTLE: Duration = Duration::from_secs(10);
/// Edits a second in the busy workspace.
const BUSY: u32 = 200;
/// How long it is busy.
const BUSY_FOR: Duration = Duration::from_secs(10);
/// Records that the busy workspace edits.
const RECORDS: u64 = 200;

/// Opens many sockets, and watches the server.
///
/// # Errors
/// When something does not work.
pub async fn run(report: &mut Report, sockets: u64) -> Result<()> {
    let descriptors = crowd::raise_descriptors()?;
    report.more("idle-descriptors", float(descriptors), "descriptors");
    let sockets = sockets.min(descriptors.saturating_sub(SPARE));
    let mut stage = Stage::new().await?;
    let busy = stage.tenant().await?;
    let mut tenants = Vec::new();
    for _ in 0..TENANTS {
        tenants.push(stage.tenant().await?);
    }
    let pid = stage.pid()?;
    let alone = busy_seconds(&stage, &busy, 0).await?;
    let mut crowd = Crowd::default();
    // The first socket of a workspace brings its writer and its caches; what one more costs is asked.
    for tenant in &tenants {
        join(&stage, tenant, &mut crowd, 1).await?;
    }
    machine::rest(pid, SETTLE).await;
    let (before, start) = (stage.memory()?.share, Instant::now());
    for tenant in &tenants {
        join(&stage, tenant, &mut crowd, (sockets / TENANTS).saturating_sub(1)).await?;
    }
    report.more("idle-connections-opened", float(crowd.open()) / start.elapsed().as_secs_f64(), "sockets/s");
    sleep(SETTLE).await;
    let (used, pages) = (cpu_seconds(pid), crowd.pages());
    sleep(WATCHED).await;
    let idle = (cpu_seconds(pid) - used) / WATCHED.as_secs_f64();
    let each = (stage.memory()?.share - before) * 1024.0 / float(crowd.open() - TENANTS);
    report.at_least("idle-connections", float(crowd.open()), "sockets", 20_000.0);
    report.at_most("idle-connection-memory", each, "KiB", 6.0);
    report.less("idle-connections-processor", idle * 100.0, "% of a core");
    let crowded = busy_seconds(&stage, &busy, RECORDS).await? - idle * BUSY_FOR.as_secs_f64();
    let commits = float(BUSY) * BUSY_FOR.as_secs_f64();
    report.less("busy-tenant-processor-alone", alone * 1_000.0 / commits, "ms/commit");
    report.less("busy-tenant-processor-beside-idle", crowded * 1_000.0 / commits, "ms/commit");
    report.at_most("idle-connections-woken", float(crowd.pages() - pages), "frames", 0.0);
    ensure!(crowd.open() >= sockets - TENANTS, "{} of {sockets} sockets are still open", crowd.open());
    Ok(())
}

async fn join(stage: &Stage, tenant: &Tenant, crowd: &mut Crowd, count: u64) -> Result<()> {
    let standing = crowd::standing(stage, tenant).await?;
    let devices = stage.devices(tenant, usize::try_from(count)?).await?;
    crowd.join(&stage.server.url(), &devices, &standing).await
}

/// Processor seconds of the server while one workspace is busy, with new records from a number on.
async fn busy_seconds(stage: &Stage, tenant: &Tenant, from: u64) -> Result<f64> {
    let device = stage.device(tenant).await?;
    let mut writer = Writer::new(stage, tenant, &device, from, RECORDS).await?;
    let pid = stage.pid()?;
    let before = cpu_seconds(pid);
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / BUSY);
    let start = Instant::now();
    while start.elapsed() < BUSY_FOR {
        ticks.tick().await;
        writer.push().await?;
        writer.answer().await?;
    }
    Ok(cpu_seconds(pid) - before)
}

/// A workspace with many records, and many desktops in it.
///
/// # Errors
/// When something does not work.
pub async fn with_records(report: &mut Report, sockets: u64, records: u64) -> Result<()> {
    crowd::raise_descriptors()?;
    let mut stage = Stage::new().await?;
    let tenant = stage.tenant().await?;
    stage.fill(&tenant, Style::Plain, records).await?;
    let mut crowd = Crowd::default();
    join(&stage, &tenant, &mut crowd, sockets).await?;
    sleep(SETTLE).await;
    let memory = stage.memory()?;
    report.at_most("server-memory-1000-sockets-100k", memory.share, "MiB", 100.0);
    report.less("server-memory-1000-sockets-100k-peak", memory.peak, "MiB");
    report.less("database-memory-1000-sockets-100k", stage.database_memory()?, "MiB");
    ensure!(crowd.open() == sockets, "{} of {sockets} sockets are still open", crowd.open());
    Ok(())
}
