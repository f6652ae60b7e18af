//! Tells of interviews by mail, in the transaction of their change: what changed for whom, what is taken back, and what
//! is written down of it.

use zumodra_shared::ats::{Interview, InterviewStatus, Room, rules, whereabouts};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::schema::Fields;

use super::ask::{self, Asked};
use super::event::{self, Method, Occasion, Party};
use super::plan::{self, Audience, Step, Wanted};
use super::remind::{self, Reminder};
use super::store::{self, Row};
use super::words;
use crate::accounts::directory::{self, Reached};
use crate::app::App;
use crate::db::TenantTx;
use crate::error::Result;
use crate::limits::{INTERVIEW_MAIL_MS, MIN_INTERVIEW_MAIL_MS};
use crate::mail::{self, Attachment, Content, Mail, Meeting, Recipient};
use crate::tenants::Tenant;

const MS_PER_MINUTE: Millis = 60_000;
/// The name of the file that goes with a mail.
const FILE_NAME: &str = "invite.ics";
/// Before the @ of the organizer's address where the installation has set none to send from.
const ORGANIZER: &str = "interviews";
/// The zone of who has chosen none.
const UTC: &str = "UTC";

/// What becomes of the invitations of an interview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It takes place: whoever is in it is told what is new.
    Planned,
    /// It does not: whoever was told is told so, unless it would have been over anyway.
    Off {
        /// Whether anybody is told.
        told: bool,
    },
    /// It is over, or in the past: nobody is told anything.
    Over,
}

/// Why somebody is not expected any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// There is no interview.
    Off,
    /// It goes on without them.
    NotInvited,
    /// They are invited at another address.
    OtherAddress,
}

fn fate(interview: &Interview, deleted: bool, now: Millis) -> Fate {
    let is_ahead = interview.starts_at.0 > now && event::utc(end(interview)).is_some();
    match interview.status {
        // What was planned and is open again is off at the time that was told.
        InterviewStatus::Cancelled | InterviewStatus::Proposed => Fate::Off { told: is_ahead },
        InterviewStatus::Scheduled | InterviewStatus::Confirmed if deleted => Fate::Off { told: is_ahead },
        InterviewStatus::Scheduled | InterviewStatus::Confirmed if is_ahead => Fate::Planned,
        _ if deleted => Fate::Off { told: false },
        _ => Fate::Over,
    }
}

fn end(interview: &Interview) -> Millis {
    interview.starts_at.0.saturating_add(interview.minutes.saturating_mul(MS_PER_MINUTE))
}

/// An interview with what is said of it.
struct Told<'a> {
    app: &'a App,
    tenant: &'a Tenant,
    id: RecordId,
    interview: Interview,
    first_name: String,
    candidate: String,
    job_title: String,
    /// In which room.
    room: Option<Room>,
    /// Who interviews.
    people: Vec<Reached>,
    /// The members who interview or were to.
    known: Vec<Reached>,
    sequence: i32,
}

/// Brings everybody up to date about some interviews.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn tell(app: &App, tenant: &Tenant, tx: &mut TenantTx, interviews: &[RecordId]) -> Result<()> {
    for stored in store::records(tx, interviews).await? {
        let read = serde_json::from_value::<Interview>(stored.fields.0.into());
        let Ok(interview) = read else { continue };
        tell_of(app, tenant, tx, (stored.doc, stored.deleted), interview.clone()).await?;
        // What is off is told before others are offered.
        let asked = Asked { id: stored.doc, interview: &interview, deleted: stored.deleted };
        ask::tell(app, tenant, tx, &asked).await?;
    }
    Ok(())
}

