//! The local replica: one encrypted SQLite file that holds everything the person may see, and all they did.
//!
//! Every public method is one transaction: a crash at any point leaves the file as before or after it, never between.
//! Time and randomness are passed in, so that a simulation with a seed is exact. The invariant that everything here
//! serves: a local change ends in exactly one of acknowledged, refused and in attention, dropped with a notice, or
//! discarded by the person; nothing else takes an entry out of the outbox.

mod alerts;
mod approvals;
mod attention;
mod documents;
mod dump;
pub(crate) mod error;
mod files;
mod history;
mod key;
mod lease;
mod merge;
mod meta;
mod open;
mod own_fields;
mod own_names;
mod query;
mod random;
mod recent;
mod refusal;
mod resume;
mod rows;
mod search;
mod shadow;
mod shares;
mod snippet;
mod sync;
mod tables;
mod tags;
mod write;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use rusqlite::{Connection, TransactionBehavior};
use serde::Serialize;
use zumodra_shared::kernel::{Problem, RecordId};
use zumodra_shared::schema::{Edit, Fields};

pub use alerts::{Alert, Alerted, CheckRequest, FollowRequest, followed};
pub use attention::{AttentionChoice, AttentionItem, ValuePair};
pub use files::{StoredFile, file};
pub use history::{HistoryPage, HistoryRequest, Past, as_of, history};
pub use key::Key;
pub use merge::MergeRequest;
pub use meta::{Counts, Identity};
pub use open::{Opened, Reader};
pub use query::{Filter, ListPage, ListRequest, MAX_LIMIT, get, list};
pub use random::Random;
pub use resume::{NewResume, attachment};
pub use rows::Record;
pub use search::{Match, find};
pub use sync::Carried;
pub use write::knows;

pub(crate) use approvals::{approval_rules, deputies, job_of};
pub(crate) use meta::{principal, retention_months};
pub(crate) use rows::all as rows_of;
pub(crate) use tags::Merged as MergedTags;

use error::Result;
use shadow::{Kept, Shadow};

/// Ids that are named one by one in a [`Changed`]; above this, listeners read the whole kind again.
const MAX_NAMED_CHANGES: usize = 200;

/// A record that is to be made.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct CreateRequest {
    /// The kind.
    pub kind: String,
    /// What it holds.
    pub fields: Fields,
}

/// Edits of one record.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct EditRequest {
    /// The record's kind.
    pub kind: String,
    /// The record.
    pub id: RecordId,
    /// What is done to it.
    pub edits: Vec<Edit>,
}

/// What a local write answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The record (the first, of several).
    pub id: RecordId,
    /// The token that takes the write back; empty when nothing was changed.
    pub undo: String,
}

/// Which rows changed since it was last asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// By kind, the records; an empty set means all of the kind.
    pub kinds: BTreeMap<&'static str, BTreeSet<RecordId>>,
    /// The outbox has something new to send.
    pub outbox: bool,
    /// Something left the outbox.
    pub answered: bool,
    /// Needs attention changed.
    pub attention: bool,
    /// A file waits for its upload.
    pub files: bool,
    /// What became of local changes.
    pub fates: Vec<Fate>,
}

/// What became of a local change (named by its hash) or command (named by its key).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The server has it.
    Acknowledged(Vec<u8>),
    /// The server refused it; it is in Needs attention.
    Refused(Vec<u8>),
    /// Its record may no longer be held; there is a notice.
    Dropped(Vec<u8>),
    /// The person took it back before it was sent.
    Discarded(Vec<u8>),
    /// It was written anew on another base, as the second.
    Rewritten(Vec<u8>, Vec<u8>),
}

impl Changed {
    fn row(&mut self, kind: &'static str, id: RecordId) {
        let known = self.kinds.contains_key(kind);
        let ids = self.kinds.entry(kind).or_default();
        if known && ids.is_empty() {
            return;
        }
        ids.insert(id);
        if ids.len() > MAX_NAMED_CHANGES {
            ids.clear();
        }
    }

