//! What a batch knows of documents that are shared into further scopes, and what it adds.
//!
//! A share has a sequence number of its own, under which no row of the log stands: a page ends between two events, never
//! within one.

use std::collections::HashMap;

use sqlx::PgConnection;
use zumodra_shared::kernel::RecordId;

use super::store::{self, DocumentRow, ShareRow, SharedRow};

/// Shared documents under the head's lock.
#[derive(Default, Clone)]
pub(super) struct Shares {
    /// Documents as stored; none for one that is not.
    stored: HashMap<RecordId, Option<SharedRow>>,
    added: Vec<ShareRow>,
    /// Documents that are shared no more, as they were stored.
    dropped: Vec<SharedRow>,
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

    /// Shares a document with nobody any more. Gives the scopes that it was shared into.
    pub fn drop(&mut self, doc: RecordId) -> Vec<String> {
        let mut scopes: Vec<String> =
            self.added.extract_if(.., |share| share.doc == doc).map(|s| s.scope).collect();
        if let Some(Some(row)) = self.stored.get_mut(&doc)
            && !row.shares.is_empty()
        {
            scopes.extend(row.shares.iter().cloned());
            self.dropped.push(SharedRow { shares: std::mem::take(&mut row.shares), ..row.clone() });
        }
        scopes
    }

    /// The documents of which what is stored of their shares is dropped.
    pub fn dropped(&self) -> Vec<RecordId> {
        self.dropped.iter().map(|row| row.doc).collect()
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
        let dropped = self.dropped.iter().flat_map(|row| {
            row.shares.iter().map(move |scope| (scope.as_str(), -1, row.state_hash.wrapping_neg()))
        });
        let added = self.added.iter().map(|share| (share.scope.as_str(), 1, now(&share.doc)));
        changed.chain(dropped).chain(added).collect()
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
        let shares = shares();
        assert_eq!(shares.of(STORED).collect::<Vec<_>>(), ["candidates/a", "candidates/b"]);
        assert_eq!(shares.of(NEW).count(), 1);
        assert_eq!(shares.added().len(), 2);
    }

    #[test]
    fn what_is_shared_no_more_is_taken_out_of_the_sums_as_it_was_stored() {
        let mut shares = shares();
        assert_eq!(shares.drop(STORED), ["candidates/b", "candidates/a"]);
        assert_eq!((shares.of(STORED).count(), shares.dropped()), (0, vec![STORED]));
        assert_eq!(shares.drop(STORED), Vec::<String>::new(), "once");
        let mut gains = shares.gains(&HashMap::from([(STORED, 13), (NEW, 5)]));
        gains.sort_unstable();
        assert_eq!(gains, [("candidates/a", -1, -10), ("candidates/b", 1, 5)]);
        shares.add(9, STORED, "candidates/a".to_owned());
        let mut gains = shares.gains(&HashMap::from([(STORED, 13), (NEW, 5)]));
        gains.sort_unstable();
        assert_eq!(gains, [("candidates/a", -1, -10), ("candidates/a", 1, 13), ("candidates/b", 1, 5)]);
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
