//! Non-interference: what a person may not see has no influence on what they are sent.
//!
//! Two tenants live through the same days. What the person may not see differs: it happened in one of them alone, or
//! otherwise in the other. The frames that the person is sent must be equal, but for the cursors, which are sealed. Both
//! sides run the server's real session over the tenant in memory.

use std::collections::VecDeque;

use automerge::ActorId;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use zumodra_shared::access::{Grants, Principal, Role};
use zumodra_shared::ats::rules::Related;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::registry::{self, SCHEMA_VERSION};
use zumodra_shared::schema::edit::edits_for;
use zumodra_shared::schema::{Edit, Fields, crdt};
use zumodra_shared::sync::PROTOCOL;
use zumodra_shared::sync::cursor::Sealed;
use zumodra_shared::sync::server::{Action, Input, Session};
use zumodra_shared::sync::wire::{
    Blob, ChunkPosition, ClientFrame, Hello, Push, PushedChange, ServerFrame, decode, encode,
};

use super::server::{Model, Person};
use super::setup::{PIPELINE, stage, stages};

/// The person who watches.
const WATCHER: RecordId = RecordId::from_u128(0x1000);
/// Somebody else, who does everything.
const OTHER: RecordId = RecordId::from_u128(0x1001);
/// The seal of the cursors.
const KEY: [u8; 16] = [7; 16];
/// What happens in a run.
const STEPS: usize = 60;

/// Figures of one run, or of many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compared {
    /// Frames that were equal.
    pub frames: u64,
    /// Things that happened out of the person's sight, and not alike in both tenants.
    pub hidden: u64,
}

/// One tenant, and the person's connection to it.
struct Side {
    model: Model,
    session: Session,
    /// Everything that was sent, without the cursors.
    sent: Vec<ServerFrame>,
    cursor: Option<Sealed>,
    held: Vec<String>,
    download: Option<ChunkPosition>,
}

/// Something that somebody else does.
#[derive(Debug, Clone)]
struct Deed {
    kind: &'static str,
    id: RecordId,
    edits: Vec<Edit>,
    create: bool,
}

impl Deed {
    fn create(kind: &'static str, id: RecordId, fields: &Value) -> Self {
        let def = registry::by_name(kind);
        let edits = def.zip(fields.as_object()).map(|(def, fields)| edits_for(def, fields));
        Self { kind, id, edits: edits.unwrap_or_default(), create: true }
    }

    fn set(kind: &'static str, id: RecordId, field: &str, value: Value) -> Self {
        Self { kind, id, edits: vec![Edit::set(field, value)], create: false }
    }
}

impl Side {
    fn new(role: Role) -> Self {
        let mut model = Model::new(RecordId::from_u128(3));
        for (user, device, role) in [(WATCHER, 0x2000, role), (OTHER, 0x2001, Role::Owner)] {
            model.people.insert(user, Person { role, device: RecordId::from_u128(device) });
        }
        let session = Session::new(0, &KEY);
        Self { model, session, sent: Vec::new(), cursor: None, held: Vec::new(), download: None }
    }

    fn watcher(&self) -> Result<Principal, String> {
        self.model.principal(WATCHER).ok_or_else(|| "the watcher is gone".to_owned())
    }

    /// Opens a new connection, with what is held: by its digest where nothing is being downloaded.
    fn connect(&mut self, now: i64) {
        self.session = Session::new(now, &KEY);
        let by_digest = self.cursor.is_some() && self.download.is_none();
        let digest = by_digest.then(|| Grants::named(self.held.iter().cloned()).digest().to_vec());
        self.feed(now, self.hello(digest));
    }

    fn hello(&self, digest: Option<Vec<u8>>) -> Input {
        let hello = Hello {
            protocol: PROTOCOL,
            schema: SCHEMA_VERSION,
            token: format!("{WATCHER} {}", i64::MAX),
            cursor: self.cursor,
            scopes: if digest.is_none() { self.held.clone() } else { Vec::new() },
            download: self.download.clone(),
            digest: digest.map(Blob),
        };
        Input::Frame(encode(&ClientFrame::Hello(hello)))
    }

