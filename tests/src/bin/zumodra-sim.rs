//! Lives through many simulated worlds, on all cores.
//!
//! `zumodra-sim --seeds 1000 --from 0` runs seeds and prints the figures; `zumodra-sim --seed 7 --trace` runs one and
//! tells what happened in it. With `--state FILE` a long run writes down how far it is, and goes on from there when it is
//! started again: `zumodra-sim --seeds 1000000 --state million.json`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use zumodra_tests::sim::range::{PART, Progress, cores};
use zumodra_tests::sim::{Sabotage, run};

/// Failures that are printed one by one.
const MAX_TOLD: usize = 20;

struct Options {
    seeds: u64,
    from: u64,
    threads: usize,
    state: Option<PathBuf>,
    trace: bool,
    sabotage: Sabotage,
}

const KNOWN: &str = "--seeds N, --from S, --threads T, --state FILE, --seed X, --trace and --sabotage NAME";

fn options() -> anyhow::Result<Options> {
    let mut options = Options {
        seeds: 1_000,
        from: 0,
        threads: cores(),
        state: None,
        trace: false,
        sabotage: Sabotage::None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{name} wants a value"));
        let number = |text: String| text.parse::<u64>().with_context(|| format!("{text} is no number"));
        match name.as_str() {
            "--seeds" => options.seeds = number(value()?)?,
            "--from" => options.from = number(value()?)?,
            "--threads" => options.threads = usize::try_from(number(value()?)?)?.max(1),
            "--state" => options.state = Some(value()?.into()),
            "--seed" => {
                options.from = number(value()?)?;
                options.seeds = 1;
            }
            "--trace" => options.trace = true,
            "--sabotage" => options.sabotage = Sabotage::named(&value()?).context("an unknown sabotage")?,
            _ => bail!("unknown option {name}; known are {KNOWN}"),
        }
    }
    Ok(options)
}

fn main() -> anyhow::Result<ExitCode> {
    let options = options()?;
    if options.trace {
        return Ok(traced(&options));
    }
    let mut progress = match &options.state {
        Some(path) => Progress::resume(path, options.from)?,
        None => Progress::begin(options.from),
    };
    let end = progress.from.saturating_add(options.seeds);
    while progress.next < end {
        let told = progress.failures.len();
        progress.advance(progress.next.saturating_add(PART).min(end), options.threads, options.sabotage);
        if let Some(path) = &options.state {
            progress.save(path)?;
        }
        for (seed, reason) in progress.failures.iter().skip(told).take(MAX_TOLD) {
            println!("seed {seed}: {reason}");
        }
        eprintln!(
            "up to {}: {:.1} seeds/s, {} failed",
            progress.next,
            progress.rate(),
            progress.failures.len()
        );
    }
    println!("{}", progress.counts);
    println!(
        "{} of {} failed; {:.1} s, {:.1} seeds/s on {} threads",
        progress.failures.len(),
        progress.next - progress.from,
        progress.took_ms as f64 / 1e3,
        progress.rate(),
        options.threads
    );
    Ok(if progress.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Tells what happened, world by world.
fn traced(options: &Options) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for seed in options.from..options.from.saturating_add(options.seeds) {
        match run(seed, true, options.sabotage) {
            Ok((counts, trace)) => println!("{}\n{counts}", trace.join("\n")),
            Err(failure) => {
                println!("{}\n{failure}", failure.trace.join("\n"));
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
