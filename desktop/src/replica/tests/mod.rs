//! The replica against a server in memory that judges with the shared rules.

mod alerts;
mod attention;
mod bulk;
mod files;
mod history;
mod lease;
mod local;
mod merging;
mod own_fields;
mod pools;
mod purge;
mod recent;
mod retention;
mod search;
mod shares;
mod sheets;
mod stream;
mod tags;
mod walls;
mod world;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};
use zumodra_shared::access::scope::shared_by;
use zumodra_shared::access::{Own, Principal, Role};
use zumodra_shared::ats::activity::{self, Step};
use zumodra_shared::kernel::limits::MAX_PUSH_CHANGES;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::registry;
use zumodra_shared::schema::{Edit, Fields};
use zumodra_shared::sync::client::{Action, Granted, Input, Outgoing};
use zumodra_shared::sync::judge::{Judged, Working, try_change};
use zumodra_shared::sync::wire::{Body, ChunkPosition, Item, Row, ScopeSum, Stamp};

use super::{Fate, Identity, Random, Replica};

pub(super) const T0: i64 = 1_800_000_000_000;
pub(super) const TENANT: RecordId = RecordId::from_u128(0x7e);

pub(super) fn fields(value: Value) -> Fields {
    value.as_object().cloned().expect("an object")
}

pub(super) fn person(number: u128, role: Role) -> Identity {
    Identity {
        user_id: RecordId::from_u128(number),
        device_id: RecordId::from_u128(number + 1_000),
        tenant_id: TENANT,
        role,
    }
}

/// What a server grants that reads digests.
pub(super) fn granted<'s>(scopes: impl IntoIterator<Item = &'s str>, role: Role) -> Granted {
    Granted {
        grants: scopes.into_iter().map(str::to_owned).collect(),
        role: role.name().to_owned(),
        reads_digests: true,
        ..Granted::default()
    }
}

pub(super) fn replica_of(identity: &Identity, seed: u64) -> Replica {
    let mut replica = Replica::in_memory(Random::seeded(seed)).expect("opens");
    replica.set_identity(identity).expect("keeps");
    replica
}

pub(super) fn owner(seed: u64) -> Replica {
    replica_of(&person(1, Role::Owner), seed)
}

pub(super) fn pipeline_fields() -> Fields {
    fields(json!({ "name": "Usual", "is_default": true, "stages": [
        { "id": "new", "name": "New", "kind": "new", "color": "#111111", "target_days": 3 },
        { "id": "talk", "name": "Talk", "kind": "interview", "color": "#222222", "target_days": 5 },
        { "id": "offer", "name": "Offer", "kind": "offer", "color": "", "target_days": null },
        { "id": "no", "name": "No", "kind": "rejected", "color": "", "target_days": null },
    ] }))
}

/// A job, a candidate and an application, as written on one replica.
pub(super) struct Made {
    pub job: RecordId,
    pub candidate: RecordId,
    pub application: RecordId,
}

pub(super) fn make(replica: &mut Replica, now: i64) -> Made {
    let pipeline = replica.create("pipelines", &pipeline_fields(), now).expect("makes").id;
    let job = json!({ "title": "Senior baker", "description": "Bread", "pipeline_id": pipeline.to_string() });
    let job = replica.create("jobs", &fields(job), now).expect("makes").id;
    let candidate = json!({ "first_name": "Zoë", "last_name": "Müller", "skills": ["sourdough", "rye"],
        "headline": "Baker", "resume_text": "Ten years of laminated dough in Lyon." });
    let candidate = replica.create("candidates", &fields(candidate), now).expect("makes").id;
    let application = json!({ "candidate_id": candidate.to_string(), "job_id": job.to_string(),
        "pipeline_id": pipeline.to_string(), "stage_id": "new", "applied_at": now });
    let application = replica.create("applications", &fields(application), now).expect("makes").id;
    Made { job, candidate, application }
}

struct Held {
    working: Working,
    created: Stamp,
    updated: Stamp,
    seq: u64,
}

/// A server in memory: one list of documents in the order of their last change.
#[derive(Default)]
pub(super) struct Server {
    docs: BTreeMap<RecordId, Held>,
    seq: u64,
    cursors: HashMap<RecordId, u64>,
    /// Refuses every change of these records.
    pub forbidden: Vec<RecordId>,
}

impl Server {
    pub fn principal(&self, identity: &Identity) -> Principal {
        let mine = identity.user_id.to_string();
        let own = |held: &&Held| {
            let fields = &held.working.shown.fields;
            fields.get("recruiter_id") == Some(&json!(mine))
                || fields.get("hiring_manager_id") == Some(&json!(mine))
        };
        Principal {
            user_id: identity.user_id,
            device_id: identity.device_id,
            tenant_id: TENANT,
            role: identity.role,
            own: Own::new(self.docs.values().filter(own).map(|held| held.working.id), [], []),
        }
    }

