//! One writer per tenant: what waits is judged in order and committed together.
//!
//! A commit costs about a millisecond of disk whatever it holds, so the writer takes everything that came while the
//! last one was under way (up to a bound) into one transaction: what comes alone waits for nobody. Answers are given
//! after the commit, never before.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use automerge::ActorId;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::{Mutex, OwnedSemaphorePermit, mpsc, oneshot};
use zumodra_shared::access::{Principal, scope};
use zumodra_shared::ats::{
    Application, CHOOSE_INTERVIEW_TIME, Offer, OfferCommand, advance, choose_interview_time, commands,
    offer_states, reference, rules,
};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::{Edit, EditOp, Entity as _, EntityDef, Fields};
use zumodra_shared::sync::wire::{Command, CommandDone, Outcome, PushedChange, Wall};

use super::expected::Expected;
use super::follow::follow;
use super::hub::{Hub, Wake};
use super::ingest::{Batch, Effects};
use super::prepared::Prepared;
use super::recent::Recent;
use super::store;
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::hr;
use crate::limits::MAX_OPEN_JOBS;
use crate::tenants::{self, Tenant};

/// Jobs in one transaction.
const MAX_JOBS_PER_COMMIT: usize = 64;
/// Changes in one transaction.
const MAX_CHANGES_PER_COMMIT: usize = 2_000;
/// Changes of a push that are inspected where it came in, rather than on another thread.
const PREPARED_AT_ONCE: usize = 4;

/// An edit made on the server for somebody.
#[derive(Debug, Clone)]
pub struct ServerEdit {
    /// The kind.
    pub def: &'static EntityDef,
    /// The record.
    pub id: RecordId,
    /// What is done to it.
    pub edits: Vec<Edit>,
    /// Whether the record is made by this.
    pub create: bool,
    /// Who does it.
    pub principal: Principal,
}

impl ServerEdit {
    /// The records that it would share.
    fn shares(&self) -> Vec<RecordId> {
        let found = scope::sharing_fields(self.def).flat_map(|field| {
            self.edits.iter().filter(move |edit| edit.field == field).filter_map(|edit| match &edit.op {
                EditOp::Set { value } => value.as_str()?.parse().ok(),
                _ => None,
            })
        });
        found.collect()
    }
}

/// What became of server edits: all of them done, or the first refusal and none of them.
pub type Edited = std::result::Result<(), Problem>;

/// What became of pushed changes, and when the accepted ones were committed.
pub type Pushed = (Vec<Outcome>, i64);

/// A write that waits.
pub(super) enum Job {
    /// Changes that a device pushed.
    Push {
        changes: Vec<Prepared>,
        /// What became of those before, which an earlier transaction took.
        outcomes: Vec<Outcome>,
        principal: Principal,
        connection: u64,
        answer: oneshot::Sender<Pushed>,
        /// Held by a large push until it was judged.
        turn: Option<OwnedSemaphorePermit>,
    },
    /// A command that a device sent.
    Run { command: Command, principal: Principal, answer: oneshot::Sender<CommandDone> },
    /// Edits that belong together, with what has to stand before them and SQL statements of the same commit.
    Edit {
        expected: Option<Expected>,
        edits: Vec<ServerEdit>,
        after: Option<After>,
        answer: oneshot::Sender<Result<Edited>>,
    },
}

/// What is written in the same transaction as the edits: a row of the outbox, the state of a submission.
pub type After = Box<dyn for<'t> FnOnce(&'t mut TenantTx) -> BoxFuture<'t, Result<()>> + Send>;

/// Makes edits that belong together, and waits for their commit.
///
/// # Errors
/// The refusal of the first edit that is not allowed (then none is made), or a failure.
pub async fn edit(
    app: &App,
    tenant: &Arc<Tenant>,
    edits: Vec<ServerEdit>,
    after: Option<After>,
) -> Result<()> {
    super::expected::edit_where(app, tenant, None, edits, after).await
}

/// Runs a command once, and waits for its commit.
///
/// # Errors
/// When the server stops meanwhile; the command may be sent again with the same key.
pub async fn run(
    app: &App,
    tenant: &Arc<Tenant>,
    command: Command,
    principal: Principal,
) -> Result<CommandDone> {
    let (answer, waiting) = oneshot::channel();
    let writer = app.hub().writer(app, tenant);
    writer.send(Job::Run { command, principal, answer }).await.map_err(|_| Code::Unavailable)?;
    Ok(waiting.await.map_err(|_| Code::Unavailable)?)
}

