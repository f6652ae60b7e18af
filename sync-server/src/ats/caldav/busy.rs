//! When people are busy by the calendars that they keep elsewhere (RFC 4791, 7.10): from when until when, and nothing else.
//! With what, and with whom, the calendar's server is not even asked.
//!
//! Read after a pass that found the calendar changed, and every few hours besides, because what recurs comes nearer. What is
//! in the calendar of our own interviews is left out: those are known here, and better.

use std::sync::Arc;

use icalendar::parser::unfold;
use tokio::time::timeout;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use super::dav::Dav;
use super::read::{self, Slot};
use super::store::{self, Connection};
use super::web::Failure;
use crate::app::App;
use crate::ats::calendar::answer::instant;
use crate::error::Result;
use crate::limits::{
    CALENDAR_ANSWER_WITHIN, CALENDAR_BUSY_AHEAD_MS, CALENDAR_BUSY_EVERY_MS, MAX_CALENDAR_BUSY,
};
use crate::tenants::Tenant;

const MS_PER_MINUTE: Millis = 60_000;
/// The code of a calendar that does not tell when its person is busy.
pub const UNTOLD: &str = "calendar-busy-untold";

/// From one instant until before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// When it begins.
    pub from: Millis,
    /// When it is over.
    pub until: Millis,
}

impl From<Slot> for Span {
    fn from(slot: Slot) -> Self {
        Self {
            from: slot.starts_at,
            until: slot.starts_at.saturating_add(slot.minutes.saturating_mul(MS_PER_MINUTE)),
        }
    }
}

/// Whether a calendar whose pass is done is to be asked.
#[must_use]
pub fn is_due(connection: &Connection, mark: &str, now: Millis) -> bool {
    let is_new = mark.is_empty() || mark != connection.mark;
    let is_old = connection.busy_at.is_none_or(|at| at <= now - CALENDAR_BUSY_EVERY_MS);
    connection.shows_busy && (is_new || is_old)
}

/// Asks a calendar that a pass has, and writes down what it says. What it does not say leaves what was known.
///
/// # Errors
/// When the database cannot be read or written.
pub async fn refresh(
    app: &App,
    tenant: &Arc<Tenant>,
    connection: &Connection,
    claim: RecordId,
) -> Result<()> {
    let asked = Span { from: app.now(), until: app.now() + CALENDAR_BUSY_AHEAD_MS };
    let told = match super::connection::open(app, tenant, connection) {
        Ok((dav, calendar)) => {
            let telling = dav.busy(&calendar, asked);
            timeout(CALENDAR_ANSWER_WITHIN, telling).await.unwrap_or(Err(Failure::Unreachable))
        }
        Err(failure) => Err(failure),
    };
    let told = told.map(|text| text.and_then(|text| periods(&text, asked)));
    let mut tx = app.db().tenant(&tenant.schema).await?;
    if !store::holds(&mut tx, connection.member, claim).await? {
        return Ok(());
    }
    match told {
        Ok(Some(periods)) => {
            let events = store::events(&mut tx, connection.member).await?;
            let ours: Vec<Span> =
                events.iter().filter(|row| !row.left_out).map(|row| row.slot().into()).collect();
            store::put_busy(&mut tx, connection.member, &without(periods, &ours), app.now()).await?;
        }
        Ok(None) => store::leave_busy(&mut tx, connection.member, UNTOLD, app.now()).await?,
        // It is asked again after the next pass that finds something.
        Err(failure) => {
            tracing::info!(tenant = %tenant.id, ?failure, "a calendar did not say when its person is busy")
        }
    }
    Ok(tx.commit().await?)
}

/// One line of a calendar, without folds (RFC 5545, 3.1).
struct Line<'t> {
    name: &'t str,
    parameters: &'t str,
    value: &'t str,
}

impl<'t> Line<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let mut quoted = false;
        let colon = text.find(|character: char| {
            quoted ^= character == '"';
            character == ':' && !quoted
        })?;
        let (head, value) = (&text[..colon], text[colon + 1..].trim());
        let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
        Some(Self { name: name.trim(), parameters, value })
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether it tells of time that is free (RFC 5545, 3.2.9); what is not said is busy.
    fn is_free(&self) -> bool {
        self.parameters.split(';').any(|parameter| parameter.trim().eq_ignore_ascii_case("FBTYPE=FREE"))
    }
}

/// What one component of a calendar says.
#[derive(Default)]
struct Component {
    starts: Option<Millis>,
    ends: Option<Millis>,
    is_free: bool,
    says_periods: bool,
}

