//! The tenant as the server keeps it, in memory: the same judgement, log, scopes and commands as over PostgreSQL.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use automerge::ActorId;
use zumodra_server::sync::tail::Pusher;
use zumodra_shared::access::{Grants, Own, Principal, Role, scope};
use zumodra_shared::ats::activity::{Step, activities};
use zumodra_shared::ats::rules::Related;
use zumodra_shared::ats::{NO_DEPUTIES, commands};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::registry;
use zumodra_shared::schema::crdt::Shown;
use zumodra_shared::schema::{Edit, EntityDef, Fields};
use zumodra_shared::sync::judge::{self, Judged, Trial, Working};
use zumodra_shared::sync::server::Authenticated;
use zumodra_shared::sync::wire::{Command, CommandDone, Outcome, PushedChange, Stamp, WireProblem};

/// Published jobs that the plan allows: few, so that the quota is reached.
const MAX_OPEN_JOBS: i64 = 3;

/// An entry of the log; its place is its sequence number less one. An empty one stands for a share.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The record.
    pub doc: RecordId,
    /// The change.
    pub body: Vec<u8>,
    /// The connection that pushed it; none for what came another way.
    pub pushed: Option<Pusher>,
}

/// A document with what the server knows beside it.
#[derive(Debug, Clone)]
pub struct Document {
    /// The merged document.
    pub working: Working,
    /// Its last sequence number.
    pub seq: u64,
    /// Eight bytes that stand for its state.
    pub state_hash: i64,
    /// Who made it.
    pub created: Stamp,
    /// Who changed it last.
    pub updated: Stamp,
    /// Places of its changes in the log.
    pub places: Vec<usize>,
}

/// A member of the tenant.
#[derive(Debug, Clone)]
pub struct Person {
    /// The role.
    pub role: Role,
    /// The person's device.
    pub device: RecordId,
}

/// The tenant.
#[derive(Debug)]
pub struct Model {
    /// The tenant's id.
    pub tenant: RecordId,
    /// Every accepted change, in order.
    pub log: Vec<Entry>,
    /// Every document.
    pub docs: BTreeMap<RecordId, Document>,
    /// Documents that left a scope: when, which, from where.
    pub moves: Vec<(u64, RecordId, String)>,
    /// The scopes that documents are shared into, and since when.
    pub shares: BTreeMap<RecordId, BTreeMap<String, u64>>,
    /// Count and checksum of each scope.
    pub scopes: BTreeMap<String, (u64, i64)>,
    /// The members.
    pub people: BTreeMap<RecordId, Person>,
    /// Changes and commands that were refused, by code.
    pub refusals: BTreeMap<&'static str, u64>,
    known: BTreeSet<(RecordId, [u8; 32])>,
    actors: HashMap<Vec<u8>, RecordId>,
    commands: HashMap<uuid::Uuid, Option<WireProblem>>,
    actor: ActorId,
    published: i64,
    /// Everybody whose jobs or role changed, in order.
    pub(super) touched: Vec<RecordId>,
    /// On which node each device last said hello.
    connections: BTreeMap<RecordId, usize>,
    /// The connection whose push is being judged.
    pushing: Option<Pusher>,
    /// What was erased: nothing is made of it again.
    pub(super) erased: BTreeSet<RecordId>,
    /// What newer clients wrote to a field that nobody here knows, by record.
    pub later_fields: BTreeMap<RecordId, BTreeSet<String>>,
}

impl Related for Model {
    fn fields(&self, kind: &str, id: RecordId) -> Option<&Fields> {
        let working = &self.docs.get(&id)?.working;
        (working.def.name == kind).then_some(&working.shown.fields)
    }
}

/// The tenant as somebody sees it: a record that they may not see is not there.
struct AsSeen<'m> {
    model: &'m Model,
    by: &'m Principal,
}

impl Related for AsSeen<'_> {
    fn fields(&self, kind: &str, id: RecordId) -> Option<&Fields> {
        self.model.fields(kind, id).filter(|_| self.model.is_seen(id, self.by))
    }
}

impl Model {
    /// An empty tenant.
    #[must_use]
    pub fn new(tenant: RecordId) -> Self {
        Self {
            tenant,
            log: Vec::new(),
            docs: BTreeMap::new(),
            moves: Vec::new(),
            shares: BTreeMap::new(),
            scopes: BTreeMap::new(),
            people: BTreeMap::new(),
            refusals: BTreeMap::new(),
            known: BTreeSet::new(),
            actors: HashMap::new(),
            commands: HashMap::new(),
            actor: ActorId::from(vec![0x5e; 16]),
            published: 0,
            touched: Vec::new(),
            connections: BTreeMap::new(),
            pushing: None,
            erased: BTreeSet::new(),
            later_fields: BTreeMap::new(),
        }
    }

