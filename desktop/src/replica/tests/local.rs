//! Local writes: judged at once, committed at once, taken back.

use serde_json::json;
use zumodra_shared::access::Role;
use zumodra_shared::kernel::Code;
use zumodra_shared::kernel::limits::MAX_BULK;
use zumodra_shared::schema::Edit;

use super::*;
use crate::replica::{CreateRequest, EditRequest, get, list, rows_of};

#[test]
fn a_local_edit_shows_at_once_and_waits() {
    let mut replica = owner(1);
    let made = make(&mut replica, T0);
    let edits = [Edit::set("stage_id", "talk")];
    replica.edit("applications", made.application, &edits, T0 + 5).expect("edits");
    let row = get(replica.connection(), "applications", made.application).expect("reads").expect("is here");
    assert_eq!(row.fields["stage_id"], "talk");
    assert_eq!(row.fields["stage_changed_at"], T0 + 5, "the time in stage begins now");
    assert!(row.pending);
    assert_eq!(replica.counts().expect("counts").waiting, 5);
    let actions: Vec<_> = rows_of(
        replica.connection(),
        registry::by_name("activities").expect("a kind"),
        "where application_id = ?1 order by at",
        [made.application.to_string()],
    )
    .expect("reads")
    .iter()
    .map(|row| row.fields["action"].clone())
    .collect();
    assert_eq!(actions, ["created", "stage_changed"]);
}

#[test]
fn a_doomed_edit_is_refused_at_once_with_the_servers_code() {
    let mut replica = owner(2);
    let made = make(&mut replica, T0);
    let edit = |replica: &mut Replica, field: &str, value: Value| {
        replica
            .edit("applications", made.application, &[Edit::set(field, value)], T0)
            .expect_err("refuses")
            .code
    };
    assert_eq!(edit(&mut replica, "stage_id", json!("no")), Code::ReasonRequired);
    assert_eq!(edit(&mut replica, "stage_id", json!("nowhere")), Code::UnknownReference);
    assert_eq!(edit(&mut replica, "job_id", json!(made.candidate.to_string())), Code::FieldNotWritable);
    assert_eq!(edit(&mut replica, "rating", json!(6)), Code::InvalidFields);
    assert_eq!(edit(&mut replica, "none", json!(6)), Code::InvalidFields);
    let mut viewer = replica_of(&person(9, Role::Viewer), 3);
    let refused = viewer.create("jobs", &fields(json!({ "title": "x" })), T0).expect_err("refuses");
    assert_eq!(refused.code, Code::Forbidden);
    assert!(viewer.create("nothing", &Fields::new(), T0).is_err_and(|p| p.code == Code::UnknownKind));
    assert_eq!(viewer.counts().expect("counts").waiting, 0);
}

