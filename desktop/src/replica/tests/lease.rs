//! Kinds whose lease has run out are locked, nothing of them is lost, and the next contact opens them.

use serde_json::json;
use zumodra_shared::access::Role;
use zumodra_shared::access::lease::{LEASE_MS, Lapsed};
use zumodra_shared::kernel::time::HOUR_MS;

use super::*;
use crate::ats::queries::candidate_page;
use crate::replica::{find, get};

const EMAIL: &str = "canarybird@example.org";
const AWAY: i64 = T0 + 73 * HOUR_MS;

/// A replica that was in contact at `T0`, with a candidate's contact data on the server, and an edit of them that waits.
fn away() -> (Replica, Made, RecordId) {
    let mut server = Server::default();
    let mut replica = owner(1);
    let made = make(&mut replica, T0);
    let contact = json!({ "candidate_id": made.candidate.to_string(), "email": EMAIL });
    let contact = replica.create("candidate_contacts", &fields(contact), T0).expect("makes").id;
    server.exchange(&mut replica, T0);
    replica.contacted(T0).expect("keeps");
    replica.edit("candidate_contacts", contact, &[Edit::set("phone", "+33 1")], T0 + 1).expect("edits");
    (replica, made, contact)
}

fn hits(replica: &Replica) -> usize {
    find(replica.connection(), &["candidate_contacts"], "canarybird", 5).expect("finds").len()
}

fn heard(replica: &mut Replica, role: Role, scopes: &[&str]) {
    let grants = Granted { server_now: Some(AWAY), ..granted(scopes.iter().copied(), role) };
    carry(replica, &Action::Grants(grants), AWAY);
}

const ALL: [&str; 8] = [
    "jobs",
    "pipelines",
    "candidates",
    "candidate_contacts",
    "applications",
    "activities",
    "notes",
    "members",
];

#[test]
fn contact_data_lock_after_their_lease_and_open_with_the_next_contact() {
    let (mut replica, made, contact) = away();
    let early = replica.keep_leases(T0 + 72 * HOUR_MS).expect("keeps");
    assert_eq!((early, hits(&replica)), (Lapsed::Kinds(Vec::new()), 1));

    let over = replica.keep_leases(AWAY).expect("keeps");
    assert_eq!(over, Lapsed::Kinds(vec!["candidate_contacts"]));
    assert_eq!(replica.sealed().expect("reads"), ["candidate_contacts"]);
    assert!(get(replica.connection(), "candidate_contacts", contact).expect("reads").is_none());
    let page = candidate_page(replica.connection(), made.candidate).expect("reads");
    assert!(page.contact.is_none() && page.applications.len() == 1, "only contact data are locked");
    assert_eq!(hits(&replica), 0);
    replica.rebuild(AWAY).expect("a rebuild shows nothing of it either");
    while replica.index_slice(10, AWAY).expect("indexes") {}
    assert!(get(replica.connection(), "candidate_contacts", contact).expect("reads").is_none());
    assert_eq!(hits(&replica), 0);
    let refused = replica.edit("candidate_contacts", contact, &[Edit::set("phone", "1")], AWAY);
    assert_eq!(refused.expect_err("is locked").code, Code::Locked);
    assert_eq!(replica.outbox_hashes().expect("reads").len(), 1, "what waits stays");

    heard(&mut replica, Role::Owner, &ALL);
    assert!(replica.sealed().expect("reads").is_empty());
    let row = get(replica.connection(), "candidate_contacts", contact).expect("reads").expect("is back");
    assert_eq!((&row.fields["email"], &row.fields["phone"]), (&json!(EMAIL), &json!("+33 1")));
    while replica.index_slice(10, AWAY).expect("indexes") {}
    assert_eq!(hits(&replica), 1);
}

#[test]
fn what_was_locked_and_is_no_longer_granted_is_purged_and_never_shown() {
    let (mut replica, _, contact) = away();
    replica.keep_leases(AWAY).expect("keeps");
    heard(&mut replica, Role::Viewer, &["jobs", "pipelines", "candidates", "applications", "members"]);
    assert!(replica.sealed().expect("reads").is_empty());
    assert!(get(replica.connection(), "candidate_contacts", contact).expect("reads").is_none());
    assert!(replica.outbox_hashes().expect("reads").is_empty());
    assert_eq!(replica.attention().expect("reads")[0].code, "out-of-scope");
}

#[test]
fn after_the_longest_lease_the_replica_itself_locks() {
    let (mut replica, ..) = away();
    assert!(matches!(replica.keep_leases(T0 + LEASE_MS).expect("keeps"), Lapsed::Kinds(_)));
    assert_eq!(replica.keep_leases(T0 + LEASE_MS + 1).expect("keeps"), Lapsed::Everything);
}
