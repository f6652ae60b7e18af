//! Local writes: judged by the same rules as on the server, committed here, sent later.

use std::collections::HashMap;

use rusqlite::Connection;
use zumodra_shared::access::{Principal, scope};
use zumodra_shared::ats::{JobCommand, OfferCommand, offer_states, rules, stage_of};
use zumodra_shared::kernel::limits::{MAX_BULK, MAX_COMMAND_BYTES};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::registry;
use zumodra_shared::schema::crdt::Shown;
use zumodra_shared::schema::edit::{edits_for, inverse};
use zumodra_shared::schema::{Edit, EditOp, EntityDef, FieldKind, Fields, Scalar, sql};
use zumodra_shared::sync::judge::{self, Judged, Trial, Working};

use super::approvals::{approval_rules, deputies, job_of, to_what_is_read};
use super::documents::{Doc, Pending};
use super::error::Result;
use super::recent::loaded_after;
use super::rows::{self, Stamps};
use super::shadow::Kept;
use super::sync::waits_for;
use super::{CreateRequest, EditRequest, Fate, Replica, Tx, Written, meta};
use crate::ats::local::{self, LocalChange};

/// Undo steps that are remembered.
const MAX_UNDO_STEPS: i64 = 500;

/// Whether the server that was met last knows a kind of records.
///
/// # Errors
/// When the store fails.
pub fn knows(conn: &Connection, def: &EntityDef) -> std::result::Result<bool, Problem> {
    let beyond: Vec<String> = meta::read_json(conn, meta::name::BEYOND)?.unwrap_or_default();
    Ok(!beyond.iter().any(|class| class == def.name))
}

/// A change that was written, with what takes it back.
pub(crate) struct Step {
    def: &'static EntityDef,
    id: RecordId,
    back: Vec<Edit>,
}

/// The kind of this wire name.
pub(crate) fn kind(name: &str) -> Result<&'static EntityDef> {
    registry::by_name(name).ok_or_else(|| Problem::new(Code::UnknownKind).into())
}

fn refuse_many(records: usize) -> Result<()> {
    if records > MAX_BULK {
        return Err(Problem::new(Code::TooLarge).detail(format!("At most {MAX_BULK} records.")).into());
    }
    Ok(())
}

/// Brings edits into the shape that their fields want, so that a screen need not know how a text merges.
fn shaped(def: &EntityDef, edits: &[Edit]) -> Vec<Edit> {
    let shape = |edit: &Edit| -> Edit {
        match (def.field(&edit.field).map(|f| f.kind), &edit.op) {
            (Some(FieldKind::Text), EditOp::Set { value: serde_json::Value::String(text) }) => {
                Edit::text(&edit.field, text)
            }
            (Some(FieldKind::Register(_)), EditOp::Text { value }) => Edit::set(&edit.field, value.as_str()),
            _ => edit.clone(),
        }
    };
    edits.iter().map(shape).collect()
}

impl Replica {
    /// Makes a record.
    ///
    /// # Errors
    /// The refusal that the server would give, as far as this replica can tell; nothing was written then.
    pub fn create(
        &mut self,
        kind_name: &str,
        fields: &Fields,
        now: i64,
    ) -> std::result::Result<Written, Problem> {
        let request = CreateRequest { kind: kind_name.to_owned(), fields: fields.clone() };
        self.create_many(&[request], true, now)
    }

    /// Makes records that belong together as one undo step (or none, of which nobody keeps the token): all of them or none.
    /// A reference of the form `$0` leads to the first of them.
    ///
    /// # Errors
    /// As [`Replica::create`]; [`Code::TooLarge`] for more than [`MAX_BULK`] records, [`Code::BadRequest`] for none.
    pub fn create_many(
        &mut self,
        requests: &[CreateRequest],
        undoable: bool,
        now: i64,
    ) -> std::result::Result<Written, Problem> {
        self.write(now, |tx| tx.create_many(requests, undoable))
    }

    /// Edits a record.
    ///
    /// # Errors
    /// As [`Replica::create`].
    pub fn edit(
        &mut self,
        kind: &str,
        id: RecordId,
        edits: &[Edit],
        now: i64,
    ) -> std::result::Result<Written, Problem> {
        self.edit_many(&[EditRequest { kind: kind.to_owned(), id, edits: edits.to_vec() }], now)
    }

    /// Edits several records as one undo step: all of them or none.
    ///
    /// # Errors
    /// As [`Replica::create`]; [`Code::TooLarge`] for more than [`MAX_BULK`] records.
    pub fn edit_many(&mut self, requests: &[EditRequest], now: i64) -> std::result::Result<Written, Problem> {
        self.write(now, |tx| tx.edit_many(requests))
    }

