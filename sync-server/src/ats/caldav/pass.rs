//! One pass over one calendar: what its person moved there is moved here, and what is there of ours is as it is here.
//!
//! What we wrote ourselves is known by its tag, and what it says by the time that we wrote: so a pass that finds its own
//! work does nothing, whatever node did it, and one that was broken off is gone on with. Every step is written down before
//! the next one; a step that was done and not written down is done again to the same end.

use std::collections::BTreeMap;
use std::sync::Arc;

use url::Url;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::Interview;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::{Edit, Entity as _};

use super::dav::{Condition, Dav, Depth, Kept, Seen, Wrote, name};
use super::read::{self, Slot};
use super::store::{self, Connection, EventRow};
use super::web::Failure;
use super::xml::{Element, Space};
use crate::accounts::directory;
use crate::app::App;
use crate::ats::calendar::event::{self, Occasion};
use crate::ats::calendar::feed;
use crate::error::Error;
use crate::limits::MAX_EVENTS_PER_PASS;
use crate::sync::writer::{self, ServerEdit};
use crate::tenants::Tenant;

const MS_PER_MINUTE: Millis = 60_000;
/// What is asked of a calendar to see whether anything changed in it.
const STANDS: &str = "<D:propfind xmlns:D=\"DAV:\" xmlns:S=\"http://calendarserver.org/ns/\"><D:prop><D:sync-token/>\
    <S:getctag/></D:prop></D:propfind>";
/// What stands before the two marks of a calendar, which are no use for each other's questions.
const TOKEN: &str = "token ";
const CTAG: &str = "ctag ";
/// Digits of a hash that are kept.
const HASH_DIGITS: usize = 32;

/// Why a pass ended before its end.
#[derive(Debug)]
pub enum Stop {
    /// The calendar cannot be used now.
    Failure(Failure),
    /// Somebody else has the calendar, or it is connected no more.
    Lost,
    /// The person is in the workspace no more.
    Gone,
    /// Something of ours failed.
    Error(Error),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Error(error.into())
    }
}

/// What a pass came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// Where the calendar stood when it began.
    pub mark: String,
    /// A move that was not taken, and why.
    pub refused: Option<(RecordId, Code)>,
    /// Whether there was too much for one pass.
    pub is_more: bool,
    /// Whether something was changed there while it was to be written: it is looked at again, a little later.
    pub is_unsettled: bool,
}

/// A pass.
#[derive(Debug)]
pub struct Pass<'a> {
    app: &'a App,
    tenant: &'a Arc<Tenant>,
    connection: &'a Connection,
    claim: RecordId,
    dav: Dav<'a>,
    calendar: Url,
    /// What is there of ours, by interview.
    rows: BTreeMap<RecordId, EventRow>,
    done: Done,
}