#[test]
fn what_belongs_together_is_made_together_or_not_at_all() {
    let mut replica = owner(5);
    let made = make(&mut replica, T0);
    let job = get(replica.connection(), "jobs", made.job).expect("reads").expect("is here");
    let request = |kind: &str, of: Value| CreateRequest { kind: kind.to_owned(), fields: fields(of) };
    let person = |email: &str| {
        [
            request("candidates", json!({ "first_name": "Ada", "headline": "$0" })),
            request("candidate_contacts", json!({ "candidate_id": "$0", "email": email })),
            request(
                "applications",
                json!({ "candidate_id": "$0", "job_id": made.job.to_string(),
                    "pipeline_id": job.fields["pipeline_id"], "stage_id": "new" }),
            ),
        ]
    };
    let waiting = replica.counts().expect("counts").waiting;
    let refused = replica.create_many(&person("no address"), true, T0 + 1).expect_err("refuses");
    assert_eq!((refused.code, refused.fields.contains_key("email")), (Code::InvalidFields, true));
    let people = |replica: &Replica| {
        let def = registry::by_name("candidates").expect("a kind");
        rows_of(replica.connection(), def, "", []).expect("reads").len()
    };
    assert_eq!((people(&replica), replica.counts().expect("counts").waiting), (1, waiting));

    let written = replica.create_many(&person("ada@example.org"), true, T0 + 2).expect("makes");
    let of = |kind: &str| {
        let def = registry::by_name(kind).expect("a kind");
        let own = [written.id.to_string()];
        let rows = rows_of(replica.connection(), def, "where candidate_id = ?1", own).expect("reads");
        rows.into_iter().map(|row| row.fields).collect::<Vec<_>>()
    };
    assert_eq!(
        (of("candidate_contacts").len(), of("applications")[0]["stage_id"].clone()),
        (1, json!("new"))
    );
    let row = get(replica.connection(), "candidates", written.id).expect("reads").expect("is here");
    assert_eq!(row.fields["headline"], "$0", "a text is a text");
    replica.undo(&written.undo, T0 + 3).expect("takes back");
    assert_eq!((people(&replica), replica.counts().expect("counts").waiting), (1, waiting));

    let kept = replica.create_many(&person("eva@example.org"), false, T0 + 3).expect("makes");
    assert_eq!((kept.undo.as_str(), people(&replica)), ("", 2));
    let none = request("candidates", json!({ "first_name": "A", "referred_by_id": "$7" }));
    assert_eq!(replica.create_many(&[none], true, T0 + 4).expect_err("refuses").code, Code::InvalidFields);
    assert_eq!(replica.create_many(&[], true, T0 + 4).expect_err("refuses").code, Code::BadRequest);
    let many = vec![request("tags", json!({ "name": "x" })); MAX_BULK + 1];
    assert_eq!(replica.create_many(&many, true, T0 + 4).expect_err("refuses").code, Code::TooLarge);
}

#[test]
fn undo_takes_back_an_edit_a_bulk_edit_and_an_unsent_creation() {
    let mut replica = owner(4);
    let made = make(&mut replica, T0);
    let before = replica.dump_rows("applications").expect("dumps");
    let request = |kind: &str, id, edit| EditRequest { kind: kind.to_owned(), id, edits: vec![edit] };
    let requests = [
        request("applications", made.application, Edit::set("rating", 4)),
        request("candidates", made.candidate, Edit::remove("skills", "rye")),
    ];
    let written = replica.edit_many(&requests, T0 + 1).expect("edits");
    assert_eq!(field(&replica, "candidates", made.candidate, "skills"), json!(["sourdough"]));
    replica.undo(&written.undo, T0 + 2).expect("undoes");
    assert_eq!(field(&replica, "candidates", made.candidate, "skills"), json!(["rye", "sourdough"]));
    assert_eq!(field(&replica, "applications", made.application, "rating"), before[0]["fields"]["rating"]);
    replica.undo(&written.undo, T0 + 3).expect("a token that is used up does nothing");

    let waiting = replica.counts().expect("counts").waiting;
    let tag = replica.create("tags", &fields(json!({ "name": "Bakers" })), T0).expect("makes");
    replica.undo(&tag.undo, T0).expect("undoes");
    assert!(get(replica.connection(), "tags", tag.id).expect("reads").is_none());
    assert_eq!(replica.counts().expect("counts").waiting, waiting, "what was never sent is simply gone");

    let tag = replica.create("tags", &fields(json!({ "name": "Bakers" })), T0).expect("makes");
    replica.outbox(0, 500).expect("reads");
    replica.undo(&tag.undo, T0).expect("undoes");
    let row = get(replica.connection(), "tags", tag.id).expect("reads").expect("is here");
    assert!(row.deleted, "what may have been sent is deleted instead");
}

#[test]
fn an_edit_that_changes_nothing_writes_nothing() {
    let mut replica = owner(5);
    let made = make(&mut replica, T0);
    let waiting = replica.counts().expect("counts").waiting;
    let written = replica
        .edit("candidates", made.candidate, &[Edit::set("headline", "Baker")], T0)
        .expect("is no error");
    assert_eq!(written.undo, "");
    assert_eq!(replica.counts().expect("counts").waiting, waiting);
}

