//! The relay: sends what is due, over a few connections, on every node.
//!
//! A mail is claimed before it is sent and settled after, each in a transaction of its own. Nobody else sends it while
//! the claim's lease lasts, and the lease is renewed before each sending for longer than the sending may take; so two
//! nodes never send the same mail. Only a node that dies between the server's answer and the settling leaves a mail that
//! another one sends again, under the same Message-ID.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use super::letter::{Letter, Links};
use super::message::{self, Cover, Packed};
use super::smtp::{Failure, Line, Way};
use super::store::{Row, Settled};
use super::{bells, store};
use crate::app::App;
use crate::ats::{calendar, emails};
use crate::backoff;
use crate::config::Rate;
use crate::db::TenantTx;
use crate::error::Result;
use crate::limits::{
    MAIL_BATCH, MAIL_CONNECTIONS, MAIL_LOOK_EVERY, MAIL_WAIT_MAX_MS, MAIL_WAIT_MS, MAX_MAIL_TRIES,
};
use crate::mail::{Attachment, Content, Recipient, Server};
use crate::tenants::{self, State, Tenant};

/// The wait after the first failed try, and the longest.
const WAITS: (Millis, Millis) = (MAIL_WAIT_MS, MAIL_WAIT_MAX_MS);
/// Bells that are heard at once.
const MAX_BELLS: i64 = 500;
/// How long the bell of a suspended workspace is put off.
const SUSPENDED_MS: Millis = 60_000;
/// How long mail that came waits when it could not be taken up.
const RECEIVED_AGAIN_MS: Millis = 30_000;
/// How long a mail waits that only a newer version can write.
const NEWER_MS: Millis = 60_000;
/// Tries to write down that a mail was sent, and how long between two of them.
const SETTLE_TRIES: u32 = 5;
const SETTLE_AGAIN_AFTER: Duration = Duration::from_millis(500);
/// What is said of a mail that waited for too long.
pub const TOO_LATE: &str = "It could not be sent while it was worth sending.";

/// Sends the mail of one node.
pub struct Relay {
    app: App,
    way: Way,
    connections: Arc<Semaphore>,
    domains: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
}

/// What became of one try.
enum Tried {
    /// The mail is settled; the line can be used on.
    Done(Option<Line>),
    /// The server cannot be used: the mails after this one wait as well.
    NoServer(String),
}

/// A mail that this process alone may send, for a while.
pub struct Claimed {
    claim: RecordId,
    row: Row,
}