    /// Puts somebody into the directory: records refer to them.
    pub fn employ(&mut self, id: RecordId, name: &str, role: Role) {
        let def = registry::by_name("members").expect("a declared kind");
        let member = fields(json!({ "name": name, "role": role.name(), "is_active": true }));
        let actor = automerge::ActorId::from([7; 16]);
        let (_, body) = zumodra_shared::schema::crdt::create(def, &member, actor, T0).expect("fits");
        self.judge(&Principal::server(TENANT), def.code, id, &body, T0).expect("is legal");
    }

    fn judge(
        &mut self,
        who: &Principal,
        kind: u16,
        doc: RecordId,
        body: &[u8],
        now: i64,
    ) -> Result<(), Problem> {
        let def = registry::by_code(kind).ok_or(Problem::new(Code::UnknownKind))?;
        if self.forbidden.contains(&doc) {
            return Err(Problem::new(Code::QuotaReached));
        }
        let held = self.docs.get(&doc).map(|held| &held.working);
        let trial = match try_change(def, doc, held, body, who)? {
            Judged::Known => return Ok(()),
            Judged::Trial(trial) => trial,
        };
        let related: HashMap<RecordId, Fields> = trial
            .needs()
            .iter()
            .filter_map(|(_, id)| Some((*id, self.docs.get(id)?.working.shown.fields.clone())))
            .collect();
        trial.settle(&related)?;
        let pipeline = trial.after.shown.fields.get("pipeline_id").and_then(|id| id.as_str()?.parse().ok());
        let pipeline: Option<RecordId> = pipeline;
        let facts = activity::activities(&Step {
            kind: def.name,
            id: doc,
            before: trial.before.as_ref().map(|s| &s.fields),
            deleted_before: trial.before.as_ref().is_some_and(|s| s.deleted),
            after: &trial.after.shown.fields,
            deleted_after: trial.after.shown.deleted,
            pipeline: pipeline.and_then(|id| Some(&self.docs.get(&id)?.working.shown.fields)),
            change_hash: &trial.hash,
            actor: Some(who.user_id),
            at: now,
        });
        self.put(trial.after, who.user_id, now);
        let log = registry::by_name("activities").expect("a kind");
        for fact in facts {
            let body = serde_json::to_vec(&fact.fields).expect("json");
            self.put(
                Working::load(fact.id, log, body, RecordId::nil()).expect("loads"),
                RecordId::nil(),
                now,
            );
        }
        Ok(())
    }

    pub fn put(&mut self, working: Working, by: RecordId, now: i64) {
        self.seq += 1;
        let updated = Stamp { at: now, by };
        let created = self.docs.get(&working.id).map_or(updated, |held| held.created);
        self.docs.insert(working.id, Held { working, created, updated, seq: self.seq });
    }

    /// Edits on the server, by the server.
    pub fn edit(&mut self, doc: RecordId, edits: &[Edit], now: i64) {
        let held = &self.docs[&doc].working;
        let actor = automerge::ActorId::from(*RecordId::from_u128(0xabcd + u128::from(self.seq)).as_bytes());
        let body =
            zumodra_shared::sync::judge::author(held.def, Some(held), edits, actor, now).expect("authors");
        let code = held.def.code;
        self.judge(&Principal::server(TENANT), code, doc, &body, now).expect("accepts");
    }

    fn item(held: &Held, loaded: bool) -> Item {
        let saved = held.working.doc.saved().to_vec();
        let shown = &held.working.shown;
        let row = Row { fields: serde_json::to_string(&shown.fields).expect("json"), deleted: shown.deleted };
        let body = match (held.working.def.entry, loaded) {
            (_, true) => Body::Loaded(saved, row),
            (true, false) => Body::Entry(saved),
            (false, false) => Body::Snapshot(saved),
        };
        Item {
            doc: held.working.id,
            kind: held.working.def.code,
            body,
            updated: held.updated,
            created: Some(held.created),
            shares: None,
            wall: held.working.wall.told(),
        }
    }

    /// The scopes that a record is shared into.
    fn shares(&self, id: RecordId) -> BTreeSet<String> {
        let shared = self.docs.values().flat_map(|held| {
            let working = &held.working;
            shared_by(working.def, &working.shown.fields)
        });
        shared.filter(|(doc, _)| *doc == id).map(|(_, scope)| scope).collect()
    }

    /// Everything that may be seen and changed after a number, or came into what may be seen by what changed after it.
    pub fn items(&self, who: &Principal, after: u64, loaded: bool) -> Vec<Item> {
        let grants = who.grants();
        let news: BTreeSet<RecordId> = self
            .docs
            .values()
            .filter(|held| held.seq > after)
            .flat_map(|held| {
                let shared = shared_by(held.working.def, &held.working.shown.fields);
                shared.into_iter().map(|(doc, _)| doc).chain([held.working.id])
            })
            .collect();
        let mut items = Vec::new();
        for held in self.docs.values().filter(|held| news.contains(&held.working.id)) {
            let shares = self.shares(held.working.id);
            let shares = || shares.iter().map(String::as_str);
            if grants.cover(&held.working.scope(), shares()) {
                items.push(Item {
                    shares: grants.told(held.working.def, shares()),
                    ..Self::item(held, loaded)
                });
            }
        }
        items
    }

