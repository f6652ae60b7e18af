//! A thousand simulated worlds, and every seed that ever failed.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use zumodra_tests::sim::{Counts, run};

/// Worlds that every run of the tests lives through; `zumodra-sim --seeds N` takes any number.
const SEEDS: u64 = 1_000;

#[test]
fn a_thousand_worlds_come_to_rest_with_nothing_lost_and_everything_equal() {
    let started = Instant::now();
    let next = AtomicU64::new(0);
    let totals = Mutex::new((Counts::default(), Vec::new()));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= SEEDS {
                        return;
                    }
                    let outcome = run(seed, false);
                    let mut totals = totals.lock().expect("no world panics");
                    match outcome {
                        Ok(counts) => totals.0 += counts,
                        Err(failure) => totals.1.push(failure.to_string()),
                    }
                }
            });
        }
    });
    let (counts, failures) = totals.into_inner().expect("no world panics");
    println!("{counts}; {:.1} s", started.elapsed().as_secs_f64());
    assert!(failures.is_empty(), "{} of {SEEDS} failed:\n{}", failures.len(), failures.join("\n"));
    assert!(
        counts.crashes > SEEDS && counts.cuts > SEEDS && counts.refused > SEEDS,
        "the worlds are bad enough"
    );
}
