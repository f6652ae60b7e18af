//! Readers that nobody here wrote, asked what they find in what the server says: `tests/checkers`.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// Where the environment of the readers is: as `cargo xtask` says, else in the folder of tools.
fn environment() -> PathBuf {
    let tools = || {
        let set = std::env::var_os("ZUMODRA_TOOLS").map(PathBuf::from);
        set.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.tools")))
            .join("checkers")
    };
    std::env::var_os("ZUMODRA_CHECKERS").map_or_else(tools, PathBuf::from)
}

/// What a reader finds in a text: `posting`, `feed` or `xml`.
///
/// # Errors
/// When the readers are not installed, or cannot read it.
pub fn read_back(what: &str, address: &str, text: &str) -> Result<Value> {
    let python = environment().join("bin/python");
    ensure!(python.exists(), "{} is missing; `cargo xtask setup` installs it", python.display());
    let mut reader = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/checkers/read_back.py"))
        .args([what, address])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("start the reader")?;
    reader.stdin.take().context("the reader's input")?.write_all(text.as_bytes())?;
    let answer = reader.wait_with_output()?;
    ensure!(answer.status.success(), "the reader of {what} could not read {address}");
    serde_json::from_slice(&answer.stdout).context("the reader's answer")
}
