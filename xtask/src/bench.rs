//! `bench`: the measurements. `cargo xtask bench sync` or `careers` builds what is measured, optimised, and measures; `cargo
//! xtask bench resumes` prints how well résumés are read.

use std::ffi::OsString;

use anyhow::Result;
use clap::Args;

use crate::process::Invocation;
use crate::setup::{self, Purpose};
use crate::workspace::{PROGRAMS_VARIABLE, Profile, Workspace};

/// The measurements, a program of the `tests` crate.
const MEASUREMENTS: &str = "zumodra-bench";
/// What is measured. The window is not: the engine does all of its work.
const MEASURED: [&str; 2] = ["zumodra-server", "zumodra-engine"];
/// The measurement of the career pages, and what they are measured beside.
const CAREERS: &str = "careers";
const BARE: &str = "zumodra-bare";
/// How well résumés are read, a program of its own that needs nothing else built.
const RESUMES: (&str, &str) = ("resumes", "zumodra-resumes");
/// Asks for the build that is fast to make.
const DEBUG: &str = "--debug";

/// The options of `bench`.
#[derive(Args)]
pub struct Options {
    /// What to measure: `sync`, `careers` or `resumes`.
    name: String,
    /// For `resumes`: `--no-peer`, `--wrong`, `--folder FOLDER`. For `sync`: `--json FILE`, `--only NAME[,NAME]`, `--full`, `--peers`; and `--debug` for the build that is fast to make, whose
    /// figures mean nothing.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<OsString>,
}

/// Builds the programs and runs the measurement.
///
/// # Errors
/// Fails when the build or the measurement does.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let debug = options.rest.iter().any(|option| option == DEBUG);
    let profile = if debug { Profile::Debug } else { Profile::Release };
    let rest = || options.rest.iter().filter(|option| *option != DEBUG);
    let (resumes, program) = RESUMES;
    if options.name == resumes {
        setup::run(workspace, &[Purpose::Build])?;
        workspace.build(profile, &[program])?;
        return Invocation::new(workspace.program(profile, program), &workspace.root).args(rest()).run();
    }
    let is_careers = options.name == CAREERS;
    let load = if is_careers { vec![Purpose::Load] } else { Vec::new() };
    setup::run(workspace, &[vec![Purpose::Build, Purpose::Run], load].concat())?;
    let [server, engine] = MEASURED;
    let beside = if is_careers { BARE } else { engine };
    workspace.build(profile, &[server, beside, MEASUREMENTS])?;
    Invocation::new(workspace.program(profile, MEASUREMENTS), &workspace.root)
        .arg(&options.name)
        .args(rest())
        // Whatever the caller has set for tests: what is measured is what was built here.
        .env(PROGRAMS_VARIABLE, workspace.programs(profile))
        .run()
}