    fn kind(&mut self, kind: &'static str) {
        self.kinds.insert(kind, BTreeSet::new());
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn absorb(&mut self, other: Self) {
        for (kind, ids) in other.kinds {
            if ids.is_empty() {
                self.kind(kind);
            }
            for id in ids {
                self.row(kind, id);
            }
        }
        self.outbox |= other.outbox;
        self.answered |= other.answered;
        self.attention |= other.attention;
        self.files |= other.files;
        self.fates.extend(other.fates);
    }
}

/// The local replica.
#[derive(Debug)]
pub struct Replica {
    conn: Connection,
    random: Random,
    shadow: Option<Shadow>,
    path: Option<PathBuf>,
    /// Highest place of the outbox that may have been sent: what is below it can no longer be taken back unsent.
    handed_to: u64,
    changed: Changed,
    durability: Durability,
    recent: recent::Recent,
}

/// When a commit has to be on the disk. In WAL mode (sqlite.org/wal.html) a commit that is not yet there is lost as a
/// whole when the power fails, with all later ones; nothing earlier is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Durability {
    /// When it returns.
    Now,
    /// Some time later: whoever wrote it can write it again.
    Soon,
}

/// One transaction under way, with what it needs and what it leaves behind.
pub(crate) struct Tx<'a> {
    conn: &'a Connection,
    random: &'a mut Random,
    now: i64,
    handed_to: u64,
    changed: Changed,
    kept: Vec<Kept>,
    /// What the confirmed documents of a scope gained: count and checksum.
    sums: HashMap<String, (i64, i64)>,
    recent: &'a recent::Recent,
}

impl Replica {
    /// Runs one transaction, which is on the disk afterwards; an error takes everything in it back.
    fn write<T>(
        &mut self,
        now: i64,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> std::result::Result<T, Problem> {
        self.transact(now, Durability::Now, work)
    }

    /// Runs one transaction with what the server said. Should the power fail before it is on the disk, the replica is
    /// as it was before, and the server says it again.
    fn write_repeatable<T>(
        &mut self,
        now: i64,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> std::result::Result<T, Problem> {
        self.transact(now, Durability::Soon, work)
    }

    fn transact<T>(
        &mut self,
        now: i64,
        durability: Durability,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    ) -> std::result::Result<T, Problem> {
        self.set_durability(durability)?;
        let sql = self.conn.transaction_with_behavior(TransactionBehavior::Immediate);
        let sql = sql.map_err(error::Error::from)?;
        let mut tx = Tx {
            conn: &sql,
            random: &mut self.random,
            now,
            handed_to: self.handed_to,
            changed: Changed::default(),
            kept: Vec::new(),
            sums: HashMap::new(),
            recent: &self.recent,
        };
        let answer = work(&mut tx)?;
        tx.flush_sums()?;
        let (changed, kept) = (tx.changed, tx.kept);
        sql.commit().map_err(error::Error::from)?;
        // Edits were written anew on another base. Once they are sent, the old ones must not come back.
        let flushed = match changed.outbox && durability == Durability::Soon {
            true => self.set_durability(Durability::Now).and_then(|()| meta::flush(&self.conn)),
            false => Ok(()),
        };
        // Whether or not the disk has it yet, it is committed: whoever listens is told.
        self.changed.absorb(changed);
        if let Some(shadow) = &mut self.shadow
            && !kept.is_empty()
        {
            shadow.follow(&self.conn, kept);
        }
        flushed?;
        Ok(answer)
    }

    fn set_durability(&mut self, durability: Durability) -> Result<()> {
        if self.durability != durability {
            let level = match durability {
                Durability::Now => "full",
                Durability::Soon => "normal",
            };
            self.conn.pragma_update(None, "synchronous", level)?;
            self.durability = durability;
        }
        Ok(())
    }

    /// Which rows changed since the last call.
    pub fn take_changed(&mut self) -> Changed {
        std::mem::take(&mut self.changed)
    }

    /// The connection, for queries (see [`get`], [`list`], [`find`] and `ats::queries`).
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.conn
    }

    /// Where the file is; none for a replica in memory.
    #[must_use]
    pub fn path(&self) -> Option<&std::path::Path> {
        self.path.as_deref()
    }

    /// A random number below 1,000, for the wait before a new connection.
    pub fn jitter(&mut self) -> i64 {
        self.random.permille()
    }

    /// A record id of this instant, for what is not a record but needs an id.
    pub fn new_id(&mut self, now: i64) -> RecordId {
        self.random.id(now)
    }
}

#[cfg(test)]
mod tests;
