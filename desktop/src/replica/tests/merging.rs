//! Candidates that may be one person: found, merged, shown as one, separated.

use serde_json::json;
use zumodra_shared::access::Role;
use zumodra_shared::ats::duplicates::Likeness;
use zumodra_shared::ats::merging::Chosen;
use zumodra_shared::schema::Edit;

use super::*;
use crate::ats::duplicates::{duplicates, duplicates_of, left_out};
use crate::ats::queries::{board, candidate_page, search};
use crate::replica::{MergeRequest, get, list};

/// A second record of the person that [`make`] makes: with another city, a contact, an application and a note.
struct Twin {
    made: Made,
    twin: RecordId,
    application: RecordId,
}

fn contact(replica: &mut Replica, candidate: RecordId, email: &str, phone: &str) -> RecordId {
    let contact = json!({ "candidate_id": candidate, "email": email, "phone": phone });
    replica.create("candidate_contacts", &fields(contact), T0).expect("makes").id
}

fn candidate(replica: &mut Replica, first: &str, last: &str, now: i64) -> RecordId {
    let candidate = json!({ "first_name": first, "last_name": last });
    replica.create("candidates", &fields(candidate), now).expect("makes").id
}

fn world(replica: &mut Replica) -> Twin {
    let made = make(replica, T0);
    let twin = json!({ "first_name": "Zoe", "last_name": "Muller", "skills": ["rye", "spelt"], "city": "Lyon",
        "headline": "Pastry cook", "summary": "Bakes." });
    let twin = replica.create("candidates", &fields(twin), T0 + 5).expect("makes").id;
    contact(replica, twin, "zoe@bakers.example", "+33 6 11 22 33 44");
    let job = get(replica.connection(), "jobs", made.job).expect("reads").expect("is here");
    let application = json!({ "candidate_id": twin, "job_id": made.job, "stage_id": "talk", "applied_at": T0 + 6,
        "pipeline_id": job.fields["pipeline_id"] });
    let application = replica.create("applications", &fields(application), T0 + 6).expect("makes").id;
    let note = json!({ "candidate_id": twin, "body": "Came by." });
    replica.create("notes", &fields(note), T0 + 7).expect("makes");
    Twin { made, twin, application }
}

fn merge(replica: &mut Replica, kept: RecordId, merged: RecordId, chosen: &[&str]) -> super::super::Written {
    let chosen: Chosen = chosen.iter().map(|name| (*name).to_owned()).collect();
    replica.merge(&MergeRequest { kept, merged, chosen }, T0 + 20).expect("merges")
}

fn listed(replica: &Replica) -> BTreeSet<RecordId> {
    let request = crate::replica::ListRequest { kind: "candidates".to_owned(), ..Default::default() };
    let page = list(replica.connection(), &request).expect("lists");
    assert_eq!(page.total, page.rows.len() as u64);
    page.rows.iter().map(|row| row.id).collect()
}

fn shown(replica: &Replica, id: RecordId) -> Fields {
    get(replica.connection(), "candidates", id).expect("reads").expect("is here").fields
}

/// All that merging could touch.
fn state(replica: &Replica) -> Value {
    let rows = |kind: &str| -> Vec<Value> {
        let sql = format!("select id from {kind} where deleted = 0 order by id");
        let mut statement = replica.connection().prepare(&sql).expect("is a query");
        let ids = statement.query_map([], |row| row.get::<_, [u8; 16]>(0)).expect("reads");
        let ids: Vec<RecordId> = ids.map(|id| RecordId::from_bytes(id.expect("an id"))).collect();
        let fields =
            |id: &RecordId| get(replica.connection(), kind, *id).expect("reads").expect("is here").fields;
        ids.iter().map(|id| json!([id, fields(id)])).collect()
    };
    json!([rows("candidates"), rows("candidate_contacts"), rows("applications"), rows("notes")])
}

#[test]
fn who_was_merged_is_shown_as_one_with_all_that_is_theirs() {
    let mut replica = owner(1);
    let Twin { made, twin, application } = world(&mut replica);
    assert_eq!(listed(&replica), BTreeSet::from([made.candidate, twin]));
    merge(&mut replica, made.candidate, twin, &["headline"]);
    assert_eq!(listed(&replica), BTreeSet::from([made.candidate]));
    for asked in [made.candidate, twin] {
        let page = candidate_page(replica.connection(), asked).expect("reads");
        assert_eq!(page.candidate.id, made.candidate);
        assert_eq!(page.merged.iter().map(|row| row.id).collect::<Vec<_>>(), [twin]);
        let applications: BTreeSet<RecordId> = page.applications.iter().map(|it| it.application.id).collect();
        assert_eq!(applications, BTreeSet::from([made.application, application]));
        assert_eq!(page.notes.len(), 1);
        let contact = page.contact.expect("was taken over").fields;
        assert_eq!(
            (&contact["email"], &contact["candidate_id"]),
            (&json!("zoe@bakers.example"), &json!(made.candidate))
        );
    }
    let whole = shown(&replica, made.candidate);
    for (name, value) in [
        ("first_name", json!("Zoë")),
        ("headline", json!("Pastry cook")),
        ("city", json!("Lyon")),
        ("summary", json!("Bakes.")),
        ("skills", json!(["rye", "sourdough", "spelt"])),
        ("resume_text", json!("Ten years of laminated dough in Lyon.")),
    ] {
        assert_eq!(whole[name], value, "{name}");
    }
    let cards = board(replica.connection(), made.job, T0 + 30).expect("reads").columns;
    let names: Vec<_> =
        cards.iter().flat_map(|column| &column.cards).map(|card| &card.candidate_name).collect();
    assert_eq!(names, vec![&Some("Zoë Müller".to_owned()); 2], "both cards name the one person");
    for needle in ["muller", "Zoë Müller", "zoe@bakers", "pastry"] {
        let hits = search(replica.connection(), needle, 10).expect("finds");
        let people: Vec<RecordId> =
            hits.iter().filter(|hit| hit.kind == "candidates").map(|hit| hit.id).collect();
        assert_eq!(people, [made.candidate], "{needle}");
    }
}

