//! One pass over one calendar: what its person moved there is moved here, and what is there of ours is as it is here.
//!
//! What we wrote ourselves is known by its tag, and what it says by the time that we wrote: so a pass that finds its own
//! work does nothing, whatever node did it, and one that was broken off is gone on with. Every step is written down before
//! the next one; a step that was done and not written down is done again to the same end. What is about to be written is
//! written down as well: if no answer comes, it is ours still when it is found.

use std::collections::{BTreeMap, BTreeSet};
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
use crate::limits::{FEED_BACK_MS, MAX_EVENTS_PER_PASS};
use crate::sync::writer::{self, ServerEdit};
use crate::tenants::Tenant;

const MS_PER_MINUTE: Millis = 60_000;
/// What is asked of a calendar to see whether anything changed in it.
const STANDS: &str = "<D:propfind xmlns:D=\"DAV:\" xmlns:S=\"http://calendarserver.org/ns/\"><D:prop><D:sync-token/>\
    <S:getctag/></D:prop></D:propfind>";
/// What stands before the two marks of a calendar, which are no use for each other's questions.
const TOKEN: &str = "token ";
const CTAG: &str = "ctag ";
/// Events one after the other with which the server fails, until it is taken for failing at all of them.
const MAX_FAILING: usize = 3;
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
    /// What its server failed with at one event, and at none after it.
    pub trouble: Option<Failure>,
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
    /// At how many events, one after the other, the server failed.
    failing: usize,
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
        Ok(Self { app, tenant, connection, claim, dav, calendar, rows, failing: 0, done })
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
        let seen = self.seen(&before).await?;
        let ours: Vec<EventRow> = self.rows.values().cloned().collect();
        for row in ours {
            let came = self.see(row, &seen).await;
            if !self.goes_on(came)? {
                // What could not be read has to be told again.
                self.done.mark.clone_from(&before);
            }
        }
        Ok(())
    }

    /// What may have changed in the calendar since it stood so.
    async fn seen(&mut self, before: &str) -> Result<Seen, Stop> {
        if !before.is_empty() && self.done.mark == before {
            return Ok(Seen::new());
        }
        let told = match before.strip_prefix(TOKEN) {
            Some(token) => self.dav.changes(&self.calendar, token).await?,
            None => None,
        };
        let Some((seen, token)) = told else { return self.ask_for_ours().await };
        self.done.mark = format!("{TOKEN}{token}");
        Ok(seen)
    }

    /// Takes what was seen of one event.
    async fn see(&mut self, row: EventRow, seen: &Seen) -> Result<(), Stop> {
        match seen.get(&name(&row.href)) {
            Some(Some(etag)) if *etag != row.etag || etag.is_empty() => {
                let kept = self.dav.read(&self.address(&row.href)?).await?;
                self.went_well();
                match kept {
                    Some(kept) if kept.etag.is_empty() => {
                        self.take(row, &Kept { etag: etag.clone(), ..kept }).await
                    }
                    Some(kept) => self.take(row, &kept).await,
                    None => self.leave_out(row, String::new()).await,
                }
            }
            Some(None) => self.leave_out(row, String::new()).await,
            // It is as it was: what was begun did not arrive.
            Some(Some(_)) | None if row.begun().is_some() => self.keep(row.known()).await,
            Some(Some(_)) | None => Ok(()),
        }
    }

    /// Goes on after what was said of one event, if it may be of that one alone. Says whether it went well.
    fn goes_on(&mut self, came: Result<(), Stop>) -> Result<bool, Stop> {
        match came {
            Err(Stop::Failure(failure)) if failure.is_of_one_event() => {
                self.failing += 1;
                self.done.is_unsettled = true;
                self.done.trouble = Some(failure);
                if self.failing < MAX_FAILING { Ok(false) } else { Err(Stop::Failure(failure)) }
            }
            came => came.map(|()| true),
        }
    }

    fn went_well(&mut self) {
        self.failing = 0;
        self.done.trouble = None;
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
        let paths = self.rows.values().map(|row| Ok(self.address(&row.href)?.path().to_owned()));
        let paths = paths.collect::<Result<Vec<String>, Stop>>()?;
        Ok(self.dav.tags(&self.calendar, &paths).await?)
    }

    fn address(&self, href: &str) -> Result<Url, Stop> {
        Ok(self.dav.address(&self.calendar, href)?)
    }

    /// Its person took an event out. That calls nothing off: it is left out until there is something new of it.
    /// The tag is that of another event in its place, which is not read again while it is the same.
    async fn leave_out(&mut self, row: EventRow, etag: String) -> Result<(), Stop> {
        if row.left_out && row.etag == etag && row.begun().is_none() {
            return Ok(());
        }
        self.keep(EventRow { left_out: true, etag, ..row.known() }).await
    }

    /// Takes an event that is not as we left it, or is back.
    async fn take(&mut self, row: EventRow, kept: &Kept) -> Result<(), Stop> {
        let uid = event::uid(self.tenant.id, row.interview);
        let is_ours = if kept.text.is_empty() { None } else { read::is_of(&kept.text, &uid) };
        // Another event is in its place: that one is not touched.
        if is_ours == Some(false) || (is_ours.is_none() && row.left_out) {
            return self.leave_out(row, kept.etag.clone()).await;
        }
        let (found, begun) = (read::slot(&kept.text, &uid), row.begun());
        let row = EventRow { etag: kept.etag.clone(), left_out: false, ..row.known() };
        match found {
            // We wrote it, and heard no answer. It may be old by now.
            Some(slot) if begun == Some(slot) => self.write_again(at(row, slot)).await,
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
        let moved = at(row.clone(), slot);
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
            Some(_) => match self.edit(&row, slot, who).await {
                Ok(()) => self.write_again(moved).await,
                Err(error) => match error.code() {
                    Code::Unavailable | Code::Internal => Err(error.into()),
                    code => self.put_back(row, code).await,
                },
            },
        }
    }

    /// Sets what differs: a begin that is not on a second stays when only the length is changed.
    async fn edit(&self, row: &EventRow, slot: Slot, principal: Principal) -> crate::error::Result<()> {
        let mut edits = Vec::new();
        if slot.starts_at != row.starts_at {
            edits.push(Edit::set("starts_at", slot.starts_at));
        }
        if slot.minutes != row.minutes {
            edits.push(Edit::set("minutes", slot.minutes));
        }
        let edit = ServerEdit { def: &Interview::DEF, id: row.interview, edits, create: false, principal };
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
            let came = self.write(occasion).await;
            self.goes_on(came)?;
        }
        self.forget_long_over(&wanted).await?;
        let over = self.over(&wanted).await?;
        for row in over.iter().take(MAX_EVENTS_PER_PASS) {
            let came = self.take_out(row).await;
            self.goes_on(came)?;
        }
        self.done.is_more |= new.len() > MAX_EVENTS_PER_PASS || over.len() > MAX_EVENTS_PER_PASS;
        Ok(())
    }

    fn is_news(&self, occasion: &Occasion) -> bool {
        let row = self.rows.get(&occasion.id);
        row.is_none_or(|row| Some(&row.content_hash) != hash(self.tenant.id, occasion).as_ref())
    }

    /// What is shown no more, as it is.
    fn unwanted(&self, wanted: &[Occasion]) -> Vec<EventRow> {
        let wanted: BTreeSet<RecordId> = wanted.iter().map(|occasion| occasion.id).collect();
        self.rows.values().filter(|row| !wanted.contains(&row.interview)).cloned().collect()
    }

    /// Forgets what is over for so long that nobody is shown it any more. It stays in the calendar.
    async fn forget_long_over(&mut self, wanted: &[Occasion]) -> Result<(), Stop> {
        let since = self.app.now() - FEED_BACK_MS;
        let long_over =
            |row: &EventRow| row.starts_at < since && row.begun_starts_at.is_none_or(|at| at < since);
        let ids: Vec<RecordId> =
            self.unwanted(wanted).iter().filter(|row| long_over(row)).map(|row| row.interview).collect();
        if ids.is_empty() { Ok(()) } else { self.forget(&ids).await }
    }

    /// What is there and is not to be: what is off, and what its person is not in any more. What is only over stays.
    async fn over(&self, wanted: &[Occasion]) -> Result<Vec<EventRow>, Stop> {
        let mut over = self.unwanted(wanted);
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
        let minutes = occasion.end.saturating_sub(occasion.start).div_euclid(MS_PER_MINUTE);
        let slot = Slot::told(occasion.start, minutes);
        let begun = self.begin(occasion.id, slot).await?;
        let before = (!begun.left_out).then_some(&begun);
        let href = self.address(&begun.href)?;
        let wrote = match &before {
            // The server told no tag: what is there has to be looked at.
            Some(row) if row.etag.is_empty() => Wrote::Otherwise,
            Some(row) => self.dav.write(&href, Condition::Is(&row.etag), &text).await?,
            None => self.dav.write(&href, Condition::Absent, &text).await?,
        };
        let (href, wrote) = match wrote {
            Wrote::Otherwise => self.write_over(occasion, href, &text, before).await?,
            wrote => (href, wrote),
        };
        self.went_well();
        let content_hash = hash(self.tenant.id, occasion).unwrap_or_default();
        let row = match wrote {
            Wrote::Done(etag) => {
                let row = EventRow { href: href.to_string(), etag, left_out: false, ..begun };
                EventRow { content_hash, ..at(row, slot) }
            }
            // The next pass has to see what is there.
            Wrote::Otherwise => {
                self.done.is_unsettled = true;
                begun
            }
            // What was there is there still, at the time that it had.
            Wrote::Refused => {
                tracing::info!(interview = %occasion.id, "a calendar takes no such event");
                EventRow { content_hash, ..begun }
            }
        };
        self.keep(row.known()).await
    }

    /// Writes down when an event is going to be there, before it is written and only while the calendar is ours. A new one
    /// is left out until its answer comes, or until it is seen.
    async fn begin(&mut self, interview: RecordId, slot: Slot) -> Result<EventRow, Stop> {
        let row = match self.rows.get(&interview) {
            Some(row) => row.clone(),
            None => EventRow {
                interview,
                href: self.address(&format!("{interview}.ics"))?.to_string(),
                etag: String::new(),
                starts_at: slot.starts_at,
                minutes: slot.minutes,
                content_hash: String::new(),
                left_out: true,
                begun_starts_at: None,
                begun_minutes: None,
            },
        };
        let (begun_starts_at, begun_minutes) = (Some(slot.starts_at), Some(slot.minutes));
        let row = EventRow { begun_starts_at, begun_minutes, ..row };
        self.keep(row.clone()).await?;
        Ok(row)
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
        // Somebody else's is not written over, nor is what may be.
        if read::is_of(&kept.text, &uid) != Some(true) {
            return Ok((href, Wrote::Refused));
        }
        let found = read::slot(&kept.text, &uid);
        if before.is_some_and(|row| found != Some(row.slot()) && found != row.begun()) {
            return Ok((href, Wrote::Otherwise));
        }
        self.held().await?.commit().await?;
        let condition = if kept.etag.is_empty() { Condition::Whatever } else { Condition::Is(&kept.etag) };
        let wrote = match self.dav.write(&href, condition, text).await {
            // An invitation that only who invites may change is left as it is.
            Err(Failure::Forbidden) if before.is_none() => Wrote::Refused,
            wrote => wrote?,
        };
        Ok((href, wrote))
    }

    /// Takes out what is to be there no more. What was changed there meanwhile is for the next pass, which knows its tag.
    async fn take_out(&mut self, row: &EventRow) -> Result<(), Stop> {
        // What became of it could not be read.
        if row.left_out && row.begun().is_some() {
            self.done.is_unsettled = true;
            return Ok(());
        }
        if !row.left_out {
            self.held().await?.commit().await?;
            let is_out = self.dav.remove(&self.address(&row.href)?, &row.etag).await?;
            self.went_well();
            if !is_out {
                self.done.is_unsettled = true;
                return Ok(());
            }
        }
        self.forget(&[row.interview]).await
    }

    async fn forget(&mut self, interviews: &[RecordId]) -> Result<(), Stop> {
        let mut tx = self.held().await?;
        store::forget(&mut tx, self.connection.member, interviews).await?;
        tx.commit().await?;
        self.rows.retain(|interview, _| !interviews.contains(interview));
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
    Slot::told(interview.starts_at.0, interview.minutes)
}

/// An event at another time.
fn at(row: EventRow, slot: Slot) -> EventRow {
    EventRow { starts_at: slot.starts_at, minutes: slot.minutes, ..row }
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
