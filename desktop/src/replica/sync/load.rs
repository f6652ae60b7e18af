//! The first download: documents with their rows, stored without being loaded.

use automerge::ChangeHash;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::registry;
use zumodra_shared::schema::{EntityDef, Fields};
use zumodra_shared::sync::judge::Working;
use zumodra_shared::sync::wire::{self, Body, ChunkPosition, Item};
use zumodra_shared::sync::{guard, state};

use crate::replica::Tx;
use crate::replica::documents::{Doc, on_top};
use crate::replica::error::{Error, Result};
use crate::replica::meta::{self, name};
use crate::replica::rows::{self, Stamps};

/// How a document of a scope is to be replaced by what comes, see `docs.stale`.
const REPLACE: i64 = 2;

impl Tx<'_> {
    /// Stores a chunk of a download.
    pub(super) fn load(&mut self, items: &[Item], next: Option<&ChunkPosition>, total: u64) -> Result<()> {
        for item in items {
            self.load_item(item)?;
        }
        meta::write_json(self.conn, name::TOTAL, &total)?;
        match next {
            Some(next) => meta::set_download(self.conn, Some(next))?,
            None => {
                if let Some(position) = meta::download(self.conn)? {
                    self.complete(&position)?;
                }
            }
        }
        Ok(())
    }

    fn load_item(&mut self, item: &Item) -> Result<()> {
        let Some(def) = registry::by_code(item.kind) else { return self.note_unknown_kind() };
        let held = self.doc(item.doc)?;
        let loaded = match (&item.body, &held) {
            (Body::Loaded(saved, row), None) if !self.waits(item.doc)? => {
                self.insert_loaded(def, item, saved, row)
            }
            _ => self.merge_item(def, item, held.as_ref()),
        };
        match loaded {
            Ok(()) => self.loaded(item.doc, def.code),
            Err(Error::Refused(problem)) => {
                tracing::warn!(doc = %item.doc, code = %problem.code, "a downloaded document cannot be read");
                self.quarantine(item.doc, def.code)
            }
            Err(error) => Err(error),
        }
    }

    /// A document that could not be merged before may be complete now.
    fn loaded(&mut self, id: RecordId, kind: u16) -> Result<()> {
        let Some(needs) = self.needs(id)? else { return Ok(()) };
        let complete = match (needs, self.doc(id)?) {
            (Some(needs), Some(doc)) => {
                self.confirmed(&doc)?.is_some_and(|mut working| has(&mut working, &needs))
            }
            _ => false,
        };
        if complete {
            self.conn.execute("delete from damaged where id = ?1", [id.as_bytes()])?;
            return Ok(());
        }
        // What came may be older than what was missed: it is fetched as it is now.
        self.quarantine(id, kind)
    }

    fn insert_loaded(
        &mut self,
        def: &'static EntityDef,
        item: &Item,
        saved: &[u8],
        row: &wire::Row,
    ) -> Result<()> {
        let read: Fields =
            serde_json::from_str(&row.fields).map_err(|_| Problem::new(Code::MalformedChange))?;
        let mut fields = def.defaults();
        fields.extend(read.into_iter().filter(|(name, _)| def.field(name).is_some()));
        let stamps = stamps_of(item, None);
        let state_hash = if def.entry {
            state::entry_state_hash(item.doc, saved)
        } else {
            match heads(saved) {
                Some(heads) => state::state_hash(item.doc, &heads),
                None => state::document_state_hash(item.doc, &mut guard::load(saved)?),
            }
        };
        let scope = def.scope.scope(&fields, stamps.created_by);
        self.conn
            .prepare_cached(
                "insert into docs (id, kind, scope, saved, confirmed, created_at, created_by, updated_at, \
                 updated_by, state_hash) values (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute((
                item.doc.as_bytes(),
                def.code,
                &scope,
                saved,
                stamps.created_at,
                stamps.created_by.as_bytes(),
                stamps.updated_at,
                stamps.updated_by.as_bytes(),
                state_hash,
            ))?;
        self.sum(&scope, 1, state_hash);
        if def.entry {
            self.conn
                .prepare_cached("delete from provisional where id = ?1")?
                .execute([item.doc.as_bytes()])?;
        }
        rows::put(self.conn, def, item.doc, &scope, &stamps, (row.deleted, false), &fields)?;
        self.changed.row(def.name, item.doc);
        Ok(())
    }

    /// Merges an item into what is held, and derives the row.
    pub(super) fn merge_item(
        &mut self,
        def: &'static EntityDef,
        item: &Item,
        held: Option<&Doc>,
    ) -> Result<()> {
        let stamps = stamps_of(item, held.map(|doc| &doc.stamps));
        let confirmed = match held {
            // What is to be replaced, or cannot be read, is no base.
            Some(doc) if doc.stale == REPLACE => None,
            Some(doc) => self.confirmed(doc).ok().flatten(),
            None => None,
        };
        let was_readable = confirmed.is_some();
        let mut merged = merged(def, item, confirmed, stamps.created_by)?;
        if held.is_some_and(|doc| doc.confirmed) && !was_readable && matches!(item.body, Body::Changes(_)) {
            // Without a base, changes alone do not make the document.
            return Err(Code::MissingDependency.into());
        }
        let mut doc = match held {
            Some(doc) => doc.clone(),
            None => self.new_doc(item.doc, def, stamps)?,
        };
        doc.stamps = stamps;
        self.settle_confirmed(&mut doc, held, &mut merged)?;
        let pending = self.pending(doc.id)?;
        match on_top(&doc, Some(merged), &pending)? {
            Some(shown) => self.project(&mut doc, &shown, &pending, def.entry),
            None => self.rebase(&mut doc),
        }
    }

    /// Makes `merged` what the server knows of a document.
    pub(crate) fn settle_confirmed(
        &mut self,
        doc: &mut Doc,
        was: Option<&Doc>,
        merged: &mut Working,
    ) -> Result<()> {
        merged.created_by = doc.stamps.created_by;
        doc.scope = merged.scope();
        doc.state_hash = merged.state_hash();
        doc.saved.clone_from(&merged.saved);
        doc.confirmed = true;
        doc.stale = 0;
        if doc.def.entry {
            self.conn
                .prepare_cached("delete from provisional where id = ?1")?
                .execute([doc.id.as_bytes()])?;
        }
        self.store(doc, was)
    }
}

