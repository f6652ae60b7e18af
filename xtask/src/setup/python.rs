//! What pip installs: the programs that tests talk to, into an environment of its own in the folder of tools.

use std::fs;
use std::io;

use anyhow::{Context, Result};

use crate::process::{Invocation, say};
use crate::workspace::Workspace;

/// A copy of the requirements that the environment was made from.
const INSTALLED_FROM: &str = ".installed-from.txt";

/// Makes the environment, and brings it up to date when the requirements changed.
///
/// # Errors
/// Fails when Python or pip does.
pub fn install(workspace: &Workspace) -> Result<()> {
    let requirements = workspace.root.join("tests/peers/requirements.txt");
    let wanted = fs::read(&requirements).with_context(|| format!("read {}", requirements.display()))?;
    let folder = workspace.tools().join("python");
    match fs::read(folder.join(INSTALLED_FROM)) {
        Ok(installed) if installed == wanted => {
            say("The peers in Python are here");
            return Ok(());
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).context("read what the peers were installed from"),
    }
    say("Installing the peers in Python (pip), as tests/peers/requirements.txt says");
    Invocation::new("python3", &workspace.root).args(["-m", "venv"]).arg(&folder).run()?;
    Invocation::new(folder.join("bin/python"), &workspace.root)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(&requirements)
        .run()?;
    fs::write(folder.join(INSTALLED_FROM), wanted).context("note what the peers were installed from")
}