    /// Does something and says whether the person can see anything of it. What cannot be done is nothing.
    fn does(&mut self, deed: &Deed, by: &Principal, now: i64) -> Result<bool, String> {
        let before = self.model.log.len();
        let people = self.model.people_changes().len();
        let _refused = self.model.edit_as(deed.kind, deed.id, (&deed.edits, deed.create), by, now);
        let grants = self.watcher()?.grants();
        // An entry without a body is a share: only its scope could be seen, and that is not granted where the record that
        // makes it is not.
        let written = self.model.log[before..].iter().filter(|entry| !entry.body.is_empty());
        let mut docs = written.filter_map(|entry| self.model.docs.get(&entry.doc));
        let seen = docs.any(|doc| self.model.covered(doc, &grants));
        let wakes = self.model.log.len() > before;
        if self.model.people_changes()[people..].contains(&WATCHER) {
            self.feed(now, Input::Stale);
            return Ok(true);
        }
        if wakes {
            self.feed(now, Input::Wake);
        }
        Ok(seen)
    }

    /// Feeds the session, and carries out everything that follows.
    fn feed(&mut self, now: i64, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for action in self.session.handle(now, input) {
                self.carry_out(now, action, &mut inputs);
            }
        }
    }

    fn carry_out(&mut self, now: i64, action: Action, inputs: &mut VecDeque<Input>) {
        let model = &mut self.model;
        inputs.extend(match action {
            Action::Send(bytes) => match decode::<ServerFrame>(&bytes) {
                Ok(frame) => return self.received(frame, inputs),
                Err(_) => None,
            },
            Action::Authenticate(token) => {
                Some(Input::Authenticated(model.authenticate(&token, now).map(Box::new)))
            }
            Action::LookUp => {
                let token = format!("{WATCHER} {}", i64::MAX);
                Some(Input::Principal(model.authenticate(&token, now).map(Box::new)))
            }
            Action::ReadPage { ticket, cursor, grants, checkpoint, limit: _, own: _ } => {
                Some(Input::Page(ticket, Box::new(model.page(cursor, &grants, checkpoint))))
            }
            Action::ReadChunk { ticket, grants, scopes, kind, after } => {
                Some(Input::Chunk(ticket, Box::new(model.chunk((&grants, &scopes), kind, after))))
            }
            Action::CountGained(ticket, scopes, lost) => {
                Some(Input::Counted(ticket, model.counted(&scopes, &lost)))
            }
            Action::Ingest(batch, changes, principal) => {
                let judge = |change| model.ingest(change, &principal, 1, now);
                Some(Input::Ingested(batch, changes.iter().map(judge).collect(), now))
            }
            Action::Run(command, principal) => Some(Input::CommandDone(model.run(&command, &principal, now))),
            Action::Fetch(ticket, docs, grants) => Some(Input::Fetched(ticket, model.fetch(&docs, &grants))),
            Action::Purged | Action::Reached(_) | Action::Close => None,
        });
    }

    /// Does what a replica does with a frame, as far as it says something to the server, and keeps the frame without its
    /// cursor.
    fn received(&mut self, mut frame: ServerFrame, inputs: &mut VecDeque<Input>) {
        let mut asks = None;
        if matches!(frame, ServerFrame::Welcome(_) | ServerFrame::Grants(_)) {
            inputs.push_back(Input::Frame(encode(&ClientFrame::Purged)));
        }
        match &mut frame {
            ServerFrame::Welcome(welcome) => {
                if let Some(cursor) = &mut welcome.cursor {
                    self.cursor = Some(std::mem::take(cursor));
                }
                if welcome.same != Some(true) {
                    self.regranted(&welcome.grants, welcome.download.clone());
                }
                asks = self.download.clone();
            }
            ServerFrame::SayNames => inputs.push_back(self.hello(None)),
            ServerFrame::Grants(changed) => {
                self.regranted(&changed.grants, changed.download.clone());
                asks = self.download.clone();
            }
            ServerFrame::Chunk(chunk) => {
                if chunk.next.is_none() {
                    self.held.extend(self.download.take().into_iter().flat_map(|position| position.scopes));
                }
                self.download.clone_from(&chunk.next);
                asks = self.download.clone();
            }
            ServerFrame::Page(page) => self.cursor = Some(std::mem::take(&mut page.cursor)),
            _ => {}
        }
        inputs.extend(asks.map(|position| Input::Frame(encode(&ClientFrame::NextChunk(position)))));
        self.sent.push(frame);
    }

    fn regranted(&mut self, grants: &[String], download: Option<ChunkPosition>) {
        let grants = Grants::named(grants.iter().cloned());
        self.held.retain(|scope| grants.holds(scope));
        self.download = download;
    }
}

