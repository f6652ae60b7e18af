//! Interviews in the calendars that members keep elsewhere (CalDAV, RFC 4791), both ways: what is planned here is there, and
//! what is moved there is moved here, as far as its person may.
//!
//! After a commit, and every few minutes, a pass compares a calendar whole; no node does what another one is doing, because
//! a pass has a lease on its calendar. Invariant: the record in Zumodra is what holds. A move is an edit as every other, by
//! the one write path and in its person's name; what is refused there is put back in the calendar. Absent on purpose: of other
//! events only the times are read, if their person wants that, and taking an event out calls nothing off.

mod busy;
mod connection;
mod dav;
mod discover;
mod pass;
mod read;
mod store;
mod web;
mod xml;

pub mod routes;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;
use sqlx::postgres::PgConnection;
use tokio::sync::{Notify, Semaphore};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use zumodra_shared::ats::availability::Planned;
use zumodra_shared::ats::{Interview, rules};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::schema::{Entity as _, Fields};

use crate::app::App;
use crate::backoff;
use crate::db::TenantTx;
use crate::error::{Error, Result};
use crate::limits::{
    CALENDAR_EVERY_MS, CALENDAR_LEASE_MS, CALENDAR_LOOK_EVERY, CALENDAR_PASS_WITHIN,
    CALENDAR_SIGN_IN_WAIT_MS, CALENDAR_WAIT_MAX_MS, CALENDAR_WAIT_MS, MAX_CALENDARS_AT_ONCE,
};
use crate::sync::{Changed, Follower};
use crate::tenants::{self, State, Tenant};
use pass::{Done, Pass, Stop};
use store::{BusyRow, Connection, Settled};
use web::{Failure, Web};

const MS_PER_MINUTE: Millis = 60_000;
/// The wait after the first pass that failed, and the longest.
const WAITS: (Millis, Millis) = (CALENDAR_WAIT_MS, CALENDAR_WAIT_MAX_MS);

/// Connected calendars as one node looks after them.
#[derive(Debug)]
pub struct Calendars {
    web: Web,
    turns: Semaphore,
    rung: Notify,
    waiting: Mutex<BTreeSet<RecordId>>,
    /// The workspaces for which a task waits for a turn.
    queued: Mutex<BTreeSet<RecordId>>,
}

impl Calendars {
    /// For an installation; `nearby` lets calendars be on this machine and its private networks.
    #[must_use]
    pub fn new(nearby: bool) -> Self {
        Self {
            web: Web::new(nearby),
            turns: Semaphore::new(MAX_CALENDARS_AT_ONCE),
            rung: Notify::new(),
            waiting: Mutex::default(),
            queued: Mutex::default(),
        }
    }

    const fn web(&self) -> &Web {
        &self.web
    }

    /// Rings for a workspace in which a calendar is due. A bell that nobody hears costs seconds.
    pub fn ring(&self, tenant_id: RecordId) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(tenant_id);
        self.rung.notify_one();
    }

    fn heard(&self) -> BTreeSet<RecordId> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn queued(&self) -> MutexGuard<'_, BTreeSet<RecordId>> {
        self.queued.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Follows interviews: what changes in one may have to be written into the calendars of those who interview, and did.
pub struct Calendaring;

impl Follower for Calendaring {
    fn kind(&self) -> &'static str {
        Interview::DEF.name
    }

    fn follow<'t>(
        &'t self,
        app: &'t App,
        _: &'t Tenant,
        tx: &'t mut TenantTx,
        changed: &'t [Changed],
    ) -> BoxFuture<'t, Result<bool>> {
        Box::pin(async move {
            let all = changed.iter().flat_map(|changed| [&changed.before, &changed.after]).flatten();
            let people: BTreeSet<RecordId> = all.flat_map(interviewers).collect();
            let people: Vec<RecordId> = people.into_iter().collect();
            Ok(!people.is_empty() && store::note(tx, &people, app.now()).await?)
        })
    }

    fn committed(&self, app: &App, tenant: &Arc<Tenant>) {
        app.calendars().ring(tenant.id);
    }
}

