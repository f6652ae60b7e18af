//! `demo`: a server with a demo tenant and, where there is a display, the desktop beside it.
//!
//! This file prepares; `demo.sh` holds the server and the window while they run, because a shell
//! catches Ctrl-C without unsafe code and forwards it as a request to end in good order.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::process::{Invocation, say};
use crate::setup::{self, Purpose};
use crate::workspace::{Profile, Workspace};

/// The server's program.
pub const SERVER: &str = "zumodra-server";
/// The desktop's program.
pub const DESKTOP: &str = "zumodra";
/// The program that fills the demo tenant and checks the main job, of the `tests` crate.
pub const DEMO: &str = "zumodra-demo";

/// The port of the demo's server when none is given.
const DEFAULT_PORT: u16 = 8084;
/// The demo's data folder in the repository when none is given.
const DEFAULT_DATA: &str = ".data/demo";
/// Marks a folder as made by this command: only such a folder is ever removed.
const MARKER: &str = ".zumodra-demo";
/// Holds the server and the window while they run.
const SUPERVISOR: &str = include_str!("demo.sh");

/// The options of `demo`.
#[derive(Args)]
pub struct Options {
    /// Do the whole main job without a display, print each step, and end.
    #[arg(long)]
    check: bool,
    /// The port of the server on this machine.
    #[arg(long, default_value_t = DEFAULT_PORT)]
    port: u16,
    /// The data folder; `.data/demo` when not given.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Begin with an empty data folder.
    #[arg(long)]
    fresh: bool,
}

/// Runs the demo until Ctrl-C, or its check.
///
/// # Errors
/// Fails when something cannot be built, the port is taken, or the data folder is not the demo's.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    setup::run(workspace, &[Purpose::Build, Purpose::Run])?;
    workspace.build(Profile::Debug, &[SERVER, DESKTOP, DEMO])?;
    if options.check {
        process::exit(check(workspace)?);
    }
    require_free_port(options.port)?;
    let data = prepare_data(workspace, options)?;
    let server = format!("http://127.0.0.1:{}", options.port);
    say(&format!("The server answers on {server} and keeps its data in {}", data.display()));
    let has_display = env::var_os("DISPLAY").is_some() || env::var_os("WAYLAND_DISPLAY").is_some();
    say(if has_display {
        "The desktop opens when the demo tenant is filled; Ctrl-C here ends everything"
    } else {
        "There is no display, so no desktop is opened; Ctrl-C ends the server"
    });
    let window = if has_display { workspace.program(Profile::Debug, DESKTOP) } else { PathBuf::new() };
    Invocation::new("sh", &workspace.root)
        .args(["-c", SUPERVISOR, "zumodra-demo"])
        .arg(workspace.program(Profile::Debug, SERVER))
        .arg(workspace.program(Profile::Debug, DEMO))
        .arg(window)
        .arg(&server)
        .arg(&data)
        .arg(options.port.to_string())
        .env("ZUMODRA_DATA", &data)
        .env("ZUMODRA_LISTEN", format!("127.0.0.1:{}", options.port))
        .replace()
}

/// Runs the check of the main job, which has a server and a data folder of its own, and gives
/// its exit code. The programs must have been built.
///
/// # Errors
/// Fails when the check cannot be started.
pub fn check(workspace: &Workspace) -> Result<i32> {
    Invocation::new(workspace.program(Profile::Debug, DEMO), &workspace.root).arg("check").code()
}

fn require_free_port(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is taken, perhaps by another demo: end it, or choose one with --port")
        }
        Err(error) => Err(error).with_context(|| format!("listen on port {port}")),
    }
}

/// Makes the data folder, empty when asked for, and gives its absolute path.
fn prepare_data(workspace: &Workspace, options: &Options) -> Result<PathBuf> {
    let chosen = match &options.data {
        Some(folder) => std::path::absolute(folder).context("find the data folder")?,
        None => workspace.root.join(DEFAULT_DATA),
    };
    require_own_folder(&chosen)?;
    if options.fresh && chosen.exists() {
        fs::remove_dir_all(&chosen).with_context(|| format!("empty {}", chosen.display()))?;
    }
    fs::create_dir_all(&chosen).with_context(|| format!("make {}", chosen.display()))?;
    fs::write(chosen.join(MARKER), "Made by `cargo xtask demo`, which may remove this folder.\n")
        .context("mark the data folder")?;
    Ok(chosen)
}

/// A folder that is absent, empty, or marked is the demo's to use.
fn require_own_folder(folder: &Path) -> Result<()> {
    let is_empty = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == ErrorKind::NotFound => true,
        Err(error) => return Err(error).with_context(|| format!("list {}", folder.display())),
    };
    if !is_empty && !folder.join(MARKER).is_file() {
        bail!("{} holds something else than a demo: choose another folder with --data", folder.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(name: &str) -> Workspace {
        let root = env::temp_dir().join(format!("zumodra-demo-{}-{name}", process::id()));
        fs::create_dir_all(&root).unwrap();
        Workspace { root }
    }

    fn options(fresh: bool) -> Options {
        Options { check: false, port: DEFAULT_PORT, data: None, fresh }
    }

    #[test]
    fn a_taken_port_is_told_before_anything_starts() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let error = require_free_port(taken.local_addr().unwrap().port()).unwrap_err();
        assert!(error.to_string().contains("is taken"), "{error}");
    }

    #[test]
    fn data_stays_unless_a_fresh_folder_is_asked_for() {
        let workspace = workspace("fresh");
        let data = prepare_data(&workspace, &options(false)).unwrap();
        fs::write(data.join("kept"), "").unwrap();
        prepare_data(&workspace, &options(false)).unwrap();
        assert!(data.join("kept").exists());
        prepare_data(&workspace, &options(true)).unwrap();
        assert!(!data.join("kept").exists());
        fs::remove_dir_all(workspace.root).unwrap();
    }

    #[test]
    fn a_folder_with_other_things_is_never_used_or_removed() {
        let workspace = workspace("foreign");
        let data = workspace.root.join(DEFAULT_DATA);
        fs::create_dir_all(&data).unwrap();
        fs::write(data.join("thesis.txt"), "").unwrap();
        let error = prepare_data(&workspace, &options(true)).unwrap_err();
        assert!(error.to_string().contains("something else than a demo"), "{error}");
        assert!(data.join("thesis.txt").exists());
        fs::remove_dir_all(workspace.root).unwrap();
    }
}
