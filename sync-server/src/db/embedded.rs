//! The private PostgreSQL: started with the server, reached over a Unix socket alone, and gone when the server is.
//!
//! One server owns a data folder at a time (a file lock says so). Commands that run beside a server use its cluster.

use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getppid};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::binaries::{Binaries, OLDEST_MAJOR, installed};
use super::cluster::{Account, Places, SUPERUSER, write_private};

/// How long a cluster may take to recover and open.
const START_TIMEOUT: Duration = Duration::from_secs(600);
/// How long a fast shutdown may take.
const FAST_STOP: Duration = Duration::from_secs(30);
/// How long an immediate shutdown may take.
const IMMEDIATE_STOP: Duration = Duration::from_secs(5);
/// How often a waiting thread looks.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// A log above this size, in bytes, is started anew.
const MAX_LOG_BYTES: u64 = 10 << 20;
/// Bytes of the log that an error shows.
const LOG_TAIL_BYTES: usize = 2_000;

/// The settings that matter. Durability is never traded for speed here.
const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "recovery_init_sync_method=syncfs",
    "max_locks_per_transaction=256",
    "max_connections=100",
    "shared_buffers=128MB",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_checkpoints=off",
    "logging_collector=off",
];

/// Why the private cluster cannot run.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No programs.
    #[error(
        "PostgreSQL {OLDEST_MAJOR} or newer was not found. Install it (`apt-get install postgresql`), name its folder with ZUMODRA_PG_BIN, or give a DATABASE_URL."
    )]
    NoBinaries,
    /// Programs that are too old.
    #[error("PostgreSQL {found} is too old: {OLDEST_MAJOR} or newer is needed.")]
    TooOld {
        /// The newest that was found.
        found: u32,
    },
    /// The cluster was made by another version.
    #[error("The data in {} was made by PostgreSQL {made}, and only {have} is installed. Install PostgreSQL {made}, or move the data with pg_upgrade.", cluster.display())]
    OtherMajor {
        /// The version of the data.
        made: u32,
        /// The version of the programs.
        have: u32,
        /// The cluster.
        cluster: PathBuf,
    },
    /// No account to run as.
    #[error("PostgreSQL refuses to run as root, and neither the account `postgres` nor `nobody` exists.")]
    NoAccount,
    /// The folder cannot be reached by the account.
    #[error("The database account cannot reach the data folder because {} is closed to it, and no other place could be made. Choose another folder (ZUMODRA_DATA).", closed.display())]
    Unreachable {
        /// The folder in the way.
        closed: PathBuf,
        /// Why no other place could be made.
        source: io::Error,
    },
    /// A folder is not as it must be.
    #[error("The folder {} cannot be used: {source}", folder.display())]
    Folder {
        /// Which folder.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program does not start.
    #[error("{} does not start: {source}", program.display())]
    Program {
        /// Which program.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// initdb failed.
    #[error("The database could not be set up: {0}")]
    Initdb(String),
    /// The cluster is not one.
    #[error("{} does not hold a whole database.", .0.display())]
    Damaged(PathBuf),
    /// Another server has the folder.
    #[error("Another server is using the data folder {}.", .0.display())]
    InUse(PathBuf),
    /// PostgreSQL ended while starting.
    #[error("The database did not start. The end of its log: {0}")]
    Ended(String),
    /// PostgreSQL needs too long.
    #[error("The database did not open in time. The end of its log: {0}")]
    Slow(String),
}

/// A running private cluster, or one that another process of this data folder runs.
#[derive(Debug)]
pub struct Embedded {
    options: PgConnectOptions,
    major: u32,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    pid: Pid,
    ended: mpsc::Receiver<()>,
    // Held for as long as the cluster runs: the lock ends with the file.
    _lock: File,
}

impl Embedded {
    /// Starts the cluster of a data folder; this process then owns the folder. Blocks until it is open.
    ///
    /// # Errors
    /// [`EmbeddedError`], in words for the person who starts the server.
    pub fn start(data: &Path, pg_bin: Option<&Path>) -> Result<Self, EmbeddedError> {
        match lock(data)? {
            Some(lock) => Self::start_locked(data, pg_bin, lock),
            None => Err(EmbeddedError::InUse(data.to_owned())),
        }
    }

    /// Uses the cluster that a server of this folder runs, or starts it when none does.
    ///
    /// # Errors
    /// [`EmbeddedError`], in words for the person who runs the command.
    pub fn attach_or_start(data: &Path, pg_bin: Option<&Path>) -> Result<Self, EmbeddedError> {
        match lock(data)? {
            Some(lock) => Self::start_locked(data, pg_bin, lock),
            None => {
                let data = whole_path(data)?;
                let places = Places::prepare(&data, Account::unprivileged()?.as_ref())?;
                let major =
                    places.existing_major()?.ok_or_else(|| EmbeddedError::Damaged(places.cluster.clone()))?;
                Ok(Self { options: options(&places, &password(&data)?), major, running: None })
            }
        }
    }

    fn start_locked(data: &Path, pg_bin: Option<&Path>, lock: File) -> Result<Self, EmbeddedError> {
        let data = whole_path(data)?;
        let account = Account::unprivileged()?;
        let places = Places::prepare(&data, account.as_ref())?;
        let existing = places.existing_major()?;
        let binaries = choose(installed(pg_bin), existing, &places)?;
        let password = password(&data)?;
        if existing.is_none() {
            tracing::info!(folder = %places.home.display(), version = binaries.major, "setting up the database");
            places.create(&binaries, account.as_ref(), &password)?;
        }
        stop_orphan(&places.cluster);
        let (pid, ended) = spawn(&binaries, &places, account.as_ref())?;
        let embedded = Self {
            options: options(&places, &password),
            major: binaries.major,
            running: Some(Running { pid, ended, _lock: lock }),
        };
        embedded.wait_until_open(&places)?;
        tracing::info!(version = binaries.major, "the private database is open");
        Ok(embedded)
    }

    /// How to connect to it.
    #[must_use]
    pub fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// PostgreSQL's major version.
    #[must_use]
    pub const fn major(&self) -> u32 {
        self.major
    }

    fn wait_until_open(&self, places: &Places) -> Result<(), EmbeddedError> {
        let Some(running) = &self.running else { return Ok(()) };
        let started = Instant::now();
        while started.elapsed() < START_TIMEOUT {
            if is_ready(&places.cluster, running.pid) {
                return Ok(());
            }
            match running.ended.recv_timeout(LOOK_EVERY) {
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                _ => return Err(EmbeddedError::Ended(log_tail(&places.log))),
            }
        }
        Err(EmbeddedError::Slow(log_tail(&places.log)))
    }

    /// Stops the cluster in order. Blocks until it ended. Does nothing to a cluster of another process.
    pub fn stop(&mut self) {
        let Some(running) = self.running.take() else { return };
        for (signal, patience) in [(Signal::SIGINT, FAST_STOP), (Signal::SIGQUIT, IMMEDIATE_STOP)] {
            if kill(running.pid, signal).is_err() {
                return;
            }
            match running.ended.recv_timeout(patience) {
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    tracing::warn!(%signal, "the database is slow to stop");
                }
                _ => return,
            }
        }
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.stop();
    }
}

