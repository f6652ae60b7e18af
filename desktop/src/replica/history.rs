//! The history of a record, read from its document here, and the stamps that make it whole without a network.
//!
//! The document has the changes. Who made them and when, by the server's clock, comes with the stream, one stamp a
//! record: that of its last change. The record keeps that one and the one of its creation; before the last one is
//! overwritten, it is put aside here. So a record that was changed once needs nothing more. What the stream did not say
//! (changes before the download, several at once) can be asked of the server, and is kept then.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use zumodra_shared::access::Action;
use zumodra_shared::history::{ChangeName, History, Known, Stamps, Step, Unsent};
use zumodra_shared::kernel::limits::{HISTORY_DAYS, MAX_HISTORY_STEPS};
use zumodra_shared::kernel::time::{DAY_MS, Millis, rfc3339};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::edit::edits_between;
use zumodra_shared::schema::{EntityDef, Fields};
use zumodra_shared::sync::chunk;
use zumodra_shared::sync::document::Document;
use zumodra_shared::sync::judge::Working;
use zumodra_shared::sync::wire::{Body, Item, Stamp};

use super::documents::{self, Doc, Pending};
use super::error::Result;
use super::rows::{self, Record};
use super::write::kind;
use super::{EditRequest, Replica, Tx, Written, meta};
use crate::ats::names::{self, Names};

/// Steps of a page when nothing is said.
const DEFAULT_STEPS: usize = 50;

/// Which steps are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct HistoryRequest {
    /// The record's kind.
    pub kind: String,
    /// The record.
    pub id: RecordId,
    /// Steps to skip, from the latest.
    pub offset: usize,
    /// Steps to give, at most [`MAX_HISTORY_STEPS`].
    pub limit: Option<usize>,
}

/// A part of a record's history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HistoryPage {
    /// Steps in all.
    pub total: usize,
    /// The page's steps, the latest first.
    pub steps: Vec<Step>,
    /// Whether author and time of every step are known from the server.
    pub complete: bool,
    /// What is older is not shown.
    pub since: Millis,
    /// The fields that this person may give an earlier value again.
    pub restorable: Vec<&'static str>,
    /// What people call what the values point to.
    pub names: Names,
}

/// A record as it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Past {
    /// The record.
    pub record: Record,
    /// What people call what its values point to.
    pub names: Names,
}

/// The history of a record that is here; none when it is not.
///
/// # Errors
/// [`Code::UnknownKind`]; [`Code::NotFound`] for a kind that never changes; when the store fails.
pub fn history(
    conn: &Connection,
    request: &HistoryRequest,
    now: Millis,
) -> std::result::Result<Option<HistoryPage>, Problem> {
    let def = kind(&request.kind)?;
    let Some((row, history)) = read(conn, def, request.id)? else { return Ok(None) };
    let since = horizon(now);
    let first = history.before(since);
    let limit = request.limit.unwrap_or(DEFAULT_STEPS).min(MAX_HISTORY_STEPS);
    let end = history.len().saturating_sub(request.offset).max(first);
    let steps = history.steps(end.saturating_sub(limit).max(first)..end)?;
    let fields = steps.iter().flat_map(|step| &step.fields);
    let values = fields.flat_map(|step| {
        [&step.before, &step.after]
            .into_iter()
            .chain(&step.overruled)
            .map(|value| (step.field.as_str(), value))
    });
    let names = names::names(conn, def, &row.fields, values);
    Ok(Some(HistoryPage {
        total: history.len() - first,
        steps,
        names,
        complete: history.is_stamped(),
        since,
        restorable: restorable(conn, def, &row)?,
    }))
}

