//! Refusals, conflicts, and what is done about them.

use serde_json::json;
use zumodra_shared::access::Role;

use super::*;
use crate::replica::{AttentionChoice, get};

fn synced() -> (Server, Replica, Made) {
    let mut server = Server::default();
    let mut a = owner(1);
    let made = make(&mut a, T0);
    server.exchange(&mut a, T0 + 1);
    a.take_changed();
    (server, a, made)
}

#[test]
fn one_refused_edit_delays_none_of_the_others() {
    let (mut server, mut a, made) = synced();
    a.edit("candidates", made.candidate, &[Edit::set("city", "Lyon")], T0 + 2).expect("edits");
    a.edit("applications", made.application, &[Edit::set("rating", 4)], T0 + 2).expect("edits");
    a.edit("jobs", made.job, &[Edit::set("team", "Ovens")], T0 + 2).expect("edits");
    let hashes = a.outbox_hashes().expect("reads");
    server.forbidden = vec![made.application];
    server.exchange(&mut a, T0 + 3);
    assert_eq!(a.counts().expect("counts").waiting, 0);
    assert_eq!(field(&a, "applications", made.application, "rating"), Value::Null);
    assert_eq!(field(&a, "jobs", made.job, "team"), json!("Ovens"));
    let items = a.attention().expect("reads");
    assert_eq!(
        (items.len(), items[0].code.as_str(), items[0].kind_of_item.as_str()),
        (1, "quota-reached", "refused")
    );
    assert_eq!(items[0].title, "Zoë Müller · Senior baker");
    assert_eq!((&items[0].values[0].mine, &items[0].values[0].theirs), (&json!(4), &Value::Null));
    assert_every_fate_is_told(&hashes, &a.take_changed().fates, &a);
}

/// Found by the history checker: somebody else's text was shown as what was typed here.
#[test]
fn what_was_typed_is_kept_where_somebody_else_wrote_over_it_before_it_was_refused() {
    let (mut server, mut a, made) = synced();
    for typed in ["First", "Mine"] {
        a.edit("candidates", made.candidate, &[Edit::set("headline", typed)], T0 + 2).expect("edits");
    }
    for theirs in ["Theirs", "Theirs again", "Theirs still"] {
        server.edit(made.candidate, &[Edit::set("headline", theirs)], T0 + 3);
    }
    server.pull(&mut a, T0 + 4);
    assert_eq!(field(&a, "candidates", made.candidate, "headline"), json!("Theirs still"));
    server.forbidden = vec![made.candidate];
    server.push(&mut a, T0 + 5);
    let items = a.attention().expect("reads");
    let refused = items.iter().find(|item| item.kind_of_item == "refused").expect("it is shown");
    assert_eq!(
        (&refused.values[0].mine, &refused.values[0].theirs),
        (&json!("Mine"), &json!("Theirs still"))
    );
}

#[test]
fn a_refused_change_takes_what_builds_on_it_and_leaves_the_rest() {
    let (mut server, mut a, made) = synced();
    let edit =
        |a: &mut Replica, edit: Edit| a.edit("candidates", made.candidate, &[edit], T0 + 2).expect("edits");
    edit(&mut a, Edit::set("headline", "Refused"));
    edit(&mut a, Edit::set("city", "Lyon"));
    edit(&mut a, Edit::set("headline", "Refused too"));
    edit(&mut a, Edit::text("summary", "Works well."));
    edit(&mut a, Edit::add("skills", "oat"));
    let hashes = a.outbox_hashes().expect("reads");
    // Somebody else writes to the text in the meantime.
    server.edit(made.candidate, &[Edit::text("summary", "Note: ")], T0 + 3);
    server.pull(&mut a, T0 + 3);
    let first = match &a.outbox(0, 1).expect("reads")[0] {
        Outgoing::Change(place, _) => *place,
        Outgoing::Command(..) => unreachable!("only changes were made"),
    };
    carry(&mut a, &Action::Refused(first, Problem::new(Code::InvalidFields)), T0 + 4);
    // The rest of the suffix comes back refused as well; its places are empty by then.
    for place in first + 1..first + 5 {
        carry(&mut a, &Action::Refused(place, Problem::new(Code::MissingDependency)), T0 + 4);
    }
    assert_eq!(field(&a, "candidates", made.candidate, "headline"), json!("Baker"));
    assert_eq!(field(&a, "candidates", made.candidate, "city"), json!("Lyon"));
    let fates = a.take_changed().fates;
    assert_every_fate_is_told(&hashes, &fates, &a);
    let rewritten = fates.iter().filter(|fate| matches!(fate, Fate::Rewritten(..))).count();
    assert_eq!((rewritten, a.attention().expect("reads").len()), (3, 1));
    server.exchange(&mut a, T0 + 5);
    assert_eq!(a.counts().expect("counts").waiting, 0);
    assert_eq!(a.attention().expect("reads").len(), 1, "what was written anew is accepted");
    let summary = field(&a, "candidates", made.candidate, "summary");
    let summary = summary.as_str().expect("a text");
    assert!(summary.contains("Works well.") && summary.contains("Note: "), "{summary}");
    assert!(!server.verify(&mut a, T0 + 6));
}

