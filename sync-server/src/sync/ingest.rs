//! The one write path: judges what waits, in order, and writes the accepted to log, documents and projection.
//!
//! A [`Batch`] lives for one transaction under the head's lock. Judging never writes, so a refused change leaves no
//! trace; [`Batch::write`] writes everything at once.

use std::collections::{BTreeSet, HashMap, HashSet};

use automerge::ActorId;
use serde_json::Value;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::activity::{Step, activities};
use zumodra_shared::ats::interview_stamps;
use zumodra_shared::ats::rules::Related;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::registry;
use zumodra_shared::schema::crdt::Shown;
use zumodra_shared::schema::{Edit, EntityDef, Fields};
use zumodra_shared::sync::guard::Inspected;
use zumodra_shared::sync::judge::{self, Judged, Trial, Working};
use zumodra_shared::sync::wire::{PushedChange, Stamp, Wall};

mod told;
mod unique;
mod walls;
mod write;

use super::prepared::Prepared;
use super::recent::Recent;
use super::shares::Shares;
use super::slot::Slot;
use super::store::{self, DocumentRow, LogRow};
use super::tail::Commit;
use crate::db::TenantTx;
use crate::error::Result;

/// What a batch has to tell after its commit.
#[derive(Debug, Default, Clone)]
pub struct Effects {
    /// People whose jobs changed: their scopes follow.
    pub people: BTreeSet<RecordId>,
    /// What was written to the log, if anything was.
    pub commit: Option<Commit>,
    /// Large documents, as they are after the commit.
    pub loaded: Vec<Working>,
}

/// Figures about jobs that commands need, as of this point of the batch.
#[derive(Debug, Clone, Copy)]
pub struct JobNumbers {
    /// Jobs that are open.
    pub open: i64,
    /// The highest number of a reference code.
    pub last_reference: i64,
}

/// A record outside the batch, as it is stored.
struct Seen {
    kind: &'static str,
    fields: Fields,
    wall: Option<RecordId>,
}

/// Where a group of edits began, to take them back.
struct Group {
    seq: i64,
    log: usize,
    moves: usize,
    shares: Shares,
    effects: Effects,
    /// The slots as they were, oldest first.
    slots: Vec<(RecordId, Slot)>,
}

/// Changes being judged under the head's lock.
pub struct Batch<'a> {
    tx: &'a mut TenantTx,
    /// Documents that are loaded already.
    recent: &'a Recent,
    /// The head before this batch.
    from: i64,
    seq: i64,
    now: i64,
    server_actor: ActorId,
    slots: HashMap<RecordId, Slot>,
    /// Records outside the batch that something points to; `None` is not there.
    seen: HashMap<RecordId, Option<Seen>>,
    actors: HashMap<Vec<u8>, RecordId>,
    /// Devices that are connected to another node by now.
    elsewhere: HashSet<RecordId>,
    log: Vec<LogRow>,
    moves: Vec<(i64, RecordId, String)>,
    shares: Shares,
    numbers: Option<JobNumbers>,
    /// How many facts this batch tells of each subject.
    told: HashMap<RecordId, i64>,
    group: Option<Group>,
    effects: Effects,
}

impl Related for Batch<'_> {
    fn fields(&self, kind: &str, id: RecordId) -> Option<&Fields> {
        if let Some(working) = self.slots.get(&id).and_then(|slot| slot.working.as_ref()) {
            return (working.def.name == kind).then_some(&working.shown.fields);
        }
        self.seen.get(&id)?.as_ref().filter(|seen| seen.kind == kind).map(|seen| &seen.fields)
    }
}

/// The batch as somebody sees it: a record that they may not see is not there.
struct AsSeen<'b, 't> {
    batch: &'b Batch<'t>,
    by: &'b Principal,
}

impl Related for AsSeen<'_, '_> {
    fn fields(&self, kind: &str, id: RecordId) -> Option<&Fields> {
        let (batch, by) = (self.batch, self.by);
        let seen = match batch.wall_around(id) {
            Some(wall) => by.is_server() || batch.is_inside(by, kind, wall),
            None => by.sees_every(kind) || batch.scopes(id).any(|scope| by.covers(&scope)),
        };
        batch.fields(kind, id).filter(|_| seen)
    }
}

