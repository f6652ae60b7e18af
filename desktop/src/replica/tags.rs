//! Tags that were merged: whoever has one has the one that stands for it. Documents keep what was put on them; what leaves
//! this store says what counts.

use std::collections::HashMap;

use rusqlite::Connection;
use serde_json::{Value, json};
use zumodra_shared::ats::{Candidate, tag};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::{Edit, EditOp, Entity as _, EntityDef};

use super::Tx;
use super::error::Result;
use super::query::Filter;
use super::rows::{self, Record};

/// The field of a candidate that holds tags.
const TAGS: &str = "tag_ids";

/// Which tag was merged into which.
#[derive(Debug, Default)]
pub(crate) struct Merged(HashMap<RecordId, RecordId>);

impl Merged {
    /// Reads it. Most workspaces have merged none, so that this is one look into an index.
    pub(crate) fn read(conn: &Connection) -> Result<Self> {
        let sql = "select id, merged_into_id from tags where merged_into_id is not null and +deleted = 0";
        let mut statement = conn.prepare_cached(sql)?;
        let rows =
            statement.query_map([], |row| Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, String>(1)?)))?;
        let mut merged = HashMap::new();
        for row in rows {
            let (id, into) = row?;
            if let Ok(into) = into.parse() {
                merged.insert(RecordId::from_bytes(id), into);
            }
        }
        Ok(Self(merged))
    }

    /// The tag that stands for one.
    pub(crate) fn shown(&self, id: RecordId) -> RecordId {
        tag::stands_for(id, |id| self.0.get(&id).copied())
    }

    /// A tag and all those for which it stands.
    fn with(&self, id: RecordId) -> Vec<RecordId> {
        let others = self.0.keys().copied().filter(|other| *other != id && self.shown(*other) == id);
        std::iter::once(id).chain(others).collect()
    }

    /// The tags that another one stands for: no list shows them.
    pub(crate) fn hidden(&self) -> impl Iterator<Item = RecordId> {
        self.0.keys().copied().filter(|id| self.shown(*id) != *id)
    }

    /// The tags of a candidate as they count, each once.
    pub(crate) fn resolve(&self, row: &mut Record) {
        if self.0.is_empty() || row.kind != Candidate::NAME {
            return;
        }
        let Some(Value::Array(ids)) = row.fields.get_mut(TAGS) else { return };
        let mut shown: Vec<String> = Vec::with_capacity(ids.len());
        for id in ids.iter().filter_map(Value::as_str) {
            let id = id.parse().map_or_else(|_| id.to_owned(), |id| self.shown(id).to_string());
            if !shown.contains(&id) {
                shown.push(id);
            }
        }
        shown.sort_unstable();
        *ids = shown.into_iter().map(Value::String).collect();
    }

    /// A condition on tags as it is asked of documents: whoever has a merged one has the one that stands for it.
    pub(crate) fn asked(&self, def: &EntityDef, filter: &Filter) -> Vec<Filter> {
        let is_about_tags = |field: &str| !self.0.is_empty() && def.name == Candidate::NAME && field == TAGS;
        let all = |id: &String| -> Vec<String> {
            let known =
                id.parse().map(|id| self.with(self.shown(id)).iter().map(RecordId::to_string).collect());
            known.unwrap_or_else(|_| vec![id.clone()])
        };
        match filter {
            Filter::Has { field, has } if is_about_tags(field) => {
                vec![Filter::HasAny { field: field.clone(), has_any: all(has) }]
            }
            Filter::HasAny { field, has_any } if is_about_tags(field) => {
                vec![Filter::HasAny { field: field.clone(), has_any: has_any.iter().flat_map(all).collect() }]
            }
            Filter::Lacks { field, lacks } if is_about_tags(field) => {
                let lacking = |lacks: String| Filter::Lacks { field: field.clone(), lacks };
                all(lacks).into_iter().map(lacking).collect()
            }
            other => vec![other.clone()],
        }
    }
}

impl Tx<'_> {
    /// What takes a tag off a candidate takes off those for which it stands, too.
    pub(crate) fn off_with_all(&self, def: &EntityDef, id: RecordId, edits: Vec<Edit>) -> Result<Vec<Edit>> {
        let is_off = |edit: &Edit| edit.field == TAGS && matches!(edit.op, EditOp::Remove { .. });
        if def.name != Candidate::NAME || !edits.iter().any(is_off) {
            return Ok(edits);
        }
        let merged = Merged::read(self.conn)?;
        if merged.0.is_empty() {
            return Ok(edits);
        }
        let row = rows::get(self.conn, &Candidate::DEF, id)?;
        let has = |tag: &RecordId| {
            let ids = row.as_ref().and_then(|row| row.fields.get(TAGS)?.as_array());
            ids.is_some_and(|ids| ids.contains(&json!(tag)))
        };
        let all = |edit: Edit| match &edit.op {
            EditOp::Remove { value } if edit.field == TAGS => match value.parse() {
                Ok(tag) => {
                    let those = merged.with(tag).into_iter().filter(has);
                    those.map(|tag| Edit::remove(TAGS, tag.to_string())).collect()
                }
                Err(_) => vec![edit],
            },
            _ => vec![edit],
        };
        Ok(edits.into_iter().flat_map(all).collect())
    }
}
