//! Documents: the confirmed state that the server knows, the pending changes on top, and the row that shows both.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row};
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::registry;
use zumodra_shared::schema::crdt;
use zumodra_shared::schema::{Edit, EntityDef, Fields};
use zumodra_shared::sync::chunk::Plain;
use zumodra_shared::sync::document::Document;
use zumodra_shared::sync::judge::Working;
use zumodra_shared::sync::wire::Wall;
use zumodra_shared::sync::{guard, project};

use super::Tx;
use super::error::{Error, Result};
use super::rows::{self, Stamps};

/// A document's entry in the store.
#[derive(Debug, Clone)]
pub(crate) struct Doc {
    pub n: i64,
    pub id: RecordId,
    pub def: &'static EntityDef,
    pub scope: String,
    /// What the server knows; empty when it does not know the record yet.
    pub saved: Vec<u8>,
    /// Whether the server knows the record.
    pub confirmed: bool,
    pub stamps: Stamps,
    pub state_hash: i64,
    /// The wall around it, as the server said.
    pub wall: Wall,
    /// 0: as the server has it. 1: to be compared with the next download. 2: to be replaced by it.
    pub stale: i64,
}

/// A change in the outbox.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub place: u64,
    pub doc: RecordId,
    pub kind: u16,
    pub body: Vec<u8>,
    pub edits: Vec<Edit>,
    /// The command's name; none for a change.
    pub command: Option<String>,
    pub hash: Vec<u8>,
    pub actor: Vec<u8>,
    pub creates: bool,
    pub made_at: i64,
}

const DOC_COLUMNS: &str = "n, id, kind, scope, saved, confirmed, created_at, created_by, updated_at, updated_by, \
                           state_hash, stale, wall, wall_moves";
const PENDING_COLUMNS: &str = "place, doc, kind, body, edits, command, hash, actor, creates, made_at";

fn doc_of(row: &Row<'_>) -> rusqlite::Result<Option<Doc>> {
    let Some(def) = registry::by_code(row.get(2)?) else { return Ok(None) };
    let person = |at: usize| -> rusqlite::Result<RecordId> {
        Ok(row.get::<_, Option<[u8; 16]>>(at)?.map(RecordId::from_bytes).unwrap_or_default())
    };
    Ok(Some(Doc {
        n: row.get(0)?,
        id: RecordId::from_bytes(row.get(1)?),
        def,
        scope: row.get(3)?,
        saved: row.get(4)?,
        confirmed: row.get(5)?,
        stamps: Stamps {
            created_at: row.get(6)?,
            created_by: person(7)?,
            updated_at: row.get(8)?,
            updated_by: person(9)?,
        },
        state_hash: row.get(10)?,
        stale: row.get(11)?,
        wall: Wall { moves: row.get(13)?, by: row.get::<_, Option<[u8; 16]>>(12)?.map(RecordId::from_bytes) },
    }))
}

fn pending_of(row: &Row<'_>) -> rusqlite::Result<Pending> {
    let edits: String = row.get(4)?;
    Ok(Pending {
        place: row.get::<_, i64>(0)?.unsigned_abs(),
        doc: RecordId::from_bytes(row.get(1)?),
        kind: row.get(2)?,
        body: row.get(3)?,
        edits: serde_json::from_str(&edits).unwrap_or_default(),
        command: row.get(5)?,
        hash: row.get(6)?,
        actor: row.get(7)?,
        creates: row.get(8)?,
        made_at: row.get(9)?,
    })
}

