//! A replica's host in the world: the real store, the real session, and the ledger of what became of each edit.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use zumodra_desktop::replica::{Fate, Identity, Random, Replica};
use zumodra_shared::kernel::{Problem, RecordId};
use zumodra_shared::sync::client::Session;

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

/// A replica with its session.
pub struct Host {
    /// The person.
    pub user: RecordId,
    /// The real store.
    pub replica: Replica,
    /// The real session; a crash makes a new one.
    pub session: Session,
    /// The open connection.
    pub link: Option<usize>,
    /// How wrong the replica's clock is, in milliseconds.
    pub skew_ms: i64,
    /// Counts crashes, so that plans from before one are dropped.
    pub era: u32,
    /// The session said that nothing is left to do.
    pub up_to_date: bool,
    /// Tokens that take writes back, newest last.
    pub undo: Vec<String>,
    /// Every edit that was ever in the outbox, by its hash.
    pub made: BTreeMap<Vec<u8>, Made>,
    /// Edits that were named in Needs attention.
    noticed: BTreeSet<Vec<u8>>,
    /// Edits that the person took back before they were sent, as seen from outside.
    discarded: BTreeSet<Vec<u8>>,
    /// What the replica says became of each edit.
    fates: BTreeMap<Vec<u8>, Fate>,
}

impl Host {
    /// A new replica of a person.
    ///
    /// # Errors
    /// When the store does not open.
    pub fn new(identity: &Identity, seed: u64, skew_ms: i64) -> Result<Self, Problem> {
        let mut replica = Replica::in_memory(Random::seeded(seed))?;
        replica.set_identity(identity)?;
        Ok(Self {
            user: identity.user_id,
            replica,
            session: Session::new(),
            link: None,
            skew_ms,
            era: 0,
            up_to_date: false,
            undo: Vec::new(),
            made: BTreeMap::new(),
            noticed: BTreeSet::new(),
            discarded: BTreeSet::new(),
            fates: BTreeMap::new(),
        })
    }

    /// The entries of the outbox by hash.
    fn outbox(&self) -> rusqlite::Result<BTreeMap<Vec<u8>, Made>> {
        let conn = self.replica.connection();
        let mut statement =
            conn.prepare_cached("select hash, doc, place, command is not null from outbox")?;
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

    /// Entries that wait.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn waiting(&self) -> rusqlite::Result<usize> {
        Ok(self.outbox()?.len())
    }

    /// Notes what came into the outbox and what Needs attention names.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn observe(&mut self) -> rusqlite::Result<()> {
        let outbox = self.outbox()?;
        self.made.extend(outbox);
        for fate in self.replica.take_changed().fates {
            let (Fate::Acknowledged(hash)
            | Fate::Refused(hash)
            | Fate::Dropped(hash)
            | Fate::Discarded(hash)
            | Fate::Rewritten(hash, _)) = &fate;
            self.fates.insert(hash.clone(), fate);
        }
        let conn = self.replica.connection();
        let mut statement = conn.prepare_cached("select hashes from attention")?;
        let lists: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for list in lists {
            self.noticed.extend(hashes(&list));
        }
        Ok(())
    }

    /// Notes what a person took back: what of `before` is not in the outbox any more.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn observe_undo(&mut self, before: &BTreeSet<Vec<u8>>) -> rusqlite::Result<()> {
        let outbox = self.outbox()?;
        self.discarded.extend(before.iter().filter(|hash| !outbox.contains_key(*hash)).cloned());
        self.observe()
    }

    /// The hashes in the outbox.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn waiting_hashes(&self) -> rusqlite::Result<BTreeSet<Vec<u8>>> {
        Ok(self.outbox()?.into_keys().collect())
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

    /// Says which edit has no fate: it is in no log and no outbox, and nobody was told.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn lost(&self, model: &Model) -> rusqlite::Result<Option<String>> {
        let outbox = self.outbox()?;
        let on_server = |hash: &[u8], made: &Made| match made.command {
            true => uuid::Uuid::from_slice(hash).is_ok_and(|key| model.ran(&key)),
            false => model.has(made.doc, hash),
        };
        let accounted = |hash: &Vec<u8>, made: &Made| {
            on_server(hash, made)
                || match self.fates.get(hash) {
                    None => outbox.contains_key(hash),
                    Some(Fate::Refused(_) | Fate::Dropped(_)) => self.noticed.contains(hash),
                    Some(Fate::Discarded(_)) => self.discarded.contains(hash),
                    Some(Fate::Rewritten(_, new)) => self.made.contains_key(new),
                    // Written anew after a refusal it would have changed nothing any more.
                    Some(Fate::Acknowledged(_)) => !made.command,
                }
        };
        let lost = self.made.iter().find(|(hash, made)| !accounted(hash, made));
        Ok(lost.map(|(hash, made)| {
            format!("the edit {} was lost: {made:?}, {:?}", hex(hash), self.fates.get(hash))
        }))
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

/// The start of some bytes, for people.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
