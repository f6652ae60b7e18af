//! Edits without a pause: how many a second a workspace takes, and many workspaces together; and how late others see
//! them.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use futures_util::{SinkExt as _, StreamExt as _, TryStreamExt as _, stream};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;
use zumodra_shared::sync::wire::{Body, ClientFrame, ServerFrame, decode, encode};

use crate::bench::author::Writer;
use crate::bench::crowd::{self, Socket};
use crate::bench::float;
use crate::bench::machine::cpu_seconds_with_below;
use crate::bench::measure::{Report, millis, percentile};
use crate::bench::stage::{Stage, Tenant};

/// Silence after which what has not come does not come, once nobody edits any more.
const SILENCE: Duration = Duration::from_secs(20);
/// How often who watches pings, and looks whether all has come.
const PING_EVERY: Duration = Duration::from_secs(25);
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Workspaces whose people connect at the same moment.
const READIED_AT_ONCE: usize = 8;
/// Edits that are not measured, at the start.
const WARM: Duration = Duration::from_secs(2);

/// How a run is laid out.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// What the figures are called.
    pub name: &'static str,
    /// Workspaces.
    pub tenants: u64,
    /// People of each who edit.
    pub writers: u64,
    /// Pushes of one edit that each has under way.
    pub pushes: usize,
    /// Records that each edits in turn.
    pub records: u64,
    /// For how long.
    pub length: Duration,
    /// Edits a second that should be reached.
    pub target: f64,
}

/// When the edits of each document were sent, as long as they have not been seen.
type Sent = Arc<Mutex<HashMap<Uuid, VecDeque<Instant>>>>;

/// Edits that nobody has seen.
fn unseen(sent: &Sent) -> usize {
    sent.lock().unwrap_or_else(PoisonError::into_inner).values().map(VecDeque::len).sum()
}

/// How late an edit was seen: at which second of the run, and by how many milliseconds.
type Late = (f64, f64);

async fn write(
    mut writer: Writer,
    pushes: usize,
    sent: Sent,
    done: Arc<AtomicU64>,
    from: Instant,
    until: Instant,
) -> Result<u64> {
    while Instant::now() < until {
        while writer.waiting() < pushes {
            let doc = writer.author.next();
            sent.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(doc)
                .or_default()
                .push_back(Instant::now());
            writer.push().await?;
        }
        writer.answer().await?;
        if Instant::now() >= from {
            done.fetch_add(1, Ordering::Relaxed);
        }
    }
    while writer.waiting() > 0 {
        writer.answer().await?;
    }
    Ok(writer.later)
}

/// What somebody who watches sees, until all has come.
async fn read(mut socket: Socket, sent: Sent, from: Instant, over: Arc<AtomicBool>) -> Vec<Late> {
    let mut late = Vec::new();
    let ping = encode(&ClientFrame::Ping);
    let (mut pings, mut looks) = (interval(PING_EVERY), interval(LOOK_EVERY));
    let mut heard = Instant::now();
    loop {
        let message = tokio::select! {
            message = socket.next() => message,
            _ = pings.tick() => match socket.send(Message::Binary(ping.clone().into())).await {
                Ok(()) => continue,
                Err(_) => return late,
            },
            _ = looks.tick() => {
                if over.load(Ordering::Relaxed) && (unseen(&sent) == 0 || heard.elapsed() > SILENCE) {
                    return late;
                }
                continue;
            }
        };
        let Some(Ok(message)) = message else { return late };
        let Message::Binary(bytes) = message else { continue };
        let at = Instant::now();
        let Ok(ServerFrame::Page(page)) = decode::<ServerFrame>(&bytes) else { continue };
        heard = at;
        let mut sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
        for item in page.items {
            let Some(waiting) = sent.get_mut(&item.doc) else { continue };
            let edits = match &item.body {
                Body::Changes(changes) => changes.len().min(waiting.len()),
                _ => waiting.len(),
            };
            let seen = waiting.drain(..edits).filter(|sent| *sent >= from);
            late.extend(seen.map(|sent| ((sent - from).as_secs_f64(), millis(at - sent))));
        }
    }
}