    /// The head of the log.
    #[must_use]
    pub fn head(&self) -> u64 {
        self.log.len() as u64
    }

    /// Whether the log has this change.
    #[must_use]
    pub fn has(&self, doc: RecordId, hash: &[u8]) -> bool {
        hash.try_into().is_ok_and(|hash| self.known.contains(&(doc, hash)))
    }

    /// Whether this command was carried out.
    #[must_use]
    pub fn ran(&self, key: &uuid::Uuid) -> bool {
        self.commands.get(key).is_some_and(Option::is_none)
    }

    /// Who this person is now.
    #[must_use]
    pub fn principal(&self, user: RecordId) -> Option<Principal> {
        let person = self.people.get(&user)?;
        let (mut jobs, mut walls, mut given) = (Vec::new(), Vec::new(), Vec::new());
        for working in self.docs.values().map(|doc| &doc.working) {
            let gives = working.created_by == user && !working.shown.deleted;
            let opened = working.def.given(&working.shown.fields, working.wall.by).filter(|_| gives);
            given.extend(opened.map(|opened| (working.id, opened)));
            if !working.def.owners(&working.shown.fields).contains(&user) {
                continue;
            }
            if working.def.name == "jobs" {
                jobs.push(working.id);
            }
            if working.wall.by == Some(working.id) {
                walls.push((working.id, working.def.name));
            }
        }
        let (device_id, role) = (person.device, person.role);
        Some(Principal {
            user_id: user,
            device_id,
            tenant_id: self.tenant,
            role,
            own: Own::new(jobs, walls, given),
        })
    }

    /// A person's device.
    #[must_use]
    pub fn device(&self, user: RecordId) -> Option<RecordId> {
        self.people.get(&user).map(|person| person.device)
    }

    /// A device says hello on a node.
    pub fn arrive(&mut self, device: RecordId, node: usize) {
        self.connections.insert(device, node);
    }

    /// Whose token this is, and until when.
    ///
    /// # Errors
    /// [`Code::Unauthenticated`] for a token of nobody, [`Code::TokenExpired`] for an old one.
    pub fn claims(token: &str, now: i64) -> Result<(RecordId, i64), Problem> {
        let nobody = || Problem::new(Code::Unauthenticated);
        let (user, until) = token.split_once(' ').ok_or_else(nobody)?;
        let expires_at = until.parse().map_err(|_| nobody())?;
        if now >= expires_at {
            return Err(Problem::new(Code::TokenExpired));
        }
        Ok((user.parse().map_err(|_| nobody())?, expires_at))
    }

    /// Who holds this token, until when.
    ///
    /// # Errors
    /// As [`Model::claims`].
    pub fn authenticate(&self, token: &str, now: i64) -> Result<Authenticated, Problem> {
        let (user, expires_at) = Self::claims(token, now)?;
        let principal = self.principal(user).ok_or_else(|| Problem::new(Code::Unauthenticated))?;
        Ok(Authenticated { principal, expires_at, head: self.head() })
    }

    /// On which node a device last said hello.
    #[must_use]
    pub fn node_of(&self, device: RecordId) -> Option<usize> {
        self.connections.get(&device).copied()
    }

    /// Gives a member a role, and tells the directory.
    pub fn set_role(&mut self, user: RecordId, role: Role, now: i64) {
        if let Some(person) = self.people.get_mut(&user) {
            person.role = role;
        }
        self.touched.push(user);
        let edits = [Edit::set("role", role.name())];
        // Edits that change nothing are refused, and that is as good.
        let _unchanged = self.edit("members", user, &edits, false, now);
    }

    /// People whose jobs or role changed, in the order in which it happened.
    #[must_use]
    pub fn people_changes(&self) -> &[RecordId] {
        &self.touched
    }

    /// Commits what a device pushed.
    pub fn ingest(
        &mut self,
        change: &PushedChange,
        principal: &Principal,
        connection: u64,
        now: i64,
    ) -> Outcome {
        match self.push(change, principal, connection, now) {
            Ok(()) => Outcome::Accepted(self.wall_told(change.doc, principal)),
            Err(problem) => {
                *self.refusals.entry(problem.code.slug()).or_default() += 1;
                Outcome::Refused(problem.into())
            }
        }
    }

    fn push(
        &mut self,
        change: &PushedChange,
        principal: &Principal,
        connection: u64,
        now: i64,
    ) -> Result<(), Problem> {
        let def = registry::by_code(change.kind).ok_or_else(|| Problem::new(Code::UnknownKind))?;
        self.can_be_written(change.doc)?;
        let principal = &*self.knowing(change.doc, principal);
        let held = self.docs.get(&change.doc).map(|doc| &doc.working);
        let judged = judge::try_change(def, change.doc, held, &change.body, principal)?;
        let Judged::Trial(trial) = judged else { return Ok(()) };
        if !trial.actor.is_empty() {
            let owner = self.actors.get(&trial.actor);
            let foreign = owner.is_some_and(|device| *device != principal.device_id);
            if foreign || trial.actor == self.actor.to_bytes() {
                return Err(Problem::new(Code::ForgedActor));
            }
            self.actors.insert(trial.actor.clone(), principal.device_id);
        }
        self.pushing = Some((principal.device_id, connection));
        let settled = self.settle(*trial, change.body.clone(), principal, now);
        self.pushing = None;
        settled
    }

