//! Kinds whose lease has run out: their rows are taken away until the next contact, their documents and what waits to be
//! sent stay.
//!
//! Without rows no list, page or search can show them, whichever it is. The file is encrypted all the while: a lease
//! guards against the person who may read the file, not against who found it.

use zumodra_shared::access::lease::{Lapsed, lapsed};
use zumodra_shared::kernel::{Code, Problem};
use zumodra_shared::registry;
use zumodra_shared::schema::EntityDef;

use super::error::Result;
use super::meta::{self, name};
use super::{Replica, Tx, documents};

/// Documents that are shown again in one go.
const PAGE: usize = 500;

impl Replica {
    /// Locks what may not be read any more at this instant. Says what that is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn keep_leases(&mut self, now: i64) -> std::result::Result<Lapsed, Problem> {
        let contact = meta::read_json(&self.conn, name::LAST_CONTACT)?;
        let over = lapsed(now, contact);
        if let Lapsed::Kinds(kinds) = &over {
            let sealed = sealed(&self.conn)?;
            if kinds.iter().any(|kind| !sealed.iter().any(|known| known == kind)) {
                self.write(now, |tx| tx.seal(kinds))?;
                self.scrub();
            }
        }
        Ok(over)
    }

    /// The kinds that are locked until the next contact.
    ///
    /// # Errors
    /// When the store fails.
    pub fn sealed(&self) -> std::result::Result<Vec<String>, Problem> {
        Ok(sealed(&self.conn)?)
    }
}

/// The kinds that are locked until the next contact.
pub(super) fn sealed(conn: &rusqlite::Connection) -> Result<Vec<String>> {
    Ok(meta::read_json(conn, name::SEALED)?.unwrap_or_default())
}

impl Tx<'_> {
    fn seal(&mut self, kinds: &[&'static str]) -> Result<()> {
        self.recent.clear();
        for def in kinds.iter().filter_map(|kind| registry::by_name(kind)) {
            self.conn.execute(&format!("delete from {}", def.name), [])?;
            for table in ["names", "texts"] {
                let sql = format!("delete from {table} where rowid in (select n from docs where kind = ?1)");
                self.conn.execute(&sql, [def.code])?;
            }
            self.changed.kind(def.name);
        }
        // Who listens to the status hears of it.
        self.changed.attention = true;
        meta::write_json(self.conn, name::SEALED, &kinds)
    }

    /// Shows again what was locked: the server was just heard.
    pub(super) fn unseal(&mut self) -> Result<()> {
        let sealed = sealed(self.conn)?;
        if sealed.is_empty() {
            return Ok(());
        }
        meta::write_json(self.conn, name::SEALED, &Vec::<String>::new())?;
        for def in sealed.iter().filter_map(|kind| registry::by_name(kind)) {
            let kind = format!("kind = {}", def.code);
            self.conn.execute("update docs set indexed = 0 where kind = ?1", [def.code])?;
            let mut after = 0;
            loop {
                let docs = documents::page(self.conn, &kind, after, PAGE)?;
                let Some(last) = docs.last() else { break };
                after = last.n;
                for doc in docs {
                    if self.reproject(doc.id, false).is_err() {
                        self.quarantine(doc.id, def.code)?;
                    }
                }
            }
            self.changed.kind(def.name);
        }
        self.changed.attention = true;
        Ok(())
    }

    /// Refuses to write what may not be read.
    pub(super) fn refuse_sealed(&self, def: &EntityDef) -> Result<()> {
        if sealed(self.conn)?.iter().any(|kind| kind == def.name) {
            return Err(Problem::new(Code::Locked)
                .detail("This is locked until the device has been in touch with the server again.")
                .into());
        }
        Ok(())
    }
}
