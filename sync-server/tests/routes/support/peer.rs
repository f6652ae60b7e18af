//! The servers of other people that tests talk to: Python programs that say at which port they listen.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Python with the peers, which `cargo xtask test --only setup` installs.
pub fn python() -> PathBuf {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools");
    let tools = std::env::var_os("ZUMODRA_TOOLS").map_or(ours, PathBuf::from);
    let python = tools.join("python/bin/python");
    assert!(python.exists(), "{} is missing: run `cargo xtask test --only setup`", python.display());
    python
}

/// Starts a script of `tests/peers` and gives the port that it says.
pub fn start<A: AsRef<OsStr>>(script: &str, arguments: impl IntoIterator<Item = A>) -> (Child, u16) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/peers").join(script);
    let mut child = Command::new(python())
        .arg(script)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("says its port");
    let port = line.trim().parse().unwrap_or_else(|_| panic!("no port: {line:?}"));
    (child, port)
}