    /// Takes a local write back. A token that is no longer known does nothing.
    ///
    /// # Errors
    /// As [`Replica::create`].
    pub fn undo(&mut self, token: &str, now: i64) -> std::result::Result<(), Problem> {
        self.write(now, |tx| tx.undo(token))
    }

    /// Queues a command that only the server may carry out; the answer is its key.
    ///
    /// # Errors
    /// What the command would be refused with as things stand here; [`Code::TooLarge`] for oversized arguments.
    pub fn command(
        &mut self,
        name: &str,
        target: RecordId,
        args: &serde_json::Value,
        now: i64,
    ) -> std::result::Result<RecordId, Problem> {
        self.write(now, |tx| {
            let waiting = tx.waits(target)?;
            let args = to_what_is_read(tx.conn, name, target, args.clone())?;
            if !waiting {
                // With edits or commands before it in the queue, only the server can tell.
                tx.check_command(name, target, &args)?;
            }
            let args = args.to_string();
            if args.len() > MAX_COMMAND_BYTES {
                return Err(Code::TooLarge.into());
            }
            tx.queue_command(name, target, args.into_bytes())
        })
    }
}

impl Tx<'_> {
    /// Makes records, all of them or none: the first one's id, and what takes them back.
    fn created(&mut self, requests: &[CreateRequest]) -> Result<(Vec<RecordId>, Vec<Step>)> {
        refuse_many(requests.len())?;
        let (mut made, mut steps) = (Vec::new(), Vec::new());
        for CreateRequest { kind: name, fields } in requests {
            let (def, id) = (kind(name)?, self.random.id(self.now));
            steps.extend(self.change(def, id, &edits_for(def, &leading_to(def, fields, &made)), true)?);
            made.push(id);
        }
        Ok((made, steps))
    }

    fn edited(&mut self, requests: &[EditRequest]) -> Result<Vec<Step>> {
        refuse_many(requests.len())?;
        let mut steps = Vec::new();
        for request in requests {
            steps.extend(self.change(kind(&request.kind)?, request.id, &request.edits, false)?);
        }
        Ok(steps)
    }

    fn create_many(&mut self, requests: &[CreateRequest], undoable: bool) -> Result<Written> {
        let (made, steps) = self.created(requests)?;
        let id = *made.first().ok_or_else(|| Problem::new(Code::BadRequest))?;
        let undo = if undoable { self.remember_undo(steps)? } else { String::new() };
        Ok(Written { id, undo })
    }

    pub(crate) fn edit_many(&mut self, requests: &[EditRequest]) -> Result<Written> {
        self.write_together(requests, &[])
    }

    /// Edits records and makes others, all of it or none, as one undo step.
    pub(crate) fn write_together(
        &mut self,
        edits: &[EditRequest],
        made: &[CreateRequest],
    ) -> Result<Written> {
        let mut steps = self.edited(edits)?;
        let (made, more) = self.created(made)?;
        let first = edits.first().map(|edit| edit.id).or(made.first().copied());
        let id = first.ok_or_else(|| Problem::new(Code::BadRequest))?;
        steps.extend(more);
        Ok(Written { id, undo: self.remember_undo(steps)? })
    }

    /// Judges, authors and stores one change. None when the edits change nothing.
    pub(crate) fn change(
        &mut self,
        def: &'static EntityDef,
        id: RecordId,
        edits: &[Edit],
        creates: bool,
    ) -> Result<Option<Step>> {
        self.refuse_sealed(def)?;
        let principal = meta::principal(self.conn)?;
        let edits = self.off_with_all(def, id, shaped(def, edits))?;
        self.refuse_unheard_of(def, &edits)?;
        let doc = self.doc(id)?;
        let pending = self.pending(id)?;
        let held = match &doc {
            Some(doc) => self.current(doc, &pending)?,
            None => None,
        };
        if held.is_some() == creates {
            return Err(if creates { Code::AlreadyExists } else { Code::NotFound }.into());
        }
        let Some((trial, body)) = self.judged(def, id, held.as_ref(), &edits, &principal)? else {
            return Ok(None);
        };
        let back = match &trial.before {
            Some(before) => inverse(def, &before.fields, before.deleted, &edits),
            None => vec![Edit::deleted(true)],
        };
        let trial = match held {
            Some(held) => Trial { after: loaded_after(trial.after, held, &body), ..trial },
            None => trial,
        };
        self.accept(doc, pending, trial, body, edits, principal.user_id)?;
        Ok(Some(Step { def, id, back }))
    }

    /// Refuses to make a record private while the server is too old to know what that is: it would show it to all.
    fn refuse_unheard_of(&self, def: &EntityDef, edits: &[Edit]) -> Result<()> {
        let no = EditOp::Set { value: false.into() };
        let is_wall = |edit: &Edit| def.scope.wall == Some(edit.field.as_str()) && edit.op != no;
        if edits.iter().any(is_wall) {
            let beyond: Vec<String> = meta::read_json(self.conn, meta::name::BEYOND)?.unwrap_or_default();
            if beyond.contains(&scope::walled_class(def)) {
                return Err(Problem::new(Code::ServerTooOld).into());
            }
        }
        Ok(())
    }

    /// Authors edits and judges them as the server will. None when they change nothing.
    pub(crate) fn judged(
        &mut self,
        def: &'static EntityDef,
        id: RecordId,
        held: Option<&Working>,
        edits: &[Edit],
        principal: &Principal,
    ) -> Result<Option<(Trial, Vec<u8>)>> {
        let actor = self.actor()?;
        let body = match judge::author(def, held, edits, actor, self.now) {
            Ok(body) => body,
            Err(problem) if problem.code == Code::BadRequest => return Ok(None),
            Err(problem) => return Err(problem.into()),
        };
        let trial = match judge::try_change(def, id, held, &body, principal)? {
            Judged::Known => return Ok(None),
            Judged::Trial(trial) => *trial,
        };
        trial.settle(&self.related(&trial)?)?;
        self.fits_own_fields(&trial)?;
        self.has_own_name(&trial)?;
        Ok(Some((trial, body)))
    }

    /// The records that a trial points to, as far as they are here and not deleted.
    fn related(&self, trial: &Trial) -> Result<HashMap<RecordId, Fields>> {
        let mut related = HashMap::new();
        for (name, id) in trial.needs() {
            if let Some(row) = rows::get(self.conn, kind(name)?, id)?.filter(|row| !row.deleted) {
                related.insert(id, row.fields);
            }
        }
        Ok(related)
    }

    /// Stores a judged change: outbox, row, search index and timeline.
    pub(crate) fn accept(
        &mut self,
        doc: Option<Doc>,
        mut pending: Vec<Pending>,
        trial: Trial,
        body: Vec<u8>,
        edits: Vec<Edit>,
        author: RecordId,
    ) -> Result<()> {
        let after = trial.after;
        let stamps =
            Stamps { created_at: self.now, created_by: author, updated_at: self.now, updated_by: author };
        let creates = trial.before.is_none();
        let mut doc = match doc {
            Some(doc) => doc,
            None => self.new_doc(after.id, after.def, stamps)?,
        };
        let entry = Pending {
            place: 0,
            doc: after.id,
            kind: after.def.code,
            body,
            edits,
            command: None,
            hash: trial.hash.to_vec(),
            actor: trial.actor,
            creates,
            made_at: self.now,
        };
        let place = self.enqueue(&entry)?;
        pending.push(Pending { place, ..entry });
        self.project(&mut doc, &after, &pending, true)?;
        self.add_provisional(after.def, after.id, trial.before.as_ref(), &after.shown, &trial.hash, author)?;
        self.keep_recent(after);
        Ok(())
    }

    /// Puts an entry at the end of the outbox.
    pub(crate) fn enqueue(&mut self, entry: &Pending) -> Result<u64> {
        self.conn
            .prepare_cached(
                "insert into outbox (doc, kind, body, edits, command, hash, actor, creates, made_at) \
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute((
                entry.doc.as_bytes(),
                entry.kind,
                &entry.body,
                serde_json::to_string(&entry.edits)?,
                &entry.command,
                &entry.hash,
                &entry.actor,
                entry.creates,
                entry.made_at,
            ))?;
        let place = self.conn.last_insert_rowid().unsigned_abs();
        self.kept.push(Kept::Outbox(place));
        self.changed.outbox = true;
        Ok(place)
    }

    /// Takes an entry out of the outbox. Every caller has decided its fate in the same transaction.
    pub(crate) fn dequeue(&mut self, place: u64, fate: Fate) -> Result<()> {
        self.changed.fates.push(fate);
        self.conn.prepare_cached("delete from outbox where place = ?1")?.execute([place])?;
        self.kept.push(Kept::Outbox(place));
        self.changed.answered = true;
        let sql = "update damaged set waiting = ?1 \
                   where waiting = ?2 and not exists (select 1 from outbox where outbox.doc = damaged.id)";
        self.conn.prepare_cached(sql)?.execute([waits_for::NOTHING, waits_for::JUDGEMENT])?;
        Ok(())
    }

    pub(crate) fn queue_command(&mut self, name: &str, target: RecordId, args: Vec<u8>) -> Result<RecordId> {
        let key = self.random.id(self.now);
        let kind = match self.doc(target)? {
            Some(doc) => doc.def.code,
            None => 0,
        };
        self.enqueue(&Pending {
            place: 0,
            doc: target,
            kind,
            body: args,
            edits: Vec::new(),
            command: Some(name.to_owned()),
            hash: key.as_bytes().to_vec(),
            actor: Vec::new(),
            creates: false,
            made_at: self.now,
        })?;
        self.reproject(target, true)?;
        Ok(key)
    }

    fn check_command(&self, name: &str, target: RecordId, args: &serde_json::Value) -> Result<()> {
        use zumodra_shared::ats::commands::{Context, run};
        if OfferCommand::from_name(name).is_some() {
            return self.check_offer_command(name, target, args);
        }
        if JobCommand::from_name(name).is_none() {
            return Err(Code::UnknownCommand.into());
        }
        let job = rows::get(self.conn, kind("jobs")?, target)?.filter(|row| !row.deleted);
        let job = job.ok_or_else(|| Problem::new(Code::NotFound))?;
        let principal = meta::principal(self.conn)?;
        let rules = approval_rules(self.conn)?;
        let deputies = deputies(self.conn, self.now)?;
        let ctx = Context {
            principal: &principal,
            now: self.now,
            next_reference: 0,
            // What the plan allows is known to the server alone.
            open_jobs: 0,
            max_open_jobs: i64::MAX,
            rules: &rules,
            deputies: &deputies,
            author: job.created_by,
        };
        run(name, target, &job.fields, args, &ctx)?;
        Ok(())
    }

    fn check_offer_command(&self, name: &str, target: RecordId, args: &serde_json::Value) -> Result<()> {
        let offer = rows::get(self.conn, kind("offers")?, target)?.filter(|row| !row.deleted);
        let offer = offer.ok_or_else(|| Problem::new(Code::NotFound))?;
        let (author, offer) = (offer.created_by, offer.fields);
        let fields = |kind_name: &str, field: &str| -> Result<Fields> {
            let id = rules::text(&offer, field).parse().unwrap_or_default();
            Ok(rows::get(self.conn, kind(kind_name)?, id)?.map(|row| row.fields).unwrap_or_default())
        };
        let stage =
            stage_of(&fields("applications", "application_id")?, &fields("pipelines", "pipeline_id")?);
        let ctx = offer_states::Context {
            principal: &meta::principal(self.conn)?,
            now: self.now,
            stage,
            job: &job_of(self.conn, &offer)?,
            rules: &approval_rules(self.conn)?,
            deputies: &deputies(self.conn, self.now)?,
            author,
        };
        offer_states::run(name, &offer, args, &ctx)?;
        Ok(())
    }

    pub(crate) fn remember_undo(&mut self, steps: Vec<Step>) -> Result<String> {
        if steps.is_empty() {
            return Ok(String::new());
        }
        let token = self.random.id(self.now).to_string();
        // The last write is taken back first.
        for (at, step) in steps.iter().rev().enumerate() {
            self.conn
                .prepare_cached(
                    "insert into undo (token, step, made_at, doc, kind, edits) values (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute((
                    &token,
                    at,
                    self.now,
                    step.id.as_bytes(),
                    step.def.code,
                    serde_json::to_string(&step.back)?,
                ))?;
        }
        let sql =
            "delete from undo where token in (select token from undo order by token desc limit -1 offset ?1)";
        self.conn.prepare_cached(sql)?.execute([MAX_UNDO_STEPS])?;
        Ok(token)
    }

    fn undo(&mut self, token: &str) -> Result<()> {
        let mut steps: Vec<(RecordId, u16, String)> = Vec::new();
        {
            let sql = "select doc, kind, edits from undo where token = ?1 order by step";
            let mut statement = self.conn.prepare_cached(sql)?;
            let mut rows = statement.query([token])?;
            while let Some(row) = rows.next()? {
                steps.push((RecordId::from_bytes(row.get(0)?), row.get(1)?, row.get(2)?));
            }
        }
        for (id, code, edits) in steps {
            let def = registry::by_code(code).ok_or_else(|| Problem::new(Code::UnknownKind))?;
            let edits: Vec<Edit> = serde_json::from_str(&edits)?;
            if edits == [Edit::deleted(true)] && self.discard_unsent(id)? {
                continue;
            }
            self.change(def, id, &edits, false)?;
        }
        self.conn.prepare_cached("delete from undo where token = ?1")?.execute([token])?;
        Ok(())
    }

    /// Takes back a creation of which nothing was sent yet, as if it had not been made.
    fn discard_unsent(&mut self, id: RecordId) -> Result<bool> {
        let Some(doc) = self.doc(id)? else { return Ok(true) };
        let pending = super::documents::pending_where(self.conn, "doc = ?1 order by place", [id.as_bytes()])?;
        let unsent = pending.first().is_some_and(|first| first.creates && first.place > self.handed_to);
        if doc.confirmed || !unsent {
            return Ok(false);
        }
        for entry in &pending {
            self.dequeue(entry.place, Fate::Discarded(entry.hash.clone()))?;
        }
        self.forget(&doc)?;
        Ok(true)
    }

    pub(crate) fn add_provisional(
        &mut self,
        def: &'static EntityDef,
        id: RecordId,
        before: Option<&Shown>,
        after: &Shown,
        hash: &[u8],
        actor: RecordId,
    ) -> Result<()> {
        let change = LocalChange { def, id, before, after, hash, actor, at: self.now };
        for entry in local::entries(self.conn, &change) {
            if self.doc(entry.id)?.is_some() {
                continue;
            }
            self.conn
                .prepare_cached(
                    "insert or replace into provisional (id, doc, hash, settled, fields) values (?1, ?2, ?3, 0, ?4)",
                )?
                .execute((entry.id.as_bytes(), id.as_bytes(), hash, serde_json::to_string(&entry.fields)?))?;
            self.put_provisional(entry.id, &entry.fields, actor)?;
        }
        Ok(())
    }

    /// Shows a timeline entry that the server has not written yet.
    pub(crate) fn put_provisional(&mut self, id: RecordId, fields: &Fields, actor: RecordId) -> Result<()> {
        let def = kind(local::ACTIVITIES)?;
        let at = fields.get("at").and_then(serde_json::Value::as_i64).unwrap_or(self.now);
        let stamps = Stamps { created_at: at, created_by: actor, updated_at: at, updated_by: actor };
        let scope = self.scope_here(def, fields, actor)?;
        rows::put(self.conn, def, id, &scope, &stamps, (false, true), fields)?;
        self.changed.row(def.name, id);
        Ok(())
    }

    /// Takes back the timeline entries of a change that will not be.
    pub(crate) fn drop_provisional(&mut self, hash: &[u8]) -> Result<()> {
        self.drop_provisional_where("hash = ?1", hash)
    }

    pub(crate) fn drop_provisional_of_doc(&mut self, id: RecordId) -> Result<()> {
        self.drop_provisional_where("doc = ?1", id.as_bytes())
    }

    /// Takes back timeline entries whose change the server has, but which it did not write itself.
    pub(crate) fn drop_settled(&mut self) -> Result<()> {
        self.drop_provisional_where("settled = ?1", 1)
    }

    fn drop_provisional_where(&mut self, condition: &str, value: impl rusqlite::ToSql) -> Result<()> {
        let sql = format!("delete from provisional where {condition} returning id");
        let ids: Vec<[u8; 16]> = self
            .conn
            .prepare_cached(&sql)?
            .query_map([value], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for id in ids {
            self.drop_provisional_row(RecordId::from_bytes(id))?;
        }
        Ok(())
    }

    fn drop_provisional_row(&mut self, id: RecordId) -> Result<()> {
        // The server's own entry has the same id and a document: that one stays.
        let table = local::ACTIVITIES;
        let sql = format!(
            "delete from {table} where id = ?1 and not exists (select 1 from docs where docs.id = ?1)"
        );
        self.conn.prepare_cached(&sql)?.execute([id.as_bytes()])?;
        self.changed.row(table, id);
        Ok(())
    }
}

/// Columns of a row that are stamps: they may be sorted by.
pub(crate) fn is_stamp(name: &str) -> bool {
    sql::STAMPS.contains(&name)
}

/// The fields of a record with the ids of those that were made before it where a reference names one of them.
fn leading_to(def: &EntityDef, fields: &Fields, made: &[RecordId]) -> Fields {
    let mut fields = fields.clone();
    for field in def.fields.iter().filter(|field| matches!(field.kind, FieldKind::Register(Scalar::Ref(_)))) {
        let Some(value) = fields.get_mut(field.name) else { continue };
        let at = value.as_str().and_then(|text| text.strip_prefix('$')?.parse::<usize>().ok());
        if let Some(id) = at.and_then(|at| made.get(at)) {
            *value = id.to_string().into();
        }
    }
    fields
}
