//! `bench`: one measurement by name.

use std::ffi::OsString;

use anyhow::Result;
use clap::Args;

use crate::process::Invocation;
use crate::setup::{self, Purpose};
use crate::workspace::{Profile, Workspace};

/// The measurements, a program of the `tests` crate.
const MEASUREMENTS: &str = "zumodra-bench";

/// The options of `bench`.
#[derive(Args)]
pub struct Options {
    /// What to measure.
    name: String,
    /// Measure the release build, which takes minutes to make.
    #[arg(long)]
    release: bool,
    /// Passed on to the measurement.
    #[arg(last = true)]
    rest: Vec<OsString>,
}

/// Builds the programs and runs the measurement.
///
/// # Errors
/// Fails when the build or the measurement does.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    setup::run(workspace, &[Purpose::Build, Purpose::Run])?;
    let profile = if options.release { Profile::Release } else { Profile::Debug };
    workspace.build(profile, &["zumodra-server", "zumodra", MEASUREMENTS])?;
    Invocation::new(workspace.program(profile, MEASUREMENTS), &workspace.root)
        .arg(&options.name)
        .args(&options.rest)
        .run()
}