/// By how many milliseconds a minute the lateness rises: the slope of the line through all samples.
fn slope(late: &[Late]) -> f64 {
    let count = float(late.len() as u64).max(1.0);
    let mean = |of: fn(&Late) -> f64| late.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|late| late.0), mean(|late| late.1));
    let (mut both, mut square) = (0.0, 0.0);
    for (at, by) in late {
        both += (at - x) * (by - y);
        square += (at - x) * (at - x);
    }
    if square > 0.0 { both / square * 60.0 } else { 0.0 }
}

async fn people(stage: &Stage, tenant: &Tenant, layout: Layout) -> Result<(Vec<Writer>, Socket)> {
    let devices = stage.devices(tenant, usize::try_from(layout.writers + 1)?).await?;
    let mut writers = Vec::new();
    for (number, device) in (0..layout.writers).zip(&devices) {
        let from = number * layout.records;
        writers.push(Writer::new(stage, tenant, device, from, layout.records).await?);
    }
    let standing = crowd::standing(stage, tenant).await?;
    let reader = &devices[devices.len() - 1];
    Ok((writers, crowd::open(&stage.server.url(), reader, &standing).await?))
}

/// Lets people edit without a pause.
///
/// # Errors
/// When something does not work.
pub async fn run(report: &mut Report, layout: Layout) -> Result<()> {
    crowd::raise_descriptors()?;
    let mut stage = Stage::new().await?;
    let mut tenants = Vec::new();
    for _ in 0..layout.tenants {
        tenants.push(stage.tenant().await?);
    }
    // Only when all are made: a connection that says nothing for a minute is given up.
    let ready: Vec<_> = stream::iter(&tenants)
        .map(|tenant| people(&stage, tenant, layout))
        .buffer_unordered(READIED_AT_ONCE)
        .try_collect()
        .await?;
    let done = Arc::new(AtomicU64::new(0));
    let from = Instant::now() + WARM;
    let until = from + layout.length;
    let over = Arc::new(AtomicBool::new(false));
    let (mut writing, mut reading) = (JoinSet::new(), JoinSet::new());
    let mut all = Vec::new();
    for (writers, reader) in ready {
        let sent = Sent::default();
        all.push(Arc::clone(&sent));
        reading.spawn(read(reader, Arc::clone(&sent), from, Arc::clone(&over)));
        for writer in writers {
            writing.spawn(write(writer, layout.pushes, Arc::clone(&sent), Arc::clone(&done), from, until));
        }
    }
    tokio::time::sleep_until(from).await;
    let processor = cpu_seconds_with_below(stage.pid()?);
    tokio::time::sleep_until(until).await;
    let processor = cpu_seconds_with_below(stage.pid()?) - processor;
    let edits = done.load(Ordering::Relaxed);
    let mut later = 0;
    while let Some(ended) = writing.join_next().await {
        later += ended??;
    }
    over.store(true, Ordering::Relaxed);
    let mut late = Vec::new();
    while let Some(ended) = reading.join_next().await {
        late.extend(ended?);
    }
    let unseen: usize = all.iter().map(unseen).sum();
    ensure!(unseen == 0, "{unseen} edits were not seen, {} were", late.len());
    let by: Vec<f64> = late.iter().map(|late| late.1).collect();
    let name = layout.name;
    report.at_least(name, float(edits) / layout.length.as_secs_f64(), "edits/s", layout.target);
    report.less(&format!("{name}-lag-p50"), percentile(&by, 0.5), "ms");
    report.at_most(&format!("{name}-lag-p99"), percentile(&by, 0.99), "ms", 2_000.0);
    report.less(&format!("{name}-lag-slope"), slope(&late), "ms/min");
    report.less(&format!("{name}-later"), float(later), "edits");
    report.less(&format!("{name}-processor"), processor * 1_000.0 / float(edits), "ms/edit");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_is_that_of_the_line() {
        let rising: Vec<Late> = (0..100u32).map(|at| (f64::from(at), 5.0 + f64::from(at) / 60.0)).collect();
        assert!((slope(&rising) - 1.0).abs() < 1e-6);
        assert!(slope(&[(1.0, 3.0), (2.0, 3.0)]).abs() < 1e-9);
    }
}
