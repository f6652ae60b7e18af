//! What a machine needs before anything can be built, run or tested.
//!
//! Everything is looked for first and installed only when it is missing, so a second run does
//! nothing and needs neither the network nor root.

mod packages;
mod pages;
mod python;

pub use pages::npm;

use anyhow::{Context, Result, bail};

use crate::process::{Invocation, say};
use crate::workspace::Workspace;

/// The oldest Node that the window's pages can be built with.
const MINIMUM_NODE_MAJOR: u32 = 20;

/// What the machine is prepared for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Compiling the workspace.
    Build,
    /// Running the server and the desktop.
    Run,
    /// Running every test.
    Test,
    /// Measuring how much load a server carries.
    Load,
}

impl Purpose {
    /// Every purpose of day to day.
    pub const ALL: [Self; 3] = [Self::Build, Self::Run, Self::Test];

    /// Says in the middle of a sentence what something is for.
    fn reason(self) -> &'static str {
        match self {
            Self::Build => "to build",
            Self::Run => "to run",
            Self::Test => "to test",
            Self::Load => "to measure",
        }
    }
}

/// Installs what is missing for the given purposes and brings `ui/dist` up to date. For the tests that includes the
/// packages of the sync client in JavaScript, the peers in Python, and readers of other people that check our pages.
///
/// # Errors
/// Fails when Node is missing or too old, or when something cannot be installed or built.
pub fn run(workspace: &Workspace, purposes: &[Purpose]) -> Result<()> {
    packages::install(workspace, purposes)?;
    check_node(workspace)?;
    if purposes.contains(&Purpose::Test) {
        pages::install(&workspace.javascript_client(), "the sync client in JavaScript")?;
        python::install(workspace)?;
    }
    pages::bring_up_to_date(&workspace.ui())
}

fn check_node(workspace: &Workspace) -> Result<()> {
    let version = Invocation::new("node", &workspace.root)
        .arg("--version")
        .output()
        .context("Node is missing: install Node 20 or newer with npm, then start again")?;
    let major = node_major(&version).with_context(|| format!("`node --version` said {version:?}"))?;
    if major < MINIMUM_NODE_MAJOR {
        bail!("Node {} is too old: install Node {MINIMUM_NODE_MAJOR} or newer", version.trim());
    }
    say(&format!("Node {} is here", version.trim()));
    Ok(())
}

fn node_major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_are_read() {
        assert_eq!(node_major("v20.20.2\n"), Some(20));
        assert_eq!(node_major("20"), None);
    }
}