    pub fn sums(&self, who: &Principal) -> Vec<ScopeSum> {
        let grants = who.grants();
        let sum = |scope: &str| {
            let one = zumodra_shared::access::Grants::named([scope.to_owned()]);
            let mut sum = ScopeSum { scope: scope.to_owned(), documents: 0, checksum: 0 };
            for held in self.docs.values() {
                let shares = self.shares(held.working.id);
                if one.cover(&held.working.scope(), shares.iter().map(String::as_str)) {
                    sum.documents += 1;
                    sum.checksum = sum.checksum.wrapping_add(held.working.state_hash());
                }
            }
            sum
        };
        grants.iter().map(sum).collect()
    }

    pub fn grant(&self, replica: &mut Replica, now: i64, first: bool) -> Option<ChunkPosition> {
        let me = replica.identity().expect("reads").expect("signed in");
        let who = self.principal(&me);
        let held = zumodra_shared::access::Grants::named(replica.scopes().expect("reads"));
        let gained = who.grants().minus(&held);
        let download =
            (!gained.is_empty()).then_some(ChunkPosition { scopes: gained, kind: 0, after: None, done: 0 });
        let granted = Granted {
            cursor: first.then_some([1; 16]),
            download: download.clone(),
            server_now: Some(now),
            ..granted(who.grants().iter(), me.role)
        };
        carry(replica, &Action::Grants(granted), now);
        download
    }

    /// A first download, in one chunk.
    pub fn bootstrap(&mut self, replica: &mut Replica, now: i64) {
        self.grant(replica, now, true);
        let me = replica.identity().expect("reads").expect("signed in");
        let items = self.items(&self.principal(&me), 0, true);
        let total = items.len() as u64;
        carry(replica, &Action::Load { items, next: None, total }, now);
        self.cursors.insert(me.device_id, self.seq);
    }

    /// Pushes what waits, and answers.
    pub fn push(&mut self, replica: &mut Replica, now: i64) {
        let me = replica.identity().expect("reads").expect("signed in");
        let mut after = 0;
        loop {
            let entries = replica.outbox(after, MAX_PUSH_CHANGES).expect("reads");
            let Some(Outgoing::Change(last, _) | Outgoing::Command(last, _)) = entries.last() else { break };
            after = *last;
            let mut confirmed = Vec::new();
            let mut refused = Vec::new();
            for entry in entries {
                match entry {
                    Outgoing::Change(place, change) => {
                        let who = self.principal(&me);
                        match self.judge(&who, change.kind, change.doc, &change.body, now) {
                            Ok(()) => confirmed.push((place, None)),
                            Err(problem) => refused.push(Action::Refused(place, problem)),
                        }
                    }
                    Outgoing::Command(place, _) => {
                        let problem = Some(Problem::new(Code::QuotaReached));
                        refused.push(Action::CommandDone(place, problem));
                    }
                }
            }
            carry(replica, &Action::Confirmed(confirmed, Some(now)), now);
            for action in refused {
                carry(replica, &action, now);
            }
        }
    }

    /// Sends what changed.
    pub fn pull(&mut self, replica: &mut Replica, now: i64) {
        let me = replica.identity().expect("reads").expect("signed in");
        let after = self.cursors.get(&me.device_id).copied().unwrap_or_default();
        let items = self.items(&self.principal(&me), after, false);
        carry(replica, &Action::Apply { items, gone: Vec::new(), cursor: [2; 16] }, now);
        self.cursors.insert(me.device_id, self.seq);
    }

    pub fn exchange(&mut self, replica: &mut Replica, now: i64) {
        self.push(replica, now);
        self.pull(replica, now);
    }

    pub fn verify(&mut self, replica: &mut Replica, now: i64) -> bool {
        let me = replica.identity().expect("reads").expect("signed in");
        let sums = self.sums(&self.principal(&me));
        replica.carry_out(&Action::Verify(sums), now).expect("carries out").close
    }
}

pub(super) fn carry(replica: &mut Replica, action: &Action, now: i64) -> Vec<Input> {
    replica.carry_out(action, now).expect("carries out").inputs
}

pub(super) fn field(replica: &Replica, kind: &str, id: RecordId, name: &str) -> Value {
    let row = super::get(replica.connection(), kind, id).expect("reads").expect("is here");
    row.fields.get(name).cloned().expect("a field")
}

/// What became of every change that was ever in the outbox.
pub(super) fn assert_every_fate_is_told(made: &[Vec<u8>], fates: &[Fate], replica: &Replica) {
    let waiting = replica.outbox_hashes().expect("reads");
    let lying = replica.attention_hashes().expect("reads");
    let mut known: Vec<&[u8]> = waiting.iter().map(Vec::as_slice).collect();
    for fate in fates {
        match fate {
            Fate::Acknowledged(hash) | Fate::Discarded(hash) | Fate::Rewritten(hash, _) => known.push(hash),
            Fate::Refused(hash) | Fate::Dropped(hash) => {
                assert!(lying.contains(hash), "a refused change is in Needs attention");
                known.push(hash);
            }
        }
    }
    for hash in made {
        assert_eq!(known.iter().filter(|k| **k == hash.as_slice()).count(), 1, "exactly one fate");
    }
}
