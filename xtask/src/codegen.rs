//! `codegen`: the TypeScript types that follow from the record declarations.

use anyhow::Result;
use clap::Args;

use crate::process::Invocation;
use crate::setup::{self, Purpose};
use crate::workspace::{Profile, Workspace};

/// The generator, a program of the `tests` crate.
pub const GENERATOR: &str = "zumodra-codegen";

/// The options of `codegen`.
#[derive(Args, Clone, Copy)]
pub struct Options {
    /// Write nothing; tell what is stale and fail when anything is.
    #[arg(long)]
    check: bool,
}

/// Builds the generator and runs it.
///
/// # Errors
/// Fails when something is stale under `--check`, or when the generator cannot be built.
pub fn run(workspace: &Workspace, options: Options) -> Result<()> {
    setup::run(workspace, &[Purpose::Build])?;
    workspace.build(Profile::Debug, &[GENERATOR])?;
    let generator = Invocation::new(workspace.program(Profile::Debug, GENERATOR), &workspace.root);
    if options.check { generator.arg("--check").run() } else { generator.run() }
}
