//! The first download: documents with their rows, stored without being loaded.

use automerge::ChangeHash;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::registry;
use zumodra_shared::schema::crdt;
use zumodra_shared::schema::{EntityDef, Fields};
use zumodra_shared::sync::document::Document;
use zumodra_shared::sync::judge::Working;
use zumodra_shared::sync::wire::{self, Body, ChunkPosition, Item, Wall};
use zumodra_shared::sync::{chunk, project, state};

use crate::replica::Tx;
use crate::replica::documents::{Doc, extend, on_top};
use crate::replica::error::{Error, Result};
use crate::replica::history;
use crate::replica::meta::{self, name};
use crate::replica::rows::{self, Stamps};

/// How a document of a scope is to be replaced by what comes, see `docs.stale`.
pub(super) const REPLACE: i64 = 2;

impl Tx<'_> {
    /// Stores a chunk of a download.
    pub(super) fn load(&mut self, items: &[Item], next: Option<&ChunkPosition>, total: u64) -> Result<()> {
        // While nothing waits and nothing is damaged, no record has to be looked up for it.
        let quiet: bool = self.conn.query_row(
            "select not exists (select 1 from outbox) and not exists (select 1 from damaged)",
            [],
            |row| row.get(0),
        )?;
        for item in items {
            self.load_item(item, quiet)?;
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

    fn load_item(&mut self, item: &Item, quiet: bool) -> Result<()> {
        let Some(def) = registry::by_code(item.kind) else { return Ok(()) };
        let held = if self.has_doc(item.doc)? { self.doc(item.doc)? } else { None };
        let new = held.is_none() && (quiet || !self.waits(item.doc)?);
        let loaded = match &item.body {
            Body::Loaded(saved, row) if new => self.insert_loaded(def, item, saved, row),
            Body::Snapshot(saved) | Body::Entry(saved) if new => self.insert_read(def, item, saved),
            _ => self.merge_item(def, item, held.as_ref()),
        };
        match loaded {
            Ok(()) => {
                self.share(item, held.is_some_and(|doc| doc.stale == REPLACE))?;
                // What was damaged before is looked at again; what is damaged by this item is not complete by it.
                if quiet { Ok(()) } else { self.loaded(item.doc, def.code) }
            }
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
            (Some(needs), Some(doc)) => self.confirmed(&doc)?.is_some_and(|working| has(&working, &needs)),
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
        let state_hash = if def.entry {
            state::entry_state_hash(item.doc, saved)
        } else {
            Document::stored(saved.to_vec())?.state_hash(item.doc)
        };
        self.insert_new(def, item, saved, state_hash, (&fields, row.deleted))
    }

    /// A document that came without its row: what it shows is read from its bytes.
    fn insert_read(&mut self, def: &'static EntityDef, item: &Item, saved: &[u8]) -> Result<()> {
        if let Some((shown, head)) = project::written(def, saved).filter(|_| !def.entry) {
            let state_hash = state::state_hash(item.doc, &[head]);
            return self.insert_new(def, item, saved, state_hash, (&shown.fields, shown.deleted));
        }
        let created_by = stamps_of(item, None).created_by;
        let working = Working::load(item.doc, def, saved.to_vec(), created_by)?;
        self.insert_new(
            def,
            item,
            saved,
            working.state_hash(),
            (&working.shown.fields, working.shown.deleted),
        )
    }

    /// Stores a document that is new here with its row, unseen by Automerge and not yet indexed for search.
    fn insert_new(
        &mut self,
        def: &'static EntityDef,
        item: &Item,
        saved: &[u8],
        state_hash: i64,
        (fields, deleted): (&Fields, bool),
    ) -> Result<()> {
        let stamps = stamps_of(item, None);
        let wall = item.wall.unwrap_or_default();
        let scope = def.scope.scope(fields, stamps.created_by, wall.by);
        self.conn
            .prepare_cached(
                "insert into docs (id, kind, scope, saved, confirmed, created_at, created_by, updated_at, \
                 updated_by, state_hash, wall, wall_moves) \
                 values (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
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
                wall.by.as_ref().map(RecordId::as_bytes),
                wall.moves,
            ))?;
        self.sum(&scope, 1, state_hash);
        if def.entry {
            self.conn
                .prepare_cached("delete from provisional where id = ?1")?
                .execute([item.doc.as_bytes()])?;
        }
        rows::put(self.conn, def, item.doc, &scope, &stamps, (deleted, false), fields)?;
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
        if let (Some(doc), Some(known)) = (held, &confirmed)
            && doc.stale == 0
            && doc.wall.or(item.wall) == doc.wall
            && adds_nothing(item, known)
        {
            return self.restamp(doc, stamps);
        }
        let was_readable = confirmed.is_some();
        let covered = confirmed.as_ref().and_then(|confirmed| history::last_change(&confirmed.doc));
        let mut merged = merged(def, item, confirmed, stamps.created_by)?;
        let stamps = match held.filter(|_| was_readable && lacks_some_of(item, &merged)) {
            // It was read before something that came first: what is held was changed last.
            Some(doc) => {
                Stamps { created_at: stamps.created_at, created_by: stamps.created_by, ..doc.stamps }
            }
            None => stamps,
        };
        if held.is_some_and(|doc| doc.confirmed) && !was_readable && matches!(item.body, Body::Changes(_)) {
            // Without a base, changes alone do not make the document.
            return Err(Code::MissingDependency.into());
        }
        let mut doc = match held {
            Some(doc) => doc.clone(),
            None => self.new_doc(item.doc, def, stamps)?,
        };
        doc.stamps = stamps;
        doc.wall = match held {
            Some(doc) if doc.stale == REPLACE => item.wall.unwrap_or_default(),
            _ => doc.wall.or(item.wall),
        };
        if let Some(held) = held.filter(|_| was_readable) {
            self.put_stamps_aside(held, covered, history::stamps_beside(item, &merged))?;
        }
        self.settle_confirmed(&mut doc, held, &mut merged)?;
        let pending = self.pending(doc.id)?;
        match on_top(&doc, Some(merged), &pending)? {
            Some(shown) => self.project(&mut doc, &shown, &pending, def.entry),
            None => self.rebase(&mut doc),
        }
    }

    /// Takes up who changed a document last, and when.
    fn restamp(&mut self, doc: &Doc, stamps: Stamps) -> Result<()> {
        self.store(&Doc { stamps, ..doc.clone() }, Some(doc))?;
        if !self.waits(doc.id)? {
            rows::mark_sent(self.conn, doc.def, doc.id, &stamps)?;
            self.changed.row(doc.def.name, doc.id);
        }
        Ok(())
    }

    /// Makes `merged` what the server knows of a document.
    pub(crate) fn settle_confirmed(
        &mut self,
        doc: &mut Doc,
        was: Option<&Doc>,
        merged: &mut Working,
    ) -> Result<()> {
        merged.created_by = doc.stamps.created_by;
        merged.wall = doc.wall;
        doc.scope = merged.scope();
        doc.state_hash = merged.state_hash();
        doc.saved = merged.doc.saved().to_vec();
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
    match (&item.body, confirmed) {
        (Body::Snapshot(bytes) | Body::Loaded(bytes, _), None) => {
            Ok(Working::load(id, def, bytes.clone(), created_by)?)
        }
        (Body::Snapshot(bytes) | Body::Loaded(bytes, _), Some(held)) => {
            let doc = held.doc.merged(bytes)?;
            let shown = doc.shown(def)?;
            Ok(Working { doc, shown, ..held })
        }
        (Body::Changes(changes), held) => {
            let base = held.unwrap_or_else(|| {
                let (doc, shown) = (Document::default(), crdt::Shown::default());
                Working { id, def, doc, shown, created_by, wall: Wall::default() }
            });
            extend(base, changes.iter().map(|blob| blob.0.as_slice()))
        }
        (Body::Entry(_), _) => Err(Code::MalformedChange.into()),
    }
}

/// Whether an item brings nothing that is not in a document already.
fn adds_nothing(item: &Item, known: &Working) -> bool {
    match &item.body {
        Body::Snapshot(bytes) | Body::Loaded(bytes, _) if !known.def.entry => {
            chunk::heads(bytes).is_some_and(|heads| heads == known.doc.heads())
        }
        Body::Changes(changes) => changes.iter().all(|change| known.doc.evidently_has(&change.0)),
        _ => false,
    }
}

/// Whether a whole document lacks something that is in what was merged from it.
fn lacks_some_of(item: &Item, merged: &Working) -> bool {
    match &item.body {
        Body::Snapshot(bytes) | Body::Loaded(bytes, _) if !merged.def.entry => {
            chunk::heads(bytes).is_some_and(|heads| heads != merged.doc.heads())
        }
        _ => false,
    }
}

fn has(working: &Working, hash: &[u8]) -> bool {
    ChangeHash::try_from(hash).is_ok_and(|hash| working.doc.has(&hash).unwrap_or(false))
}