/// One change and who made it.
struct Made<'p> {
    principal: &'p Principal,
    body: Vec<u8>,
    /// The connection on which the principal's device pushed it.
    pushed: Option<u64>,
}

impl<'a> Batch<'a> {
    /// Takes the head's lock.
    pub async fn begin(
        tx: &'a mut TenantTx,
        recent: &'a Recent,
        now: i64,
        server_actor: ActorId,
    ) -> Result<Self> {
        let seq = store::lock_head(tx).await?;
        Ok(Self {
            tx,
            recent,
            from: seq,
            seq,
            now,
            server_actor,
            slots: HashMap::new(),
            seen: HashMap::new(),
            actors: HashMap::new(),
            elsewhere: HashSet::new(),
            log: Vec::new(),
            moves: Vec::new(),
            shares: Shares::default(),
            numbers: None,
            told: HashMap::new(),
            group: None,
            effects: Effects::default(),
        })
    }

    /// The time that everything in the batch is stamped with.
    pub const fn now(&self) -> i64 {
        self.now
    }

    /// What follows belongs together, until the next group begins.
    pub fn begin_group(&mut self) {
        self.group = Some(Group {
            seq: self.seq,
            log: self.log.len(),
            moves: self.moves.len(),
            shares: self.shares.clone(),
            effects: self.effects.clone(),
            slots: Vec::new(),
        });
    }

    /// Takes back what the group did.
    pub fn undo_group(&mut self) {
        let Some(group) = self.group.take() else { return };
        self.seq = group.seq;
        self.log.truncate(group.log);
        self.moves.truncate(group.moves);
        self.shares = group.shares;
        self.effects = group.effects;
        for (id, slot) in group.slots.into_iter().rev() {
            self.slots.insert(id, slot);
        }
    }

    /// Figures about jobs, what this batch did included.
    pub async fn job_numbers(&mut self) -> Result<JobNumbers> {
        if let Some(numbers) = self.numbers {
            return Ok(numbers);
        }
        let kind = registry::by_name("jobs").map_or(0, |def| i32::from(def.code));
        let (open, last_reference) = store::job_numbers(self.tx, kind).await?;
        let mut numbers = JobNumbers { open, last_reference };
        // What was accepted earlier in this batch is not stored yet.
        for slot in self.slots.values().filter(|slot| slot.touched) {
            numbers.last_reference = numbers.last_reference.max(slot.reference());
        }
        self.numbers = Some(numbers);
        Ok(numbers)
    }

    /// Loads documents that will be needed, in one query. Several changes of one document may wait in one batch: it is
    /// loaded once.
    pub async fn prefetch(&mut self, docs: &[RecordId]) -> Result<()> {
        let mut missing: Vec<RecordId> =
            docs.iter().filter(|doc| !self.slots.contains_key(doc)).copied().collect();
        missing.sort_unstable();
        missing.dedup();
        if !missing.is_empty() {
            let rows = store::documents(self.tx, &missing).await?;
            rows.iter().for_each(|row| self.shares.note(row));
            let mut rows: HashMap<RecordId, DocumentRow> =
                rows.into_iter().map(|row| (row.doc, row)).collect();
            for doc in missing {
                let slot = match rows.remove(&doc) {
                    Some(row) => Slot::stored(row, self.recent),
                    None => {
                        self.shares.note_absent(doc);
                        Slot::absent()
                    }
                };
                self.slots.insert(doc, slot);
            }
        }
        Ok(())
    }

    /// Asks whose the actors of pushed changes are, and which of the devices are connected to another node by now. The
    /// lock of the head is held: what such a device was answered there is committed, and nothing of it is judged here
    /// any more.
    pub async fn know(&mut self, actors: &[Vec<u8>], devices: &[RecordId], node: RecordId) -> Result<()> {
        let (actors, elsewhere) = store::actors_and_elsewhere(self.tx, actors, devices, node).await?;
        self.actors.extend(actors);
        self.elsewhere.extend(elsewhere);
        Ok(())
    }

