//! Documents in several scopes: a hiring manager holds the candidates of own jobs, as long as one of them is theirs.

use serde_json::json;
use zumodra_shared::access::Role;

use super::*;
use crate::replica::open::connect;
use crate::replica::{Key, StoredFile, find, get};

const CANARY: &str = "canarybird88";
const MANAGER: u128 = 9;

/// A job of the hiring manager.
fn own_job(author: &mut Replica, title: &str) -> RecordId {
    let manager = RecordId::from_u128(MANAGER).to_string();
    author
        .create("jobs", &fields(json!({ "title": title, "hiring_manager_id": manager })), T0)
        .expect("makes")
        .id
}

fn apply(author: &mut Replica, made: &Made, candidate: RecordId, job: RecordId) {
    let pipeline = field(author, "applications", made.application, "pipeline_id");
    let application = json!({ "candidate_id": candidate.to_string(), "job_id": job.to_string(),
        "pipeline_id": pipeline, "stage_id": "new", "applied_at": T0 });
    author.create("applications", &fields(application), T0).expect("makes");
}

fn give_away(author: &mut Replica, job: RecordId) {
    author.edit("jobs", job, &[Edit::set("hiring_manager_id", Value::Null)], T0).expect("edits");
}

/// A member of the directory: jobs refer to them.
fn manager(server: &mut Server, author: &mut Replica) {
    server.employ(RecordId::from_u128(MANAGER), "Mo", Role::HiringManager);
    server.pull(author, T0);
}

/// A download of what was gained, what changed besides, and the sums after it.
fn regrant(server: &mut Server, replica: &mut Replica, now: i64) {
    if server.grant(replica, now, false).is_some() {
        let me = replica.identity().expect("reads").expect("signed in");
        let items = server.items(&server.principal(&me), 0, true);
        let total = items.len() as u64;
        carry(replica, &Action::Load { items, next: None, total }, now);
    }
    server.pull(replica, now);
    assert_sound(server, replica, now);
}

/// Nothing is held out of scope, everything in scope is, and the sums fit.
fn assert_sound(server: &mut Server, replica: &mut Replica, now: i64) {
    let me = replica.identity().expect("reads").expect("signed in");
    let who = server.principal(&me);
    assert!(replica.documents_out_of(&who.grants()).expect("reads").is_empty());
    for item in server.items(&who, 0, true).iter().filter(|item| item.kind == 4) {
        assert!(get(replica.connection(), "candidates", item.doc).expect("reads").is_some());
    }
    assert!(!server.verify(replica, now), "the sums fit");
}

/// The file is not encrypted here, so that what remains in it can be seen at all.
#[test]
fn a_candidate_of_two_jobs_stays_until_both_are_lost_and_then_no_byte_remains() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replica.db");
    let (mut server, mut a) = (Server::default(), owner(1));
    manager(&mut server, &mut a);
    let made = make(&mut a, T0);
    let (one, two) = (own_job(&mut a, "One"), own_job(&mut a, "Two"));
    let secret = json!({ "first_name": CANARY, "skills": [CANARY], "resume_text": format!("{CANARY} text"),
        "resume_hash": "cd".repeat(32) });
    let candidate = a.create("candidates", &fields(secret), T0).expect("makes").id;
    apply(&mut a, &made, candidate, one);
    apply(&mut a, &made, candidate, two);
    server.exchange(&mut a, T0 + 1);

    let me = person(MANAGER, Role::HiringManager);
    let mut hm = replica_of(&me, 2);
    hm.conn = connect(&path, None).expect("opens");
    crate::replica::tables::create_own(&hm.conn).expect("creates");
    crate::replica::tables::create_derived(&hm.conn).expect("creates");
    crate::replica::tables::create_indexes(&hm.conn).expect("creates");
    hm.set_identity(&me).expect("keeps");
    server.bootstrap(&mut hm, T0 + 2);
    assert_sound(&mut server, &mut hm, T0 + 2);
    assert_eq!(hm.count("candidates").expect("counts"), 1, "not the one of the job of others");
    let file = StoredFile {
        hash: "cd".repeat(32),
        name: format!("{CANARY}.pdf"),
        media_type: "application/pdf".to_owned(),
        bytes: CANARY.repeat(2_000).into_bytes(),
    };
    hm.cache(&file, T0 + 3).expect("keeps");
    let present = || {
        let files = std::fs::read_dir(folder.path()).expect("lists");
        files.flatten().any(|file| {
            let bytes = std::fs::read(file.path()).expect("reads");
            bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
        })
    };
    let found = |hm: &Replica| find(hm.connection(), &["candidates"], CANARY, 9).expect("searches").len();
    while hm.index_slice(9, T0 + 3).expect("indexes") {}
    assert!(present());
    assert_eq!(found(&hm), 1);

    give_away(&mut a, one);
    server.exchange(&mut a, T0 + 4);
    regrant(&mut server, &mut hm, T0 + 5);
    assert_eq!((hm.count("candidates").expect("counts"), found(&hm)), (1, 1), "one job is left");

    give_away(&mut a, two);
    server.exchange(&mut a, T0 + 6);
    regrant(&mut server, &mut hm, T0 + 7);
    assert_eq!((hm.count("candidates").expect("counts"), found(&hm)), (0, 0));
    assert!(crate::replica::file(hm.connection(), &file.hash).expect("reads").is_none());
    assert!(!present(), "canary bytes remain");
}