/// The times that an answer says to be busy, in order and joined, as far as they are within what was asked: of the first
/// [`MAX_CALENDAR_BUSY`]. None for what is no such answer.
#[must_use]
pub fn periods(text: &str, asked: Span) -> Option<Vec<Span>> {
    let unfolded = unfold(text);
    let (mut found, mut component, mut is_calendar) = (Vec::new(), None::<Component>, false);
    for line in unfolded.lines().filter_map(Line::of) {
        if line.is("BEGIN") && line.value.eq_ignore_ascii_case("VCALENDAR") {
            is_calendar = true;
        } else if line.is("BEGIN") && line.value.eq_ignore_ascii_case("VFREEBUSY") {
            component = Some(Component::default());
        } else if line.is("END") && line.value.eq_ignore_ascii_case("VFREEBUSY") {
            found.extend(component.take().and_then(|component| component.itself(asked)));
        } else if let Some(inside) = &mut component {
            inside.take(&line, &mut found);
        }
        if found.len() >= MAX_CALENDAR_BUSY {
            break;
        }
    }
    is_calendar.then(|| joined(found.into_iter().filter_map(|span| cut(span, asked)).collect()))
}

impl Component {
    fn take(&mut self, line: &Line<'_>, found: &mut Vec<Span>) {
        if line.is("DTSTART") {
            self.starts = instant(line.value);
        } else if line.is("DTEND") {
            self.ends = instant(line.value);
        } else if line.is("FBTYPE") {
            self.is_free = line.value.eq_ignore_ascii_case("FREE");
        } else if line.is("FREEBUSY") {
            self.says_periods = true;
            if !line.is_free() {
                let room = MAX_CALENDAR_BUSY.saturating_sub(found.len());
                found.extend(line.value.split(',').filter_map(period).take(room));
            }
        }
    }

    /// The time of a component that names no periods. Some servers give one to each event; what is as long as the question
    /// is the answer that nothing is busy.
    fn itself(self, asked: Span) -> Option<Span> {
        let span = Span { from: self.starts?, until: self.ends? };
        let is_all = span.from <= asked.from && span.until >= asked.until - MS_PER_MINUTE;
        (!self.says_periods && !self.is_free && !is_all).then_some(span)
    }
}

/// A period: two instants, or one and how long (RFC 5545, 3.3.9).
fn period(text: &str) -> Option<Span> {
    let (from, until) = text.trim().split_once('/')?;
    let from = instant(from)?;
    let until = if until.starts_with(['P', 'p', '+']) {
        from.checked_add(read::minutes(until)?.checked_mul(MS_PER_MINUTE)?)?
    } else {
        instant(until)?
    };
    Some(Span { from, until })
}

/// What of a span is within another, if anything is.
fn cut(span: Span, within: Span) -> Option<Span> {
    let cut = Span { from: span.from.max(within.from), until: span.until.min(within.until) };
    (cut.from < cut.until).then_some(cut)
}

/// Spans in order, those that touch as one.
fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut found: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match found.last_mut() {
            Some(last) if span.from <= last.until => last.until = last.until.max(span.until),
            _ => found.push(span),
        }
    }
    found
}

/// What is left of spans in order without others.
#[must_use]
pub fn without(spans: Vec<Span>, others: &[Span]) -> Vec<Span> {
    let others = joined(others.to_vec());
    let mut left = Vec::with_capacity(spans.len());
    for span in spans {
        let mut rest = span.from;
        for other in others.iter().filter(|other| other.from < span.until && other.until > span.from) {
            if other.from > rest {
                left.push(Span { from: rest, until: other.from });
            }
            rest = rest.max(other.until);
        }
        if rest < span.until {
            left.push(Span { from: rest, until: span.until });
        }
    }
    left
}

impl Dav<'_> {
    /// What a calendar says of when its person is busy; none when it does not tell.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn busy(
        &self,
        calendar: &url::Url,
        asked: Span,
    ) -> std::result::Result<Option<String>, Failure> {
        let (Some(from), Some(until)) = (told(asked.from), told(asked.until)) else { return Ok(None) };
        let body = format!(
            "<C:free-busy-query xmlns:C=\"urn:ietf:params:xml:ns:caldav\">\
             <C:time-range start=\"{from}\" end=\"{until}\"/></C:free-busy-query>"
        );
        let answer = self.report(calendar, "1", body).await?;
        match answer.status {
            200 => Ok(Some(String::from_utf8_lossy(&answer.body).into_owned())),
            // Not what it does, or not for this calendar.
            207 | 400 | 403 | 404 | 405 | 409 | 415 | 422 | 501 => Ok(None),
            status => Err(Failure::of(status)),
        }
    }
}

