//! The project's own commands: `cargo xtask <command>`.
//!
//! Each command begins with `setup`, so a fresh machine with only Rust and Node needs nothing
//! else, and each can be run again at any time. This crate depends on no other crate of the
//! workspace: it has to compile before any of them can.

mod bench;
mod chaos;
mod codegen;
mod demo;
mod fuzz;
mod pictures;
mod process;
mod setup;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The commands that build, test and show Zumodra.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what is missing on this machine and build the window's pages.
    Setup,
    /// Check everything: formatting, types, lints, licences, tests, and the demo.
    Test(test::Options),
    /// Run the server with a demo tenant, and open the desktop when there is a display.
    Demo(demo::Options),
    /// Write the TypeScript types that follow from the record declarations.
    Codegen(codegen::Options),
    /// Run one measurement.
    Bench(bench::Options),
    /// Kill anything at any moment for a while, and check that nothing was lost.
    Chaos(chaos::Options),
    /// Feed hostile bytes to the frames, the validator of changes and the reader of stored documents.
    Fuzz(fuzz::Options),
    /// Take pictures of every screen and page, and print how fast and how large the programs are.
    Pictures(pictures::Options),
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A sentence for the person at the terminal; where it arose in here helps nobody.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let workspace = workspace::Workspace::find()?;
    match Arguments::parse().command {
        Command::Setup => setup::run(&workspace, &setup::Purpose::ALL),
        Command::Test(options) => test::run(&workspace, &options),
        Command::Demo(options) => demo::run(&workspace, &options),
        Command::Codegen(options) => codegen::run(&workspace, options),
        Command::Bench(options) => bench::run(&workspace, &options),
        Command::Chaos(options) => chaos::run(&workspace, &options),
        Command::Fuzz(options) => fuzz::run(&workspace, &options),
        Command::Pictures(options) => pictures::run(&workspace, &options),
    }
}
