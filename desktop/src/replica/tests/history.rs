//! Histories on the desktop: what is known offline, what was not sent yet, what the server adds, and the way back.

use serde_json::json;
use zumodra_shared::access::Role;
use zumodra_shared::history::{Author, ChangeName, Deed, Source, Stamps, Step};
use zumodra_shared::kernel::limits::HISTORY_DAYS;
use zumodra_shared::kernel::time::DAY_MS;
use zumodra_shared::sync::chunk;
use zumodra_shared::sync::wire::Blob;

use super::*;
use crate::replica::{HistoryPage, HistoryRequest, Past, as_of, history};

const MINUTE: i64 = 60_000;
const CANDIDATES: &str = "candidates";

fn page(replica: &Replica, kind: &str, id: RecordId) -> HistoryPage {
    let request = HistoryRequest { kind: kind.to_owned(), id, ..HistoryRequest::default() };
    history(replica.connection(), &request, T0 + 90 * MINUTE).expect("reads").expect("is here")
}

fn was(replica: &Replica, id: RecordId, at: i64) -> Option<Past> {
    as_of(replica.connection(), CANDIDATES, id, at, T0 + 90 * MINUTE).expect("reads")
}

fn told(step: &Step) -> (Source, Author, Option<u128>, i64) {
    (step.source, step.author, step.by.map(|by| by.as_u128()), step.at)
}

fn set(replica: &mut Replica, id: RecordId, field: &str, value: &str, now: i64) {
    replica.edit(CANDIDATES, id, &[Edit::set(field, value)], now).expect("edits");
}

fn kept_bytes(replica: &Replica) -> i64 {
    let sql = "select coalesce(sum(length(stamps)), 0) from stamps";
    replica.connection().query_row(sql, [], |row| row.get(0)).expect("sums")
}

/// Two who have the same records, and the server between them.
fn pair() -> (Server, Replica, Replica, Made) {
    let mut server = Server::default();
    let mut first = owner(1);
    let made = make(&mut first, T0);
    server.exchange(&mut first, T0);
    let mut second = replica_of(&person(2, Role::Recruiter), 2);
    server.bootstrap(&mut second, T0);
    (server, first, second, made)
}

#[test]
fn what_was_done_offline_is_there_at_once_and_marked_as_unsent() {
    let mut replica = owner(1);
    let made = make(&mut replica, T0);
    set(&mut replica, made.candidate, "city", "Lyon", T0 + MINUTE);
    let page = page(&replica, CANDIDATES, made.candidate);
    assert_eq!((page.total, page.complete), (2, true));
    assert_eq!(told(&page.steps[0]), (Source::Pending, Author::Person, Some(1), T0 + MINUTE));
    assert_eq!((page.steps[0].deed, page.steps[1].deed), (Deed::Changed, Deed::Created));
    let change = &page.steps[0].fields[0];
    assert_eq!((change.field.as_str(), &change.before, &change.after), ("city", &json!(""), &json!("Lyon")));
}

#[test]
fn who_changed_what_and_when_is_known_without_asking_the_server() {
    let (mut server, mut first, mut second, made) = pair();
    for turn in 1..=8_i64 {
        let replica = if turn % 3 == 0 { &mut first } else { &mut second };
        set(replica, made.candidate, "city", &format!("City {turn}"), T0 + turn * MINUTE);
        server.exchange(replica, T0 + turn * MINUTE + 7);
        server.pull(&mut first, T0 + turn * MINUTE + 7);
        server.pull(&mut second, T0 + turn * MINUTE + 7);
    }
    let expected: Vec<_> = (1..=8_i64)
        .rev()
        .map(|turn| {
            let by = if turn % 3 == 0 { 1 } else { 2 };
            (Source::Server, Author::Person, Some(by), T0 + turn * MINUTE + 7)
        })
        .collect();
    for replica in [&first, &second] {
        let page = page(replica, CANDIDATES, made.candidate);
        assert_eq!(page.steps[..8].iter().map(told).collect::<Vec<_>>(), expected);
        assert_eq!(told(&page.steps[8]), (Source::Server, Author::Person, Some(1), T0));
        assert!(page.complete);
        assert_eq!(page.steps[0].fields[0].after, json!("City 8"));
    }
    println!("stamps of 9 changes by two: {} bytes", kept_bytes(&second));
    assert!(kept_bytes(&second) < 140, "{}", kept_bytes(&second));
}

