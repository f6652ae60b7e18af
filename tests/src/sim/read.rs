//! What a session reads from the tenant: pages past a cursor, chunks of a download, single documents.

use zumodra_shared::access::Grants;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::registry::KINDS;
use zumodra_shared::sync::cursor::Cursor;
use zumodra_shared::sync::server::{ChunkRead, PageRead};
use zumodra_shared::sync::wire::{Blob, Body, Item, Row, ScopeSum};

use super::server::{Document, Model};

/// Documents in a chunk: few, so that downloads are cut in the middle.
const CHUNK_DOCUMENTS: usize = 4;
/// Documents in a page, for the same reason.
const PAGE_DOCUMENTS: usize = 5;

impl Model {
    /// What changed past a cursor in the granted scopes.
    #[must_use]
    pub fn page(&self, cursor: Cursor, grants: &Grants, limit: usize, checkpoint: bool) -> PageRead {
        let limit = limit.min(PAGE_DOCUMENTS);
        let mut changed: Vec<&Document> =
            self.docs.values().filter(|d| d.seq > cursor.pos && grants.covers(&d.working.scope())).collect();
        changed.sort_by_key(|doc| doc.seq);
        let more = changed.len() > limit;
        changed.truncate(limit);
        let items = changed.iter().map(|doc| self.item(doc, cursor.base)).collect();
        let next = match changed.last() {
            Some(last) if more => Cursor { base: cursor.base, pos: last.seq },
            _ => Cursor::at(self.head()),
        };
        let left = self.moves.iter().filter(|(seq, doc, from)| {
            let here = self.docs.get(doc).is_some_and(|doc| grants.covers(&doc.working.scope()));
            *seq > cursor.base && grants.covers(from) && !here
        });
        PageRead {
            items,
            gone: if more { Vec::new() } else { left.map(|(_, doc, _)| *doc).collect() },
            more,
            checkpoint: (checkpoint && !more).then(|| self.sums(grants)),
            ..PageRead::nothing(next)
        }
    }

    /// A document with what is new past `base`: its changes or its whole, whichever is smaller.
    fn item(&self, doc: &Document, base: u64) -> Item {
        let new: Vec<&usize> = doc.places.iter().filter(|place| **place as u64 >= base).collect();
        let bytes: usize = new.iter().map(|place| self.log[**place].body.len()).sum();
        let working = &doc.working;
        let body = if working.def.entry {
            Body::Entry(working.doc.saved().to_vec())
        } else if bytes >= working.doc.saved().len() {
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
        }
    }

    fn sums(&self, grants: &Grants) -> Vec<ScopeSum> {
        let sum = |granted: &str| {
            let inside = self.scopes.iter().filter(|(scope, _)| {
                scope.as_str() == granted || scope.split_once('/').is_some_and(|(class, _)| class == granted)
            });
            inside.fold((0, 0_i64), |sum, (_, (count, hash))| (sum.0 + count, sum.1.wrapping_add(*hash)))
        };
        let sums = grants.iter().map(|scope| {
            let (documents, checksum) = sum(scope);
            ScopeSum { scope: scope.to_owned(), documents, checksum }
        });
        sums.collect()
    }

    /// Documents of some scopes.
    #[must_use]
    pub fn count(&self, scopes: &[String]) -> u64 {
        let grants = Grants::named(scopes.iter().cloned());
        self.docs.values().filter(|doc| grants.covers(&doc.working.scope())).count() as u64
    }

    /// A chunk of a download.
    #[must_use]
    pub fn chunk(&self, scopes: &[String], kind: u16, after: Option<RecordId>) -> ChunkRead {
        let grants = Grants::named(scopes.iter().cloned());
        let mut items = Vec::new();
        for (index, def) in KINDS.iter().enumerate().skip(usize::from(kind)) {
            let index = u16::try_from(index).unwrap_or(u16::MAX);
            let from = after.filter(|_| index == kind);
            let docs = self.docs.values().filter(|doc| {
                let working = &doc.working;
                working.def.code == def.code
                    && from.is_none_or(|from| working.id > from)
                    && grants.covers(&working.scope())
            });
            for doc in docs {
                items.push(loaded(doc));
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
        found.filter(|doc| grants.covers(&doc.working.scope())).map(loaded).collect()
    }
}

fn loaded(doc: &Document) -> Item {
    let working = &doc.working;
    let body = if working.def.entry {
        Body::Entry(working.doc.saved().to_vec())
    } else {
        let fields = serde_json::Value::Object(working.shown.fields.clone()).to_string();
        Body::whole(working.doc.saved().to_vec(), || Row { fields, deleted: working.shown.deleted })
    };
    Item { doc: working.id, kind: working.def.code, body, updated: doc.updated, created: Some(doc.created) }
}
