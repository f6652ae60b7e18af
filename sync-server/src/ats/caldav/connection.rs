//! The calendar that somebody keeps elsewhere: connected, shown, compared at once, taken away.

use std::sync::Arc;

use serde::Deserialize;
use tokio::time::timeout;
use url::Url;
use zumodra_shared::access::{Action, Reach, reach};
use zumodra_shared::ats::Interview;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::Entity as _;

use super::dav::Dav;
use super::discover::{self, Calendar};
use super::read;
use super::store::{self, BusyRow, Connection, EventRow};
use super::web::{Failure, Login};
use crate::app::App;
use crate::ats::calendar::event;
use crate::check::Check;
use crate::error::Result;
use crate::http::extract::Actor;
use crate::limits::{CALENDAR_ASKED_WITHIN, CALENDAR_WAIT_MS, MAX_BUSY_MEMBERS, MAX_CALENDAR_TEXT_CHARS};
use crate::tenants::Tenant;

/// What passwords are sealed for.
const PURPOSE: &str = "password of a calendar";

/// What somebody typed.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The address of a calendar, of a person's calendars, or of their server.
    url: String,
    /// Who signs in there.
    login: String,
    /// The password, which most servers want to be one for this alone.
    password: String,
    /// Which of several calendars; empty to be asked.
    calendar: String,
    /// Whether those who plan are told when its person is busy.
    shows_busy: bool,
}

impl Typed {
    fn checked(&self) -> Result<()> {
        let mut check = Check::new();
        let fields = [("url", &self.url), ("login", &self.login), ("password", &self.password)];
        for (field, text) in fields.into_iter().chain([("calendar", &self.calendar)]) {
            if text.chars().count() > MAX_CALENDAR_TEXT_CHARS {
                check.wrong(field, "This is too long.");
            } else if text.trim().is_empty() && field != "calendar" {
                check.wrong(field, "This is needed.");
            }
        }
        check.done()
    }
}

fn refused(failure: Failure) -> Problem {
    Problem::new(failure.code())
}

/// The row that a password stands in.
fn row(tenant_id: RecordId, member: RecordId) -> String {
    format!("{tenant_id}/{member}")
}

/// Who asks in the name of somebody, and the calendar.
///
/// # Errors
/// [`Failure::SignIn`] when the password cannot be read: the installation has another key. [`Failure::Address`].
pub fn open<'a>(app: &'a App, tenant: &Tenant, connection: &Connection) -> Result<(Dav<'a>, Url), Failure> {
    let row = row(tenant.id, connection.member);
    let password = app.keys().unseal(PURPOSE, &row, &connection.password).ok_or(Failure::SignIn)?;
    let web = app.calendars().web();
    let calendar = web.address(&connection.url)?;
    Ok((Dav::new(web, Login { name: connection.login.clone(), password }), calendar))
}

/// Somebody's calendar.
///
/// # Errors
/// When the database cannot be read.
pub async fn state(app: &App, actor: &Actor) -> Result<Option<Connection>> {
    let mut tx = app.db().tenant(&actor.tenant().schema).await?;
    let found = store::of(&mut tx, actor.user_id).await?;
    tx.commit().await?;
    Ok(found)
}

/// Connects a calendar, or says which there are when it is one of several.
///
/// # Errors
/// Why it cannot be used, before anything is kept.
pub async fn connect(app: &App, actor: &Actor, typed: &Typed) -> Result<Vec<Calendar>> {
    typed.checked()?;
    let web = app.calendars().web();
    // People type what stands in a letter of their provider.
    let url =
        if typed.url.contains("://") { typed.url.clone() } else { format!("https://{}", typed.url.trim()) };
    let login = Login { name: typed.login.trim().to_owned(), password: typed.password.clone() };
    let dav = Dav::new(web, login.clone());
    let look = async { discover::calendars(&dav, &web.address(&url)?).await };
    let mut found =
        timeout(CALENDAR_ASKED_WITHIN, look).await.unwrap_or(Err(Failure::Unreachable)).map_err(refused)?;
    if !typed.calendar.trim().is_empty() {
        found.retain(|calendar| calendar.url.as_str() == typed.calendar.trim());
    }
    let calendar = match found.as_slice() {
        [] => return Err(refused(Failure::NotFound).into()),
        [only] => only,
        _ => return Ok(found),
    };
    let nonce = app.random();
    let password = app.keys().seal(PURPOSE, &row(actor.tenant_id, actor.user_id), &login.password, nonce);
    let name: String = calendar.name.chars().take(MAX_CALENDAR_TEXT_CHARS).collect();
    let mut tx = app.db().tenant(&actor.tenant().schema).await?;
    let kept = (calendar.url.as_str(), name.as_str(), login.name.as_str(), password.as_slice());
    let left = store::leave(&mut tx, actor.user_id, Some(calendar.url.as_str())).await?;
    // What is left may be this one by another name, so nothing is written before it is empty, if that is soon.
    let wait = if left.is_some() { CALENDAR_WAIT_MS } else { 0 };
    store::connect(&mut tx, actor.user_id, kept, typed.shows_busy, app.now() + wait).await?;
    tx.commit().await?;
    if let Some((connection, events)) = left {
        take_out_ahead(app, actor, &connection, &events).await;
        let mut tx = app.db().tenant(&actor.tenant().schema).await?;
        store::hurry(&mut tx, actor.user_id, app.now()).await?;
        tx.commit().await?;
    }
    app.calendars().ring(actor.tenant_id);
    Ok(Vec::new())
}

