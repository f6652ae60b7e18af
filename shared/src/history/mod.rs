//! The history of a record: which change did what to which field, by whom and when, and the record as it was.
//!
//! A stored document holds every change that it ever took up; the order in which the server took them up, and by whom
//! and when, is beside it: [`Stamps`]. A change without a stamp is shown with what it claims itself, and marked so.
//! Invariants: the last state of a history is the projection, the record as of its latest change is the projection,
//! and before its creation there is no record.

mod difference;
mod order;
mod stamps;

use std::collections::BTreeSet;
use std::ops::Range;

use automerge::{AutoCommit, Change, ChangeHash};
use serde::Serialize;

pub use difference::{Difference, FieldStep, ItemPair};
pub use stamps::{ChangeName, Stamps};

use crate::kernel::limits::MAX_HISTORY_BYTES;
use crate::kernel::time::Millis;
use crate::kernel::{Code, Problem, RecordId};
use crate::schema::EntityDef;
use crate::schema::crdt::{self, Shown};
use crate::sync::guard;
use crate::sync::wire::Stamp;

/// What is known of a record's changes beside its document.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    /// Who made the record, and when.
    pub created: Stamp,
    /// Who changed it last, and when.
    pub updated: Stamp,
    /// Stamps that were kept, in the order of the server.
    pub stamps: &'k Stamps,
    /// What the log has behind those: the hash of a change with its stamp, in the order of the log.
    pub log: &'k [(ChangeHash, Stamp)],
}

/// A change that is not on the server yet.
#[derive(Debug, Clone, Copy)]
pub struct Unsent<'u> {
    /// The change.
    pub body: &'u [u8],
    /// Who made it here, and when.
    pub made: Stamp,
}

/// Where it is known from who made a change, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The server stamped it.
    Server,
    /// The time is what the author's computer said, and the author is known by the device at best.
    Claimed,
    /// It was made here and is not on the server yet.
    Pending,
}

/// By whom a change was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// By a person: `by` says which.
    Person,
    /// By the server itself.
    Server,
    /// That is not known here.
    Unknown,
}

/// What a change did to the record as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// It made the record.
    Created,
    /// It changed fields.
    Changed,
    /// It deleted the record.
    Deleted,
    /// It brought the record back.
    Restored,
}

/// One step of a history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The change, by its hash in hexadecimal.
    pub change: String,
    /// When.
    pub at: Millis,
    /// Which person; none for the server itself and when it is not known.
    pub by: Option<RecordId>,
    /// By whom.
    pub author: Author,
    /// Where author and time are known from.
    pub source: Source,
    /// What was done to the record.
    pub deed: Deed,
    /// What was done to its fields, in the order of the declaration. Empty when it shows nowhere in the fields that
    /// this version knows.
    pub fields: Vec<FieldStep>,
}

/// A change in its place.
#[derive(Debug, Clone)]
struct Placed {
    change: Change,
    at: Millis,
    by: Option<RecordId>,
    source: Source,
    /// When it was there at the latest: no change is there before what stands before it.
    since: Millis,
}

/// The changes of a record in the order in which they took effect.
#[derive(Debug, Clone)]
pub struct History {
    def: &'static EntityDef,
    changes: Vec<Placed>,
}

impl History {
    /// Reads the history of a stored document.
    ///
    /// # Errors
    /// [`Code::NotFound`] for a log entry, which never changes; [`Code::MalformedChange`] when the document does not
    /// load.
    pub fn read(def: &'static EntityDef, saved: &[u8], known: &Known<'_>) -> Result<Self, Problem> {
        if def.entry {
            return Err(Problem::new(Code::NotFound));
        }
        let mut doc = guard::load(saved)?;
        let changes = guard::contained(move || Some(doc.get_changes(&[])))?;
        Ok(Self { def, changes: order::placed(changes, known) })
    }

    /// The history of a record of which the server knows nothing yet.
    ///
    /// # Errors
    /// [`Code::NotFound`] for a log entry.
    pub const fn unconfirmed(def: &'static EntityDef) -> Result<Self, Problem> {
        if def.entry { Err(Problem::new(Code::NotFound)) } else { Ok(Self { def, changes: Vec::new() }) }
    }

