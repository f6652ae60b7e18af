//! A large download into an almost empty store. To keep what lists are sorted by in order costs more than the rows
//! themselves while they come, and little once they are there; until then a list is sorted when it is asked for.

use zumodra_shared::ats::Candidate;
use zumodra_shared::schema::Entity as _;
use zumodra_shared::sync::client::Granted;

use crate::replica::error::Result;
use crate::replica::meta::{self, name};
use crate::replica::{Tx, tables};

/// Records of a download that is large.
const LARGE: u64 = 10_000;
/// The kind of which there are so many.
const KIND: &str = Candidate::NAME;

impl Tx<'_> {
    /// Leaves off the indexes of the large kind when what is granted is a large download into an almost empty store, and
    /// makes them when nothing is to be downloaded.
    pub(super) fn prepare_indexes(&self, granted: &Granted) -> Result<()> {
        if granted.download.is_none() {
            return self.complete_indexes();
        }
        let few = granted.total / 10;
        let held = format!("select exists (select 1 from {KIND} limit 1 offset {few})");
        if granted.total < LARGE || self.conn.query_row(&held, [], |row| row.get(0))? {
            return Ok(());
        }
        // Those of a part of the rows are small.
        let sql = "select name from sqlite_schema where type = 'index' and tbl_name = ?1 and sql not like '% where %'";
        let names: Vec<String> = self
            .conn
            .prepare_cached(sql)?
            .query_map([KIND], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for name in names {
            self.conn.execute_batch(&format!("drop index {name}"))?;
        }
        meta::write_json(self.conn, name::INDEXES_LEFT_OFF, &true)
    }

    /// Makes the indexes that were left off.
    pub(super) fn complete_indexes(&self) -> Result<()> {
        if meta::read_json(self.conn, name::INDEXES_LEFT_OFF)? != Some(true) {
            return Ok(());
        }
        tables::create_indexes(self.conn)?;
        meta::forget(self.conn, name::INDEXES_LEFT_OFF)
    }
}
