//! Lives through many simulated worlds, on all cores.
//!
//! `zumodra-sim --seeds 1000 --from 0` runs seeds and prints the figures; `zumodra-sim --seed 7 --trace` runs one and
//! tells what happened in it.

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{Context, bail};
use zumodra_tests::sim::{Counts, Failure, run};

/// Failures that are printed one by one.
const MAX_TOLD: usize = 20;

struct Options {
    seeds: u64,
    from: u64,
    trace: bool,
}

fn options() -> anyhow::Result<Options> {
    let mut options = Options { seeds: 1_000, from: 0, trace: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let mut number = || -> anyhow::Result<u64> {
            arguments.next().with_context(|| format!("{name} wants a number"))?.parse().context("a number")
        };
        match name.as_str() {
            "--seeds" => options.seeds = number()?,
            "--from" => options.from = number()?,
            "--seed" => {
                options.from = number()?;
                options.seeds = 1;
            }
            "--trace" => options.trace = true,
            _ => bail!("unknown option {name}; known are --seeds N, --from S, --seed X and --trace"),
        }
    }
    Ok(options)
}

fn main() -> anyhow::Result<ExitCode> {
    let options = options()?;
    let started = Instant::now();
    let next = AtomicU64::new(options.from);
    let end = options.from.saturating_add(options.seeds);
    let totals = Mutex::new((Counts::default(), Vec::<Box<Failure>>::new()));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        return;
                    }
                    let outcome = run(seed, options.trace);
                    let mut totals = totals.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    match outcome {
                        Ok(counts) => totals.0 += counts,
                        Err(failure) => totals.1.push(failure),
                    }
                }
            });
        }
    });
    let (counts, mut failures) = totals.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    failures.sort_by_key(|failure| failure.seed);
    for failure in failures.iter().take(MAX_TOLD) {
        for line in &failure.trace {
            println!("{line}");
        }
        println!("{failure}");
    }
    let took = started.elapsed().as_secs_f64();
    let rate = (counts.seeds + failures.len() as u64) as f64 / took;
    println!("{counts}; {} failed; {took:.1} s, {rate:.1} seeds/s on {cores} cores", failures.len());
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
