//! The packages of Debian and Ubuntu, and the one place that calls apt.

use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::process::{Invocation, on_path, say};
use crate::setup::Purpose;
use crate::workspace::Workspace;

/// Where Debian and Ubuntu keep the server programs of PostgreSQL, one folder per version.
const POSTGRES_FOLDER: &str = "/usr/lib/postgresql";

/// One thing that the machine must have.
struct Need {
    purpose: Purpose,
    /// Names of the package, the usual one first: the distributions do not all agree.
    packages: &'static [&'static str],
    /// Finds the same thing when it came from elsewhere than the package.
    found: fn() -> bool,
    why: &'static str,
}

/// Everything that is needed, in the order in which it is told.
const NEEDS: &[Need] = &[
    need(Purpose::Build, &["libwebkit2gtk-4.1-dev"], "the desktop's window"),
    need(Purpose::Build, &["libssl-dev"], "the encryption of the local replica"),
    need(Purpose::Build, &["pkg-config", "pkgconf"], "finding the system's libraries"),
    need(Purpose::Build, &["build-essential"], "the C compiler and the linker"),
    need(Purpose::Build, &["librsvg2-dev"], "the window's icons"),
    Need {
        purpose: Purpose::Run,
        packages: &["postgresql"],
        found: has_postgres,
        why: "the server's own private database",
    },
    Need {
        purpose: Purpose::Test,
        packages: &["redis-server"],
        found: || on_path("redis-server").is_some(),
        why: "nodes that wake each other by it",
    },
    need(Purpose::Test, &["python3-venv"], "a real mail server in Python"),
    need(Purpose::Test, &["openssl"], "certificates of that mail server"),
    need(Purpose::Test, &["xvfb"], "a display for the window tests"),
    need(Purpose::Test, &["webkit2gtk-driver"], "driving the desktop's window"),
    need(Purpose::Test, &["dbus"], "a private session bus"),
    need(Purpose::Test, &["dbus-daemon"], "starting that bus"),
    need(Purpose::Test, &["gnome-keyring"], "a keyring for the replica's key"),
    need(Purpose::Test, &["libsecret-tools"], "looking into that keyring"),
    need(Purpose::Test, &["imagemagick"], "comparing screenshots"),
    need(Purpose::Test, &["fonts-dejavu-core"], "text in screenshots"),
    need(Purpose::Test, &["at-spi2-core"], "the accessibility bus that the window asks for"),
    Need {
        purpose: Purpose::Test,
        packages: &["chromium", "chromium-browser"],
        found: || on_path("chromium").is_some(),
        why: "the career page in a browser",
    },
    Need {
        purpose: Purpose::Test,
        packages: &["chromium-driver", "chromium-chromedriver"],
        found: || on_path("chromedriver").is_some(),
        why: "driving that browser",
    },
    need(Purpose::Test, &["poppler-utils"], "reading PDFs with a second reader"),
    need(Purpose::Test, &["python3-venv"], "readers of feeds and of data in pages"),
    need(Purpose::Load, &["wrk"], "asking a server as fast as it answers"),
];

const fn need(purpose: Purpose, packages: &'static [&'static str], why: &'static str) -> Need {
    Need { purpose, packages, found: || false, why }
}

/// The server programs of PostgreSQL are here, or the server was told to use another database.
fn has_postgres() -> bool {
    if env::var_os("DATABASE_URL").is_some() || env::var_os("ZUMODRA_PG_BIN").is_some() {
        return true;
    }
    let versions = fs::read_dir(POSTGRES_FOLDER).into_iter().flatten().flatten();
    versions.map(|version| version.path().join("bin/initdb")).any(|initdb| initdb.is_file())
        || on_path("initdb").is_some()
}

/// Installs the packages that are missing for the given purposes.
///
/// # Errors
/// Fails when apt does, or when it knows none of a package's names.
pub fn install(workspace: &Workspace, purposes: &[Purpose]) -> Result<()> {
    let root = &workspace.root;
    let wanted: Vec<&Need> = NEEDS.iter().filter(|need| purposes.contains(&need.purpose)).collect();
    if on_path("dpkg-query").is_none() || on_path("apt-get").is_none() {
        say("This is not Debian or Ubuntu: please see yourself that these are installed");
        tell(&wanted);
        return Ok(());
    }
    let missing: Vec<&Need> = wanted.into_iter().filter(|need| !is_present(root, need)).collect();
    if missing.is_empty() {
        say("Every system package is here");
        return Ok(());
    }
    say("These system packages are missing and are installed now with apt-get");
    tell(&missing);
    apt(root).arg("update").run().context("refresh the list of packages")?;
    let mut names = Vec::new();
    for need in &missing {
        names.push(available_name(root, need)?);
    }
    apt(root)
        .args(["install", "--yes", "--no-install-recommends"])
        .args(names)
        .run()
        .context("install the missing packages")
}

fn tell(needs: &[&Need]) {
    for need in needs {
        println!("    {:<24} {}: {}", need.packages[0], need.purpose.reason(), need.why);
    }
}

fn is_present(root: &Path, need: &Need) -> bool {
    (need.found)() || need.packages.iter().any(|package| is_installed(root, package))
}

fn is_installed(root: &Path, package: &str) -> bool {
    Invocation::new("dpkg-query", root)
        .args(["--show", "--showformat=${db:Status-Status}\n", package])
        .output()
        .is_some_and(|states| states.lines().any(|state| state == "installed"))
}

/// The first of a package's names that this distribution knows.
fn available_name(root: &Path, need: &Need) -> Result<&'static str> {
    let known = need.packages.iter().find(|package| {
        let answer = Invocation::new("apt-cache", root).args(["policy", package]).output();
        answer.is_some_and(|policy| has_candidate(&policy))
    });
    match known {
        Some(package) => Ok(package),
        None => bail!("apt knows no package {} ({})", need.packages.join(" or "), need.why),
    }
}

/// Reads `apt-cache policy`: an unknown or merely mentioned package has no candidate version.
fn has_candidate(policy: &str) -> bool {
    let mut lines = policy.lines().map(str::trim);
    lines.any(|line| line.strip_prefix("Candidate:").is_some_and(|version| version.trim() != "(none)"))
}

/// apt-get that asks nothing, through sudo when we are not root.
fn apt(root: &Path) -> Invocation {
    let start = if is_root(root) {
        Invocation::new("env", root)
    } else {
        Invocation::new("sudo", root).interactive().arg("env")
    };
    start.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"])
}

fn is_root(root: &Path) -> bool {
    Invocation::new("id", root).arg("-u").output().is_some_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_without_a_version_is_not_available() {
        assert!(has_candidate("xvfb:\n  Installed: (none)\n  Candidate: 2:21.1.7\n"));
        assert!(!has_candidate("chromium:\n  Installed: (none)\n  Candidate: (none)\n"));
        assert!(!has_candidate(""));
    }

    #[test]
    fn every_need_names_a_package_and_a_reason() {
        assert!(NEEDS.iter().all(|need| !need.packages.is_empty() && !need.why.is_empty()));
    }
}