async fn tell_of(
    app: &App,
    tenant: &Tenant,
    tx: &mut TenantTx,
    (id, deleted): (RecordId, bool),
    interview: Interview,
) -> Result<()> {
    let rows = store::told(tx, id).await?;
    let fate = fate(&interview, deleted, app.now());
    if fate == Fate::Over {
        // One that was held early, or was moved into the past: nobody is to be reminded of it.
        for row in rows.iter().filter(|row| row.state == "invited") {
            remind::forget(app, tx, &key(id, row.attendee, row.sequence)).await?;
        }
        return Ok(());
    }
    if fate != Fate::Planned && rows.is_empty() {
        return Ok(());
    }
    let mut told = read_about(app, tenant, tx, id, interview, &rows).await?;
    let wanted = if fate == Fate::Planned { told.wanted(tx).await? } else { Vec::new() };
    let (numbers, steps) = plan::steps(&rows, wanted);
    for step in steps {
        match step {
            Step::Invite { wanted, before } => {
                told.sequence = numbers.invite;
                told.invite(tx, wanted, before.as_ref()).await?;
            }
            Step::Release { before, moved } => {
                told.sequence = numbers.release;
                let why = match fate {
                    Fate::Off { .. } => Why::Off,
                    _ if moved => Why::OtherAddress,
                    _ => Why::NotInvited,
                };
                let says = fate != Fate::Off { told: false };
                told.release(tx, &before, why, says).await?;
            }
        }
    }
    Ok(())
}

/// Removes the addresses of candidates who are gone, or whom no address reaches, from what was told.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn forget_gone(app: &App, tx: &mut TenantTx, candidates: &[RecordId]) -> Result<()> {
    let mut gone = Vec::new();
    let there = store::records(tx, candidates).await?;
    for candidate in candidates {
        let is_there = there.iter().any(|stored| stored.doc == *candidate && !stored.deleted);
        if !is_there || store::address_of(tx, *candidate).await?.is_none() {
            gone.push(*candidate);
        }
    }
    if !gone.is_empty() {
        store::forget(tx, "", &gone, app.now()).await?;
    }
    Ok(())
}

fn text<'f>(fields: Option<&'f Fields>, name: &str) -> &'f str {
    fields.and_then(|fields| fields.get(name)).and_then(serde_json::Value::as_str).unwrap_or_default()
}

async fn read_about<'a>(
    app: &'a App,
    tenant: &'a Tenant,
    tx: &mut TenantTx,
    id: RecordId,
    interview: Interview,
    rows: &[Row],
) -> Result<Told<'a>> {
    let (candidate, job) = (interview.candidate_id.record(), interview.job_id.record());
    let room = interview.room_id.as_ref().map(|room| room.record());
    let ids: Vec<RecordId> = [candidate, job].into_iter().chain(room).collect();
    let about = store::records(tx, &ids).await?;
    let fields = |id: RecordId| about.iter().find(|stored| stored.doc == id).map(|stored| &stored.fields.0);
    let first_name = text(fields(candidate), "first_name").to_owned();
    let full = format!("{first_name} {}", text(fields(candidate), "last_name"));
    let mut members = interview.interviewer_ids.ids.clone();
    members.extend(rows.iter().filter(|row| row.audience == Audience::Member.name()).map(|row| row.attendee));
    let members: Vec<RecordId> = members.into_iter().collect();
    let known = directory::active(app, tenant.id, &members).await?;
    let interviews = |person: &&Reached| interview.interviewer_ids.ids.contains(&person.user_id);
    Ok(Told {
        app,
        tenant,
        id,
        first_name,
        candidate: full.trim().to_owned(),
        job_title: text(fields(job), "title").to_owned(),
        // One that was deleted is where it was: what is planned in it stays.
        room: room.and_then(fields).and_then(rules::read::<Room>),
        people: known.iter().filter(interviews).cloned().collect(),
        known,
        interview,
        sequence: 0,
    })
}

