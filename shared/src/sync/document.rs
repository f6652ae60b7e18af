//! A document that is held: its stored bytes, and the Automerge document made from them when somebody needs it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use automerge::{ActorId, AutoCommit, Change, ChangeHash, ReadDoc as _};

use super::guard::{self, Inspected};
use super::{chunk, state};
use crate::kernel::limits::{MAX_DOCUMENT_BYTES, MAX_TAIL_CHANGES};
use crate::kernel::{Code, Problem, RecordId};
use crate::schema::EntityDef;
use crate::schema::crdt::{self, Shown};

/// Operations from which on a document is large.
const LARGE_OPS: u64 = 500;

/// A document. What is stored is a row of chunks (see [`chunk`]): one that holds a document or its first change, and
/// the changes since.
#[derive(Debug, Clone, Default)]
pub struct Document {
    saved: Vec<u8>,
    heads: Vec<ChangeHash>,
    loaded: OnceLock<Box<AutoCommit>>,
    counted: OnceLock<Arc<Counted>>,
}

/// What is counted of a document's changes: to go through ten thousand of them takes longer than to add one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// Operations, those included that delete.
    pub ops: u64,
    /// The number of each actor's last change.
    pub last: BTreeMap<ActorId, u64>,
}

impl Counted {
    fn add(&mut self, actor: &ActorId, seq: u64, ops: u64) {
        self.ops = self.ops.saturating_add(ops);
        let last = self.last.entry(actor.clone()).or_default();
        *last = seq.max(*last);
    }
}

impl Document {
    /// A document that this host stored. It is loaded when it is first needed.
    ///
    /// # Errors
    /// [`Code::MalformedChange`] when the bytes are no document; what Automerge finds wrong is found when it is loaded.
    pub fn stored(saved: Vec<u8>) -> Result<Self, Problem> {
        match chunk::heads(&saved) {
            Some(heads) => Ok(Self { saved, heads, ..Self::default() }),
            None => guard::load(&saved).map(|doc| Self::of(saved, doc)),
        }
    }

    /// A document whose stored bytes and loaded form are both known.
    fn of(saved: Vec<u8>, mut doc: AutoCommit) -> Self {
        let mut heads = doc.get_heads();
        heads.sort_unstable();
        Self { saved, heads, loaded: OnceLock::from(Box::new(doc)), counted: OnceLock::new() }
    }

    /// A log entry, which is no Automerge document.
    #[must_use]
    pub fn entry(body: Vec<u8>) -> Self {
        Self { saved: body, ..Self::default() }
    }

    /// The document after its first change, which was read and found plain.
    #[must_use]
    pub fn created(change: &[u8], hash: ChangeHash) -> Self {
        Self { saved: change.to_vec(), heads: vec![hash], ..Self::default() }
    }

    /// Takes up a further change that was made exactly on its heads, without applying it.
    pub fn follow(&mut self, change: &[u8], hash: ChangeHash) {
        self.saved.extend_from_slice(change);
        self.heads = vec![hash];
        (self.loaded, self.counted) = (OnceLock::new(), OnceLock::new());
    }

    /// The document with a further change that was made exactly on its heads, without applying it.
    ///
    /// # Errors
    /// As [`Document::compacted`].
    pub fn followed(&self, change: &Change) -> Result<Self, Problem> {
        let saved = [&self.saved, change.raw_bytes()].concat();
        Self { saved, heads: vec![change.hash()], ..Self::default() }.compacted()
    }

    /// The Automerge document.
    ///
    /// # Errors
    /// [`Code::MalformedChange`] when the stored bytes do not load.
    pub fn automerge(&self) -> Result<&AutoCommit, Problem> {
        if let Some(doc) = self.loaded.get() {
            return Ok(doc);
        }
        let doc = Box::new(guard::load(&self.saved)?);
        Ok(self.loaded.get_or_init(|| doc))
    }

