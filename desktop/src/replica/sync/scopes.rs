//! Grants, purges, and the sums that show whether a scope is complete.

use std::collections::BTreeMap;

use rusqlite::OptionalExtension;
use zumodra_shared::access::{Grants, Role, scope};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::registry::KINDS;
use zumodra_shared::schema::Fields;
use zumodra_shared::sync::client::Granted;
use zumodra_shared::sync::wire::{ALL_SCOPES, ChunkPosition, ScopeSum, Wall};

use super::load::REPLACE;
use super::{damaged, waits_for};
use crate::replica::documents::{self, Doc};
use crate::replica::error::{Error, Result};
use crate::replica::meta::{self, name};
use crate::replica::{Fate, Tx, rows};

/// Documents that are looked at in one go when a scope is purged.
const PURGE_PAGE: usize = 500;
/// How a document of a scope that did not fit is treated by the next download: merged with what comes, or else replaced.
const MERGE: i64 = 1;

impl Tx<'_> {
    /// Purges what is no longer granted and remembers the rest. Says whether anything was purged.
    pub(super) fn grants(&mut self, granted: &Granted) -> Result<bool> {
        let grants = Grants::named(granted.grants.iter().cloned());
        self.put_aside(&granted.beyond, &grants)?;
        for wall in &granted.opened {
            self.open_wall(*wall)?;
        }
        let purged = self.purge(&grants, &granted.beyond)?;
        meta::write_json(self.conn, name::GRANTS, &granted.grants)?;
        meta::write_json(self.conn, name::BEYOND, &granted.beyond)?;
        meta::write_json(self.conn, name::READS_DIGESTS, &granted.reads_digests)?;
        let mut held = meta::held(self.conn)?;
        held.retain(|scope| grants.holds(scope));
        if let Some(cursor) = &granted.cursor {
            // The server reads no cursor of ours: what is here may be of another past, so that all of it is
            // compared with what comes, and what does not come is dropped.
            meta::write(self.conn, name::CURSOR, cursor)?;
            self.conn.execute("update docs set stale = ?1 where confirmed = 1", [REPLACE])?;
            held.clear();
        }
        meta::set_held(self.conn, &held)?;
        meta::set_download(self.conn, granted.download.as_ref())?;
        self.prepare_indexes(granted)?;
        if granted.download.is_none() {
            // The download that was to bring it was cancelled.
            let sql = "update damaged set waiting = ?1 where waiting = ?2";
            self.conn.execute(sql, [waits_for::PAGE, waits_for::DOWNLOAD])?;
        }
        self.settle_rights(&grants)?;
        meta::write_json(self.conn, name::TOTAL, &granted.total)?;
        meta::settle_digest(self.conn)?;
        self.note_contact(&granted.role, granted.server_now)?;
        Ok(purged)
    }

    /// What waited for these rights, and may be held now, is not asked for.
    fn settle_rights(&mut self, grants: &Grants) -> Result<()> {
        let ids: Vec<[u8; 16]> = self
            .conn
            .prepare_cached("select id from damaged where waiting = ?1")?
            .query_map([waits_for::RIGHTS], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for id in ids {
            if self.doc(RecordId::from_bytes(id))?.is_some_and(|doc| grants.covers(&doc.scope)) {
                self.conn.execute("delete from damaged where id = ?1", [id])?;
            }
        }
        Ok(())
    }

    /// Notes what the server said of the person and the time. What is here is what may be here.
    pub(super) fn note_contact(&mut self, role: &str, server_now: Option<i64>) -> Result<()> {
        if let (Some(mut me), Some(role)) = (meta::identity(self.conn)?, Role::from_name(role)) {
            me.role = role;
            meta::write_json(self.conn, name::IDENTITY, &me)?;
        }
        if let Some(server_now) = server_now {
            meta::write_json(self.conn, name::SERVER_TIME, &server_now)?;
        }
        meta::write_json(self.conn, name::LAST_CONTACT, &self.now)?;
        // Only now: what is no longer granted is not shown again.
        self.unseal()
    }

    /// Takes a wall away: what was behind it is behind that of what else it belongs to, or where its own fields say; unless
    /// it belongs to something that is not here, of which nobody knows. The next page says what is so; until then nothing of
    /// it is lost. What else a record belongs to may have become private meanwhile: one that the page does not bring, and
    /// does not say to be gone either, because it never was in a scope that is granted, is asked for.
    fn open_wall(&mut self, wall: RecordId) -> Result<()> {
        let mut after = 0;
        loop {
            let condition = format!("wall = x'{}'", wall.simple());
            let docs = documents::page(self.conn, &condition, after, PURGE_PAGE)?;
            let Some(last) = docs.last() else { return Ok(()) };
            after = last.n;
            for doc in &docs {
                let Some(fields) = self.fields_of(doc)? else { continue };
                let mut around = BTreeMap::new();
                for owner in doc.def.belongs_to(&fields) {
                    around
                        .insert(owner, self.doc(owner)?.map(|owner| owner.wall.by.filter(|by| *by != wall)));
                }
                if around.values().all(Option::is_some) {
                    let by = doc.def.belongs_to(&fields).find_map(|owner| around[&owner].flatten());
                    let scope = doc.def.scope.scope(&fields, doc.stamps.created_by, by);
                    let open = Doc { wall: Wall { by, ..doc.wall }, scope, ..doc.clone() };
                    self.store(&open, Some(doc))?;
                    if around.keys().any(|owner| *owner != wall) {
                        self.note_damaged(doc.id, doc.def.code, waits_for::PAGE, None)?;
                    }
                }
            }
        }
    }

    /// The fields of a record; of one whose row is locked away those of its document.
    fn fields_of(&self, doc: &Doc) -> Result<Option<Fields>> {
        if let Some(row) = rows::get(self.conn, doc.def, doc.id)? {
            return Ok(Some(row.fields));
        }
        match self.current(doc, &self.pending(doc.id)?) {
            Ok(shown) => Ok(shown.map(|shown| shown.shown.fields)),
            // Of a document that cannot be read nobody knows.
            Err(Error::Refused(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps what a server is too old to know of. One that knows it sends it anew: what is here is then compared.
    fn put_aside(&self, beyond: &[&str], grants: &Grants) -> Result<()> {
        for class in beyond.iter().filter(|class| !grants.covers(class)) {
            let sql = "update docs set stale = max(stale, ?1) \
                       where confirmed = 1 and (scope = ?2 or scope like ?2 || '/%')";
            self.conn.execute(sql, (MERGE, class))?;
        }
        Ok(())
    }

    fn purge(&mut self, grants: &Grants, beyond: &[&str]) -> Result<bool> {
        let mut purged = self.purge_shares(grants)?;
        let scopes: Vec<String> = self
            .conn
            .prepare_cached("select distinct scope from docs")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let is_beyond = |scope: &str| beyond.contains(&scope::parts(scope).0);
        let lost: Vec<String> =
            scopes.into_iter().filter(|scope| !grants.covers(scope) && !is_beyond(scope)).collect();
        for scope in &lost {
            purged |= self.purge_scope(scope)?;
        }
        if purged {
            self.drop_loose_files()?;
        }
        Ok(purged)
    }

    /// Drops what is in a scope and not shared into another. Says whether there was any.
    fn purge_scope(&mut self, scope: &str) -> Result<bool> {
        let mut docs = self.docs_of(scope, PURGE_PAGE)?;
        if docs.is_empty() {
            return Ok(false);
        }
        while !docs.is_empty() {
            for doc in docs {
                self.drop_with_notice(&doc)?;
            }
            docs = self.docs_of(scope, PURGE_PAGE)?;
        }
        // Timeline entries that the server has not written have a scope and no document.
        for def in KINDS.iter().filter(|def| def.entry) {
            let sql = format!("delete from {} where scope = ?1", def.name);
            self.conn.execute(&sql, [scope])?;
            self.conn.execute(
                &format!("delete from provisional where id not in (select id from {})", def.name),
                [],
            )?;
            self.changed.kind(def.name);
        }
        Ok(true)
    }

    fn docs_of(&self, scope: &str, limit: usize) -> Result<Vec<Doc>> {
        let ids: Vec<[u8; 16]> = self
            .conn
            .prepare_cached(
                "select id from docs where scope = ?1 \
                 and not exists (select 1 from shares where shares.doc = docs.id) limit ?2",
            )?
            .query_map((scope, limit), |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut docs = Vec::with_capacity(ids.len());
        for id in ids {
            match self.doc(RecordId::from_bytes(id))? {
                Some(doc) => docs.push(doc),
                // A kind that this version does not know has no row to purge.
                None => {
                    self.conn.execute("delete from docs where id = ?1", [id])?;
                }
            }
        }
        Ok(docs)
    }

    /// Drops a document that may no longer be held. What was not sent of it is dropped with a notice that says so
    /// and nothing of what the record held.
    pub(crate) fn drop_with_notice(&mut self, doc: &Doc) -> Result<()> {
        let entries = documents::pending_where(self.conn, "doc = ?1 order by place", [doc.id.as_bytes()])?;
        let noticed = self.drop_attention_of(doc.id)?;
        for entry in &entries {
            self.dequeue(entry.place, Fate::Dropped(entry.hash.clone()))?;
            self.retire_actor(&entry.actor)?;
        }
        self.forget(doc)?;
        if !entries.is_empty() || noticed {
            let hashes = entries.iter().map(|entry| entry.hash.clone()).collect::<Vec<_>>();
            self.notice(doc, &Problem::new(Code::OutOfScope), &hashes)?;
        }
        Ok(())
    }

    /// Compares the granted scopes with the server's sums. Says whether the connection is to be closed, so that what
    /// does not fit is downloaded again.
    pub(super) fn verify(&mut self, sums: &[ScopeSum]) -> Result<bool> {
        self.drop_settled()?;
        // What is about to be fetched may be what does not fit.
        if !damaged(self.conn)?.is_empty() {
            return Ok(false);
        }
        if let [all] = sums
            && all.scope == ALL_SCOPES
        {
            return self.verify_all(all);
        }
        let mut held = meta::held(self.conn)?;
        let mut mismatches: BTreeMap<String, u32> =
            meta::read_json(self.conn, name::MISMATCHES)?.unwrap_or_default();
        let mut close = false;
        for sum in sums.iter().filter(|sum| held.contains(&sum.scope)).cloned().collect::<Vec<_>>() {
            let (class, _) = scope::parts(&sum.scope);
            if scope::kind_of_class(class).is_none() || self.waits_in(&sum.scope)? {
                continue;
            }
            if self.sum_of(&sum.scope)? == (sum.documents, sum.checksum) {
                mismatches.remove(&sum.scope);
                continue;
            }
            tracing::warn!(scope = class, "a scope does not fit the server's sums and is downloaded again");
            let tries = mismatches.entry(sum.scope.clone()).or_default();
            *tries += 1;
            let treatment = if *tries == 1 { MERGE } else { REPLACE };
            held.remove(&sum.scope);
            self.conn.execute(
                "update docs set stale = ?3 where confirmed = 1 \
                 and (scope = ?1 or scope like ?2 or id in (select doc from shares where scope = ?1))",
                (&sum.scope, format!("{}/%", sum.scope), treatment),
            )?;
            close = true;
        }
        if close {
            meta::set_held(self.conn, &held)?;
        }
        meta::write_json(self.conn, name::MISMATCHES, &mismatches)?;
        meta::write_json(self.conn, name::SAY_NAMES, &false)?;
        meta::settle_digest(self.conn)?;
        Ok(close)
    }

    /// Compares all that is here with the server's one sum. If it does not fit, the next hello says names, and the sums that
    /// answer it show which scope it is.
    fn verify_all(&mut self, all: &ScopeSum) -> Result<bool> {
        let waits = "select exists (select 1 from outbox)";
        if meta::digest(self.conn)?.is_none() || self.conn.query_row(waits, [], |row| row.get(0))? {
            return Ok(false);
        }
        let grants = meta::grants(self.conn)?;
        let sql = "select documents, checksum, scope from scopes";
        if self.summed(sql, [], |scope| grants.covers(scope))? == (all.documents, all.checksum) {
            return Ok(false);
        }
        tracing::warn!("what is here does not fit the server's sum: each scope will be compared");
        meta::write_json(self.conn, name::SAY_NAMES, &true)?;
        meta::settle_digest(self.conn)?;
        Ok(true)
    }

    /// Whether changes of documents of a scope wait: the server may have them already, and has not said so.
    fn waits_in(&self, scope: &str) -> Result<bool> {
        let sql = "select exists (select 1 from outbox left join docs on docs.id = outbox.doc \
                   where docs.id is null or docs.scope = ?1 or docs.scope like ?2 \
                   or docs.id in (select doc from shares where scope = ?1))";
        let mut statement = self.conn.prepare_cached(sql)?;
        Ok(statement.query_row((scope, format!("{scope}/%")), |row| row.get(0))?)
    }

    fn sum_of(&self, scope: &str) -> Result<(u64, i64)> {
        let sql = "select documents, checksum, scope from scopes where scope = ?1 or scope like ?2";
        self.summed(sql, (scope, format!("{scope}/%")), |_| true)
    }

    fn summed(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        counts: impl Fn(&str) -> bool,
    ) -> Result<(u64, i64)> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let (mut documents, mut checksum) = (0_i64, 0_i64);
        while let Some(row) = rows.next()? {
            if !counts(row.get_ref(2)?.as_str().unwrap_or_default()) {
                continue;
            }
            documents += row.get::<_, i64>(0)?;
            checksum = checksum.wrapping_add(row.get(1)?);
        }
        Ok((documents.unsigned_abs(), checksum))
    }

    /// Ends a download: its scopes are held, and what was to be compared with it and did not come is dropped.
    pub(super) fn complete(&mut self, position: &ChunkPosition) -> Result<()> {
        let mut held = meta::held(self.conn)?;
        held.extend(position.scopes.iter().cloned());
        let granted = meta::grants(self.conn)?;
        if granted.iter().all(|scope| held.contains(scope)) {
            // Parts of what is now held as a whole are not told apart any more.
            held.retain(|scope| granted.names(scope));
        }
        meta::set_held(self.conn, &held)?;
        meta::set_download(self.conn, None)?;
        meta::settle_digest(self.conn)?;
        let scopes = Grants::named(position.scopes.iter().cloned());
        let mut after = 0;
        loop {
            let docs = documents::page(self.conn, "stale <> 0", after, PURGE_PAGE)?;
            let Some(last) = docs.last() else { break };
            after = last.n;
            for doc in &docs {
                if !self.waits(doc.id)? && self.left_out(doc, &scopes)? {
                    self.forget(doc)?;
                }
            }
        }
        self.conn.execute("update damaged set waiting = ?1", [waits_for::NOTHING])?;
        self.complete_indexes()
    }

    /// The change that a document that could not be merged was waiting for.
    pub(super) fn needs(&self, id: RecordId) -> Result<Option<Option<Vec<u8>>>> {
        let mut statement = self.conn.prepare_cached("select needs from damaged where id = ?1")?;
        Ok(statement.query_row([id.as_bytes()], |row| row.get(0)).optional()?)
    }
}