/// Takes somebody's calendar away, with what is ahead in it of ours.
///
/// # Errors
/// When the database cannot be written.
pub async fn disconnect(app: &App, actor: &Actor) -> Result<()> {
    let mut tx = app.db().tenant(&actor.tenant().schema).await?;
    let left = store::leave(&mut tx, actor.user_id, None).await?;
    tx.commit().await?;
    // Now that no pass has it any more, nothing that is taken out is written again.
    if let Some((connection, events)) = left {
        take_out_ahead(app, actor, &connection, &events).await;
    }
    Ok(())
}

/// Takes out of a calendar that was left what is to come: nobody would keep it right there. As far as its server lets it;
/// whoever leaves because it is gone is let go.
async fn take_out_ahead(app: &App, actor: &Actor, connection: &Connection, events: &[EventRow]) {
    let Ok((dav, calendar)) = open(app, actor.tenant(), connection) else { return };
    let now: Millis = app.now();
    let taking = async {
        let mut is_empty = true;
        for row in events.iter().filter(|row| row.may_be_after(now)) {
            let uid = event::uid(actor.tenant_id, row.interview);
            match take_out(&dav, &dav.address(&calendar, &row.href)?, row, &uid).await {
                Ok(is_out) => is_empty &= is_out,
                Err(failure) if failure.is_of_one_event() => is_empty = false,
                Err(failure) => return Err(failure),
            }
        }
        Ok::<bool, Failure>(is_empty)
    };
    if !matches!(timeout(CALENDAR_ASKED_WITHIN, taking).await, Ok(Ok(true))) {
        tracing::info!(member = %actor.user_id, "some events stay in a calendar that was left");
    }
}

/// Takes an event out, and says whether it is. What is not as we know it is read first, and stays if it is another one.
async fn take_out(dav: &Dav<'_>, at: &Url, row: &EventRow, uid: &str) -> Result<bool, Failure> {
    let is_known = !row.etag.is_empty() && row.begun().is_none();
    if is_known && dav.remove(at, &row.etag).await? {
        return Ok(true);
    }
    match dav.read(at).await? {
        None => Ok(true),
        Some(kept) if read::is_of(&kept.text, uid) == Some(true) => dav.remove(at, &kept.etag).await,
        Some(_) => Ok(false),
    }
}

/// Compares somebody's calendar now, and waits for that as long as people wait.
///
/// # Errors
/// [`Code::NotFound`] for who has none.
pub async fn compare(app: &App, actor: &Actor) -> Result<()> {
    let mut tx = app.db().tenant(&actor.tenant().schema).await?;
    let hurried = store::hurry(&mut tx, actor.user_id, app.now()).await?;
    tx.commit().await?;
    if !hurried {
        return Err(Code::NotFound.into());
    }
    let (doing, tenant, member) = (app.clone(), Arc::clone(actor.tenant()), actor.user_id);
    // What was begun is done, whoever waits.
    let pass = app.tasks().spawn(async move { super::next_of(&doing, &tenant, member).await });
    let done = timeout(CALENDAR_ASKED_WITHIN, pass).await;
    // What changed meanwhile is for the next pass, whoever does it.
    app.calendars().ring(actor.tenant_id);
    match done {
        Ok(Ok(Err(error))) => Err(error),
        _ => Ok(()),
    }
}

/// Has those who plan told from now on when somebody is busy by their calendar, or not told any more.
///
/// # Errors
/// [`Code::NotFound`] for who has none.
pub async fn show_busy(app: &App, actor: &Actor, shows: bool) -> Result<()> {
    let mut tx = app.db().tenant(&actor.tenant().schema).await?;
    let is_there = store::show_busy(&mut tx, actor.user_id, shows, app.now()).await?;
    tx.commit().await?;
    if !is_there {
        return Err(Code::NotFound.into());
    }
    app.calendars().ring(actor.tenant_id);
    Ok(())
}

/// Whose busy times are asked for, and between which instants.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// The members' ids, with commas between them.
    members: String,
    /// From when, in milliseconds.
    from: Millis,
    /// Until before when, in milliseconds.
    until: Millis,
}

impl Wanted {
    fn members(&self) -> Result<Vec<RecordId>> {
        let mut check = Check::new();
        let words: Vec<&str> =
            self.members.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
        let members: Vec<RecordId> = words.iter().filter_map(|word| word.parse().ok()).collect();
        if members.len() != words.len() {
            check.wrong("members", "These are no ids with commas between them.");
        } else if members.len() > MAX_BUSY_MEMBERS {
            check.wrong("members", &format!("Ask for {MAX_BUSY_MEMBERS} people at most."));
        }
        if self.until <= self.from {
            check.wrong("until", "This is not after the beginning.");
        }
        check.done()?;
        Ok(members)
    }
}

/// When people are busy by the calendars that they connected and show, for those who may plan with them.
///
/// # Errors
/// [`Code::Forbidden`] for who plans no interviews; [`Code::InvalidFields`].
pub async fn busy(app: &App, actor: &Actor, wanted: &Wanted) -> Result<Vec<BusyRow>> {
    if reach(actor.role, Interview::DEF.name, Action::Create) == Reach::None {
        return Err(Code::Forbidden.into());
    }
    let members = wanted.members()?;
    let mut tx = app.db().tenant(&actor.tenant().schema).await?;
    let found = store::busy(&mut tx, &members, (wanted.from, wanted.until)).await?;
    tx.commit().await?;
    Ok(found)
}
