//! Opening the replica file: encrypted, durable, checked, and rescued when it is damaged.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::registry;

use super::error::{Error, Result};
use super::key::Key;
use super::meta::{self, name};
use super::random::Random;
use super::recent::Recent;
use super::shadow::{Shadow, last_place};
use super::{Changed, Durability, Replica, Tx, documents, lease, tables};

/// Prepared statements that a connection keeps.
const STATEMENTS: usize = 256;
/// Pages that the writer keeps in memory, in KiB.
const CACHE_KIB: i64 = 16 << 10;
/// Pages in the log after which it is written to the file: a page that is changed often is then written once.
const CHECKPOINT_PAGES: i64 = 4_000;
/// How long a statement waits for another connection.
const BUSY_MS: u64 = 5_000;
/// A file up to this size is read through at every start; a larger one beside the work, after a crash.
const CHECK_ALWAYS_BELOW_BYTES: u64 = 24 << 20;
/// Documents that are projected between two looks at the store during a rebuild.
const REBUILD_PAGE: usize = 500;

/// A replica that was opened.
#[derive(Debug)]
pub struct Opened {
    /// The replica.
    pub replica: Replica,
    /// The old file was damaged and set aside; so many unsent entries were rescued.
    pub rescued: Option<u64>,
    /// The last use did not end in good order, and the file was too large to be read through now: see
    /// [`Reader::check`].
    pub unchecked: bool,
}

/// A read-only connection to a replica file, for queries beside the writer.
#[derive(Debug)]
pub struct Reader(Connection);

impl Reader {
    /// Opens a reader on a replica that is open.
    ///
    /// # Errors
    /// When the file does not open.
    pub fn open(path: &Path, key: &Key) -> std::result::Result<Self, Problem> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        prepare_cipher();
        let conn = Connection::open_with_flags(path, flags).map_err(Error::from)?;
        unlock(&conn, Some(key))?;
        conn.execute_batch("pragma query_only = on;").map_err(Error::from)?;
        Ok(Self(conn))
    }

    /// The connection.
    #[must_use]
    pub const fn connection(&self) -> &Connection {
        &self.0
    }

    /// Reads the whole file through.
    ///
    /// # Errors
    /// [`Code::ReplicaDamaged`] when it is not sound.
    pub fn check(&self) -> std::result::Result<(), Problem> {
        Ok(check(&self.0)?)
    }
}

/// Reads a whole file through.
pub(crate) fn check(conn: &Connection) -> Result<()> {
    let verdict: String = conn.query_row("pragma quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(Code::ReplicaDamaged.into()) }
}

/// Lets SQLCipher prepare itself, once: of several connections that are the first ones of a process and are opened at the
/// same time, some are told that their key is none.
fn prepare_cipher() {
    static PREPARED: Once = Once::new();
    PREPARED.call_once(|| {
        let first = Connection::open_in_memory().and_then(|conn| conn.execute_batch("pragma key = 'none';"));
        if let Err(error) = first {
            tracing::warn!(%error, "the cipher of the local store was not prepared");
        }
    });
}

fn unlock(conn: &Connection, key: Option<&Key>) -> Result<()> {
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // A statement is planned once. Without this, SQLite plans many anew each time they get other values.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.busy_timeout(Duration::from_millis(BUSY_MS))?;
    if let Some(key) = key {
        // What is wrong with a file is our message to give, not a line on the error stream.
        conn.execute_batch("pragma cipher_log_level = none;")?;
        conn.execute_batch(&format!("pragma key = \"x'{}'\";", key.to_hex()))?;
    }
    // Reading the schema is what shows whether the key fits.
    conn.query_row("select count(*) from sqlite_schema", [], |_| Ok(()))?;
    Ok(())
}

/// Opens a file for writing.
pub(crate) fn connect(path: &Path, key: Option<&Key>) -> Result<Connection> {
    prepare_cipher();
    let conn = Connection::open(path)?;
    unlock(&conn, key)?;
    conn.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on; \
         pragma foreign_keys = on; pragma temp_store = memory;",
    )?;
    // A transaction that does not fit into the cache is written to the log in parts and read back: each time a cipher.
    conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
    conn.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    Ok(conn)
}

/// Writes the log to the file and empties it.
pub(crate) fn checkpoint(conn: &Connection) {
    if let Err(error) = conn.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())) {
        tracing::warn!(%error, "the log of the local database could not be emptied yet");
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path.as_os_str());
    name.push(ending);
    PathBuf::from(name)
}