fn interviewers(fields: &Fields) -> BTreeSet<RecordId> {
    rules::read::<Interview>(fields).map(|interview| interview.interviewer_ids.ids).unwrap_or_default()
}

/// Starts looking after the calendars.
pub fn start(app: &App) {
    let looking = app.clone();
    app.tasks().spawn(async move {
        let stop = looking.shutdown().clone();
        // However often it rings: what nobody rings for here is a calendar that another node left.
        let mut looks = interval_at(Instant::now() + CALENDAR_LOOK_EVERY, CALENDAR_LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let rung = tokio::select! {
                () = stop.cancelled() => return,
                _ = looks.tick() => false,
                () = looking.calendars().rung.notified() => true,
            };
            let heard = looking.calendars().heard();
            if let Err(error) = round(&looking, rung.then_some(&heard)).await {
                tracing::warn!(%error, "could not look after the calendars of members");
            }
        }
    });
}

/// Looks into some workspaces, or into all of them.
async fn round(app: &App, of: Option<&BTreeSet<RecordId>>) -> Result<()> {
    let mut found = Vec::new();
    match of {
        Some(ids) => {
            for id in ids {
                found.extend(tenants::by_id(app, *id).await?);
            }
        }
        None => found.extend(tenants::actions::list(app).await?.into_iter().map(Arc::new)),
    }
    for tenant in found.into_iter().filter(|tenant| tenant.state == State::Active) {
        let mut tx = app.db().tenant(&tenant.schema).await?;
        let is_due = store::is_due(&mut tx, app.now()).await?;
        tx.commit().await?;
        if is_due {
            queue(app, &tenant);
        }
    }
    Ok(())
}

/// Has a workspace looked into when it is its turn; once, however often that is asked for before.
fn queue(app: &App, tenant: &Arc<Tenant>) {
    if !app.calendars().queued().insert(tenant.id) {
        return;
    }
    let (looking, tenant) = (app.clone(), Arc::clone(tenant));
    app.tasks().spawn(async move { look_into(&looking, &tenant).await });
}

/// Passes over one calendar of a workspace that is due. Each has a turn of its own, so that a workspace with many of them,
/// or with a slow one, keeps no other waiting.
async fn look_into(app: &App, tenant: &Arc<Tenant>) {
    let turn = app.calendars().turns.acquire().await;
    app.calendars().queued().remove(&tenant.id);
    if turn.is_err() || app.shutdown().is_cancelled() {
        return;
    }
    let passed = async {
        let Some((connection, claim)) = claim(app, tenant, None).await? else { return Ok(()) };
        // Whatever becomes of this one, the next one is waiting.
        queue(app, tenant);
        pass_over(app, tenant, &connection, claim).await?;
        // What changed during the pass was nobody's turn, because it was claimed.
        queue(app, tenant);
        Ok::<(), Error>(())
    };
    if let Err(error) = passed.await {
        tracing::warn!(tenant = %tenant.id, %error, "a pass over a calendar failed, and is done again");
    }
}

/// Passes over the calendar of a member, if it is due.
async fn next_of(app: &App, tenant: &Arc<Tenant>, member: RecordId) -> Result<()> {
    let Some((connection, claim)) = claim(app, tenant, Some(member)).await? else { return Ok(()) };
    pass_over(app, tenant, &connection, claim).await
}

/// Takes a calendar that is due, of anybody or of one member, with the claim to it.
async fn claim(
    app: &App,
    tenant: &Arc<Tenant>,
    of: Option<RecordId>,
) -> Result<Option<(Connection, RecordId)>> {
    let (claim, now) = (app.new_id(), app.now());
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let claimed = store::claim(&mut tx, claim, of, (now, now + CALENDAR_LEASE_MS)).await?;
    tx.commit().await?;
    Ok(claimed.map(|connection| (connection, claim)))
}