/// Two tenants, and what exists in both of them.
struct Pair {
    rng: StdRng,
    sides: [Side; 2],
    now: i64,
    next: u128,
    /// Jobs that may be the person's own, and jobs that never are.
    open_jobs: Vec<RecordId>,
    dark_jobs: Vec<RecordId>,
    /// Candidates who are the same in both tenants, and candidates who are only ever seen by who sees them all.
    candidates: Vec<RecordId>,
    dark_candidates: Vec<RecordId>,
    /// Private candidates who never name the person.
    closed_candidates: Vec<RecordId>,
    applications: Vec<RecordId>,
    hidden: u64,
}

/// Compares what a person is sent by two tenants that differ where the person cannot look.
///
/// # Errors
/// The first difference, in words.
pub fn compare(seed: u64) -> Result<Compared, String> {
    let mut rng = StdRng::seed_from_u64(seed);
    let roles = [Role::HiringManager, Role::HiringManager, Role::Viewer, Role::Employee, Role::Recruiter];
    let role = *roles.choose(&mut rng).unwrap_or(&Role::HiringManager);
    let mut pair = Pair {
        rng,
        sides: [Side::new(role), Side::new(role)],
        now: 1_800_000_000_000,
        next: 0x5000,
        open_jobs: Vec::new(),
        dark_jobs: Vec::new(),
        candidates: Vec::new(),
        dark_candidates: Vec::new(),
        closed_candidates: Vec::new(),
        applications: Vec::new(),
        hidden: 0,
    };
    pair.furnish().map_err(|wrong| format!("seed {seed} ({}): {wrong}", role.name()))?;
    for step in 0..STEPS {
        let said = pair.step().and_then(|done| pair.equal().map_err(|wrong| format!("{done}: {wrong}")));
        said.map_err(|wrong| format!("seed {seed} ({}), step {step}: {wrong}", role.name()))?;
    }
    Ok(Compared { frames: pair.sides[0].sent.len() as u64, hidden: pair.hidden })
}

impl Pair {
    fn id(&mut self) -> RecordId {
        self.next += 1;
        RecordId::from_u128(self.next)
    }

    fn some(&mut self, ids: fn(&Self) -> &Vec<RecordId>) -> RecordId {
        let at = self.rng.random_range(0..ids(self).len().max(1));
        ids(self).get(at).copied().unwrap_or_default()
    }

    /// The same beginning for both.
    fn furnish(&mut self) -> Result<(), String> {
        for (id, name) in [(WATCHER, "Watcher"), (OTHER, "Other")] {
            self.both(&Deed::create(
                "members",
                id,
                &json!({ "name": name, "role": "owner", "is_active": true }),
            ))?;
        }
        let stages = stages();
        self.both(&Deed::create("pipelines", PIPELINE, &json!({ "name": "Hiring", "stages": stages })))?;
        for at in 0..self.rng.random_range(3..7) {
            let id = self.id();
            let own = at % 2 == 0 && self.rng.random();
            let manager = if own { WATCHER } else { OTHER };
            let fields = json!({ "title": format!("Job {at}"), "hiring_manager_id": manager.to_string() });
            self.both(&Deed::create("jobs", id, &fields))?;
            if at % 2 == 0 { self.open_jobs.push(id) } else { self.dark_jobs.push(id) }
        }
        for at in 0..self.rng.random_range(2..6) {
            let id = self.id();
            self.both(&Deed::create("candidates", id, &json!({ "first_name": format!("Candidate {at}") })))?;
            self.candidates.push(id);
        }
        let now = self.now;
        self.sides.iter_mut().for_each(|side| side.connect(now));
        self.equal()
    }

    /// Something that is the same in both tenants.
    fn both(&mut self, deed: &Deed) -> Result<(), String> {
        let by = Principal::server(RecordId::from_u128(3));
        for side in &mut self.sides {
            side.does(deed, &by, self.now)?;
            let there = side.model.docs.contains_key(&deed.id);
            there.then_some(()).ok_or_else(|| format!("{deed:?} could not be done"))?;
        }
        Ok(())
    }

