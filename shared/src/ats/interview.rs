//! An interview: one conversation between a candidate and some of the hiring team, about one application.
//!
//! It has a start and a length, never a start and an end: any merge of two valid edits is valid. Nobody is in two at once,
//! the candidate neither, and a room has one at a time: two desktops may plan offline, and the server lets in what it sees
//! first.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Application, Candidate, Job, Room, ScorecardTemplate};
use crate::access::Principal;
use crate::accounts::Member;
use crate::choice;
use crate::kernel::time::Millis;
use crate::kernel::{Code, Id, Problem, RecordId, Timestamp};
use crate::schema::{Edit, Entity, Fields, IdSet, RichText, Set};

/// The longest interview, in minutes.
pub const MAX_MINUTES: i64 = 480;
/// The shortest, in minutes.
pub const MIN_MINUTES: i64 = 5;
const MS_PER_MINUTE: i64 = 60_000;

choice! {
    /// What kind of conversation it is.
    pub enum InterviewKind {
        /// By video.
        Video = "video",
        /// By telephone.
        Phone = "phone",
        /// At a place.
        InPerson = "in_person",
        /// On the work itself.
        Technical = "technical",
        /// With several people.
        Panel = "panel",
        /// A task done together.
        Assessment = "assessment",
        /// On a case.
        CaseStudy = "case_study",
        /// On what somebody did before.
        Behavioral = "behavioral",
        /// On how people work together.
        CultureFit = "culture_fit",
        /// The last one.
        Final = "final",
    }
}

choice! {
    /// Where an interview stands.
    pub enum InterviewStatus {
        /// Planned.
        Scheduled = "scheduled",
        /// The candidate is asked which of several times suits them: it has no time yet.
        Proposed = "proposed",
        /// The candidate said yes.
        Confirmed = "confirmed",
        /// It took place.
        Completed = "completed",
        /// Called off, with a reason.
        Cancelled = "cancelled",
        /// The candidate did not come.
        NoShow = "no_show",
    }
}

impl InterviewStatus {
    /// Whether it is still to come, and takes its people's time.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::Scheduled | Self::Confirmed | Self::Unknown => true,
            Self::Proposed | Self::Completed | Self::Cancelled | Self::NoShow => false,
        }
    }
}

/// Where an interview may go from where it stands: the one table (`docs/state-machines.md` is drawn from it).
pub const TRANSITIONS: &[(InterviewStatus, &[InterviewStatus])] = &[
    // The candidate chose, or somebody fixed a time after all.
    (InterviewStatus::Proposed, &[InterviewStatus::Scheduled, InterviewStatus::Cancelled]),
    (
        InterviewStatus::Scheduled,
        &[
            // The time does not suit, and others are offered.
            InterviewStatus::Proposed,
            InterviewStatus::Confirmed,
            InterviewStatus::Completed,
            InterviewStatus::Cancelled,
            InterviewStatus::NoShow,
        ],
    ),
    (
        InterviewStatus::Confirmed,
        &[
            InterviewStatus::Proposed,
            InterviewStatus::Scheduled,
            InterviewStatus::Completed,
            InterviewStatus::Cancelled,
            InterviewStatus::NoShow,
        ],
    ),
    // What was entered by mistake can be taken back.
    (InterviewStatus::Completed, &[InterviewStatus::NoShow, InterviewStatus::Scheduled]),
    (InterviewStatus::NoShow, &[InterviewStatus::Completed, InterviewStatus::Scheduled]),
    // People were told that it is off: another one is planned instead.
    (InterviewStatus::Cancelled, &[]),
];

/// Whether an interview may go from one state to another.
#[must_use]
pub fn may_go(from: InterviewStatus, to: InterviewStatus) -> bool {
    from == to || TRANSITIONS.iter().any(|(state, next)| *state == from && next.contains(&to))
}

