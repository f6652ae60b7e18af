//! The folder of the private cluster: where it is, who owns it, and how it is made.
//!
//! PostgreSQL refuses to run as root, so a server that runs as root gives the folder to `postgres` or `nobody`. That
//! account must be able to reach it through every folder above it.

use std::fs::{self, DirBuilder, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::unistd::{Gid, Uid, User};

use super::binaries::Binaries;
use super::embedded::EmbeddedError;

/// Where a cluster goes when the data folder cannot be reached by the account that runs it.
const ELSEWHERE: &str = "/var/lib/zumodra";
/// Bytes of the longest folder of a socket: the kernel takes 107 with the file's name.
const MAX_SOCKET_FOLDER_BYTES: usize = 88;
/// The database account of the server.
pub const SUPERUSER: &str = "zumodra";

/// The unprivileged account of the operating system that runs PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name, for messages.
    pub name: String,
    /// Its user id.
    pub uid: Uid,
    /// Its group id.
    pub gid: Gid,
}

impl Account {
    /// The account to become: none when this process is not root.
    ///
    /// # Errors
    /// When neither `postgres` nor `nobody` exists.
    pub fn unprivileged() -> Result<Option<Self>, EmbeddedError> {
        if !Uid::effective().is_root() {
            return Ok(None);
        }
        for name in ["postgres", "nobody"] {
            if let Ok(Some(user)) = User::from_name(name) {
                return Ok(Some(Self { name: name.to_owned(), uid: user.uid, gid: user.gid }));
            }
        }
        Err(EmbeddedError::NoAccount)
    }

    /// Makes a command run as this account, with no other group.
    pub fn apply(&self, command: &mut Command) {
        // The standard library drops the supplementary groups of root when a user id is set.
        command.uid(self.uid.as_raw()).gid(self.gid.as_raw());
    }

    fn may_enter(&self, folder: &Path) -> bool {
        let Ok(metadata) = fs::metadata(folder) else { return false };
        let mode = metadata.mode();
        if metadata.uid() == self.uid.as_raw() {
            return mode & 0o100 != 0;
        }
        if metadata.gid() == self.gid.as_raw() {
            return mode & 0o010 != 0;
        }
        mode & 0o001 != 0
    }
}

/// The places of one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The folder around everything.
    pub home: PathBuf,
    /// PostgreSQL's data directory.
    pub cluster: PathBuf,
    /// The folder of the socket.
    pub socket: PathBuf,
    /// The log of PostgreSQL.
    pub log: PathBuf,
}

/// How the folder of a cluster begins that is being made.
const UNFINISHED: &str = "cluster.new";

impl Places {
    /// Finds the places for a data folder, and makes the folders.
    ///
    /// # Errors
    /// When a folder cannot be made or belongs to somebody else.
    pub fn prepare(data: &Path, account: Option<&Account>) -> Result<Self, EmbeddedError> {
        let home = home(data, account)?;
        own_folder(&home, account)?;
        let inside = home.join("run");
        let socket = if inside.as_os_str().len() <= MAX_SOCKET_FOLDER_BYTES {
            inside
        } else {
            std::env::temp_dir().join(format!("zumodra-{}", short_name(data)))
        };
        own_folder(&socket, account)?;
        Ok(Self { cluster: home.join("cluster"), log: home.join("postgres.log"), socket, home })
    }