#[test]
fn a_record_that_was_changed_once_needs_no_room_for_stamps() {
    let (mut server, mut first, mut second, made) = pair();
    set(&mut first, made.candidate, "city", "Lyon", T0 + MINUTE);
    server.exchange(&mut first, T0 + MINUTE);
    server.pull(&mut second, T0 + MINUTE);
    for replica in [&first, &second] {
        assert_eq!(kept_bytes(replica), 0);
        let page = page(replica, CANDIDATES, made.candidate);
        assert_eq!(told(&page.steps[0]), (Source::Server, Author::Person, Some(1), T0 + MINUTE));
        assert!(page.complete);
    }
}

#[test]
fn several_edits_that_were_sent_together_are_all_ones_own() {
    let (mut server, mut first, _, made) = pair();
    for (turn, city) in ["A", "B", "C"].into_iter().enumerate() {
        set(&mut first, made.candidate, "city", city, T0 + MINUTE + turn as i64);
    }
    server.exchange(&mut first, T0 + 5 * MINUTE);
    let page = page(&first, CANDIDATES, made.candidate);
    assert!(page.complete);
    for step in &page.steps[..3] {
        assert_eq!(told(step), (Source::Server, Author::Person, Some(1), T0 + 5 * MINUTE));
    }
}

#[test]
fn changes_that_several_made_at_the_same_time_keep_their_authors() {
    let (mut server, mut first, mut second, made) = pair();
    set(&mut first, made.candidate, "city", "Lyon", T0 + MINUTE);
    set(&mut second, made.candidate, "headline", "Chef", T0 + MINUTE);
    let theirs = second.outbox(0, 1).expect("reads").remove(0);
    let Outgoing::Change(_, theirs) = theirs else { panic!("a change") };
    server.push(&mut second, T0 + 2 * MINUTE);
    server.push(&mut first, T0 + 3 * MINUTE);
    // To the first it comes as a change, behind the answer to its own.
    let item = Item {
        doc: made.candidate,
        kind: theirs.kind,
        body: Body::Changes(vec![Blob(theirs.body)]),
        updated: Stamp { at: T0 + 2 * MINUTE, by: RecordId::from_u128(2) },
        created: None,
        shares: None,
        wall: None,
    };
    carry(
        &mut first,
        &Action::Apply { items: vec![item], gone: Vec::new(), cursor: [3; 16] },
        T0 + 4 * MINUTE,
    );
    let page = page(&first, CANDIDATES, made.candidate);
    assert!(page.complete);
    assert_eq!(told(&page.steps[0]), (Source::Server, Author::Person, Some(1), T0 + 3 * MINUTE));
    assert_eq!(told(&page.steps[1]), (Source::Server, Author::Person, Some(2), T0 + 2 * MINUTE));
}

