//! `chaos`: the history checker over real processes, for as long as one likes.

use std::ffi::OsString;

use anyhow::Result;
use clap::Args;

use crate::process::Invocation;
use crate::setup::{self, Purpose};
use crate::workspace::{Profile, Workspace};

/// The checker, a program of the `tests` crate.
const CHECKER: &str = "zumodra-chaos";
/// What is killed.
const KILLED: [&str; 2] = ["zumodra-server", "zumodra-engine"];

/// The options of `chaos`.
#[derive(Args)]
pub struct Options {
    /// `--minutes N` (30), `--seed S`, `--desktops N`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<OsString>,
}

/// Builds the programs and runs the checker.
///
/// # Errors
/// Fails when the build does, or when something does not hold.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    setup::run(workspace, &[Purpose::Build, Purpose::Run])?;
    let [server, engine] = KILLED;
    workspace.build(Profile::Debug, &[server, engine, CHECKER])?;
    Invocation::new(workspace.program(Profile::Debug, CHECKER), &workspace.root).args(&options.rest).run()
}