#[test]
fn an_item_tells_what_more_a_candidate_is_shared_into_and_a_wider_role_needs_none_of_it() {
    let (mut server, mut a) = (Server::default(), owner(1));
    manager(&mut server, &mut a);
    let made = make(&mut a, T0);
    let (one, two) = (own_job(&mut a, "One"), own_job(&mut a, "Two"));
    apply(&mut a, &made, made.candidate, one);
    server.exchange(&mut a, T0 + 1);
    let mut hm = replica_of(&person(MANAGER, Role::HiringManager), 2);
    server.bootstrap(&mut hm, T0 + 2);
    let told = |hm: &Replica| {
        let mut statement =
            hm.connection().prepare("select scope from shares order by scope").expect("reads");
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).expect("reads");
        rows.collect::<rusqlite::Result<Vec<_>>>().expect("reads")
    };
    assert_eq!(told(&hm), [format!("candidates/{one}")]);
    // The candidate itself does not change.
    apply(&mut a, &made, made.candidate, two);
    server.exchange(&mut a, T0 + 3);
    server.pull(&mut hm, T0 + 4);
    let mut both = [format!("candidates/{one}"), format!("candidates/{two}")];
    both.sort();
    assert_eq!(told(&hm), both);
    assert_sound(&mut server, &mut hm, T0 + 4);

    hm.set_identity(&person(MANAGER, Role::Recruiter)).expect("keeps");
    regrant(&mut server, &mut hm, T0 + 5);
    assert_eq!(told(&hm), Vec::<String>::new(), "who sees them all needs no shares");
    hm.set_identity(&person(MANAGER, Role::HiringManager)).expect("keeps");
    regrant(&mut server, &mut hm, T0 + 6);
    assert_eq!(told(&hm), both);
}

/// Random jobs, applications, edits and roles: after each step that reaches the replica, it is sound.
#[test]
fn whatever_happens_nobody_holds_a_candidate_out_of_scope_and_the_sums_fit() {
    for seed in 0..60 {
        let mut random = Random::seeded(seed);
        let mut pick = |below: usize| usize::try_from(random.permille()).expect("a number") % below;
        let (mut server, mut a) = (Server::default(), owner(seed));
        manager(&mut server, &mut a);
        let made = make(&mut a, T0);
        let mut jobs = vec![made.job, own_job(&mut a, "Own")];
        let mut candidates = vec![made.candidate];
        let mut role = Role::HiringManager;
        let mut hm = replica_of(&person(MANAGER, role), seed + 1);
        server.exchange(&mut a, T0);
        server.bootstrap(&mut hm, T0);
        for step in 0..40 {
            let now = T0 + 10 * step;
            match pick(7) {
                0 => jobs.push(own_job(&mut a, "Another")),
                1 => candidates.push(
                    a.create("candidates", &fields(json!({ "first_name": "New" })), now).expect("makes").id,
                ),
                2 | 3 => {
                    let (candidate, job) = (candidates[pick(candidates.len())], jobs[pick(jobs.len())]);
                    apply(&mut a, &made, candidate, job);
                }
                4 => {
                    let own = pick(2) == 0;
                    let to = if own { json!(RecordId::from_u128(MANAGER).to_string()) } else { Value::Null };
                    let edit = [Edit::set("hiring_manager_id", to)];
                    a.edit("jobs", jobs[pick(jobs.len())], &edit, now).expect("edits");
                }
                5 => {
                    let candidate = candidates[pick(candidates.len())];
                    let edit = [Edit::set("city", format!("City {step}"))];
                    a.edit("candidates", candidate, &edit, now).expect("edits");
                }
                _ => role = [Role::HiringManager, Role::Recruiter, Role::Viewer][pick(3)],
            }
            if pick(2) == 0 {
                server.exchange(&mut a, now + 1);
                hm.set_identity(&person(MANAGER, role)).expect("keeps");
                let grants = server.principal(&person(MANAGER, role)).grants();
                if grants != hm.grants().expect("reads") {
                    regrant(&mut server, &mut hm, now + 2);
                }
                server.pull(&mut hm, now + 3);
                assert_sound(&mut server, &mut hm, now + 4);
            }
        }
    }
}

#[test]
fn a_file_of_the_first_layout_is_brought_up_and_keeps_what_it_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replica.db");
    let key = Key::new([5; 32]);
    let mut old = Replica::open(&path, &key, Random::seeded(1)).expect("opens").replica;
    old.set_identity(&person(1, Role::Owner)).expect("keeps");
    let made = make(&mut old, T0);
    let waiting = old.outbox_hashes().expect("reads");
    let back = "drop trigger alerts_of_docs; drop table alert_searches; drop table alert_matches; \
                drop trigger stamps_of_docs; drop table stamps; drop table shares; alter table docs drop column wall; \
                alter table docs drop column wall_moves; pragma user_version = 1;";
    old.conn.execute_batch(back).expect("goes back");
    old.close();
    let opened = Replica::open(&path, &key, Random::seeded(2)).expect("opens");
    assert_eq!(opened.rescued, None, "nothing is damaged");
    let mut new = opened.replica;
    assert!(get(new.connection(), "candidates", made.candidate).expect("reads").is_some());
    assert_eq!(new.outbox_hashes().expect("reads"), waiting);
    let mut server = Server::default();
    server.exchange(&mut new, T0 + 1);
    assert!(new.outbox_hashes().expect("reads").is_empty());
}