#[test]
fn what_was_not_seen_happening_is_marked_until_the_server_said_it() {
    let (mut server, mut first, _, made) = pair();
    for turn in 1..=4_i64 {
        set(&mut first, made.candidate, "city", &format!("City {turn}"), T0 + turn * MINUTE);
        server.exchange(&mut first, T0 + turn * MINUTE);
    }
    let mut late = replica_of(&person(3, Role::Recruiter), 3);
    server.bootstrap(&mut late, T0 + 9 * MINUTE);
    let before = page(&late, CANDIDATES, made.candidate);
    assert!(!before.complete);
    assert_eq!(told(&before.steps[0]), (Source::Server, Author::Person, Some(1), T0 + 4 * MINUTE));
    assert_eq!(told(&before.steps[4]), (Source::Server, Author::Person, Some(1), T0));
    for (step, turn) in before.steps[1..4].iter().zip([3, 2, 1]) {
        let claimed = (T0 + turn * MINUTE) / 1_000 * 1_000;
        assert_eq!(
            told(step),
            (Source::Claimed, Author::Unknown, None, claimed),
            "as its author's computer said"
        );
    }
    let known = page(&first, CANDIDATES, made.candidate);
    let doc = late.write(T0, |tx| tx.doc(made.candidate)).expect("reads").expect("is here");
    let mut stamps = Stamps::default();
    for (chunk, step) in chunk::chunks(&doc.saved).expect("a row").iter().zip(known.steps.iter().rev()) {
        let name = ChangeName::read(chunk.bytes).expect("a change");
        stamps.append(name, Stamp { at: step.at, by: step.by.unwrap_or_default() });
    }
    late.take_changed();
    late.take_stamps(made.candidate, &stamps.encode(), T0).expect("keeps");
    assert!(late.take_changed().kinds.contains_key(CANDIDATES), "who looks at it is told");
    assert_eq!(page(&late, CANDIDATES, made.candidate), page(&first, CANDIDATES, made.candidate));
    late.take_stamps(made.candidate, &stamps.encode(), T0).expect("keeps");
    assert!(late.take_changed().is_empty(), "nothing new is no news");
    assert_eq!(
        late.take_stamps(made.candidate, b"nonsense", T0).expect_err("refuses").code,
        Code::MalformedFrame
    );
}

#[test]
fn an_earlier_value_is_given_again_by_an_edit_that_can_be_taken_back() {
    let mut replica = owner(1);
    let made = make(&mut replica, T0);
    let value = |replica: &Replica, name: &str| field(replica, CANDIDATES, made.candidate, name);
    let before = value(&replica, "skills");
    replica
        .edit(CANDIDATES, made.candidate, &[Edit::remove("skills", "rye"), Edit::set("headline", "Chef")], T0)
        .expect("edits");
    let back = fields(json!({ "skills": before, "headline": "Baker" }));
    let written = replica.restore(CANDIDATES, made.candidate, &back, T0 + MINUTE).expect("restores");
    assert_eq!((value(&replica, "skills"), value(&replica, "headline")), (before.clone(), json!("Baker")));
    let latest = &page(&replica, CANDIDATES, made.candidate).steps[0];
    assert_eq!((latest.deed, latest.fields.len()), (Deed::Changed, 2));
    replica.undo(&written.undo, T0 + MINUTE).expect("takes back");
    assert_eq!(
        (value(&replica, "skills"), value(&replica, "headline")),
        (json!(["sourdough"]), json!("Chef"))
    );
    let same = fields(json!({ "headline": "Chef" }));
    assert_eq!(replica.restore(CANDIDATES, made.candidate, &same, T0).expect("does nothing").undo, "");
    for (wrong, code) in [
        (json!({ "nothing": 1 }), Code::InvalidFields),
        (json!({ "years_experience": "many" }), Code::InvalidFields),
    ] {
        let refused = replica.restore(CANDIDATES, made.candidate, &fields(wrong), T0).expect_err("refuses");
        assert_eq!(refused.code, code);
    }
}

#[test]
fn a_list_gets_its_earlier_items_again_in_their_places() {
    let mut replica = owner(1);
    let pipeline = replica.create("pipelines", &pipeline_fields(), T0).expect("makes").id;
    let before = field(&replica, "pipelines", pipeline, "stages");
    let remove = Edit {
        field: "stages".to_owned(),
        op: zumodra_shared::schema::EditOp::ItemRemove { item: "talk".to_owned() },
    };
    replica.edit("pipelines", pipeline, &[remove], T0 + MINUTE).expect("edits");
    let step = page(&replica, "pipelines", pipeline).steps.remove(0);
    assert_eq!(step.fields[0].before, before);
    replica
        .restore("pipelines", pipeline, &fields(json!({ "stages": before })), T0 + MINUTE)
        .expect("restores");
    assert_eq!(field(&replica, "pipelines", pipeline, "stages"), before);
}