/// Entries of the outbox that a condition selects, in order.
pub(crate) fn pending_where(
    conn: &rusqlite::Connection,
    condition: &str,
    params: impl rusqlite::Params,
) -> Result<Vec<Pending>> {
    let sql = format!("select {PENDING_COLUMNS} from outbox where {condition}");
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(params, pending_of)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The document of this id.
pub(crate) fn find(conn: &rusqlite::Connection, id: RecordId) -> Result<Option<Doc>> {
    let sql = format!("select {DOC_COLUMNS} from docs where id = ?1");
    Ok(conn.prepare_cached(&sql)?.query_row([id.as_bytes()], doc_of).optional()?.flatten())
}

/// Documents after a number, for going through all of them.
pub(crate) fn page(
    conn: &rusqlite::Connection,
    condition: &str,
    after: i64,
    limit: usize,
) -> Result<Vec<Doc>> {
    let sql = format!("select {DOC_COLUMNS} from docs where n > ?1 and {condition} order by n limit ?2");
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map((after, limit), doc_of)?;
    Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

impl Tx<'_> {
    pub(crate) fn doc(&self, id: RecordId) -> Result<Option<Doc>> {
        find(self.conn, id)
    }

    /// Whether there is a document of this id.
    pub(crate) fn has_doc(&self, id: RecordId) -> Result<bool> {
        let sql = "select exists (select 1 from docs where id = ?1)";
        Ok(self.conn.prepare_cached(sql)?.query_row([id.as_bytes()], |row| row.get(0))?)
    }

    /// Pending changes of a document, in order.
    pub(crate) fn pending(&self, id: RecordId) -> Result<Vec<Pending>> {
        pending_where(self.conn, "doc = ?1 and command is null order by place", [id.as_bytes()])
    }

    /// An entry of the outbox.
    pub(crate) fn pending_at(&self, place: u64) -> Result<Option<Pending>> {
        Ok(pending_where(self.conn, "place = ?1", [place])?.pop())
    }

    /// Whether anything of a record waits in the outbox.
    pub(crate) fn waits(&self, id: RecordId) -> Result<bool> {
        let mut statement =
            self.conn.prepare_cached("select exists (select 1 from outbox where doc = ?1)")?;
        Ok(statement.query_row([id.as_bytes()], |row| row.get(0))?)
    }

    /// A new document that the server does not know yet, or not yet here.
    pub(crate) fn new_doc(&mut self, id: RecordId, def: &'static EntityDef, stamps: Stamps) -> Result<Doc> {
        self.conn
            .prepare_cached(
                "insert into docs (id, kind, scope, saved, confirmed, created_at, created_by, updated_at, \
                 updated_by, state_hash) values (?1, ?2, '', x'', 0, ?3, ?4, ?5, ?6, 0)",
            )?
            .execute((
                id.as_bytes(),
                def.code,
                stamps.created_at,
                stamps.created_by.as_bytes(),
                stamps.updated_at,
                stamps.updated_by.as_bytes(),
            ))?;
        Ok(Doc {
            n: self.conn.last_insert_rowid(),
            id,
            def,
            scope: String::new(),
            saved: Vec::new(),
            confirmed: false,
            stamps,
            state_hash: 0,
            stale: 0,
            wall: Wall::default(),
        })
    }

    /// Writes a document's entry as it is now, and keeps the sums of its scope.
    pub(crate) fn store(&mut self, doc: &Doc, was: Option<&Doc>) -> Result<()> {
        self.conn
            .prepare_cached(
                "update docs set scope = ?2, saved = ?3, confirmed = ?4, created_at = ?5, created_by = ?6, \
                 updated_at = ?7, updated_by = ?8, state_hash = ?9, stale = ?10, wall = ?11, wall_moves = ?12 \
                 where n = ?1",
            )?
            .execute((
                doc.n,
                &doc.scope,
                &doc.saved,
                doc.confirmed,
                doc.stamps.created_at,
                doc.stamps.created_by.as_bytes(),
                doc.stamps.updated_at,
                doc.stamps.updated_by.as_bytes(),
                doc.state_hash,
                doc.stale,
                doc.wall.by.as_ref().map(RecordId::as_bytes),
                doc.wall.moves,
            ))?;
        let shares = self.shares(doc)?;
        if let Some(was) = was {
            self.count(was, &shares, -1);
        }
        self.count(doc, &shares, 1);
        Ok(())
    }

    /// Adds to the sums of a scope.
    pub(crate) fn sum(&mut self, scope: &str, documents: i64, checksum: i64) {
        let add = |sum: &mut (i64, i64)| *sum = (sum.0 + documents, sum.1.wrapping_add(checksum));
        match self.sums.get_mut(scope) {
            Some(sum) => add(sum),
            None => add(self.sums.entry(scope.to_owned()).or_default()),
        }
    }

    /// Writes the sums that this transaction changed.
    pub(crate) fn flush_sums(&mut self) -> Result<()> {
        for (scope, (documents, checksum)) in std::mem::take(&mut self.sums) {
            let old: Option<(i64, i64)> = self
                .conn
                .prepare_cached("select documents, checksum from scopes where scope = ?1")?
                .query_row([&scope], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let (count, sum) = old.unwrap_or_default();
            let now = (count + documents, sum.wrapping_add(checksum));
            if now == (0, 0) {
                self.conn.prepare_cached("delete from scopes where scope = ?1")?.execute([&scope])?;
            } else {
                let sql = "insert or replace into scopes (scope, documents, checksum) values (?1, ?2, ?3)";
                self.conn.prepare_cached(sql)?.execute((&scope, now.0, now.1))?;
            }
        }
        Ok(())
    }

    /// What the server knows of a document; none when it does not know it.
    pub(crate) fn confirmed(&self, doc: &Doc) -> Result<Option<Working>> {
        if !doc.confirmed {
            return Ok(None);
        }
        if let Some(kept) = self.recent(doc, &[]) {
            return Ok(Some(kept));
        }
        let working = Working::load(doc.id, doc.def, doc.saved.clone(), doc.stamps.created_by)?;
        Ok(Some(working.behind(doc.wall)))
    }

    /// The document as the person sees it: confirmed and pending. None when what the pending changes build on is
    /// not here.
    pub(crate) fn current(&self, doc: &Doc, pending: &[Pending]) -> Result<Option<Working>> {
        if let Some(kept) = self.recent(doc, pending) {
            return Ok(Some(kept));
        }
        let confirmed = self.confirmed(doc)?;
        on_top(doc, confirmed, pending)
    }

    /// Writes the row of a document, its search index and its conflicts.
    pub(crate) fn project(
        &mut self,
        doc: &mut Doc,
        shown: &Working,
        pending: &[Pending],
        index: bool,
    ) -> Result<()> {
        let scope = if doc.confirmed {
            doc.scope.clone()
        } else {
            self.scope_here(doc.def, &shown.shown.fields, shown.created_by)?
        };
        if !doc.confirmed && doc.scope != scope {
            self.conn.prepare_cached("update docs set scope = ?2 where n = ?1")?.execute((doc.n, &scope))?;
            doc.scope.clone_from(&scope);
        }
        let mut stamps = doc.stamps;
        if let Some(last) = pending.last() {
            stamps.updated_at = last.made_at;
            stamps.updated_by = super::meta::identity(self.conn)?.map(|me| me.user_id).unwrap_or_default();
        }
        let waits = !pending.is_empty() || self.waits(doc.id)?;
        let state = (shown.shown.deleted, waits);
        let made = pending.iter().map(|p| (p.edits.as_slice(), p.made_at));
        match crate::ats::local::shown_while_pending(doc.def, &shown.shown.fields, made) {
            Some(fields) => rows::put(self.conn, doc.def, doc.id, &scope, &stamps, state, &fields)?,
            None => rows::put(self.conn, doc.def, doc.id, &scope, &stamps, state, &shown.shown.fields)?,
        }
        if index {
            super::search::index(self.conn, doc.n, doc.def, &shown.shown.fields, shown.shown.deleted)?;
        } else {
            self.conn.prepare_cached("update docs set indexed = 0 where n = ?1")?.execute([doc.n])?;
        }
        self.changed.row(doc.def.name, doc.id);
        self.note_conflicts(doc, shown)
    }

    /// The scope of a record of which the server has not said which wall is around it: that around what it belongs to. A
    /// wall of its own is not there before the server puts it up and lets this person in.
    pub(crate) fn scope_here(
        &self,
        def: &EntityDef,
        fields: &Fields,
        created_by: RecordId,
    ) -> Result<String> {
        for owner in def.belongs_to(fields) {
            if let Some(wall) = find(self.conn, owner)?.and_then(|doc| doc.wall.by) {
                return Ok(def.scope.scope(fields, created_by, Some(wall)));
            }
        }
        Ok(def.scope.scope(fields, created_by, None))
    }

    /// Derives the row of a document from what is stored.
    pub(crate) fn reproject(&mut self, id: RecordId, index: bool) -> Result<()> {
        let Some(mut doc) = self.doc(id)? else { return Ok(()) };
        let pending = self.pending(id)?;
        match self.current(&doc, &pending)? {
            Some(shown) => self.project(&mut doc, &shown, &pending, index),
            None => Ok(()),
        }
    }

    /// Forgets a document: its row, its place in the search index, its undo steps. Not its outbox entries.
    pub(crate) fn forget(&mut self, doc: &Doc) -> Result<()> {
        self.recent.clear();
        let shares = self.shares(doc)?;
        self.count(doc, &shares, -1);
        super::search::unindex(self.conn, doc.n)?;
        let id = doc.id.as_bytes();
        self.conn.prepare_cached(&format!("delete from {} where id = ?1", doc.def.name))?.execute([id])?;
        self.conn.prepare_cached("delete from docs where n = ?1")?.execute([doc.n])?;
        if !shares.is_empty() {
            self.conn.prepare_cached("delete from shares where doc = ?1")?.execute([id])?;
        }
        self.conn.prepare_cached("delete from undo where doc = ?1")?.execute([id])?;
        self.conn.prepare_cached("delete from damaged where id = ?1")?.execute([id])?;
        self.conn.prepare_cached("delete from dismissed where doc = ?1")?.execute([id])?;
        self.drop_provisional_of_doc(doc.id)?;
        self.changed.row(doc.def.name, doc.id);
        Ok(())
    }
}

/// Puts pending changes on top of a confirmed document.
///
/// # Errors
/// When a change is not readable. A change whose base is not here gives `None`.
pub(crate) fn on_top(doc: &Doc, confirmed: Option<Working>, pending: &[Pending]) -> Result<Option<Working>> {
    if pending.is_empty() {
        return Ok(confirmed);
    }
    let base = confirmed.unwrap_or_else(|| empty(doc));
    match extend(base, pending.iter().map(|p| p.body.as_slice())) {
        Ok(current) => Ok(Some(current)),
        Err(Error::Refused(problem)) if problem.code == Code::MissingDependency => Ok(None),
        Err(error) => Err(error),
    }
}

/// The document before its first change.
pub(crate) fn empty(doc: &Doc) -> Working {
    Working {
        id: doc.id,
        def: doc.def,
        doc: Document::default(),
        shown: crdt::Shown::default(),
        created_by: doc.stamps.created_by,
        wall: doc.wall,
    }
}

/// A document with further changes.
pub(crate) fn extend<'b>(mut working: Working, bodies: impl Iterator<Item = &'b [u8]>) -> Result<Working> {
    for body in bodies {
        if working.doc.evidently_has(body) {
            continue;
        }
        if follow(&mut working, body) {
            working.doc = std::mem::take(&mut working.doc).compacted()?;
        } else {
            let doc = working.doc.with(&[guard::inspect(body)?])?;
            let shown = doc.shown(working.def)?;
            working = Working { doc, shown, ..working };
        }
    }
    Ok(working)
}

/// Takes up a plain change that was made exactly on this document: it does what it says, and nothing has to be merged.
fn follow(working: &mut Working, body: &[u8]) -> bool {
    let doc = &working.doc;
    let is_next = |plain: &Plain<'_>| {
        plain.is_on(doc.heads()) && plain.deps.iter().all(|dep| doc.evidently_has_hash(dep))
    };
    let Some(plain) = Plain::read(body).filter(is_next) else { return false };
    if plain.deps.is_empty() {
        let Some(shown) = project::created(working.def, &plain) else { return false };
        working.shown = shown;
        working.doc = Document::created(body, plain.hash);
        return true;
    }
    let done = project::absorb(working.def, &mut working.shown, &plain).is_some();
    if done {
        working.doc.follow(body, plain.hash);
    }
    done
}

/// Groups places of the outbox by document.
pub(crate) fn by_doc(pending: Vec<Pending>) -> BTreeMap<RecordId, Vec<Pending>> {
    let mut groups: BTreeMap<RecordId, Vec<Pending>> = BTreeMap::new();
    for entry in pending {
        groups.entry(entry.doc).or_default().push(entry);
    }
    groups
}
