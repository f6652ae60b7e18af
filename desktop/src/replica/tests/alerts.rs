//! Who comes to match a saved search: the first look is silent, later ones find who is new among what changed, and nothing
//! is left of whom may not be held.

use serde_json::{Value, json};
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::Edit;

use super::*;
use crate::replica::{Alerted, CheckRequest, FollowRequest, MAX_LIMIT, followed};

fn saved(replica: &mut Replica) -> RecordId {
    let made = json!({ "name": "In Oslo", "about": "candidates", "request": "{}" });
    replica.create("saved_searches", &fields(made), T0).expect("makes").id
}

fn follow(replica: &mut Replica, search: RecordId, on: bool) {
    replica.follow(&FollowRequest { search, on }, T0).expect("follows");
}

fn person_in(replica: &mut Replica, city: &str) -> RecordId {
    let made = json!({ "first_name": "Ada", "city": city });
    replica.create("candidates", &fields(made), T0).expect("makes").id
}

fn moves(replica: &mut Replica, candidate: RecordId, city: &str) {
    replica.edit("candidates", candidate, &[Edit::set("city", city)], T0).expect("edits");
}

fn look_for(
    replica: &mut Replica,
    search: RecordId,
    filters: &Value,
    changed: Value,
    silent: bool,
) -> Alerted {
    let alert = json!({ "search": search, "fingerprint": filters.to_string(), "request": { "kind": "candidates", "filters": filters } });
    let request = json!({ "alerts": [alert], "changed": changed, "silent": silent });
    let request: CheckRequest = serde_json::from_value(request).expect("a request");
    replica.check_alerts(&request, T0).expect("looks").pop().expect("is followed")
}

/// A look among these candidates, or at everybody: how many are new, and how many of them this look found.
fn look(replica: &mut Replica, search: RecordId, among: Option<&[RecordId]>) -> (u64, u64) {
    let oslo = json!([{ "field": "city", "is": "Oslo" }]);
    let changed = among.map_or(Value::Null, |ids| json!({ "candidates": ids }));
    let found = look_for(replica, search, &oslo, changed, false);
    (found.fresh, found.arrived)
}

#[test]
fn the_first_look_is_silent_and_later_ones_find_who_is_new() {
    let mut replica = owner(3);
    let search = saved(&mut replica);
    let [ada, bob, cid] = ["Oslo", "Rome", "Rome"].map(|city| person_in(&mut replica, city));
    follow(&mut replica, search, true);
    assert_eq!(look(&mut replica, search, Some(&[])), (0, 0), "who matched before is no news");
    for one in [bob, cid] {
        moves(&mut replica, one, "Oslo");
    }
    assert_eq!(look(&mut replica, search, Some(&[ada, bob])), (1, 1), "who is not named is not looked at");
    assert_eq!(look(&mut replica, search, Some(&[bob])), (1, 0), "nobody is new twice");
    assert_eq!(look(&mut replica, search, None), (2, 1), "a look at everybody finds who was missed");
    let seen = replica.see_alert(search, T0).expect("sees");
    assert_eq!(seen.iter().collect::<BTreeSet<_>>(), BTreeSet::from([&bob, &cid]));
    assert_eq!(look(&mut replica, search, None), (0, 0));
    // Who goes and comes back is new again; who was deleted is no match.
    moves(&mut replica, ada, "Rome");
    assert_eq!(look(&mut replica, search, Some(&[ada])), (0, 0));
    moves(&mut replica, ada, "Oslo");
    assert_eq!(look(&mut replica, search, Some(&[ada])), (1, 1));
    replica.edit("candidates", ada, &[Edit::deleted(true)], T0).expect("deletes");
    assert_eq!(look(&mut replica, search, Some(&[ada])), (0, 0));
}

#[test]
fn what_the_person_did_is_no_news_and_another_question_begins_anew() {
    let mut replica = owner(3);
    let search = saved(&mut replica);
    follow(&mut replica, search, true);
    look(&mut replica, search, None);
    let ada = person_in(&mut replica, "Oslo");
    let oslo = json!([{ "field": "city", "is": "Oslo" }]);
    let mine = look_for(&mut replica, search, &oslo, json!({ "candidates": [ada] }), true);
    assert_eq!((mine.fresh, mine.arrived), (0, 0));
    assert_eq!(look(&mut replica, search, None), (0, 0));
    let rome = json!([{ "field": "city", "is": "Rome" }]);
    let bob = person_in(&mut replica, "Rome");
    let anew = look_for(&mut replica, search, &rome, json!({ "candidates": [bob] }), false);
    assert_eq!((anew.fresh, anew.arrived), (0, 0));
    let cid = person_in(&mut replica, "Rome");
    let next = look_for(&mut replica, search, &rome, json!({ "candidates": [cid] }), false);
    assert_eq!((next.fresh, next.arrived), (1, 1));
}