#[test]
fn a_refused_creation_keeps_its_fields_and_can_be_made_again() {
    let (mut server, mut a, made) = synced();
    let tag = a.create("tags", &fields(json!({ "name": "Bakers" })), T0 + 2).expect("makes").id;
    a.edit("tags", tag, &[Edit::set("color", "#ff0000")], T0 + 2).expect("edits");
    a.edit("candidates", made.candidate, &[Edit::add("tag_ids", tag.to_string())], T0 + 3).expect("edits");
    let hashes = a.outbox_hashes().expect("reads");
    server.forbidden = vec![tag];
    server.push(&mut a, T0 + 4);
    assert!(get(a.connection(), "tags", tag).expect("reads").is_none());
    assert_every_fate_is_told(&hashes, &a.take_changed().fates, &a);
    let items = a.attention().expect("reads");
    assert_eq!(items.len(), 2, "the record, and the one that pointed to it");
    let item = items.iter().find(|item| item.kind == "tags").expect("is there");
    assert!(item.values.iter().any(|v| v.field == "color" && v.mine == json!("#ff0000")));
    server.forbidden.clear();
    a.resolve(&item.id, &AttentionChoice::Retry, T0 + 5).expect("does it again");
    server.exchange(&mut a, T0 + 6);
    assert_eq!(field(&a, "tags", tag, "name"), json!("Bakers"));
    let item = a.attention().expect("reads").remove(0);
    a.resolve(&item.id, &AttentionChoice::KeepMine, T0 + 7).expect("does it again");
    server.exchange(&mut a, T0 + 8);
    assert_eq!(field(&a, "candidates", made.candidate, "tag_ids"), json!([tag.to_string()]));
    assert_eq!(a.attention().expect("reads"), []);
}

#[test]
fn two_people_moving_one_application_are_shown_and_settled_by_one_choice() {
    for keep in [AttentionChoice::KeepMine, AttentionChoice::KeepTheirs, AttentionChoice::Discard] {
        let (mut server, mut a, made) = synced();
        let mut b = replica_of(&person(2, Role::Recruiter), 2);
        server.bootstrap(&mut b, T0 + 2);
        a.edit("applications", made.application, &[Edit::set("stage_id", "talk")], T0 + 3).expect("edits");
        b.edit("applications", made.application, &[Edit::set("stage_id", "offer")], T0 + 3).expect("edits");
        server.exchange(&mut a, T0 + 4);
        server.exchange(&mut b, T0 + 5);
        server.pull(&mut a, T0 + 6);
        for (replica, mine, theirs) in [(&a, "talk", "offer"), (&b, "offer", "talk")] {
            let items = replica.attention().expect("reads");
            assert_eq!((items.len(), items[0].kind_of_item.as_str()), (1, "conflict"));
            assert_eq!(
                (&items[0].values[0].mine, &items[0].values[0].theirs),
                (&json!(mine), &json!(theirs))
            );
        }
        let id = a.attention().expect("reads")[0].id.clone();
        a.resolve(&id, &keep, T0 + 7).expect("settles");
        assert_eq!(a.attention().expect("reads"), []);
        server.exchange(&mut a, T0 + 8);
        server.pull(&mut b, T0 + 9);
        assert_eq!(a.attention().expect("reads"), [], "a settled conflict stays settled");
        let open = b.attention().expect("reads").len();
        let stage = field(&b, "applications", made.application, "stage_id");
        match keep {
            AttentionChoice::KeepMine => assert_eq!((stage, open), (json!("talk"), 0)),
            AttentionChoice::KeepTheirs => assert_eq!((stage, open), (json!("offer"), 0)),
            _ => assert_eq!(open, 1, "the other side still may choose"),
        }
    }
}

#[test]
fn a_refused_edit_can_be_edited_and_tried_again() {
    let (mut server, mut a, made) = synced();
    a.edit("candidates", made.candidate, &[Edit::set("headline", "Too bold")], T0 + 2).expect("edits");
    server.forbidden = vec![made.candidate];
    server.push(&mut a, T0 + 3);
    let id = a.attention().expect("reads")[0].id.clone();
    let bad = AttentionChoice::Edit { edits: vec![Edit::set("headline", "x".repeat(300))] };
    assert!(a.resolve(&id, &bad, T0 + 4).is_err_and(|p| p.code == Code::InvalidFields));
    assert_eq!(a.attention().expect("reads").len(), 1, "it stays until it is settled");
    server.forbidden.clear();
    let good = AttentionChoice::Edit { edits: vec![Edit::set("headline", "Bold")] };
    a.resolve(&id, &good, T0 + 5).expect("does it");
    server.exchange(&mut a, T0 + 6);
    assert_eq!(field(&a, "candidates", made.candidate, "headline"), json!("Bold"));
    assert_eq!(a.counts().expect("counts").attention, 0);
}

#[test]
fn an_answer_about_an_empty_place_is_ignored() {
    let (_, mut a, _) = synced();
    carry(&mut a, &Action::Refused(9_999, Problem::new(Code::Forbidden)), T0);
    carry(&mut a, &Action::Confirmed(vec![(9_999, None)], Some(T0)), T0);
    carry(&mut a, &Action::CommandDone(9_999, None), T0);
    assert!(a.take_changed().is_empty());
}
