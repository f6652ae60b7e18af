//! The large documents that were worked with last, kept loaded: to load one with ten thousand changes takes longer than
//! everything else about an edit. A document is known by its heads, which name all that is in it (Automerge's hash graph),
//! so that what is kept can be out of use and never out of date.

use std::cell::RefCell;

use zumodra_shared::kernel::RecordId;
use zumodra_shared::sync::judge::Working;
use zumodra_shared::sync::{chunk, guard};

use super::Tx;
use super::documents::{Doc, Pending};

/// Documents that are kept: one as the server knows it, and with what waits on top.
const KEPT: usize = 2;

/// What is kept, the last one last.
#[derive(Debug, Default)]
pub(crate) struct Recent(RefCell<Vec<Working>>);

impl Recent {
    fn take(&self, fits: impl Fn(&Working) -> bool) -> Option<Working> {
        let mut kept = self.0.borrow_mut();
        let at = kept.iter().position(fits)?;
        Some(kept.remove(at))
    }

    /// Whether anything of a record is kept.
    fn knows(&self, id: RecordId) -> bool {
        self.0.borrow().iter().any(|kept| kept.id == id)
    }

    /// How many are kept.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// The chunks of the document that was kept last.
    #[cfg(test)]
    pub(crate) fn chunks(&self) -> usize {
        let kept = self.0.borrow();
        kept.last().and_then(|kept| chunk::chunks(kept.doc.saved())).map_or(0, |chunks| chunks.len())
    }

    /// Keeps nothing: a record was purged, or is locked away.
    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}

/// Whether a document is loaded, and large. The tests of this crate keep every document that was loaded, so that all that
/// they try is tried with what is kept.
fn is_large(working: &Working) -> bool {
    working.doc.is_large() || (cfg!(test) && working.doc.is_loaded())
}

/// Loads a large document by the change that made it from another one that is loaded.
pub(crate) fn loaded_after(mut after: Working, before: Working, body: &[u8]) -> Working {
    if is_large(&before)
        && let Ok(change) = guard::inspect(body)
    {
        after.doc = after.doc.loaded_from(before.doc, &change);
    }
    after
}

impl Tx<'_> {
    /// A document with pending changes on top, if it is kept as exactly that. It is given away: whoever is done with it
    /// gives it back.
    pub(crate) fn recent(&self, doc: &Doc, pending: &[Pending]) -> Option<Working> {
        if !doc.confirmed || !self.recent.knows(doc.id) {
            return None;
        }
        let mut row = doc.saved.clone();
        for change in pending {
            row.extend_from_slice(&change.body);
        }
        let heads = chunk::heads(&row)?;
        let found = self.recent.take(|kept| kept.id == doc.id && kept.doc.heads() == heads)?;
        let (created_by, wall) = (doc.stamps.created_by, doc.wall);
        // It was compacted where it has fewer chunks: with the long row of what waits it would be again, with every edit.
        let chunks = |row: &[u8]| chunk::chunks(row).map_or(usize::MAX, |chunks| chunks.len());
        let is_shorter = chunks(found.doc.saved()) < chunks(&row);
        let kept = if is_shorter { found.doc } else { found.doc.stored_as(row) };
        Some(Working { doc: kept, created_by, wall, ..found })
    }

    /// As [`Tx::recent`], if the one change adds something to what is confirmed. (Of several, some could be in it already,
    /// and no change may be stored twice.)
    pub(crate) fn recent_with(&self, doc: &Doc, changes: &[Pending]) -> Option<Working> {
        if changes.len() != 1 {
            return None;
        }
        let kept = self.recent(doc, changes)?;
        if chunk::heads(&doc.saved).is_some_and(|heads| heads != kept.doc.heads()) {
            return Some(kept);
        }
        self.keep_recent(kept);
        None
    }

    /// Keeps a document that is large and loaded.
    pub(crate) fn keep_recent(&self, working: Working) {
        if !is_large(&working) {
            return;
        }
        let mut kept = self.recent.0.borrow_mut();
        kept.retain(|held| held.id == working.id && held.doc.heads() != working.doc.heads());
        kept.truncate(KEPT - 1);
        kept.push(working);
    }
}
