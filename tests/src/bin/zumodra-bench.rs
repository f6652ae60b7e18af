//! Measures speed and size: `zumodra-bench sync|careers [--json FILE] [--only NAME[,NAME]] [--full] [--peers]`.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use zumodra_tests::bench::{self, Options, Subject};

const USAGE: &str = "usage: zumodra-bench sync|careers [--json FILE] [--only NAME[,NAME]] [--full] [--peers]";

fn options() -> Result<Options> {
    let mut arguments = std::env::args().skip(1);
    let Some(subject) = arguments.next().as_deref().and_then(Subject::from_name) else { bail!(USAGE) };
    let mut options = Options { subject, ..Options::default() };
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{name} needs a value; {USAGE}"));
        match name.as_str() {
            "--json" => options.json = Some(value()?.into()),
            "--only" => options.only.extend(value()?.split(',').map(str::to_owned)),
            "--full" => options.full = true,
            "--peers" => options.peers = true,
            _ => bail!("there is no option {name}; {USAGE}"),
        }
    }
    Ok(options)
}

fn run() -> Result<()> {
    let options = options()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(bench::run(&options))
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("zumodra-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}
