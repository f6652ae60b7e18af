//! Real processes for end-to-end tests: the server, the engine, a display with a keyring, a browser driver.

pub mod balancer;
pub mod browser;
pub mod checker;
pub mod database;
pub mod desk;
pub mod engine;
pub mod hands;
pub mod lines;
pub mod nodes;
pub mod redis;
pub mod server;
pub mod wire;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// The built program of this name, beside the running test or where `ZUMODRA_PROGRAMS` says.
///
/// # Errors
/// When it is not built.
pub fn program(name: &str) -> Result<PathBuf> {
    let folder = match std::env::var_os("ZUMODRA_PROGRAMS") {
        Some(folder) => PathBuf::from(folder),
        None => {
            let this = std::env::current_exe()?;
            let here = this.parent().context("a program is in a folder")?;
            if here.ends_with("deps") {
                here.parent().context("deps is in a folder")?.to_owned()
            } else {
                here.to_owned()
            }
        }
    };
    let path = folder.join(name);
    if path.exists() {
        return Ok(path);
    }
    bail!("{} is not built; `cargo xtask test --only build` builds it", path.display())
}

/// The folder for screenshots, which git ignores.
///
/// # Errors
/// When it cannot be made.
pub fn pictures() -> Result<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A temporary folder for a server's data, which the account that its private database runs as can enter.
///
/// # Errors
/// When it cannot be made.
pub fn temporary(name: &str) -> Result<tempfile::TempDir> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::Builder::new().prefix(&format!("zumodra-{name}-")).tempdir()?;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711))?;
    Ok(folder)
}

/// A free port of this machine, for a program that is told its port.
///
/// # Errors
/// When the machine has none.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Tries again and again until something holds.
///
/// # Errors
/// When it does not hold in time; names what was waited for.
pub async fn eventually<T, F: AsyncFnMut() -> Option<T>>(
    what: &str,
    within: Duration,
    mut check: F,
) -> Result<T> {
    let start = Instant::now();
    loop {
        if let Some(found) = check().await {
            return Ok(found);
        }
        if start.elapsed() > within {
            bail!("waited {within:?} for {what}");
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}
