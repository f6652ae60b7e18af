//! The file: wrong keys, damage, rescue, full disks, crashes.

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use serde_json::json;
use zumodra_shared::access::Role;

use super::*;
use crate::replica::{Key, StoredFile, get};

const KEY: Key = Key::new([7; 32]);

fn open(path: &Path, seed: u64) -> (Replica, Option<u64>) {
    let opened = Replica::open_in(path, &KEY, Random::seeded(seed)).expect("opens");
    let mut replica = opened.replica;
    replica.set_identity(&person(1, Role::Owner)).expect("keeps");
    (replica, opened.rescued)
}

/// A file with one record on the server, one unsent creation, one unsent edit, and an item in Needs attention.
fn lived(path: &Path) -> (Server, Made, RecordId, Vec<Vec<u8>>) {
    let (mut replica, _) = open(path, 1);
    let mut server = Server::default();
    let made = make(&mut replica, T0);
    server.exchange(&mut replica, T0 + 1);
    replica.edit("jobs", made.job, &[Edit::set("team", "Refused")], T0 + 2).expect("edits");
    server.forbidden = vec![made.job];
    server.push(&mut replica, T0 + 2);
    server.forbidden.clear();
    let tag = replica.create("tags", &fields(json!({ "name": "Unsent" })), T0 + 3).expect("makes").id;
    replica.edit("candidates", made.candidate, &[Edit::set("city", "Lyon")], T0 + 4).expect("edits");
    let hashes = replica.outbox_hashes().expect("reads");
    // Dropped without closing: what a crash does.
    (server, made, tag, hashes)
}

/// A copy of files while they are in use: what a crash leaves.
fn copy_of(folder: &Path, names: &[&str]) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    for name in names {
        fs::copy(folder.join(name), copy.path().join(name)).expect("copies");
    }
    copy
}

#[test]
fn a_crash_loses_nothing_that_was_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replica.db");
    let (_, made, _, hashes) = lived(&path);
    let (replica, rescued) = open(&path, 2);
    assert_eq!(rescued, None);
    assert_eq!(replica.outbox_hashes().expect("reads"), hashes);
    assert_eq!(field(&replica, "candidates", made.candidate, "city"), json!("Lyon"));
    let bytes = fs::read(&path).expect("reads");
    assert!(!bytes.windows(6).any(|w| w == b"SQLite" || w == b"Unsent"), "the file is encrypted");
}

#[test]
fn damage_of_every_sort_is_found_at_the_start_and_unsent_edits_are_rescued() {
    let flip = |path: &Path, at: u64| {
        let mut file = OpenOptions::new().write(true).open(path).expect("opens");
        file.seek(SeekFrom::Start(at)).expect("seeks");
        file.write_all(&[0xff; 64]).expect("writes");
    };
    type Damage<'d> = (&'d str, &'d dyn Fn(&Path));
    let damages: [Damage<'_>; 6] = [
        ("cut off", &|path| {
            let file = OpenOptions::new().write(true).open(path).expect("opens");
            file.set_len(20_000).expect("cuts");
        }),
        ("first page", &|path| flip(path, 100)),
        ("a page inside", &|path| flip(path, 40_960)),
        ("noise", &|path| fs::write(path, [0x5a; 9_000]).expect("writes")),
        ("empty", &|path| fs::write(path, b"").expect("writes")),
        ("gone", &|path| fs::remove_file(path).expect("removes")),
    ];
    for (name, damage) in damages {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("replica.db");
        let (mut server, made, tag, hashes) = lived(&path);
        let (replica, _) = open(&path, 2);
        replica.close();
        damage(&path);
        let (mut replica, rescued) = open(&path, 3);
        assert_eq!(rescued, Some(2), "{name}");
        assert_eq!(replica.outbox_hashes().expect("reads"), hashes, "{name}");
        assert_eq!(replica.attention().expect("reads").len(), 1, "{name}");
        assert_eq!(field(&replica, "tags", tag, "name"), json!("Unsent"), "{name}");
        server.bootstrap(&mut replica, T0 + 5);
        assert_eq!(field(&replica, "candidates", made.candidate, "city"), json!("Lyon"), "{name}");
        server.exchange(&mut replica, T0 + 6);
        assert_eq!(replica.counts().expect("counts").waiting, 0, "{name}");
        assert!(!server.verify(&mut replica, T0 + 7), "{name}");
    }
}

/// The simulator's find: a file that ended within a page, with its log beside it, was answered with "out of memory".
#[test]
fn a_file_cut_off_anywhere_beside_its_log_opens_again_with_the_unsent_edits() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replica.db");
    let (_, made, _, _) = lived(&path);
    open(&path, 2).0.close();
    let (mut replica, _) = open(&path, 3);
    replica.edit("candidates", made.candidate, &[Edit::set("city", "Nantes")], T0 + 5).expect("edits");
    let hashes = replica.outbox_hashes().expect("reads");
    let length = fs::metadata(&path).expect("is there").len();
    for cut in (1..length).step_by(9_973) {
        let torn = copy_of(
            folder.path(),
            &["replica.db", "replica.db-wal", "replica.db.unsent", "replica.db.unsent-wal"],
        );
        let path = torn.path().join("replica.db");
        OpenOptions::new().write(true).open(&path).expect("opens").set_len(cut).expect("cuts");
        let (replica, _) = open(&path, 4);
        assert_eq!(replica.outbox_hashes().expect("reads"), hashes, "cut off after {cut} of {length} bytes");
    }
}

