//! A search that somebody keeps to use it again.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rules::text;
use crate::kernel::{Code, Problem};
use crate::schema::{Entity, Fields};

/// A search over a list that somebody keeps: for themselves, or for everybody.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "saved_searches", code = 20, title = "name", private = "is_private")]
pub struct SavedSearch {
    /// What it is called.
    #[field(required, max = 80)]
    pub name: String,
    /// The kind of record that is searched, by its wire name.
    #[field(required, max = 40, index)]
    pub about: String,
    /// What is searched for: an object in JSON with `text`, `conditions` and `sort`, as the desktop's screens write it.
    /// What a screen does not know of it, it leaves as it is.
    #[field(required, max = 10_000)]
    pub request: String,
    /// Whether only its author sees it. Decided when it is made.
    #[field(immutable)]
    pub is_private: bool,
}

/// Refuses a search that no screen could read.
///
/// # Errors
/// [`Code::InvalidFields`] for what is no object in JSON.
pub(super) fn check(after: &Fields) -> Result<(), Problem> {
    match serde_json::from_str::<Value>(text(after, "request")) {
        Ok(Value::Object(_)) => Ok(()),
        _ => Err(Problem::new(Code::InvalidFields).field("request", "That is not a search.")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_search_is_an_object() {
        let asked = |request: &str| {
            check(json!({ "request": request }).as_object().expect("is one")).map_err(|problem| problem.code)
        };
        assert_eq!(asked("{\"text\":\"rust\"}"), Ok(()));
        for bad in ["", "[]", "null", "{", "rust"] {
            assert_eq!(asked(bad), Err(Code::InvalidFields), "{bad}");
        }
    }
}