#[test]
fn a_record_is_shown_as_it_was() {
    let (mut server, mut first, mut second, made) = pair();
    set(&mut first, made.candidate, "city", "Lyon", T0 + 10 * MINUTE);
    server.exchange(&mut first, T0 + 10 * MINUTE);
    server.pull(&mut second, T0 + 10 * MINUTE);
    set(&mut second, made.candidate, "city", "Nice", T0 + 20 * MINUTE);
    let city = |at: i64| was(&second, made.candidate, at).map(|past| past.record.fields["city"].clone());
    assert_eq!(city(T0 - 1), None);
    assert_eq!(city(T0), Some(json!("")));
    assert_eq!(city(T0 + 10 * MINUTE - 1), Some(json!("")));
    assert_eq!(city(T0 + 10 * MINUTE), Some(json!("Lyon")));
    assert_eq!(
        city(T0 + 20 * MINUTE),
        Some(json!("Nice")),
        "what is not sent yet counts from when it was made"
    );
    let then = was(&second, made.candidate, T0 + 15 * MINUTE).expect("was there").record;
    assert_eq!(
        (then.updated_at, then.updated_by, then.pending),
        (T0 + 10 * MINUTE, Some(RecordId::from_u128(1)), false)
    );
    let now = get(&second, made.candidate);
    let last = was(&second, made.candidate, i64::MAX).expect("is here").record;
    assert_eq!(last.fields, now.fields);
    let late = T0 + (HISTORY_DAYS + 1) * DAY_MS;
    let refused = as_of(second.connection(), CANDIDATES, made.candidate, T0, late).expect_err("refuses");
    assert!(refused.fields.contains_key("at"), "{refused:?}");
}

fn get(replica: &Replica, id: RecordId) -> super::super::Record {
    super::super::get(replica.connection(), CANDIDATES, id).expect("reads").expect("is here")
}

#[test]
fn what_is_older_than_it_is_kept_is_not_shown() {
    let mut replica = owner(1);
    let made = make(&mut replica, T0);
    let late = T0 + HISTORY_DAYS * DAY_MS;
    set(&mut replica, made.candidate, "city", "Lyon", late);
    let at = |now: i64| {
        let request =
            HistoryRequest { kind: CANDIDATES.to_owned(), id: made.candidate, ..HistoryRequest::default() };
        history(replica.connection(), &request, now).expect("reads").expect("is here").total
    };
    assert_eq!((at(late), at(late + 1)), (2, 1));
}

#[test]
fn pages_names_and_what_may_be_restored_go_with_a_history() {
    let mut replica = owner(1);
    let made = make(&mut replica, T0);
    replica
        .edit("applications", made.application, &[Edit::set("stage_id", "talk")], T0 + MINUTE)
        .expect("moves");
    let page_of = |offset, limit| {
        let request = HistoryRequest {
            kind: "applications".to_owned(),
            id: made.application,
            offset,
            limit: Some(limit),
        };
        history(replica.connection(), &request, T0 + MINUTE).expect("reads").expect("is here")
    };
    let latest = page_of(0, 1);
    assert_eq!((latest.total, latest.steps.len(), latest.steps[0].deed), (2, 1, Deed::Changed));
    assert_eq!(latest.names["talk"], "Talk");
    let first = page_of(1, 10);
    assert_eq!((first.steps.len(), first.steps[0].deed), (1, Deed::Created));
    assert_eq!(first.names[&made.job.to_string()], "Senior baker");
    assert_eq!(first.names[&made.candidate.to_string()], "Zoë Müller");
    assert!(latest.restorable.contains(&"rating") && !latest.restorable.contains(&"stage_changed_at"));
    assert!(!latest.restorable.contains(&"candidate_id"), "what is written once stays");
    assert_eq!(page_of(5, 10).steps, []);
}