    /// Something that the person may not see any of: if so, it does not happen in the other tenant, or otherwise.
    fn dark(&mut self, deed: &Deed, by: RecordId) -> Result<(), String> {
        let by = self.sides[0].model.principal(by).ok_or("somebody is gone")?;
        let (one, other) = self.sides.split_at_mut(1);
        if one[0].does(deed, &by, self.now)? {
            // It is seen after all (the role sees everything of the kind): then it happens in both.
            other[0].does(deed, &by, self.now)?;
            return Ok(());
        }
        self.hidden += 1;
        if self.rng.random_range(0..3) == 0 {
            let mut otherwise = deed.clone();
            otherwise.id =
                if deed.create { RecordId::from_u128(deed.id.as_u128() | 1 << 100) } else { deed.id };
            other[0].does(&otherwise, &by, self.now)?;
        }
        Ok(())
    }

    fn equal(&self) -> Result<(), String> {
        let [one, other] = &self.sides;
        let first = one.sent.iter().zip(&other.sent).find(|(a, b)| a != b);
        match first {
            Some((a, b)) => Err(format!("the person is sent\n{a:?}\nand\n{b:?}")),
            None if one.sent.len() == other.sent.len() => Ok(()),
            None => {
                let longer = if one.sent.len() > other.sent.len() { one } else { other };
                let (a, b) = (one.sent.len(), other.sent.len());
                Err(format!("{a} frames and {b}; the last one is {:?}", longer.sent.last()))
            }
        }
    }