    /// Whether a device is connected to another node.
    pub fn is_elsewhere(&self, device: RecordId) -> bool {
        self.elsewhere.contains(&device)
    }

    /// Loads what is needed to share documents, in one query.
    pub async fn prefetch_shared(&mut self, docs: &[RecordId]) -> Result<()> {
        Ok(self.shares.load(self.tx, docs).await?)
    }

    /// Judges a change that a device pushed. Its actor was asked for with [`Batch::know`].
    ///
    /// # Errors
    /// The refusal inside; a failure of the database outside.
    pub async fn push(
        &mut self,
        pushed: Prepared,
        principal: &Principal,
        connection: u64,
    ) -> Result<Result<Option<Wall>, Problem>> {
        let (change, inspected) = pushed.into_parts();
        let doc = change.doc;
        let judged = self.judge_pushed(change, inspected, principal, connection).await?;
        Ok(judged.map(|()| self.wall_told(doc, principal)))
    }

    async fn judge_pushed(
        &mut self,
        change: PushedChange,
        inspected: Option<std::result::Result<Inspected, Problem>>,
        principal: &Principal,
        connection: u64,
    ) -> Result<Result<(), Problem>> {
        let Some(def) = registry::by_code(change.kind) else {
            return Ok(Err(Problem::new(Code::UnknownKind)));
        };
        self.prefetch(&[change.doc]).await?;
        if let Err(problem) = self.can_be_written(change.doc) {
            return Ok(Err(problem));
        }
        let principal = &*self.knowing(change.doc, principal).await?;
        let slot = self.slots.get(&change.doc).and_then(|slot| slot.working.as_ref());
        let judged = match inspected {
            Some(Ok(inspected)) => judge::try_inspected(def, change.doc, slot, &inspected, principal),
            Some(Err(problem)) => Err(problem),
            None => judge::try_change(def, change.doc, slot, &change.body, principal),
        };
        let judged = match judged {
            Ok(judged) => judged,
            Err(problem) => return Ok(Err(problem)),
        };
        let Judged::Trial(trial) = judged else { return Ok(Ok(())) };
        if let Err(problem) = self.claim(&trial.actor, principal).await? {
            return Ok(Err(problem));
        }
        self.settle(*trial, Made { principal, body: change.body, pushed: Some(connection) }).await
    }

    /// An actor belongs to the device that used it first, and to no other.
    async fn claim(&mut self, actor: &[u8], principal: &Principal) -> Result<Result<(), Problem>> {
        if actor.is_empty() {
            return Ok(Ok(()));
        }
        match self.actors.get(actor) {
            Some(device) if *device == principal.device_id => Ok(Ok(())),
            Some(_) => Ok(Err(Problem::new(Code::ForgedActor))),
            None if actor == self.server_actor.to_bytes() => Ok(Err(Problem::new(Code::ForgedActor))),
            None => {
                store::bind_actor(self.tx, actor, principal.user_id, principal.device_id).await?;
                self.actors.insert(actor.to_vec(), principal.device_id);
                Ok(Ok(()))
            }
        }
    }

    /// Makes edits on the server for somebody (REST, a form, a command): the same judgement as for a push.
    ///
    /// # Errors
    /// As [`Batch::push`].
    pub async fn edit(
        &mut self,
        def: &'static EntityDef,
        id: RecordId,
        edits: &[Edit],
        create: bool,
        principal: &Principal,
    ) -> Result<Result<(), Problem>> {
        self.write_edits(def, id, edits, create, (principal, principal)).await
    }

    /// Makes the edits that a command came to. They are the server's to make; who gave the command is their author.
    ///
    /// # Errors
    /// As [`Batch::push`].
    pub async fn carry_out(
        &mut self,
        def: &'static EntityDef,
        id: RecordId,
        edits: &[Edit],
        by: &Principal,
    ) -> Result<Result<(), Problem>> {
        let server = Principal::server(by.tenant_id);
        self.write_edits(def, id, edits, false, (&server, by)).await
    }