    /// Makes edits as the server itself.
    ///
    /// # Errors
    /// As a push.
    pub fn edit(
        &mut self,
        kind: &str,
        id: RecordId,
        edits: &[Edit],
        create: bool,
        now: i64,
    ) -> Result<(), Problem> {
        self.edit_as(kind, id, (edits, create), &Principal::server(self.tenant), now)
    }

    /// Makes edits on the server for somebody, as REST does.
    ///
    /// # Errors
    /// As a push.
    pub fn edit_as(
        &mut self,
        kind: &str,
        id: RecordId,
        (edits, create): (&[Edit], bool),
        by: &Principal,
        now: i64,
    ) -> Result<(), Problem> {
        let def = registry::by_name(kind).ok_or_else(|| Problem::new(Code::UnknownKind))?;
        self.can_be_written(id)?;
        let by = &*self.knowing(id, by);
        let held = self.docs.get(&id).map(|doc| &doc.working);
        if held.is_some() == create {
            return Err(Problem::new(if create { Code::AlreadyExists } else { Code::NotFound }));
        }
        let body = judge::author(def, held, edits, self.actor.clone(), now)?;
        match judge::try_change(def, id, held, &body, by)? {
            Judged::Trial(trial) => self.settle(*trial, body, by, now),
            Judged::Known => Ok(()),
        }
    }

    fn settle(
        &mut self,
        mut trial: Trial,
        body: Vec<u8>,
        principal: &Principal,
        now: i64,
    ) -> Result<(), Problem> {
        trial.enclose(|id| self.wall_around(id));
        trial.settle(&AsSeen { model: self, by: principal })?;
        self.stands_alone(&trial)?;
        let Trial { after, before, hash, .. } = trial;
        let (def, id) = (after.def, after.id);
        let field = |shown: &Shown, name: &str| shown.fields.get(name).cloned();
        let pipeline = field(&after.shown, "pipeline_id").and_then(|p| p.as_str()?.parse().ok());
        let pipeline = pipeline.and_then(|id| self.fields("pipelines", id));
        let entries = activities(&Step {
            kind: def.name,
            id,
            before: before.as_ref().map(|b| &b.fields),
            deleted_before: before.as_ref().is_some_and(|b| b.deleted),
            after: &after.shown.fields,
            deleted_after: after.shown.deleted,
            pipeline,
            change_hash: &hash,
            actor: (!principal.is_server()).then_some(principal.user_id),
            at: now,
        });
        let moved = def.name == "applications"
            && before.as_ref().is_none_or(|b| field(b, "stage_id") != field(&after.shown, "stage_id"));
        self.touched.extend(def.concerned(before.as_ref().map(|b| &b.fields), &after.shown.fields));
        self.touched.extend(def.scope.after_own.then_some(after.created_by));
        if before.is_none() {
            self.share(def, &after.shown.fields);
        }
        self.append(after, hash, body, principal, now);
        self.pushing = None;
        let server = Principal::server(self.tenant);
        for entry in entries {
            self.append_entry(entry.id, &entry.fields, &server, now);
        }
        if moved {
            let stamp = [Edit::set("stage_changed_at", now)];
            match self.edit("applications", id, &stamp, false, now) {
                // Moved twice within a millisecond: the stamp is right already.
                Err(problem) if problem.code == Code::BadRequest => {}
                stamped => stamped?,
            }
        }
        Ok(())
    }

    /// Shares the records that a new one points to.
    pub(super) fn share(&mut self, def: &EntityDef, fields: &Fields) {
        for (doc, scope) in scope::shared_by(def, fields) {
            let known = self.shares.get(&doc).is_some_and(|shares| shares.contains_key(&scope));
            if known || self.wall_around(doc).is_some() {
                continue;
            }
            let seq = self.silent(doc);
            self.shares.entry(doc).or_default().insert(scope.clone(), seq);
            let hash = self.docs.get(&doc).map(|doc| doc.state_hash).unwrap_or_default();
            self.add_to(&scope, 1, hash);
        }
    }

    /// A place in the log in which no change stands.
    pub(super) fn silent(&mut self, doc: RecordId) -> u64 {
        self.log.push(Entry { doc, body: Vec::new(), pushed: None });
        self.head()
    }