#[test]
fn a_bulk_edit_is_done_as_a_whole_or_not_at_all() {
    let mut replica = owner(6);
    let made = make(&mut replica, T0);
    let request =
        |edit| EditRequest { kind: "applications".to_owned(), id: made.application, edits: vec![edit] };
    let requests = [request(Edit::set("rating", 3)), request(Edit::set("stage_id", "no"))];
    assert!(replica.edit_many(&requests, T0).is_err_and(|p| p.code == Code::ReasonRequired));
    assert_eq!(field(&replica, "applications", made.application, "rating"), Value::Null);
    let many = vec![request(Edit::set("rating", 3)); 101];
    assert!(replica.edit_many(&many, T0).is_err_and(|p| p.code == Code::TooLarge));
}

#[test]
fn commands_wait_in_the_same_order_and_hopeless_ones_are_refused() {
    let mut replica = owner(7);
    let made = make(&mut replica, T0);
    let mut server = Server::default();
    server.exchange(&mut replica, T0);
    assert!(
        replica.command("close_job", made.job, &json!({}), T0).is_err_and(|p| p.code == Code::WrongState)
    );
    assert!(
        replica.command("dance", made.job, &json!({}), T0).is_err_and(|p| p.code == Code::UnknownCommand)
    );
    replica.command("publish_job", made.job, &json!({}), T0).expect("queues");
    assert!(get(replica.connection(), "jobs", made.job).expect("reads").is_some_and(|row| row.pending));
    server.push(&mut replica, T0 + 1);
    let items = replica.attention().expect("reads");
    assert_eq!((items[0].kind_of_item.as_str(), items[0].code.as_str()), ("command", "quota-reached"));
    assert_eq!(items[0].command.as_deref(), Some("publish_job"));
    assert!(get(replica.connection(), "jobs", made.job).expect("reads").is_some_and(|row| !row.pending));
}

#[test]
fn lists_are_filtered_sorted_and_paged() {
    let mut replica = owner(8);
    for number in 0..30 {
        let candidate = json!({ "first_name": format!("P{number:02}"), "skills": [if number % 2 == 0 { "rye" } else { "oat" }] });
        replica.create("candidates", &fields(candidate), T0 + number).expect("makes");
    }
    let request = json!({ "kind": "candidates", "sort": "-first_name", "limit": 4, "offset": 1,
        "filters": [{ "field": "skills", "has": "rye" }, { "field": "source", "in": ["direct", "referral"] }] });
    let page = list(replica.connection(), &serde_json::from_value(request).expect("reads")).expect("lists");
    assert_eq!(page.total, 15);
    let names: Vec<_> = page.rows.iter().map(|row| row.fields["first_name"].clone()).collect();
    assert_eq!(names, ["P26", "P24", "P22", "P20"]);
    let bad =
        serde_json::from_value(json!({ "kind": "candidates", "sort": "x; drop table docs" })).expect("reads");
    assert!(list(replica.connection(), &bad).is_err_and(|p| p.code == Code::BadRequest));
}

/// An eighth of the work of a busy replica was to plan statements anew that it had kept prepared.
#[test]
fn a_statement_is_planned_once_whatever_values_it_gets() {
    let replica = owner(8);
    let sql = "select id from damaged where waiting = 0 and tries < ?1 order by id limit ?2";
    let mut statement = replica.connection().prepare(sql).expect("is right");
    for tries in 0..5 {
        let rows = statement.query_map((tries, 10), |row| row.get::<_, [u8; 16]>(0)).expect("runs");
        assert_eq!(rows.count(), 0);
    }
    assert_eq!(statement.get_status(rusqlite::StatementStatus::RePrepare), 0);
}
