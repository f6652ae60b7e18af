//! What pip installs: the programs of other people that tests talk to or ask, each set into an environment of its own in the
//! folder of tools.

use std::fs;
use std::io;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::process::{Invocation, say};
use crate::workspace::Workspace;

/// A copy of the requirements that an environment was made from.
const INSTALLED_FROM: &str = ".installed-from.txt";
/// What each environment is made from, with every version, and what that is.
const PEERS: (&str, &str) = ("tests/peers/requirements.txt", "peers in Python");
const CHECKERS: (&str, &str) =
    ("tests/checkers/requirements.txt", "programs that check career pages, calendars and sealed letters");

/// Makes the environments, and brings each up to date when its requirements changed.
///
/// # Errors
/// Fails when Python or pip does.
pub fn install(workspace: &Workspace) -> Result<()> {
    environment(workspace, PEERS, workspace.tools().join("python"))?;
    environment(workspace, CHECKERS, workspace.checkers())
}

fn environment(workspace: &Workspace, (requirements, what): (&str, &str), folder: PathBuf) -> Result<()> {
    let file = workspace.root.join(requirements);
    let wanted = fs::read(&file).with_context(|| format!("read {}", file.display()))?;
    match fs::read(folder.join(INSTALLED_FROM)) {
        Ok(installed) if installed == wanted => {
            say(&format!("The {what} are here"));
            return Ok(());
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("read what the {what} were installed from")),
    }
    say(&format!("Installing the {what} (pip), as {requirements} says"));
    Invocation::new("python3", &workspace.root).args(["-m", "venv", "--clear"]).arg(&folder).run()?;
    Invocation::new(folder.join("bin/python"), &workspace.root)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(&file)
        .run()?;
    fs::write(folder.join(INSTALLED_FROM), wanted)
        .with_context(|| format!("note what the {what} were installed from"))
}