/// One conversation between a candidate and some of the hiring team, about one application.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(
    collection = "interviews",
    code = 12,
    title = "title",
    by = "job_id",
    within = "candidate_id, application_id, job_id"
)]
pub struct Interview {
    /// With whom.
    #[field(required, immutable, index)]
    pub candidate_id: Id<Candidate>,
    /// About which application.
    #[field(required, immutable, index)]
    pub application_id: Id<Application>,
    /// For which job.
    #[field(required, immutable, index)]
    pub job_id: Id<Job>,
    /// What kind of conversation it is.
    pub kind: InterviewKind,
    /// What it is called, if not by its kind.
    #[field(max = 200)]
    pub title: String,
    /// Where it stands.
    #[field(index)]
    pub status: InterviewStatus,
    /// When it begins. Of one that is proposed, the first of the times that were offered when it was written down.
    #[field(required, index)]
    pub starts_at: Timestamp,
    /// When it may begin, while the candidate is to choose: milliseconds since 1970, as decimal text.
    #[field(items = 20, max = 13)]
    pub offered_times: Set,
    /// Those of them that somebody offers though something stands against them: they hold whatever anybody's hours say.
    #[field(items = 20, max = 13)]
    pub offered_anyway: Set,
    /// How long it is, in minutes.
    #[field(min = 0, max = 480)]
    pub minutes: i64,
    /// The candidate's time zone by its IANA name, so that both times can be shown: `America/Toronto`.
    #[field(max = 64)]
    pub time_zone: String,
    /// In which room of the workspace.
    pub room_id: Option<Id<Room>>,
    /// Where, if in no room of the workspace, or what else is said of the place.
    #[field(max = 300)]
    pub place: String,
    /// Where, on the network.
    #[field(max = 500)]
    pub meeting_url: String,
    /// The number of the meeting, where the network asks for one.
    #[field(max = 100)]
    pub meeting_id: String,
    /// The word that lets people into the meeting.
    #[field(max = 50)]
    pub meeting_password: String,
    /// Who interviews. Of those of whom any one is enough, whoever it is.
    #[field(items = 20)]
    pub interviewer_ids: IdSet<Member>,
    /// Of whom any one interviews beside those who do: whoever is free at that time, and had the fewest interviews.
    #[field(items = 20)]
    pub any_of_ids: IdSet<Member>,
    /// What is graded.
    pub template_id: Option<Id<ScorecardTemplate>>,
    /// What the candidate is told beforehand.
    #[field(max = 2000)]
    pub message: String,
    /// What the team should know; the candidate is not told.
    pub briefing: RichText,
    /// Why it was called off.
    #[field(max = 200)]
    pub cancel_reason: String,
    /// How often it was moved to another time since it was planned first.
    #[field(server)]
    pub moves: i64,
    /// What the candidate says who asks for another time.
    #[field(max = 500)]
    pub wish: String,
    /// Which time they do not want: what they said is over when the interview is at another one.
    pub wish_of: Option<Timestamp>,
    /// Who declined by mail: the ids of members, and that of the candidate.
    #[field(items = 21, max = 36)]
    pub declined: Set,
    /// Which time they declined.
    pub declined_of: Option<Timestamp>,
}

