//! What a batch writes in the end, all at once.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::Fields;
use zumodra_shared::sync::judge::Working;

use super::{Batch, Effects, stamp};
use crate::error::Result;
use crate::sync::follow::Changed;
use crate::sync::store::{self, DocumentRow, RecordRow};
use crate::sync::tail::{Commit, Written, entries};

impl Batch<'_> {
    /// Writes everything that was accepted, and says what became of records of these kinds. The caller commits.
    pub async fn write(mut self, followed: &[&str]) -> Result<(Effects, Vec<Changed>)> {
        if self.log.is_empty() {
            return Ok((self.effects, Vec::new()));
        }
        let changed = self.changed(followed);
        let mut documents = Vec::new();
        let mut records = Vec::new();
        let mut written: HashMap<RecordId, Written> = HashMap::new();
        let mut states: HashMap<RecordId, i64> = HashMap::new();
        let mut deltas: HashMap<String, (i64, i64)> = HashMap::new();
        let mut add = |scope: &str, documents: i64, hash: i64| {
            let delta = deltas.entry(scope.to_owned()).or_default();
            delta.0 += documents;
            delta.1 = delta.1.wrapping_add(hash);
        };
        for (doc, slot) in self.slots.into_iter().filter(|(_, slot)| slot.touched) {
            let Some(working) = slot.working else { continue };
            let (scope, state_hash) = (working.scope(), working.state_hash());
            if let Some(stored) = &slot.stored {
                add(&stored.scope, -1, stored.state_hash.wrapping_neg());
            }
            add(&scope, 1, state_hash);
            states.insert(doc, state_hash);
            let document = Written {
                scope: scope.as_str().into(),
                shares: self.shares.of(doc).map(Arc::from).collect(),
                wall: working.wall.told(),
                created: slot.stored.is_none().then_some(stamp(slot.created)),
                updated: stamp(slot.updated),
            };
            written.insert(doc, document);
            let kind = i32::from(working.def.code);
            let (wall, deleted) = (working.wall.into(), working.shown.deleted);
            let (fields, saved) = parts(working, &mut self.effects.loaded);
            records.push(RecordRow { doc, kind, deleted, fields: Value::Object(fields) });
            documents.push(DocumentRow {
                doc,
                kind,
                scope,
                seq: slot.seq,
                made: slot.made,
                state_hash,
                saved,
                created_at: slot.created.0,
                created_by: slot.created.1,
                updated_at: slot.updated.0,
                updated_by: slot.updated.1,
                wall,
                shares: Vec::new(),
            });
        }
        for (scope, documents, hash) in self.shares.gains(&states) {
            add(scope, documents, hash);
        }
        store::unshare(self.tx, self.shares.dropped()).await?;
        let shares = self.shares.added();
        store::write(self.tx, self.seq, &self.log, &documents, &records, shares, &deltas).await?;
        store::note_moves(self.tx, &self.moves).await?;
        self.effects.commit = Some(Commit {
            from: self.from.unsigned_abs(),
            to: self.seq.unsigned_abs(),
            entries: entries(self.log, &written),
            moved: !self.moves.is_empty(),
            shared: self.shares.added().iter().map(|share| share.scope.clone()).collect(),
        });
        Ok((self.effects, changed))
    }

    /// The touched records of some kinds, as they were and as they will be, in the order of their changes.
    fn changed(&mut self, kinds: &[&str]) -> Vec<Changed> {
        let mut changed: Vec<(i64, Changed)> = Vec::new();
        for (id, slot) in self.slots.iter_mut().filter(|(_, slot)| slot.touched) {
            let Some(working) = slot.working.as_ref().filter(|working| kinds.contains(&working.def.name))
            else {
                continue;
            };
            let after = (!working.shown.deleted).then(|| working.shown.fields.clone());
            let (kind, by, is_new) = (working.def.name, slot.updated.1, slot.stored.is_none());
            let before = slot.before.take();
            changed.push((slot.seq, Changed { kind, id: *id, is_new, before, after, by }));
        }
        changed.sort_by_key(|(seq, _)| *seq);
        changed.into_iter().map(|(_, changed)| changed).collect()
    }
}

/// What is stored of a document. A large one stays loaded for the next edit.
fn parts(working: Working, loaded: &mut Vec<Working>) -> (Fields, Vec<u8>) {
    if !working.doc.is_large() {
        return (working.shown.fields, working.doc.into_saved());
    }
    let parts = (working.shown.fields.clone(), working.doc.saved().to_vec());
    loaded.push(working);
    parts
}
