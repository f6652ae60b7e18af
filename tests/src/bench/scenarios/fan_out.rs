//! Many desktops of one workspace see what a few people change.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use futures_util::{SinkExt as _, StreamExt as _, stream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};
use tokio_tungstenite::tungstenite::{Bytes, Message};
use uuid::Uuid;
use zumodra_shared::kernel::limits::MAX_PUSHES_IN_FLIGHT;
use zumodra_shared::sync::wire::{ClientFrame, ServerFrame, decode, encode};

use crate::bench::author::Writer;
use crate::bench::crowd::{self, Socket};
use crate::bench::float;
use crate::bench::machine::cpu_seconds;
use crate::bench::measure::{Report, millis, percentile};
use crate::bench::stage::Stage;

/// People who change something.
const WRITERS: u32 = 8;
/// Changes a second that should be kept up, nearly the rate that is asked for.
const WANTED: f64 = 190.0;
/// How long they do.
const FOR: Duration = Duration::from_secs(10);
/// One desktop of so many notes the instant of every change; the others take what comes.
const WATCHED: usize = 20;
/// How often a desktop pings.
const PING_EVERY: Duration = Duration::from_secs(25);
/// Frames that a desktop keeps: the last may say nothing of documents.
const LAST: usize = 4;
/// Silence after which everything has come.
const SILENCE: Duration = Duration::from_secs(3);
/// Sockets that are opened at the same moment.
const OPENED_AT_ONCE: usize = 64;

/// When each change was sent: each document is changed once.
type Sent = Arc<Mutex<HashMap<Uuid, Instant>>>;

/// What a desktop saw.
#[derive(Debug, Default)]
struct Seen {
    /// How late each change came, where that was noted.
    late: Vec<f64>,
    /// The last frames, which tell whether all came.
    last: VecDeque<Bytes>,
}

impl Seen {
    /// The document that changed last.
    fn end(&self) -> Option<Uuid> {
        self.last.iter().rev().find_map(|frame| documents(frame).last().copied())
    }
}

/// Documents in a page.
fn documents(frame: &[u8]) -> Vec<Uuid> {
    match decode::<ServerFrame>(frame) {
        Ok(ServerFrame::Page(page)) => page.items.into_iter().map(|item| item.doc).collect(),
        _ => Vec::new(),
    }
}

/// Where the run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    Before,
    Running,
    Over,
}

async fn watch(
    mut socket: Socket,
    notes: bool,
    sent: Sent,
    frames: Arc<AtomicU64>,
    mut stand: watch::Receiver<Stand>,
) -> Seen {
    let mut seen = Seen::default();
    let pong = encode(&ServerFrame::Pong);
    let mut pings = interval(PING_EVERY);
    loop {
        let message = tokio::select! {
            message = socket.next() => message,
            _ = pings.tick() => match socket.send(Message::Binary(encode(&ClientFrame::Ping).into())).await {
                Ok(()) => continue,
                Err(_) => return seen,
            },
            changed = stand.changed() => match (changed, *stand.borrow_and_update()) {
                (Err(_), _) | (_, Stand::Over) => return seen,
                _ => continue,
            },
        };
        match message {
            Some(Ok(Message::Binary(bytes))) if bytes[..] == pong[..] => {}
            Some(Ok(Message::Binary(bytes))) if *stand.borrow() == Stand::Running => {
                let at = Instant::now();
                if notes {
                    let docs = documents(&bytes);
                    let sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
                    seen.late.extend(docs.iter().filter_map(|doc| Some(millis(at - *sent.get(doc)?))));
                }
                frames.fetch_add(1, Ordering::Relaxed);
                seen.last.push_back(bytes);
                if seen.last.len() > LAST {
                    seen.last.pop_front();
                }
            }
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return seen,
        }
    }
}

/// Waits until no desktop has got anything for a while.
async fn silence(frames: &AtomicU64) {
    loop {
        let before = frames.load(Ordering::Relaxed);
        tokio::time::sleep(SILENCE).await;
        if frames.load(Ordering::Relaxed) == before {
            return;
        }
    }
}

async fn write(mut writer: Writer, rate: u32, sent: Sent) -> Result<Vec<Uuid>> {
    let mut docs = Vec::new();
    let mut ticks = interval(Duration::from_secs(1) / rate);
    let start = Instant::now();
    // A server that is slower than this gets fewer: each document is changed once at most.
    while start.elapsed() < FOR {
        ticks.tick().await;
        // Noted before it is sent: it may arrive before this task goes on.
        let doc = writer.author.next();
        sent.lock().unwrap_or_else(PoisonError::into_inner).insert(doc, Instant::now());
        docs.push(writer.push().await?.0);
        while writer.waiting() >= MAX_PUSHES_IN_FLIGHT {
            writer.answer().await?;
        }
    }
    while writer.waiting() > 0 {
        writer.answer().await?;
    }
    Ok(docs)
}