/// The simulator's find: SQLite takes a log up to its first unreadable page, and the rest was as if never written. The
/// second copy was then brought into agreement with that, and the edit was gone.
#[test]
fn a_replica_that_lost_what_was_written_last_is_replaced_and_unsent_edits_are_rescued() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replica.db");
    let (_, made, tag, _) = lived(&path);
    let (mut replica, _) = open(&path, 2);
    replica.edit("candidates", made.candidate, &[Edit::set("city", "Nantes")], T0 + 5).expect("edits");
    let hashes = replica.outbox_hashes().expect("reads");
    // Nothing of the log.
    let torn = copy_of(folder.path(), &["replica.db", "replica.db.unsent", "replica.db.unsent-wal"]);
    let path = torn.path().join("replica.db");
    let (replica, rescued) = open(&path, 3);
    assert_eq!(rescued, Some(3));
    assert_eq!(replica.outbox_hashes().expect("reads"), hashes);
    assert_eq!(field(&replica, "tags", tag, "name"), json!("Unsent"));
    drop(replica);
    assert_eq!(open(&path, 4).1, None, "once is enough");
}

/// The simulator's find: where the second copy was damaged beside its outbox, the replica did not open any more.
#[test]
fn damage_of_the_second_copy_anywhere_is_mended_from_the_replica() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replica.db");
    let (_, _, _, hashes) = lived(&path);
    open(&path, 2).0.close();
    let second = folder.path().join("replica.db.unsent");
    let bytes = fs::read(&second).expect("reads");
    for place in (0..bytes.len()).step_by(2_048) {
        let mut torn = bytes.clone();
        torn[place..place + 512].fill(0xff);
        fs::write(&second, torn).expect("writes");
        let (replica, rescued) = open(&path, 3);
        assert_eq!((rescued, replica.outbox_hashes().expect("reads")), (None, hashes.clone()), "{place}");
        replica.close();
    }
    fs::remove_file(&path).expect("removes");
    let (replica, rescued) = open(&path, 4);
    assert_eq!((rescued, replica.outbox_hashes().expect("reads")), (Some(2), hashes), "mended");
}

#[test]
fn a_key_that_does_not_fit_sets_the_files_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replica.db");
    lived(&path);
    let opened = Replica::open(&path, &Key::new([8; 32]), Random::seeded(2)).expect("opens anew");
    assert_eq!(opened.rescued, Some(0));
    assert_eq!(opened.replica.counts().expect("counts").waiting, 0);
    assert!(folder.path().join("replica.db.damaged").exists());
    Replica::wipe(&path).expect("wipes");
    drop(opened);
    Replica::wipe(&path).expect("wipes");
    assert_eq!(fs::read_dir(folder.path()).expect("lists").count(), 0);
}

#[test]
fn the_second_copy_agrees_after_a_crash_between_the_two_commits() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replica.db");
    let (_, _, _, hashes) = lived(&path);
    let second = folder.path().join("replica.db.unsent");
    let conn = crate::replica::open::connect(&second, Some(&KEY)).expect("opens");
    conn.execute("delete from outbox where place = (select max(place) from outbox)", []).expect("deletes");
    drop(conn);
    let (replica, _) = open(&path, 2);
    drop(replica);
    fs::remove_file(&path).expect("removes");
    let (replica, _) = open(&path, 3);
    assert_eq!(replica.outbox_hashes().expect("reads"), hashes);
}

#[test]
fn a_full_disk_stops_writing_and_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replica.db");
    let (mut replica, _) = open(&path, 1);
    make(&mut replica, T0);
    let waiting = replica.counts().expect("counts").waiting;
    let pages: i64 = replica.conn.query_row("pragma page_count", [], |row| row.get(0)).expect("reads");
    replica.conn.query_row(&format!("pragma max_page_count = {pages}"), [], |_| Ok(())).expect("sets");
    let long = fields(json!({ "first_name": "A", "resume_text": "long ".repeat(15_000) }));
    let refused = replica.create("candidates", &long, T0).expect_err("has no room");
    assert_eq!(refused.code, Code::DiskFull);
    assert_eq!(replica.counts().expect("counts").waiting, waiting, "nothing was half done");
    replica.conn.query_row("pragma max_page_count = 100000", [], |_| Ok(())).expect("sets");
    replica.create("candidates", &long, T0).expect("goes on");
}

#[test]
fn an_attached_file_waits_for_its_upload_and_survives_the_loss_of_the_replica() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replica.db");
    let (mut replica, _) = open(&path, 1);
    let made = make(&mut replica, T0);
    let file = StoredFile {
        hash: "cd".repeat(32),
        name: "cv.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        bytes: vec![9; 50_000],
    };
    let edit = crate::replica::EditRequest {
        kind: "candidates".to_owned(),
        id: made.candidate,
        edits: vec![Edit::set("resume_hash", file.hash.as_str())],
    };
    replica.attach(Some(&file), &[edit], &[], T0).expect("attaches");
    drop(replica);
    fs::write(&path, b"broken").expect("writes");
    let (mut replica, _) = open(&path, 2);
    assert_eq!(replica.next_upload().expect("reads"), Some(file.clone()));
    replica.uploaded(&file.hash, T0).expect("notes");
    assert_eq!(replica.next_upload().expect("reads"), None);
    assert!(get(replica.connection(), "candidates", made.candidate).expect("reads").is_some());
    let big = StoredFile { bytes: vec![0; (10 << 20) + 1], ..file };
    assert!(replica.attach(Some(&big), &[], &[], T0).is_err_and(|p| p.code == Code::TooLarge));
}
