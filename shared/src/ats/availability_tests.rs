//! The rule of hours, held to the table of cases that the window's is held to as well.

use jiff::civil::DateTime;
use serde_json::{Value, json};

use super::*;
use crate::ats::rules;
use crate::kernel::Timestamp;

const CASES: &str = include_str!("../../tests/cases/hours.json");

fn cases() -> Value {
    serde_json::from_str(CASES).expect("is JSON")
}

fn utc(text: &str) -> Millis {
    let at: DateTime = text.parse().expect("is a time");
    at.to_zoned(TimeZone::UTC).expect("is an instant").timestamp().as_millisecond()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("is a text")
}

fn number(value: &Value) -> i64 {
    value.as_i64().expect("is a number")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Some hours of the table.
fn hours(table: &Value, name: &str) -> WorkingHours {
    let said = &table["hours"][name];
    let mut week = Vec::new();
    for day in text(&said["days"]).chars() {
        for (letter, time) in ["a", "b"].iter().zip(list(&said["times"])) {
            week.push(json!({ "id": format!("{day}{letter}"), "begins": time[0], "minutes": time[1] }));
        }
    }
    let holidays = list(&said["holidays"]).iter().enumerate();
    let holidays: Vec<Value> = holidays
        .map(
            |(at, off)| json!({ "id": at.to_string(), "starts_on": off[0], "days": off[1], "label": off[2] }),
        )
        .collect();
    let fields = json!({
        "zone": said["zone"], "week": week, "holidays": holidays, "most_a_day": said["most_a_day"],
        "buffer_before": said["buffer_before"].as_i64().unwrap_or_default(),
        "buffer_after": said["buffer_after"].as_i64().unwrap_or_default(),
    });
    rules::read(fields.as_object().expect("is an object")).expect("are hours")
}

fn planned(value: &Value) -> Planned {
    Planned { starts_at: utc(text(&value[0])), minutes: number(&value[1]) }
}

fn interviews(value: &Value) -> Vec<Planned> {
    list(value).iter().map(planned).collect()
}

/// The name of an obstacle in the table, and the instant of which it speaks.
fn said(obstacle: Obstacle) -> (&'static str, Option<Millis>) {
    match obstacle {
        Obstacle::Taken(other) => ("taken", Some(other.starts_at)),
        Obstacle::Busy(other) => ("busy", Some(other.starts_at)),
        Obstacle::Holiday(_) => ("holiday", None),
        Obstacle::NoWork => ("no_work", None),
        Obstacle::Before(at) => ("before", Some(at)),
        Obstacle::After(at) => ("after", Some(at)),
        Obstacle::Break => ("break", None),
        Obstacle::Buffer(other) => ("buffer", Some(other.starts_at)),
        Obstacle::Full(_) => ("full", None),
    }
}

#[test]
fn what_stands_against_a_time_is_as_in_the_table() {
    let table = cases();
    for case in list(&table["obstacles"]) {
        let person = Person {
            hours: Some(hours(&table, text(&case["hours"]))),
            interviews: interviews(&case["interviews"]),
            busy: interviews(&case["busy"]),
            ..Person::default()
        };
        for time in list(&case["times"]) {
            let found = obstacle(&person, planned(time)).map(said);
            let wanted = time[2].as_str().map(|kind| (kind, time[3].as_str().map(utc)));
            assert_eq!(found, wanted, "{}: {time}", case["name"]);
        }
    }
}

#[test]
fn who_of_several_is_picked_is_as_in_the_table() {
    let table = cases();
    for case in list(&table["picks"]) {
        let people: Vec<Person> = list(&case["people"])
            .iter()
            .zip(1..)
            .map(|(said, id)| Person {
                id: RecordId::from_u128(id),
                hours: Some(hours(&table, text(&said["hours"]))),
                interviews: interviews(&said["interviews"]),
                busy: interviews(&said["busy"]),
                recent: usize::try_from(number(&said["recent"])).expect("is a count"),
            })
            .collect();
        let picked = one_of(&people, planned(&case["at"])).map(|person| person.id);
        let wanted = case["picks"].as_u64().map(|at| RecordId::from_u128(u128::from(at) + 1));
        assert_eq!(picked, wanted, "{}", case["name"]);
        let backwards: Vec<Person> = people.into_iter().rev().collect();
        let picked = one_of(&backwards, planned(&case["at"])).map(|person| person.id);
        assert_eq!(picked, wanted, "{}, in whatever order they are named", case["name"]);
    }
}

#[test]
fn round_robin_does_not_ignore_absence() {
    let table = cases();
    let at = Planned { starts_at: utc("2026-11-27T05:00"), minutes: 60 };
    let away = Person { id: RecordId::from_u128(1), hours: Some(hours(&table, "away")), ..Person::default() };
    assert_eq!(obstacle(&away, at), Some(Obstacle::Holiday("Trip".into())));
    assert_eq!(one_of(std::slice::from_ref(&away), at), None, "who is away is not picked, even alone");
}

#[test]
fn hours_are_ones_own_or_the_workspaces_or_none() {
    let row = |id: u128, whose: Option<u128>, zone: &str, created_at: Millis, off: &str| {
        let member = whose.map(|whose| RecordId::from_u128(whose).to_string());
        let fields = json!({
            "member_id": member, "zone": zone, "holidays": [{ "id": "x", "starts_on": off, "days": 1, "label": "" }],
        });
        let hours = rules::read(fields.as_object().expect("is an object")).expect("are hours");
        Entered { id: RecordId::from_u128(id), created_at, hours }
    };
    let [ada, bob] = [7, 8].map(RecordId::from_u128);
    assert_eq!(hours_of(&[], ada), None);
    let rows = [
        row(1, None, "Europe/Paris", 5, "2026-12-25"),
        row(2, Some(7), "UTC", 5, "2026-12-01"),
        row(3, Some(7), "Asia/Tokyo", 4, "2026-12-02"),
    ];
    let of = |member| hours_of(&rows, member).expect("there are some");
    assert_eq!(of(bob).zone, "Europe/Paris");
    let own = of(ada);
    let off: Vec<&str> = own.holidays.0.iter().map(|off| off.item.starts_on.0.as_str()).collect();
    assert_eq!((own.zone.as_str(), off), ("UTC", vec!["2026-12-01", "2026-12-25"]), "the last one counts");
}

#[test]
fn interviews_are_counted_of_the_last_time_and_ahead() {
    let ada = RecordId::from_u128(7);
    let now = 100 * DAY_MS;
    let held = |status, days: i64, who: &[RecordId]| {
        let mut interview =
            Interview { status, starts_at: Timestamp(days * DAY_MS), minutes: 30, ..Interview::default() };
        interview.interviewer_ids.ids = who.iter().copied().collect();
        interview
    };
    use InterviewStatus::{Cancelled, Completed, NoShow, Proposed, Scheduled};
    let interviews = [
        held(Completed, 71, &[ada]),
        held(NoShow, 70, &[ada]),
        held(Completed, 69, &[ada]),
        held(Scheduled, 140, &[ada]),
        held(Cancelled, 99, &[ada]),
        held(Proposed, 101, &[ada]),
        held(Completed, 99, &[RecordId::from_u128(8)]),
    ];
    let person = person(ada, &[], &interviews, now);
    assert_eq!(person.recent, 3);
    assert_eq!(person.interviews, [Planned { starts_at: 140 * DAY_MS, minutes: 30 }]);
    assert_eq!(
        obstacle(&person, Planned { starts_at: 99 * DAY_MS, minutes: 30 }),
        None,
        "nobody said when they work"
    );
}
