//! The scopes that documents are shared into, as far as the server said: only who may not see a whole class is told.
//!
//! Invariant: a document counts in the sums of the scopes that it is shared into, or else in that of its own.

use std::collections::BTreeSet;

use zumodra_shared::access::Grants;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::sync::wire::Item;

use super::Tx;
use super::documents::Doc;
use super::error::Result;

/// Documents that are looked at in one go when a scope is no longer granted.
const PAGE: usize = 500;

impl Tx<'_> {
    /// The scopes that a document is shared into.
    pub(crate) fn shares(&self, doc: &Doc) -> Result<BTreeSet<String>> {
        if doc.def.scope.through.is_none() {
            return Ok(BTreeSet::new());
        }
        let mut statement = self.conn.prepare_cached("select scope from shares where doc = ?1")?;
        let scopes = statement.query_map([doc.id.as_bytes()], |row| row.get(0))?;
        Ok(scopes.collect::<rusqlite::Result<_>>()?)
    }

    /// Adds a document's state to the sums of the scopes that it counts in, or takes it out.
    pub(crate) fn count(&mut self, doc: &Doc, shares: &BTreeSet<String>, sign: i64) {
        if !doc.confirmed {
            return;
        }
        let hash = doc.state_hash.wrapping_mul(sign);
        if shares.is_empty() {
            self.sum(&doc.scope, sign, hash);
        }
        for scope in shares {
            self.sum(scope, sign, hash);
        }
    }

    /// Takes up what came with an item: what a document is shared into only grows, unless it takes the place of one of
    /// another past.
    pub(crate) fn share(&mut self, item: &Item, anew: bool) -> Result<()> {
        let told = match &item.shares {
            Some(told) => told.as_slice(),
            None if anew => &[],
            None => return Ok(()),
        };
        let Some(doc) = self.doc(item.doc)? else { return Ok(()) };
        let known = self.shares(&doc)?;
        if doc.wall.by.is_some() {
            // What is behind a wall is shared with nobody.
            return self.set_shares(&doc, &known, &BTreeSet::new());
        }
        let mut now: BTreeSet<String> = told.iter().cloned().collect();
        if !anew {
            now.extend(known.iter().cloned());
        }
        self.set_shares(&doc, &known, &now)
    }

    /// Writes what a document is shared into, and keeps the sums.
    pub(crate) fn set_shares(
        &mut self,
        doc: &Doc,
        known: &BTreeSet<String>,
        now: &BTreeSet<String>,
    ) -> Result<()> {
        if known == now {
            return Ok(());
        }
        self.count(doc, known, -1);
        self.count(doc, now, 1);
        let id = doc.id.as_bytes();
        for scope in known.difference(now) {
            let sql = "delete from shares where doc = ?1 and scope = ?2";
            self.conn.prepare_cached(sql)?.execute((id, scope))?;
        }
        for scope in now.difference(known) {
            let sql = "insert into shares (doc, scope) values (?1, ?2)";
            self.conn.prepare_cached(sql)?.execute((id, scope))?;
        }
        Ok(())
    }

    /// Forgets the shares that are not granted, and all of a class that is granted as a whole. A document that may no
    /// longer be held goes with its last share. Says whether one did.
    pub(crate) fn purge_shares(&mut self, grants: &Grants) -> Result<bool> {
        let scopes: Vec<String> = self
            .conn
            .prepare_cached("select distinct scope from shares")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut purged = false;
        for scope in scopes.iter().filter(|scope| !grants.holds(scope)) {
            loop {
                let ids: Vec<[u8; 16]> = self
                    .conn
                    .prepare_cached("select doc from shares where scope = ?1 limit ?2")?
                    .query_map((scope, PAGE), |row| row.get(0))?
                    .collect::<rusqlite::Result<_>>()?;
                if ids.is_empty() {
                    break;
                }
                for id in ids {
                    purged |= self.purge_shares_of(RecordId::from_bytes(id), grants)?;
                }
            }
        }
        Ok(purged)
    }

    fn purge_shares_of(&mut self, id: RecordId, grants: &Grants) -> Result<bool> {
        let Some(doc) = self.doc(id)? else {
            self.conn.execute("delete from shares where doc = ?1", [id.as_bytes()])?;
            return Ok(false);
        };
        let at_home = grants.covers(&doc.scope);
        let known = self.shares(&doc)?;
        let kept: BTreeSet<String> =
            known.iter().filter(|scope| !at_home && grants.holds(scope)).cloned().collect();
        if at_home || !kept.is_empty() {
            self.set_shares(&doc, &known, &kept)?;
            return Ok(false);
        }
        self.drop_with_notice(&doc)?;
        Ok(true)
    }

    /// Takes a document that a download did not bring out of the scopes that were downloaded. Says whether it is in none
    /// any more.
    pub(crate) fn left_out(&mut self, doc: &Doc, downloaded: &Grants) -> Result<bool> {
        let known = self.shares(doc)?;
        if known.is_empty() {
            return Ok(downloaded.covers(&doc.scope));
        }
        let kept: BTreeSet<String> = known.iter().filter(|scope| !downloaded.holds(scope)).cloned().collect();
        if kept.is_empty() {
            return Ok(true);
        }
        self.set_shares(doc, &known, &kept)?;
        Ok(false)
    }
}
