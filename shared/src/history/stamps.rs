//! By whom and when changes were taken up, for many changes of one record in a few bytes each.
//!
//! What the log says of a change is needed longer than the change in the log: the document holds the change, and this
//! says who made it and when, by the server's clock. A change is named by its actor and its place among the actor's
//! changes, which is 2 bytes where its hash is 32. The order is the order in which the server took the changes up.

use std::collections::HashSet;

use automerge::Change;
use minicbor::{Decode, Encode};

use crate::kernel::limits::MAX_STAMPS;
use crate::kernel::time::Millis;
use crate::kernel::{Code, Problem, RecordId};
use crate::sync::chunk;
use crate::sync::wire::{self, Stamp};

/// A change of a document: whose, and the how manieth of its author's.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChangeName {
    /// The actor.
    pub actor: Vec<u8>,
    /// Its place among the actor's changes.
    pub seq: u64,
}

impl ChangeName {
    /// The name of a change.
    #[must_use]
    pub fn of(change: &Change) -> Self {
        Self { actor: change.actor_id().to_bytes().to_vec(), seq: change.seq() }
    }

    /// The name of a change, read without Automerge.
    #[must_use]
    pub fn read(body: &[u8]) -> Option<Self> {
        let (actor, seq) = chunk::change_author(body)?;
        Some(Self { actor: actor.to_vec(), seq })
    }
}

/// Stamps of changes of one record, in the order of the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamps {
    entries: Vec<(ChangeName, Stamp)>,
    known: HashSet<ChangeName>,
}

/// The stored form. Changes that follow one another, of one actor and by one person, are a run; times are differences.
#[derive(Debug, Default, Encode, Decode)]
struct Packed {
    #[n(0)]
    actors: Vec<minicbor::bytes::ByteVec>,
    #[n(1)]
    people: Vec<minicbor::bytes::ByteVec>,
    #[n(2)]
    runs: Vec<Run>,
    #[n(3)]
    times: Vec<i64>,
}

/// Changes that follow one another.
#[derive(Debug, Clone, Copy, Encode, Decode)]
struct Run {
    /// The place of the actor in the list of actors.
    #[n(0)]
    actor: u32,
    /// The place of the person in the list of people.
    #[n(1)]
    person: u32,
    /// The number of the first change.
    #[n(2)]
    seq: u64,
    /// How many there are.
    #[n(3)]
    count: u32,
}

impl Stamps {
    /// The stamps in order.
    pub fn iter(&self) -> impl Iterator<Item = (&ChangeName, Stamp)> {
        self.entries.iter().map(|(name, stamp)| (name, *stamp))
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether a change has its stamp here.
    #[must_use]
    pub fn has(&self, name: &ChangeName) -> bool {
        self.known.contains(name)
    }

    /// Adds the stamp of a change that the server took up after all that are here. One that is here already stays as
    /// it is.
    pub fn append(&mut self, name: ChangeName, stamp: Stamp) {
        self.put(self.entries.len(), name, stamp);
    }

    /// Adds the stamp of a change of which only the time says where it belongs. One that is here already stays as it
    /// is.
    pub fn insert(&mut self, name: ChangeName, stamp: Stamp) {
        let later = self.entries.iter().rev().take_while(|(_, other)| other.at > stamp.at).count();
        self.put(self.entries.len() - later, name, stamp);
    }

    fn put(&mut self, place: usize, name: ChangeName, stamp: Stamp) {
        if self.known.insert(name.clone()) {
            self.entries.insert(place, (name, stamp));
        }
    }

    /// The bytes to be kept or sent.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut packed = Packed::default();
        let (mut at, mut next) = (0, None);
        for (name, stamp) in &self.entries {
            let actor = place_of(&mut packed.actors, &name.actor);
            let person = place_of(&mut packed.people, stamp.by.as_bytes());
            match packed.runs.last_mut().filter(|_| next == Some((actor, person, name.seq))) {
                Some(run) => run.count += 1,
                None => packed.runs.push(Run { actor, person, seq: name.seq, count: 1 }),
            }
            packed.times.push(stamp.at.wrapping_sub(at));
            (at, next) = (stamp.at, Some((actor, person, name.seq.saturating_add(1))));
        }
        wire::encode(&packed)
    }

    /// Reads what this host kept. What it cannot read is none: histories are then shown with what changes claim.
    #[must_use]
    pub fn kept(bytes: Option<&[u8]>) -> Self {
        bytes.and_then(|bytes| Self::decode(bytes).ok()).unwrap_or_default()
    }

    /// Reads what [`Stamps::encode`] gave.
    ///
    /// # Errors
    /// [`Code::MalformedFrame`] for anything else, [`Code::TooLarge`] for more than [`MAX_STAMPS`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Problem> {
        let malformed = || Problem::new(Code::MalformedFrame);
        let packed: Packed = wire::decode(bytes)?;
        if packed.times.len() > MAX_STAMPS {
            return Err(Problem::new(Code::TooLarge));
        }
        let mut stamps = Self::default();
        let mut times = packed.times.iter();
        let mut at: Millis = 0;
        for run in packed.runs {
            let actor = packed.actors.get(run.actor as usize).ok_or_else(malformed)?;
            let person = packed.people.get(run.person as usize).ok_or_else(malformed)?;
            let by = RecordId::from_slice(person).map_err(|_| malformed())?;
            for seq in (0..u64::from(run.count)).map(|later| run.seq.saturating_add(later)) {
                at = at.wrapping_add(*times.next().ok_or_else(malformed)?);
                stamps.append(ChangeName { actor: actor.to_vec(), seq }, Stamp { at, by });
            }
        }
        if times.next().is_some() { Err(malformed()) } else { Ok(stamps) }
    }
}

/// The place of some bytes in a list, to which they are added if need be. The list is short: a record has few authors.
fn place_of(list: &mut Vec<minicbor::bytes::ByteVec>, bytes: &[u8]) -> u32 {
    let place = list.iter().rposition(|known| known.as_slice() == bytes).unwrap_or_else(|| {
        list.push(bytes.to_vec().into());
        list.len() - 1
    });
    u32::try_from(place).unwrap_or(u32::MAX)
}