#[test]
fn undoing_a_merge_at_once_leaves_no_trace() {
    let mut replica = owner(2);
    let Twin { made, twin, .. } = world(&mut replica);
    contact(&mut replica, made.candidate, "", "0611223344");
    let before = state(&replica);
    let written = merge(&mut replica, made.candidate, twin, &["headline", "phone"]);
    assert_ne!(state(&replica), before);
    replica.undo(&written.undo, T0 + 21).expect("is taken back");
    assert_eq!(state(&replica), before);
}

#[test]
fn separating_later_gives_both_back_and_keeps_what_was_written_since() {
    let mut replica = owner(3);
    let Twin { made, twin, .. } = world(&mut replica);
    contact(&mut replica, made.candidate, "", "0699887766");
    let before = state(&replica);
    merge(&mut replica, made.candidate, twin, &["headline", "phone"]);
    let written = replica.separate(twin, T0 + 30).expect("separates");
    assert_eq!(state(&replica), before);
    replica.undo(&written.undo, T0 + 31).expect("is taken back");
    replica.edit("candidates", made.candidate, &[Edit::set("city", "Nice")], T0 + 32).expect("edits");
    replica.separate(twin, T0 + 33).expect("separates");
    assert_eq!(shown(&replica, made.candidate)["city"], "Nice");
    assert_eq!(shown(&replica, twin)["city"], "Lyon");
    assert_eq!(listed(&replica), BTreeSet::from([made.candidate, twin]));
    let again = replica.separate(twin, T0 + 34).expect_err("is not merged any more");
    assert_eq!(again.code, Code::WrongState);
}

#[test]
fn nobody_disappears_with_the_one_that_they_were_merged_into() {
    let mut replica = owner(4);
    let Twin { made, twin, .. } = world(&mut replica);
    merge(&mut replica, made.candidate, twin, &[]);
    replica.edit("candidates", made.candidate, &[Edit::deleted(true)], T0 + 21).expect("deletes");
    assert_eq!(listed(&replica), BTreeSet::from([twin]));
    assert_eq!(candidate_page(replica.connection(), twin).expect("reads").candidate.id, twin);
    replica.separate(twin, T0 + 22).expect("separates, though the other one is gone");
    assert_eq!(shown(&replica, twin)["merged_into_id"], Value::Null);
    replica.edit("candidates", made.candidate, &[Edit::deleted(false)], T0 + 23).expect("restores");
    assert_eq!(listed(&replica), BTreeSet::from([made.candidate, twin]));
}

#[test]
fn chains_lead_to_the_last_and_circles_and_private_ones_are_refused() {
    let mut replica = owner(5);
    let [a, b, c] =
        [1, 2, 3].map(|number| candidate(&mut replica, "Ada", &format!("No {number}"), T0 + number));
    let into = |replica: &mut Replica, kept, merged| {
        replica
            .merge(&MergeRequest { kept, merged, chosen: Chosen::new() }, T0 + 9)
            .map_err(|problem| problem.code)
    };
    into(&mut replica, b, a).expect("merges");
    assert_eq!(into(&mut replica, a, b), Err(Code::InvalidFields), "a circle");
    assert_eq!(into(&mut replica, a, c), Err(Code::InvalidFields), "into one that was merged");
    assert_eq!(into(&mut replica, c, c), Err(Code::UnknownReference), "into themselves");
    assert_eq!(into(&mut replica, c, RecordId::from_u128(99)), Err(Code::NotFound));
    into(&mut replica, c, b).expect("merges");
    let page = candidate_page(replica.connection(), a).expect("reads");
    assert_eq!(page.candidate.id, c);
    assert_eq!(page.merged.iter().map(|row| row.id).collect::<BTreeSet<_>>(), BTreeSet::from([a, b]));
    assert_eq!(listed(&replica), BTreeSet::from([c]));
    let private = candidate(&mut replica, "Pri", "Vate", T0 + 10);
    replica.edit("candidates", private, &[Edit::set("is_private", true)], T0 + 11).expect("hides");
    assert_eq!(into(&mut replica, c, private), Err(Code::InvalidFields));
    assert_eq!(into(&mut replica, private, c), Err(Code::InvalidFields));
    let hides = replica.edit("candidates", a, &[Edit::set("is_private", true)], T0 + 12);
    assert_eq!(hides.map_err(|problem| problem.code), Err(Code::InvalidFields));
}

