//! What may no longer be held is gone from every file.

use serde_json::json;
use zumodra_shared::access::{Grants, Role};

use super::*;
use crate::replica::open::connect;
use crate::replica::{StoredFile, get};

const CANARY: &str = "canarybird77";

fn grants(scopes: &[&str], role: Role) -> Action {
    Action::Grants(Granted { server_now: Some(T0), ..granted(scopes.iter().copied(), role) })
}

#[test]
fn losing_a_scope_purges_it_and_unsent_edits_become_a_notice_without_content() {
    let mut server = Server::default();
    let mut a = owner(1);
    let made = make(&mut a, T0);
    let contact =
        json!({ "candidate_id": made.candidate.to_string(), "email": format!("{CANARY}@example.org") });
    let contact = a.create("candidate_contacts", &fields(contact), T0).expect("makes").id;
    server.exchange(&mut a, T0 + 1);
    a.edit("candidate_contacts", contact, &[Edit::set("phone", CANARY)], T0 + 2).expect("edits");
    let hashes = a.outbox_hashes().expect("reads");
    a.take_changed();
    let kept = ["jobs", "pipelines", "candidates", "applications", "activities", "tags", "members"];
    carry(&mut a, &grants(&kept, Role::Viewer), T0 + 3);
    assert!(get(a.connection(), "candidate_contacts", contact).expect("reads").is_none());
    assert!(a.documents_out_of(&Grants::named(kept.map(str::to_owned))).expect("reads").is_empty());
    assert_every_fate_is_told(&hashes, &a.take_changed().fates, &a);
    let items = a.attention().expect("reads");
    assert_eq!(
        (items[0].code.as_str(), items[0].title.as_str(), items[0].values.len()),
        ("out-of-scope", "", 0)
    );
    assert!(a.identity().expect("reads").is_some_and(|me| me.role == Role::Viewer));
    assert!(get(a.connection(), "candidates", made.candidate).expect("reads").is_some());
}

/// The file is not encrypted here, so that what remains in it can be seen at all.
#[test]
fn a_purge_leaves_no_bytes_in_the_database_or_its_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replica.db");
    let mut a = owner(2);
    a.conn = connect(&path, None).expect("opens");
    crate::replica::tables::create_own(&a.conn).expect("creates");
    crate::replica::tables::create_derived(&a.conn).expect("creates");
    crate::replica::tables::create_indexes(&a.conn).expect("creates");
    a.set_identity(&person(1, Role::Owner)).expect("keeps");
    let mut server = Server::default();
    let made = make(&mut a, T0);
    let candidate =
        json!({ "first_name": CANARY, "skills": [CANARY], "resume_text": format!("{CANARY} text") });
    let candidate = a.create("candidates", &fields(candidate), T0).expect("makes").id;
    let file = StoredFile {
        hash: "ab".repeat(32),
        name: format!("{CANARY}.pdf"),
        media_type: "application/pdf".to_owned(),
        bytes: CANARY.repeat(2_000).into_bytes(),
    };
    let edit = crate::replica::EditRequest {
        kind: "candidates".to_owned(),
        id: candidate,
        edits: vec![Edit::set("resume_hash", file.hash.as_str())],
    };
    a.attach(Some(&file), &[edit], &[], T0).expect("attaches");
    server.exchange(&mut a, T0 + 1);
    a.edit("candidates", candidate, &[Edit::text("summary", CANARY)], T0 + 2).expect("edits");
    a.command("publish_job", made.job, &json!({}), T0).expect("queues");
    let present = || {
        let files = std::fs::read_dir(folder.path()).expect("lists");
        files.flatten().any(|file| {
            let bytes = std::fs::read(file.path()).expect("reads");
            bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
        })
    };
    assert!(present());
    carry(&mut a, &grants(&["jobs", "pipelines", "members"], Role::Employee), T0 + 3);
    assert_eq!(a.count("candidates").expect("counts"), 0);
    assert!(a.next_upload().expect("reads").is_none());
    assert!(!present(), "canary bytes remain");
}

#[test]
fn a_document_that_left_is_dropped_and_the_others_stay() {
    let mut server = Server::default();
    let mut a = owner(3);
    let made = make(&mut a, T0);
    server.exchange(&mut a, T0 + 1);
    let apply = Action::Apply { items: Vec::new(), gone: vec![made.candidate], cursor: [4; 16] };
    carry(&mut a, &apply, T0 + 2);
    assert!(get(a.connection(), "candidates", made.candidate).expect("reads").is_none());
    assert!(get(a.connection(), "jobs", made.job).expect("reads").is_some());
    assert_eq!(a.attention().expect("reads"), []);
}

/// The simulator's find: a server that is older than a kind does not grant it, and the records of that kind were purged
/// with everything in them that was not sent.
#[test]
fn what_a_server_is_too_old_to_know_is_kept_and_waits() {
    let mut server = Server::default();
    let mut a = owner(4);
    let made = make(&mut a, T0);
    let sent = a.create("tags", &fields(json!({ "name": "Sent" })), T0).expect("makes").id;
    server.exchange(&mut a, T0 + 1);
    let unsent = a.create("tags", &fields(json!({ "name": "Unsent" })), T0 + 2).expect("makes").id;
    let kept = ["jobs", "pipelines", "candidates", "applications", "activities", "members"];
    let older = Granted { beyond: vec!["tags", "notes"], ..granted(kept, Role::Recruiter) };
    carry(&mut a, &Action::Grants(older), T0 + 3);
    for tag in [sent, unsent] {
        assert!(get(a.connection(), "tags", tag).expect("reads").is_some());
    }
    assert_eq!(a.counts().expect("counts").waiting, 1);
    assert_eq!(a.attention().expect("reads"), []);
    assert!(get(a.connection(), "jobs", made.job).expect("reads").is_some());
    let held = a.held(String::new()).expect("reads");
    assert!(!held.scopes.contains(&"tags".to_owned()), "a server that knows them sends them anew");
    server.bootstrap(&mut a, T0 + 4);
    server.exchange(&mut a, T0 + 5);
    assert_eq!(a.counts().expect("counts").waiting, 0);
    assert!(!server.verify(&mut a, T0 + 6), "everything fits again");
}
