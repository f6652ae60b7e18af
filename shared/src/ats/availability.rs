//! When somebody can be met: their hours on their own clocks, their days off, and what is planned with them. And of several
//! people, who meets somebody.
//!
//! The window has the same rule (`ui/src/ats/hours/hours.ts`), because it plans without a network. Both are held to one table
//! of cases, `shared/tests/cases/hours.json`, so that they cannot differ.

use jiff::civil;
use jiff::tz::TimeZone;

use super::{Interview, InterviewStatus, WorkingHours};
use crate::kernel::RecordId;
use crate::kernel::time::{DAY_MS, Millis};
use crate::schema::Items;

const MINUTE_MS: Millis = 60_000;
/// Minutes of a day on the clock.
const DAY_MINUTES: i64 = 24 * 60;
/// Days that are looked at around an interview for what else is on the same day, wherever that begins.
const NEAR_MS: Millis = 2 * DAY_MS;
/// Days of times of work that are read at once: those of one interview are two at most.
const MAX_DAYS: usize = 370;
/// For how long back interviews are counted, of those of whom any one is enough.
pub const COUNTED_MS: Millis = 30 * DAY_MS;

/// From one instant until before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first instant.
    pub from: Millis,
    /// The first instant after it.
    pub until: Millis,
}

/// An interview, as far as it takes time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// When it begins.
    pub starts_at: Millis,
    /// How long it is.
    pub minutes: i64,
}

impl Planned {
    /// When it is over.
    #[must_use]
    pub const fn ends_at(self) -> Millis {
        self.starts_at.saturating_add(self.minutes.saturating_mul(MINUTE_MS))
    }
}

/// What stands against a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// Another interview.
    Taken(Planned),
    /// Something in a calendar of their own.
    Busy(Planned),
    /// It is a day off, which may have a name.
    Holiday(String),
    /// Nobody works on that day.
    NoWork,
    /// It is before the hours, which begin then.
    Before(Millis),
    /// It is after the hours, which end then.
    After(Millis),
    /// It is in a break.
    Break,
    /// It is in the time that is kept free around another interview.
    Buffer(Planned),
    /// There are so many interviews on that day already.
    Full(i64),
}

/// Working hours as they were entered.
#[derive(Debug, Clone, PartialEq)]
pub struct Entered {
    /// The record.
    pub id: RecordId,
    /// When it was made: of several, the last one counts.
    pub created_at: Millis,
    /// What it says, and whose it is.
    pub hours: WorkingHours,
}

/// Somebody who is to interview.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Person {
    /// Who.
    pub id: RecordId,
    /// Their hours, where somebody entered any that count for them.
    pub hours: Option<WorkingHours>,
    /// The interviews that they are in already.
    pub interviews: Vec<Planned>,
    /// When they are busy by a calendar of their own, as far as they show that.
    pub busy: Vec<Planned>,
    /// How many interviews they had in the last time, and have ahead.
    pub recent: usize,
}

/// The record of somebody that counts, or of the workspace where nobody is named.
fn entered(rows: &[Entered], whose: Option<RecordId>) -> Option<&Entered> {
    let of = |row: &&Entered| row.hours.member_id.as_ref().map(|member| member.record()) == whose;
    rows.iter().filter(of).max_by_key(|row| (row.created_at, row.id))
}

/// The hours that count for somebody: their own, or else the workspace's. Its days off are everybody's. Where neither was
/// entered there are none: nobody said when they work.
#[must_use]
pub fn hours_of(rows: &[Entered], member: RecordId) -> Option<WorkingHours> {
    let common = entered(rows, None).map(|row| &row.hours);
    let Some(own) = entered(rows, Some(member)) else { return common.cloned() };
    let mut hours = own.hours.clone();
    if let Some(common) = common {
        hours.holidays =
            Items(hours.holidays.0.into_iter().chain(common.holidays.0.iter().cloned()).collect());
    }
    Some(hours)
}

/// The clocks of some hours. A zone that nobody knows is UTC.
fn clocks(hours: &WorkingHours) -> TimeZone {
    TimeZone::get(&hours.zone).unwrap_or(TimeZone::UTC)
}

/// The day that the clocks show at an instant; none for an instant that no calendar has.
fn day_at(at: Millis, zone: &TimeZone) -> Option<civil::Date> {
    Some(zone.to_datetime(jiff::Timestamp::from_millisecond(at).ok()?).date())
}

/// The instant at which the clocks show a minute of a day. Of one that they show twice it is the first; one that they leave
/// out is as much later as they were put forward.
fn instant(day: civil::Date, minute: i64, zone: &TimeZone) -> Option<Millis> {
    let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
    let at = day.to_datetime(civil::Time::new(hour, minute, 0, 0).ok()?);
    Some(zone.to_ambiguous_timestamp(at).compatible().ok()?.as_millisecond())
}

/// The day off that a day is.
fn holiday(hours: &WorkingHours, day: civil::Date) -> Option<&str> {
    let covers = |starts_on: &str, days: i64| {
        let Ok(first) = starts_on.parse::<civil::Date>() else { return false };
        let after = jiff::Span::new().try_days(days).ok().and_then(|days| first.checked_add(days).ok());
        first <= day && after.is_none_or(|after| day < after)
    };
    let found = hours.holidays.0.iter().find(|off| covers(&off.item.starts_on.0, off.item.days));
    found.map(|off| off.item.label.as_str())
}

