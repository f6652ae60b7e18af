//! `pictures`: every screen and page as a picture, with the figures that a person feels.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;

use crate::demo::{DESKTOP, SERVER};
use crate::process::Invocation;
use crate::setup::{self, Purpose};
use crate::workspace::{Profile, Workspace};

/// The program that takes them, of the `tests` crate.
const PICTURES: &str = "zumodra-pictures";

/// The options of `pictures`.
#[derive(Args)]
pub struct Options {
    /// The folder they go to; `tests/screenshots`, which git ignores, when not given.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Look at the release build, which takes minutes to make and is what the figures are about.
    #[arg(long)]
    release: bool,
    /// Take these alone: `window` or `careers`.
    #[arg(long, value_name = "WHICH")]
    only: Option<String>,
}

/// Builds the programs and takes the pictures.
///
/// # Errors
/// Fails when the build does, or when a screen does not appear.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    setup::run(workspace, &[Purpose::Build, Purpose::Run, Purpose::Test])?;
    let profile = if options.release { Profile::Release } else { Profile::Debug };
    workspace.build(profile, &[SERVER, DESKTOP, PICTURES])?;
    let mut pictures = Invocation::new(workspace.program(profile, PICTURES), &workspace.root);
    if let Some(out) = &options.out {
        let out = std::path::absolute(out).context("find the folder for the pictures")?;
        pictures = pictures.arg("--out").arg(out);
    }
    if let Some(only) = &options.only {
        pictures = pictures.arg("--only").arg(only);
    }
    pictures.run()
}
