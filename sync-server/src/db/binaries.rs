//! Finds PostgreSQL's programs on this machine.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest version that works.
pub const OLDEST_MAJOR: u32 = 15;

/// A folder with `postgres` and `initdb` of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The folder.
    pub folder: PathBuf,
    /// The major version.
    pub major: u32,
}

impl Binaries {
    /// The path of one program.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn at(folder: &Path) -> Option<Self> {
        let postgres = folder.join("postgres");
        if !postgres.is_file() || !folder.join("initdb").is_file() {
            return None;
        }
        let output = Command::new(postgres).arg("--version").output().ok()?;
        let major = major_of(&String::from_utf8_lossy(&output.stdout))?;
        Some(Self { folder: folder.to_owned(), major })
    }
}

/// Reads the major version from `postgres (PostgreSQL) 15.14 (Debian 15.14-0)`.
fn major_of(version: &str) -> Option<u32> {
    let number = version.split_whitespace().nth(2)?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Every usable installation, the named folder alone when one is named, else the newest first.
#[must_use]
pub fn installed(named: Option<&Path>) -> Vec<Binaries> {
    if let Some(folder) = named {
        return Binaries::at(folder).into_iter().collect();
    }
    let mut found: Vec<Binaries> = folders().iter().filter_map(|folder| Binaries::at(folder)).collect();
    // The sort is stable: the distribution's own folders stay before what PATH names.
    found.sort_by_key(|binaries| std::cmp::Reverse(binaries.major));
    found
}

fn folders() -> Vec<PathBuf> {
    let versions = |parent: &str, prefix: &str| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
        entries
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
            .map(|entry| entry.path().join("bin"))
            .collect()
    };
    let mut folders = versions("/usr/lib/postgresql", "");
    folders.extend(versions("/usr", "pgsql-"));
    folders.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_postgres_prints() {
        assert_eq!(major_of("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major_of("no version"), None);
    }

    #[test]
    fn a_named_folder_without_programs_is_no_installation() {
        assert!(installed(Some(Path::new("/nonexistent"))).is_empty());
    }
}
