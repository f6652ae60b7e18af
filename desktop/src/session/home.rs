//! The data folder: settings, the account that is signed in, and a folder for each replica.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zumodra_shared::kernel::{Code, Problem, RecordId};

use super::account::Account;

/// Names the data folder, for tests and for people who want it elsewhere.
const HOME_VARIABLE: &str = "ZUMODRA_HOME";
const SETTINGS: &str = "settings.json";
const SESSION: &str = "session.json";
const WINDOW: &str = "window.json";
const LOCK: &str = "lock";
const REPLICAS: &str = "replicas";
const REPLICA_FILE: &str = "replica.db";

/// What the person set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// `en` or `fr`.
    pub language: String,
    /// `system`, `light` or `dark`.
    pub theme: String,
}

impl Default for Settings {
    fn default() -> Self {
        let french = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
            .is_some_and(|value| value.starts_with("fr"));
        Self { language: if french { "fr" } else { "en" }.to_owned(), theme: "system".to_owned() }
    }
}

impl Settings {
    /// Refuses what the window does not know.
    ///
    /// # Errors
    /// [`Code::InvalidFields`].
    pub fn check(&self) -> Result<(), Problem> {
        let mut problem = Problem::new(Code::InvalidFields);
        if !matches!(self.language.as_str(), "en" | "fr") {
            problem = problem.field("language", "This is not one of the choices.");
        }
        if !matches!(self.theme.as_str(), "system" | "light" | "dark") {
            problem = problem.field("theme", "This is not one of the choices.");
        }
        if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
    }
}

/// Where the window was, in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WindowPlace {
    /// Width of its content.
    pub width: f64,
    /// Height of its content.
    pub height: f64,
    /// Whether it fills the screen.
    pub maximized: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Remembered {
    account: Option<Account>,
    /// Ids that servers gave this device, by server and address, to be given at the next sign-in.
    devices: BTreeMap<String, RecordId>,
}

