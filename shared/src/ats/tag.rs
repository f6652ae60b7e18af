//! A tag that a workspace puts on candidates. One of them has a name; two that turn out to be one are merged by a pointer, so that
//! no candidate has to be changed for it.

use serde::{Deserialize, Serialize};

use super::duplicates::merged_into;
use super::rules::text;
use crate::kernel::{Id, RecordId};
use crate::schema::{Entity, Fields};

/// The field that says into which tag one was merged.
pub const INTO: &str = "merged_into_id";

/// A tag that a workspace puts on candidates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "tags", code = 8, title = "name")]
pub struct Tag {
    /// What it says. Of those that are shown, one has it, whatever the case of its letters.
    #[field(required, max = 50, search)]
    pub name: String,
    /// Its colour, `#RRGGBB`.
    #[field(max = 7)]
    pub color: String,
    /// The tag that stands for it: whoever has this one has that one.
    #[field(index)]
    pub merged_into_id: Option<Id<Tag>>,
}

/// Whether two names of tags are the same.
#[must_use]
pub fn is_same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Whether a tag is one that people choose: it is neither deleted nor merged.
#[must_use]
pub fn is_shown(fields: &Fields, deleted: bool) -> bool {
    !deleted && text(fields, INTO).is_empty()
}

/// Two tags of one name that become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Twins {
    /// The one that is merged.
    pub goes: RecordId,
    /// The one that stands for both: the one that was made first.
    pub stays: RecordId,
}

/// What has to be merged once a tag has come to be shown under a name: two desktops may have made, or called, one each
/// without a network, and neither is refused for it. `others` are the tags that are shown.
#[must_use]
pub fn twins<'n>(
    id: RecordId,
    name: &str,
    others: impl IntoIterator<Item = (RecordId, &'n str)>,
) -> Option<Twins> {
    let same = others.into_iter().filter(|(other, called)| *other != id && is_same_name(called, name));
    let other = same.map(|(other, _)| other).min()?;
    Some(Twins { goes: other.max(id), stays: other.min(id) })
}

/// The tag that stands for one in the end. In a circle (two people merged the same two the two ways round) it is the one of
/// the smallest id, on every side.
#[must_use]
pub fn stands_for(id: RecordId, into: impl Fn(RecordId) -> Option<RecordId>) -> RecordId {
    merged_into(id, into)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_is_the_same_whatever_its_letters() {
        assert!(is_same_name(" Été ", "été") && is_same_name("RUST", "rust"));
        assert!(!is_same_name("rust", "rusty") && !is_same_name("e", "é"));
    }

    #[test]
    fn who_is_merged_or_deleted_has_no_name_any_more() {
        let fields = |into: serde_json::Value| Fields::from_iter([(INTO.to_owned(), into)]);
        assert!(is_shown(&Fields::new(), false) && is_shown(&fields(json!(null)), false));
        assert!(!is_shown(&Fields::new(), true) && !is_shown(&fields(json!(RecordId::from_u128(1))), false));
    }

    #[test]
    fn of_two_of_one_name_the_first_stays() {
        let id = RecordId::from_u128;
        let others = [(id(2), "Rust"), (id(4), "rust"), (id(1), "Go")];
        assert_eq!(twins(id(3), "RUST", others), Some(Twins { goes: id(3), stays: id(2) }));
        assert_eq!(twins(id(0), "RUST", others), Some(Twins { goes: id(2), stays: id(0) }));
        assert_eq!(twins(id(2), "Rust", [(id(2), "Rust")]), None);
    }

    /// A tag as the server holds it.
    #[derive(Debug, Clone, Default)]
    struct Held {
        name: String,
        into: Option<u128>,
        deleted: bool,
    }

    #[derive(Debug, Clone)]
    enum Deed {
        Call(u128, String),
        Merge(u128, u128),
        Part(u128),
        Delete(u128, bool),
    }

    fn deed() -> impl Strategy<Value = Deed> {
        let name = || proptest::sample::select(vec!["a", "A", " a", "b", "B ", "c"]);
        prop_oneof![
            4 => (0..6u128, name()).prop_map(|(id, name)| Deed::Call(id, name.to_owned())),
            2 => (0..6u128, 0..6u128).prop_map(|(id, into)| Deed::Merge(id, into)),
            1 => (0..6u128).prop_map(Deed::Part),
            2 => (0..6u128, any::<bool>()).prop_map(|(id, gone)| Deed::Delete(id, gone)),
        ]
    }

    fn shown(tags: &BTreeMap<u128, Held>) -> Vec<(u128, &str)> {
        let shown = tags.iter().filter(|(_, tag)| !tag.deleted && tag.into.is_none());
        shown.map(|(id, tag)| (*id, tag.name.as_str())).collect()
    }

    proptest! {
        /// Whatever people do to tags, in whatever order it arrives: of those that are shown one has a name, and each of
        /// the others stands for one and the same tag from wherever it is asked.
        #[test]
        fn a_name_is_one_tags_whatever_arrives(deeds in proptest::collection::vec(deed(), 0..24)) {
            let mut tags: BTreeMap<u128, Held> = BTreeMap::new();
            for deed in deeds {
                let (Deed::Call(id, _) | Deed::Merge(id, _) | Deed::Part(id) | Deed::Delete(id, _)) = &deed;
                let id = *id;
                if !matches!(deed, Deed::Call(..)) && !tags.contains_key(&id) {
                    continue;
                }
                let tag = tags.entry(id).or_default();
                let was = (!tag.deleted && tag.into.is_none()).then(|| tag.name.clone());
                match deed {
                    Deed::Call(_, name) => tag.name = name,
                    Deed::Merge(_, into) if into != id => tag.into = Some(into),
                    Deed::Merge(..) => {}
                    Deed::Part(_) => tag.into = None,
                    Deed::Delete(_, gone) => tag.deleted = gone,
                }
                let tag = tag.clone();
                let is_new_here = !tag.deleted
                    && tag.into.is_none()
                    && !was.is_some_and(|was| !was.is_empty() && is_same_name(&was, &tag.name));
                if is_new_here {
                    let others: Vec<_> =
                        shown(&tags).into_iter().map(|(id, name)| (RecordId::from_u128(id), name)).collect();
                    if let Some(Twins { goes, stays }) = twins(RecordId::from_u128(id), &tag.name, others) {
                        tags.get_mut(&goes.as_u128()).expect("is held").into = Some(stays.as_u128());
                    }
                }
                let names: Vec<String> =
                    shown(&tags).iter().map(|(_, name)| name.trim().to_lowercase()).collect();
                let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
                prop_assert_eq!(distinct.len(), names.len(), "{:?}", &tags);
            }
            let into = |id: RecordId| {
                tags.get(&id.as_u128()).and_then(|tag| tag.into).map(RecordId::from_u128)
            };
            for id in tags.keys().map(|id| RecordId::from_u128(*id)) {
                let end = stands_for(id, into);
                prop_assert_eq!(stands_for(end, into), end);
            }
        }
    }
}
