//! Many workspaces on one server: making one, starting with all, and what a database connection keeps of them.

use std::time::Instant;

use anyhow::{Result, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sqlx::AssertSqlSafe;

use crate::bench::machine;
use crate::bench::measure::{Report, millis, percentile};
use crate::bench::stage::{Device, Stage, Tenant};

/// Requests at the same moment, so that all connections get to see workspaces.
const AT_ONCE: usize = 16;
/// What is asked of every workspace.
const TOUCHED: [&str; 3] = [
    "/api/v1/ats/candidates/?page_size=5",
    "/api/v1/ats/jobs/?page_size=5",
    "/api/v1/ats/applications/?page_size=5",
];

/// Makes many workspaces.
///
/// # Errors
/// When something does not work.
pub async fn run(report: &mut Report, count: usize) -> Result<()> {
    let mut stage = Stage::new().await?;
    let mut tenants = Vec::new();
    let mut times = Vec::new();
    for _ in 0..count {
        let (tenant, took) = stage.timed_tenant().await?;
        times.push(millis(took));
        tenants.push(tenant);
    }
    report.at_most("tenant-create-p50", percentile(&times, 0.5), "ms", 150.0);
    report.less("tenant-create-p99", percentile(&times, 0.99), "ms");
    touch(report, &stage, &tenants).await?;
    stage.server.kill();
    let start = Instant::now();
    stage.server.run().await?;
    report.at_most(&format!("restart-after-kill-{count}-tenants"), start.elapsed().as_secs_f64(), "s", 5.0);
    migrate(report, &mut stage, &tenants).await
}

/// Reads in every workspace, and looks at the database's connections.
async fn touch(report: &mut Report, stage: &Stage, tenants: &[Tenant]) -> Result<()> {
    let mut devices: Vec<Device> = Vec::new();
    for tenant in tenants {
        devices.push(stage.device(tenant).await?);
    }
    let start = Instant::now();
    let calls = devices.iter().flat_map(|device| TOUCHED.iter().map(move |path| (device, path)));
    stream::iter(calls)
        .map(|(device, path)| async move {
            stage.server.call("GET", path, Some(&device.token), None).await.map(drop)
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>()
        .await?;
    let count = tenants.len();
    report.less(&format!("touch-{count}-tenants"), start.elapsed().as_secs_f64(), "s");
    let backends: Vec<f64> = machine::below(stage.pid()?)
        .into_iter()
        .filter(|pid| is_connection(*pid))
        .filter_map(|pid| machine::memory(pid).ok())
        .map(|memory| memory.own)
        .collect();
    ensure!(!backends.is_empty(), "no connection to the database was found");
    let most = backends.iter().copied().fold(0.0, f64::max);
    report.at_most(&format!("connection-memory-{count}-tenants"), most, "MiB", 30.0);
    report.less(&format!("database-memory-{count}-tenants"), stage.database_memory()?, "MiB");
    report.less(&format!("server-memory-{count}-tenants"), stage.memory()?.share, "MiB");
    Ok(())
}

/// Whether a process of PostgreSQL serves a connection of the server: its title names the account and `[local]`.
fn is_connection(pid: u32) -> bool {
    let title = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&title).contains("[local]")
}

/// Takes every workspace's schema back to nothing, and lets the server's start bring all to the present version: no
/// later migration does more to an empty workspace.
async fn migrate(report: &mut Report, stage: &mut Stage, tenants: &[Tenant]) -> Result<()> {
    let mut database = stage.database().await?;
    for tenant in tenants {
        let schema = &tenant.schema;
        let sql = format!(
            "drop schema {schema} cascade; create schema {schema};
             delete from public.schema_versions where schema_name = '{schema}'"
        );
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut database).await?;
    }
    drop(database);
    stage.server.kill();
    // That its schemas vanished was the running server's to complain of, and is no trouble of anybody.
    std::fs::write(stage.folder.path().join("server.log"), "")?;
    let start = Instant::now();
    stage.server.run().await?;
    let count = tenants.len();
    report.at_most(&format!("migrate-{count}-tenants"), start.elapsed().as_secs_f64(), "s", 60.0);
    Ok(())
}
