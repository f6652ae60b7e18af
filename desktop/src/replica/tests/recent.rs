//! Large documents are kept loaded, and what is kept shows nothing but what is stored.

use zumodra_shared::access::Role;
use zumodra_shared::kernel::limits::MAX_TAIL_CHANGES;

use super::*;

/// The record as it is derived from what is stored, with nothing kept.
fn derived(replica: &mut Replica) -> String {
    replica.recent.clear();
    replica.rebuild(T0).expect("rebuilds");
    replica.rows_hash().expect("hashes")
}

fn shown(replica: &Replica) -> String {
    replica.rows_hash().expect("hashes")
}

#[test]
fn edits_of_a_text_that_is_kept_show_what_the_stored_document_shows() {
    let mut server = Server::default();
    let (mut a, mut b) = (owner(1), replica_of(&person(2, Role::Recruiter), 2));
    let made = make(&mut a, T0);
    server.exchange(&mut a, T0);
    server.bootstrap(&mut b, T0);
    for round in 0..40_i64 {
        let now = T0 + round;
        for (replica, word) in [(&mut a, "rye"), (&mut b, "oat")] {
            let before = field(replica, "candidates", made.candidate, "summary");
            let kept: String = before.as_str().unwrap_or_default().chars().take(1_000).collect();
            let text = format!("{word} {round} {kept}");
            let edits = [Edit::text("summary", text), Edit::set("headline", format!("{word} {round}"))];
            replica.edit("candidates", made.candidate, &edits, now).expect("edits");
            replica.edit("candidates", made.candidate, &[Edit::add("skills", word)], now).expect("edits");
        }
        if round % 3 == 0 {
            server.exchange(&mut a, now);
        }
        if round % 4 == 0 {
            // Refused, so that what was kept is not what is there any more.
            server.forbidden = if round % 8 == 0 { vec![made.candidate] } else { Vec::new() };
            server.exchange(&mut b, now);
            server.forbidden.clear();
        }
        if round % 5 == 0 {
            for replica in [&mut a, &mut b] {
                let before = shown(replica);
                assert_eq!(derived(replica), before, "round {round}");
            }
        }
    }
    assert!(a.recent.len() <= 2, "little is kept");
    for _ in 0..2 {
        server.exchange(&mut a, T0 + 900);
        server.exchange(&mut b, T0 + 900);
    }
    assert_eq!(shown(&a), shown(&b));
    assert!(!server.verify(&mut a, T0) && !server.verify(&mut b, T0), "the sums fit");
    assert_eq!(derived(&mut a), shown(&b));
}

#[test]
fn what_is_purged_or_locked_is_kept_nowhere() {
    let mut server = Server::default();
    let mut a = owner(1);
    let made = make(&mut a, T0);
    server.exchange(&mut a, T0);
    let edit = |a: &mut Replica, server: &mut Server, text: &str| {
        let edits = [Edit::text("summary", text)];
        a.edit("candidates", made.candidate, &edits, T0).expect("edits");
        server.exchange(a, T0);
        a.edit("candidates", made.candidate, &[Edit::text("summary", format!("{text}!"))], T0)
            .expect("edits");
        assert_ne!(a.recent.len(), 0, "it is kept");
    };
    edit(&mut a, &mut server, "one");
    carry(&mut a, &Action::Grants(granted(["jobs"], Role::Owner)), T0);
    assert_eq!(a.recent.len(), 0, "it was purged");

    let mut b = owner(2);
    server.bootstrap(&mut b, T0);
    edit(&mut b, &mut server, "two");
    b.keep_leases(T0 + 73 * 3_600_000).expect("looks");
    assert_eq!(b.recent.len(), 0, "it is locked");
}

/// To compact a document takes longer than to edit it. With the long row of what waits the kept one was compacted anew with
/// every edit that was made offline.
#[test]
fn what_waits_is_not_compacted_with_every_edit() {
    let mut server = Server::default();
    let mut a = owner(1);
    let made = make(&mut a, T0);
    server.exchange(&mut a, T0);
    let mut compacted = 0;
    for round in 0..3 * MAX_TAIL_CHANGES {
        let before = a.recent.chunks();
        let edits = [Edit::set("headline", format!("Cook {round}"))];
        a.edit("candidates", made.candidate, &edits, T0).expect("edits");
        compacted += usize::from(a.recent.chunks() <= before);
    }
    assert!((1..=3).contains(&compacted), "{compacted} times");
    assert_eq!(derived(&mut a), shown(&a));
}
