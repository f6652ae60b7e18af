//! What tests compare: rows in one order, their hash, and what is held out of scope.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use zumodra_shared::access::Grants;
use zumodra_shared::kernel::{Problem, RecordId};
use zumodra_shared::registry::KINDS;

use super::error::Result;
use super::write::kind;
use super::{Replica, rows};

impl Replica {
    /// Every row of a kind that the server knows, in the order of ids, as JSON. Timeline entries that only this
    /// replica shows so far are left out.
    ///
    /// # Errors
    /// When the store fails.
    pub fn dump_rows(&self, name: &str) -> std::result::Result<Vec<Value>, Problem> {
        Ok(self.dump(name)?)
    }

    fn dump(&self, name: &str) -> Result<Vec<Value>> {
        let def = kind(name)?;
        let rest = "where exists (select 1 from docs where docs.id = id) order by id";
        let rest = rest.replace("= id)", &format!("= {}.id)", def.name));
        let rows = rows::all(&self.conn, def, &rest, [])?;
        let shown = rows.into_iter().map(|row| {
            let scope = row.scope.clone();
            let mut value = serde_json::to_value(row).unwrap_or_default();
            value["scope"] = json!(scope);
            value
        });
        Ok(shown.collect())
    }

    /// A hash over id, scope, deletion, author and fields of every row of every kind: two replicas with the same
    /// scopes that have everything have the same.
    ///
    /// # Errors
    /// When the store fails.
    pub fn rows_hash(&self) -> std::result::Result<String, Problem> {
        let mut hasher = blake3::Hasher::new();
        for def in KINDS {
            for row in self.dump(def.name)? {
                let part = json!([
                    def.name,
                    row["id"],
                    row["scope"],
                    row["deleted"],
                    row["created_by"],
                    row["fields"]
                ]);
                hasher.update(part.to_string().as_bytes());
            }
        }
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// Documents that are held and that the grants do not cover.
    ///
    /// # Errors
    /// When the store fails.
    pub fn documents_out_of(&self, grants: &Grants) -> std::result::Result<Vec<RecordId>, Problem> {
        let read = || -> Result<Vec<RecordId>> {
            let mut statement = self.conn.prepare(
                "select id, docs.scope, shares.scope from docs left join shares on shares.doc = docs.id order by id",
            )?;
            let mut rows = statement.query([])?;
            let mut covered: BTreeMap<RecordId, bool> = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let (id, home, share) =
                    (row.get(0)?, row.get::<_, String>(1)?, row.get::<_, Option<String>>(2)?);
                *covered.entry(RecordId::from_bytes(id)).or_default() |=
                    grants.cover(&home, share.as_deref());
            }
            Ok(covered.into_iter().filter(|(_, covered)| !covered).map(|(id, _)| id).collect())
        };
        Ok(read()?)
    }

    /// Hashes of the changes (keys of the commands) that wait in the outbox, in order.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_hashes(&self) -> std::result::Result<Vec<Vec<u8>>, Problem> {
        let read = || -> Result<Vec<Vec<u8>>> {
            let mut statement = self.conn.prepare_cached("select hash from outbox order by place")?;
            let hashes = statement.query_map([], |row| row.get(0))?;
            Ok(hashes.collect::<rusqlite::Result<_>>()?)
        };
        Ok(read()?)
    }

    /// How many documents of a kind are held.
    ///
    /// # Errors
    /// When the store fails.
    pub fn count(&self, name: &str) -> std::result::Result<u64, Problem> {
        let read = || -> Result<u64> {
            let sql = "select count(*) from docs where kind = ?1";
            let count: i64 =
                self.conn.prepare_cached(sql)?.query_row([kind(name)?.code], |row| row.get(0))?;
            Ok(count.unsigned_abs())
        };
        Ok(read()?)
    }
}
