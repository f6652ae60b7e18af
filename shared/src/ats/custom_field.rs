//! A field of a workspace's own on candidates: what it is called, of which type it is, and what a value of it looks like.
//!
//! Key and type never change: a value that was right stays right, whatever happens to the field meanwhile. Values stand
//! with the candidate, one for each key, and merge one by one; a field that is deleted hides its values and keeps them.

use serde::{Deserialize, Serialize};

use super::rules::{is_email, text};
use crate::choice;
use crate::kernel::limits::MAX_ITEM_ID_CHARS;
use crate::kernel::{Code, Problem, RecordId, time};
use crate::schema::{Entity, Fields, Item, Items};

/// The most fields of its own that a candidate has values of.
pub const MAX_CUSTOM_FIELDS: usize = 60;
/// Characters of the longest value.
const MAX_VALUE_CHARS: usize = 5_000;
/// Characters of the longest value in one line.
const MAX_LINE_CHARS: usize = 500;
/// Digits of the largest number, before and after the point.
const MAX_DIGITS: (usize, usize) = (15, 6);
/// Between the options of several.
pub const SEPARATOR: char = ',';

choice! {
    /// Of which type a field is. How a value is written follows from it, and is the same in every language.
    pub enum CustomFieldKind {
        /// A line of text.
        Text = "text",
        /// Text of several lines.
        LongText = "long_text",
        /// A number: `12`, `-0.5`.
        Number = "number",
        /// An amount with its currency (ISO 4217): `1250.00 CAD`.
        Money = "money",
        /// A day: `2026-01-31`.
        Date = "date",
        /// `yes` or `no`.
        YesNo = "yes_no",
        /// One of the options: its id.
        Choice = "choice",
        /// Some of the options: their ids, with commas between them.
        Choices = "choices",
        /// An address on the web, with `https://` or `http://`.
        Link = "link",
        /// An e-mail address.
        Email = "email",
        /// A telephone number.
        Phone = "phone",
        /// Somebody of the workspace: their id.
        Person = "person",
    }
}

/// What can be chosen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct FieldOption {
    /// What it says.
    #[field(required, max = 80)]
    pub label: String,
}

/// A field of a workspace's own on candidates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "custom_fields", code = 21, title = "label")]
pub struct CustomField {
    /// By what programs know it: small letters, digits and `_`, a letter first. One field has it.
    #[field(required, immutable, max = 40, index)]
    pub key: String,
    /// What people call it.
    #[field(required, max = 80)]
    pub label: String,
    /// Of which type it is.
    #[field(immutable)]
    pub kind: CustomFieldKind,
    /// What can be chosen. One that is taken out stays readable where it was chosen.
    #[field(items = 100)]
    pub options: Items<FieldOption>,
    /// What to fill in.
    #[field(max = 300)]
    pub help: String,
    /// Its place among the others: the smallest comes first.
    #[field(min = 0, max = 100_000)]
    pub place: i64,
}

/// What a candidate has of one field; the id is the field's key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct CustomValue {
    /// The value as its type writes it; an empty text is none.
    #[field(max = 5000)]
    pub value: String,
}

impl CustomFieldKind {
    /// Every type.
    pub const ALL: [Self; 12] = [
        Self::Text,
        Self::LongText,
        Self::Number,
        Self::Money,
        Self::Date,
        Self::YesNo,
        Self::Choice,
        Self::Choices,
        Self::Link,
        Self::Email,
        Self::Phone,
        Self::Person,
    ];

    /// Whether a text is a value of this type. Of a type of a newer version everything may be. Which options there are is
    /// not asked: one that was taken out while somebody chose it is no fault of theirs.
    #[must_use]
    pub fn holds(self, value: &str) -> bool {
        let is_line = value.chars().count() <= MAX_LINE_CHARS && !value.contains(['\n', '\r']);
        value.is_empty()
            || match self {
                Self::LongText | Self::Unknown => value.chars().count() <= MAX_VALUE_CHARS,
                Self::Text => is_line,
                Self::Number => is_number(value),
                Self::Money => is_money(value),
                Self::Date => time::is_date(value),
                Self::YesNo => matches!(value, "yes" | "no"),
                Self::Choice => is_key(value),
                Self::Choices => value.split(SEPARATOR).all(is_key),
                Self::Link => {
                    let rest = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://"));
                    is_line
                        && rest.is_some_and(|rest| !rest.is_empty())
                        && !value.contains(char::is_whitespace)
                }
                Self::Email => is_line && is_email(value),
                Self::Phone => {
                    is_line
                        && value.chars().any(|c| c.is_ascii_digit())
                        && value.chars().all(|c| c.is_ascii_digit() || " +-().#/x".contains(c))
                }
                Self::Person => value.parse::<RecordId>().is_ok(),
            }
    }
}