    /// The major version of an existing cluster.
    ///
    /// # Errors
    /// When the version file is there and cannot be read.
    pub fn existing_major(&self) -> Result<Option<u32>, EmbeddedError> {
        match fs::read_to_string(self.cluster.join("PG_VERSION")) {
            Ok(text) => {
                text.trim().parse().map(Some).map_err(|_| EmbeddedError::Damaged(self.cluster.clone()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(EmbeddedError::Folder { folder: self.cluster.clone(), source }),
        }
    }

    /// Makes a new cluster. It is built beside its place and renamed, so a kill in the middle leaves nothing half.
    ///
    /// # Errors
    /// With what `initdb` said.
    pub fn create(
        &self,
        binaries: &Binaries,
        account: Option<&Account>,
        password: &str,
    ) -> Result<(), EmbeddedError> {
        // A name of its own: the `initdb` of a server that was killed may still be writing to the last one.
        let attempt = uuid::Uuid::now_v7().simple();
        let unfinished = self.home.join(format!("{UNFINISHED}{attempt}"));
        let password_file = self.home.join(format!("password.new-{attempt}"));
        let folder = |source| EmbeddedError::Folder { folder: self.home.clone(), source };
        self.remove_unfinished();
        write_private(&password_file, password.as_bytes()).map_err(folder)?;
        give_to(&password_file, account)?;
        // Old C libraries have no C.UTF-8; plain C then orders and folds letters by bytes.
        let made = match self.initdb(binaries, account, &unfinished, &password_file, "C.UTF-8") {
            Err(EmbeddedError::Initdb(_)) => self.initdb(binaries, account, &unfinished, &password_file, "C"),
            other => other,
        };
        let _ = fs::remove_file(&password_file);
        made?;
        fs::rename(&unfinished, &self.cluster).map_err(folder)
    }

    /// Removes what earlier attempts left, as far as nobody is still writing to it: the rest goes the next time.
    fn remove_unfinished(&self) {
        let left = fs::read_dir(&self.home).into_iter().flatten().flatten();
        for entry in left.filter(|entry| entry.file_name().to_string_lossy().starts_with(UNFINISHED)) {
            if let Err(error) = fs::remove_dir_all(entry.path()) {
                tracing::info!(%error, "an unfinished database stays for now");
            }
        }
    }

    fn initdb(
        &self,
        binaries: &Binaries,
        account: Option<&Account>,
        into: &Path,
        password_file: &Path,
        locale: &str,
    ) -> Result<(), EmbeddedError> {
        let mut command = Command::new(binaries.program("initdb"));
        command
            .args(["--data-checksums", "--encoding=UTF8", "--auth-local=scram-sha-256", "--auth-host=reject"])
            .arg(format!("--username={SUPERUSER}"))
            .arg(format!("--locale={locale}"))
            .arg("--pwfile")
            .arg(password_file)
            .arg("--pgdata")
            .arg(into)
            .env_clear()
            .env("PATH", &binaries.folder)
            .env("LC_ALL", locale)
            .current_dir(&self.home);
        if let Some(account) = account {
            account.apply(&mut command);
        }
        let program = binaries.program("initdb");
        let output = command.output().map_err(|source| EmbeddedError::Program { program, source })?;
        if output.status.success() {
            return Ok(());
        }
        Err(EmbeddedError::Initdb(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}

/// The folder of the cluster: in the data folder when it can be reached there.
fn home(data: &Path, account: Option<&Account>) -> Result<PathBuf, EmbeddedError> {
    let inside = data.join("postgres");
    let Some(account) = account else { return Ok(inside) };
    if !account.may_enter(data) && data.metadata().is_ok_and(|m| m.uid() == Uid::effective().as_raw()) {
        // The data folder is ours: letting an account pass through it shows nothing of what is in it.
        let mode = data.metadata().map_or(0o700, |metadata| metadata.mode() & 0o777);
        let _ = fs::set_permissions(data, Permissions::from_mode(mode | 0o011));
    }
    match data.ancestors().find(|folder| !folder.as_os_str().is_empty() && !account.may_enter(folder)) {
        None => Ok(inside),
        Some(closed) => {
            let elsewhere = Path::new(ELSEWHERE).join(short_name(data));
            tracing::warn!(
                account = account.name,
                closed = %closed.display(),
                "the database account cannot reach the data folder; its cluster is in {}",
                elsewhere.display()
            );
            fs::create_dir_all(ELSEWHERE)
                .map_err(|source| EmbeddedError::Unreachable { closed: closed.to_owned(), source })?;
            Ok(elsewhere)
        }
    }
}

fn short_name(data: &Path) -> String {
    blake3::hash(data.as_os_str().as_encoded_bytes()).to_hex()[..16].to_owned()
}

/// Makes a folder that only its account may enter, or checks that an existing one is such a folder.
fn own_folder(folder: &Path, account: Option<&Account>) -> Result<(), EmbeddedError> {
    let failed = |source| EmbeddedError::Folder { folder: folder.to_owned(), source };
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => give_to(folder, account)?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(source) => return Err(failed(source)),
    }
    let metadata = fs::symlink_metadata(folder).map_err(failed)?;
    let owner = account.map_or(Uid::effective(), |account| account.uid);
    if !metadata.is_dir() {
        return Err(failed(io::Error::other("this is no folder")));
    }
    if metadata.uid() != owner.as_raw() {
        if !Uid::effective().is_root() || metadata.uid() != 0 {
            return Err(failed(io::Error::other("this folder belongs to another account")));
        }
        give_to(folder, account)?;
    }
    if metadata.mode() & 0o777 != 0o700 {
        fs::set_permissions(folder, Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(())
}

/// Gives a file or folder to the account that runs PostgreSQL.
pub(super) fn give_to(path: &Path, account: Option<&Account>) -> Result<(), EmbeddedError> {
    let Some(account) = account else { return Ok(()) };
    nix::unistd::chown(path, Some(account.uid), Some(account.gid))
        .map_err(|error| EmbeddedError::Folder { folder: path.to_owned(), source: error.into() })
}

/// Writes a file that only its owner can read, whole or not at all.
///
/// # Errors
/// When the file cannot be written.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    let _ = fs::remove_file(&unfinished);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(unfinished, path)
}
