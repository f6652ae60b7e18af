//! Talent pools on this side: one of a name, how many are in each, and what lists and tables show of them.

use serde_json::json;
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::Edit;

use super::*;
use crate::ats::pools::pools;
use crate::ats::table::TableFormat;
use crate::ats::{export, queries};
use crate::replica::{ListRequest, MergeRequest, list};

fn pool(replica: &mut Replica, name: &str) -> std::result::Result<RecordId, Code> {
    let made = replica.create("pools", &fields(json!({ "name": name })), T0);
    made.map(|made| made.id).map_err(|problem| problem.code)
}

fn change(replica: &mut Replica, pool: RecordId, edit: Edit) -> std::result::Result<(), Code> {
    replica.edit("pools", pool, &[edit], T0).map(|_| ()).map_err(|problem| problem.code)
}

fn person(replica: &mut Replica, name: &str, pools: &[RecordId]) -> RecordId {
    let made = json!({ "first_name": name, "pool_ids": pools });
    replica.create("candidates", &fields(made), T0).expect("makes").id
}

#[test]
fn a_name_is_one_pools_unless_that_was_deleted() {
    let mut replica = owner(3);
    let first = pool(&mut replica, "Silver medalists").expect("makes");
    let second = pool(&mut replica, "Engineers").expect("makes");
    assert_eq!(pool(&mut replica, " silver MEDALISTS "), Err(Code::AlreadyExists));
    assert_eq!(pool(&mut replica, "  "), Err(Code::InvalidFields));
    assert_eq!(change(&mut replica, second, Edit::set("name", "Silver medalists")), Err(Code::AlreadyExists));
    // Its own name in other letters is no other one's, and what is put away keeps its name.
    assert_eq!(change(&mut replica, first, Edit::set("name", "SILVER medalists")), Ok(()));
    assert_eq!(change(&mut replica, first, Edit::set("is_archived", true)), Ok(()));
    assert_eq!(pool(&mut replica, "Silver medalists"), Err(Code::AlreadyExists));
    assert_eq!(change(&mut replica, first, Edit::deleted(true)), Ok(()));
    assert_eq!(change(&mut replica, second, Edit::set("name", "Silver medalists")), Ok(()));
    // Now the first one cannot come back under that name.
    assert_eq!(change(&mut replica, first, Edit::deleted(false)), Err(Code::AlreadyExists));
    assert_eq!(change(&mut replica, second, Edit::set("description", "x")), Ok(()));
}

#[test]
fn a_pool_counts_who_a_list_shows() {
    let mut replica = owner(3);
    let silver = pool(&mut replica, "silver").expect("makes");
    let gold = pool(&mut replica, "Gold").expect("makes");
    let ada = person(&mut replica, "Ada", &[silver, gold]);
    let bob = person(&mut replica, "Bob", &[silver]);
    let cid = person(&mut replica, "Cid", &[silver]);
    person(&mut replica, "Dee", &[]);
    let counts = |replica: &Replica| -> Vec<(String, u64)> {
        let found = pools(replica.connection()).expect("counts");
        let name = |fields: &Fields| fields["name"].as_str().unwrap_or_default().to_owned();
        found.iter().map(|each| (name(&each.pool.fields), each.people)).collect()
    };
    assert_eq!(counts(&replica), [("Gold".to_owned(), 1), ("silver".to_owned(), 3)]);
    replica.edit("candidates", bob, &[Edit::deleted(true)], T0).expect("deletes");
    let merge = MergeRequest { kept: cid, merged: ada, chosen: [].into() };
    replica.merge(&merge, T0).expect("merges");
    // Who is merged is one person: in all the pools of both.
    assert_eq!(counts(&replica), [("Gold".to_owned(), 1), ("silver".to_owned(), 1)]);
    let request = json!({ "kind": "candidates", "filters": [{ "field": "pool_ids", "has": gold }] });
    let request: ListRequest = serde_json::from_value(request).expect("a request");
    let page = list(replica.connection(), &request).expect("lists");
    assert_eq!(page.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [cid]);
    let named =
        |replica: &Replica| queries::candidate_page(replica.connection(), cid).expect("is here").pools;
    assert_eq!(named(&replica).len(), 2);
    change(&mut replica, silver, Edit::deleted(true)).expect("deletes");
    assert_eq!(counts(&replica), [("Gold".to_owned(), 1)]);
    assert_eq!(named(&replica).iter().map(|row| row.id).collect::<Vec<_>>(), [gold]);
    let table = export::candidates(replica.connection(), &request, TableFormat::Csv).expect("exports");
    let text = String::from_utf8(table.bytes).expect("is text");
    let mut lines = text.lines();
    let headings: Vec<&str> = lines.next().expect("headings").split(',').collect();
    let cells: Vec<&str> = lines.next().expect("Cid").split(',').collect();
    let at = headings.iter().position(|heading| *heading == "Pools").expect("a column");
    assert_eq!(cells[at], "Gold");
}
