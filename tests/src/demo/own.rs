//! The demo workspace's own fields on candidates, and what some of its candidates have of them.

use serde_json::{Value, json};

/// A field: key, label, type, hint, options.
type Field =
    (&'static str, &'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]);

const FIELDS: [Field; 5] = [
    ("visa_until", "Work permit until", "date", "As it stands on the permit", &[]),
    (
        "clearance",
        "Security clearance",
        "choice",
        "",
        &[("none", "None"), ("reliability", "Reliability"), ("secret", "Secret")],
    ),
    (
        "shifts",
        "Shifts",
        "choices",
        "",
        &[("day", "Days"), ("evening", "Evenings"), ("night", "Nights"), ("weekend", "Weekends")],
    ),
    ("day_rate", "Day rate", "money", "Of freelancers", &[]),
    ("relocates", "Would move for us", "yes_no", "", &[]),
];
/// One candidate of so many has something of them.
const EACH: usize = 3;

/// The fields as records.
pub fn fields() -> impl Iterator<Item = Value> {
    FIELDS.iter().enumerate().map(|(at, (key, label, kind, help, options))| {
        let options: Vec<Value> =
            options.iter().map(|(id, label)| json!({ "id": id, "label": label })).collect();
        json!({
            "key": key, "label": label, "kind": kind, "help": help, "options": options, "place": (at + 1) * 10,
        })
    })
}

/// What a candidate has, by their number.
pub fn values(number: usize) -> Vec<Value> {
    if !number.is_multiple_of(EACH) {
        return Vec::new();
    }
    let round = number / EACH;
    let all = [
        ("visa_until", format!("{}-{:02}-28", 2027 + round % 3, round % 12 + 1)),
        ("clearance", ["none", "reliability", "secret"][round % 3].to_owned()),
        ("shifts", ["day", "day,evening", "night,weekend", "weekend"][round % 4].to_owned()),
        ("day_rate", format!("{}.00 CAD", 400 + round % 9 * 50)),
        ("relocates", if round.is_multiple_of(2) { "yes" } else { "no" }.to_owned()),
    ];
    let has = all.into_iter().enumerate().filter(|(at, _)| !(round + at).is_multiple_of(4));
    has.map(|(_, (key, value))| json!({ "id": key, "value": value })).collect()
}