#[test]
fn a_record_that_belongs_to_a_candidate_concerns_them() {
    let mut replica = owner(3);
    let search = saved(&mut replica);
    follow(&mut replica, search, true);
    let rated = json!([{ "of": "applications", "where": [{ "field": "rating", "least": 4, "most": null }] }]);
    look_for(&mut replica, search, &rated, Value::Null, false);
    let made = make(&mut replica, T0);
    replica.edit("applications", made.application, &[Edit::set("rating", 5)], T0).expect("edits");
    let other = json!({ "jobs": [made.job] });
    assert_eq!(look_for(&mut replica, search, &rated, other, false).arrived, 0);
    let changed = json!({ "applications": [made.application] });
    assert_eq!(look_for(&mut replica, search, &rated, changed, false).arrived, 1);
}

#[test]
fn a_thousand_who_arrive_at_once_are_looked_at() {
    let mut replica = owner(3);
    let search = saved(&mut replica);
    follow(&mut replica, search, true);
    look(&mut replica, search, None);
    let everybody: Vec<RecordId> =
        (0..1_000).map(|n| person_in(&mut replica, if n % 4 == 0 { "Oslo" } else { "Rome" })).collect();
    assert_eq!(look(&mut replica, search, Some(&everybody)), (250, 250));
    let seen = replica.see_alert(search, T0).expect("sees");
    assert_eq!((seen.len(), look(&mut replica, search, None)), (250, (0, 0)));
}

#[test]
fn nothing_is_left_of_whom_may_not_be_held_and_of_a_search_that_nobody_follows() {
    let mut replica = owner(3);
    let mut server = Server::default();
    let search = saved(&mut replica);
    let [ada, bob] = ["Rome", "Rome"].map(|city| person_in(&mut replica, city));
    server.exchange(&mut replica, T0 + 1);
    follow(&mut replica, search, true);
    look(&mut replica, search, None);
    for one in [ada, bob] {
        server.edit(one, &[Edit::set("city", "Oslo")], T0 + 2);
    }
    server.pull(&mut replica, T0 + 3);
    assert_eq!(look(&mut replica, search, Some(&[ada, bob])), (2, 2));
    let count = |replica: &Replica| -> i64 {
        let sql = "select count(*) from alert_matches";
        replica.connection().query_row(sql, [], |row| row.get(0)).expect("counts")
    };
    carry(&mut replica, &Action::Apply { items: Vec::new(), gone: vec![ada], cursor: [3; 16] }, T0 + 4);
    assert_eq!((count(&replica), look(&mut replica, search, Some(&[]))), (1, (1, 0)));
    follow(&mut replica, search, false);
    assert_eq!((count(&replica), followed(replica.connection()).expect("reads")), (0, Vec::new()));
    // Searches that are not here are not followed, nor too many.
    let unknown = FollowRequest { search: ada, on: true };
    assert_eq!(replica.follow(&unknown, T0).expect_err("is none").code, Code::NotFound);
    for _ in 0..20 {
        let one = saved(&mut replica);
        follow(&mut replica, one, true);
    }
    let more = FollowRequest { search, on: true };
    assert_eq!(replica.follow(&more, T0).expect_err("is too much").code, Code::TooLarge);
    carry(&mut replica, &Action::Apply { items: Vec::new(), gone: vec![search], cursor: [4; 16] }, T0 + 5);
    assert_eq!(followed(replica.connection()).expect("reads").len(), 20);
}

#[test]
fn what_is_seen_in_parts_stays_new_until_it_was_seen() {
    let mut replica = owner(3);
    let search = saved(&mut replica);
    follow(&mut replica, search, true);
    look(&mut replica, search, None);
    let everybody: Vec<RecordId> = (0..MAX_LIMIT + 20).map(|_| person_in(&mut replica, "Oslo")).collect();
    assert_eq!(look(&mut replica, search, None).0, everybody.len() as u64);
    let mut seen = replica.see_alert(search, T0).expect("sees");
    assert_eq!((seen.len(), look(&mut replica, search, None)), (MAX_LIMIT, (20, 0)));
    seen.extend(replica.see_alert(search, T0).expect("sees"));
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), everybody.into_iter().collect());
    assert_eq!(look(&mut replica, search, None), (0, 0));
}

#[test]
fn a_search_that_was_deleted_takes_no_place() {
    let mut replica = owner(3);
    let mut searches: Vec<RecordId> = (0..21).map(|_| saved(&mut replica)).collect();
    let last = searches.pop().expect("one");
    for search in &searches {
        follow(&mut replica, *search, true);
    }
    let more = FollowRequest { search: last, on: true };
    assert_eq!(replica.follow(&more, T0).expect_err("too many").code, Code::TooLarge);
    replica.edit("saved_searches", searches[0], &[Edit::deleted(true)], T0).expect("deletes");
    replica.follow(&more, T0).expect("follows");
}

#[test]
fn what_is_gone_without_a_trace_has_everybody_looked_at() {
    let mut replica = owner(3);
    let search = saved(&mut replica);
    follow(&mut replica, search, true);
    look(&mut replica, search, None);
    let bob = person_in(&mut replica, "Oslo");
    let gone = json!({ "applications": [RecordId::from_u128(99)] });
    let oslo = json!([{ "field": "city", "is": "Oslo" }]);
    assert_eq!(look_for(&mut replica, search, &oslo, gone, false).arrived, 1, "{bob}");
}
