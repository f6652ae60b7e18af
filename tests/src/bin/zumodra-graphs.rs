//! Compares what a person is sent by two tenants that differ where the person cannot look, over many permission graphs.
//!
//! `zumodra-graphs --graphs 10000 --from 0` compares that many and prints the figures.

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{Context as _, bail};
use zumodra_tests::sim::interference::{Compared, compare};

/// Differences that are printed one by one.
const MAX_TOLD: usize = 5;

fn options() -> anyhow::Result<(u64, u64)> {
    let (mut graphs, mut from) = (200, 0);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().with_context(|| format!("{name} wants a number"))?;
        let number = value.parse().with_context(|| format!("{value} is no number"))?;
        match name.as_str() {
            "--graphs" => graphs = number,
            "--from" => from = number,
            _ => bail!("unknown option {name}; known are --graphs N and --from S"),
        }
    }
    Ok((graphs, from))
}

fn main() -> anyhow::Result<ExitCode> {
    let (graphs, from) = options()?;
    let started = Instant::now();
    let next = AtomicU64::new(from);
    let end = from.saturating_add(graphs);
    let totals = Mutex::new((Compared::default(), Vec::new()));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        return;
                    }
                    let outcome = compare(seed);
                    let mut totals = totals.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    match outcome {
                        Ok(compared) => {
                            totals.0.frames += compared.frames;
                            totals.0.hidden += compared.hidden;
                        }
                        Err(difference) => totals.1.push(difference),
                    }
                }
            });
        }
    });
    let (total, differences) = totals.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    for difference in differences.iter().take(MAX_TOLD) {
        println!("{difference}");
    }
    println!(
        "{graphs} graphs, {} frames alike, {} things out of sight, {} differ; {:.1} s",
        total.frames,
        total.hidden,
        differences.len(),
        started.elapsed().as_secs_f64()
    );
    Ok(if differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