/// An instant as calendars write it (RFC 5545, 3.3.5).
fn told(at: Millis) -> Option<String> {
    let moment = jiff::Timestamp::from_millisecond(at).ok()?;
    Some(moment.strftime("%Y%m%dT%H%M%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: Millis = 60 * MS_PER_MINUTE;
    /// 2026-11-27T00:00:00Z.
    const BASE: Millis = 1_795_737_600_000;
    const ASKED: Span = Span { from: BASE, until: BASE + 60 * 24 * HOUR };

    fn span(from: Millis, until: Millis) -> Span {
        Span { from: BASE + from * HOUR, until: BASE + until * HOUR }
    }

    fn calendar(lines: &str) -> String {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{lines}\r\nEND:VCALENDAR\r\n")
    }

    #[test]
    fn what_servers_answer_is_read() {
        let whole = "BEGIN:VFREEBUSY\r\nDTSTART:20261127T000000Z\r\nDTEND:20270126T000000Z\r\n";
        let cases = [
            (format!("{whole}END:VFREEBUSY"), vec![]),
            // Two instants, one and how long, several in a line that is folded, and what is free.
            (
                format!(
                    "{whole}FREEBUSY;FBTYPE=BUSY:20261127T090000Z/20261127T100000Z,20261127T1\r\n 30000Z/PT1H30M\r\n\
                     FREEBUSY;FBTYPE=FREE:20261127T110000Z/PT1H\r\nFREEBUSY;FBTYPE=\"BUSY-TENTATIVE\":20261127T093000Z/\
                     20261127T110000Z\r\nEND:VFREEBUSY"
                ),
                vec![span(9, 11), Span { from: BASE + 13 * HOUR, until: BASE + 14 * HOUR + HOUR / 2 }],
            ),
            // One component for each event.
            (
                "BEGIN:VFREEBUSY\r\nDTSTART:20261127T090000Z\r\nDTEND:20261127T100000Z\r\nEND:VFREEBUSY\r\n\
                 BEGIN:VFREEBUSY\r\nDTSTART:20261127T120000Z\r\nDTEND:20261127T130000Z\r\nFBTYPE:FREE\r\nEND:VFREEBUSY"
                    .to_owned(),
                vec![span(9, 10)],
            ),
            // Only what was asked for; what is no time, or ends before it begins, is none.
            (
                format!(
                    "{whole}FREEBUSY:20251127T090000Z/20261127T010000Z,later,20261127T090000Z/20261127T080000Z\r\n\
                     END:VFREEBUSY"
                ),
                vec![span(0, 1)],
            ),
        ];
        for (lines, expected) in cases {
            assert_eq!(periods(&calendar(&lines), ASKED), Some(expected), "{lines}");
        }
        assert_eq!(periods("<html>sign in</html>", ASKED), None);
    }

    #[test]
    fn no_calendar_tells_more_than_is_kept() {
        let periods_of = |count: usize| -> String {
            let from = |at: usize| format!("20261128T{:02}{:02}{:02}Z", at / 3_600, at / 60 % 60, at % 60);
            (0..count).map(|at| format!("{}/PT1S", from(at * 2))).collect::<Vec<_>>().join(",")
        };
        let line =
            format!("BEGIN:VFREEBUSY\r\nFREEBUSY:{}\r\nEND:VFREEBUSY", periods_of(MAX_CALENDAR_BUSY + 500));
        assert!(periods(&calendar(&line), ASKED).is_some_and(|told| told.len() <= MAX_CALENDAR_BUSY));
    }

    #[test]
    fn our_own_interviews_are_left_out() {
        let busy = vec![span(9, 12), span(14, 15), span(20, 21)];
        let ours = [span(10, 11), span(11, 12), span(14, 15), span(16, 17)];
        assert_eq!(without(busy, &ours), vec![span(9, 10), span(20, 21)]);
    }

    proptest! {
        #[test]
        fn no_text_is_too_much(text in "(?s).{0,400}") {
            let _ = periods(&text, ASKED);
            let _ = periods(&calendar(&text), ASKED);
        }

        #[test]
        fn what_is_left_is_what_was_there_and_not_ours(
            busy in proptest::collection::vec((0_i64..200, 1_i64..9), 0..12),
            ours in proptest::collection::vec((0_i64..200, 1_i64..9), 0..12),
        ) {
            let spans = |of: &[(i64, i64)]| of.iter().map(|(from, hours)| span(*from, from + hours)).collect::<Vec<_>>();
            let (busy, ours) = (joined(spans(&busy)), spans(&ours));
            let left = without(busy.clone(), &ours);
            let within = |spans: &[Span], at: Millis| spans.iter().any(|span| span.from <= at && at < span.until);
            for hour in 0..220 {
                let at = BASE + hour * HOUR;
                prop_assert_eq!(within(&left, at), within(&busy, at) && !within(&ours, at));
            }
        }
    }
}
