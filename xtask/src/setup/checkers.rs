//! The readers of other people that the tests ask, in a Python environment of their own in the folder of tools.

use std::fs;

use anyhow::{Context, Result};

use crate::process::{Invocation, say};
use crate::workspace::Workspace;

/// What is to be installed, with every version.
const REQUIREMENTS: &str = "tests/checkers/requirements.txt";
/// A copy of the requirements that the environment was made from.
const INSTALLED_FROM: &str = "installed-from.txt";

/// Makes the environment, unless it is there as the requirements say.
///
/// # Errors
/// Fails when Python or pip does.
pub fn install(workspace: &Workspace) -> Result<()> {
    let (requirements, folder) = (workspace.root.join(REQUIREMENTS), workspace.checkers());
    let wanted = fs::read(&requirements).with_context(|| format!("read {}", requirements.display()))?;
    if fs::read(folder.join(INSTALLED_FROM)).is_ok_and(|installed| installed == wanted) {
        say("The readers that check the career pages are here");
        return Ok(());
    }
    say(&format!("Installing the readers that check the career pages (pip), as {REQUIREMENTS} says"));
    Invocation::new("python3", &workspace.root).args(["-m", "venv", "--clear"]).arg(&folder).run()?;
    Invocation::new(folder.join("bin/pip"), &workspace.root)
        .args(["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--requirement"])
        .arg(&requirements)
        .run()?;
    fs::write(folder.join(INSTALLED_FROM), wanted).context("note the requirements")
}
