//! The live stream: merging what others did, and what became of what was sent.

use std::collections::HashMap;

use automerge::ChangeHash;
use zumodra_shared::history::ChangeName;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::registry;
use zumodra_shared::schema::Fields;
use zumodra_shared::sync::cursor::Sealed;
use zumodra_shared::sync::document::Document;
use zumodra_shared::sync::guard;
use zumodra_shared::sync::judge::Working;
use zumodra_shared::sync::wire::{Body, Item, Wall};

use super::load::REPLACE;
use super::waits_for;
use crate::ats::local;
use crate::replica::documents::{self, Doc, Pending};
use crate::replica::error::{Error, Result};
use crate::replica::history;
use crate::replica::meta::{self, name};
use crate::replica::{Fate, Tx, rows};

/// A page of at most so many documents is indexed for search at once.
const INDEX_AT_ONCE: usize = 20;

impl Tx<'_> {
    /// Merges a page. Says whether documents left.
    pub(super) fn apply(&mut self, items: &[Item], gone: &[RecordId], cursor: &Sealed) -> Result<bool> {
        for item in items {
            self.apply_item(item)?;
        }
        if items.len() <= INDEX_AT_ONCE {
            for item in items {
                self.index_now(item.doc)?;
            }
        }
        let mut purged = false;
        for id in gone {
            if let Some(doc) = self.doc(*id)? {
                self.drop_with_notice(&doc)?;
                purged = true;
            }
        }
        if purged {
            self.drop_loose_files()?;
        }
        self.conn
            .prepare_cached("update damaged set waiting = ?1 where waiting = ?2")?
            .execute([waits_for::NOTHING, waits_for::PAGE])?;
        meta::write(self.conn, name::CURSOR, cursor)?;
        Ok(purged)
    }

    fn apply_item(&mut self, item: &Item) -> Result<()> {
        let Some(def) = registry::by_code(item.kind) else { return Ok(()) };
        let held = self.doc(item.doc)?;
        match self.merge_item(def, item, held.as_ref()) {
            Ok(()) => {
                self.conn
                    .prepare_cached("delete from damaged where id = ?1 and waiting in (?2, ?3)")?
                    .execute((item.doc.as_bytes(), waits_for::PAGE, waits_for::RIGHTS))?;
                self.share(item, held.is_some_and(|doc| doc.stale == REPLACE))
            }
            Err(Error::Refused(problem)) => {
                let missing =
                    problem.code == Code::MissingDependency && held.as_ref().is_none_or(|d| !d.confirmed);
                let waiting = if missing { self.may_be_downloaded()? } else { waits_for::NOTHING };
                if waiting == waits_for::NOTHING {
                    tracing::warn!(doc = %item.doc, code = %problem.code, "a document is fetched whole");
                }
                self.note_damaged(item.doc, def.code, waiting, last_change(&item.body).as_deref())
            }
            Err(error) => Err(error),
        }
    }

    fn index_now(&mut self, id: RecordId) -> Result<()> {
        let Some(doc) = self.doc(id)? else { return Ok(()) };
        if let Some(row) = crate::replica::rows::get(self.conn, doc.def, id)? {
            crate::replica::search::index(self.conn, doc.n, doc.def, &row.fields, row.deleted)?;
        }
        Ok(())
    }

    /// Takes documents that were fetched whole. Those that did not come are not to be seen any more; one of which something
    /// waits is asked for again on the next connection, when the server has judged that.
    pub(super) fn replace(&mut self, asked: &[RecordId], items: &[Item]) -> Result<()> {
        for item in items {
            let Some(def) = registry::by_code(item.kind) else { continue };
            let held = self.doc(item.doc)?;
            match self.merge_item(def, item, held.as_ref()) {
                Ok(()) => {
                    self.share(item, held.is_some_and(|doc| doc.stale == REPLACE))?;
                    self.conn.execute("delete from damaged where id = ?1", [item.doc.as_bytes()])?;
                }
                Err(Error::Refused(problem)) => {
                    tracing::error!(doc = %item.doc, code = %problem.code, "a document stays unreadable");
                    self.conn.execute(
                        "update damaged set tries = tries + 1 where id = ?1",
                        [item.doc.as_bytes()],
                    )?;
                }
                Err(error) => return Err(error),
            }
            self.index_now(item.doc)?;
        }
        for id in asked.iter().filter(|id| !items.iter().any(|item| item.doc == **id)) {
            if self.waits(*id)? {
                let sql = "update damaged set waiting = ?2 where id = ?1";
                self.conn.execute(sql, (id.as_bytes(), waits_for::JUDGEMENT))?;
                continue;
            }
            self.conn.execute("delete from damaged where id = ?1", [id.as_bytes()])?;
            if let Some(doc) = self.doc(*id)? {
                self.forget(&doc)?;
            }
        }
        Ok(())
    }

    /// Moves what the server committed from the outbox into what it knows.
    pub(super) fn confirm(&mut self, places: &[(u64, Option<Wall>)], at: Option<i64>) -> Result<()> {
        let mut entries = Vec::with_capacity(places.len());
        let mut walls: HashMap<RecordId, Wall> = HashMap::new();
        for (place, wall) in places {
            let Some(entry) = self.pending_at(*place)?.filter(|entry| entry.command.is_none()) else {
                continue;
            };
            let known = walls.entry(entry.doc).or_default();
            *known = known.or(*wall);
            entries.push(entry);
        }
        entries.sort_by_key(|entry| entry.place);
        for (id, entries) in documents::by_doc(entries) {
            for entry in &entries {
                self.dequeue(entry.place, Fate::Acknowledged(entry.hash.clone()))?;
                self.conn
                    .prepare_cached("update provisional set settled = 1 where hash = ?1")?
                    .execute([&entry.hash])?;
            }
            match self.doc(id)? {
                Some(doc) => self.confirm_doc(doc, &entries, at, walls.get(&id).copied())?,
                // The document itself is still to come, with these changes in it.
                None => self.note_confirmed_unseen(id, &entries)?,
            }
        }
        Ok(())
    }

    fn note_confirmed_unseen(&mut self, id: RecordId, entries: &[Pending]) -> Result<()> {
        let Some(last) = entries.last() else { return Ok(()) };
        let waiting = self.may_be_downloaded()?;
        self.note_damaged(id, last.kind, waiting, Some(&last.hash))
    }

    fn confirm_doc(
        &mut self,
        doc: Doc,
        entries: &[Pending],
        at: Option<i64>,
        wall: Option<Wall>,
    ) -> Result<()> {
        let was = doc.clone();
        let mut doc = Doc { wall: doc.wall.or(wall), ..doc };
        let (covered, merged) = self.confirmed_by(&doc, entries)?;
        match merged {
            Ok(Some(mut merged)) => {
                if let Some(last) = entries.last() {
                    doc.stamps.updated_at = at.unwrap_or(last.made_at);
                    doc.stamps.updated_by =
                        meta::identity(self.conn)?.map(|me| me.user_id).unwrap_or_default();
                    let mine = at.map(|at| (at, doc.stamps.updated_by));
                    let sent = mine.map(|mine| history::stamps_of_sent(entries, mine, &merged));
                    self.put_stamps_aside(&was, covered, sent.unwrap_or_default())?;
                }
                if !was.confirmed {
                    doc.stamps.created_at = doc.stamps.updated_at;
                    doc.stamps.created_by = doc.stamps.updated_by;
                }
                self.settle_confirmed(&mut doc, Some(&was), &mut merged)?;
                self.keep_recent(merged);
            }
            // The stream brought it before the answer did.
            Ok(None) if doc.wall == was.wall => {}
            Ok(None) => {
                if let Some(mut known) = self.confirmed(&was)? {
                    self.settle_confirmed(&mut doc, Some(&was), &mut known)?;
                }
            }
            Err(Error::Refused(_)) => return self.note_confirmed_unseen(doc.id, entries),
            Err(error) => return Err(error),
        }
        if doc.wall.hides() {
            return self.drop_with_notice(&doc);
        }
        let changes_rights = doc.wall != was.wall || doc.def.scope.after_own;
        if changes_rights && !meta::grants(self.conn)?.covers(&doc.scope) {
            // Who put up a wall, or gave what opens the others', is let in by a change of rights that the server makes
            // before it answers. Who lost their rights while this was judged, or took back what they gave, is not, and
            // nothing else would follow that says so.
            self.note_damaged(doc.id, doc.def.code, waits_for::RIGHTS, None)?;
        }
        let pending = self.pending(doc.id)?;
        let made = entries.iter().map(|entry| (entry.edits.as_slice(), entry.made_at));
        let as_it_was = local::shown_while_pending(doc.def, &Fields::new(), made).is_none();
        if pending.is_empty() && as_it_was && doc.scope == was.scope && !self.waits(doc.id)? {
            // The row has shown these changes since they were made here.
            rows::mark_sent(self.conn, doc.def, doc.id, &doc.stamps)?;
            self.changed.row(doc.def.name, doc.id);
            return Ok(());
        }
        match self.current(&doc, &pending)? {
            Some(shown) => self.project(&mut doc, &shown, &pending, true),
            None => self.rebase(&mut doc),
        }
    }

    /// The last change of a confirmed document, and the document with further changes; none when it has them all.
    fn confirmed_by(
        &self,
        doc: &Doc,
        entries: &[Pending],
    ) -> Result<(Option<ChangeName>, Result<Option<Working>>)> {
        if let Some(mut kept) = self.recent_with(doc, entries) {
            let covered = history::last_change_within(&Document::stored(doc.saved.clone())?, &kept.doc);
            kept.doc = kept.doc.compacted()?;
            return Ok((covered, Ok(Some(kept))));
        }
        let confirmed = self.confirmed(doc)?;
        let covered = confirmed.as_ref().and_then(|confirmed| history::last_change(&confirmed.doc));
        Ok((covered, confirmed_with(doc, confirmed, entries)))
    }

    /// What became of a command.
    pub(super) fn command_done(&mut self, place: u64, problem: Option<&Problem>) -> Result<()> {
        let Some(entry) = self.pending_at(place)?.filter(|entry| entry.command.is_some()) else {
            return Ok(());
        };
        let hash = entry.hash.clone();
        self.dequeue(place, if problem.is_some() { Fate::Refused(hash) } else { Fate::Acknowledged(hash) })?;
        if let Some(problem) = problem {
            self.command_refused(&entry, problem)?;
        }
        self.reproject(entry.doc, true)
    }
}

/// A confirmed document with further changes; none when it has them all.
fn confirmed_with(doc: &Doc, confirmed: Option<Working>, entries: &[Pending]) -> Result<Option<Working>> {
    let base = confirmed.unwrap_or_else(|| documents::empty(doc));
    let mut missing = Vec::new();
    for entry in entries {
        let known = match ChangeHash::try_from(entry.hash.as_slice()) {
            Ok(hash) => base.doc.has(&hash)?,
            Err(_) => false,
        };
        if !known {
            missing.push(entry.body.as_slice());
        }
    }
    if missing.is_empty() {
        return Ok(None);
    }
    documents::extend(base, missing.into_iter()).map(Some)
}

fn last_change(body: &Body) -> Option<Vec<u8>> {
    let Body::Changes(changes) = body else { return None };
    let last = guard::inspect(&changes.last()?.0).ok()?;
    Some(last.change.hash().as_ref().to_vec())
}
