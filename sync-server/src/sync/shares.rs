//! What a batch knows of documents that are shared into further scopes, and what it adds.
//!
//! A share has a sequence number of its own, under which no row of the log stands: a page ends between two events, never
//! within one.

use std::collections::HashMap;

use sqlx::PgConnection;
use zumodra_shared::kernel::RecordId;

use super::store::{self, DocumentRow, ShareRow, SharedRow};

/// Shared documents under the head's lock.
#[derive(Default)]
pub(super) struct Shares {
    /// Documents as stored; none for one that is not.
    stored: HashMap<RecordId, Option<SharedRow>>,
    added: Vec<ShareRow>,
}

impl Shares {
    /// Takes note of a document that was loaded for another reason.
    pub fn note(&mut self, row: &DocumentRow) {
        let known = || SharedRow { doc: row.doc, state_hash: row.state_hash, shares: row.shares.clone() };
        self.stored.entry(row.doc).or_insert_with(|| Some(known()));
    }

    /// Takes note that a document is not stored.
    pub fn note_absent(&mut self, doc: RecordId) {
        self.stored.entry(doc).or_insert(None);
    }

    /// Loads what is not known of some documents, in one query.
    pub async fn load(&mut self, tx: &mut PgConnection, docs: &[RecordId]) -> sqlx::Result<()> {
        let missing: Vec<RecordId> =
            docs.iter().filter(|doc| !self.stored.contains_key(doc)).copied().collect();
        if missing.is_empty() {
            return Ok(());
        }
        let found = store::shared(tx, &missing).await?;
        self.stored.extend(missing.into_iter().map(|doc| (doc, None)));
        self.stored.extend(found.into_iter().map(|row| (row.doc, Some(row))));
        Ok(())
    }

    /// The scopes that a document is shared into.
    pub fn of(&self, doc: RecordId) -> impl Iterator<Item = &str> {
        let stored = self.stored.get(&doc).into_iter().flatten().flat_map(|row| &row.shares);
        let added = self.added.iter().filter(move |share| share.doc == doc).map(|share| &share.scope);
        stored.chain(added).map(String::as_str)
    }

    /// Shares a document under a sequence number.
    pub fn add(&mut self, seq: i64, doc: RecordId, scope: String) {
        self.added.push(ShareRow { seq, doc, scope });
    }

    /// What this batch adds, oldest first.
    pub fn added(&self) -> &[ShareRow] {
        &self.added
    }

    /// Takes back what was added after the first so many.
    pub fn truncate(&mut self, added: usize) {
        self.added.truncate(added);
    }

    /// What the scopes' sums gain, given the state of the documents that this batch writes: (scope, documents, checksum).
    pub fn gains(&self, written: &HashMap<RecordId, i64>) -> Vec<(&str, i64, i64)> {
        let stored = |doc: &RecordId| Some(self.stored.get(doc)?.as_ref()?.state_hash);
        let now = |doc: &RecordId| written.get(doc).copied().or_else(|| stored(doc)).unwrap_or_default();
        let rows = self.stored.values().flatten().filter(|row| written.contains_key(&row.doc));
        let changed = rows.flat_map(|row| {
            let gain = now(&row.doc).wrapping_sub(row.state_hash);
            row.shares.iter().map(move |scope| (scope.as_str(), 0, gain))
        });
        changed.chain(self.added.iter().map(|share| (share.scope.as_str(), 1, now(&share.doc)))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORED: RecordId = RecordId::from_u128(1);
    const NEW: RecordId = RecordId::from_u128(2);

    fn shares() -> Shares {
        let row = SharedRow { doc: STORED, state_hash: 10, shares: vec!["candidates/a".to_owned()] };
        let mut shares =
            Shares { stored: HashMap::from([(STORED, Some(row)), (NEW, None)]), ..Shares::default() };
        shares.add(7, STORED, "candidates/b".to_owned());
        shares.add(8, NEW, "candidates/b".to_owned());
        shares
    }

    #[test]
    fn a_document_is_in_what_it_was_shared_into_and_in_what_is_added() {
        let mut shares = shares();
        assert_eq!(shares.of(STORED).collect::<Vec<_>>(), ["candidates/a", "candidates/b"]);
        shares.truncate(1);
        assert_eq!(shares.of(NEW).count(), 0, "taken back");
        assert_eq!(shares.added().len(), 1);
    }

    #[test]
    fn sums_gain_the_new_documents_and_what_changed_in_the_old_ones() {
        let shares = shares();
        let mut gains = shares.gains(&HashMap::from([(STORED, 13), (NEW, 5)]));
        gains.sort_unstable();
        assert_eq!(gains, [("candidates/a", 0, 3), ("candidates/b", 1, 5), ("candidates/b", 1, 13)]);
        let unchanged = shares.gains(&HashMap::from([(NEW, 5)]));
        assert_eq!(unchanged, [("candidates/b", 1, 10), ("candidates/b", 1, 5)]);
    }
}
