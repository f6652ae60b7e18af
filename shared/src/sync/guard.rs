//! The guard: hostile bytes become typed refusals.
//!
//! A change from another machine is hostile until shown otherwise: Automerge panics on some checksum-correct bytes,
//! queues others in silence, and accepts some that leave a document which no longer loads (DESIGN 3, "Hostile bytes").
//! So every change goes through [`inspect`] before Automerge may apply it, and is applied by [`apply`] on a copy. What is
//! stored is the change itself behind what was stored before, so that loading does what applying did; a document is
//! only ever compacted by [`save`], which loads the result. All catch panics; release profiles keep unwinding.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::{AutoCommit, Change, ExpandedChange};

use super::chunk;
use crate::kernel::limits::{MAX_CHANGE_BYTES, MAX_CHANGE_OPS, MAX_DOCUMENT_BYTES};
use crate::kernel::{Code, Problem};

/// A change that reaches beyond this operation counter would leave no room for later ones.
const MAX_OP_COUNTER: u64 = 1 << 40;

/// A change that was read, decoded, and found to be exactly its own encoding.
#[derive(Debug, Clone)]
pub struct Inspected {
    /// The change.
    pub change: Change,
    /// Its operations.
    pub expanded: ExpandedChange,
}

/// Runs `work`, turning a panic into a refusal.
///
/// # Errors
/// [`Code::MalformedChange`] when it panics or gives nothing.
pub fn contained<T>(work: impl FnOnce() -> Option<T>) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(work)).ok().flatten().ok_or_else(|| Problem::new(Code::MalformedChange))
}

/// Reads a change from another machine.
///
/// # Errors
/// [`Code::TooLarge`] beyond the size limits; [`Code::MalformedChange`] for anything that is not one uncompressed
/// change in the one canonical encoding. (Compressed ones are refused because they can inflate without limit.)
pub fn inspect(bytes: &[u8]) -> Result<Inspected, Problem> {
    if bytes.len() > MAX_CHANGE_BYTES {
        return Err(Problem::new(Code::TooLarge));
    }
    // Counted before decoding: thirty bytes can claim 2^62 operations, and decoding them would never end.
    chunk::measure(bytes)?;
    let change = contained(|| Change::try_from(bytes).ok())?;
    if change.len() > MAX_CHANGE_OPS || change.max_op() > MAX_OP_COUNTER {
        return Err(Problem::new(Code::TooLarge));
    }
    contained(|| {
        let expanded = change.decode();
        let again = Change::from(expanded.clone());
        (change.raw_bytes() == bytes && again.raw_bytes() == bytes && again.hash() == change.hash())
            .then_some(())?;
        Some(Inspected { change, expanded })
    })
}

/// Applies inspected changes to a document, which is used up.
///
/// What is stored of a document is what was stored before and the changes behind it, so that loading it again is what
/// happens here: a change that is let in is in a document that loads.
///
/// # Errors
/// [`Code::MissingDependency`] when a change builds on one that is not there; [`Code::MalformedChange`] when Automerge
/// refuses or panics, or does not hold the change as it came.
pub fn apply(mut doc: AutoCommit, changes: &[Inspected]) -> Result<AutoCommit, Problem> {
    for inspected in changes {
        if inspected.change.deps().iter().any(|hash| doc.get_change_meta_by_hash(hash).is_none()) {
            return Err(Problem::new(Code::MissingDependency));
        }
        doc = contained(move || {
            doc.apply_changes([inspected.change.clone()]).ok()?;
            doc.get_missing_deps(&[]).is_empty().then_some(doc)
        })?;
    }
    // An operation that overwrites one that never was is dropped in silence, and the change is then another one.
    contained(move || {
        let mut same = |inspected: &Inspected| {
            let found = doc.get_change_by_hash(&inspected.change.hash());
            found.is_some_and(|found| found.raw_bytes() == inspected.change.raw_bytes())
        };
        changes.iter().all(&mut same).then_some(doc)
    })
}

/// Saves a document and loads it again, so that it is known to load.
///
/// # Errors
/// [`Code::MalformedChange`] when it does not, or not to the same heads.
pub fn save(mut doc: AutoCommit) -> Result<(AutoCommit, Vec<u8>), Problem> {
    contained(move || {
        let heads = doc.get_heads();
        let actor = doc.get_actor().clone();
        let saved = doc.save();
        let mut loaded = AutoCommit::load(&saved).ok()?;
        (loaded.get_heads() == heads).then(|| (loaded.with_actor(actor), saved))
    })
}

/// Loads a saved document from another machine or from a disk that may be damaged.
///
/// # Errors
/// [`Code::MalformedChange`] when it does not load, has a change without one that it builds on, which Automerge would let
/// wait in silence, or repeats one that its document has already, so that its heads are not those of its chunks;
/// [`Code::TooLarge`] beyond its limit.
pub fn load(saved: &[u8]) -> Result<AutoCommit, Problem> {
    if saved.len() > MAX_DOCUMENT_BYTES {
        return Err(Problem::new(Code::TooLarge));
    }
    contained(|| {
        let mut doc = AutoCommit::load(saved).ok()?;
        let mut heads = doc.get_heads();
        heads.sort_unstable();
        let whole = doc.get_missing_deps(&[]).is_empty();
        (whole && chunk::heads(saved).is_none_or(|read| read == heads)).then_some(doc)
    })
}

/// Merges a whole document from the server into one that is held, which is used up.
///
/// # Errors
/// As [`load`]; [`Code::MalformedChange`] when Automerge refuses or panics.
pub fn merge(mut held: AutoCommit, saved: &[u8]) -> Result<AutoCommit, Problem> {
    let mut other = load(saved)?;
    contained(move || {
        held.merge(&mut other).ok()?;
        Some(held)
    })
}