impl Told<'_> {
    /// Who should know, with what they should know.
    async fn wanted(&self, tx: &mut TenantTx) -> Result<Vec<Wanted>> {
        let addresses: Vec<String> =
            self.people.iter().map(|person| format!("{}\n{}", person.user_id, person.email)).collect();
        let hash = plan::hash(&self.interview, self.room.as_ref(), Audience::Member, &addresses);
        let member = |person: &Reached| Wanted {
            attendee: person.user_id,
            audience: Audience::Member,
            party: party(person),
            language: person.language.clone(),
            hash: hash.clone(),
        };
        let mut wanted: Vec<Wanted> = self.people.iter().map(member).collect();
        let id = self.interview.candidate_id.record();
        let is_there = store::records(tx, &[id]).await?.iter().any(|stored| !stored.deleted);
        let address = store::address_of(tx, id).await?.filter(|_| is_there);
        if let Some(address) = address {
            let mut attendees: Vec<String> =
                self.people.iter().map(|person| person.user_id.to_string()).collect();
            attendees.push(address.clone());
            wanted.push(Wanted {
                attendee: id,
                audience: Audience::Candidate,
                party: Party { name: self.candidate.clone(), address },
                language: self.tenant.settings.language.clone(),
                hash: plan::hash(&self.interview, self.room.as_ref(), Audience::Candidate, &attendees),
            });
        }
        Ok(wanted)
    }

    async fn invite(&self, tx: &mut TenantTx, wanted: Wanted, before: Option<&Row>) -> Result<()> {
        let reached = match before {
            Some(row) => {
                let went_out = self.take_back(tx, row).await?;
                match row.state.as_str() {
                    // Of what went to another address, nothing reached this one.
                    "invited" => row.address == wanted.party.address && (went_out || row.reached),
                    // What was called off is in no calendar any more, unless that was taken back.
                    _ => !went_out && row.reached,
                }
            }
            None => false,
        };
        let is_change = reached && before.is_some_and(|row| row.state == "invited");
        let occasion = self.occasion(&wanted);
        let Some(text) = event::message(self.tenant.id, Method::Request, &occasion) else { return Ok(()) };
        let message = match wanted.audience {
            Audience::Candidate => self.interview.message.clone(),
            Audience::Member => String::new(),
        };
        let (meeting, key) = (self.meeting(wanted.audience), self.key(wanted.attendee, self.sequence));
        let reminder = Reminder {
            key: &key,
            to: Recipient { address: wanted.party.address.clone(), name: wanted.party.name.clone() },
            language: &wanted.language,
            meeting: meeting.clone(),
            about: self.interview.candidate_id.record(),
        };
        remind::plan(self.app, tx, &reminder).await?;
        let content = Content::InterviewPlanned { meeting, message, is_change };
        self.send(tx, &wanted, Method::Request, text, content, key).await?;
        let row = Row {
            attendee: wanted.attendee,
            audience: wanted.audience.name().to_owned(),
            address: wanted.party.address,
            name: wanted.party.name,
            sequence: self.sequence,
            content_hash: wanted.hash,
            state: "invited".to_owned(),
            reached,
            answer: String::new(),
            answer_stamp: None,
            answered_at: None,
        };
        Ok(store::put(tx, self.id, &row, self.app.now()).await?)
    }

    /// Tells somebody that they are not expected any more, if anything that they were told went out.
    async fn release(&self, tx: &mut TenantTx, before: &Row, why: Why, says: bool) -> Result<()> {
        let reached = self.take_back(tx, before).await? || before.reached;
        let audience = Audience::from_name(&before.audience);
        if reached && says && !before.address.is_empty() {
            let language = self.known.iter().find(|person| person.user_id == before.attendee);
            let language = language.map_or(&self.tenant.settings.language, |person| &person.language);
            let wanted = Wanted {
                attendee: before.attendee,
                audience,
                party: Party { name: before.name.clone(), address: before.address.clone() },
                language: language.clone(),
                hash: String::new(),
            };
            let key = self.key(before.attendee, self.sequence);
            let moved = why == Why::OtherAddress;
            let key = if moved { format!("{key}/moved") } else { key };
            let method = if why == Why::Off { Method::Cancel } else { Method::Uninvite };
            let mut occasion = self.occasion(&wanted);
            occasion.attendees = vec![wanted.party.clone()];
            if let Some(text) = event::message(self.tenant.id, method, &occasion) {
                let reason = match audience {
                    Audience::Member => self.interview.cancel_reason.clone(),
                    Audience::Candidate => String::new(),
                };
                let content = Content::InterviewCancelled { meeting: self.meeting(audience), reason, moved };
                self.send(tx, &wanted, method, text, content, key).await?;
            }
        }
        if why == Why::OtherAddress {
            return Ok(());
        }
        let name = if audience == Audience::Member { before.name.clone() } else { String::new() };
        let row = Row {
            address: String::new(),
            name,
            sequence: self.sequence,
            content_hash: String::new(),
            state: "cancelled".to_owned(),
            reached,
            ..before.clone()
        };
        Ok(store::put(tx, self.id, &row, self.app.now()).await?)
    }

    /// Takes back what was told last, if it waits still, and its reminders. Says whether it went out.
    async fn take_back(&self, tx: &mut TenantTx, row: &Row) -> Result<bool> {
        let key = self.key(row.attendee, row.sequence);
        remind::forget(self.app, tx, &key).await?;
        Ok(!mail::cancel(self.app, tx, &key).await?)
    }

    fn key(&self, attendee: RecordId, sequence: i32) -> String {
        key(self.id, attendee, sequence)
    }

    async fn send(
        &self,
        tx: &mut TenantTx,
        to: &Wanted,
        method: Method,
        text: String,
        content: Content,
        event_key: String,
    ) -> Result<()> {
        let left_ms = self.interview.starts_at.0.saturating_sub(self.app.now());
        let media_type = format!("text/calendar; charset=utf-8; method={}", method.name());
        let told = Mail {
            event_key,
            to: Recipient { address: to.party.address.clone(), name: to.party.name.clone() },
            language: to.language.clone(),
            content,
            about: Some(self.interview.candidate_id.record()),
            attachments: vec![Attachment { name: FILE_NAME.to_owned(), media_type, text }],
            due_at: None,
            worth_ms: left_ms.clamp(MIN_INTERVIEW_MAIL_MS, INTERVIEW_MAIL_MS),
        };
        mail::enqueue(self.app, tx, &told).await?;
        Ok(())
    }

    /// The interview as its audience sees it. The addresses of interviewers are not in the candidate's, nor that of the
    /// candidate in theirs: not all of them may see it.
    fn occasion(&self, to: &Wanted) -> Occasion {
        let interview = &self.interview;
        let names: Vec<&str> = self.people.iter().map(|person| person.name.as_str()).collect();
        let language = &to.language;
        let (about, description, attendees) = match to.audience {
            Audience::Member => (
                vec![self.candidate.as_str(), self.job_title.as_str()],
                words::for_members(language, &self.candidate, &self.job_title),
                self.people.iter().map(party).collect(),
            ),
            Audience::Candidate => (
                vec![self.job_title.as_str(), self.tenant.name.as_str()],
                words::for_candidate(language, &interview.message, &names),
                vec![to.party.clone()],
            ),
        };
        Occasion {
            id: self.id,
            sequence: self.sequence,
            stamp: self.app.now(),
            start: interview.starts_at.0,
            end: end(interview),
            summary: words::summary(language, &interview.title, interview.kind, &about),
            description: words::with_meeting(language, &description, interview),
            place: whereabouts(self.room.as_ref(), &interview.place),
            url: interview.meeting_url.clone(),
            organizer: Some(self.organizer()),
            attendees,
        }
    }

    /// Answers go to the address that mail comes from, where `mail receive` reads them.
    fn organizer(&self) -> Party {
        let config = self.app.config();
        let address = config.mail_from.clone();
        let address = address.unwrap_or_else(|| format!("{ORGANIZER}@{}", config.base_domain));
        Party { name: self.tenant.name.clone(), address }
    }

    fn meeting(&self, audience: Audience) -> Meeting {
        let interview = &self.interview;
        let (to_candidate, person, zone) = match audience {
            Audience::Candidate => (true, &self.first_name, &interview.time_zone),
            Audience::Member => (false, &self.candidate, &self.tenant.settings.timezone),
        };
        Meeting {
            to_candidate,
            candidate: person.clone(),
            job_title: self.job_title.clone(),
            starts_at: interview.starts_at.0,
            minutes: interview.minutes,
            time_zone: if zone.is_empty() { UTC.to_owned() } else { zone.clone() },
            place: whereabouts(self.room.as_ref(), &interview.place),
            url: interview.meeting_url.clone(),
            meeting_id: interview.meeting_id.clone(),
            password: interview.meeting_password.clone(),
        }
    }
}

