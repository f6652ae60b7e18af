//! Where things are: the repository, its build products, its tools.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::{self, Invocation};

/// Tells the tests and the measurements where the built programs are, such as the server and the desktop.
pub const PROGRAMS_VARIABLE: &str = "ZUMODRA_PROGRAMS";

/// The repository that the command was started in.
pub struct Workspace {
    /// The top folder.
    pub root: PathBuf,
}

impl Workspace {
    /// Finds the repository from the folder of this crate, which cargo passes at run time.
    ///
    /// # Errors
    /// Fails when the program is not started through cargo.
    pub fn find() -> Result<Self> {
        let crate_folder = env::var_os("CARGO_MANIFEST_DIR")
            .context("start this program as `cargo xtask`, so that cargo says where the repository is")?;
        let root = Path::new(&crate_folder).parent().context("the xtask folder has no parent")?;
        Ok(Self { root: root.to_path_buf() })
    }

    /// The folder of the window's pages.
    pub fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// The folder of the sync client in JavaScript that the tests drive.
    pub fn javascript_client(&self) -> PathBuf {
        self.root.join("tests/clients/js")
    }

    /// Cargo's target folder: `CARGO_TARGET_DIR`, else `target`.
    pub fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.root.join("target"), |set| self.root.join(set))
    }

    /// The folder of installed cargo commands: `ZUMODRA_TOOLS`, else `.tools`.
    pub fn tools(&self) -> PathBuf {
        env::var_os("ZUMODRA_TOOLS").map_or_else(|| self.root.join(".tools"), |set| self.root.join(set))
    }

    /// The folder of the built programs of one profile.
    pub fn programs(&self, profile: Profile) -> PathBuf {
        self.target().join(profile.folder())
    }

    /// The path of one built program.
    pub fn program(&self, profile: Profile, name: &str) -> PathBuf {
        self.programs(profile).join(name)
    }

    /// The folder of the Python readers that the tests ask.
    pub fn checkers(&self) -> PathBuf {
        self.tools().join("checkers")
    }

    /// An invocation of the cargo that started this program.
    pub fn cargo(&self) -> Invocation {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Invocation::new(cargo, &self.root)
    }

    /// Builds programs by name.
    ///
    /// The whole workspace is selected although few programs are wanted: cargo then resolves the
    /// same features as for the lints and the tests, and compiles each dependency only once.
    ///
    /// # Errors
    /// Fails when the build does.
    pub fn build(&self, profile: Profile, programs: &[&str]) -> Result<()> {
        let mut cargo = self.cargo().args(["build", "--workspace"]);
        for program in programs {
            cargo = cargo.args(["--bin", program]);
        }
        if profile == Profile::Release {
            cargo = cargo.arg("--release");
        }
        process::say(&format!("Building {}", programs.join(", ")));
        cargo.run()
    }
}

/// How programs are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Fast to build.
    Debug,
    /// Fast to run.
    Release,
}

impl Profile {
    fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }
}
