//! The ledger: every local change ends in exactly one way, and the books are closed on that.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zumodra_desktop::replica::{Fate, Replica};
use zumodra_shared::kernel::RecordId;

use super::host::hex;
use super::server::Model;

/// An edit or command that was ever in the outbox.
#[derive(Debug, Clone)]
pub struct Made {
    /// The record.
    pub doc: RecordId,
    /// Its last place in the outbox.
    pub place: u64,
    /// Whether it is a command; its hash is then its key.
    pub command: bool,
}

/// How local changes ended. What was written anew on another base ends as what it became.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ends {
    /// Edits and commands that entered an outbox, those written anew included.
    pub made: u64,
    /// The server has it, and the person was told so.
    pub acknowledged: u64,
    /// Its effect was there already when it was to be written anew: nothing was left of it.
    pub moot: u64,
    /// The server has it not, and Needs attention shows it.
    pub refused: u64,
    /// Its record may no longer be held, and a notice says that it was dropped.
    pub dropped: u64,
    /// Of those: the server has it all the same, because the answer was lost before the rights were.
    pub dropped_unanswered: u64,
    /// The person took it back before it was sent, or was shown the refusal and has dealt with it.
    pub discarded: u64,
    /// It was written anew, as another of these.
    pub rewritten: u64,
}

impl Ends {
    /// Whether every change has one end.
    #[must_use]
    pub const fn add_up(&self) -> bool {
        self.made
            == self.acknowledged + self.moot + self.refused + self.dropped + self.discarded + self.rewritten
    }
}

impl AddAssign for Ends {
    fn add_assign(&mut self, other: Self) {
        self.made += other.made;
        self.acknowledged += other.acknowledged;
        self.moot += other.moot;
        self.refused += other.refused;
        self.dropped += other.dropped;
        self.dropped_unanswered += other.dropped_unanswered;
        self.discarded += other.discarded;
        self.rewritten += other.rewritten;
    }
}

/// What Needs attention shows, or one item of it.
#[derive(Debug, Default)]
pub struct Shown {
    hashes: BTreeSet<Vec<u8>>,
    docs: BTreeSet<RecordId>,
}

/// What became of each edit of a replica.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Every edit that was ever in the outbox, by its hash.
    pub made: BTreeMap<Vec<u8>, Made>,
    /// What the replica says became of each edit, the last word.
    fates: BTreeMap<Vec<u8>, Fate>,
    /// Edits that were named in Needs attention.
    noticed: BTreeSet<Vec<u8>>,
    /// Edits of which the person dealt with what Needs attention showed, and records of which they did.
    settled: BTreeSet<Vec<u8>>,
    settled_docs: BTreeSet<RecordId>,
    /// Edits that the person took back before they were sent, as seen from outside.
    taken_back: BTreeSet<Vec<u8>>,
    /// The replica's file went back in time once: what was taken back may be there again.
    went_back: bool,
}

/// The entries of the outbox by hash.
///
/// # Errors
/// When the store cannot be read.
pub fn outbox(conn: &Connection) -> rusqlite::Result<BTreeMap<Vec<u8>, Made>> {
    let mut statement = conn.prepare_cached("select hash, doc, place, command is not null from outbox")?;
    let rows = statement.query_map([], |row| {
        let made = Made {
            doc: RecordId::from_bytes(row.get(1)?),
            place: row.get::<_, i64>(2)?.unsigned_abs(),
            command: row.get(3)?,
        };
        Ok((row.get(0)?, made))
    })?;
    rows.collect()
}

/// What Needs attention shows.
fn shown(conn: &Connection) -> rusqlite::Result<Shown> {
    about(conn, None)
}

/// What an item of Needs attention is about, or all of them.
///
/// # Errors
/// When the store cannot be read.
pub fn about(conn: &Connection, item: Option<&str>) -> rusqlite::Result<Shown> {
    let sql = "select doc, hashes from attention where ?1 is null or id = ?1";
    let mut statement = conn.prepare_cached(sql)?;
    let rows = statement.query_map([item], |row| {
        Ok((RecordId::from_bytes(row.get(0)?), hashes(&row.get::<_, String>(1)?)))
    })?;
    let mut shown = Shown::default();
    for row in rows {
        let (doc, hashes) = row?;
        shown.docs.insert(doc);
        shown.hashes.extend(hashes);
    }
    Ok(shown)
}