#[test]
fn who_declined_an_interview_has_a_name_though_the_field_is_no_reference() {
    let mut replica = owner(1);
    let made = make(&mut replica, T0);
    let planned = json!({ "candidate_id": made.candidate.to_string(), "job_id": made.job.to_string(),
        "application_id": made.application.to_string(), "starts_at": T0 + DAY_MS, "minutes": 45 });
    let id = replica.create("interviews", &fields(planned), T0).expect("plans").id;
    let declined = [Edit::add("declined", made.candidate.to_string()), Edit::set("declined_of", T0 + DAY_MS)];
    replica.edit("interviews", id, &declined, T0 + MINUTE).expect("edits");
    let request = HistoryRequest { kind: "interviews".to_owned(), id, offset: 0, limit: Some(1) };
    let page = history(replica.connection(), &request, T0 + MINUTE).expect("reads").expect("is here");
    assert_eq!((page.total, page.steps.len()), (2, 1));
    assert_eq!(page.names[&made.candidate.to_string()], "Zoë Müller");
}

#[test]
fn who_may_not_edit_is_offered_no_way_back_and_a_log_entry_has_no_history() {
    let (mut server, mut first, _, made) = pair();
    server.exchange(&mut first, T0);
    let mut viewer = replica_of(&person(4, Role::Viewer), 4);
    server.bootstrap(&mut viewer, T0);
    let page = page(&viewer, CANDIDATES, made.candidate);
    assert_eq!((page.total, page.restorable.len()), (1, 0));
    let entry: [u8; 16] = viewer
        .connection()
        .query_row("select id from activities limit 1", [], |row| row.get(0))
        .expect("an entry");
    let request = HistoryRequest {
        kind: "activities".to_owned(),
        id: RecordId::from_bytes(entry),
        ..HistoryRequest::default()
    };
    let refused = history(viewer.connection(), &request, T0).expect_err("has none");
    assert_eq!(refused.code, Code::NotFound);
    let unknown = HistoryRequest { kind: CANDIDATES.to_owned(), ..HistoryRequest::default() };
    assert_eq!(history(viewer.connection(), &unknown, T0).expect("reads"), None);
}

#[test]
fn stamps_leave_with_their_record() {
    let (mut server, mut first, mut second, made) = pair();
    for turn in 1..=3_i64 {
        set(&mut first, made.candidate, "city", &format!("City {turn}"), T0 + turn * MINUTE);
        server.exchange(&mut first, T0 + turn * MINUTE);
        server.pull(&mut second, T0 + turn * MINUTE);
    }
    assert!(kept_bytes(&second) > 0);
    let gone = Action::Apply { items: Vec::new(), gone: vec![made.candidate], cursor: [4; 16] };
    carry(&mut second, &gone, T0 + 9 * MINUTE);
    assert_eq!(kept_bytes(&second), 0);
}

#[test]
fn a_file_from_before_there_were_stamps_gets_room_for_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, key) = (folder.path().join("replica"), super::super::Key::new([5; 32]));
    let open = || Replica::open(&path, &key, Random::seeded(6)).expect("opens");
    let mut replica = open().replica;
    replica.set_identity(&person(1, Role::Owner)).expect("keeps");
    let made = make(&mut replica, T0);
    let before = "drop trigger alerts_of_docs; drop table alert_searches; drop table alert_matches; \
                  drop trigger stamps_of_docs; drop table stamps; alter table docs drop column wall; \
                  alter table docs drop column wall_moves; pragma user_version = 2;";
    replica.connection().execute_batch(before).expect("goes back");
    replica.close();
    let again = open();
    assert_eq!(again.rescued, None, "it is no damage");
    assert_eq!(page(&again.replica, CANDIDATES, made.candidate).total, 1);
    assert_eq!(kept_bytes(&again.replica), 0);
}