    /// Whether the Automerge document is there.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        self.loaded.get().is_some()
    }

    /// What is counted of its changes.
    ///
    /// # Errors
    /// As [`Document::automerge`].
    pub fn counted(&self) -> Result<&Counted, Problem> {
        if let Some(counted) = self.counted.get() {
            return Ok(counted);
        }
        let mut counted = Counted::default();
        for meta in self.automerge()?.clone().get_changes_meta(&[]) {
            counted.add(&meta.actor, meta.seq, (meta.max_op + 1).saturating_sub(meta.start_op));
        }
        Ok(self.counted.get_or_init(|| Arc::new(counted)))
    }

    /// What is counted with a further change, where it was counted without.
    fn counting(self, before: &OnceLock<Arc<Counted>>, changes: &[&Change]) -> Self {
        let Some(counted) = before.get().filter(|_| self.counted.get().is_none()) else { return self };
        let mut counted = Counted::clone(counted);
        for change in changes {
            counted.add(change.actor_id(), change.seq(), change.len() as u64);
        }
        Self { counted: OnceLock::from(Arc::new(counted)), ..self }
    }

    /// The operations of a document that is loaded: what working with it costs goes by these.
    #[must_use]
    pub fn ops(&self) -> Option<u64> {
        self.loaded.get().map(|doc| doc.stats().num_ops)
    }

    /// Whether it is loaded, and loading it anew would take longer than an edit. Its bytes do not tell: ten thousand changes
    /// of one field are stored in 4 KiB, and take 20 ms to load.
    #[must_use]
    pub fn is_large(&self) -> bool {
        self.ops().is_some_and(|ops| ops >= LARGE_OPS)
    }

    /// The same document, loaded by adding a change to one that lacks just that, if that one is loaded.
    #[must_use]
    pub fn loaded_from(self, before: Self, change: &Inspected) -> Self {
        let Self { loaded, counted, .. } = before;
        let Some(before) = loaded.into_inner().filter(|_| !self.is_loaded()) else { return self };
        match guard::apply(*before, std::slice::from_ref(change)) {
            Ok(doc) => {
                let loaded = Self::of(self.saved.clone(), doc);
                let fits = loaded.heads == self.heads;
                if fits { loaded.counting(&counted, &[&change.change]) } else { self }
            }
            Err(_) => self,
        }
    }

    /// The same document, stored as another row of chunks that leads to the same heads.
    #[must_use]
    pub fn stored_as(self, saved: Vec<u8>) -> Self {
        Self { saved, ..self }
    }

    /// The record that it shows, as Automerge reads it.
    ///
    /// # Errors
    /// As [`Document::automerge`].
    pub fn shown(&self, def: &EntityDef) -> Result<Shown, Problem> {
        let loaded = self.automerge()?;
        guard::contained(|| Some(crdt::read(def, loaded)))
    }

    /// What is stored of it.
    #[must_use]
    pub fn saved(&self) -> &[u8] {
        &self.saved
    }

    /// What is to be stored of it.
    #[must_use]
    pub fn into_saved(self) -> Vec<u8> {
        self.saved
    }

    /// Its heads, sorted.
    #[must_use]
    pub fn heads(&self) -> &[ChangeHash] {
        &self.heads
    }

    /// Eight bytes that stand for its state.
    #[must_use]
    pub fn state_hash(&self, id: RecordId) -> i64 {
        state::state_hash(id, &self.heads)
    }

    /// Whether it is evident, without loading, that a change is in it: it is a head, or lies among its last changes.
    #[must_use]
    pub fn evidently_has(&self, change: &[u8]) -> bool {
        chunk::change_hash(change).is_some_and(|hash| self.evidently_has_hash(&hash))
    }

    /// As [`Document::evidently_has`], by the change's hash.
    #[must_use]
    pub fn evidently_has_hash(&self, hash: &ChangeHash) -> bool {
        let row = chunk::chunks(&self.saved).unwrap_or_default();
        self.heads.contains(hash) || row.iter().any(|chunk| chunk.is_change() && chunk.hash() == *hash)
    }

    /// Whether a change is in it.
    ///
    /// # Errors
    /// As [`Document::automerge`].
    pub fn has(&self, hash: &ChangeHash) -> Result<bool, Problem> {
        if self.evidently_has_hash(hash) {
            return Ok(true);
        }
        if self.saved.is_empty() || chunk::begins_with_change(&self.saved) {
            return Ok(false);
        }
        Ok(self.automerge()?.clone().get_change_meta_by_hash(hash).is_some())
    }

    /// The document with further changes.
    ///
    /// # Errors
    /// As [`guard::apply`]; [`Code::TooLarge`] when it grows beyond its limit.
    pub fn with(&self, changes: &[Inspected]) -> Result<Self, Problem> {
        self.with_on(self.automerge()?.clone(), changes)
    }

    /// As [`Document::with`], on a copy of the Automerge document that the caller has made.
    ///
    /// # Errors
    /// As [`Document::with`].
    pub fn with_on(&self, copy: AutoCommit, changes: &[Inspected]) -> Result<Self, Problem> {
        let mut copy = copy;
        let (mut saved, mut new) = (self.saved.clone(), Vec::new());
        for change in changes.iter().map(|inspected| &inspected.change) {
            // No change is stored twice.
            let is_here = new.iter().any(|held: &&Change| held.hash() == change.hash());
            if !is_here && copy.get_change_meta_by_hash(&change.hash()).is_none() {
                saved.extend_from_slice(change.raw_bytes());
                new.push(change);
            }
        }
        let doc = guard::apply(copy, changes)?;
        Self::of(saved, doc).counting(&self.counted, &new).compacted()
    }

    /// The document merged with another one, whole.
    ///
    /// # Errors
    /// As [`guard::load`] and [`guard::save`].
    pub fn merged(&self, other: &[u8]) -> Result<Self, Problem> {
        let (doc, saved) = guard::save(guard::merge(self.automerge()?.clone(), other)?)?;
        Ok(Self::of(saved, doc))
    }

    /// The document in one chunk, with all that it ever was. One that does not survive that, or is no smaller, stays as it
    /// is.
    ///
    /// # Errors
    /// As [`Document::automerge`].
    pub fn condensed(self) -> Result<Self, Problem> {
        Ok(match guard::save(self.automerge()?.clone()) {
            Ok((doc, saved)) if saved.len() < self.saved.len() => {
                Self { counted: self.counted, ..Self::of(saved, doc) }
            }
            _ => self,
        })
    }

    /// Compacts a long row of changes into one chunk; a short one stays as it is, and so does a document that does not
    /// survive it: what is stored loads.
    ///
    /// # Errors
    /// [`Code::TooLarge`] when the document is beyond its limit all the same.
    pub fn compacted(self) -> Result<Self, Problem> {
        let long = chunk::chunks(&self.saved).is_none_or(|chunks| chunks.len() > MAX_TAIL_CHANGES);
        if !long && self.saved.len() <= MAX_DOCUMENT_BYTES {
            return Ok(self);
        }
        let compacted = self.condensed()?;
        if compacted.saved.len() > MAX_DOCUMENT_BYTES {
            return Err(Problem::new(Code::TooLarge));
        }
        Ok(compacted)
    }
}

