//! `fuzz`: hostile bytes for the frames, the validator of changes, the reader of stored documents and that of résumés.
//!
//! The targets are in `tests/fuzz`, a workspace of its own, because they are built with other flags. cargo-fuzz wants a
//! nightly compiler for those flags; the stable one has them too, and takes them when it is told so.

use std::path::PathBuf;
use std::thread;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::process::{Invocation, say};
use crate::setup::{self, Purpose};
use crate::tools::FUZZ;
use crate::workspace::Workspace;

/// What is fuzzed.
const TARGETS: [&str; 4] = ["frame", "change", "snapshot", "resume"];
/// How long each target is fuzzed in the tests, in seconds. They run side by side.
const TEST_SECONDS: u64 = 60;
/// Memory of one target, in MiB: more is a finding.
const MEMORY_MIB: u32 = 2_048;
/// Seconds of one input by the clock on the wall, which a busy machine lets run on: more is a finding.
const INPUT_SECONDS: u32 = 60;
/// Bytes of the longest input.
const INPUT_BYTES: u32 = 16 << 10;

/// The options of `fuzz`.
#[derive(Args)]
pub struct Options {
    /// How long each target is fuzzed.
    #[arg(long, default_value_t = 60)]
    minutes: u64,
    /// Fuzz this target alone: `frame`, `change`, `snapshot` or `resume`.
    #[arg(long)]
    target: Option<String>,
}

/// Fuzzes for as long as is asked.
///
/// # Errors
/// Fails when the build does, or when something is found.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    setup::run(workspace, &[Purpose::Build])?;
    let chosen: Vec<&str> = match &options.target {
        Some(name) => TARGETS.into_iter().filter(|target| target == name).collect(),
        None => TARGETS.to_vec(),
    };
    if chosen.is_empty() {
        bail!("there is no such target; there are {}", TARGETS.join(", "));
    }
    fuzz(workspace, &chosen, options.minutes * 60)
}

/// Fuzzes for a minute, as a part of the tests.
///
/// # Errors
/// As [`run`].
pub fn step(workspace: &Workspace) -> Result<()> {
    fuzz(workspace, &TARGETS, TEST_SECONDS)
}

fn fuzz(workspace: &Workspace, targets: &[&str], seconds: u64) -> Result<()> {
    cargo_fuzz(workspace, "build")?.run()?;
    thread::scope(|scope| {
        let running: Vec<_> =
            targets.iter().map(|target| scope.spawn(move || one(workspace, target, seconds))).collect();
        let mut done =
            running.into_iter().map(|target| target.join().unwrap_or_else(|_| bail!("a thread ended")));
        done.by_ref().collect()
    })
}

/// What was found interesting is kept beside the build, so that the next run goes on from there.
fn one(workspace: &Workspace, target: &str, seconds: u64) -> Result<()> {
    let found = workspace.target().join("fuzz-corpus").join(target);
    std::fs::create_dir_all(&found).with_context(|| format!("make {}", found.display()))?;
    let seeds = folder(workspace).join("seeds").join(target);
    cargo_fuzz(workspace, "run")?
        .arg(target)
        .arg(&found)
        .arg(&seeds)
        .arg("--")
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-rss_limit_mb={MEMORY_MIB}"))
        .arg(format!("-timeout={INPUT_SECONDS}"))
        .arg(format!("-max_len={INPUT_BYTES}"))
        .args(["-print_final_stats=1", "-verbosity=0"])
        .run()
        .with_context(|| {
            format!("{target}: a finding, or it does not run; see tests/fuzz/artifacts/{target}")
        })?;
    say(&format!("{target}: nothing was found in {seconds} s"));
    Ok(())
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("tests/fuzz")
}

fn cargo_fuzz(workspace: &Workspace, command: &str) -> Result<Invocation> {
    Ok(FUZZ
        .invocation(workspace)?
        .arg(command)
        .arg("--fuzz-dir")
        .arg(folder(workspace))
        .env("RUSTC_BOOTSTRAP", "1")
        // Beside the other build products, and not in the sources.
        .env("CARGO_TARGET_DIR", workspace.target().join("fuzz")))
}