/// Moves a damaged file out of the way.
pub(crate) fn set_aside(path: &Path) -> Result<()> {
    for ending in ["", "-wal", "-shm"] {
        let file = beside(path, ending);
        if file.exists() {
            std::fs::rename(&file, beside(path, &format!("{ending}.damaged")))?;
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Whether a failure to open means that the file itself is not sound. SQLCipher has no other word for a page it
/// cannot decrypt than "out of memory" where the pager asks for one outside a read. (Should memory really be out: the
/// file is set aside, not removed, and what was not sent is in its second copy.)
fn is_damage(error: &Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase, OutOfMemory};
    match error {
        Error::Refused(problem) => problem.code == Code::ReplicaDamaged,
        Error::Sql(sql) => {
            matches!(sql.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase | OutOfMemory))
        }
        Error::Json(_) => true,
        Error::Io(_) => false,
    }
}

/// Opens a sound replica file, or says what is wrong with it.
fn sound(path: &Path, key: &Key) -> Result<Connection> {
    let conn = connect(path, Some(key))?;
    let layout: i64 = conn.query_row("pragma user_version", [], |row| row.get(0))?;
    if layout == 0 {
        create(&conn)?;
        return Ok(conn);
    }
    let pages: i64 = conn.query_row("pragma page_count", [], |row| row.get(0))?;
    // SQLCipher answers this one with a text.
    let page_size: String = conn.query_row("pragma page_size", [], |row| row.get(0))?;
    let expected = pages.unsigned_abs() * page_size.parse::<u64>().unwrap_or_default();
    let short = std::fs::metadata(path)?.len() < expected && !beside(path, "-wal").exists();
    if !(1..=tables::LAYOUT).contains(&layout) || short {
        return Err(Code::ReplicaDamaged.into());
    }
    if expected <= CHECK_ALWAYS_BELOW_BYTES {
        check(&conn)?;
    }
    if layout < tables::LAYOUT {
        tables::bring_up(&conn, layout)?;
    }
    Ok(conn)
}

fn create(conn: &Connection) -> Result<()> {
    let tx = conn.unchecked_transaction()?;
    tables::create_own(&tx)?;
    tables::create_derived(&tx)?;
    tables::create_indexes(&tx)?;
    meta::write_json(&tx, name::PROJECTION, &tables::projection())?;
    tx.commit()?;
    Ok(())
}

impl Replica {
    /// Opens the replica file at `path`, making it when there is none. A file that is damaged, cut off or does not fit
    /// the key is set aside; a new one takes its place with everything that was not sent yet.
    ///
    /// # Errors
    /// [`Code::DiskFull`] and other failures that a new file would not cure.
    pub fn open(path: &Path, key: &Key, random: Random) -> std::result::Result<Opened, Problem> {
        Ok(Self::open_in(path, key, random)?)
    }

    pub(super) fn open_in(path: &Path, key: &Key, random: Random) -> Result<Opened> {
        let marker = beside(path, ".open");
        let second = beside(path, ".unsent");
        // A second copy without its replica means that the replica was lost.
        let lost = second.exists() && !path.exists();
        let crashed = marker.exists();
        let opened = sound(path, key);
        std::fs::write(&marker, b"")?;
        let (mut conn, mut damaged) = match opened {
            Ok(conn) => (conn, lost),
            Err(error) if is_damage(&error) => {
                tracing::error!(%error, "the local copy is damaged; it is set aside and fetched anew");
                set_aside(path)?;
                (sound(path, key)?, true)
            }
            Err(error) => return Err(error),
        };
        let mut shadow = Shadow::open(&second, key)?;
        if !damaged {
            match shadow.is_ahead_of(&conn) {
                Ok(false) => {}
                Ok(true) => {
                    tracing::error!("the local copy has lost what was written last; it is fetched anew");
                    drop(conn);
                    set_aside(path)?;
                    (conn, damaged) = (sound(path, key)?, true);
                }
                Err(error) if is_damage(&error) => {
                    drop(shadow);
                    shadow = Shadow::anew(&second, key, &error)?;
                }
                Err(error) => return Err(error),
            }
        }
        if damaged {
            shadow.give_back(&conn)?;
        } else {
            shadow.agree(&conn)?;
        }
        let mut replica = Self::around(conn, random, Some(shadow), Some(path.to_owned()))?;
        let rescued = damaged.then(|| replica.take_up()).transpose()?;
        let large = std::fs::metadata(path)?.len() > CHECK_ALWAYS_BELOW_BYTES;
        Ok(Opened { replica, rescued, unchecked: crashed && large && !damaged })
    }

    /// A replica in memory, unencrypted and gone when dropped: for simulation. A crash between two calls is modelled
    /// by going on with it, a crash within one by not making the call: every method is one transaction.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn in_memory(random: Random) -> std::result::Result<Self, Problem> {
        prepare_cipher();
        let conn = Connection::open_in_memory().map_err(Error::from)?;
        unlock(&conn, None)?;
        create(&conn)?;
        Ok(Self::around(conn, random, None, None)?)
    }

    fn around(
        conn: Connection,
        random: Random,
        shadow: Option<Shadow>,
        path: Option<PathBuf>,
    ) -> Result<Self> {
        let handed_to = last_place(&conn)?;
        let mut replica = Self {
            conn,
            random,
            shadow,
            path,
            handed_to: handed_to.unsigned_abs(),
            changed: Changed::default(),
            durability: Durability::Now,
            recent: Recent::default(),
        };
        let projected: Option<String> = meta::read_json(&replica.conn, name::PROJECTION)?;
        if projected != Some(tables::projection()) {
            replica.rebuild(0)?;
        }
        Ok(replica)
    }

    /// Takes up what was rescued into a new file: says how many entries.
    fn take_up(&mut self) -> Result<u64> {
        let entries = self.write(0, |tx| {
            let entries = documents::pending_where(tx.conn, "true order by place", [])?;
            for entry in &entries {
                tx.conn.execute("insert or ignore into actors (actor) values (?1)", [&entry.actor])?;
            }
            tx.restore_created(&entries)?;
            Ok(entries.len() as u64)
        })?;
        Ok(entries)
    }

    /// Derives every row and the search index anew from the documents.
    ///
    /// # Errors
    /// When the store fails.
    pub fn rebuild(&mut self, now: i64) -> std::result::Result<(), Problem> {
        self.write(now, |tx| {
            tables::create_derived(tx.conn)?;
            // Another version may know other kinds: the next hello says names.
            meta::forget(tx.conn, name::DIGEST)?;
            tx.conn.execute_batch("update docs set indexed = 0;")?;
            let sealed = lease::sealed(tx.conn)?;
            let mut after = 0;
            loop {
                let docs = documents::page(tx.conn, "true", after, REBUILD_PAGE)?;
                let Some(last) = docs.last() else { break };
                after = last.n;
                for doc in docs.into_iter().filter(|doc| !sealed.iter().any(|kind| kind == doc.def.name)) {
                    if tx.reproject(doc.id, false).is_err() {
                        tx.quarantine(doc.id, doc.def.code)?;
                    }
                }
            }
            tables::create_indexes(tx.conn)?;
            tx.restore_provisional()?;
            for def in registry::KINDS {
                tx.changed.kind(def.name);
            }
            meta::write_json(tx.conn, name::PROJECTION, &tables::projection())
        })
    }

    /// Writes the log of a large download to the file, so that it does not keep its size.
    pub fn settle(&self) {
        checkpoint(&self.conn);
    }

    /// Ends the use of the file in good order. (Dropping the replica instead is what a crash does.)
    pub fn close(self) {
        checkpoint(&self.conn);
        if let Some(shadow) = &self.shadow {
            shadow.checkpoint();
        }
        let path = self.path.clone();
        drop(self);
        if let Some(path) = path
            && let Err(error) = remove(&beside(&path, ".open"))
        {
            tracing::warn!(%error, "the mark of an open replica stays");
        }
    }

    /// Removes a replica's files, damaged ones and the second copy included.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn wipe(path: &Path) -> std::result::Result<(), Problem> {
        for main in [path.to_owned(), beside(path, ".unsent")] {
            for ending in ["", "-wal", "-shm"] {
                remove(&beside(&main, ending))?;
                remove(&beside(&main, &format!("{ending}.damaged")))?;
            }
        }
        remove(&beside(path, ".open"))?;
        Ok(())
    }

    /// Empties the write-ahead logs, so that what was deleted is in no file any more.
    pub(crate) fn scrub(&self) {
        checkpoint(&self.conn);
        if let Some(shadow) = &self.shadow {
            shadow.checkpoint();
        }
    }
}