/// Lets some people change records while many desktops watch.
///
/// # Errors
/// When something does not work.
pub async fn run(report: &mut Report, desktops: usize, rate: u32) -> Result<()> {
    crowd::raise_descriptors()?;
    let mut stage = Stage::new().await?;
    let tenant = stage.tenant().await?;
    let (each, sent) = (rate / WRITERS, Sent::default());
    let mut writers = Vec::new();
    for number in 0..u64::from(WRITERS) {
        let edits = u64::from(each) * (FOR.as_secs() + 1);
        let device = stage.device(&tenant).await?;
        writers.push(Writer::new(&stage, &tenant, &device, number * edits, edits).await?);
    }
    let standing = crowd::standing(&stage, &tenant).await?;
    let devices = stage.devices(&tenant, desktops).await?;
    let url = stage.server.url();
    let sockets: Vec<Socket> = stream::iter(&devices)
        .map(|device| crowd::open(&url, device, &standing))
        .buffer_unordered(OPENED_AT_ONCE)
        .collect::<Vec<_>>()
        .await
        .into_iter()
        .collect::<Result<_>>()?;
    let mut watching = JoinSet::new();
    let frames = Arc::<AtomicU64>::default();
    let (stand, stands) = watch::channel(Stand::Before);
    for (place, socket) in sockets.into_iter().enumerate() {
        watching.spawn(watch(
            socket,
            place % WATCHED == 0,
            Arc::clone(&sent),
            Arc::clone(&frames),
            stands.clone(),
        ));
    }
    tokio::time::sleep(SILENCE).await;
    stand.send(Stand::Running)?;
    let pid = stage.pid()?;
    let (processor, clients, start) = (cpu_seconds(pid), cpu_seconds(std::process::id()), Instant::now());
    let mut writing = JoinSet::new();
    for writer in writers {
        writing.spawn(write(writer, each, Arc::clone(&sent)));
    }
    let mut commits = 0;
    while let Some(done) = writing.join_next().await {
        commits += done??.len();
    }
    let seconds = start.elapsed().as_secs_f64();
    silence(&frames).await;
    let processor = cpu_seconds(pid) - processor;
    let clients = cpu_seconds(std::process::id()) - clients;
    stand.send(Stand::Over)?;
    let mut seen = Vec::new();
    while let Some(done) = watching.join_next().await {
        seen.push(done?);
    }
    let run = Run { commits, seconds, processor, clients, frames: frames.load(Ordering::Relaxed) };
    told(report, &seen, run)
}

/// What the server did.
#[derive(Debug, Clone, Copy)]
struct Run {
    commits: usize,
    seconds: f64,
    processor: f64,
    clients: f64,
    frames: u64,
}

fn told(report: &mut Report, seen: &[Seen], run: Run) -> Result<()> {
    let Run { commits, seconds, processor, clients, frames } = run;
    let late: Vec<f64> = seen.iter().flat_map(|seen| seen.late.iter().copied()).collect();
    let watched = seen.iter().filter(|seen| !seen.late.is_empty()).count();
    ensure!(late.len() == watched * commits, "{} of {} changes were noted", late.len(), watched * commits);
    // The log comes in order: who has the end of it has all of it.
    let end = seen.first().and_then(Seen::end).context("a change")?;
    let whole = seen.iter().filter(|seen| seen.end() == Some(end)).count();
    ensure!(whole == seen.len(), "{whole} of {} desktops have the last change", seen.len());
    let deliveries = float(commits as u64) * float(seen.len() as u64);
    report.at_least("fan-out-commits", float(commits as u64) / seconds, "commits/s", WANTED);
    report.less("fan-out-p50", percentile(&late, 0.5), "ms");
    report.at_most("fan-out-p99", percentile(&late, 0.99), "ms", 50.0);
    report.at_least("fan-out-per-core", deliveries / processor, "deliveries/s", 100_000.0);
    report.less("fan-out-server-processor", processor / seconds * 100.0, "% of a core");
    report.less("fan-out-clients-processor", clients / seconds * 100.0, "% of a core");
    report.more("fan-out-changes-per-frame", deliveries / float(frames), "changes");
    Ok(())
}
