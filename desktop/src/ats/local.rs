//! What a local edit shows before the server has answered: its entries in the timeline, and the time in stage.

use rusqlite::Connection;
use serde_json::json;
use zumodra_shared::ats::activity::{self, NewActivity, Step};
use zumodra_shared::ats::{Activity, Pipeline};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::schema::crdt::Shown;
use zumodra_shared::schema::{Edit, Entity, EntityDef, Fields};

/// The kind of timeline entries.
pub const ACTIVITIES: &str = Activity::DEF.name;

/// A local change of a record.
#[derive(Debug, Clone, Copy)]
pub struct LocalChange<'a> {
    /// The record's kind.
    pub def: &'static EntityDef,
    /// The record.
    pub id: RecordId,
    /// What it showed before; none when it was created.
    pub before: Option<&'a Shown>,
    /// What it shows now.
    pub after: &'a Shown,
    /// Hash of the change.
    pub hash: &'a [u8],
    /// Who did it.
    pub actor: RecordId,
    /// When, by this device's clock.
    pub at: i64,
}

/// The timeline entries that the server will write for a change, with the ids that it will give them.
#[must_use]
pub fn entries(conn: &Connection, change: &LocalChange<'_>) -> Vec<NewActivity> {
    let pipeline_id = change.after.fields.get("pipeline_id").and_then(|id| id.as_str()?.parse().ok());
    let pipeline =
        pipeline_id.and_then(|id| crate::replica::get(conn, Pipeline::DEF.name, id).ok().flatten());
    activity::activities(&Step {
        kind: change.def.name,
        id: change.id,
        before: change.before.map(|shown| &shown.fields),
        deleted_before: change.before.is_some_and(|shown| shown.deleted),
        after: &change.after.fields,
        deleted_after: change.after.deleted,
        pipeline: pipeline.as_ref().map(|row| &row.fields),
        change_hash: change.hash,
        actor: Some(change.actor),
        at: change.at,
    })
}

/// Who else changed an application last, and when: the timeline knows it where the record's stamp names the server.
#[must_use]
pub fn last_other(conn: &Connection, application: RecordId, me: RecordId) -> Option<(RecordId, i64)> {
    let sql = "select actor_id, at from activities where application_id = ?1 and actor_id <> ?2 order by at desc limit 1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?));
    let mut statement = conn.prepare_cached(sql).ok()?;
    let (by, at) = statement.query_row([application.to_string(), me.to_string()], read).ok()?;
    Some((by.parse().ok()?, at))
}

/// The fields of a record while edits wait: an application that was moved here has been in its stage since then,
/// though only the server may write so. None when nothing differs from the document.
#[must_use]
pub fn shown_while_pending<'e>(
    def: &EntityDef,
    fields: &Fields,
    pending: impl Iterator<Item = (&'e [Edit], i64)>,
) -> Option<Fields> {
    if def.name != "applications" {
        return None;
    }
    let moved_at =
        pending.filter(|(edits, _)| edits.iter().any(|e| e.field == "stage_id")).map(|(_, at)| at).last()?;
    let mut shown = fields.clone();
    shown.insert("stage_changed_at".to_owned(), json!(moved_at));
    Some(shown)
}
