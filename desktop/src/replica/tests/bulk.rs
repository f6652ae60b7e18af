//! A large download: what lists are sorted by is made at its end, and what comes as a first change is read from it.

use std::path::Path;

use serde_json::json;
use zumodra_shared::access::Role;

use super::*;
use crate::replica::{Key, ListRequest, list};

const KEY: Key = Key::new([7; 32]);
const LARGE: u64 = 50_000;

fn names(replica: &Replica) -> BTreeSet<String> {
    let sql =
        "select name from sqlite_schema where type = 'index' and tbl_name = 'candidates' and sql is not null";
    let mut statement = replica.conn.prepare(sql).expect("reads");
    let names = statement.query_map([], |row| row.get(0)).expect("reads");
    names.collect::<rusqlite::Result<_>>().expect("reads")
}

fn open(path: &Path) -> Replica {
    let mut replica = Replica::open_in(path, &KEY, Random::seeded(3)).expect("opens").replica;
    replica.set_identity(&person(2, Role::Recruiter)).expect("keeps");
    replica
}

fn position(scopes: &[String]) -> ChunkPosition {
    ChunkPosition { scopes: scopes.to_vec(), kind: 0, after: None, done: 0 }
}

fn grants(server: &Server, replica: &mut Replica, download: bool, total: u64) -> Vec<String> {
    let me = replica.identity().expect("reads").expect("signed in");
    let scopes: Vec<String> = server.principal(&me).grants().iter().map(str::to_owned).collect();
    let granted = Granted {
        download: download.then(|| position(&scopes)),
        total,
        server_now: Some(T0),
        ..granted(scopes.iter().map(String::as_str), me.role)
    };
    carry(replica, &Action::Grants(granted), T0);
    scopes
}

#[test]
fn what_lists_are_sorted_by_is_left_off_while_a_large_download_comes() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replica.db");
    let mut author = owner(1);
    let mut server = Server::default();
    make(&mut author, T0);
    author
        .create("candidates", &fields(json!({ "first_name": "Al", "last_name": "Aho" })), T0)
        .expect("makes");
    server.exchange(&mut author, T0);
    let mut replica = open(&path);
    let all = names(&replica);
    assert!(all.contains("candidates_by_last_name") && all.contains("candidates_updated"), "{all:?}");

    grants(&server, &mut replica, true, 3);
    assert_eq!(names(&replica), all, "a small download is not worth it");
    let scopes = grants(&server, &mut replica, true, LARGE);
    let left = names(&replica);
    assert!(!left.contains("candidates_by_last_name") && left.contains("candidates_walled"), "{left:?}");

    let me = replica.identity().expect("reads").expect("signed in");
    let items = server.items(&server.principal(&me), 0, false);
    let next = Some(position(&scopes));
    carry(&mut replica, &Action::Load { items, next, total: LARGE }, T0);
    // Lists are sorted meanwhile, too; and what waits is kept through a crash.
    drop(replica);
    let mut replica = open(&path);
    assert_eq!(names(&replica), left, "the download goes on");
    let request =
        ListRequest { kind: "candidates".into(), sort: Some("last_name".into()), ..ListRequest::default() };
    let first =
        |replica: &Replica| list(&replica.conn, &request).expect("lists").rows[0].fields["last_name"].clone();
    assert_eq!(first(&replica), json!("Aho"));
    grants(&server, &mut replica, true, LARGE);
    assert_eq!(names(&replica), left);

    carry(&mut replica, &Action::Load { items: Vec::new(), next: None, total: LARGE }, T0);
    assert_eq!(names(&replica), all, "all of them are there again");
    assert_eq!(first(&replica), json!("Aho"));
}

#[test]
fn what_was_left_off_is_made_when_the_download_is_called_off() {
    let mut author = owner(1);
    let mut server = Server::default();
    make(&mut author, T0);
    server.exchange(&mut author, T0);
    let mut replica = replica_of(&person(2, Role::Recruiter), 2);
    let all = names(&replica);
    grants(&server, &mut replica, true, LARGE);
    assert_ne!(names(&replica), all);
    grants(&server, &mut replica, false, 0);
    assert_eq!(names(&replica), all);
    // Nor is anything left off where there is much already.
    let sql = "insert into candidates (id, scope, created_at, updated_at, deleted, pending)
               with recursive n (n) as (values (1) union all select n + 1 from n where n < 2000)
               select cast(n as blob), 'candidates', 1, 1, 0, 0 from n";
    replica.conn.execute(sql, []).expect("inserts");
    grants(&server, &mut replica, true, 15_000);
    assert_eq!(names(&replica), all);
}

#[test]
fn a_first_change_shows_the_same_whether_it_is_read_or_loaded() {
    let mut author = owner(1);
    let mut server = Server::default();
    let made = make(&mut author, T0);
    let full = json!({
        "first_name": "Ada", "skills": ["rye", "oat"], "summary": "long\ntext", "years_experience": 0,
        "willing_to_relocate": true, "visible_to_ids": [], "source": "referral", "resume_hash": null,
    });
    let candidate = author.create("candidates", &fields(full), T0).expect("makes").id;
    let note = json!({ "candidate_id": made.candidate.to_string(), "body": "x", "is_private": true });
    author.create("notes", &fields(note), T0).expect("makes");
    server.exchange(&mut author, T0);
    let mut replica = owner(2);
    server.grant(&mut replica, T0, true);
    let me = replica.identity().expect("reads").expect("signed in");
    let items = server.items(&server.principal(&me), 0, false);
    assert!(items.iter().all(|item| !matches!(item.body, Body::Loaded(..))), "nothing comes with a row");
    let total = items.len() as u64;
    carry(&mut replica, &Action::Load { items, next: None, total }, T0);
    assert_eq!(replica.rows_hash().expect("hashes"), author.rows_hash().expect("hashes"));
    assert_eq!(field(&replica, "candidates", candidate, "skills"), json!(["oat", "rye"]));
    assert_eq!(field(&replica, "candidates", candidate, "languages"), json!([]));
    let read = replica.rows_hash().expect("hashes");
    replica.rebuild(T0).expect("rebuilds");
    assert_eq!(replica.rows_hash().expect("hashes"), read, "a rebuild loads every document");
    assert!(!server.verify(&mut replica, T0), "the sums fit");
}

#[test]
fn a_skill_is_looked_for_among_those_who_have_any() {
    let replica = owner(1);
    let sql = "explain query plan select count(*) from candidates where deleted = 0 and (\"skills\" <> '[]' and \
               exists (select 1 from json_each(\"skills\") where json_each.value in ('rye')))";
    let plan: String = replica.conn.query_row(sql, [], |row| row.get(3)).expect("explains");
    assert!(plan.contains("candidates_skills"), "{plan}");
}