    fn step(&mut self) -> Result<&'static str, String> {
        self.now += self.rng.random_range(1..4_000);
        let now = self.now;
        Ok(match self.rng.random_range(0..20) {
            0 | 1 => {
                self.sides.iter_mut().for_each(|side| side.connect(now));
                "the person connects anew"
            }
            2 | 3 => {
                self.sides.iter_mut().for_each(|side| side.feed(now, Input::Tick));
                "time passes"
            }
            4 => {
                self.fetches();
                "the person fetches"
            }
            5 | 6 => {
                self.pushes()?;
                "the person pushes a note"
            }
            7..12 => {
                self.common()?;
                "something happens"
            }
            _ => {
                self.darkness()?;
                "something happens out of sight"
            }
        })
    }

    fn application(&mut self, candidate: RecordId, job: RecordId) -> Deed {
        let id = self.id();
        let fields = json!({ "candidate_id": candidate.to_string(), "job_id": job.to_string(),
            "pipeline_id": PIPELINE.to_string(), "stage_id": stage(0), "applied_at": self.now });
        Deed::create("applications", id, &fields)
    }

    fn common(&mut self) -> Result<(), String> {
        let number = self.rng.random_range(0..1_000);
        let (candidate, job) = (self.some(|p| &p.candidates), self.some(|p| &p.open_jobs));
        let deed = match self.rng.random_range(0..8) {
            0 => {
                let id = self.id();
                self.candidates.push(id);
                Deed::create("candidates", id, &json!({ "first_name": format!("New {number}") }))
            }
            1 | 2 => {
                let deed = self.application(candidate, job);
                self.applications.push(deed.id);
                deed
            }
            3 => Deed::set("candidates", candidate, "city", json!(format!("City {number}"))),
            4 if !self.applications.is_empty() => {
                let application = self.some(|p| &p.applications);
                Deed::set("applications", application, "rating", json!(number % 6))
            }
            // For good, and without the person: what happens to them out of sight must not come to light.
            5 => Deed::set("candidates", candidate, "is_private", json!(true)),
            6 => self.privacy(job),
            _ => {
                let manager = if self.rng.random() { WATCHER } else { OTHER };
                Deed::set("jobs", job, "hiring_manager_id", json!(manager.to_string()))
            }
        };
        self.both(&deed)
    }

    /// Puts a wall around a job or takes it away, and lets the person in or out.
    fn privacy(&mut self, id: RecordId) -> Deed {
        let (team, watcher) = ("hiring_team_ids", WATCHER.to_string());
        let named = if self.rng.random() { Edit::add(team, watcher) } else { Edit::remove(team, watcher) };
        let private = Edit::set("is_private", self.rng.random_range(0..3) > 0);
        Deed { kind: "jobs", id, edits: vec![named, private], create: false }
    }

    fn darkness(&mut self) -> Result<(), String> {
        let number = self.rng.random_range(0..1_000);
        let job = self.some(|p| &p.dark_jobs);
        let candidate = self.some(|p| &p.candidates);
        let anyone = if self.dark_candidates.is_empty() || self.rng.random() {
            candidate
        } else {
            self.some(|p| &p.dark_candidates)
        };
        let closed = self.some(|p| &p.closed_candidates);
        let open_job = self.some(|p| &p.open_jobs);
        let id = self.id();
        let application = self.some(|p| &p.applications);
        let deed = match self.rng.random_range(0..11) {
            0 => {
                self.dark_candidates.push(id);
                Deed::create("candidates", id, &json!({ "first_name": format!("Dark {number}") }))
            }
            1 | 2 => self.application(anyone, job),
            3 if !self.dark_candidates.is_empty() => {
                let dark = self.some(|p| &p.dark_candidates);
                Deed::set("candidates", dark, "city", json!(format!("Dark {number}")))
            }
            4 => Deed::create(
                "candidate_contacts",
                id,
                &json!({ "candidate_id": anyone.to_string(), "phone": number.to_string() }),
            ),
            5 => {
                self.closed_candidates.push(id);
                let fields = json!({ "first_name": format!("Closed {number}"), "is_private": true,
                    "visible_to_ids": [OTHER.to_string()] });
                Deed::create("candidates", id, &fields)
            }
            6 if !self.closed_candidates.is_empty() => self.application(closed, open_job),
            7 if !self.closed_candidates.is_empty() => Deed::create(
                "notes",
                id,
                &json!({ "candidate_id": closed.to_string(), "job_id": open_job.to_string(), "body": "Closed" }),
            ),
            9 if !self.applications.is_empty() => {
                let about = Related::fields(&self.sides[0].model, "applications", application)
                    .cloned()
                    .unwrap_or_default();
                let fields = json!({ "candidate_id": about.get("candidate_id"), "job_id": about.get("job_id"),
                    "application_id": application.to_string(), "stage_id": format!("s{number}"),
                    "summary": format!("Draft {number}"), "is_draft": true });
                Deed::create("scorecards", id, &fields)
            }
            8 => Deed::create(
                "notes",
                id,
                &json!({ "candidate_id": anyone.to_string(), "body": format!("Private {number}"), "is_private": true }),
            ),
            _ => Deed::create(
                "notes",
                id,
                &json!({ "candidate_id": anyone.to_string(), "job_id": job.to_string(), "body": format!("Dark {number}") }),
            ),
        };
        self.dark(&deed, OTHER)
    }

    /// The person asks for a record that there is, one that is hidden, and one that is nowhere.
    fn fetches(&mut self) {
        let dark = self.some(|p| &p.dark_candidates);
        let closed = self.some(|p| &p.closed_candidates);
        let docs = vec![self.some(|p| &p.candidates), dark, closed, self.id()];
        let frame = encode(&ClientFrame::Fetch(docs));
        for side in &mut self.sides {
            side.feed(self.now, Input::Frame(frame.clone()));
        }
    }

    /// The person writes a note about somebody they may see, may not see, or who is nowhere.
    fn pushes(&mut self) -> Result<(), String> {
        let about = match self.rng.random_range(0..4) {
            0 => self.some(|p| &p.candidates),
            1 => self.some(|p| &p.dark_candidates),
            2 => self.some(|p| &p.closed_candidates),
            _ => self.id(),
        };
        let job = self.some(|p| &p.open_jobs);
        let (doc, actor) = (self.id(), ActorId::from(self.rng.random::<[u8; 16]>()));
        let note = json!({ "candidate_id": about.to_string(), "job_id": job.to_string(), "body": "Mine" });
        let fields: Fields = note.as_object().cloned().unwrap_or_default();
        let def = registry::by_name("notes").ok_or("no notes")?;
        let (_, body) = crdt::create(def, &fields, actor, self.now).map_err(|problem| problem.to_string())?;
        let change = PushedChange { doc, kind: def.code, body };
        let push = Push { batch: self.rng.random(), changes: vec![change] };
        let frame = encode(&ClientFrame::Push(push));
        for side in &mut self.sides {
            side.feed(self.now, Input::Frame(frame.clone()));
            side.feed(self.now, Input::Wake);
        }
        Ok(())
    }
}