impl<'a> Pass<'a> {
    /// A pass over a calendar that was claimed for it.
    ///
    /// # Errors
    /// When its address may not be asked any more, or its password cannot be read.
    pub fn new(
        app: &'a App,
        tenant: &'a Arc<Tenant>,
        (connection, claim): (&'a Connection, RecordId),
    ) -> Result<Self, Failure> {
        let (dav, calendar) = super::connection::open(app, tenant, connection)?;
        let (rows, done) = (BTreeMap::new(), Done::default());
        Ok(Self { app, tenant, connection, claim, dav, calendar, rows, done })
    }

    /// What it came to so far.
    #[must_use]
    pub const fn done(&self) -> &Done {
        &self.done
    }

    /// Does all of it.
    ///
    /// # Errors
    /// Why it ended before.
    pub async fn run(&mut self) -> Result<(), Stop> {
        let mut tx = self.app.db().tenant(&self.tenant.schema).await?;
        let rows = store::events(&mut tx, self.connection.member).await?;
        tx.commit().await?;
        self.rows = rows.into_iter().map(|row| (row.interview, row)).collect();
        let member = self.connection.member;
        let people = directory::active(self.app, self.tenant.id, &[member]).await?;
        let language = people.first().map(|person| person.language.clone()).ok_or(Stop::Gone)?;
        self.pull().await?;
        self.push(&language).await
    }

    /// Takes what changed in the calendar.
    async fn pull(&mut self) -> Result<(), Stop> {
        let before = self.connection.mark.clone();
        self.done.mark = self.stands().await?;
        if !before.is_empty() && self.done.mark == before {
            return Ok(());
        }
        let told = match before.strip_prefix(TOKEN) {
            Some(token) => self.dav.changes(&self.calendar, token).await?,
            None => None,
        };
        let seen = match told {
            Some((seen, token)) => {
                self.done.mark = format!("{TOKEN}{token}");
                seen
            }
            None => self.ask_for_ours().await?,
        };
        let ours: Vec<EventRow> = self.rows.values().filter(|row| !row.left_out).cloned().collect();
        for row in ours {
            match seen.get(&name(&row.href)) {
                Some(Some(etag)) if *etag == row.etag && !etag.is_empty() => {}
                Some(Some(etag)) => match self.dav.read(&self.address(&row.href)?).await? {
                    Some(kept) if kept.etag.is_empty() => {
                        self.take(row, &Kept { etag: etag.clone(), ..kept }).await?;
                    }
                    Some(kept) => self.take(row, &kept).await?,
                    None => self.leave_out(row).await?,
                },
                Some(None) => self.leave_out(row).await?,
                None => {}
            }
        }
        Ok(())
    }

    /// Where the calendar stands; empty when it does not say.
    async fn stands(&self) -> Result<String, Stop> {
        let (_, answer) = self.dav.properties(&self.calendar, Depth::Itself, STANDS).await?;
        let found = answer.found.first().filter(|found| !found.is_gone()).ok_or(Failure::NotFound)?;
        let text = |element: &Element| element.text.trim().to_owned();
        let told = |space, name| found.property(space, name).map(text).filter(|text| !text.is_empty());
        Ok(match (told(Space::Dav, "sync-token"), told(Space::CalendarServer, "getctag")) {
            (Some(token), _) => format!("{TOKEN}{token}"),
            (None, Some(ctag)) => format!("{CTAG}{ctag}"),
            (None, None) => String::new(),
        })
    }

    async fn ask_for_ours(&self) -> Result<Seen, Stop> {
        let ours = self.rows.values().filter(|row| !row.left_out);
        let paths = ours.map(|row| Ok(self.address(&row.href)?.path().to_owned()));
        let paths = paths.collect::<Result<Vec<String>, Stop>>()?;
        Ok(self.dav.tags(&self.calendar, &paths).await?)
    }

    fn address(&self, href: &str) -> Result<Url, Stop> {
        Ok(self.dav.address(&self.calendar, href)?)
    }

    /// Its person took an event out. That calls nothing off: it is left out until there is something new of it.
    async fn leave_out(&mut self, row: EventRow) -> Result<(), Stop> {
        self.keep(EventRow { left_out: true, etag: String::new(), ..row }).await
    }

    /// Takes an event that is not as we left it.
    async fn take(&mut self, row: EventRow, kept: &Kept) -> Result<(), Stop> {
        let found = read::slot(&kept.text, &event::uid(self.tenant.id, row.interview));
        let row = EventRow { etag: kept.etag.clone(), ..row };
        match found {
            // An alarm, a colour, a note of one's own: it stays until we have something to write.
            Some(slot) if slot == row.slot() => self.keep(row).await,
            Some(slot) => self.moved(row, slot).await,
            None => self.put_back(row, Code::CalendarTime).await,
        }
    }

    /// Moves an interview to where its event is.
    async fn moved(&mut self, row: EventRow, slot: Slot) -> Result<(), Stop> {
        let mut tx = self.app.db().tenant(&self.tenant.schema).await?;
        let interview = store::interviews(&mut tx, &[row.interview]).await?.pop();
        let who = directory::principal(self.app, &mut tx, self.tenant.id, self.connection.member).await?;
        tx.commit().await?;
        let who = who.ok_or(Stop::Gone)?;
        let moved = EventRow { starts_at: slot.starts_at, minutes: slot.minutes, ..row.clone() };
        match interview
            .map(|(_, interview)| interview)
            .filter(|interview| is_held(interview, self.connection.member))
        {
            // What is off, or goes on without its person, is taken out below.
            None => self.keep(row).await,
            Some(interview) if !interview.status.is_open() => self.put_back(row, Code::WrongState).await,
            // It was moved here before, and that was not written down.
            Some(interview) if slot_of(&interview) == slot => self.write_again(moved).await,
            Some(interview) if slot_of(&interview) != row.slot() => {
                self.put_back(row, Code::CalendarMovedTwice).await
            }
            Some(_) => match self.edit(row.interview, slot, who).await {
                Ok(()) => self.write_again(moved).await,
                Err(error) => match error.code() {
                    Code::Unavailable | Code::Internal => Err(error.into()),
                    code => self.put_back(row, code).await,
                },
            },
        }
    }

    async fn edit(&self, id: RecordId, slot: Slot, principal: Principal) -> crate::error::Result<()> {
        let edits = vec![Edit::set("starts_at", slot.starts_at), Edit::set("minutes", slot.minutes)];
        let edit = ServerEdit { def: &Interview::DEF, id, edits, create: false, principal };
        writer::edit(self.app, self.tenant, vec![edit], None).await
    }

    /// Has an event written as it was, because its move is not taken, and notes why.
    async fn put_back(&mut self, row: EventRow, code: Code) -> Result<(), Stop> {
        self.done.refused = Some((row.interview, code));
        self.write_again(row).await
    }

    async fn write_again(&mut self, row: EventRow) -> Result<(), Stop> {
        self.keep(EventRow { content_hash: String::new(), ..row }).await
    }

    /// Brings what is in the calendar to what there is.
    async fn push(&mut self, language: &str) -> Result<(), Stop> {
        let member = self.connection.member;
        let mut tx = self.app.db().tenant(&self.tenant.schema).await?;
        let wanted = feed::occasions(&mut tx, member, language, self.app.now()).await?;
        tx.commit().await?;
        let new: Vec<&Occasion> = wanted.iter().filter(|occasion| self.is_news(occasion)).collect();
        for occasion in new.iter().take(MAX_EVENTS_PER_PASS) {
            self.write(occasion).await?;
        }
        let over = self.over(&wanted).await?;
        for row in over.iter().take(MAX_EVENTS_PER_PASS) {
            self.take_out(row).await?;
        }
        self.done.is_more |= new.len() > MAX_EVENTS_PER_PASS || over.len() > MAX_EVENTS_PER_PASS;
        Ok(())
    }

    fn is_news(&self, occasion: &Occasion) -> bool {
        let row = self.rows.get(&occasion.id);
        row.is_none_or(|row| Some(&row.content_hash) != hash(self.tenant.id, occasion).as_ref())
    }

    /// What is there and is not to be: what is off, and what its person is not in any more. What is only over stays.
    async fn over(&self, wanted: &[Occasion]) -> Result<Vec<EventRow>, Stop> {
        let is_wanted = |row: &EventRow| wanted.iter().any(|occasion| occasion.id == row.interview);
        let mut over: Vec<EventRow> = self.rows.values().filter(|row| !is_wanted(row)).cloned().collect();
        let ids: Vec<RecordId> = over.iter().map(|row| row.interview).collect();
        let mut tx = self.app.db().tenant(&self.tenant.schema).await?;
        let there = store::interviews(&mut tx, &ids).await?;
        tx.commit().await?;
        let is_held = |row: &EventRow| {
            there.iter().any(|(id, found)| *id == row.interview && is_held(found, self.connection.member))
        };
        over.retain(|row| !is_held(row));
        Ok(over)
    }

    async fn write(&mut self, occasion: &Occasion) -> Result<(), Stop> {
        // What is in no calendar's years is in no calendar.
        let Some(text) = event::kept(self.tenant.id, occasion) else { return Ok(()) };
        let before = self.rows.get(&occasion.id).filter(|row| !row.left_out).cloned();
        let href = match self.rows.get(&occasion.id) {
            Some(row) => self.address(&row.href)?,
            None => self.address(&format!("{}.ics", occasion.id))?,
        };
        let wrote = match &before {
            // The server told no tag: what is there has to be looked at.
            Some(row) if row.etag.is_empty() => Wrote::Otherwise,
            Some(row) => self.dav.write(&href, Condition::Is(&row.etag), &text).await?,
            None => self.dav.write(&href, Condition::Absent, &text).await?,
        };
        let (href, wrote) = match wrote {
            Wrote::Otherwise => self.write_over(occasion, href, &text, before.as_ref()).await?,
            wrote => (href, wrote),
        };
        let slot = Slot {
            starts_at: occasion.start,
            minutes: occasion.end.saturating_sub(occasion.start).div_euclid(MS_PER_MINUTE),
        };
        let (etag, left_out) = match wrote {
            Wrote::Done(etag) => (etag, false),
            // Not while the next pass has to see what is there.
            Wrote::Otherwise => {
                self.done.is_unsettled = true;
                return Ok(());
            }
            Wrote::Refused => {
                tracing::info!(interview = %occasion.id, "a calendar takes no such event");
                (String::new(), true)
            }
        };
        self.keep(EventRow {
            interview: occasion.id,
            href: href.to_string(),
            etag,
            starts_at: slot.starts_at,
            minutes: slot.minutes,
            content_hash: hash(self.tenant.id, occasion).unwrap_or_default(),
            left_out,
        })
        .await
    }

    /// What is there is not what we thought. Our own, of a pass that was broken off, is written over; so is the invitation
    /// that somebody took into the same calendar. What its person moved meanwhile is for the next pass.
    async fn write_over(
        &self,
        occasion: &Occasion,
        href: Url,
        text: &str,
        before: Option<&EventRow>,
    ) -> Result<(Url, Wrote), Stop> {
        let uid = event::uid(self.tenant.id, occasion.id);
        let (href, kept) = match self.dav.read(&href).await? {
            Some(kept) => (href, kept),
            None if before.is_some() => return Ok((href, Wrote::Otherwise)),
            None => {
                let Some(other) = self.dav.find(&self.calendar, &uid).await? else {
                    return Ok((href, Wrote::Refused));
                };
                match self.dav.read(&other).await? {
                    Some(kept) => (other, kept),
                    None => return Ok((other, Wrote::Otherwise)),
                }
            }
        };
        if before.is_some_and(|row| read::slot(&kept.text, &uid) != Some(row.slot())) {
            return Ok((href, Wrote::Otherwise));
        }
        let condition = if kept.etag.is_empty() { Condition::Whatever } else { Condition::Is(&kept.etag) };
        let wrote = match self.dav.write(&href, condition, text).await {
            // An invitation that only who invites may change is left as it is.
            Err(Failure::Forbidden) if before.is_none() => Wrote::Refused,
            wrote => wrote?,
        };
        Ok((href, wrote))
    }

    async fn take_out(&mut self, row: &EventRow) -> Result<(), Stop> {
        if !row.left_out {
            self.dav.remove(&self.address(&row.href)?).await?;
        }
        let mut tx = self.held().await?;
        store::forget(&mut tx, self.connection.member, row.interview).await?;
        tx.commit().await?;
        self.rows.remove(&row.interview);
        Ok(())
    }

    /// Writes down how an event is, if the calendar is ours still.
    async fn keep(&mut self, row: EventRow) -> Result<(), Stop> {
        let mut tx = self.held().await?;
        store::put(&mut tx, self.connection.member, &row).await?;
        tx.commit().await?;
        self.rows.insert(row.interview, row);
        Ok(())
    }

    async fn held(&self) -> Result<crate::db::TenantTx, Stop> {
        let mut tx = self.app.db().tenant(&self.tenant.schema).await?;
        let holds = store::holds(&mut tx, self.connection.member, self.claim).await?;
        if holds { Ok(tx) } else { Err(Stop::Lost) }
    }
}

/// Whether an interview is one that calendars show to a member.
fn is_held(interview: &Interview, member: RecordId) -> bool {
    use zumodra_shared::ats::InterviewStatus::{Cancelled, Proposed};
    let takes_place = !matches!(interview.status, Cancelled | Proposed);
    takes_place && interview.interviewer_ids.ids.contains(&member)
}

const fn slot_of(interview: &Interview) -> Slot {
    Slot { starts_at: interview.starts_at.0, minutes: interview.minutes }
}

/// The hash of what a calendar shows. When it was last changed is not in it: what is in no calendar is changed as well.
fn hash(tenant_id: RecordId, occasion: &Occasion) -> Option<String> {
    let text = event::kept(tenant_id, &Occasion { stamp: 0, ..occasion.clone() })?;
    Some(blake3::hash(text.as_bytes()).to_hex()[..HASH_DIGITS].to_owned())
}

#[cfg(test)]
mod tests {
    use zumodra_shared::ats::InterviewStatus;