#[test]
fn pairs_are_found_with_what_they_have_in_common_until_somebody_says_they_are_two() {
    let mut replica = owner(6);
    let Twin { made, twin, .. } = world(&mut replica);
    contact(&mut replica, made.candidate, "ZOE@bakers.example", "06 11 22 33 44");
    let other = candidate(&mut replica, "Somebody", "Else", T0 + 8);
    contact(&mut replica, other, "else@bakers.example", "0000000000");
    let found = duplicates(replica.connection()).expect("finds");
    assert_eq!((found.total, found.pairs.len()), (1, 1));
    let pair = &found.pairs[0];
    assert_eq!((pair.first.candidate.id, pair.second.candidate.id), (made.candidate, twin));
    assert_eq!(pair.likenesses, [Likeness::Email, Likeness::Phone]);
    assert_eq!((pair.score, pair.second.applications, pair.second.notes), (100, 1, 1));
    assert_eq!(pair.first.candidate.fields["resume_text"], "", "too long for a list");
    for (asked, one) in [(made.candidate, 1), (twin, 1), (other, 0)] {
        assert_eq!(duplicates_of(replica.connection(), asked).expect("finds").len(), one, "{asked}");
    }
    let add = Edit::add("distinct_from_ids", made.candidate.to_string());
    let written = replica.edit("candidates", twin, &[add], T0 + 9).expect("edits");
    let none = |replica: &Replica| {
        duplicates(replica.connection()).expect("finds").total
            + duplicates_of(replica.connection(), made.candidate).expect("finds").len()
    };
    assert_eq!(none(&replica), 0);
    replica.undo(&written.undo, T0 + 10).expect("is taken back");
    assert_eq!(none(&replica), 2);
    merge(&mut replica, made.candidate, twin, &[]);
    assert_eq!(none(&replica), 0);
}

#[test]
fn who_sees_no_contacts_is_told_of_names_alone() {
    let mut author = owner(7);
    let Twin { made, .. } = world(&mut author);
    contact(&mut author, made.candidate, "zoe@bakers.example", "");
    author
        .edit(
            "candidates",
            made.candidate,
            &[Edit::set("last_name", "Muller"), Edit::set("city", "Lyon")],
            T0 + 9,
        )
        .expect("edits");
    let likenesses =
        |replica: &Replica| duplicates(replica.connection()).expect("finds").pairs[0].likenesses.clone();
    assert_eq!(likenesses(&author), [Likeness::Email, Likeness::NameAndMore]);
    let sql = "delete from candidate_contacts";
    author.connection().execute(sql, []).expect("as in a replica that holds none");
    assert_eq!(likenesses(&author), [Likeness::NameAndMore]);
}

#[test]
fn two_merges_the_two_ways_round_end_as_one() {
    let mut server = Server::default();
    let mut one = owner(8);
    let Twin { made, twin, .. } = world(&mut one);
    server.exchange(&mut one, T0 + 10);
    let mut two = replica_of(&person(2, Role::Recruiter), 9);
    server.bootstrap(&mut two, T0 + 11);
    merge(&mut one, made.candidate, twin, &[]);
    merge(&mut two, twin, made.candidate, &[]);
    server.exchange(&mut one, T0 + 30);
    server.exchange(&mut two, T0 + 31);
    server.exchange(&mut one, T0 + 32);
    assert_eq!(listed(&one), BTreeSet::from([made.candidate]));
    assert_eq!(listed(&two), BTreeSet::from([made.candidate]), "what came second was refused");
    assert_eq!(two.attention().expect("reads").len(), 1, "and its author is told");
}

/// The list of candidates must not read every one of them to find those that were merged.
#[test]
fn what_a_list_leaves_out_is_found_by_the_index_of_merges() {
    let mut replica = owner(10);
    assert_eq!(left_out(replica.connection()).expect("asks"), None, "nobody was merged");
    let Twin { made, twin, .. } = world(&mut replica);
    merge(&mut replica, made.candidate, twin, &[]);
    let condition = left_out(replica.connection()).expect("asks").expect("somebody was merged");
    let sql = format!("explain query plan select id from candidates where deleted = 0 and {condition}");
    let mut statement = replica.connection().prepare(&sql).expect("is a query");
    let steps = statement.query_map([], |row| row.get::<_, String>(3)).expect("explains");
    let plan: Vec<String> = steps.map(|step| step.expect("a step")).collect();
    let by_index = plan.iter().any(|step| step.contains("gone USING") && step.contains("merged_into_id"));
    assert!(by_index, "{plan:?}");
}