/// A record that is here as it was at a time; none when it was not there yet.
///
/// # Errors
/// As [`history`]; [`Code::InvalidFields`] for a time of which the history is not kept any more.
pub fn as_of(
    conn: &Connection,
    name: &str,
    id: RecordId,
    at: Millis,
    now: Millis,
) -> std::result::Result<Option<Past>, Problem> {
    if at < horizon(now) {
        let message = format!("The history is kept since {}.", rfc3339(horizon(now)));
        return Err(Problem::new(Code::InvalidFields).field("at", message));
    }
    let def = kind(name)?;
    let Some((row, history)) = read(conn, def, id)? else { return Ok(None) };
    let Some((shown, stamp)) = history.shown(history.until(at))? else { return Ok(None) };
    let both = shown.fields.iter().chain(&row.fields).map(|(name, value)| (name.as_str(), value));
    let names = names::names(conn, def, &row.fields, both);
    let record = Record {
        updated_at: stamp.at,
        updated_by: (!stamp.by.is_nil()).then_some(stamp.by),
        deleted: shown.deleted,
        pending: false,
        fields: shown.fields,
        ..row
    };
    Ok(Some(Past { record, names }))
}

const fn horizon(now: Millis) -> Millis {
    now - HISTORY_DAYS * DAY_MS
}

fn read(conn: &Connection, def: &'static EntityDef, id: RecordId) -> Result<Option<(Record, History)>> {
    let Some(doc) = documents::find(conn, id)?.filter(|doc| doc.def.code == def.code) else {
        return Ok(None);
    };
    let Some(row) = rows::get(conn, def, id)? else { return Ok(None) };
    let me = meta::identity(conn)?.map(|me| me.user_id).unwrap_or_default();
    let pending =
        documents::pending_where(conn, "doc = ?1 and command is null order by place", [id.as_bytes()])?;
    let unsent: Vec<Unsent<'_>> = pending
        .iter()
        .map(|entry| Unsent { body: &entry.body, made: Stamp { at: entry.made_at, by: me } })
        .collect();
    let confirmed = if doc.confirmed {
        let known = Known {
            created: Stamp { at: doc.stamps.created_at, by: doc.stamps.created_by },
            updated: Stamp { at: doc.stamps.updated_at, by: doc.stamps.updated_by },
            stamps: &kept(conn, doc.n)?,
            log: &[],
        };
        History::read(def, &doc.saved, &known)?
    } else {
        History::unconfirmed(def)?
    };
    let own = own_actors(conn)?;
    let history = confirmed.attributed(|actor| own.contains(actor).then_some(me));
    Ok(Some((row, history.followed_by(&unsent)?)))
}

fn own_actors(conn: &Connection) -> Result<HashSet<Vec<u8>>> {
    let mut statement = conn.prepare_cached("select actor from actors")?;
    let actors = statement.query_map([], |row| row.get(0))?;
    Ok(actors.collect::<rusqlite::Result<_>>()?)
}

/// The fields that the person may give an earlier value again, as far as this device knows.
fn restorable(conn: &Connection, def: &EntityDef, row: &Record) -> Result<Vec<&'static str>> {
    let job = row.fields.get("job_id").and_then(|job| job.as_str()?.parse().ok());
    let whose = def.whose(&row.fields, row.created_by.unwrap_or_default());
    let may = meta::principal(conn)?.require(def.name, Action::Edit, Some(whose), job);
    if row.deleted || def.server || may.is_err() {
        return Ok(Vec::new());
    }
    let open = def.fields.iter().filter(|field| !field.server && !field.immutable);
    Ok(open.map(|field| field.name).collect())
}

/// The stamps that were put aside for a document.
fn kept(conn: &Connection, n: i64) -> Result<Stamps> {
    let mut statement = conn.prepare_cached("select stamps from stamps where n = ?1")?;
    let bytes: Option<Vec<u8>> = statement.query_row([n], |row| row.get(0)).optional()?;
    Ok(Stamps::kept(bytes.as_deref()))
}

impl Replica {
    /// Gives fields of a record an earlier value again: an edit like every other.
    ///
    /// # Errors
    /// As [`Replica::edit`].
    pub fn restore(
        &mut self,
        name: &str,
        id: RecordId,
        fields: &Fields,
        now: i64,
    ) -> std::result::Result<Written, Problem> {
        self.write(now, |tx| {
            let def = kind(name)?;
            let row = rows::get(tx.conn, def, id)?.ok_or_else(|| Problem::new(Code::NotFound))?;
            let mut edits = Vec::new();
            for (name, value) in fields {
                let field = def.field(name).ok_or_else(|| {
                    Problem::new(Code::InvalidFields).field(name.as_str(), "There is no such field.")
                })?;
                let was = row.fields.get(name).cloned().unwrap_or_else(|| field.default_value());
                if was != *value {
                    edits.extend(edits_between(field, &was, value));
                }
            }
            tx.edit_many(&[EditRequest { kind: def.name.to_owned(), id, edits }])
        })
    }

