//! The program: everything is in the library, so that tests run the same.

use clap::Parser as _;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    zumodra_server::cli::Cli::parse().run()
}