/// Commits changes that a device pushed. Answers what became of each, and when. Pushes that share `order` reach the
/// writer as they were begun: a change may build on one of the push before.
pub async fn push(
    app: &App,
    tenant: &Arc<Tenant>,
    changes: Vec<PushedChange>,
    principal: Principal,
    connection: u64,
    order: &Mutex<()>,
) -> Pushed {
    let count = changes.len();
    let now = app.now();
    let later = || (vec![Outcome::Later(Problem::new(Code::Unavailable).into()); count], now);
    let in_order = order.lock().await;
    let Some((changes, turn)) = prepared(app, changes).await else { return later() };
    let (answer, waiting) = oneshot::channel();
    let writer = app.hub().writer(app, tenant);
    let outcomes = Vec::with_capacity(count);
    if writer.send(Job::Push { changes, outcomes, principal, connection, answer, turn }).await.is_err() {
        return later();
    }
    drop(in_order);
    waiting.await.unwrap_or_else(|_| later())
}

/// Inspects what was pushed, before it waits for the writer: many changes on another thread, and of such pushes only a
/// few at a time, because a change takes much more room inspected than raw.
async fn prepared(
    app: &App,
    changes: Vec<PushedChange>,
) -> Option<(Vec<Prepared>, Option<OwnedSemaphorePermit>)> {
    if changes.len() <= PREPARED_AT_ONCE {
        return Some((changes.into_iter().map(Prepared::new).collect(), None));
    }
    let turn = app.hub().large_pushes().acquire_owned().await.ok()?;
    let work = move || changes.into_iter().map(Prepared::new).collect();
    Some((tokio::task::spawn_blocking(work).await.ok()?, Some(turn)))
}

/// The writer of one tenant.
pub struct Writer {
    app: App,
    tenant: Arc<Tenant>,
    hub: Hub,
    actor: ActorId,
    recent: Recent,
}

/// What a transaction leaves to the next one.
#[derive(Default)]
struct Left {
    jobs: VecDeque<Job>,
    /// When the transaction was that began to judge the first of them: a push has one time.
    at: Option<i64>,
}

/// What judging a job came to.
enum Judged {
    Whole(Answer),
    /// The job with what is left of it.
    InPart(Job),
}

/// An answer that waits for the commit.
enum Answer {
    Push(oneshot::Sender<Pushed>, Pushed),
    Run(oneshot::Sender<CommandDone>, CommandDone),
    Edit(oneshot::Sender<Result<Edited>>, Edited),
}

impl Writer {
    pub(super) fn new(app: App, tenant: Arc<Tenant>, hub: Hub) -> Self {
        let actor = ActorId::from(app.random::<16>());
        Self { app, tenant, hub, actor, recent: Recent::default() }
    }

    pub(super) async fn run(self, mut waiting: mpsc::Receiver<Job>) {
        let mut left = Left::default();
        loop {
            if left.jobs.is_empty() {
                let first = tokio::select! {
                    job = waiting.recv() => job,
                    // What was sent before the server was told to stop is still written.
                    () = self.app.shutdown().cancelled() => { waiting.close(); waiting.recv().await }
                };
                let Some(first) = first else { return };
                left.jobs.push_back(first);
            }
            collect(&mut left.jobs, &mut waiting);
            left = self.commit(left).await;
        }
    }

    async fn commit(&self, jobs: Left) -> Left {
        match self.write(jobs).await {
            Ok((answers, effects, left)) => {
                self.tell(effects);
                for answer in answers {
                    answer.give();
                }
                left
            }
            // The answers were dropped with the transaction: who waits is told to try again.
            Err(error) => {
                tracing::error!(tenant = %self.tenant.id, %error, "a write failed as a whole");
                Left::default()
            }
        }
    }

