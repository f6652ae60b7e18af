//! Takes pictures of every screen of the window and every career page, and prints what a person feels in figures.
//!
//! `zumodra-pictures [--out FOLDER] [--only window|careers]`; without a folder they go to `tests/screenshots`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use zumodra_tests::pictures::{self, Of};
use zumodra_tests::process;

const USAGE: &str = "usage: zumodra-pictures [--out FOLDER] [--only window|careers]";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("zumodra-pictures: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    // The server is spoken to in plain HTTP, but the client's TLS wants to know its provider all the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (mut out, mut of) = (None, Of::Both);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().with_context(|| format!("{name} needs a value; {USAGE}"))?;
        match (name.as_str(), value.as_str()) {
            ("--out", folder) => out = Some(PathBuf::from(folder)),
            ("--only", "window") => of = Of::Window,
            ("--only", "careers") => of = Of::Careers,
            _ => bail!("there is no option {name} {value}; {USAGE}"),
        }
    }
    let out = match out {
        Some(folder) => folder,
        None => process::pictures()?,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(pictures::run(&out, of))
}