    /// The history with what was done here since. What it has already, and what can no longer be applied, is left out.
    ///
    /// # Errors
    /// [`Code::MalformedChange`] when a change cannot be read.
    pub fn followed_by(mut self, unsent: &[Unsent<'_>]) -> Result<Self, Problem> {
        for Unsent { body, made } in unsent {
            let change = guard::inspect(body)?.change;
            let here = |hash: &ChangeHash| self.changes.iter().any(|placed| placed.change.hash() == *hash);
            if here(&change.hash()) || !change.deps().iter().all(here) {
                continue;
            }
            let since = self.changes.last().map_or(made.at, |last| made.at.max(last.since));
            let (at, by) = (made.at, Some(made.by));
            self.changes.push(Placed { change, at, by, source: Source::Pending, since });
        }
        Ok(self)
    }

    /// The actors of changes of which the author is not known.
    #[must_use]
    pub fn unknown_actors(&self) -> BTreeSet<Vec<u8>> {
        let unknown = self.changes.iter().filter(|placed| placed.by.is_none());
        unknown.map(|placed| placed.change.actor_id().to_bytes().to_vec()).collect()
    }

    /// The history with the authors of those changes, as far as an actor belongs to somebody for certain.
    #[must_use]
    pub fn attributed(mut self, belongs_to: impl Fn(&[u8]) -> Option<RecordId>) -> Self {
        for placed in self.changes.iter_mut().filter(|placed| placed.by.is_none()) {
            placed.by = belongs_to(placed.change.actor_id().to_bytes());
        }
        self
    }

    /// How many changes there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether there is no change.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many changes were there at a time.
    #[must_use]
    pub fn until(&self, at: Millis) -> usize {
        self.changes.partition_point(|placed| placed.since <= at)
    }

    /// How many changes were there before a time.
    #[must_use]
    pub fn before(&self, at: Millis) -> usize {
        self.changes.partition_point(|placed| placed.since < at)
    }

    /// Whether the server's stamp of every change that it has is known.
    #[must_use]
    pub fn is_stamped(&self) -> bool {
        self.changes.iter().all(|placed| placed.source != Source::Claimed)
    }

    /// The server's stamps, to be kept or given away: they are all that is needed besides the document.
    #[must_use]
    pub fn stamps(&self) -> Stamps {
        let mut stamps = Stamps::default();
        for placed in self.changes.iter().filter(|placed| placed.source == Source::Server) {
            let stamp = Stamp { at: placed.at, by: placed.by.unwrap_or_default() };
            stamps.append(ChangeName::of(&placed.change), stamp);
        }
        stamps
    }

    /// The record after its first `count` changes, with the stamp of the last of them; none after none.
    ///
    /// # Errors
    /// [`Code::MalformedChange`] when the changes cannot be applied.
    pub fn shown(&self, count: usize) -> Result<Option<(Shown, Stamp)>, Problem> {
        let Some(last) = self.changes.get(..count).and_then(<[Placed]>::last) else { return Ok(None) };
        let stamp = Stamp { at: last.at, by: last.by.unwrap_or_default() };
        let shown = guard::contained(|| Some(crdt::read(self.def, &self.replayed(count)?)))?;
        Ok(Some((shown, stamp)))
    }

    /// Some of the steps, the latest first. Of values that together are beyond [`MAX_HISTORY_BYTES`] the earlier ones
    /// are left out.
    ///
    /// # Errors
    /// [`Code::MalformedChange`] when the changes cannot be applied.
    pub fn steps(&self, range: Range<usize>) -> Result<Vec<Step>, Problem> {
        let end = range.end.min(self.changes.len());
        guard::contained(|| {
            let mut doc = self.replayed(range.start)?;
            let mut before = (range.start > 0).then(|| crdt::read(self.def, &doc));
            let mut steps = Vec::new();
            for placed in self.changes.get(range.start..end)? {
                doc.apply_changes([placed.change.clone()]).ok()?;
                let after = crdt::read(self.def, &doc);
                steps.push(self.step(placed, before.as_ref(), &after));
                before = Some(after);
            }
            steps.reverse();
            let mut room = MAX_HISTORY_BYTES;
            steps.iter_mut().flat_map(|step| &mut step.fields).for_each(|field| field.fit(&mut room));
            Some(steps)
        })
    }

    /// The document after the first `count` changes.
    fn replayed(&self, count: usize) -> Option<AutoCommit> {
        let mut doc = AutoCommit::new();
        doc.apply_changes(self.changes.get(..count)?.iter().map(|placed| placed.change.clone())).ok()?;
        Some(doc)
    }

    fn step(&self, placed: &Placed, before: Option<&Shown>, after: &Shown) -> Step {
        let deed = match before.map(|before| before.deleted) {
            None => Deed::Created,
            Some(false) if after.deleted => Deed::Deleted,
            Some(true) if !after.deleted => Deed::Restored,
            Some(_) => Deed::Changed,
        };
        let author = match placed.by {
            None => Author::Unknown,
            Some(by) if by.is_nil() => Author::Server,
            Some(_) => Author::Person,
        };
        Step {
            change: placed.change.hash().to_string(),
            at: placed.at,
            by: placed.by.filter(|by| !by.is_nil()),
            author,
            source: placed.source,
            deed,
            fields: difference::fields(self.def, before, after, placed.change.actor_id().to_bytes()),
        }
    }
}
