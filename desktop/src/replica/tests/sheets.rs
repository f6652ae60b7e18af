//! Applications and offers as tables: those of a list, in its order, and nothing that begins a formula.

use serde_json::json;

use super::*;
use crate::ats::sheets::{SheetKind, Wanted, sheet};
use crate::ats::table::TableFormat;
use crate::replica::ListRequest;

fn written(replica: &Replica, kind: SheetKind, wanted: &Wanted) -> Vec<Vec<String>> {
    let table = sheet(replica.connection(), kind, wanted, TableFormat::Csv).expect("writes");
    let rows: Vec<Vec<String>> = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(table.bytes.strip_prefix("\u{feff}".as_bytes()).expect("begins with its mark"))
        .records()
        .map(|row| row.expect("a row").iter().map(str::to_owned).collect())
        .collect();
    assert_eq!(table.rows + 1, rows.len());
    rows
}

fn cell<'r>(rows: &'r [Vec<String>], row: usize, heading: &str) -> &'r str {
    let column = rows[0].iter().position(|each| each == heading).expect("a column");
    &rows[row][column]
}

#[test]
fn applications_are_written_in_the_order_of_their_list_without_formulas() {
    let mut replica = owner(1);
    let (first, second) = (make(&mut replica, T0), make(&mut replica, T0 + 1));
    let contact = json!({ "candidate_id": first.candidate, "email": "zoe@b.example", "phone": "+33 6" });
    replica.create("candidate_contacts", &fields(contact), T0 + 2).expect("makes");
    let named = [Edit::set("last_name", "=cmd|' /C calc'!A0")];
    replica.edit("candidates", first.candidate, &named, T0 + 3).expect("edits");
    replica.edit("applications", first.application, &[Edit::set("stage_id", "talk")], T0 + 4).expect("moves");
    let wanted = Wanted::Ids { ids: vec![second.application, first.application, RecordId::from_u128(9)] };
    let rows = written(&replica, SheetKind::Applications, &wanted);
    assert_eq!(rows.len(), 3, "who is not here is left out");
    assert_eq!((cell(&rows, 1, "Last name"), cell(&rows, 1, "Stage")), ("Müller", "New"));
    assert_eq!((cell(&rows, 2, "Last name"), cell(&rows, 2, "Stage")), ("'=cmd|' /C calc'!A0", "Talk"));
    assert_eq!((cell(&rows, 2, "Email"), cell(&rows, 2, "Phone")), ("zoe@b.example", "'+33 6"));
    assert_eq!((cell(&rows, 2, "Job"), cell(&rows, 2, "Applied on")), ("Senior baker", "2027-01-15"));
    // A list, all pages of it; what is deleted is in none.
    replica.edit("applications", second.application, &[Edit::deleted(true)], T0 + 5).expect("deletes");
    let request = ListRequest { kind: "candidates".to_owned(), limit: Some(1), ..ListRequest::default() };
    let rows = written(&replica, SheetKind::Applications, &Wanted::List { request });
    assert_eq!(rows.len(), 2, "it is a list of applications whatever the request says");
}

#[test]
fn who_was_merged_is_written_as_who_stayed() {
    let mut replica = owner(1);
    let (gone, kept) = (make(&mut replica, T0), make(&mut replica, T0 + 1));
    replica.edit("candidates", kept.candidate, &[Edit::set("first_name", "Ada")], T0 + 2).expect("edits");
    let into = [Edit::set("merged_into_id", kept.candidate.to_string())];
    replica.edit("candidates", gone.candidate, &into, T0 + 3).expect("merges");
    let rows = written(&replica, SheetKind::Applications, &Wanted::Ids { ids: vec![gone.application] });
    assert_eq!(cell(&rows, 1, "First name"), "Ada");
}

#[test]
fn offers_have_amounts_in_whole_units_beside_their_currency() {
    let mut replica = owner(1);
    let made = make(&mut replica, T0);
    replica.edit("applications", made.application, &[Edit::set("stage_id", "offer")], T0 + 1).expect("moves");
    let application = crate::replica::get(replica.connection(), "applications", made.application)
        .expect("reads")
        .expect("is here");
    let offer = json!({
        "candidate_id": made.candidate, "application_id": made.application, "job_id": made.job,
        "pipeline_id": application.fields["pipeline_id"], "title": "Baker", "salary": 6_000_050, "currency": "EUR",
        "starts_on": "2027-03-01", "equity": "-1 %",
    });
    let offer = replica.create("offers", &fields(offer), T0 + 2).expect("makes").id;
    let rows = written(&replica, SheetKind::Offers, &Wanted::Ids { ids: vec![offer] });
    assert_eq!((cell(&rows, 1, "Salary"), cell(&rows, 1, "Currency")), ("60000.50", "EUR"));
    assert_eq!((cell(&rows, 1, "Starts on"), cell(&rows, 1, "Status")), ("2027-03-01", "draft"));
    assert_eq!((cell(&rows, 1, "Equity"), cell(&rows, 1, "Signed on")), ("'-1 %", ""));
}
