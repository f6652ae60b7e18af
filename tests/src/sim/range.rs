//! Many worlds, on several threads, part by part: what is done is written down, so that a long run can be gone on with.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::{Counts, Sabotage, run};

/// Seeds after which the state is written down.
pub const PART: u64 = 2_000;
/// Failures that are kept; the run goes on.
const MAX_FAILURES: usize = 1_000;

/// How far a run of many worlds is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The first seed.
    pub from: u64,
    /// The first seed that is not done yet.
    pub next: u64,
    /// The figures of the worlds that held.
    pub counts: Counts,
    /// The seeds of the others, with the law that did not hold.
    pub failures: Vec<(u64, String)>,
    /// How long it took so far, in milliseconds.
    pub took_ms: u64,
}

impl Progress {
    /// A run that begins at this seed.
    #[must_use]
    pub fn begin(from: u64) -> Self {
        Self { from, next: from, counts: Counts::default(), failures: Vec::new(), took_ms: 0 }
    }

    /// The state that an earlier run left, or a new run.
    ///
    /// # Errors
    /// When the file does not read.
    pub fn resume(path: &Path, from: u64) -> anyhow::Result<Self> {
        if !path.exists() {
            return Ok(Self::begin(from));
        }
        Ok(serde_json::from_slice(&fs::read(path)?)?)
    }

    /// Writes the state down: a kill at any moment leaves the old or the new one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: &Path) -> anyhow::Result<()> {
        let new = path.with_extension("new");
        fs::write(&new, serde_json::to_vec_pretty(self)?)?;
        fs::rename(new, path)?;
        Ok(())
    }

    /// Lives the worlds up to this seed through, on so many threads.
    pub fn advance(&mut self, until: u64, threads: usize, sabotage: Sabotage) {
        let started = std::time::Instant::now();
        let next = AtomicU64::new(self.next);
        let totals = Mutex::new((Counts::default(), Vec::new()));
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= until {
                            return;
                        }
                        let outcome = one(seed, sabotage);
                        let mut totals = totals.lock().unwrap_or_else(PoisonError::into_inner);
                        match outcome {
                            Ok(counts) => totals.0 += counts,
                            Err(reason) => totals.1.push((seed, reason)),
                        }
                    }
                });
            }
        });
        let (counts, mut failures) = totals.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.counts += counts;
        failures.sort_unstable();
        self.failures.extend(failures);
        self.failures.truncate(MAX_FAILURES);
        self.next = until.max(self.next);
        self.took_ms += u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    }

    /// Worlds a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        (self.next - self.from) as f64 * 1e3 / self.took_ms.max(1) as f64
    }
}

/// One world. A panic in it is a law that did not hold, like any other.
fn one(seed: u64, sabotage: Sabotage) -> Result<Counts, String> {
    match catch_unwind(AssertUnwindSafe(|| run(seed, false, sabotage))) {
        Ok(Ok((counts, _))) => Ok(counts),
        Ok(Err(failure)) => Err(failure.reason),
        Err(panic) => {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(format!("a panic: {}", said.unwrap_or("without a word")))
        }
    }
}

/// Threads that this machine runs at a time.
#[must_use]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