    /// Judges jobs and writes what is accepted. Gives back what it had no time for.
    async fn write(&self, Left { mut jobs, at }: Left) -> Result<(Vec<Answer>, Effects, Left)> {
        // Its name and its settings may have changed since the writer began.
        let tenant = tenants::by_id(&self.app, self.tenant.id).await?;
        let tenant = tenant.unwrap_or_else(|| Arc::clone(&self.tenant));
        let mut tx = self.app.db().tenant_commit(&tenant.schema).await?;
        let mut batch =
            Batch::begin(&mut tx, &self.recent, at.unwrap_or_else(|| self.app.now()), self.actor.clone())
                .await?;
        self.prepare(&mut batch, Wanted::by(&jobs)).await?;
        let mut answers = Vec::with_capacity(jobs.len());
        // Who else writes waits for it: an edit of a document with very many takes milliseconds.
        let until = Instant::now() + Duration::from_millis(self.app.config().commit_ms.into());
        let mut at = None;
        while (answers.is_empty() || Instant::now() < until)
            && let Some(job) = jobs.pop_front()
        {
            match self.judge(&mut batch, job, until).await? {
                Judged::Whole(answer) => answers.push(answer),
                Judged::InPart(rest) => {
                    jobs.push_front(rest);
                    at = Some(batch.now());
                    break;
                }
            }
        }
        let kinds: Vec<&str> = self.app.followers().map(|follower| follower.kind()).collect();
        let (mut effects, changed) = batch.write(&kinds).await?;
        let acted = follow(&self.app, &tenant, &mut tx, changed).await?;
        tx.commit().await?;
        self.recent.keep(std::mem::take(&mut effects.loaded));
        for follower in acted {
            follower.committed(&self.app, &tenant);
        }
        Ok((answers, effects, Left { jobs, at }))
    }

    /// Loads what judging some jobs takes, a query for each sort of it.
    async fn prepare(&self, batch: &mut Batch<'_>, wanted: Wanted) -> Result<()> {
        batch.prefetch(&wanted.docs).await?;
        if !wanted.devices.is_empty() {
            batch.know(&wanted.actors, &wanted.devices, self.app.doorbell().node()).await?;
        }
        batch.prefetch_shared(&wanted.shared).await
    }

    async fn judge(&self, batch: &mut Batch<'_>, job: Job, until: Instant) -> Result<Judged> {
        Ok(Judged::Whole(match job {
            Job::Push { changes, mut outcomes, principal, connection, answer, .. }
                if batch.is_elsewhere(principal.device_id)
                    || !self.hub.is_newest(principal.device_id, connection) =>
            {
                if batch.is_elsewhere(principal.device_id) {
                    self.hub.left(self.tenant.id, principal.device_id);
                }
                outcomes
                    .extend(changes.iter().map(|_| Outcome::Later(Problem::new(Code::Unavailable).into())));
                Answer::Push(answer, (outcomes, batch.now()))
            }
            Job::Push { changes, mut outcomes, principal, connection, answer, turn } => {
                let mut changes = changes.into_iter();
                while let Some(change) = changes.next() {
                    outcomes.push(outcome(batch.push(change, &principal, connection).await?));
                    if changes.len() > 0 && Instant::now() >= until {
                        let changes = changes.collect();
                        let rest = Job::Push { changes, outcomes, principal, connection, answer, turn };
                        return Ok(Judged::InPart(rest));
                    }
                    // Judging is work of up to a millisecond: others get their turn.
                    tokio::task::yield_now().await;
                }
                drop(turn);
                Answer::Push(answer, (outcomes, batch.now()))
            }
            Job::Run { command, principal, answer } => {
                let done = self.command(batch, &command, &principal).await?;
                Answer::Run(answer, CommandDone { key: command.key, problem: done.err().map(Into::into) })
            }
            Job::Edit { expected, edits, after, answer } => {
                let edited = match expected {
                    Some(expected) if !expected.stands(batch).await? => Err(Problem::new(Code::WrongState)),
                    _ => all_or_none(batch, edits).await?,
                };
                if let (Ok(()), Some(after)) = (&edited, after) {
                    after(batch.tx()).await?;
                }
                Answer::Edit(answer, edited)
            }
        }))
    }

    /// Runs a command exactly once: the answer of a key that ran is given again.
    async fn command(
        &self,
        batch: &mut Batch<'_>,
        command: &Command,
        principal: &Principal,
    ) -> Result<Edited> {
        if let Some(outcome) = store::command_outcome(batch.tx(), command.key).await? {
            return Ok(serde_json::from_value::<Option<Problem>>(outcome).ok().flatten().map_or(Ok(()), Err));
        }
        let done = self.run_command(batch, command, principal).await?;
        let unknown = done.as_ref().is_err_and(|problem| problem.code == Code::UnknownCommand);
        if !unknown {
            let outcome = json!(done.as_ref().err());
            let (by, now) = (principal.user_id, self.app.now());
            store::keep_command(batch.tx(), command.key, &command.name, command.target, by, now, &outcome)
                .await?;
        }
        Ok(done)
    }

