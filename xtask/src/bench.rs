//! `bench`: the measurements. `cargo xtask bench sync` builds what is measured, optimised, and measures.

use std::ffi::OsString;

use anyhow::Result;
use clap::Args;

use crate::process::Invocation;
use crate::setup::{self, Purpose};
use crate::workspace::{Profile, Workspace};

/// The measurements, a program of the `tests` crate.
const MEASUREMENTS: &str = "zumodra-bench";
/// What is measured. The window is not: the engine does all of its work.
const MEASURED: [&str; 2] = ["zumodra-server", "zumodra-engine"];
/// Asks for the build that is fast to make.
const DEBUG: &str = "--debug";

/// The options of `bench`.
#[derive(Args)]
pub struct Options {
    /// What to measure: `sync`.
    name: String,
    /// `--json FILE`, `--only NAME[,NAME]`, `--full`, `--peers`; and `--debug` for the build that is fast to make, whose
    /// figures mean nothing.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<OsString>,
}

/// Builds the programs and runs the measurement.
///
/// # Errors
/// Fails when the build or the measurement does.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    setup::run(workspace, &[Purpose::Build, Purpose::Run])?;
    let debug = options.rest.iter().any(|option| option == DEBUG);
    let profile = if debug { Profile::Debug } else { Profile::Release };
    let [server, engine] = MEASURED;
    workspace.build(profile, &[server, engine, MEASUREMENTS])?;
    Invocation::new(workspace.program(profile, MEASUREMENTS), &workspace.root)
        .arg(&options.name)
        .args(options.rest.iter().filter(|option| *option != DEBUG))
        .run()
}