fn whole_path(data: &Path) -> Result<PathBuf, EmbeddedError> {
    data.canonicalize().map_err(|source| EmbeddedError::Folder { folder: data.to_owned(), source })
}

/// Takes the lock of a data folder, and makes the folder when there is none.
fn lock(data: &Path) -> Result<Option<File>, EmbeddedError> {
    let failed = |source| EmbeddedError::Folder { folder: data.to_owned(), source };
    fs::create_dir_all(data).map_err(failed)?;
    let file =
        File::options().create(true).truncate(false).write(true).open(data.join("lock")).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// The password of the database account, made on the first start.
fn password(data: &Path) -> Result<String, EmbeddedError> {
    let path = data.join("postgres.password");
    let failed = |source| EmbeddedError::Folder { folder: path.clone(), source };
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut bytes = [0u8; 32];
            getrandom::fill(&mut bytes).map_err(|error| failed(io::Error::other(error)))?;
            let text = blake3::Hash::from_bytes(bytes).to_hex().to_string();
            write_private(&path, text.as_bytes()).map_err(failed)?;
            Ok(text)
        }
        Err(source) => Err(failed(source)),
    }
}

fn options(places: &Places, password: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(&places.socket)
        .port(5432)
        .username(SUPERUSER)
        .password(password)
        .database("postgres")
        .ssl_mode(PgSslMode::Disable)
        .application_name("zumodra")
}

fn choose(found: Vec<Binaries>, existing: Option<u32>, places: &Places) -> Result<Binaries, EmbeddedError> {
    let newest = found.first().map(|binaries| binaries.major).ok_or(EmbeddedError::NoBinaries)?;
    if newest < OLDEST_MAJOR {
        return Err(EmbeddedError::TooOld { found: newest });
    }
    let wanted = existing.unwrap_or(newest);
    found.into_iter().find(|binaries| binaries.major == wanted).ok_or_else(|| EmbeddedError::OtherMajor {
        made: wanted,
        have: newest,
        cluster: places.cluster.clone(),
    })
}