impl Ledger {
    /// Notes what came into the outbox, what left it, and what Needs attention names.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn observe(&mut self, replica: &mut Replica) -> rusqlite::Result<()> {
        let changed = replica.take_changed();
        for fate in changed.fates {
            let (Fate::Acknowledged(hash)
            | Fate::Refused(hash)
            | Fate::Dropped(hash)
            | Fate::Discarded(hash)
            | Fate::Rewritten(hash, _)) = &fate;
            self.fates.insert(hash.clone(), fate);
        }
        if changed.outbox {
            self.made.extend(outbox(replica.connection())?);
        }
        if changed.attention {
            self.noticed.extend(shown(replica.connection())?.hashes);
        }
        Ok(())
    }

    /// Notes what a person took back.
    pub fn taken_back<'h>(&mut self, hashes: impl Iterator<Item = &'h Vec<u8>>) {
        self.taken_back.extend(hashes.cloned());
    }

    /// Notes that a person has dealt with something that Needs attention showed.
    pub fn settle(&mut self, about: Shown) {
        self.settled.extend(about.hashes);
        self.settled_docs.extend(about.docs);
    }

    /// The replica's file went back in time.
    pub const fn went_back(&mut self) {
        self.went_back = true;
    }

    /// Says which edits were answered as committed and are not on the server.
    #[must_use]
    pub fn falsely_confirmed(&self, places: &[u64], model: &Model) -> Option<String> {
        let wrong = self
            .made
            .iter()
            .find(|(hash, made)| places.contains(&made.place) && !made.command && !model.has(made.doc, hash));
        wrong.map(|(hash, made)| {
            format!("{} at {} was confirmed and is not in the log", hex(hash), made.place)
        })
    }

    /// Closes the books of a replica at rest: every change has exactly one end.
    ///
    /// # Errors
    /// The change that has none, or two that contradict each other.
    pub fn close(&self, conn: &Connection, model: &Model) -> Result<Ends, String> {
        let waiting = outbox(conn).map_err(|error| error.to_string())?;
        let shown = shown(conn).map_err(|error| error.to_string())?;
        let mut ends = Ends { made: self.made.len() as u64, ..Ends::default() };
        for (hash, made) in &self.made {
            if waiting.contains_key(hash) {
                return Err(format!("the edit {} still waits: {made:?}", hex(hash)));
            }
            if let Err(reason) = self.end(hash, made, &shown, model, &mut ends) {
                let fate = self.fates.get(hash);
                return Err(format!("the edit {} {reason}: {made:?}, {fate:?}", hex(hash)));
            }
        }
        if ends.add_up() { Ok(ends) } else { Err(format!("the books do not add up: {ends:?}")) }
    }

    fn end(
        &self,
        hash: &Vec<u8>,
        made: &Made,
        shown: &Shown,
        model: &Model,
        ends: &mut Ends,
    ) -> Result<(), &'static str> {
        let done = on_server(hash, made, model);
        match self.fates.get(hash).ok_or("was lost")? {
            Fate::Acknowledged(_) if done => ends.acknowledged += 1,
            Fate::Acknowledged(_) if made.command => return Err("was acknowledged and did not run"),
            // Only what is written anew may turn out to be there already.
            Fate::Acknowledged(_) => ends.moot += 1,
            Fate::Dropped(_) if !self.noticed.contains(hash) => return Err("was dropped without a notice"),
            Fate::Dropped(_) => {
                ends.dropped += 1;
                ends.dropped_unanswered += u64::from(done);
            }
            // What was erased meanwhile is refused, though it had been taken.
            Fate::Refused(_) | Fate::Discarded(_) | Fate::Rewritten(..)
                if done && !self.went_back && !model.erased.contains(&made.doc) =>
            {
                return Err("was told to have failed, and is on the server");
            }
            Fate::Refused(_) if shown.hashes.contains(hash) => ends.refused += 1,
            Fate::Refused(_) if self.settled.contains(hash) => ends.discarded += 1,
            // The record went out of sight, and with it what was said about it.
            Fate::Refused(_) if self.noticed.contains(hash) && self.is_told(made.doc, shown) => {
                ends.dropped += 1;
            }
            Fate::Refused(_) => return Err("was refused and is not shown"),
            Fate::Discarded(_) if self.taken_back.contains(hash) => ends.discarded += 1,
            Fate::Discarded(_) => return Err("was discarded, and nobody wanted it"),
            Fate::Rewritten(_, new) if self.made.contains_key(new) => ends.rewritten += 1,
            Fate::Rewritten(..) => return Err("was written anew and never came into the outbox"),
        }
        Ok(())
    }

    fn is_told(&self, doc: RecordId, shown: &Shown) -> bool {
        shown.docs.contains(&doc) || self.settled_docs.contains(&doc)
    }
}

/// Whether the server has a change, or carried a command out.
fn on_server(hash: &[u8], made: &Made, model: &Model) -> bool {
    match made.command {
        true => uuid::Uuid::from_slice(hash).is_ok_and(|key| model.ran(&key)),
        false => model.has(made.doc, hash),
    }
}

/// The hashes in a JSON list: each as hexadecimal text or as a list of bytes.
fn hashes(list: &str) -> Vec<Vec<u8>> {
    let parsed: Vec<Value> = serde_json::from_str(list).unwrap_or_default();
    let byte = |text: &str, at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    let hash = |value: &Value| match value {
        Value::String(text) => (0..text.len()).step_by(2).map(|at| byte(text, at)).collect(),
        Value::Array(bytes) => bytes.iter().map(|b| u8::try_from(b.as_u64()?).ok()).collect(),
        _ => None,
    };
    parsed.iter().filter_map(hash).collect()
}