    use super::*;

    #[test]
    fn only_what_a_calendar_shows_is_written_again() {
        let tenant = RecordId::from_u128(9);
        let occasion = Occasion {
            id: RecordId::from_u128(7),
            sequence: 1,
            stamp: 1_795_348_800_000,
            start: 1_795_348_800_000,
            end: 1_795_351_500_000,
            summary: "Interview".into(),
            description: "With Grace".into(),
            place: "Room 1".into(),
            url: String::new(),
            organizer: None,
            attendees: Vec::new(),
        };
        let same = Occasion { stamp: 1_795_348_900_000, ..occasion.clone() };
        assert_eq!(hash(tenant, &occasion), hash(tenant, &same));
        for other in [
            Occasion { sequence: 2, ..occasion.clone() },
            Occasion { start: occasion.start + 60_000, ..occasion.clone() },
            Occasion { place: "Room 2".into(), ..occasion.clone() },
        ] {
            assert_ne!(hash(tenant, &occasion), hash(tenant, &other), "{other:?}");
        }
        let never = Occasion { start: i64::MAX, ..occasion };
        assert_eq!(hash(tenant, &never), None);
    }

    #[test]
    fn what_is_off_or_without_its_person_is_not_held() {
        let bob = RecordId::from_u128(1);
        let interview = |status, ids: &[RecordId]| {
            let mut interview = Interview { status, ..Interview::default() };
            interview.interviewer_ids.ids.extend(ids.iter().copied());
            interview
        };
        use InterviewStatus::{Cancelled, Completed, Confirmed, NoShow, Proposed, Scheduled};
        for status in [Scheduled, Confirmed, Completed, NoShow] {
            assert!(is_held(&interview(status, &[bob]), bob));
            assert!(!is_held(&interview(status, &[RecordId::from_u128(2)]), bob));
        }
        for status in [Cancelled, Proposed] {
            assert!(!is_held(&interview(status, &[bob]), bob));
        }
    }
}