    async fn run_command(
        &self,
        batch: &mut Batch<'_>,
        command: &Command,
        principal: &Principal,
    ) -> Result<Edited> {
        let Some((def, shown)) = batch.shown(command.target).await? else {
            return Ok(Err(Problem::new(Code::NotFound)));
        };
        if shown.deleted || !batch.is_seen(command.target, principal) {
            return Ok(Err(Problem::new(Code::NotFound)));
        }
        let Ok(args) = serde_json::from_str::<Value>(&command.args) else {
            return Ok(Err(Problem::new(Code::BadRequest)));
        };
        match def.name {
            "jobs" => {}
            "offers" => return self.offer_command(batch, command, &shown.fields, &args, principal).await,
            "candidate_references" => {
                return match reference::run(&command.name, &shown.fields, &args, principal, self.app.now()) {
                    Ok(edits) => batch.carry_out(def, command.target, &edits, principal).await,
                    Err(problem) => Ok(Err(problem)),
                };
            }
            "interviews" if command.name == CHOOSE_INTERVIEW_TIME => {
                return match choose_interview_time(&shown.fields, &args, principal, self.app.now()) {
                    Ok(edits) => batch.carry_out(def, command.target, &edits, principal).await,
                    Err(problem) => Ok(Err(problem)),
                };
            }
            "applications" if command.name == advance::ADVANCE => {
                let pipeline = rules::text(&shown.fields, "pipeline_id").parse().unwrap_or_default();
                let pipeline =
                    batch.shown(pipeline).await?.map(|(_, shown)| shown.fields).unwrap_or_default();
                return match advance::advance(&shown.fields, &pipeline, &args, principal) {
                    Ok(edits) => batch.carry_out(def, command.target, &edits, principal).await,
                    Err(problem) => Ok(Err(problem)),
                };
            }
            _ => return Ok(Err(Problem::new(Code::NotFound))),
        }
        let numbers = batch.job_numbers().await?;
        let rules = batch.approval_rules().await?;
        let deputies = batch.deputies().await?;
        let ctx = commands::Context {
            principal,
            now: self.app.now(),
            next_reference: numbers.last_reference + 1,
            open_jobs: numbers.open,
            max_open_jobs: MAX_OPEN_JOBS,
            rules: &rules,
            deputies: &deputies,
            author: batch.author_of(command.target),
        };
        match commands::run(&command.name, command.target, &shown.fields, &args, &ctx) {
            Ok(edits) => batch.carry_out(def, command.target, &edits, principal).await,
            Err(problem) => Ok(Err(problem)),
        }
    }

    /// A command on an offer. Who accepts is hired in the same transaction, or nothing happens.
    async fn offer_command(
        &self,
        batch: &mut Batch<'_>,
        command: &Command,
        offer: &Fields,
        args: &Value,
        principal: &Principal,
    ) -> Result<Edited> {
        if command.name == offer_states::NOTE_LETTER {
            return match offer_states::note_letter(offer, args, principal) {
                Ok(edits) => batch.carry_out(&Offer::DEF, command.target, &edits, principal).await,
                Err(problem) => Ok(Err(problem)),
            };
        }
        let (application, stage, hired) = batch.stage_of_offer(offer).await?;
        let job = batch.shown(rules::text(offer, "job_id").parse().unwrap_or_default()).await?;
        let job = job.map(|(_, shown)| shown.fields).unwrap_or_default();
        let approvals = batch.approval_rules().await?;
        let deputies = batch.deputies().await?;
        let ctx = offer_states::Context {
            principal,
            now: self.app.now(),
            stage,
            job: &job,
            rules: &approvals,
            deputies: &deputies,
            author: batch.author_of(command.target),
        };
        let edits = match offer_states::run(&command.name, offer, args, &ctx) {
            Ok(edits) => edits,
            Err(problem) => return Ok(Err(problem)),
        };
        let known = OfferCommand::from_name(&command.name);
        let hires = known == Some(OfferCommand::Accept);
        // What nobody could accept is not sent either.
        if (hires || known == Some(OfferCommand::Send)) && hired.is_none() {
            let detail = "The pipeline has no stage for who is hired.";
            return Ok(Err(Problem::new(Code::WrongState).detail(detail)));
        }
        batch.begin_group();
        let mut done = batch.carry_out(&Offer::DEF, command.target, &edits, principal).await?;
        if done.is_ok()
            && hires
            && let Some(hired) = hired
        {
            done =
                batch.carry_out(&Application::DEF, application, &rules::move_to(&hired), principal).await?;
            if done.is_ok() {
                done = hr::hire::hire(batch, command.target, offer, principal.tenant_id).await?;
            }
        }
        if done.is_err() {
            batch.undo_group();
        }
        Ok(done)
    }

