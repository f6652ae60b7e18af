//! The large documents that a workspace's writer worked with last, kept loaded: to load one with ten thousand changes takes
//! longer than everything else about an edit. A document is known by its heads, which name all that is in it (Automerge's
//! hash graph), so that what is kept can be out of use, because another node wrote, and never out of date.

use std::sync::{Mutex, PoisonError};

use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::EntityDef;
use zumodra_shared::sync::chunk;
use zumodra_shared::sync::judge::Working;

/// Documents that are kept of a workspace. The largest that there may be takes a few megabytes.
const KEPT: usize = 4;

/// What is kept, the last one last.
#[derive(Debug, Default)]
pub struct Recent(Mutex<Vec<Working>>);

impl Recent {
    /// Gives away a document that is kept just as it is stored. Whoever changes it gives it back; one that was only read is
    /// loaded the next time.
    pub fn take(&self, id: RecordId, def: &'static EntityDef, saved: &[u8]) -> Option<Working> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|held| held.id == id && held.def.code == def.code)?;
        let held = kept.remove(at);
        (chunk::heads(saved)? == held.doc.heads()).then_some(held)
    }

    /// Forgets a document: it was erased.
    pub fn forget(&self, id: RecordId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|held| held.id != id);
    }

    /// Keeps documents that are large and loaded, in the place of what they were.
    pub fn keep(&self, documents: Vec<Working>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for document in documents.into_iter().filter(|document| document.doc.is_large()) {
            kept.retain(|held| held.id != document.id);
            kept.push(document);
        }
        let over = kept.len().saturating_sub(KEPT);
        kept.drain(..over);
    }
}

#[cfg(test)]
mod tests {
    use automerge::ActorId;
    use zumodra_shared::ats::Tag;
    use zumodra_shared::schema::{Edit, Entity as _};
    use zumodra_shared::sync::judge;

    use super::*;

    static TAG: EntityDef = Tag::DEF;

    fn edited(held: Option<&Working>, name: &str) -> Working {
        let actor = ActorId::from([7_u8; 16]);
        let change = judge::author(&TAG, held, &[Edit::set("name", name)], actor, 0).expect("is made");
        let saved = [held.map(|held| held.doc.saved().to_vec()).unwrap_or_default(), change].concat();
        Working::load(RecordId::from_u128(1), &TAG, saved, RecordId::nil()).expect("loads")
    }

    fn large() -> Working {
        let mut working = edited(None, "0");
        for round in 1..700 {
            working = edited(Some(&working), &round.to_string());
        }
        working.doc.automerge().expect("loads");
        working
    }

    #[test]
    fn only_what_is_stored_is_taken_up_again_and_only_what_is_large_is_kept() {
        let recent = Recent::default();
        let (id, small) = (RecordId::from_u128(1), edited(None, "small"));
        small.doc.automerge().expect("loads");
        recent.keep(vec![small.clone()]);
        assert!(recent.take(id, &TAG, small.doc.saved()).is_none(), "it is quickly loaded");
        let large = large();
        recent.keep(vec![large.clone()]);
        let elsewhere = edited(Some(&large), "by another node");
        assert!(recent.take(id, &TAG, elsewhere.doc.saved()).is_none(), "it is another one by now");
        recent.keep(vec![large.clone(), large.clone()]);
        let taken = recent.take(id, &TAG, large.doc.saved()).expect("is kept");
        assert!(taken.doc.is_loaded() && taken.shown == large.shown);
        assert!(recent.take(id, &TAG, large.doc.saved()).is_none(), "it is given away once");
        recent.keep(vec![large.clone()]);
        recent.forget(id);
        assert!(recent.take(id, &TAG, large.doc.saved()).is_none(), "it was erased");
    }
}
