//! Erasure in the tenant as it is kept in memory.

use std::collections::BTreeSet;

use zumodra_shared::kernel::{Code, Problem, RecordId};

use super::server::Model;

impl Model {
    /// Refuses what was erased.
    pub(super) fn can_be_written(&self, id: RecordId) -> Result<(), Problem> {
        if self.erased.contains(&id) { Err(Problem::new(Code::NotFound)) } else { Ok(()) }
    }

    /// Erases a record with all that belongs to it, and to that. Gives how many records they were.
    pub fn erase(&mut self, root: RecordId) -> u64 {
        let mut all = BTreeSet::from([root]);
        loop {
            let found = self.docs.values().map(|doc| &doc.working).filter(|held| {
                !all.contains(&held.id)
                    && held.def.belongs_to(&held.shown.fields).any(|owner| all.contains(&owner))
            });
            let found: Vec<RecordId> = found.map(|held| held.id).collect();
            if found.is_empty() {
                break;
            }
            all.extend(found);
        }
        for id in &all {
            self.take_away(*id);
        }
        let count = all.len() as u64;
        self.erased.extend(all);
        count
    }

    /// Removes a document from every scope that it is in.
    fn take_away(&mut self, id: RecordId) {
        let Some(doc) = self.docs.remove(&id) else { return };
        self.later_fields.remove(&id);
        let held = &doc.working;
        // Whose rights followed from it is looked up again.
        self.touched.extend(held.def.scope.after_own.then_some(held.created_by));
        self.touched.extend(held.def.owners(&held.shown.fields));
        let shared = self.shares.remove(&id).unwrap_or_default().into_keys();
        for left in std::iter::once(held.scope()).chain(shared) {
            let seq = self.silent(id);
            self.add_to(&left, -1, doc.state_hash.wrapping_neg());
            self.moves.push((seq, id, left));
        }
    }
}