/// Whether a text can be an id of an item: of a field, or of an option.
fn is_key(text: &str) -> bool {
    (1..=MAX_ITEM_ID_CHARS).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// A number in plain digits: no exponent, no separators, no zeros that say nothing before it.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole)
        && whole.len() <= MAX_DIGITS.0
        && (whole == "0" || !whole.starts_with('0'))
        && part.is_none_or(|part| all_digits(part) && part.len() <= MAX_DIGITS.1)
}

fn is_money(text: &str) -> bool {
    text.split_once(' ').is_some_and(|(amount, currency)| {
        is_number(amount) && currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase())
    })
}

/// Refuses a field by whose key no value could be told.
///
/// # Errors
/// [`Code::InvalidFields`].
pub(super) fn check(after: &Fields) -> Result<(), Problem> {
    let key = text(after, "key");
    let is_plain = key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if is_plain {
        return Ok(());
    }
    let message = "Small letters, digits and _, with a letter first.";
    Err(Problem::new(Code::InvalidFields).field("key", message))
}

/// The values that a change of a candidate gave, by key.
#[must_use]
pub fn given<'f>(before: Option<&'f Fields>, after: &'f Fields) -> Vec<(&'f str, &'f str)> {
    let values = |fields: Option<&'f Fields>| -> Vec<(&'f str, &'f str)> {
        let items = fields.and_then(|fields| fields.get("custom")).and_then(serde_json::Value::as_array);
        let pair = |item: &'f serde_json::Value| Some((item["id"].as_str()?, item["value"].as_str()?));
        items.into_iter().flatten().filter_map(pair).collect()
    };
    let had = values(before);
    values(Some(after)).into_iter().filter(|given| !given.1.is_empty() && !had.contains(given)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_type_tells_its_values_from_others() {
        let id = RecordId::from_u128(7).to_string();
        for (kind, good, bad) in [
            (CustomFieldKind::Text, vec!["Any line", "5"], vec!["two\nlines"]),
            (CustomFieldKind::LongText, vec!["two\nlines"], vec![]),
            (
                CustomFieldKind::Number,
                vec!["0", "12", "-0.5", "999999999999999.999999"],
                vec!["1e9", "01", ".5", "5.", "1 000", "½", "-", "1000000000000000", "0.1234567"],
            ),
            (CustomFieldKind::Money, vec!["1250.00 CAD", "0 EUR"], vec!["12", "CAD 12", "12 cad", "12  CAD"]),
            (CustomFieldKind::Date, vec!["2026-01-31"], vec!["2026-02-30", "31.1.2026"]),
            (CustomFieldKind::YesNo, vec!["yes", "no"], vec!["true", "Yes"]),
            (CustomFieldKind::Choice, vec!["a1", "option-2"], vec!["a,b", "a b"]),
            (CustomFieldKind::Choices, vec!["a", "a,b"], vec!["a,,b", "a, b", ","]),
            (
                CustomFieldKind::Link,
                vec!["https://a.example/x?y=1"],
                vec!["a.example", "javascript:alert(1)", "https://", "https://a b"],
            ),
            (CustomFieldKind::Email, vec!["a@b.co"], vec!["a", "a@"]),
            (CustomFieldKind::Phone, vec!["+1 (514) 555-0100", "5"], vec!["call me", "+"]),
            (CustomFieldKind::Person, vec![id.as_str()], vec!["Ada"]),
        ] {
            assert!(kind.holds(""), "{kind:?}: nothing is always right");
            for value in good {
                assert!(kind.holds(value), "{kind:?} {value}");
            }
            for value in bad {
                assert!(!kind.holds(value), "{kind:?} {value}");
            }
        }
        assert!(CustomFieldKind::Unknown.holds("of a newer version"));
        assert!(!CustomFieldKind::LongText.holds(&"x".repeat(MAX_VALUE_CHARS + 1)));
        assert_eq!(CustomFieldKind::ALL.len(), CustomFieldKind::NAMES.len());
    }

    #[test]
    fn a_key_is_plain() {
        let asked = |key: &str| check(json!({ "key": key }).as_object().expect("is one")).is_ok();
        assert!(["visa", "visa_until", "a1"].iter().all(|key| asked(key)));
        assert!(["", "1a", "_a", "Visa", "visa until", "visa-until", "é"].iter().all(|key| !asked(key)));
    }

    #[test]
    fn only_what_a_change_gave_is_looked_at() {
        let fields = |value: serde_json::Value| value.as_object().cloned().expect("is one");
        let before = fields(json!({ "custom": [{ "id": "a", "value": "1" }, { "id": "b", "value": "2" }] }));
        let after = fields(json!({ "custom": [
            { "id": "a", "value": "1" }, { "id": "b", "value": "3" }, { "id": "c", "value": "" },
        ] }));
        assert_eq!(given(Some(&before), &after), [("b", "3")]);
        assert_eq!(given(None, &after), [("a", "1"), ("b", "3")]);
        assert!(given(None, &Fields::new()).is_empty());
    }
}
