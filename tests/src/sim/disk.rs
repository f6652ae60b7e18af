//! A replica's file on a disk that can fail: crashes leave torn files behind.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;
use zumodra_desktop::replica::{Key, Opened, Random, Replica};
use zumodra_shared::kernel::{Code, Problem};

/// Where files in memory are, on machines that have such a place.
const MEMORY: &str = "/dev/shm";
/// Endings of the files that a crash leaves. (The shared memory of the log is made anew.)
const ENDINGS: [&str; 5] = ["", "-wal", ".unsent", ".unsent-wal", ".open"];
/// Most bytes that are overwritten at a place.
const MAX_TORN_BYTES: usize = 4_096;

/// What a crash did to a replica's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Nothing.
    None,
    /// A part of the replica was overwritten.
    Overwritten,
    /// The end of the replica is missing.
    CutOff,
    /// The replica is there and empty.
    Emptied,
    /// The replica is gone.
    Gone,
    /// The end of the log is missing, or unreadable from some place on: what was written last is not there any more.
    LogTorn,
    /// The second copy of unsent edits is damaged.
    SecondCopy,
}

/// A folder with a replica's files.
#[derive(Debug)]
pub struct Disk {
    folder: TempDir,
    key: Key,
}

fn folder() -> io::Result<TempDir> {
    let memory = Path::new(MEMORY);
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }
}

fn failed(error: &io::Error) -> Problem {
    Problem::new(Code::Internal).detail(error.to_string())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

impl Disk {
    /// An empty disk.
    ///
    /// # Errors
    /// When there is no place for it.
    pub fn new(seed: u64) -> Result<Self, Problem> {
        let mut key = [7; 32];
        key[..8].copy_from_slice(&seed.to_be_bytes());
        Ok(Self { folder: folder().map_err(|error| failed(&error))?, key: Key::new(key) })
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("replica.db")
    }

    /// Opens the replica.
    ///
    /// # Errors
    /// As [`Replica::open`].
    pub fn open(&self, random: Random) -> Result<Opened, Problem> {
        Replica::open(&self.path(), &self.key, random)
    }

    /// Leaves the files as a crash at this moment does, with some damage; the replica that used them is of no use any
    /// more.
    ///
    /// # Errors
    /// When the files cannot be copied.
    pub fn crash(&mut self, rng: &mut ChaCha8Rng) -> Result<Damage, Problem> {
        self.leave(rng).map_err(|error| failed(&error))
    }

    fn leave(&mut self, rng: &mut ChaCha8Rng) -> io::Result<Damage> {
        let left = folder()?;
        let path = left.path().join("replica.db");
        for ending in ENDINGS {
            let from = beside(&self.path(), ending);
            if from.exists() {
                fs::copy(&from, beside(&path, ending))?;
            }
        }
        self.folder = left;
        let log = beside(&path, "-wal");
        let damage = match rng.random_range(0..12) {
            0 | 1 => overwrite(&path, rng)?.then_some(Damage::Overwritten),
            2 => cut(&path, rng)?.then_some(Damage::CutOff),
            3 => {
                fs::write(&path, b"")?;
                fs::remove_file(&log)?;
                Some(Damage::Emptied)
            }
            4 => {
                fs::remove_file(&path)?;
                fs::remove_file(&log)?;
                Some(Damage::Gone)
            }
            5 => cut(&log, rng)?.then_some(Damage::LogTorn),
            6 => overwrite(&log, rng)?.then_some(Damage::LogTorn),
            7 => overwrite(&beside(&path, ".unsent"), rng)?.then_some(Damage::SecondCopy),
            _ => None,
        };
        Ok(damage.unwrap_or(Damage::None))
    }
}

/// Overwrites some of a file. Says whether there was anything to overwrite.
fn overwrite(path: &Path, rng: &mut ChaCha8Rng) -> io::Result<bool> {
    let mut bytes = fs::read(path)?;
    if bytes.is_empty() {
        return Ok(false);
    }
    let from = rng.random_range(0..bytes.len());
    let to = (from + rng.random_range(1..=MAX_TORN_BYTES)).min(bytes.len());
    rng.fill(&mut bytes[from..to]);
    fs::write(path, bytes)?;
    Ok(true)
}

/// Cuts the end off a file. Says whether there was anything to cut off.
fn cut(path: &Path, rng: &mut ChaCha8Rng) -> io::Result<bool> {
    let length = fs::metadata(path)?.len();
    if length == 0 {
        return Ok(false);
    }
    fs::OpenOptions::new().write(true).open(path)?.set_len(rng.random_range(0..length))?;
    Ok(true)
}
