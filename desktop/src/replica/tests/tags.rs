//! Tags on this side: one of a name, merged by a pointer that every list, card and edit follows.

use serde_json::json;
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::Edit;

use super::*;
use crate::ats::cards::{CardRequest, cards};
use crate::ats::queries::candidate_page;
use crate::ats::tags::tags;
use crate::replica::{ListRequest, get, list};

fn tag(replica: &mut Replica, name: &str) -> std::result::Result<RecordId, Code> {
    let made = replica.create("tags", &fields(json!({ "name": name })), T0);
    made.map(|made| made.id).map_err(|problem| problem.code)
}

fn change(replica: &mut Replica, tag: RecordId, edit: Edit) -> std::result::Result<(), Code> {
    replica.edit("tags", tag, &[edit], T0).map(|_| ()).map_err(|problem| problem.code)
}

fn into(tag: RecordId) -> Edit {
    Edit::set("merged_into_id", tag.to_string())
}

fn counts(replica: &Replica) -> Vec<(String, u64, usize)> {
    let found = tags(replica.connection()).expect("counts");
    let name = |fields: &Fields| fields["name"].as_str().unwrap_or_default().to_owned();
    found.iter().map(|each| (name(&each.tag.fields), each.people, each.merged.len())).collect()
}

fn asked(replica: &Replica, request: Value) -> Vec<RecordId> {
    let request: ListRequest = serde_json::from_value(request).expect("a request");
    let page = list(replica.connection(), &request).expect("lists");
    assert_eq!(page.total, page.rows.len() as u64);
    page.rows.iter().map(|row| row.id).collect()
}

#[test]
fn a_name_is_one_tags_unless_that_was_deleted_or_merged() {
    let mut replica = owner(3);
    let rust = tag(&mut replica, "Rust").expect("makes");
    let go = tag(&mut replica, "Go").expect("makes");
    assert_eq!(tag(&mut replica, " RUST "), Err(Code::AlreadyExists));
    assert_eq!(change(&mut replica, go, Edit::set("name", "rust")), Err(Code::AlreadyExists));
    assert_eq!(change(&mut replica, rust, Edit::set("name", "RUST")), Ok(()));
    assert_eq!(change(&mut replica, go, into(rust)), Ok(()));
    let again = tag(&mut replica, "Go").expect("its name is free");
    // It cannot be taken apart again under a name that another one has meanwhile.
    assert_eq!(change(&mut replica, go, Edit::set("merged_into_id", Value::Null)), Err(Code::AlreadyExists));
    assert_eq!(change(&mut replica, again, Edit::deleted(true)), Ok(()));
    assert_eq!(change(&mut replica, go, Edit::set("merged_into_id", Value::Null)), Ok(()));
}

#[test]
fn whoever_has_a_merged_tag_has_the_one_that_stands_for_it() {
    let mut replica = owner(3);
    let (rust, rusty) =
        (tag(&mut replica, "Rust").expect("makes"), tag(&mut replica, "Rusty").expect("makes"));
    let made = make(&mut replica, T0);
    let person = |replica: &mut Replica, name: &str, tags: &[RecordId]| {
        let made = json!({ "first_name": name, "tag_ids": tags });
        replica.create("candidates", &fields(made), T0).expect("makes").id
    };
    let ada = person(&mut replica, "Ada", &[rusty]);
    let bob = person(&mut replica, "Bob", &[rust, rusty]);
    replica.edit("candidates", made.candidate, &[Edit::add("tag_ids", rusty.to_string())], T0).expect("tags");
    let undo = replica.edit("tags", rusty, &[into(rust)], T0 + 1).expect("merges").undo;
    assert_eq!(counts(&replica), [("Rust".to_owned(), 3, 1)]);
    assert_eq!(asked(&replica, json!({ "kind": "tags" })), [rust]);
    let has = json!({ "kind": "candidates", "sort": "first_name", "filters": [{ "field": "tag_ids", "has": rust }] });
    assert_eq!(asked(&replica, has.clone()), [ada, bob, made.candidate]);
    let lacks = json!({ "kind": "candidates", "filters": [{ "field": "tag_ids", "lacks": rust }] });
    assert!(asked(&replica, lacks).is_empty());
    let any = json!({ "kind": "candidates", "filters": [{ "field": "tag_ids", "has_any": [rust] }] });
    assert_eq!(asked(&replica, any).len(), 3);
    let page = candidate_page(replica.connection(), bob).expect("reads");
    assert_eq!(page.tags.iter().map(|row| row.id).collect::<Vec<_>>(), [rust]);
    assert_eq!(page.candidate.fields["tag_ids"], json!([rust]));
    let card = cards(replica.connection(), &CardRequest::default(), T0 + 2).expect("reads").cards.remove(0);
    assert_eq!(card.tags, ["Rust"]);
    // Who loses the tag loses all that it stands for, and gets it back by one step.
    let off = [Edit::remove("tag_ids", rust.to_string())];
    let back = replica.edit("candidates", bob, &off, T0 + 3).expect("takes off").undo;
    assert_eq!(asked(&replica, has.clone()), [ada, made.candidate]);
    replica.undo(&back, T0 + 4).expect("puts back");
    // Taking the merge back gives everybody what they had.
    replica.undo(&undo, T0 + 5).expect("takes back");
    assert_eq!(counts(&replica), [("Rust".to_owned(), 1, 0), ("Rusty".to_owned(), 3, 0)]);
    let ada = get(replica.connection(), "candidates", ada).expect("reads").expect("is here");
    assert_eq!(ada.fields["tag_ids"], json!([rusty]));
}

#[test]
fn two_merges_the_two_ways_round_end_at_one_on_every_side() {
    let mut replica = owner(3);
    let (one, other) = (tag(&mut replica, "A").expect("makes"), tag(&mut replica, "B").expect("makes"));
    let made = json!({ "first_name": "Ada", "tag_ids": [one, other] });
    replica.create("candidates", &fields(made), T0).expect("makes");
    change(&mut replica, one, into(other)).expect("merges");
    change(&mut replica, other, into(one)).expect("another desktop did the other way round");
    let first = one.min(other);
    assert_eq!(asked(&replica, json!({ "kind": "tags" })), [first]);
    assert_eq!(counts(&replica).len(), 1);
    assert_eq!(counts(&replica)[0].1, 1);
    // While the one that stands for it is deleted, a merged one is not shown either.
    change(&mut replica, first, Edit::deleted(true)).expect("deletes");
    assert!(asked(&replica, json!({ "kind": "tags" })).is_empty());
}