impl Tx<'_> {
    /// Gives records that were made here and are not on the server their entry and row back.
    fn restore_created(&mut self, entries: &[documents::Pending]) -> Result<()> {
        let author = meta::identity(self.conn)?.map(|me| me.user_id).unwrap_or_default();
        for entry in entries.iter().filter(|entry| entry.creates) {
            let Some(def) = registry::by_code(entry.kind) else { continue };
            let stamps = super::rows::Stamps {
                created_at: entry.made_at,
                created_by: author,
                updated_at: entry.made_at,
                updated_by: author,
            };
            if self.doc(entry.doc)?.is_none() {
                self.new_doc(entry.doc, def, stamps)?;
            }
            self.reproject(entry.doc, false)?;
        }
        Ok(())
    }

    /// Shows the timeline entries again that the server has not written yet.
    fn restore_provisional(&mut self) -> Result<()> {
        let entries: Vec<([u8; 16], String)> = self
            .conn
            .prepare("select id, fields from provisional")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let actor = meta::identity(self.conn)?.map(|me| me.user_id).unwrap_or_default();
        for (id, fields) in entries {
            let id = RecordId::from_bytes(id);
            if self.doc(id)?.is_none() {
                self.put_provisional(id, &serde_json::from_str(&fields)?, actor)?;
            }
        }
        Ok(())
    }
}
