//! Readers that nobody here wrote, asked what they find in what the server says: `tests/checkers`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
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
    let mut reader = python()?;
    reader.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/checkers/read_back.py")).args([what, address]);
    asked(reader, text).with_context(|| format!("the reader of {what} could not read {address}"))
}

/// Has a table written or read by other programs: `workbook`, `bomb` or `table`. Gives what was read.
///
/// # Errors
/// When the programs are not installed, or cannot do it.
pub fn tables(what: &str, path: &Path) -> Result<Value> {
    let mut program = python()?;
    program.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/checkers/tables.py")).arg(what).arg(path);
    asked(program, "").with_context(|| format!("{what} of {}", path.display()))
}

/// What the validator of JSON Resume finds wrong with a résumé.
///
/// # Errors
/// When it is not installed, or the text is no JSON.
pub fn resume_errors(text: &str) -> Result<Value> {
    let mut validator = Command::new("node");
    validator.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/clients/js/resume.mjs"));
    asked(validator, text)
}

fn python() -> Result<Command> {
    let python = environment().join("bin/python");
    ensure!(python.exists(), "{} is missing; `cargo xtask setup` installs it", python.display());
    Ok(Command::new(python))
}

/// What a program prints as JSON when it is given a text.
fn asked(mut program: Command, text: &str) -> Result<Value> {
    let mut program =
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("start the program")?;
    program.stdin.take().context("the program's input")?.write_all(text.as_bytes())?;
    let answer = program.wait_with_output()?;
    ensure!(answer.status.success(), "it ended with {}", answer.status);
    serde_json::from_slice(&answer.stdout).context("the program's answer")
}
