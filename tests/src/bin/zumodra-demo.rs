//! Fills a demonstration workspace, or does the whole main job without a display and says whether all of it held.
//!
//! `zumodra-demo seed --server URL --data DIR`, `zumodra-demo colleague --port PORT --data DIR`, and `zumodra-demo check`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use zumodra_tests::demo::{check, colleague, seed};

const USAGE: &str = "usage: zumodra-demo seed --server URL --data DIR | zumodra-demo colleague --port PORT --data DIR | zumodra-demo check";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("zumodra-demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    // The demo speaks plain HTTP, but the client's TLS wants to know its provider all the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().context(USAGE)?;
    let (mut server, mut data, mut port) = (None, None, None);
    while let Some(name) = arguments.next() {
        let value = arguments.next().with_context(|| format!("{name} needs a value; {USAGE}"))?;
        match name.as_str() {
            "--server" => server = Some(value),
            "--port" => port = Some(value.parse().context("a port")?),
            "--data" => data = Some(PathBuf::from(value)),
            _ => bail!("there is no option {name}; {USAGE}"),
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match command.as_str() {
        "seed" => runtime.block_on(seed::run(&server.context(USAGE)?, &data.context(USAGE)?)),
        "colleague" => runtime.block_on(colleague::run(&data.context(USAGE)?, port.context(USAGE)?)),
        "check" => runtime.block_on(check::run()),
        _ => bail!(USAGE),
    }
}
