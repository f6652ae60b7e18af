//! What npm installs: `node_modules` from a lock file; and the window's pages, `ui/dist` from their sources.
//!
//! The desktop embeds `ui/dist`, so it has to exist before cargo compiles the desktop.

use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};

use crate::process::{Invocation, say};

/// A copy of the lock file that `node_modules` was installed from.
const INSTALLED_FROM: &str = "node_modules/.installed-from.json";

/// Folders of `ui` that hold no sources.
const NOT_SOURCES: &[&str] = &["node_modules", "dist"];

/// Installs the packages when the lock file changed, and builds when a source did.
///
/// # Errors
/// Fails when npm does, or when the build leaves no start page.
pub fn bring_up_to_date(ui: &Path) -> Result<()> {
    install(ui, "the window's pages")?;
    if is_built(ui)? {
        say("ui/dist is up to date");
        return Ok(());
    }
    say("Building the window's pages (npm run build), which the desktop embeds");
    npm(ui).args(["run", "build"]).run()?;
    ensure!(ui.join("dist/index.html").is_file(), "the build left no ui/dist/index.html");
    Ok(())
}

/// Installs the packages of a folder when its lock file changed; `owner` says whose they are.
///
/// # Errors
/// Fails when npm does.
pub fn install(folder: &Path, owner: &str) -> Result<()> {
    if is_installed(folder)? {
        say(&format!("The packages of {owner} are here"));
        return Ok(());
    }
    say(&format!("Installing the packages of {owner} (npm ci), as package-lock.json says"));
    npm(folder).args(["ci", "--no-audit", "--no-fund", "--prefer-offline"]).run()?;
    fs::copy(folder.join("package-lock.json"), folder.join(INSTALLED_FROM)).context("note the lock file")?;
    Ok(())
}

/// npm in a folder that has packages.
pub fn npm(folder: &Path) -> Invocation {
    Invocation::new("npm", folder)
}

fn is_installed(folder: &Path) -> Result<bool> {
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("read {}", lock.display()))?;
    match fs::read(folder.join(INSTALLED_FROM)) {
        Ok(installed) => Ok(installed == wanted),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).context("read what node_modules was installed from"),
    }
}

fn is_built(ui: &Path) -> Result<bool> {
    let Ok(built) = fs::metadata(ui.join("dist/index.html")).and_then(|page| page.modified()) else {
        return Ok(false);
    };
    Ok(newest(ui, true)?.is_none_or(|source| source <= built))
}

/// The time of the latest change below a folder. Folders count too: their time tells of a file
/// that was removed. The top folder does not, since building and installing change it.
fn newest(folder: &Path, top: bool) -> Result<Option<SystemTime>> {
    let mut latest = None;
    for entry in fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        let is_hidden = name.as_encoded_bytes().starts_with(b".");
        if is_hidden || (top && NOT_SOURCES.iter().any(|skipped| name == *skipped)) {
            continue;
        }
        let metadata = entry.metadata()?;
        latest = latest.max(Some(metadata.modified()?));
        if metadata.is_dir() {
            latest = latest.max(newest(&entry.path(), false)?);
        }
    }
    Ok(latest)
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::fs::File;
    use std::path::PathBuf;
    use std::process;
    use std::time::Duration;

    use super::*;

    /// A folder that looks like `ui`, removed with the test.
    struct Pages(PathBuf);

    impl Pages {
        fn new(name: &str) -> Self {
            let folder = env::temp_dir().join(format!("zumodra-pages-{}-{name}", process::id()));
            fs::create_dir_all(folder.join("src")).unwrap();
            fs::create_dir_all(folder.join("dist")).unwrap();
            fs::create_dir_all(folder.join("node_modules")).unwrap();
            fs::write(folder.join("package-lock.json"), "{}").unwrap();
            fs::write(folder.join("src/main.ts"), "").unwrap();
            Self(folder)
        }

        /// Writes the start page as if it were built some seconds from now.
        fn build(&self, seconds: u64) {
            let page = File::create(self.0.join("dist/index.html")).unwrap();
            page.set_modified(SystemTime::now() + Duration::from_secs(seconds)).unwrap();
        }

        fn touch(&self, file: &str, seconds: u64) {
            let file = File::create(self.0.join(file)).unwrap();
            file.set_modified(SystemTime::now() + Duration::from_secs(seconds)).unwrap();
        }
    }

    impl Drop for Pages {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn pages_are_built_once_and_again_after_a_change() {
        let pages = Pages::new("built");
        assert!(!is_built(&pages.0).unwrap());
        pages.build(10);
        assert!(is_built(&pages.0).unwrap());
        pages.touch("src/new.ts", 20);
        assert!(!is_built(&pages.0).unwrap());
    }

    #[test]
    fn installed_packages_are_no_sources() {
        let pages = Pages::new("modules");
        pages.build(10);
        pages.touch("node_modules/new.js", 20);
        assert!(is_built(&pages.0).unwrap());
    }

    #[test]
    fn packages_are_installed_again_when_the_lock_file_changed() {
        let pages = Pages::new("installed");
        assert!(!is_installed(&pages.0).unwrap());
        fs::copy(pages.0.join("package-lock.json"), pages.0.join(INSTALLED_FROM)).unwrap();
        assert!(is_installed(&pages.0).unwrap());
        fs::write(pages.0.join("package-lock.json"), "{ }").unwrap();
        assert!(!is_installed(&pages.0).unwrap());
    }
}