/// Passes over a calendar that was claimed.
async fn pass_over(app: &App, tenant: &Arc<Tenant>, connection: &Connection, claim: RecordId) -> Result<()> {
    let mut pass = Pass::new(app, tenant, (connection, claim));
    let ended = match &mut pass {
        Ok(pass) => tokio::select! {
            // What is left of it is done after the lease, or by another node.
            () = app.shutdown().cancelled() => Err(Stop::Lost),
            ended = timeout(CALENDAR_PASS_WITHIN, pass.run()) => {
                ended.unwrap_or(Err(Stop::Failure(Failure::Unreachable)))
            }
        },
        Err(failure) => Err(Stop::Failure(*failure)),
    };
    // What was refused before the end is refused, whatever came after.
    let done = pass.map(|pass| pass.done().clone()).unwrap_or_default();
    let chance = u16::from_le_bytes(app.random::<2>());
    if ended.is_ok() && busy::is_due(connection, &done.mark, app.now()) {
        busy::refresh(app, tenant, connection, claim).await?;
    }
    let settled = match ended {
        Ok(()) => done_with(connection, &done, app.now(), chance),
        Err(Stop::Failure(failure)) => {
            Settled { refused: told(&done), ..failed(connection, failure, app.now(), chance) }
        }
        Err(Stop::Lost) => return tell(app, tenant, connection, &done).await,
        Err(Stop::Gone) => {
            // Whoever comes back connects it again: nobody's password is kept without them.
            let mut tx = app.db().tenant(&tenant.schema).await?;
            store::drop_of(&mut tx, connection.member).await?;
            return Ok(tx.commit().await?);
        }
        // It stays claimed until the lease is over, so that nothing is tried without end.
        Err(Stop::Error(error)) => {
            tell(app, tenant, connection, &done).await?;
            return Err(error);
        }
    };
    let mut tx = app.db().tenant(&tenant.schema).await?;
    store::settle(&mut tx, (connection.member, claim), connection.changes, &settled, app.now()).await?;
    Ok(tx.commit().await?)
}

/// Writes down what was refused by a pass that has the calendar no more.
async fn tell(app: &App, tenant: &Tenant, connection: &Connection, done: &Done) -> Result<()> {
    let Some((interview, code)) = told(done) else { return Ok(()) };
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let calendar = (connection.member, connection.url.as_str());
    store::tell(&mut tx, calendar, (interview, &code), app.now()).await?;
    Ok(tx.commit().await?)
}

fn told(done: &Done) -> Option<(RecordId, String)> {
    done.refused.map(|(interview, code)| (interview, code.slug().to_owned()))
}

fn done_with(connection: &Connection, done: &Done, now: Millis, chance: u16) -> Settled {
    let tries = if done.is_unsettled { connection.tries.saturating_add(1) } else { 0 };
    let is_whole = !done.is_more && !done.is_unsettled;
    Settled {
        mark: Some(done.mark.clone()),
        in_step_at: is_whole.then_some(now),
        problem: done.trouble.map(|failure| failure.code().slug().to_owned()).unwrap_or_default(),
        tries,
        refused: told(done),
        due_at: match done {
            // The others in it are looked at no less often because of one.
            Done { is_unsettled: true, .. } => {
                now + backoff::wait_ms(WAITS, tries, chance).min(CALENDAR_EVERY_MS)
            }
            Done { is_more: true, .. } => now,
            _ => now + CALENDAR_EVERY_MS,
        },
    }
}

fn failed(connection: &Connection, failure: Failure, now: Millis, chance: u16) -> Settled {
    let tries = connection.tries.saturating_add(1);
    let wait = match failure {
        Failure::SignIn => CALENDAR_SIGN_IN_WAIT_MS,
        _ => backoff::wait_ms(WAITS, tries, chance),
    };
    Settled {
        mark: None,
        in_step_at: None,
        problem: failure.code().slug().to_owned(),
        tries,
        refused: None,
        due_at: now + wait,
    }
}

