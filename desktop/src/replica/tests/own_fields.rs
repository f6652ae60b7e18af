//! Fields of a workspace's own on this side: what is refused at once, what a list finds, and what a table shows.

use serde_json::{Value, json};
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::{Edit, EditOp};

use super::*;
use crate::ats::export;
use crate::ats::table::TableFormat;
use crate::replica::{ListRequest, list};

fn own(replica: &mut Replica, key: &str, kind: &str, options: Value) -> RecordId {
    let place = ["rate", "visa", "note", "areas"].iter().position(|known| *known == key);
    let made = json!({ "key": key, "label": format!("The {key}"), "kind": kind, "options": options, "place": place });
    replica.create("custom_fields", &fields(made), T0).expect("makes a field").id
}

fn give(replica: &mut Replica, candidate: RecordId, key: &str, value: &str) -> std::result::Result<(), Code> {
    let values = [("value".to_owned(), json!(value))].into_iter().collect();
    let op = EditOp::ItemPut { item: key.to_owned(), after: None, values };
    let edits = [Edit { field: "custom".to_owned(), op }];
    replica.edit("candidates", candidate, &edits, T0).map(|_| ()).map_err(|problem| problem.code)
}

fn found(replica: &Replica, filter: Value) -> Vec<String> {
    let request = json!({ "kind": "candidates", "filters": [filter], "sort": "first_name" });
    let request = serde_json::from_value(request).expect("a request");
    let page = list(replica.connection(), &request).expect("lists");
    page.rows.iter().map(|row| row.fields["first_name"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn what_a_field_does_not_hold_is_refused_and_so_is_a_second_field_of_its_key() {
    let mut replica = owner(3);
    let made = make(&mut replica, T0);
    let field = own(&mut replica, "rate", "money", json!([]));
    assert_eq!(give(&mut replica, made.candidate, "rate", "lots"), Err(Code::InvalidFields));
    assert_eq!(give(&mut replica, made.candidate, "rate", "650 CAD"), Ok(()));
    let again = json!({ "key": "rate", "label": "Another", "kind": "text" });
    let refused = replica.create("custom_fields", &fields(again.clone()), T0).expect_err("is taken");
    assert_eq!(refused.code, Code::AlreadyExists);
    // One that is deleted keeps its key, because values are kept by it.
    replica.edit("custom_fields", field, &[Edit::deleted(true)], T0).expect("deletes");
    assert_eq!(
        replica.create("custom_fields", &fields(again), T0).expect_err("is taken").code,
        Code::AlreadyExists
    );
    assert_eq!(give(&mut replica, made.candidate, "rate", "lots"), Err(Code::InvalidFields));
    // Of a field that is on its way nothing is known, and everything may be.
    assert_eq!(give(&mut replica, made.candidate, "later", "anything"), Ok(()));
    let bad = json!({ "key": "Bad key", "label": "x" });
    assert_eq!(
        replica.create("custom_fields", &fields(bad), T0).expect_err("is none").code,
        Code::InvalidFields
    );
}

#[test]
fn a_list_finds_by_them_and_a_table_shows_them() {
    let mut replica = owner(3);
    for (key, kind) in [("rate", "money"), ("visa", "date"), ("note", "text")] {
        own(&mut replica, key, kind, json!([]));
    }
    own(
        &mut replica,
        "areas",
        "choices",
        json!([{ "id": "a", "label": "Ads" }, { "id": "b", "label": "=Banks" }]),
    );
    for (name, values) in [
        ("Ada", vec![("rate", "650 CAD"), ("visa", "2027-03-31"), ("areas", "a,b"), ("note", "100% sure")]),
        ("Bob", vec![("rate", "80.5 EUR"), ("areas", "b,gone")]),
        ("Cid", vec![("rate", ""), ("note", "")]),
        ("Dee", vec![]),
    ] {
        let id = replica.create("candidates", &fields(json!({ "first_name": name })), T0).expect("makes").id;
        for (key, value) in values {
            give(&mut replica, id, key, value).expect("is one");
        }
    }
    let asked = |item: &str, value: Value, none: bool| {
        found(&replica, json!({ "field": "custom", "item": item, "value": value, "none": none }))
    };
    for (item, value, none, names) in [
        ("rate", json!({ "between": [100, null] }), false, vec!["Ada"]),
        ("rate", json!({ "between": [null, 100] }), false, vec!["Bob"]),
        ("rate", json!("known"), false, vec!["Ada", "Bob"]),
        ("rate", json!("known"), true, vec!["Cid", "Dee"]),
        ("visa", json!({ "days": [null, "2027-12-31"] }), false, vec!["Ada"]),
        ("areas", json!({ "has": "b" }), false, vec!["Ada", "Bob"]),
        ("areas", json!({ "has": "a" }), true, vec!["Bob", "Cid", "Dee"]),
        ("note", json!({ "contains": "0% S" }), false, vec!["Ada"]),
        ("note", json!({ "is": "100% sure" }), false, vec!["Ada"]),
        ("note", json!({ "is": "100% sure" }), true, vec!["Bob", "Cid", "Dee"]),
        ("none", json!("known"), false, vec![]),
    ] {
        assert_eq!(asked(item, value.clone(), none), names, "{item} {value} {none}");
    }
    let request = ListRequest { sort: Some("first_name".to_owned()), ..ListRequest::default() };
    let table = export::candidates(replica.connection(), &request, TableFormat::Csv).expect("exports");
    let text = String::from_utf8(table.bytes).expect("is text");
    let mut lines = text.lines();
    assert!(lines.next().expect("headings").ends_with("Applied for,The rate,The visa,The note,The areas"));
    assert!(lines.next().expect("Ada").ends_with(",650 CAD,2027-03-31,100% sure,Ads; =Banks"));
    assert!(lines.next().expect("Bob").ends_with(",80.5 EUR,,,'=Banks; gone"));
}