/// The data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// A data folder at a place.
    #[must_use]
    pub const fn at(root: PathBuf) -> Self {
        Self { root }
    }

    /// The person's data folder: `ZUMODRA_HOME`, or `zumodra` in the folder that the XDG base directory
    /// specification (or the system's own habit) names.
    ///
    /// # Errors
    /// [`Code::Internal`] when the person has no home folder.
    pub fn of_person() -> Result<Self, Problem> {
        let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        if let Some(root) = named(HOME_VARIABLE) {
            return Ok(Self::at(root));
        }
        let data = named("XDG_DATA_HOME").or_else(|| named("LOCALAPPDATA")).or_else(|| {
            let home = named("HOME")?;
            let mac = home.join("Library/Application Support");
            Some(if cfg!(target_os = "macos") { mac } else { home.join(".local/share") })
        });
        data.map(|data| Self::at(data.join("zumodra"))).ok_or_else(|| Problem::new(Code::Internal))
    }

    /// Takes the data folder for one engine, as long as what is given back lives: two on one folder would be one device
    /// twice, and each would end the other's connection.
    ///
    /// # Errors
    /// [`Code::AlreadyRunning`] when another one has it; when the folder cannot be made.
    pub fn lock(&self) -> Result<std::fs::File, Problem> {
        std::fs::create_dir_all(&self.root).map_err(|error| failed(&error))?;
        private(&self.root);
        let file = std::fs::File::create(self.root.join(LOCK)).map_err(|error| failed(&error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(std::fs::TryLockError::WouldBlock) => Err(Problem::new(Code::AlreadyRunning)),
            Err(std::fs::TryLockError::Error(error)) => {
                // A file system without locks is no reason not to work.
                tracing::warn!(%error, "the data folder cannot be locked");
                Ok(file)
            }
        }
    }

    /// The file of an account's replica; its folder is made.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn replica(&self, folder: &str) -> Result<PathBuf, Problem> {
        let folder = self.root.join(REPLICAS).join(folder);
        std::fs::create_dir_all(&folder).map_err(|error| failed(&error))?;
        private(&folder);
        Ok(folder.join(REPLICA_FILE))
    }

    /// Removes an account's folder, which holds no replica any more.
    pub fn remove(&self, folder: &str) {
        if let Err(error) = std::fs::remove_dir_all(self.root.join(REPLICAS).join(folder)) {
            tracing::warn!(%error, "the folder of a replica stays");
        }
    }

    /// What the person set.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.read(SETTINGS)
    }

    /// Keeps what the person set.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_settings(&self, settings: &Settings) -> Result<(), Problem> {
        self.write(SETTINGS, settings)
    }

    /// Where the window was.
    #[must_use]
    pub fn window(&self) -> Option<WindowPlace> {
        self.read(WINDOW)
    }

    /// Keeps where the window is.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_window(&self, place: &WindowPlace) -> Result<(), Problem> {
        self.write(WINDOW, &Some(place))
    }

    /// The account that is signed in.
    #[must_use]
    pub fn account(&self) -> Option<Account> {
        self.read::<Remembered>(SESSION).account
    }

    /// Keeps the account that is signed in, and its device's id for the next sign-in.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn set_account(&self, account: Option<&Account>) -> Result<(), Problem> {
        let mut remembered: Remembered = self.read(SESSION);
        if let Some(account) = account {
            remembered.devices.insert(device_key(&account.server, &account.user.email), account.device_id);
        }
        remembered.account = account.cloned();
        self.write(SESSION, &remembered)
    }

    /// The id that the server gave this device at an earlier sign-in.
    #[must_use]
    pub fn device(&self, server: &str, email: &str) -> Option<RecordId> {
        self.read::<Remembered>(SESSION).devices.get(&device_key(server, email)).copied()
    }

    /// Forgets the id of this device: the server no longer wants it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn forget_device(&self, server: &str, email: &str) -> Result<(), Problem> {
        let mut remembered: Remembered = self.read(SESSION);
        remembered.devices.remove(&device_key(server, email));
        self.write(SESSION, &remembered)
    }

    fn read<T: DeserializeOwned + Default>(&self, name: &str) -> T {
        let Ok(bytes) = std::fs::read(self.root.join(name)) else { return T::default() };
        serde_json::from_slice(&bytes).unwrap_or_else(|error| {
            tracing::warn!(%error, name, "a file of the data folder does not read and is made anew");
            T::default()
        })
    }

    /// Writes a file whole: a crash leaves the old one or the new one.
    fn write<T: Serialize>(&self, name: &str, value: &T) -> Result<(), Problem> {
        let write = || -> std::io::Result<()> {
            std::fs::create_dir_all(&self.root)?;
            private(&self.root);
            let part = self.root.join(format!("{name}.part"));
            let mut file = std::fs::File::create(&part)?;
            std::io::Write::write_all(&mut file, &serde_json::to_vec_pretty(value)?)?;
            file.sync_all()?;
            std::fs::rename(part, self.root.join(name))
        };
        write().map_err(|error| failed(&error))
    }
}

fn device_key(server: &str, email: &str) -> String {
    format!("{server} {}", email.trim().to_lowercase())
}

fn failed(error: &std::io::Error) -> Problem {
    tracing::error!(%error, "the data folder failed");
    let full = error.kind() == std::io::ErrorKind::StorageFull;
    Problem::new(if full { Code::DiskFull } else { Code::Internal })
}

/// Keeps other people of the machine out of a folder.
fn private(folder: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if let Err(error) = std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)) {
            tracing::warn!(%error, "the data folder stays readable for others");
        }
    }
    #[cfg(not(unix))]
    let _ = folder;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_folder_is_one_engines_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::at(folder.path().join("data"));
        let held = home.lock().expect("is free");
        assert_eq!(home.lock().map(drop), Err(Problem::new(Code::AlreadyRunning)));
        drop(held);
        assert!(home.lock().is_ok());
    }

    #[test]
    fn settings_are_kept_and_a_broken_file_is_made_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::at(folder.path().join("data"));
        let settings = Settings { language: "fr".to_owned(), theme: "dark".to_owned() };
        home.set_settings(&settings).expect("writes");
        assert_eq!(home.settings(), settings);
        std::fs::write(folder.path().join("data/settings.json"), b"{half").expect("writes");
        assert_eq!(home.settings().theme, "system");
        assert!(Settings { language: "de".to_owned(), ..settings }.check().is_err());
    }
}