/// When people are busy by their calendars around some times, as far as they show that.
///
/// # Errors
/// When the database cannot be read.
pub async fn busy(
    connection: &mut PgConnection,
    members: &[RecordId],
    times: &[Millis],
    minutes: i64,
) -> sqlx::Result<Vec<(RecordId, Planned)>> {
    let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) else { return Ok(Vec::new()) };
    let until = Planned { starts_at: *last, minutes }.ends_at();
    let rows = store::busy(connection, members, (*first, until)).await?;
    let planned = |row: &BusyRow| Planned {
        starts_at: row.starts_at,
        minutes: (row.ends_at - row.starts_at + MS_PER_MINUTE - 1) / MS_PER_MINUTE,
    };
    Ok(rows.iter().map(|row| (row.member, planned(row))).collect())
}

#[cfg(test)]
mod tests {
    use zumodra_shared::kernel::Code;

    use super::*;

    fn connection(tries: i32) -> Connection {
        Connection {
            member: RecordId::from_u128(1),
            url: String::new(),
            name: String::new(),
            login: String::new(),
            password: Vec::new(),
            mark: String::new(),
            in_step_at: None,
            problem: String::new(),
            tries,
            refused: String::new(),
            refused_interview: None,
            refused_at: None,
            changes: 0,
            shows_busy: true,
            busy_at: None,
            busy_problem: String::new(),
        }
    }

    #[test]
    fn a_calendar_that_cannot_be_reached_is_asked_less_and_less_often() {
        let due = |tries, failure| failed(&connection(tries), failure, 1_000, u16::MAX / 2);
        let first = due(0, Failure::Unreachable);
        assert_eq!((first.problem.as_str(), first.tries), ("calendar-unreachable", 1));
        assert!((first.due_at - 1_000 - CALENDAR_WAIT_MS).abs() < 100, "{first:?}");
        assert!(due(5, Failure::Unreachable).due_at > 10 * first.due_at);
        assert_eq!(due(0, Failure::SignIn).due_at, 1_000 + CALENDAR_SIGN_IN_WAIT_MS);
    }

    #[test]
    fn a_pass_is_followed_by_one_soon_only_when_something_is_left() {
        let of = |done: &Done| done_with(&connection(2), done, 1_000, u16::MAX / 2);
        let whole = Done { mark: "token 1".into(), ..Done::default() };
        let settled = of(&whole);
        assert_eq!((settled.in_step_at, settled.due_at), (Some(1_000), 1_000 + CALENDAR_EVERY_MS));
        assert_eq!((settled.tries, settled.mark.as_deref()), (0, Some("token 1")));
        let more = of(&Done { is_more: true, ..whole.clone() });
        assert_eq!((more.in_step_at, more.due_at), (None, 1_000));
        let unsettled = of(&Done { is_unsettled: true, is_more: true, ..whole.clone() });
        assert!(unsettled.in_step_at.is_none() && unsettled.due_at > 1_000 + CALENDAR_WAIT_MS);
        assert_eq!(unsettled.tries, 3);
        let broken = Done { is_unsettled: true, trouble: Some(Failure::Broken), ..whole.clone() };
        let settled = done_with(&connection(9), &broken, 1_000, u16::MAX / 2);
        assert_eq!((settled.problem.as_str(), settled.in_step_at), ("calendar-unreachable", None));
        assert!(settled.due_at <= 1_000 + CALENDAR_EVERY_MS, "{settled:?}");
        let refused = (RecordId::from_u128(7), Code::DoubleBooked);
        let told = of(&Done { refused: Some(refused), ..whole });
        assert_eq!(told.refused, Some((RecordId::from_u128(7), "double-booked".to_owned())));
    }
}