    /// Whose rights changed is told before anybody is told that there is something to read: who reads first would take
    /// what moved to where they may see it as well for what they may see no more.
    fn tell(&self, effects: Effects) {
        if !effects.people.is_empty() {
            for person in &effects.people {
                self.app.sessions().forget_user(*person);
            }
            let people = Arc::new(effects.people.iter().copied().collect());
            self.hub.wake(self.tenant.id, Wake::People(people));
        }
        if let Some(commit) = effects.commit {
            self.hub.committed(&self.app, self.tenant.id, commit);
        }
    }
}

/// Makes edits that belong together: with the first refusal, what the earlier ones did is taken back.
async fn all_or_none(batch: &mut Batch<'_>, edits: Vec<ServerEdit>) -> Result<Edited> {
    batch.begin_group();
    for edit in edits {
        let done = batch.edit(edit.def, edit.id, &edit.edits, edit.create, &edit.principal).await?;
        if done.is_err() {
            batch.undo_group();
            return Ok(done);
        }
    }
    Ok(Ok(()))
}

/// Takes up what waits, as long as it fits into one transaction.
fn collect(jobs: &mut VecDeque<Job>, waiting: &mut mpsc::Receiver<Job>) {
    let mut changes: usize = jobs.iter().map(Job::weight).sum();
    while jobs.len() < MAX_JOBS_PER_COMMIT && changes < MAX_CHANGES_PER_COMMIT {
        let Ok(job) = waiting.try_recv() else { break };
        changes += job.weight();
        jobs.push_back(job);
    }
}

/// What judging some jobs takes.
struct Wanted {
    docs: Vec<RecordId>,
    /// The actors and devices whose changes wait.
    actors: Vec<Vec<u8>>,
    devices: Vec<RecordId>,
    /// Records that would be shared.
    shared: Vec<RecordId>,
}

impl Wanted {
    fn by(jobs: &VecDeque<Job>) -> Self {
        let (mut actors, mut devices) = (BTreeSet::new(), BTreeSet::new());
        for job in jobs {
            if let Job::Push { changes, principal, .. } = job {
                devices.insert(principal.device_id);
                actors.extend(changes.iter().filter_map(Prepared::actor));
            }
        }
        Self {
            docs: jobs.iter().flat_map(Job::docs).collect(),
            actors: actors.into_iter().map(<[u8]>::to_vec).collect(),
            devices: devices.into_iter().collect(),
            shared: jobs.iter().flat_map(Job::shares).collect(),
        }
    }
}

fn outcome(judged: Result<Option<Wall>, Problem>) -> Outcome {
    match judged {
        Ok(wall) => Outcome::Accepted(wall),
        // A kind of a newer client than this server, or a document that is damaged here: the client keeps the change.
        Err(problem) if matches!(problem.code, Code::UnknownKind | Code::ReplicaDamaged) => {
            Outcome::Later(problem.into())
        }
        Err(problem) => Outcome::Refused(problem.into()),
    }
}

impl Job {
    fn docs(&self) -> Vec<RecordId> {
        match self {
            Self::Push { changes, .. } => changes.iter().map(Prepared::doc).collect(),
            Self::Run { command, .. } => vec![command.target],
            Self::Edit { edits, .. } => edits.iter().map(|edit| edit.id).collect(),
        }
    }

    /// Records that it would share.
    fn shares(&self) -> Vec<RecordId> {
        match self {
            Self::Push { changes, .. } => changes.iter().flat_map(Prepared::shares).collect(),
            Self::Edit { edits, .. } => edits.iter().flat_map(ServerEdit::shares).collect(),
            Self::Run { .. } => Vec::new(),
        }
    }

    const fn weight(&self) -> usize {
        match self {
            Self::Push { changes, .. } => changes.len(),
            Self::Edit { edits, .. } => edits.len(),
            Self::Run { .. } => 1,
        }
    }
}

impl Answer {
    fn give(self) {
        // Who asked may be gone; what was committed stays committed.
        match self {
            Self::Push(to, outcomes) => drop(to.send(outcomes)),
            Self::Run(to, done) => drop(to.send(done)),
            Self::Edit(to, edited) => drop(to.send(Ok(edited))),
        }
    }
}