#[cfg(test)]
mod tests {
    use automerge::ROOT;
    use automerge::transaction::Transactable as _;

    use super::*;

    /// What is counted change by change is what is counted anew.
    #[test]
    fn counts_are_carried_on_as_they_are() {
        let mut doc = AutoCommit::new();
        let mut other = AutoCommit::new();
        let mut held = Document::default();
        for round in 0..60_i64 {
            let author = if round % 3 == 0 { &mut other } else { &mut doc };
            author.put(ROOT, format!("field {}", round % 7), round).expect("a document takes a value");
            author.delete(ROOT, "field 1").expect("takes that away");
            author.commit();
            let before = held.automerge().expect("loads").clone().get_heads();
            let changes: Vec<Inspected> = author
                .get_changes(&before)
                .iter()
                .filter_map(|change| guard::inspect(change.raw_bytes()).ok())
                .filter(|inspected| !held.has(&inspected.change.hash()).expect("loads"))
                .collect();
            let twice: Vec<Inspected> = [&changes[..], &changes[..]].concat();
            held.counted().expect("counts");
            held = held.with(&twice).expect("takes changes");
            let fresh = Document::stored(held.saved().to_vec()).expect("loads");
            assert_eq!(held.counted().expect("is carried on"), fresh.counted().expect("counts"), "{round}");
            doc.merge(&mut other).expect("merges");
        }
        assert_eq!(held.counted().expect("counts").last.len(), 2);
    }

    /// The simulator's find (seed 479 of its day): a replica that got a compacted document and then, late, the changes in it
    /// stored one of them a second time, and could not read the record any more.
    #[test]
    fn a_change_that_a_document_has_is_not_stored_again() {
        let mut doc = AutoCommit::new();
        for value in ["one", "two", "three"] {
            doc.put(ROOT, "name", value).expect("a document takes a value");
            doc.commit();
        }
        let changes: Vec<Inspected> = doc
            .get_changes(&[])
            .iter()
            .map(|change| guard::inspect(change.raw_bytes()).expect("is one"))
            .collect();
        let compacted = Document::stored(doc.save()).expect("loads");
        let again = compacted.with(&changes[1..]).expect("is known");
        assert_eq!((again.saved(), again.heads()), (compacted.saved(), compacted.heads()));
        let shorter = Document::stored(changes[0].change.raw_bytes().to_vec()).expect("loads");
        let longer = shorter.with(&changes).expect("fits");
        assert_eq!(Document::stored(longer.into_saved()).expect("loads").heads(), compacted.heads());
    }
}
