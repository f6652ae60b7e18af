//! The second copy of what exists nowhere else: unsent entries, Needs attention, files that wait for their upload.
//!
//! It is a small encrypted file of its own, written after each commit of the replica and brought into agreement with
//! it at every start. It is only ever read when the replica file is damaged. The replica alone is the truth: SQLite
//! does not commit to two files in WAL mode in one step, so nothing depends on both being the same at a given moment.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value as Sql;

use super::error::{Error, Result};
use super::key::Key;
use super::{open, tables};

/// An entry that has to be brought over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kept {
    /// A place of the outbox.
    Outbox(u64),
    /// An item of Needs attention.
    Attention(String),
    /// A file by its hash.
    File(String),
}

impl Kept {
    /// Table, key column, and the condition under which an entry is kept.
    const fn place(&self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Outbox(_) => OUTBOX,
            Self::Attention(_) => ATTENTION,
            Self::File(_) => FILES,
        }
    }

    fn key(&self) -> Sql {
        match self {
            Self::Outbox(place) => Sql::Integer(i64::try_from(*place).unwrap_or(i64::MAX)),
            Self::Attention(id) => Sql::Text(id.clone()),
            Self::File(hash) => Sql::Text(hash.clone()),
        }
    }
}

const OUTBOX: (&str, &str, &str) = ("outbox", "place", "true");
const ATTENTION: (&str, &str, &str) = ("attention", "id", "true");
/// A file that the server has can be fetched again.
const FILES: (&str, &str, &str) = ("files", "hash", "waiting = 1");

/// The second copy.
#[derive(Debug)]
pub(crate) struct Shadow {
    conn: Connection,
}

impl Shadow {
    /// Opens the second copy, anew when it is damaged.
    pub(crate) fn open(path: &Path, key: &Key) -> Result<Self> {
        match open::connect(path, Some(key)).and_then(|conn| prepared(&conn).map(|()| conn)) {
            Ok(conn) => Ok(Self { conn }),
            Err(error) => Self::anew(path, key, &error),
        }
    }

    /// Makes the second copy anew, because it is damaged.
    pub(crate) fn anew(path: &Path, key: &Key, damage: &Error) -> Result<Self> {
        tracing::warn!(error = %damage, "the second copy of unsent edits is damaged; it is made anew");
        open::set_aside(path)?;
        let conn = open::connect(path, Some(key))?;
        prepared(&conn)?;
        Ok(Self { conn })
    }

    /// Brings single entries over after a commit. A failure is logged and made good at the next start: the replica
    /// holds the entry.
    pub(crate) fn follow(&mut self, main: &Connection, kept: Vec<Kept>) {
        let followed = (|| -> Result<()> {
            let tx = self.conn.transaction()?;
            for entry in kept {
                let (table, key, condition) = entry.place();
                tx.execute(&format!("delete from {table} where {key} = ?1"), [entry.key()])?;
                copy(main, &tx, table, &format!("{key} = ?1 and {condition}"), [entry.key()])?;
            }
            tx.commit()?;
            Ok(())
        })();
        if let Err(error) = followed {
            tracing::warn!(%error, "the second copy of unsent edits could not be written");
        }
    }

    /// Makes the second copy what the replica holds.
    pub(crate) fn agree(&mut self, main: &Connection) -> Result<()> {
        let tx = self.conn.transaction()?;
        for (table, key, condition) in [OUTBOX, ATTENTION, FILES] {
            // A number is a text here and, compared with its column, a number again.
            let keys = |conn: &Connection, condition: &str| -> Result<BTreeSet<String>> {
                let mut statement =
                    conn.prepare(&format!("select cast({key} as text) from {table} where {condition}"))?;
                let keys = statement.query_map([], |row| row.get(0))?;
                Ok(keys.collect::<rusqlite::Result<_>>()?)
            };
            let wanted = keys(main, condition)?;
            let present = keys(&tx, "true")?;
            for old in present.difference(&wanted) {
                tx.execute(&format!("delete from {table} where {key} = ?1"), [old])?;
            }
            for new in wanted.difference(&present) {
                copy(main, &tx, table, &format!("{key} = ?1"), [new])?;
            }
        }
        tx.commit()?;
        Ok(())
    }

    /// Whether the second copy has seen edits of which the replica knows nothing. The replica is always written first:
    /// one that is behind has lost what was written last, and is no better than one that does not open.
    ///
    /// # Errors
    /// Also when the second copy itself is not sound.
    pub(crate) fn is_ahead_of(&self, main: &Connection) -> Result<bool> {
        open::check(&self.conn)?;
        Ok(last_place(&self.conn)? > last_place(main)?)
    }

    /// Gives everything back to a new replica. Places are not given out again.
    pub(crate) fn give_back(&self, main: &Connection) -> Result<()> {
        for (table, ..) in [OUTBOX, ATTENTION, FILES] {
            copy(&self.conn, main, table, "true", [])?;
        }
        let last = last_place(&self.conn)?;
        main.execute("delete from sqlite_sequence where name = 'outbox'", [])?;
        main.execute("insert into sqlite_sequence (name, seq) values ('outbox', ?1)", [last])?;
        Ok(())
    }

    /// Writes what is in the log to the file, so that nothing that was deleted remains in it.
    pub(crate) fn checkpoint(&self) {
        open::checkpoint(&self.conn);
    }
}

/// The highest place of the outbox that was ever given out.
pub(crate) fn last_place(conn: &Connection) -> Result<i64> {
    let sql = "select coalesce(max(seq), 0) from sqlite_sequence where name = 'outbox'";
    Ok(conn.query_row(sql, [], |row| row.get(0))?)
}

fn prepared(conn: &Connection) -> Result<()> {
    // A commit that the disk has not taken yet is brought over again at the next start: no need to wait for it.
    conn.execute_batch("pragma synchronous = normal;")?;
    let version: i64 = conn.query_row("pragma user_version", [], |row| row.get(0))?;
    if version == 0 {
        conn.execute_batch(tables::KEPT)?;
    }
    if version != tables::LAYOUT {
        // What is kept is the same in every layout so far.
        conn.pragma_update(None, "user_version", tables::LAYOUT)?;
    }
    // Reading every entry proves that it can be read when it is needed.
    conn.query_row("select count(*), sum(length(body)) from outbox", [], |_| Ok(()))?;
    Ok(())
}

/// Copies rows of a table between files of the same layout.
fn copy(
    from: &Connection,
    to: &Connection,
    table: &str,
    condition: &str,
    params: impl rusqlite::Params,
) -> Result<()> {
    let mut select = from.prepare_cached(&format!("select * from {table} where {condition}"))?;
    let columns = select.column_count();
    let marks = vec!["?"; columns].join(", ");
    let mut insert = to.prepare_cached(&format!("insert or replace into {table} values ({marks})"))?;
    let mut rows = select.query(params)?;
    while let Some(row) = rows.next()? {
        let values = (0..columns).map(|at| row.get::<_, Sql>(at)).collect::<rusqlite::Result<Vec<_>>>()?;
        insert.execute(rusqlite::params_from_iter(values))?;
    }
    Ok(())
}