impl Relay {
    /// Prepares a relay to the mail server of the settings.
    ///
    /// # Errors
    /// When a file of the settings cannot be read.
    pub fn new(app: &App, server: &Server) -> anyhow::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            app: app.clone(),
            way: Way::to(server, &app.config().base_domain)?,
            connections: Arc::new(Semaphore::new(MAIL_CONNECTIONS)),
            domains: limiter(app.config().mail_domain_rate),
            clock: DefaultClock::default(),
        }))
    }

    /// Sends what is due, and again whenever somebody rings, until the server stops.
    pub async fn run(self: Arc<Self>, alone: bool) {
        let stop = self.app.shutdown().clone();
        if alone && let Err(error) = self.free().await {
            tracing::warn!(%error, "what an earlier run was sending waits for its lease");
        }
        while !stop.is_cancelled() {
            if let Err(error) = self.round().await {
                tracing::warn!(%error, "could not look for mail to send");
            }
            self.domains.retain_recent();
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.app.mail().rung() => {}
                () = sleep(MAIL_LOOK_EVERY) => {}
            }
        }
    }

    /// This process is the only one: what is being sent was left behind by one that is gone.
    async fn free(&self) -> Result<()> {
        let now = self.app.now();
        for tenant in tenants::actions::list(&self.app).await? {
            let mut tx = self.app.db().tenant(&tenant.schema).await?;
            store::free(&mut tx, now).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Looks into every workspace whose bell is due. Workspaces take turns, a batch each.
    async fn round(self: &Arc<Self>) -> Result<()> {
        let mut waiting = self.due().await?;
        while let Some((tenant, ids)) = waiting.pop_front() {
            let Some(permit) = self.permit().await else { return Ok(()) };
            let taken = emails::take_up(&self.app, &tenant).await;
            let taken = taken.and(calendar::take_up(&self.app, &tenant).await);
            let batch = self.claim(&tenant).await?;
            if batch.1.is_empty() {
                match taken {
                    Ok(()) => self.heard(&ids).await?,
                    Err(error) => {
                        tracing::warn!(tenant = %tenant.id, %error, "mail that came waits");
                        self.later(&ids, self.app.now() + RECEIVED_AGAIN_MS).await?;
                    }
                }
                continue;
            }
            let relay = Arc::clone(self);
            let sending = Arc::clone(&tenant);
            self.app.tasks().spawn(async move { relay.send_batch(permit, &sending, batch).await });
            waiting.push_back((tenant, ids));
        }
        Ok(())
    }

    /// A connection's turn; none when the server stops.
    async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        tokio::select! {
            () = self.app.shutdown().cancelled() => None,
            permit = Arc::clone(&self.connections).acquire_owned() => permit.ok(),
        }
    }

    async fn due(&self) -> Result<VecDeque<(Arc<Tenant>, Vec<i64>)>> {
        let now = self.app.now();
        let mut tx = self.app.db().public().await?;
        let due = bells::due(&mut tx, now, MAX_BELLS).await?;
        tx.commit().await?;
        let mut by_tenant: BTreeMap<Option<RecordId>, Vec<i64>> = BTreeMap::new();
        for bell in due {
            by_tenant.entry(bell.tenant_id).or_default().push(bell.id);
        }
        let mut waiting = VecDeque::new();
        for (tenant_id, ids) in by_tenant {
            let tenant = match tenant_id {
                Some(tenant_id) => tenants::by_id(&self.app, tenant_id).await?,
                None => None,
            };
            match tenant {
                Some(tenant) if tenant.state == State::Active => waiting.push_back((tenant, ids)),
                Some(_) => self.later(&ids, now + SUSPENDED_MS).await?,
                None => self.heard(&ids).await?,
            }
        }
        Ok(waiting)
    }

    async fn heard(&self, ids: &[i64]) -> Result<()> {
        let mut tx = self.app.db().public().await?;
        bells::heard(&mut tx, ids).await?;
        Ok(tx.commit().await?)
    }

    async fn later(&self, ids: &[i64], due_at: Millis) -> Result<()> {
        let mut tx = self.app.db().public().await?;
        bells::later(&mut tx, ids, due_at).await?;
        Ok(tx.commit().await?)
    }

    fn lease_until(&self) -> Millis {
        // A connection, a sending, and as long again for a node that stands still for a while.
        let timeout = i64::try_from(self.way.server().timeout.as_millis()).unwrap_or(i64::MAX / 8);
        self.app.now().saturating_add(timeout.saturating_mul(4))
    }

    async fn claim(&self, tenant: &Tenant) -> Result<(RecordId, Vec<Row>)> {
        let (claim, now) = (self.app.new_id(), self.app.now());
        let mut tx = self.app.db().tenant(&tenant.schema).await?;
        store::give_up_late(&mut tx, TOO_LATE, now).await?;
        let mut rows = store::claim(&mut tx, claim, MAIL_BATCH, now, self.lease_until()).await?;
        tx.commit().await?;
        rows.sort_by_key(|row| (row.created_at, row.id));
        Ok((claim, rows))
    }

    /// Sends a batch over one connection.
    async fn send_batch(
        &self,
        permit: OwnedSemaphorePermit,
        tenant: &Tenant,
        (claim, rows): (RecordId, Vec<Row>),
    ) {
        let mut line = None;
        let mut no_server: Option<String> = None;
        for row in rows {
            let done = match &no_server {
                Some(said) => self.put_off(tenant, claim, &row, said).await.map(|()| Tried::Done(None)),
                None => self.send_one(tenant, claim, &row, line.take()).await,
            };
            match done {
                Ok(Tried::Done(kept)) => line = kept,
                Ok(Tried::NoServer(said)) => no_server = Some(said),
                Err(error) => {
                    tracing::warn!(tenant = %tenant.id, mail = %row.id, %error, "a mail waits for its lease");
                }
            }
        }
        if let Some(line) = line {
            line.close().await;
        }
        if let Some(said) = no_server {
            tracing::warn!(problem = said, "the mail server cannot be used; mail is tried again later");
        }
        drop(permit);
    }

    /// Sends one mail that this node claimed, and writes down what became of it.
    async fn send_one(
        &self,
        tenant: &Tenant,
        claim: RecordId,
        row: &Row,
        line: Option<Line>,
    ) -> Result<Tried> {
        if self.app.shutdown().is_cancelled() {
            self.settle(tenant, claim, row, waits(self.app.now(), row)).await?;
            return Ok(Tried::Done(line));
        }
        if !calendar::holds(&self.app, tenant, &row.event_key).await? {
            let called_off =
                Settled { state: "cancelled", next_at: row.next_at, problem: String::new(), sent: None };
            self.settle(tenant, claim, row, called_off).await?;
            return Ok(Tried::Done(line));
        }
        let (packed, masked) = match self.pack(tenant, row)? {
            Ok(packed) => packed,
            Err(settled) => {
                self.settle(tenant, claim, row, settled).await?;
                return Ok(Tried::Done(line));
            }
        };
        if let Some(wait_ms) = self.domain_waits(&row.recipient) {
            self.settle(tenant, claim, row, waits(self.app.now() + wait_ms, row)).await?;
            return Ok(Tried::Done(line));
        }
        let line = match line {
            Some(line) => Ok(line),
            None => self.way.connect().await,
        };
        if !self.hold(tenant, claim, row.id, line.is_ok()).await? {
            // Another node has it by now, or it was erased.
            return Ok(Tried::Done(line.ok()));
        }
        let sent = match line {
            Ok(line) => line.send(&packed).await,
            Err(failure) => Err(failure),
        };
        match sent {
            Ok(line) => {
                let settled = Settled {
                    state: "sent",
                    next_at: self.app.now(),
                    problem: String::new(),
                    sent: Some((masked.subject.clone(), masked.text()?)),
                };
                self.settle(tenant, claim, row, settled).await?;
                tracing::info!(tenant = %tenant.id, mail = %row.id, template = row.template, "a mail was sent");
                Ok(Tried::Done(Some(line)))
            }
            Err(failure) => {
                self.settle(tenant, claim, row, self.failed(row, &failure)).await?;
                Ok(match failure {
                    Failure::Server(said) => Tried::NoServer(said),
                    Failure::Later(_) | Failure::Never(_) => Tried::Done(None),
                })
            }
        }
    }

    /// Claims a mail that was just written, in the transaction of its writing: so no other relay gets it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn claim_new(&self, tx: &mut TenantTx, event_key: &str) -> Result<Claimed> {
        let (claim, now) = (self.app.new_id(), self.app.now());
        let row = store::claim_event(tx, claim, event_key, now, self.lease_until()).await?;
        Ok(Claimed { claim, row: row.context("the mail is there")? })
    }

    /// Tries a claimed mail now, and gives it as it is then.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn try_now(&self, tenant: &Tenant, Claimed { claim, row }: Claimed) -> Result<Row> {
        if let Tried::Done(Some(line)) = self.send_one(tenant, claim, &row, None).await? {
            line.close().await;
        }
        let mut tx = self.app.db().tenant(&tenant.schema).await?;
        let row = store::one(&mut tx, row.id).await?;
        tx.commit().await?;
        Ok(row.context("the mail is there")?)
    }

    /// The mail as it goes out and as it is kept, or what becomes of one that cannot go out.
    fn pack(&self, tenant: &Tenant, row: &Row) -> Result<std::result::Result<(Packed, Letter), Settled>> {
        let gives_up = |problem: &str| Settled {
            state: "given_up",
            next_at: row.next_at,
            problem: problem.to_owned(),
            sent: None,
        };
        if row.tries >= MAX_MAIL_TRIES {
            return Ok(Err(gives_up(&row.problem)));
        }
        // One that a node left behind which died may have lain for long.
        if row.expires_at <= self.app.now() {
            return Ok(Err(gives_up(TOO_LATE)));
        }
        let Some(values) = &row.content else { return Ok(Err(gives_up("Its content was erased."))) };
        let Some(content) = Content::read(&row.template, values) else {
            return Ok(Err(Settled {
                state: "deferred",
                next_at: self.app.now() + NEWER_MS,
                problem: "A newer version of the server wrote it.".to_owned(),
                sent: None,
            }));
        };
        let attachments: Vec<Attachment> =
            serde_json::from_value(row.attachments.clone()).context("read what is attached")?;
        let letter = Letter::write(&self.app, tenant, &row.language, &content, Links::Whole);
        let masked = Letter::write(&self.app, tenant, &row.language, &content, Links::Masked);
        let cover = Cover {
            from: self.way.server().from.clone(),
            reply_to: self.reply_to(tenant, &content),
            to: Recipient { address: row.recipient.clone(), name: row.recipient_name.clone() },
            message_id: row.message_id.clone(),
            at: self.app.now(),
        };
        Ok(match message::pack(&letter, &cover, &attachments)? {
            Ok(packed) => Ok((packed, masked)),
            Err(unpackable) => Err(gives_up(&unpackable.to_string())),
        })
    }

    /// Where answers to a mail go. Those to a person who wrote come back here, where the server takes them, or go to them.
    fn reply_to(&self, tenant: &Tenant, content: &Content) -> String {
        let own = match content {
            Content::Written { email_id, reply_to, .. } => {
                emails::reply_address(&self.app, tenant.id, *email_id).unwrap_or_else(|| reply_to.clone())
            }
            _ => String::new(),
        };
        if own.is_empty() { tenant.settings.mail_reply_to.clone() } else { own }
    }

    /// How long a domain has to wait that got much mail of late.
    fn domain_waits(&self, address: &str) -> Option<Millis> {
        let domain = address.rsplit('@').next().unwrap_or_default().to_lowercase();
        let not_until = self.domains.check_key(&domain).err()?;
        let wait = not_until.wait_time_from(self.clock.now());
        Some(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 2).max(1))
    }

    fn failed(&self, row: &Row, failure: &Failure) -> Settled {
        let tries = row.tries + 1;
        let wait_ms = backoff::wait_ms(WAITS, tries, u16::from_le_bytes(self.app.random::<2>()));
        let next_at = self.app.now() + wait_ms;
        let is_over = matches!(failure, Failure::Never(_)) || tries >= MAX_MAIL_TRIES;
        let state = if is_over || next_at >= row.expires_at { "given_up" } else { "deferred" };
        Settled { state, next_at, problem: failure.said().to_owned(), sent: None }
    }

    /// Puts off a mail without a try, because one before it showed that there is no server.
    async fn put_off(&self, tenant: &Tenant, claim: RecordId, row: &Row, said: &str) -> Result<()> {
        let wait_ms = backoff::wait_ms(WAITS, row.tries + 1, u16::from_le_bytes(self.app.random::<2>()));
        let mut settled = waits(self.app.now() + wait_ms, row);
        settled.state = "deferred";
        said.clone_into(&mut settled.problem);
        self.settle(tenant, claim, row, settled).await
    }

    async fn hold(&self, tenant: &Tenant, claim: RecordId, id: RecordId, hands_over: bool) -> Result<bool> {
        let mut tx = self.app.db().tenant(&tenant.schema).await?;
        let held = store::hold(&mut tx, claim, id, self.lease_until(), hands_over).await?;
        tx.commit().await?;
        Ok(held)
    }

    /// Writes down what became of a mail, trying again while the database is away: what was sent must not be sent again.
    async fn settle(&self, tenant: &Tenant, claim: RecordId, row: &Row, settled: Settled) -> Result<()> {
        let mut left = SETTLE_TRIES;
        loop {
            left -= 1;
            match self.settle_once(tenant, claim, row, &settled).await {
                Ok(()) => {
                    self.note(tenant, row, &settled).await;
                    return Ok(());
                }
                Err(error) if left == 0 => {
                    if settled.state == "sent" {
                        tracing::error!(mail = %row.id, "a mail was sent and that could not be written down");
                    }
                    return Err(error);
                }
                Err(_) => sleep(SETTLE_AGAIN_AFTER).await,
            }
        }
    }

    /// Notes on the record of an e-mail what became of it. What fails here is noted by the next sweep.
    async fn note(&self, tenant: &Tenant, row: &Row, settled: &Settled) {
        let is_over = matches!(settled.state, "sent" | "given_up");
        let Some(email) = emails::of_event(&row.event_key).filter(|_| is_over) else { return };
        let at = (settled.state == "sent").then_some(settled.next_at);
        let noted = async {
            let Some(tenant) = tenants::by_id(&self.app, tenant.id).await? else { return Ok(()) };
            emails::note(&self.app, &tenant, email, settled.state, at, &settled.problem).await
        };
        let noted: Result<()> = noted.await;
        if let Err(error) = noted {
            tracing::warn!(tenant = %tenant.id, %email, %error, "what became of an e-mail is noted later");
        }
    }

    async fn settle_once(
        &self,
        tenant: &Tenant,
        claim: RecordId,
        row: &Row,
        settled: &Settled,
    ) -> Result<()> {
        let mut tx = self.app.db().tenant(&tenant.schema).await?;
        store::settle(&mut tx, claim, row.id, settled, self.app.now()).await?;
        Ok(tx.commit().await?)
    }
}

/// A mail that was not tried, and waits on.
fn waits(next_at: Millis, row: &Row) -> Settled {
    let state = if row.problem.is_empty() { "waiting" } else { "deferred" };
    Settled { state, next_at, problem: row.problem.clone(), sent: None }
}

fn limiter(rate: Rate) -> DefaultKeyedRateLimiter<String> {
    let each = (rate.period / rate.count.get()).max(Duration::from_nanos(1));
    let quota = Quota::with_period(each).unwrap_or(Quota::per_second(rate.count)).allow_burst(rate.count);
    RateLimiter::keyed(quota)
}
