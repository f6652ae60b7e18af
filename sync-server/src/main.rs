//! The program: everything is in the library, so that tests run the same.

use clap::Parser as _;

fn main() -> std::process::ExitCode {
    zumodra_server::cli::Cli::parse().run()
}