    /// Keeps what the server said about who made the changes of a record, and when.
    ///
    /// # Errors
    /// [`Code::MalformedFrame`] when it cannot be read.
    pub fn take_stamps(&mut self, id: RecordId, bytes: &[u8], now: i64) -> std::result::Result<(), Problem> {
        let mut stamps = Stamps::decode(bytes)?;
        self.write_repeatable(now, |tx| {
            let Some(doc) = tx.doc(id)? else { return Ok(()) };
            let here = kept(tx.conn, doc.n)?;
            for (name, stamp) in here.iter() {
                stamps.insert(name.clone(), stamp);
            }
            if stamps != here {
                tx.keep(doc.n, &stamps)?;
                tx.changed.row(doc.def.name, id);
            }
            Ok(())
        })
    }
}

impl Tx<'_> {
    /// Puts the stamp of a document's last change aside, which a further one is about to take the place of; and those
    /// of further changes that will not be the only last one.
    pub(crate) fn put_stamps_aside(
        &mut self,
        was: &Doc,
        covered: Option<ChangeName>,
        further: Vec<(ChangeName, Stamp)>,
    ) -> Result<()> {
        let updated = Stamp { at: was.stamps.updated_at, by: was.stamps.updated_by };
        let mut new: Vec<(ChangeName, Stamp)> = covered.map(|name| (name, updated)).into_iter().collect();
        new.extend(further);
        if new.is_empty() {
            return Ok(());
        }
        let mut stamps = kept(self.conn, was.n)?;
        let before = stamps.len();
        for (name, stamp) in new {
            stamps.insert(name, stamp);
        }
        if stamps.len() > before { self.keep(was.n, &stamps) } else { Ok(()) }
    }

    fn keep(&mut self, n: i64, stamps: &Stamps) -> Result<()> {
        self.conn
            .prepare_cached("insert or replace into stamps (n, stamps) values (?1, ?2)")?
            .execute((n, stamps.encode()))?;
        Ok(())
    }
}

/// The change that is a document's only last one, unless it is the first as well: that one has the stamp of the
/// creation.
pub(crate) fn last_change(document: &Document) -> Option<ChangeName> {
    last_change_within(document, document)
}

/// As [`last_change`], with one that has all that is in it and is loaded, for where it has to be looked up.
pub(crate) fn last_change_within(document: &Document, whole: &Document) -> Option<ChangeName> {
    let [head] = document.heads() else { return None };
    let row = chunk::chunks(document.saved())?;
    let last = row.last().filter(|chunk| chunk.is_change() && chunk.hash() == *head);
    if let Some(last) = last {
        return if row.len() > 1 { ChangeName::read(last.bytes) } else { None };
    }
    let mut doc = whole.automerge().ok()?.clone();
    let meta = doc.get_change_meta_by_hash(head)?;
    (!meta.deps.is_empty()).then(|| ChangeName { actor: meta.actor.to_bytes().to_vec(), seq: meta.seq })
}

/// The stamps of what an item brought, where the record's own stamp will not say it: several changes are last ones.
pub(crate) fn stamps_beside(item: &Item, merged: &Working) -> Vec<(ChangeName, Stamp)> {
    let Body::Changes(changes) = &item.body else { return Vec::new() };
    let last = changes.last().filter(|_| merged.doc.heads().len() > 1);
    last.and_then(|last| ChangeName::read(&last.0)).map(|name| (name, item.updated)).into_iter().collect()
}

/// The stamps of what was sent and committed at a time, but for the change that the record's own stamp is of.
pub(crate) fn stamps_of_sent(
    entries: &[Pending],
    (at, by): (Millis, RecordId),
    merged: &Working,
) -> Vec<(ChangeName, Stamp)> {
    let own = last_change(&merged.doc);
    let sent =
        entries.iter().filter(|entry| !entry.creates).filter_map(|entry| ChangeName::read(&entry.body));
    sent.filter(|name| own.as_ref() != Some(name)).map(|name| (name, Stamp { at, by })).collect()
}