/// The times of work on one day of the hours' own calendar, in order; times that touch are one.
fn times_on(hours: &WorkingHours, day: civil::Date, zone: &TimeZone) -> Vec<Span> {
    if holiday(hours, day).is_some() {
        return Vec::new();
    }
    let weekday = day.weekday().to_monday_one_offset().to_string();
    let of_day = hours.week.0.iter().filter(|time| time.id.starts_with(&weekday));
    let span = |begins: i64, minutes: i64| {
        let ends = begins.saturating_add(minutes).min(DAY_MINUTES);
        let until = if ends == DAY_MINUTES {
            instant(day.tomorrow().ok()?, 0, zone)?
        } else {
            instant(day, ends, zone)?
        };
        let from = instant(day, begins, zone)?;
        (until > from).then_some(Span { from, until })
    };
    joined(of_day.filter_map(|time| span(time.item.begins, time.item.minutes)).collect())
}

/// Spans in order, those that touch as one.
fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| span.from);
    let mut found: Vec<Span> = Vec::new();
    for span in spans {
        match found.last_mut() {
            Some(last) if span.from <= last.until => last.until = last.until.max(span.until),
            _ => found.push(span),
        }
    }
    found
}

/// The times of work on every day from that of one instant to that of another, in order; times that touch are one.
#[must_use]
pub fn work_times(hours: &WorkingHours, from: Millis, until: Millis) -> Vec<Span> {
    let zone = clocks(hours);
    let (Some(first), Some(last)) = (day_at(from, &zone), day_at(until, &zone)) else { return Vec::new() };
    let days = first.series(jiff::Span::new().days(1)).take_while(|day| *day <= last).take(MAX_DAYS);
    joined(days.flat_map(|day| times_on(hours, day, &zone)).collect())
}

/// What of this takes place at a time, if anything does.
#[must_use]
pub fn taken_by(interviews: &[Planned], wanted: Planned) -> Option<Planned> {
    let is_at_once =
        |other: &Planned| wanted.starts_at < other.ends_at() && other.starts_at < wanted.ends_at();
    interviews.iter().copied().find(is_at_once)
}

/// What of the hours stands against a time that is not in them.
fn outside(hours: &WorkingHours, wanted: Planned) -> Obstacle {
    let zone = clocks(hours);
    let Some(day) = day_at(wanted.starts_at, &zone) else { return Obstacle::NoWork };
    if let Some(label) = holiday(hours, day) {
        return Obstacle::Holiday(label.to_owned());
    }
    let times = times_on(hours, day, &zone);
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return Obstacle::NoWork };
    if wanted.starts_at < first.from {
        return Obstacle::Before(first.from);
    }
    if wanted.ends_at() > last.until { Obstacle::After(last.until) } else { Obstacle::Break }
}

/// What stands against meeting somebody at a time, the gravest first. Between two interviews both is kept free: what comes
/// after the one and what comes before the other. Of whoever said nothing of their hours, only another interview does, and what
/// their own calendar shows.
#[must_use]
pub fn obstacle(person: &Person, wanted: Planned) -> Option<Obstacle> {
    if let Some(other) = taken_by(&person.interviews, wanted) {
        return Some(Obstacle::Taken(other));
    }
    if let Some(other) = taken_by(&person.busy, wanted) {
        return Some(Obstacle::Busy(other));
    }
    let hours = person.hours.as_ref()?;
    let (at, until) = (wanted.starts_at, wanted.ends_at());
    if !work_times(hours, at, until).iter().any(|span| span.from <= at && until <= span.until) {
        return Some(outside(hours, wanted));
    }
    let buffer = (hours.buffer_before.saturating_add(hours.buffer_after)).saturating_mul(MINUTE_MS);
    let is_close = |other: &&Planned| at < other.ends_at() + buffer && other.starts_at < until + buffer;
    if let Some(other) = person.interviews.iter().find(is_close) {
        return Some(Obstacle::Buffer(*other));
    }
    let most = hours.most_a_day?;
    let zone = clocks(hours);
    let day = day_at(at, &zone);
    let near = person.interviews.iter().filter(|other| (other.starts_at - at).abs() < NEAR_MS);
    let same_day = near.filter(|other| day_at(other.starts_at, &zone) == day).count();
    (i64::try_from(same_day).unwrap_or(i64::MAX) >= most).then_some(Obstacle::Full(most))
}

/// Who of several people meets somebody at a time: of those against whom nothing stands, whoever had the fewest interviews,
/// and of those who had as few, always the same one.
#[must_use]
pub fn one_of(people: &[Person], wanted: Planned) -> Option<&Person> {
    people
        .iter()
        .filter(|person| obstacle(person, wanted).is_none())
        .min_by_key(|person| (person.recent, person.id))
}

/// Somebody with what is known of their time. The interviews are those of anybody, without the one that is planned.
#[must_use]
pub fn person(id: RecordId, rows: &[Entered], interviews: &[Interview], now: Millis) -> Person {
    let theirs = || interviews.iter().filter(|held| held.interviewer_ids.ids.contains(&id));
    let open = theirs().filter(|held| held.status.is_open());
    let took =
        |held: &&Interview| !matches!(held.status, InterviewStatus::Proposed | InterviewStatus::Cancelled);
    let since = now.saturating_sub(COUNTED_MS);
    Person {
        id,
        hours: hours_of(rows, id),
        interviews: open.map(|held| Planned { starts_at: held.starts_at.0, minutes: held.minutes }).collect(),
        busy: Vec::new(),
        recent: theirs().filter(took).filter(|held| held.starts_at.0 >= since).count(),
    }
}

#[cfg(test)]
#[path = "availability_tests.rs"]
mod tests;