/// An interview as who planned it is told of it.
pub struct ToPlanners {
    /// The interview.
    pub meeting: Meeting,
    /// Whom it is with.
    pub candidate: RecordId,
}

/// An interview as it is told to who planned it; none for one that is gone.
///
/// # Errors
/// When the database cannot be read.
pub async fn told_to_planners(
    app: &App,
    tenant: &Tenant,
    tx: &mut TenantTx,
    id: RecordId,
) -> Result<Option<ToPlanners>> {
    let Some(interview) = planned(tx, id).await? else { return Ok(None) };
    let candidate = interview.candidate_id.record();
    let told = read_about(app, tenant, tx, id, interview, &[]).await?;
    Ok(Some(ToPlanners { meeting: told.meeting(Audience::Member), candidate }))
}

/// An interview as a file for the candidate's calendar, under the UID and the number of the invitation; none for one that has
/// no time, is off, or is gone.
///
/// # Errors
/// When the database cannot be read.
pub async fn file_for_candidate(
    app: &App,
    tenant: &Tenant,
    tx: &mut TenantTx,
    id: RecordId,
    language: &str,
) -> Result<Option<String>> {
    let interview = planned(tx, id).await?.filter(|interview| interview.status.is_open());
    let Some(interview) = interview else { return Ok(None) };
    let candidate = interview.candidate_id.record();
    let rows = store::told(tx, id).await?;
    let mut told = read_about(app, tenant, tx, id, interview, &[]).await?;
    told.sequence = rows.iter().find(|row| row.attendee == candidate).map_or(0, |row| row.sequence);
    let to = Wanted {
        attendee: candidate,
        audience: Audience::Candidate,
        party: Party { name: String::new(), address: String::new() },
        language: language.to_owned(),
        hash: String::new(),
    };
    // Nobody is asked by a file: who opens it puts the interview into their calendar.
    let occasion = Occasion { organizer: None, attendees: Vec::new(), ..told.occasion(&to) };
    Ok(event::message(tenant.id, Method::Publish, &occasion))
}

