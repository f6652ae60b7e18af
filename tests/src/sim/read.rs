//! What a session reads from the tenant: pages past a cursor, chunks of a download, single documents.

use zumodra_server::sync::tail::{Commit, Entry};
use zumodra_shared::access::Grants;
use zumodra_shared::access::scope::counted_in;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::registry::KINDS;
use zumodra_shared::sync::cursor::Cursor;
use zumodra_shared::sync::server::{ChunkRead, Counted, PageRead};
use zumodra_shared::sync::wire::{Blob, Body, Item, Row, ScopeSum};

use super::server::{Document, Model};

/// Documents in a chunk: few, so that downloads are cut in the middle.
const CHUNK_DOCUMENTS: usize = 4;
/// Documents in a page, for the same reason.
pub const PAGE_DOCUMENTS: usize = 5;

impl Model {
    /// What changed past a cursor in the granted scopes.
    #[must_use]
    pub fn page(&self, cursor: Cursor, grants: &Grants, checkpoint: bool) -> PageRead {
        let mut changed: Vec<(u64, &Document)> = self
            .docs
            .values()
            .map(|doc| (self.last_event(doc, grants), doc))
            .filter(|(seq, doc)| *seq > cursor.pos && self.covered(doc, grants))
            .collect();
        changed.sort_by_key(|(seq, _)| *seq);
        let more = changed.len() > PAGE_DOCUMENTS;
        changed.truncate(PAGE_DOCUMENTS);
        let items = changed.iter().map(|(_, doc)| self.item(doc, cursor.base, grants)).collect();
        let next = match changed.last() {
            Some((seq, _)) if more => Cursor { base: cursor.base, pos: *seq },
            _ => Cursor::at(self.head()),
        };
        let left = self.moves.iter().filter(|(seq, doc, from)| {
            let here = self.docs.get(doc).is_some_and(|doc| self.covered(doc, grants));
            let held = grants.covers(from) || grants.holds(from);
            *seq > cursor.base && held && !here
        });
        PageRead {
            items,
            gone: if more { Vec::new() } else { left.map(|(_, doc, _)| *doc).collect() },
            more,
            checkpoint: (checkpoint && !more).then(|| self.sums(grants)),
            ..PageRead::nothing(next)
        }
    }

    /// When a document last changed, or was shared with these grants.
    fn last_event(&self, doc: &Document, grants: &Grants) -> u64 {
        let shares = self.shares.get(&doc.working.id).into_iter().flatten();
        let granted = shares.filter(|(scope, _)| grants.holds(scope)).map(|(_, seq)| *seq);
        granted.max().unwrap_or_default().max(doc.seq)
    }

    /// Whether a document came into these grants only past `base`, by a share.
    fn newly_shared(&self, doc: &Document, base: u64, grants: &Grants) -> bool {
        let shares = self.shares.get(&doc.working.id).into_iter().flatten();
        let mut granted = shares.filter(|(scope, _)| grants.holds(scope));
        !grants.covers(&doc.working.scope()) && granted.all(|(_, seq)| *seq > base)
    }

    /// Whether a document went to another scope past `base`.
    fn moved(&self, doc: &Document, base: u64) -> bool {
        self.moves.iter().any(|(seq, moved, _)| *seq > base && *moved == doc.working.id)
    }

    /// What was committed past a place of the log, for those who are connected where it was.
    #[must_use]
    pub fn commit(&self, from: u64) -> Commit {
        let start = usize::try_from(from).unwrap_or(usize::MAX);
        let changes = self.log[start..].iter().filter(|entry| !entry.body.is_empty());
        let entries = changes.filter_map(|entry| {
            let doc = self.docs.get(&entry.doc)?;
            let is_new = doc.places.first().is_some_and(|first| *first >= start);
            Some(Entry {
                doc: entry.doc,
                kind: doc.working.def.code,
                scope: doc.working.scope().into(),
                shares: self.shared(entry.doc).map(Into::into).collect(),
                wall: doc.working.wall.told(),
                body: entry.body.clone(),
                pushed: entry.pushed,
                created: is_new.then_some(doc.created),
                updated: doc.updated,
            })
        });
        let entries = entries.collect();
        let moved = self.moves.iter().any(|(seq, ..)| *seq > from);
        let shares = self.shares.values().flatten().filter(|(_, seq)| **seq > from);
        let shared = shares.map(|(scope, _)| scope.clone()).collect();
        Commit { from, to: self.head(), entries, moved, shared }
    }

