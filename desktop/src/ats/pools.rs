//! Talent pools with how many people are in each, over the local rows alone.

use std::collections::HashMap;

use rusqlite::Connection;
use serde::Serialize;
use zumodra_shared::ats::{MAX_POOLS, Pool};
use zumodra_shared::kernel::Problem;
use zumodra_shared::schema::{Entity as _, EntityDef};

use super::duplicates::left_out;
use crate::replica::error::Result;
use crate::replica::{Record, rows_of};

static POOL: &EntityDef = &Pool::DEF;

/// A pool and how many people are in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PoolSummary {
    /// The pool.
    pub pool: Record,
    /// Candidates in it that a list shows.
    pub people: u64,
}

/// The pools by name, those that were put away among them.
///
/// # Errors
/// When the store fails.
pub fn pools(conn: &Connection) -> std::result::Result<Vec<PoolSummary>, Problem> {
    Ok(pools_in(conn)?)
}

fn pools_in(conn: &Connection) -> Result<Vec<PoolSummary>> {
    let rest = format!("where deleted = 0 order by name collate nocase, id limit {MAX_POOLS}");
    let rows = rows_of(conn, POOL, &rest, [])?;
    let mut people = people(conn)?;
    let summary = |pool: Record| {
        let people = people.remove(&pool.id.to_string()).unwrap_or_default();
        PoolSummary { pool, people }
    };
    Ok(rows.into_iter().map(summary).collect())
}

/// How many candidates are in each pool.
fn people(conn: &Connection) -> Result<HashMap<String, u64>> {
    let mut conditions = vec!["deleted = 0".to_owned(), "pool_ids <> '[]'".to_owned()];
    conditions.extend(left_out(conn)?);
    let sql = format!(
        "select json_each.value, count(*) from \
         (select pool_ids from candidates where {}) as those, json_each(those.pool_ids) group by 1",
        conditions.join(" and ")
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