    /// Edits, judged by what the one may, and made by the other.
    async fn write_edits(
        &mut self,
        def: &'static EntityDef,
        id: RecordId,
        edits: &[Edit],
        create: bool,
        (judged, principal): (&Principal, &Principal),
    ) -> Result<Result<(), Problem>> {
        self.prefetch(&[id]).await?;
        if let Err(problem) = self.can_be_written(id) {
            return Ok(Err(problem));
        }
        let judged = &*self.knowing(id, judged).await?;
        let held = self.slots.get(&id).and_then(|slot| slot.working.as_ref());
        match (held, create) {
            (Some(_), true) => return Ok(Err(Problem::new(Code::AlreadyExists))),
            (None, false) => return Ok(Err(Problem::new(Code::NotFound))),
            (Some(held), false) if held.def.code != def.code || !self.is_seen(id, judged) => {
                return Ok(Err(Problem::new(Code::NotFound)));
            }
            _ => {}
        }
        let body = match judge::author(def, held, edits, self.server_actor.clone(), self.now) {
            Ok(body) => body,
            // Edits that change nothing are done.
            Err(problem) if problem.code == Code::BadRequest => return Ok(Ok(())),
            Err(problem) => return Ok(Err(problem)),
        };
        match judge::try_change(def, id, held, &body, judged) {
            Ok(Judged::Trial(trial)) => self.settle(*trial, Made { principal, body, pushed: None }).await,
            Ok(Judged::Known) => Ok(Ok(())),
            Err(problem) => Ok(Err(problem)),
        }
    }

    /// Refuses what cannot be written: a document that does not load, and one that was erased.
    fn can_be_written(&self, id: RecordId) -> Result<(), Problem> {
        match self.slots.get(&id) {
            Some(slot) if slot.broken => Err(Problem::new(Code::ReplicaDamaged)),
            Some(slot) if slot.erased => Err(Problem::new(Code::NotFound)),
            _ => Ok(()),
        }
    }

    /// What a record in the batch shows now.
    pub async fn shown(&mut self, id: RecordId) -> Result<Option<(&'static EntityDef, Shown)>> {
        self.prefetch(&[id]).await?;
        let working = self.slots.get(&id).and_then(|slot| slot.working.as_ref());
        Ok(working.map(|working| (working.def, working.shown.clone())))
    }

    /// The fields of the records of a kind that the batch holds, deleted ones too.
    pub fn fields_of(&self, kind: &str) -> impl Iterator<Item = &Fields> {
        self.workings().filter(move |held| held.def.name == kind).map(|held| &held.shown.fields)
    }

    /// The transaction, for what belongs to the same commit.
    pub fn tx(&mut self) -> &mut TenantTx {
        self.tx
    }

    async fn settle(&mut self, mut trial: Trial, made: Made<'_>) -> Result<Result<(), Problem>> {
        let needs = trial.needs();
        let by = made.principal;
        let hidden = needs.iter().filter(|(kind, _)| !by.sees_every(kind)).map(|(_, id)| *id);
        self.prefetch(&hidden.collect::<Vec<_>>()).await?;
        self.look_up(needs.iter().map(|(_, id)| *id)).await?;
        let walls = needs.iter().filter_map(|(_, id)| self.wall_around(*id)).collect::<Vec<_>>();
        self.look_up(walls.into_iter()).await?;
        trial.enclose(|id| self.wall_around(id));
        if let Err(problem) = trial.settle(&AsSeen { batch: self, by }) {
            return Ok(Err(problem));
        }
        if let Err(problem) = self.stands_alone(&trial).await? {
            return Ok(Err(problem));
        }
        let follows = self.what_follows(&trial).await?;
        let moves = before_wall(&trial, self) != trial.after.wall.by;
        if moves && let Err(problem) = self.can_move(trial.after.id).await? {
            return Ok(Err(problem));
        }
        let actor = (!made.principal.is_server()).then_some(made.principal.user_id);
        let Trial { after, before, hash, .. } = trial;
        let (def, id) = (after.def, after.id);
        let pipeline =
            after.shown.fields.get("pipeline_id").and_then(Value::as_str).and_then(|p| p.parse().ok());
        let pipeline = pipeline.and_then(|p| self.fields("pipelines", p)).cloned();
        let entries = activities(&Step {
            kind: def.name,
            id,
            before: before.as_ref().map(|b| &b.fields),
            deleted_before: before.as_ref().is_some_and(|b| b.deleted),
            after: &after.shown.fields,
            deleted_after: after.shown.deleted,
            pipeline: pipeline.as_ref(),
            change_hash: &hash,
            actor,
            at: self.now,
        });
        let stamps = stamps(def, before.as_ref().map(|b| &b.fields), &after.shown.fields, self.now);
        self.effects
            .people
            .extend(def.concerned(before.as_ref().map(|shown| &shown.fields), &after.shown.fields));
        self.effects.people.extend(def.scope.after_own.then_some(after.created_by));
        if before.is_none() {
            self.share(def, &after.shown.fields).await?;
        }
        let server = Principal::server(made.principal.tenant_id);
        let wall = after.wall.by;
        let had = self.append(after, &hash, made);
        if before.is_some() && had != wall {
            self.rehome(id).await?;
        }
        for entry in entries {
            self.tell(entry, &server);
        }
        self.carry_on(&follows, &server).await?;
        if !stamps.is_empty() {
            // The server's own stamp on a record that was just judged is legal by construction.
            let stamped = Box::pin(self.edit(def, id, &stamps, false, &server)).await?;
            if let Err(problem) = stamped {
                tracing::error!(%id, %problem, "a record could not be stamped");
            }
        }
        Ok(Ok(()))
    }