/// Checks an interview, given how it was before.
///
/// # Errors
/// The refusal that the rule calls for.
pub(super) fn check(before: Option<&Fields>, after: &Fields) -> Result<(), Problem> {
    let status = |fields: &Fields| InterviewStatus::from_name(super::rules::text(fields, "status"));
    let (from, to) = (before.map(status).unwrap_or_default(), status(after));
    if !may_go(from, to) {
        let detail = format!("{} to {}", from.name(), to.name());
        return Err(Problem::new(Code::InterviewStepNotAllowed).detail(detail));
    }
    let mut problem = Problem::new(Code::InvalidFields);
    let minutes = after.get("minutes").and_then(serde_json::Value::as_i64).unwrap_or_default();
    if !(MIN_MINUTES..=MAX_MINUTES).contains(&minutes) {
        problem = problem.field("minutes", "An interview takes between 5 minutes and 8 hours.");
    }
    let address = super::rules::text(after, "meeting_url");
    if !address.is_empty() && !address.starts_with("https://") {
        problem = problem.field("meeting_url", "This is not an address that begins with https://.");
    }
    let zone = super::rules::text(after, "time_zone");
    if !zone.is_empty() && !is_zone_name(zone) {
        problem = problem.field("time_zone", "This is not the name of a time zone such as America/Toronto.");
    }
    for field in ["offered_times", "offered_anyway"] {
        if !texts(after, field).all(|text| time(text).is_some()) {
            problem = problem.field(field, "One of these is not a time.");
        }
    }
    if to == InterviewStatus::Cancelled && super::rules::text(after, "cancel_reason").trim().is_empty() {
        return Err(Problem::new(Code::ReasonRequired).field("cancel_reason", "A reason is needed."));
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

/// The texts of a set.
fn texts<'f>(fields: &'f Fields, name: &str) -> impl Iterator<Item = &'f str> {
    fields.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The instant that an offered time names.
fn time(text: &str) -> Option<Millis> {
    text.parse().ok().filter(|ms: &Millis| *ms > 0 && ms.to_string() == text)
}

impl Interview {
    /// The times that the candidate may still choose from, in order.
    #[must_use]
    pub fn offered(&self, now: Millis) -> Vec<Millis> {
        let mut times: Vec<Millis> = self.offered_times.0.iter().filter_map(|text| time(text)).collect();
        times.retain(|at| *at > now);
        times.sort_unstable();
        times
    }
}

/// What the server writes down of a step by itself: that what had its time got another one.
#[must_use]
pub fn stamps(before: Option<&Fields>, after: &Fields) -> Vec<Edit> {
    let Some(before) = before else { return Vec::new() };
    let is_open =
        |fields: &Fields| InterviewStatus::from_name(super::rules::text(fields, "status")).is_open();
    let number = |fields: &Fields, name: &str| fields.get(name).and_then(Value::as_i64).unwrap_or_default();
    let moved = number(before, "starts_at") != number(after, "starts_at");
    if !moved || !is_open(before) || !is_open(after) {
        return Vec::new();
    }
    vec![Edit::set("moves", number(after, "moves").saturating_add(1))]
}

/// What a candidate says who asks for another time: one line, of which there is something.
///
/// # Errors
/// [`Code::WrongState`] for an interview that has no time ahead, [`Code::ReasonRequired`] without a word.
pub fn wish(interview: &Interview, says: &str, now: Millis) -> Result<Vec<Edit>, Problem> {
    if !interview.status.is_open() || interview.starts_at.0 <= now {
        return Err(Problem::new(Code::WrongState));
    }
    if says.trim().is_empty() {
        return Err(Problem::new(Code::ReasonRequired).field("wish", "A few words are needed."));
    }
    Ok(vec![Edit::set("wish", says.trim()), Edit::set("wish_of", interview.starts_at.0)])
}

/// The edits by which it is written down what somebody answered to an invitation. Answers to another time are over.
#[must_use]
pub fn answered(interview: &Interview, who: RecordId, declines: bool) -> Vec<Edit> {
    let who = who.to_string();
    let holds = interview.declined_of == Some(interview.starts_at);
    if !declines {
        let says = holds && interview.declined.0.contains(&who);
        return if says { vec![Edit::remove("declined", who)] } else { Vec::new() };
    }
    let mut edits = Vec::new();
    if !holds {
        let old = interview.declined.0.iter().filter(|old| **old != who);
        edits.extend(old.map(|old| Edit::remove("declined", old.as_str())));
        edits.push(Edit::set("declined_of", interview.starts_at.0));
    }
    if !interview.declined.0.contains(&who) {
        edits.push(Edit::add("declined", who));
    }
    edits
}

impl Interview {
    /// What the candidate says who asks for another time than this one, as long as it has it.
    #[must_use]
    pub fn wished(&self) -> Option<&str> {
        let holds = self.status.is_open() && self.wish_of == Some(self.starts_at);
        Some(self.wish.trim()).filter(|wish| holds && !wish.is_empty())
    }

    /// Who declined this time, of those who are still in it.
    #[must_use]
    pub fn decliners(&self) -> Vec<RecordId> {
        if !self.status.is_open() || self.declined_of != Some(self.starts_at) {
            return Vec::new();
        }
        let declined = self.declined.0.iter().filter_map(|id| id.parse().ok());
        declined
            .filter(|id| self.interviewer_ids.ids.contains(id) || self.candidate_id.record() == *id)
            .collect()
    }
}

/// The command by which the server books the time that a candidate chose: `at`, in milliseconds; `interviewer_id`, who of
/// those of whom any one is enough; `without_room`, where the room is taken at that time.
pub const CHOOSE_TIME: &str = "choose_interview_time";

/// The edits by which an interview is planned at the time that the candidate chose. Only the server says so, for whoever
/// has the link that the candidate was sent.
///
/// # Errors
/// [`Code::Forbidden`] for anybody else, [`Code::WrongState`] for an interview that has its time or is off,
/// [`Code::InvalidFields`] for a time that is not offered or over, and for somebody who is not one of those.
pub fn choose_time(
    interview: &Fields,
    args: &Value,
    principal: &Principal,
    now: Millis,
) -> Result<Vec<Edit>, Problem> {
    if !principal.is_server() {
        return Err(Problem::new(Code::Forbidden));
    }
    let interview: Interview = super::rules::read(interview).ok_or_else(|| Problem::new(Code::BadRequest))?;
    if interview.status != InterviewStatus::Proposed {
        let detail = format!("The interview is {}.", interview.status.name());
        return Err(Problem::new(Code::WrongState).detail(detail));
    }
    let at = args.get("at").and_then(Value::as_i64).unwrap_or_default();
    if !interview.offered(now).contains(&at) {
        return Err(Problem::new(Code::InvalidFields).field("at", "This time is not offered."));
    }
    let mut edits = vec![Edit::set("status", InterviewStatus::Scheduled.name()), Edit::set("starts_at", at)];
    if !interview.any_of_ids.ids.is_empty() {
        edits.extend(one_of(&interview, args)?);
    }
    if interview.room_id.is_some() && args.get("without_room").and_then(Value::as_bool).unwrap_or_default() {
        edits.push(Edit::set("room_id", Value::Null));
    }
    Ok(edits)
}

/// The edits by which one of those of whom any is enough interviews, and no other of them: also not who did before it was
/// offered again.
fn one_of(interview: &Interview, args: &Value) -> Result<Vec<Edit>, Problem> {
    let chosen =
        args.get("interviewer_id").and_then(Value::as_str).and_then(|id| id.parse::<RecordId>().ok());
    let chosen = chosen.filter(|chosen| interview.any_of_ids.ids.contains(chosen)).ok_or_else(|| {
        Problem::new(Code::InvalidFields).field("interviewer_id", "This is not one of those who are asked.")
    })?;
    let people = &interview.interviewer_ids.ids;
    let others = interview.any_of_ids.ids.iter().filter(|id| **id != chosen && people.contains(id));
    let mut edits: Vec<Edit> =
        others.map(|other| Edit::remove("interviewer_ids", other.to_string())).collect();
    if !people.contains(&chosen) {
        edits.push(Edit::add("interviewer_ids", chosen.to_string()));
    }
    Ok(edits)
}

/// Whether a text has the form of a name of the IANA time zone database (theory.html, "Timezone identifiers").
pub(super) fn is_zone_name(text: &str) -> bool {
    text.split('/').all(|part| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+-".contains(&b))
    })
}

