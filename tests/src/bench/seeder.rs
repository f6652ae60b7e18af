//! Pushes many changes as fast as the server takes them: the full number of pushes is always under way.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use automerge::ActorId;
use tokio::sync::mpsc;
use tokio::time::timeout;
use zumodra_shared::kernel::limits::{MAX_PUSH_CHANGES, MAX_PUSHES_IN_FLIGHT, PUSH_TARGET_BYTES};
use zumodra_shared::sync::wire::{ClientFrame, Outcome, Push, PushedChange, ServerFrame};

use super::stage::Device;
use crate::process::wire::Wire;

/// Silence after which the connection is kept alive.
const PING_AFTER: Duration = Duration::from_secs(10);
/// Pushes that are made before they are sent.
const MADE_AHEAD: usize = 8;

/// The author of a device's changes.
#[must_use]
pub fn actor(device: &Device) -> ActorId {
    ActorId::from(device.id.as_bytes().as_slice())
}

/// Pushes changes, and says how long it took from the first push to the last answer.
///
/// # Errors
/// When the server refuses one, or cannot be reached.
pub async fn push<I>(url: &str, device: &Device, changes: I) -> Result<Duration>
where
    I: Iterator<Item = PushedChange> + Send + 'static,
{
    let (mut wire, _) = Wire::welcomed(url, &device.token).await?;
    let (sender, mut batches) = mpsc::channel(MADE_AHEAD);
    // Making changes is work for a processor; the socket must not wait for it.
    let making = tokio::task::spawn_blocking(move || {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for change in changes {
            bytes += change.body.len();
            batch.push(change);
            if batch.len() == MAX_PUSH_CHANGES || bytes >= PUSH_TARGET_BYTES {
                bytes = 0;
                if sender.blocking_send(std::mem::take(&mut batch)).is_err() {
                    return;
                }
            }
        }
        if !batch.is_empty() {
            // Nobody takes it when the push failed; that error is the one that is told.
            let _ = sender.blocking_send(batch);
        }
    });
    let start = Instant::now();
    let (mut sent, mut answered) = (0, 0);
    while let Some(changes) = batches.recv().await {
        sent += 1;
        wire.send(&ClientFrame::Push(Push { batch: sent, changes })).await?;
        while usize::try_from(sent - answered)? >= MAX_PUSHES_IN_FLIGHT {
            answered += accepted(&mut wire).await?;
        }
    }
    while answered < sent {
        answered += accepted(&mut wire).await?;
    }
    let took = start.elapsed();
    making.await.context("the making of changes")?;
    Ok(took)
}

/// Reads a frame: one when it answered a push, and all of it was accepted.
async fn accepted(wire: &mut Wire) -> Result<u32> {
    let Ok(frame) = timeout(PING_AFTER, wire.answer()).await else {
        // A large push may take the server longer than a silent replica lives.
        wire.send(&ClientFrame::Ping).await?;
        return Ok(0);
    };
    match frame? {
        ServerFrame::Pushed(pushed) => {
            for outcome in pushed.outcomes {
                if let Outcome::Refused(problem) | Outcome::Later(problem) = outcome {
                    bail!("a change was refused: {} {:?} {:?}", problem.code, problem.detail, problem.fields);
                }
            }
            Ok(1)
        }
        ServerFrame::Refused(problem) => bail!("the session was refused: {}", problem.code),
        ServerFrame::GoAway(_) => bail!("the server sent the session away"),
        _ => Ok(0),
    }
}
