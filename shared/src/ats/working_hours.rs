//! When somebody works: what times for interviews are proposed by, and whoever plans is warned by.
//!
//! Nothing is refused for it: people agree to other hours every day. A time of the day is a start and a length, as an
//! interview is, so that any merge of two valid edits is valid; it is of the clock of the zone that is named, on whatever day.

use serde::{Deserialize, Serialize};

use super::interview::is_zone_name;
use super::rules::{read, text};
use crate::accounts::Member;
use crate::kernel::{Code, Date, Id, Problem};
use crate::schema::{Entity, Fields, Item, Items};

/// Times of work on one day: before a break and after it. The id of one is the weekday and its letter.
const OF_A_DAY: [char; 2] = ['a', 'b'];
/// Days of a week; the first is Monday.
const WEEKDAYS: u32 = 7;

/// A time of work on a weekday. Its id says on which, from `1` for Monday to `7`, and which of the two of that day it is: `1a`,
/// `1b`. Where both are at once, they are one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct WorkingTime {
    /// When it begins, in minutes of the day.
    #[field(min = 0, max = 1439)]
    pub begins: i64,
    /// How long it is, in minutes. It ends at midnight at the latest; none is no time.
    #[field(min = 0, max = 1440)]
    pub minutes: i64,
}

/// Days on which nobody works, or somebody does not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct Holiday {
    /// The first of them. Without one there is none.
    pub starts_on: Date,
    /// How many they are, one after the other.
    #[field(min = 0, max = 366)]
    pub days: i64,
    /// What they are called. Everybody who plans interviews reads it.
    #[field(max = 80)]
    pub label: String,
}

/// When somebody works, or the workspace does: those of the workspace count for whoever has none, and its days off for
/// everybody. Of several that are about the same person, the one that was made last counts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "working_hours", code = 26, whose = "member_id")]
pub struct WorkingHours {
    /// Whose; none is the workspace's.
    #[field(immutable, index)]
    pub member_id: Option<Id<Member>>,
    /// On whose clocks, by the zone's IANA name: `Europe/Paris`.
    #[field(required, max = 64)]
    pub zone: String,
    /// The times of work in a week.
    #[field(items = 14)]
    pub week: Items<WorkingTime>,
    /// Minutes that are kept free before an interview.
    #[field(min = 0, max = 120)]
    pub buffer_before: i64,
    /// Minutes that are kept free after an interview. Between two interviews it is both.
    #[field(min = 0, max = 120)]
    pub buffer_after: i64,
    /// The most interviews on one day, if there is a most.
    #[field(min = 1, max = 20)]
    pub most_a_day: Option<i64>,
    /// Days off.
    #[field(items = 200)]
    pub holidays: Items<Holiday>,
    /// Who agrees to jobs and offers in their place, on the days that are named.
    pub deputy_id: Option<Id<Member>>,
    /// From which day on.
    pub deputy_from: Option<Date>,
    /// Until which day, that day included.
    pub deputy_until: Option<Date>,
}

/// Refuses hours of no zone and of no weekday.
///
/// # Errors
/// [`Code::InvalidFields`].
pub(super) fn check(after: &Fields) -> Result<(), Problem> {
    let mut problem = Problem::new(Code::InvalidFields);
    if !is_zone_name(text(after, "zone")) {
        problem = problem.field("zone", "This is not the name of a time zone such as America/Toronto.");
    }
    let hours: WorkingHours = read(after).unwrap_or_default();
    if hours.deputy_id.is_some() {
        problem = match (&hours.deputy_from, &hours.deputy_until) {
            (Some(from), Some(until)) if until.0 < from.0 => {
                problem.field("deputy_until", "The last day is before the first one.")
            }
            (Some(_), Some(_)) => problem,
            _ => problem.field("deputy_from", "Say from which day until which."),
        };
    }
    let week = hours.week.0;
    if !week.iter().all(|time| is_of_a_day(&time.id)) {
        let message = "The id of a time is a weekday from 1 to 7 and a or b, such as 1a.";
        problem = problem.field("week", message);
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

/// Whether an item's id says of which day it is, and which of that day's times.
fn is_of_a_day(id: &str) -> bool {
    let mut letters = id.chars();
    let day = letters.next().and_then(|letter| letter.to_digit(10));
    day.is_some_and(|day| (1..=WEEKDAYS).contains(&day))
        && letters.next().is_some_and(|letter| OF_A_DAY.contains(&letter))
        && letters.next().is_none()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn checked(zone: &str, ids: &[&str]) -> Vec<String> {
        let week: Vec<Value> =
            ids.iter().map(|id| json!({ "id": id, "begins": 540, "minutes": 480 })).collect();
        let mut fields = WorkingHours::DEF.defaults();
        fields.insert("zone".to_owned(), json!(zone));
        fields.insert("week".to_owned(), json!(week));
        check(&fields).err().map(|problem| problem.fields.into_keys().collect()).unwrap_or_default()
    }

    #[test]
    fn hours_are_of_a_zone_and_of_the_days_of_a_week() {
        assert!(checked("Europe/Paris", &[]).is_empty(), "who never works says so");
        assert!(checked("UTC", &["1a", "1b", "7a", "7b"]).is_empty());
        for zone in ["", "Paris, France", "5"] {
            assert_eq!(checked(zone, &["1a"]), ["zone"], "{zone}");
        }
        for id in ["", "1", "a", "0a", "8a", "1c", "1A", "11a", "1ab", "monday", "١a"] {
            assert_eq!(checked("UTC", &["1a", id]), ["week"], "{id}");
        }
    }

    #[test]
    fn a_week_has_room_for_two_times_on_each_day() {
        let week = WorkingHours::DEF.field("week").expect("a field");
        assert_eq!(week.items, Some(i64::from(WEEKDAYS) * 2));
        assert_eq!(OF_A_DAY.len(), 2);
    }
}
