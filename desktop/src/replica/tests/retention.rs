//! Who is due for deletion on this side: by a date of their own, or by the period that was last heard of.

use serde_json::json;
use zumodra_shared::ats::merging::Chosen;
use zumodra_shared::ats::retention::Reason;
use zumodra_shared::kernel::time::DAY_MS;
use zumodra_shared::schema::Edit;

use super::*;
use crate::ats::retention::{DueList, due_for_deletion};
use crate::replica::{MergeRequest, get};

const YEAR_MS: i64 = 366 * DAY_MS;

fn list(replica: &Replica, now: i64) -> DueList {
    due_for_deletion(replica.connection(), now).expect("reads")
}

fn due(replica: &Replica, now: i64) -> BTreeMap<RecordId, Reason> {
    list(replica, now).people.iter().map(|person| (person.candidate.id, person.due.reason)).collect()
}

fn person(replica: &mut Replica, name: &str, until: Option<&str>, now: i64) -> RecordId {
    let candidate = json!({ "first_name": name, "data_retention_until": until });
    replica.create("candidates", &fields(candidate), now).expect("makes").id
}

fn reject(replica: &mut Replica, application: RecordId, now: i64) {
    let edits = [Edit::set("stage_id", "no"), Edit::set("rejection_reason", "Others were nearer.")];
    replica.edit("applications", application, &edits, now).expect("rejects");
}

#[test]
fn a_date_of_ones_own_needs_no_period() {
    let mut replica = owner(1);
    let over = person(&mut replica, "Ada", Some("2026-12-31"), T0);
    person(&mut replica, "Bob", Some("2099-01-01"), T0);
    person(&mut replica, "Cid", None, T0);
    let found = list(&replica, T0);
    assert_eq!((found.months, found.total), (0, 1));
    assert_eq!(due(&replica, T0), BTreeMap::from([(over, Reason::Date)]));
    let shown = json!(found.people[0]);
    assert_eq!(
        (&shown["reason"], &shown["from"], &shown["since"]),
        (&json!("date"), &json!(null), &json!("2026-12-31"))
    );
    assert_eq!(shown["candidate"]["fields"]["resume_text"], "");
}

#[test]
fn a_period_begins_when_the_last_application_ended() {
    let mut replica = owner(1);
    let made = make(&mut replica, T0);
    let never = person(&mut replica, "Never", None, T0);
    let later = person(&mut replica, "Later", Some("2099-01-01"), T0);
    replica.set_retention_months(12, T0).expect("keeps");
    assert_eq!(list(&replica, T0 + YEAR_MS).months, 12);
    // An open application keeps whoever applied, and a date of one's own whoever has it.
    assert_eq!(due(&replica, T0 + YEAR_MS), BTreeMap::from([(never, Reason::NeverApplied)]));
    reject(&mut replica, made.application, T0 + YEAR_MS);
    assert_eq!(due(&replica, T0 + YEAR_MS), BTreeMap::from([(never, Reason::NeverApplied)]));
    let both = BTreeMap::from([(never, Reason::NeverApplied), (made.candidate, Reason::Ended)]);
    assert_eq!(due(&replica, T0 + 2 * YEAR_MS), both);
    let order: Vec<RecordId> =
        list(&replica, T0 + 2 * YEAR_MS).people.iter().map(|each| each.candidate.id).collect();
    assert_eq!(order, [never, made.candidate], "the longest due first");
    // Keeping somebody longer is a date of their own; the period goes where nobody has one.
    let keep = [Edit::set("data_retention_until", "2099-01-01")];
    replica.edit("candidates", never, &keep, T0 + 2 * YEAR_MS).expect("edits");
    assert_eq!(due(&replica, T0 + 2 * YEAR_MS), BTreeMap::from([(made.candidate, Reason::Ended)]));
    replica.set_retention_months(0, T0).expect("keeps");
    assert_eq!(list(&replica, T0 + 9 * YEAR_MS).total, 0);
    assert!(get(replica.connection(), "candidates", later).expect("reads").is_some());
}

#[test]
fn an_application_of_who_was_merged_counts_for_the_one_that_is_left() {
    let mut replica = owner(1);
    let made = make(&mut replica, T0);
    let kept = person(&mut replica, "Zoe", None, T0);
    replica.set_retention_months(12, T0).expect("keeps");
    assert_eq!(due(&replica, T0 + YEAR_MS), BTreeMap::from([(kept, Reason::NeverApplied)]));
    let request = MergeRequest { kept, merged: made.candidate, chosen: Chosen::new() };
    replica.merge(&request, T0).expect("merges");
    assert_eq!(due(&replica, T0 + YEAR_MS), BTreeMap::new(), "their application is open");
    reject(&mut replica, made.application, T0 + 1);
    assert_eq!(due(&replica, T0 + YEAR_MS), BTreeMap::from([(kept, Reason::Ended)]));
}

#[test]
fn what_was_heard_of_the_period_stays_until_it_is_heard_of_again() {
    let mut replica = owner(1);
    person(&mut replica, "Ada", None, T0);
    for (heard, known) in [(24, 24), (24, 24), (0, 0), (-3, 0), (9_999, 120)] {
        replica.set_retention_months(heard, T0).expect("keeps");
        assert_eq!(list(&replica, T0).months, known, "{heard}");
    }
}

#[test]
fn today_is_the_day_of_the_workspaces_clock() {
    const HOUR_MS: i64 = 3_600_000;
    let mut replica = owner(1);
    let ada = person(&mut replica, "Ada", Some("2027-01-16"), T0);
    let noon = T0 + 4 * HOUR_MS;
    assert_eq!(due(&replica, noon), BTreeMap::new(), "noon of the 15th in UTC");
    let hours = json!({ "zone": "Pacific/Auckland" });
    let hours = replica.create("working_hours", &fields(hours), T0).expect("makes").id;
    assert_eq!(due(&replica, noon), BTreeMap::from([(ada, Reason::Date)]), "one at night of the 16th there");
    replica.edit("working_hours", hours, &[Edit::deleted(true)], T0).expect("deletes");
    assert_eq!(due(&replica, noon), BTreeMap::new());
}