/// Starts the postmaster from a thread that lives as long as it: the kernel ends the child with the thread that made it.
#[expect(unsafe_code, reason = "the death signal can only be set between fork and exec")]
fn spawn(
    binaries: &Binaries,
    places: &Places,
    account: Option<&Account>,
) -> Result<(Pid, mpsc::Receiver<()>), EmbeddedError> {
    let program = binaries.program("postgres");
    let failed = |source| EmbeddedError::Program { program: program.clone(), source };
    let mut command = Command::new(&program);
    command.arg("-D").arg(&places.cluster).env_clear().env("LC_ALL", "C").current_dir(&places.home);
    command.arg("-c").arg(format!("unix_socket_directories={}", places.socket.display()));
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    let log = open_log(&places.log).map_err(failed)?;
    command.stdin(Stdio::null()).stdout(log.try_clone().map_err(failed)?).stderr(log);
    // A group of its own: Ctrl-C at the terminal must reach the server, which stops the database last.
    command.process_group(0);
    if let Some(account) = account {
        account.apply(&mut command);
    }
    let parent = Pid::this();
    // SAFETY: the closure makes two system calls and allocates nothing.
    unsafe {
        command.pre_exec(move || {
            nix::sys::prctl::set_pdeathsig(Signal::SIGINT)?;
            // The server may have died before the signal was set.
            if getppid() == parent { Ok(()) } else { Err(io::Error::from_raw_os_error(3)) }
        });
    }
    let (started, has_started) = mpsc::channel();
    let (ended, has_ended) = mpsc::channel();
    std::thread::Builder::new()
        .name("postgres-parent".into())
        .spawn(move || {
            let child = command.spawn();
            let (pid, child) = match child {
                Ok(child) => (Ok(child.id()), Some(child)),
                Err(error) => (Err(error), None),
            };
            let _ = started.send(pid);
            if let Some(mut child) = child {
                let _ = child.wait();
            }
            let _ = ended.send(());
        })
        .map_err(failed)?;
    let pid = has_started.recv().map_err(|error| failed(io::Error::other(error)))?.map_err(failed)?;
    Ok((Pid::from_raw(pid.cast_signed()), has_ended))
}

fn open_log(path: &Path) -> io::Result<File> {
    let anew = fs::metadata(path).is_ok_and(|metadata| metadata.len() > MAX_LOG_BYTES);
    if anew {
        fs::remove_file(path)?;
    }
    File::options().create(true).append(true).open(path)
}

fn log_tail(path: &Path) -> String {
    let text = fs::read(path).unwrap_or_default();
    let tail = &text[text.len().saturating_sub(LOG_TAIL_BYTES)..];
    String::from_utf8_lossy(tail).trim().to_owned()
}

/// Whether the postmaster says that it takes connections: the eighth line of its file.
fn is_ready(cluster: &Path, pid: Pid) -> bool {
    let Ok(text) = fs::read_to_string(cluster.join("postmaster.pid")) else { return false };
    let mut lines = text.lines();
    let ours = lines.next().is_some_and(|line| line.trim() == pid.to_string());
    ours && lines.nth(6).is_some_and(|line| line.trim() == "ready")
}

/// Stops a postmaster of this cluster that outlived its server. We hold the folder's lock, so nobody else uses it.
fn stop_orphan(cluster: &Path) {
    let Some(pid) = orphan(cluster) else { return };
    tracing::warn!(%pid, "a database of an earlier run is still here; stopping it");
    for (signal, patience) in
        [(Signal::SIGINT, FAST_STOP), (Signal::SIGQUIT, IMMEDIATE_STOP), (Signal::SIGKILL, IMMEDIATE_STOP)]
    {
        let _ = kill(pid, signal);
        let started = Instant::now();
        while started.elapsed() < patience {
            if !runs_in(pid, cluster) {
                return;
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

fn orphan(cluster: &Path) -> Option<Pid> {
    let file = cluster.join("postmaster.pid");
    let text = fs::read_to_string(&file).ok()?;
    let Some(pid) = text.lines().next().and_then(|line| line.trim().parse().ok()).map(Pid::from_raw) else {
        // A machine that lost power may leave an empty file, at which PostgreSQL would refuse to start.
        let _ = fs::remove_file(&file);
        return None;
    };
    if runs_in(pid, cluster) {
        return Some(pid);
    }
    if kill(pid, None).is_ok() {
        // The number was given to another program since: PostgreSQL would take that for a running server.
        let _ = fs::remove_file(&file);
    }
    None
}

fn runs_in(pid: Pid, cluster: &Path) -> bool {
    let process = PathBuf::from(format!("/proc/{pid}"));
    let is_postgres = fs::read_to_string(process.join("comm")).is_ok_and(|name| name.trim() == "postgres");
    is_postgres && fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd == cluster)
}