/// An interview that is there.
async fn planned(tx: &mut TenantTx, id: RecordId) -> Result<Option<Interview>> {
    let stored = store::records(tx, &[id]).await?.pop().filter(|stored| !stored.deleted);
    Ok(stored.and_then(|stored| rules::read(&stored.fields.0)))
}

/// What a mail about an interview is of, for once.
fn key(interview: RecordId, attendee: RecordId, sequence: i32) -> String {
    format!("interview/{interview}/{attendee}/{sequence}")
}

fn party(person: &Reached) -> Party {
    Party { name: person.name.clone(), address: person.email.to_lowercase() }
}

#[cfg(test)]
mod tests {
    use zumodra_shared::kernel::Timestamp;

    use super::*;

    #[test]
    fn only_what_is_planned_and_ahead_is_told() {
        let at = |status, starts_at| Interview {
            status,
            starts_at: Timestamp(starts_at),
            minutes: 30,
            ..Interview::default()
        };
        use InterviewStatus::{Cancelled, Completed, Confirmed, NoShow, Proposed, Scheduled, Unknown};
        let off = |told| Fate::Off { told };
        for (interview, deleted, want) in [
            (at(Scheduled, 11), false, Fate::Planned),
            (at(Confirmed, 11), false, Fate::Planned),
            (at(Scheduled, 10), false, Fate::Over),
            (at(Scheduled, i64::MAX), false, Fate::Over),
            (at(Completed, 11), false, Fate::Over),
            (at(NoShow, 11), false, Fate::Over),
            (at(Unknown, 11), false, Fate::Over),
            (at(Cancelled, 11), false, off(true)),
            (at(Cancelled, 9), false, off(false)),
            (at(Proposed, 11), false, off(true)),
            (at(Proposed, 11), true, off(true)),
            (at(Scheduled, 11), true, off(true)),
            (at(Scheduled, 9), true, off(false)),
            (at(Completed, 11), true, off(false)),
        ] {
            assert_eq!(fate(&interview, deleted, 10), want, "{interview:?} {deleted}");
        }
    }
}
