//! A replica's host in the world: the real store, the real session, and the ledger of what became of each edit.

use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;
use zumodra_desktop::replica::{Identity, Random, Replica};
use zumodra_shared::kernel::{Problem, RecordId};
use zumodra_shared::schema::EntityDef;
use zumodra_shared::sync::client::Session;

use super::disk::{Damage, Disk};
use super::ledger::{self, Ledger};
use super::server::Model;
use super::versions;

/// Pages that a database may have when its disk has room.
const ROOM_PAGES: i64 = 1 << 30;

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
    /// The disk is full.
    pub full: bool,
    /// A kind that this replica is too old to know.
    pub older: Option<&'static EntityDef>,
    /// Something happened that only the sums show: a replica that knows more now, a file that went back in time.
    pub may_differ: bool,
    /// What became of each edit.
    pub ledger: Ledger,
    identity: Identity,
    seed: u64,
    /// Where the replica's file is; none for one in memory.
    disk: Option<Disk>,
}

/// What a replica found when it was opened after a crash.
pub struct Reopened {
    /// The damage.
    pub damage: &'static str,
    /// Entries that were rescued into a new file.
    pub rescued: Option<u64>,
}

impl Host {
    /// A new replica of a person, in a file or in memory.
    ///
    /// # Errors
    /// When the store does not open.
    pub fn new(identity: &Identity, seed: u64, on_disk: bool) -> Result<Self, Problem> {
        let disk = on_disk.then(|| Disk::new(seed)).transpose()?;
        let mut replica = match &disk {
            Some(disk) => disk.open(Random::seeded(seed))?.replica,
            None => Replica::in_memory(Random::seeded(seed))?,
        };
        replica.set_identity(identity)?;
        Ok(Self {
            user: identity.user_id,
            replica,
            session: Session::new(),
            link: None,
            skew_ms: 0,
            era: 0,
            up_to_date: false,
            undo: Vec::new(),
            full: false,
            older: None,
            may_differ: false,
            ledger: Ledger::default(),
            identity: identity.clone(),
            seed,
            disk,
        })
    }

    /// The replica's clock when it is truly `now`, in milliseconds.
    pub const fn wall(&self, now: i64) -> i64 {
        now + self.skew_ms
    }

    /// Opens the file anew after a crash that may have damaged it. None where the replica is in memory: it is as it was
    /// before the call that the crash prevented.
    ///
    /// # Errors
    /// When the store does not open.
    pub fn reopen(&mut self, rng: &mut ChaCha8Rng) -> Result<Option<Reopened>, Problem> {
        let Some(disk) = &mut self.disk else { return Ok(None) };
        let damage = disk.crash(rng)?;
        let opened = disk.open(Random::seeded(self.seed.wrapping_add(u64::from(self.era) << 32)));
        let opened = opened.map_err(|problem| problem.detail(format!("after {damage:?}")))?;
        self.replica = opened.replica;
        // The account knows whose replica this is, and what their role was.
        let identity = self.replica.identity()?.unwrap_or_else(|| self.identity.clone());
        self.replica.set_identity(&identity)?;
        if damage == Damage::LogTorn {
            self.may_differ = true;
            self.ledger.went_back();
        }
        self.full = false;
        let damage = match damage {
            Damage::None => "whole",
            Damage::Overwritten => "partly overwritten",
            Damage::CutOff => "cut off",
            Damage::Emptied => "emptied",
            Damage::Gone => "gone",
            Damage::LogTorn => "its log torn",
            Damage::SecondCopy => "its second copy damaged",
        };
        Ok(Some(Reopened { damage, rescued: opened.rescued }))
    }

    /// Makes the disk full, or gives it room again.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub fn set_full(&mut self, full: bool) -> rusqlite::Result<()> {
        let conn = self.replica.connection();
        let pages: i64 =
            if full { conn.query_row("pragma page_count", [], |row| row.get(0))? } else { ROOM_PAGES };
        self.full = full;
        conn.query_row(&format!("pragma max_page_count = {pages}"), [], |_| Ok(()))
    }

    /// A newer version is installed: what it was told of the kind that it did not know is now told of one it knows.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn update(&mut self) -> rusqlite::Result<()> {
        let Some(def) = self.older.take() else { return Ok(()) };
        let (old, new) = versions::remembered(def);
        let sql = "update meta set value = cast(replace(cast(value as text), ?1, ?2) as blob) \
                   where name in ('grants', 'held')";
        self.replica.connection().execute(sql, (old, new))?;
        self.may_differ = true;
        Ok(())
    }

    /// Entries that wait.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn waiting(&self) -> rusqlite::Result<usize> {
        let conn = self.replica.connection();
        conn.prepare_cached("select count(*) from outbox")?.query_row([], |row| row.get(0))
    }

    /// Notes what came into the outbox and what Needs attention names.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn observe(&mut self) -> rusqlite::Result<()> {
        self.ledger.observe(&mut self.replica)
    }

    /// Notes what a person took back: what of `before` is not in the outbox any more.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn observe_undo(&mut self, before: &BTreeSet<Vec<u8>>) -> rusqlite::Result<()> {
        let left = self.waiting_hashes()?;
        self.ledger.taken_back(before.difference(&left));
        self.observe()
    }

    /// The hashes in the outbox.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn waiting_hashes(&self) -> rusqlite::Result<BTreeSet<Vec<u8>>> {
        Ok(ledger::outbox(self.replica.connection())?.into_keys().collect())
    }

    /// Says which edits were answered as committed and are not on the server.
    #[must_use]
    pub fn falsely_confirmed(&self, places: &[u64], model: &Model) -> Option<String> {
        self.ledger.falsely_confirmed(places, model)
    }
}

/// The start of some bytes, for people.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