    /// Adds to the sums of a scope.
    pub(super) fn add_to(&mut self, scope: &str, documents: i64, hash: i64) {
        let sum = self.scopes.entry(scope.to_owned()).or_default();
        *sum = (sum.0.wrapping_add_signed(documents), sum.1.wrapping_add(hash));
    }

    /// The scopes that a document is shared into.
    pub fn shared(&self, id: RecordId) -> impl Iterator<Item = &str> {
        self.shares.get(&id).into_iter().flat_map(BTreeMap::keys).map(String::as_str)
    }

    /// Whether a document may be held under these grants.
    #[must_use]
    pub fn covered(&self, doc: &Document, grants: &Grants) -> bool {
        grants.cover(&doc.working.scope(), self.shared(doc.working.id))
    }

    fn append_entry(&mut self, id: RecordId, fields: &Fields, server: &Principal, now: i64) {
        let Some(def) = registry::by_name("activities") else { return };
        let body = serde_json::to_vec(fields).unwrap_or_default();
        let held = self.docs.get(&id).map(|doc| &doc.working);
        if let Ok(Judged::Trial(mut trial)) = judge::try_change(def, id, held, &body, server) {
            trial.enclose(|id| self.wall_around(id));
            self.append(trial.after, trial.hash, body, server, now);
        }
    }

    /// # Panics
    /// When a change would stand in the log twice.
    fn append(&mut self, after: Working, hash: [u8; 32], body: Vec<u8>, principal: &Principal, now: i64) {
        let (doc, scope, state_hash) = (after.id, after.scope(), after.state_hash());
        assert!(self.known.insert((doc, hash)), "a change stands in the log twice");
        let seq = self.head() + 1;
        let stamp = Stamp { at: now, by: principal.user_id };
        let place = self.log.len();
        self.log.push(Entry { doc, body, pushed: self.pushing });
        let old = self.docs.remove(&doc);
        let had = old.as_ref().and_then(|old| old.working.wall.by);
        let moved = old.is_some() && had != after.wall.by;
        if let Some(old) = &old {
            let left = old.working.scope();
            self.add_to(&left, -1, old.state_hash.wrapping_neg());
            if left != scope {
                self.moves.push((seq, doc, left));
            }
        }
        self.add_to(&scope, 1, state_hash);
        let gain = old.as_ref().map_or(0, |old| state_hash.wrapping_sub(old.state_hash));
        for scope in self.shares.get(&doc).into_iter().flat_map(BTreeMap::keys) {
            if let Some(sum) = self.scopes.get_mut(scope) {
                sum.1 = sum.1.wrapping_add(gain);
            }
        }
        let (created, mut places) = old.map_or((stamp, Vec::new()), |old| (old.created, old.places));
        places.push(place);
        let document = Document { working: after, seq, state_hash, created, updated: stamp, places };
        self.docs.insert(doc, document);
        if moved {
            self.rehome(doc);
        }
    }

    /// Runs a command exactly once.
    pub fn run(&mut self, command: &Command, principal: &Principal, now: i64) -> CommandDone {
        if let Some(problem) = self.commands.get(&command.key) {
            return CommandDone { key: command.key, problem: problem.clone() };
        }
        let problem = self.run_command(command, principal, now).err().map(WireProblem::from);
        self.commands.insert(command.key, problem.clone());
        CommandDone { key: command.key, problem }
    }

    fn run_command(&mut self, command: &Command, principal: &Principal, now: i64) -> Result<(), Problem> {
        let job = self.docs.get(&command.target).map(|doc| &doc.working);
        let seen = |job: &&Working| self.is_seen(job.id, principal);
        let job = job.filter(|job| job.def.name == "jobs" && !job.shown.deleted).filter(seen);
        let job = job.ok_or_else(|| Problem::new(Code::NotFound))?.shown.fields.clone();
        let args = serde_json::from_str(&command.args).map_err(|_| Problem::new(Code::BadRequest))?;
        let open = self.docs.values().filter(|doc| {
            doc.working.shown.fields.get("status").is_some_and(|s| s == "open") && !doc.working.shown.deleted
        });
        let rules = self.docs.values().map(|doc| &doc.working);
        let rules = rules.filter(|held| held.def.name == "approval_rules" && !held.shown.deleted);
        let rules: Vec<Fields> = rules.map(|held| held.shown.fields.clone()).collect();
        let ctx = commands::Context {
            principal,
            now,
            next_reference: self.published + 1,
            open_jobs: i64::try_from(open.count()).unwrap_or(i64::MAX),
            max_open_jobs: MAX_OPEN_JOBS,
            rules: &rules,
            deputies: &NO_DEPUTIES,
            author: None,
        };
        let edits = commands::run(&command.name, command.target, &job, &args, &ctx)?;
        self.edit("jobs", command.target, &edits, false, now)?;
        self.published += i64::from(command.name == "publish_job");
        Ok(())
    }
}