    /// Takes a record up as it is now. Gives the wall that it was behind.
    fn append(&mut self, after: Working, hash: &[u8], made: Made<'_>) -> Option<RecordId> {
        let Made { principal, body, pushed } = made;
        self.seq += 1;
        let makes = self.slots.get(&after.id).is_none_or(|slot| slot.working.is_none());
        self.log.push(LogRow {
            seq: self.seq,
            doc: after.id,
            kind: i32::from(after.def.code),
            hash: hash.to_vec(),
            body,
            makes,
            author: principal.user_id,
            device: principal.device_id,
            pushed,
            at: self.now,
        });
        let slot = touch(&mut self.slots, &mut self.group, after.id);
        let had = slot.working.as_ref().and_then(|before| before.wall.by);
        let stamp = (self.now, principal.user_id);
        match &slot.working {
            Some(before) => {
                let (old, new) = (before.scope(), after.scope());
                if old != new {
                    self.moves.push((self.seq, after.id, old));
                }
                slot.updated = stamp;
            }
            None => {
                slot.created = stamp;
                slot.updated = stamp;
                slot.made = self.seq;
            }
        }
        slot.seq = self.seq;
        let was_open = slot.is_open_job();
        slot.replace(after);
        if let Some(numbers) = &mut self.numbers {
            numbers.open += i64::from(slot.is_open_job()) - i64::from(was_open);
            numbers.last_reference = numbers.last_reference.max(slot.reference());
        }
        had
    }
}

/// A slot that is about to be changed, as it will have to be put back if its group is taken back.
fn touch<'s>(
    slots: &'s mut HashMap<RecordId, Slot>,
    group: &mut Option<Group>,
    id: RecordId,
) -> &'s mut Slot {
    let slot = slots.entry(id).or_insert_with(Slot::absent);
    if let Some(group) = group {
        group.slots.push((id, slot.clone()));
    }
    slot
}

/// What the server writes down of a step by itself: when an application came to its stage, how often an interview was moved.
fn stamps(def: &EntityDef, before: Option<&Fields>, after: &Fields, now: i64) -> Vec<Edit> {
    match def.name {
        "applications" if before.is_none_or(|b| b.get("stage_id") != after.get("stage_id")) => {
            vec![Edit::set("stage_changed_at", now)]
        }
        "interviews" => interview_stamps(before, after),
        _ => Vec::new(),
    }
}

/// The wall around a record before a change; that after it for a new one.
fn before_wall(trial: &Trial, batch: &Batch<'_>) -> Option<RecordId> {
    batch.working(trial.after.id).map_or(trial.after.wall.by, |held| held.wall.by)
}

const fn stamp((at, by): (i64, RecordId)) -> Stamp {
    Stamp { at, by }
}
