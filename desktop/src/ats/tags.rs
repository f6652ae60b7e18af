//! Tags with how many people have each, over the local rows alone.

use std::collections::{BTreeSet, HashMap};

use rusqlite::Connection;
use serde::Serialize;
use zumodra_shared::ats::Tag;
use zumodra_shared::kernel::{Problem, RecordId};
use zumodra_shared::schema::{Entity as _, EntityDef};

use super::duplicates::left_out;
use crate::replica::error::Result;
use crate::replica::{MergedTags, Record, rows_of};

/// Most tags that are read at once.
const MAX_TAGS: usize = 5_000;

static TAG: &EntityDef = &Tag::DEF;

/// A tag, how many people have it, and for which others it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TagSummary {
    /// The tag.
    pub tag: Record,
    /// Candidates that have it and that a list shows.
    pub people: u64,
    /// The tags that were merged into it.
    pub merged: Vec<Record>,
}

/// The tags by name.
///
/// # Errors
/// When the store fails.
pub fn tags(conn: &Connection) -> std::result::Result<Vec<TagSummary>, Problem> {
    Ok(tags_in(conn)?)
}

fn tags_in(conn: &Connection) -> Result<Vec<TagSummary>> {
    let rest = format!("where deleted = 0 order by name collate nocase, id limit {MAX_TAGS}");
    let rows = rows_of(conn, TAG, &rest, [])?;
    let merged = MergedTags::read(conn)?;
    let mut people = people(conn, &merged)?;
    let (shown, away): (Vec<Record>, Vec<Record>) =
        rows.into_iter().partition(|row| merged.shown(row.id) == row.id);
    let mut under: HashMap<RecordId, Vec<Record>> = HashMap::new();
    for row in away {
        under.entry(merged.shown(row.id)).or_default().push(row);
    }
    let summary = |tag: Record| TagSummary {
        people: people.remove(&tag.id).unwrap_or_default(),
        merged: under.remove(&tag.id).unwrap_or_default(),
        tag,
    };
    Ok(shown.into_iter().map(summary).collect())
}

/// How many candidates have each tag; who has a tag and one that was merged into it has it once.
fn people(conn: &Connection, merged: &MergedTags) -> Result<HashMap<RecordId, u64>> {
    let mut conditions = vec!["deleted = 0".to_owned(), "tag_ids <> '[]'".to_owned()];
    conditions.extend(left_out(conn)?);
    let sql = format!("select tag_ids from candidates where {}", conditions.join(" and "));
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([])?;
    let mut people: HashMap<RecordId, u64> = HashMap::new();
    while let Some(row) = rows.next()? {
        let ids: Vec<String> = serde_json::from_str(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)
            .unwrap_or_default();
        let ids = ids.iter().filter_map(|id| id.parse().ok());
        for id in ids.map(|id| merged.shown(id)).collect::<BTreeSet<_>>() {
            *people.entry(id).or_default() += 1;
        }
    }
    Ok(people)
}