/// The stamps of an item: who made a record is left out where this replica knows it.
fn stamps_of(item: &Item, held: Option<&Stamps>) -> Stamps {
    let created = item.created.map(|stamp| (stamp.at, stamp.by));
    let (created_at, created_by) = created
        .or_else(|| held.map(|stamps| (stamps.created_at, stamps.created_by)))
        .unwrap_or((item.updated.at, item.updated.by));
    Stamps { created_at, created_by, updated_at: item.updated.at, updated_by: item.updated.by }
}

fn merged(
    def: &'static EntityDef,
    item: &Item,
    confirmed: Option<Working>,
    created_by: RecordId,
) -> Result<Working> {
    let id = item.doc;
    if def.entry {
        return match &item.body {
            Body::Entry(bytes) | Body::Loaded(bytes, _) | Body::Snapshot(bytes) => {
                Ok(Working::load(id, def, bytes.clone(), created_by)?)
            }
            Body::Changes(_) => Err(Code::MalformedChange.into()),
        };
    }
    let (doc, saved) = match (&item.body, confirmed) {
        (Body::Snapshot(bytes) | Body::Loaded(bytes, _), None) => {
            return Ok(Working::load(id, def, bytes.clone(), created_by)?);
        }
        (Body::Snapshot(bytes) | Body::Loaded(bytes, _), Some(held)) => guard::merge(&held.doc, bytes)?,
        (Body::Changes(changes), held) => {
            let changes = changes.iter().map(|blob| guard::inspect(&blob.0));
            let changes = changes.collect::<std::result::Result<Vec<_>, _>>()?;
            let base = held.map_or_else(automerge::AutoCommit::new, |held| held.doc);
            guard::apply(&base, &changes)?
        }
        (Body::Entry(_), _) => return Err(Code::MalformedChange.into()),
    };
    let shown = zumodra_shared::schema::crdt::read(def, &doc);
    Ok(Working { id, def, doc, saved, shown, created_by })
}

fn has(working: &mut Working, hash: &[u8]) -> bool {
    let Ok(hash) = ChangeHash::try_from(hash) else { return false };
    working.doc.get_change_by_hash(&hash).is_some()
}

/// The heads of a saved document, read from its header (Automerge binary format, "document chunk": magic, checksum,
/// type, length, actors, heads). None for anything but exactly one document chunk.
pub(crate) fn heads(saved: &[u8]) -> Option<Vec<ChangeHash>> {
    const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
    const TYPE_AT: usize = 8;
    const DOCUMENT: u8 = 0;
    if saved.get(..MAGIC.len())? != MAGIC || *saved.get(TYPE_AT)? != DOCUMENT {
        return None;
    }
    let mut rest = &saved[TYPE_AT + 1..];
    let length = number(&mut rest)?;
    if length != rest.len() {
        return None;
    }
    for _ in 0..number(&mut rest)? {
        let size = number(&mut rest)?;
        rest = rest.get(size..)?;
    }
    let count = number(&mut rest)?;
    let mut heads = Vec::new();
    for _ in 0..count {
        let (head, tail) = rest.split_at_checked(32)?;
        heads.push(ChangeHash::try_from(head).ok()?);
        rest = tail;
    }
    Some(heads)
}

/// An unsigned LEB128 number.
fn number(bytes: &mut &[u8]) -> Option<usize> {
    let mut value = 0_usize;
    for shift in (0..usize::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= usize::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use automerge::transaction::Transactable;
    use automerge::{AutoCommit, ROOT};

    #[test]
    fn heads_are_read_from_the_header_as_a_loaded_document_gives_them() {
        let mut doc = AutoCommit::new();
        for step in 0..40 {
            let mut fork = doc.fork();
            fork.put(&ROOT, "a", step as i64).expect("puts");
            doc.put(&ROOT, "b", "x".repeat(step * 30)).expect("puts");
            if step % 3 == 0 {
                doc.merge(&mut fork).expect("merges");
            }
            let saved = doc.save();
            let mut known = AutoCommit::load(&saved).expect("loads").get_heads();
            let mut read = heads(&saved).expect("reads");
            known.sort();
            read.sort();
            assert_eq!(read, known);
            assert_eq!(heads(&saved[..saved.len() - 1]), None);
        }
    }

    #[test]
    fn what_is_no_document_has_no_heads() {
        for bytes in [&b""[..], b"\x85\x6f\x4a\x83", &[0; 40], &[0xff; 200]] {
            assert_eq!(heads(bytes), None);
        }
    }
}
