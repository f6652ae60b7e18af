//! Coming back with few scopes and with many: a hiring manager of ten jobs, and one of ten thousand.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::json;
use zumodra_shared::access::Grants;
use zumodra_shared::sync::wire::{Blob, ClientFrame, Hello, ServerFrame, encode};

use crate::bench::float;
use crate::bench::measure::{Report, millis, percentile};
use crate::bench::record::{self, JOB};
use crate::bench::seeder;
use crate::bench::stage::{Device, Stage, Tenant};
use crate::process::wire::Wire;

/// How often somebody comes back.
const ROUNDS: usize = 15;
/// Own jobs of who has few.
const FEW: u64 = 10;
/// How long the directory may take to follow an invitation.
const SOON: Duration = Duration::from_secs(30);

/// Comes back with few own jobs and with many.
///
/// # Errors
/// When something does not work.
pub async fn run(report: &mut Report, many: u64) -> Result<()> {
    let mut few = Vec::new();
    for (name, jobs) in [("few", FEW), ("many", many)] {
        let mut stage = Stage::new().await?;
        let tenant = stage.tenant().await?;
        let manager = manager(&stage, &tenant, jobs).await?;
        let Back { knows, sums, bytes } = comings_back(&stage, &manager).await?;
        report.less(&format!("resume-{name}-scopes"), knows, "ms");
        report.less(&format!("resume-{name}-scopes-sums"), sums, "ms");
        report.less(&format!("resume-{name}-scopes-wire"), bytes / 1_000.0, "kB");
        few.push(knows);
    }
    report.less("resume-scopes-slope", few[1] / few[0], "times");
    Ok(())
}

/// How somebody came back who held everything.
struct Back {
    /// The median time until the replica knows that nothing changed, in milliseconds.
    knows: f64,
    /// The median time until the sum of all that it holds is there, in milliseconds.
    sums: f64,
    /// Bytes both ways.
    bytes: f64,
}

/// A hiring manager with so many own jobs.
async fn manager(stage: &Stage, tenant: &Tenant, jobs: u64) -> Result<Device> {
    let server = &stage.server;
    let owner = server.sign_in(&tenant.email).await?;
    let member = server.add_member(&owner, "Mo Manager", "manager@bench.example", "hiring_manager").await?;
    crate::process::eventually("the directory", SOON, async || {
        let job = json!({ "title": "First", "hiring_manager_id": member.user_id });
        server.call("POST", "/api/v1/ats/jobs/", Some(&owner.access), Some(job)).await.ok()
    })
    .await?;
    let device = stage.device(tenant).await?;
    let (workspace, actor) = (tenant.number, seeder::actor(&device));
    let manager = member.user_id.clone();
    let made = (1..jobs).map(move |number| {
        let fields = json!({ "title": format!("Job {number}"), "hiring_manager_id": manager });
        let fields = fields.as_object().cloned().unwrap_or_default();
        record::made(JOB, record::id(workspace, number), &fields, &actor, 0).1
    });
    seeder::push(&server.url(), &device, made).await?;
    Ok(Device { id: member.user_id.parse()?, token: member.access })
}

async fn comings_back(stage: &Stage, manager: &Device) -> Result<Back> {
    let url = stage.server.url();
    let (mut wire, welcome) = Wire::welcomed(&url, &manager.token).await?;
    wire.download(&welcome).await?;
    let cursor = wire.until(|frame| match frame {
        ServerFrame::Page(page) if page.checkpoint.is_some() => Some(page.cursor),
        _ => None,
    });
    let cursor = cursor.await?;
    let held = Hello {
        cursor: Some(cursor),
        digest: Some(Blob(Grants::named(welcome.grants.iter().cloned()).digest().to_vec())),
        ..crate::process::wire::hello(&manager.token)
    };
    let hello = encode(&ClientFrame::Hello(held));
    let (mut knows, mut sums, mut bytes) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        let mut wire = Wire::connect(&url).await?;
        let from = Instant::now();
        wire.send_bytes(hello.clone()).await?;
        bytes = hello.len();
        let mut first = None;
        wire.until(|frame| {
            bytes += encode(frame).len();
            let ServerFrame::Page(page) = frame else { return None };
            if !page.more {
                first.get_or_insert_with(|| from.elapsed());
            }
            page.checkpoint.as_ref().map(|_| ())
        })
        .await
        .context("the sums")?;
        knows.push(millis(first.unwrap_or_else(|| from.elapsed())));
        sums.push(millis(from.elapsed()));
    }
    Ok(Back { knows: percentile(&knows, 0.5), sums: percentile(&sums, 0.5), bytes: float(bytes as u64) })
}