    /// What others committed past a place of the log: who pushed it may not have been answered.
    #[must_use]
    pub fn news(&self, from: u64) -> Commit {
        let mut news = self.commit(from);
        news.entries.iter_mut().for_each(|entry| entry.pushed = None);
        news
    }

    /// A document with what is new past `base`: its changes or its whole, whichever is smaller.
    fn item(&self, doc: &Document, base: u64, grants: &Grants) -> Item {
        let new: Vec<&usize> = doc.places.iter().filter(|place| **place as u64 >= base).collect();
        let bytes: usize = new.iter().map(|place| self.log[**place].body.len()).sum();
        let working = &doc.working;
        let body = if working.def.entry {
            Body::Entry(working.doc.saved().to_vec())
        } else if bytes == 0
            || bytes >= working.doc.saved().len()
            || self.newly_shared(doc, base, grants)
            || self.moved(doc, base)
        {
            Body::Snapshot(working.doc.saved().to_vec())
        } else {
            Body::Changes(new.iter().map(|place| Blob(self.log[**place].body.clone())).collect())
        };
        let fresh = !matches!(body, Body::Changes(_)) || new.len() == doc.places.len();
        Item {
            doc: working.id,
            kind: working.def.code,
            body,
            updated: doc.updated,
            created: fresh.then_some(doc.created),
            shares: grants.told(working.def, self.shared(working.id)),
            wall: working.wall.told(),
        }
    }

    fn sums(&self, grants: &Grants) -> Vec<ScopeSum> {
        let sum = |granted: &str| {
            let inside = self
                .scopes
                .iter()
                .filter(|(scope, _)| scope.as_str() == granted || counted_in(scope) == granted);
            inside.fold((0, 0_i64), |sum, (_, (count, hash))| (sum.0 + count, sum.1.wrapping_add(*hash)))
        };
        let sums = grants.iter().map(|scope| {
            let (documents, checksum) = sum(scope);
            ScopeSum { scope: scope.to_owned(), documents, checksum }
        });
        sums.collect()
    }

    /// Documents of some scopes, and which of some records have no wall any more.
    #[must_use]
    pub fn counted(&self, scopes: &[String], lost: &[RecordId]) -> Counted {
        let grants = Grants::named(scopes.iter().cloned());
        let total = self.docs.values().filter(|doc| self.covered(doc, &grants)).count() as u64;
        let is_open = |id: &RecordId| self.docs.get(id).is_some_and(|doc| doc.working.wall.by != Some(*id));
        let opened = lost.iter().copied().filter(is_open).collect();
        Counted { total, opened }
    }

    /// A chunk of a download.
    #[must_use]
    pub fn chunk(
        &self,
        (grants, scopes): (&Grants, &[String]),
        kind: u16,
        after: Option<RecordId>,
    ) -> ChunkRead {
        let scopes = Grants::named(scopes.iter().cloned());
        let mut items = Vec::new();
        for (index, def) in KINDS.iter().enumerate().skip(usize::from(kind)) {
            let index = u16::try_from(index).unwrap_or(u16::MAX);
            let from = after.filter(|_| index == kind);
            let docs = self.docs.values().filter(|doc| {
                let working = &doc.working;
                working.def.code == def.code
                    && from.is_none_or(|from| working.id > from)
                    && self.covered(doc, &scopes)
            });
            for doc in docs {
                items.push(self.loaded(doc, grants));
                if items.len() == CHUNK_DOCUMENTS {
                    return ChunkRead { items, next: Some((index, Some(doc.working.id))) };
                }
            }
        }
        ChunkRead { items, next: None }
    }

    /// Documents as they are, as far as the grants cover them.
    #[must_use]
    pub fn fetch(&self, docs: &[RecordId], grants: &Grants) -> Vec<Item> {
        let found = docs.iter().filter_map(|id| self.docs.get(id));
        found.filter(|doc| self.covered(doc, grants)).map(|doc| self.loaded(doc, grants)).collect()
    }

    fn loaded(&self, doc: &Document, grants: &Grants) -> Item {
        let working = &doc.working;
        let body = if working.def.entry {
            Body::Entry(working.doc.saved().to_vec())
        } else {
            let fields = serde_json::Value::Object(working.shown.fields.clone()).to_string();
            Body::whole(working.doc.saved().to_vec(), || Row { fields, deleted: working.shown.deleted })
        };
        Item {
            doc: working.id,
            kind: working.def.code,
            body,
            updated: doc.updated,
            created: Some(doc.created),
            shares: grants.told(working.def, self.shared(working.id)),
            wall: working.wall.told(),
        }
    }
}
