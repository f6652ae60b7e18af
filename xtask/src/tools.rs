//! Commands of cargo that do not come with Rust, kept in `.tools`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::process::{Invocation, on_path, say};
use crate::workspace::Workspace;

/// One command of cargo that is installed by cargo itself.
pub struct Tool {
    /// The crate and its program.
    pub name: &'static str,
    /// The version that is installed when there is none.
    pub version: &'static str,
}

/// Audits licences, sources and versions of the dependencies.
pub const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };
/// Builds and runs fuzz targets.
pub const FUZZ: Tool = Tool { name: "cargo-fuzz", version: "0.13.2" };

impl Tool {
    /// An invocation of the tool, which is installed first when it is neither on the PATH nor in
    /// the folder of tools.
    ///
    /// # Errors
    /// Fails when the installation does.
    pub fn invocation(&self, workspace: &Workspace) -> Result<Invocation> {
        Ok(Invocation::new(self.find_or_install(workspace)?, &workspace.root))
    }

    fn find_or_install(&self, workspace: &Workspace) -> Result<PathBuf> {
        let ours = workspace.tools().join("bin").join(self.name);
        if ours.is_file() {
            return Ok(ours);
        }
        if let Some(found) = on_path(self.name) {
            return Ok(found);
        }
        say(&format!("Installing {} {} (cargo install), which takes minutes", self.name, self.version));
        // A build folder of its own, thrown away afterwards: these crates are compiled once and
        // would only make the target folder larger.
        let scratch = workspace.tools().join("build");
        workspace
            .cargo()
            .args(["install", "--locked", "--debug", "--version", self.version, self.name, "--root"])
            .arg(workspace.tools())
            .env("CARGO_TARGET_DIR", &scratch)
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .run()?;
        fs::remove_dir_all(&scratch).context("remove the folder that the tool was built in")?;
        say(&format!("{} is in {}", self.name, workspace.tools().display()));
        Ok(ours)
    }
}