/// The time that an interview takes, the people whose time it is, and its room; none when it is over or called off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// From when, in milliseconds.
    pub from: i64,
    /// Until when, exclusive, in milliseconds.
    pub until: i64,
    /// Whose: who interviews, and the candidate.
    pub people: Vec<String>,
    /// In which room of the workspace.
    pub room: Option<String>,
}

impl Booked {
    /// From the fields of an interview.
    #[must_use]
    pub fn read(fields: &Fields) -> Option<Self> {
        Self::of(&super::rules::read(fields)?)
    }

    /// Of an interview.
    #[must_use]
    pub fn of(interview: &Interview) -> Option<Self> {
        if !interview.status.is_open() {
            return None;
        }
        let from = interview.starts_at.0;
        let until = from.saturating_add(interview.minutes.saturating_mul(MS_PER_MINUTE));
        let room = interview.room_id.as_ref().map(ToString::to_string);
        Some(Self { from, until, people: Self::people_of(interview), room })
    }

    /// The people whose time an interview takes, or will: who interviews, and the candidate.
    #[must_use]
    pub fn people_of(interview: &Interview) -> Vec<String> {
        let interviewers = interview.interviewer_ids.ids.iter().map(ToString::to_string);
        interviewers.chain([interview.candidate_id.record().to_string()]).collect()
    }

    fn is_at_once(&self, other: &Self) -> bool {
        self.from < other.until && other.from < self.until
    }

    /// The people who are in both at once.
    #[must_use]
    pub fn clash(&self, other: &Self) -> Vec<&str> {
        if !self.is_at_once(other) {
            return Vec::new();
        }
        self.people.iter().filter(|person| other.people.contains(person)).map(String::as_str).collect()
    }

    /// Whether both are in the same room at once.
    #[must_use]
    pub fn shares_room(&self, other: &Self) -> bool {
        self.is_at_once(other) && self.room.is_some() && self.room == other.room
    }
}

#[cfg(test)]
#[path = "interview_tests.rs"]
mod tests;
