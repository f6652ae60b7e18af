//! The ledger of local changes: what each person typed, and in which one way it ended.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};
use serde_json::Value;

/// A change that somebody made at a desktop, known by a mark in what was typed.
#[derive(Debug, Clone)]
pub struct Made {
    /// The mark.
    pub mark: String,
    /// The record; none for one whose making was not answered.
    pub record: Option<String>,
    /// The field that holds the mark.
    pub field: &'static str,
    /// Whether the desktop said that it is kept.
    pub kept: bool,
}

/// The mark of a desktop's change: nothing else that is typed looks like it.
pub fn mark(desk: usize, number: u64) -> String {
    format!("<{desk}.{number}>")
}

/// Every mark in some bytes.
pub fn marks(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'<') {
        let rest = &bytes[at + 1..];
        let Some(end) = rest.iter().take(24).position(|byte| *byte == b'>') else { continue };
        let inside = &rest[..end];
        if inside.contains(&b'.') && inside.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') {
            found.push(String::from_utf8_lossy(&bytes[at..=at + end + 1]).into_owned());
        }
    }
    found
}

/// What one desktop shows in Needs attention: fields of records that were refused, and records that are gone.
#[derive(Debug, Default, Clone)]
pub struct Shown {
    /// Record and field of what was refused and is shown.
    pub refused: BTreeSet<(String, String)>,
    /// Records of which something was dropped because they may not be seen any more.
    pub noticed: BTreeSet<String>,
}

impl Shown {
    /// Takes up the items of Needs attention.
    pub fn read(&mut self, items: &Value) {
        for item in items.as_array().into_iter().flatten().filter(|item| item["type"] == "refused") {
            let record = item["record_id"].as_str().unwrap_or_default().to_owned();
            let values = item["values"].as_array().map_or(&[][..], Vec::as_slice);
            if values.is_empty() {
                self.noticed.insert(record);
            } else {
                let fields = values.iter().filter_map(|pair| pair["field"].as_str());
                self.refused.extend(fields.map(|field| (record.clone(), field.to_owned())));
            }
        }
    }

    fn refuses(&self, record: &str, field: &str) -> bool {
        self.refused.contains(&(record.to_owned(), field.to_owned()))
    }
}

/// How many changes ended how.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Fates {
    /// Changes that a desktop said it keeps.
    pub kept: u64,
    /// Committed on the server.
    pub acknowledged: u64,
    /// Refused, and shown to the person.
    pub refused: u64,
    /// Dropped with a notice, because the record may not be seen any more.
    pub dropped: u64,
    /// Refused, shown, and discarded by the person.
    pub discarded: u64,
    /// Not answered by a desktop that was killed, and not there either.
    pub never_made: u64,
}

impl std::ops::AddAssign for Fates {
    fn add_assign(&mut self, other: Self) {
        self.kept += other.kept;
        self.acknowledged += other.acknowledged;
        self.refused += other.refused;
        self.dropped += other.dropped;
        self.discarded += other.discarded;
        self.never_made += other.never_made;
    }
}

impl std::fmt::Display for Fates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kept, acknowledged, refused, dropped, discarded, never_made } = self;
        write!(
            f,
            "{kept} kept; {acknowledged} acknowledged, {refused} refused and shown, {dropped} dropped with notice, \
             {discarded} discarded; {never_made} cut off before they were made"
        )
    }
}

/// Counts the changes of one desktop. `log` holds how often each mark is in the server's log.
///
/// # Errors
/// Names the first change that ended in no way or in two.
pub fn count(made: &[Made], log: &BTreeMap<String, u64>, shown: &Shown, discarded: &Shown) -> Result<Fates> {
    let mut fates = Fates::default();
    for change in made {
        let Made { mark, record, field, kept } = change;
        let times = log.get(mark).copied().unwrap_or(0);
        ensure!(times <= 1, "{mark} is in the server's log {times} times");
        fates.kept += u64::from(*kept);
        if times == 1 {
            fates.acknowledged += 1;
            continue;
        }
        let record = record.as_deref().unwrap_or_default();
        if shown.refuses(record, field) {
            fates.refused += 1;
        } else if discarded.refuses(record, field) {
            fates.discarded += 1;
        } else if shown.noticed.contains(record) || discarded.noticed.contains(record) {
            fates.dropped += 1;
        } else {
            ensure!(!kept, "{mark} in {field} of {record} was kept, and is lost");
            fates.never_made += 1;
        }
    }
    Ok(fates)
}

/// That nothing which is in the log is shown as refused.
///
/// # Errors
/// Names the first such change.
pub fn nothing_twice(items: &Value, log: &BTreeMap<String, u64>) -> Result<()> {
    for item in items.as_array().into_iter().flatten().filter(|item| item["type"] == "refused") {
        for pair in item["values"].as_array().into_iter().flatten() {
            for mark in marks(pair["mine"].to_string().as_bytes()) {
                ensure!(!log.contains_key(&mark), "{mark} is in the server's log, and shown as refused");
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn marks_are_found_in_bytes() {
        let bytes = [&[0, b'<', 200][..], b"Writer <3.17> and <4.2><x.1><5", b">"].concat();
        assert_eq!(marks(&bytes), [mark(3, 17), mark(4, 2)]);
    }

    #[test]
    fn a_change_that_is_lost_or_there_twice_is_found() {
        let made = |kept| Made { mark: mark(0, 1), record: Some("r".into()), field: "name", kept };
        let none = Shown::default();
        let log = |times| BTreeMap::from([(mark(0, 1), times)]);
        assert_eq!(count(&[made(true)], &log(1), &none, &none).expect("one").acknowledged, 1);
        assert!(count(&[made(true)], &log(2), &none, &none).is_err());
        assert!(count(&[made(true)], &BTreeMap::new(), &none, &none).is_err());
        assert_eq!(count(&[made(false)], &BTreeMap::new(), &none, &none).expect("none").never_made, 1);
        let items = json!([{ "type": "refused", "record_id": "r", "values": [{ "field": "name", "mine": "<0.1>" }] }]);
        let mut shown = Shown::default();
        shown.read(&items);
        assert_eq!(count(&[made(true)], &BTreeMap::new(), &shown, &none).expect("shown").refused, 1);
        assert_eq!(count(&[made(true)], &BTreeMap::new(), &none, &shown).expect("gone").discarded, 1);
        assert!(nothing_twice(&items, &log(1)).is_err());
        assert!(nothing_twice(&items, &BTreeMap::new()).is_ok());
        let notice = json!([{ "type": "refused", "record_id": "r", "values": [] }]);
        let mut shown = Shown::default();
        shown.read(&notice);
        assert_eq!(count(&[made(true)], &BTreeMap::new(), &shown, &none).expect("noticed").dropped, 1);
    }
}
