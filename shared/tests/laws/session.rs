//! The server's side of a session: who is connected, what is downloaded, and in which order pushes are answered.

use zumodra_shared::access::{Grants, Own, Principal, Role};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::sync::cursor::{Cursor, Sealer};
use zumodra_shared::sync::server::{
    Action, Authenticated, ChunkRead, HELLO_WITHIN_MS, Input, PageRead, Session,
};
use zumodra_shared::sync::wire::{
    ALL_SCOPES, Blob, ChunkPosition, ClientFrame, Hello, Outcome, Push, ScopeSum, ServerFrame, decode, encode,
};
use zumodra_shared::sync::{PROTOCOL, SAME_IS_PURGED_SINCE};

const NOW: i64 = 1_000;

pub(super) fn manager(jobs: &[u128]) -> Box<Authenticated> {
    let principal = Principal {
        user_id: RecordId::from_u128(1),
        device_id: RecordId::from_u128(2),
        tenant_id: RecordId::from_u128(3),
        role: Role::HiringManager,
        own: Own::new(jobs.iter().map(|job| RecordId::from_u128(*job)), [], []),
    };
    Box::new(Authenticated { principal, expires_at: i64::MAX, head: 0 })
}

fn hello() -> Input {
    Input::Frame(encode(&ClientFrame::Hello(new_hello())))
}

pub(super) fn new_hello() -> Hello {
    Hello {
        protocol: PROTOCOL,
        schema: 1,
        token: "first".into(),
        cursor: None,
        scopes: Vec::new(),
        download: None,
        digest: None,
    }
}

/// A session that was welcomed with some jobs.
pub(super) fn welcomed(jobs: &[u128]) -> Session {
    let mut session = Session::new(NOW, &[7; 16]);
    assert_eq!(session.handle(NOW, hello()), [Action::Authenticate("first".into())]);
    session.handle(NOW, Input::Authenticated(Ok(manager(jobs))));
    session.handle(NOW, Input::Counted(0, 0.into()));
    session
}

/// The frames that are sent, in their order.
fn frames(actions: &[Action]) -> Vec<ServerFrame> {
    let sent = actions.iter().filter_map(|action| match action {
        Action::Send(bytes) => decode::<ServerFrame>(bytes).ok(),
        _ => None,
    });
    sent.collect()
}

/// The scopes of own jobs that the last Grants frame names.
fn granted(actions: &[Action]) -> Option<Vec<String>> {
    frames(actions).into_iter().rev().find_map(|frame| match frame {
        ServerFrame::Grants(changed) => {
            Some(changed.grants.into_iter().filter(|scope| scope.starts_with("applications/")).collect())
        }
        _ => None,
    })
}

/// For each page that is to be read, whether with sums.
fn sums_asked(actions: &[Action]) -> Vec<bool> {
    let asked = actions.iter().filter_map(|action| match action {
        Action::ReadPage { checkpoint, .. } => Some(*checkpoint),
        _ => None,
    });
    asked.collect()
}

fn look_ups(actions: &[Action]) -> usize {
    actions.iter().filter(|action| matches!(action, Action::LookUp | Action::Authenticate(_))).count()
}

#[test]
fn what_changes_during_a_look_up_is_looked_up_after_it() {
    let mut session = welcomed(&[1]);
    assert_eq!(look_ups(&session.handle(NOW, Input::Stale)), 1);
    for _another in 0..3 {
        assert_eq!(look_ups(&session.handle(NOW, Input::Stale)), 0, "one at a time");
    }
    // The first answer is from before the later changes.
    let mut said = session.handle(NOW, Input::Principal(Ok(manager(&[]))));
    assert_eq!(look_ups(&said), 1, "however often it was told");
    said.extend(session.handle(NOW, Input::Principal(Ok(manager(&[2])))));
    // What was counted for the jobs in between is not the number of what comes.
    said.extend(session.handle(NOW, Input::Counted(1, 5.into())));
    assert_eq!(granted(&said), None);
    said.extend(session.handle(NOW, Input::Counted(2, 3.into())));
    assert_eq!(look_ups(&said), 1, "nothing changed after that");
    let job = RecordId::from_u128(2);
    assert_eq!(granted(&said), Some(vec![format!("applications/{job}")]));
}

#[test]
fn a_fresh_token_waits_for_a_look_up_and_a_look_up_for_a_fresh_token() {
    let mut session = welcomed(&[1]);
    let renew = |token: &str| Input::Frame(encode(&ClientFrame::Renew(token.into())));
    assert_eq!(look_ups(&session.handle(NOW, Input::Stale)), 1);
    assert_eq!(look_ups(&session.handle(NOW, renew("second"))), 0);
    let said = session.handle(NOW, Input::Principal(Ok(manager(&[1]))));
    assert!(said.contains(&Action::Authenticate("second".into())), "{said:?}");
    assert_eq!(look_ups(&session.handle(NOW, Input::Stale)), 0);
    let said = session.handle(NOW, Input::Authenticated(Ok(manager(&[1]))));
    assert!(said.contains(&Action::LookUp), "{said:?}");
}

#[test]
fn what_changes_before_the_welcome_is_in_force_after_it() {
    let mut session = Session::new(NOW, &[7; 16]);
    session.handle(NOW, hello());
    session.handle(NOW, Input::Stale);
    assert_eq!(look_ups(&session.handle(NOW, Input::Authenticated(Ok(manager(&[1]))))), 1);
    let mut said = session.handle(NOW, Input::Principal(Ok(manager(&[2]))));
    said.extend(session.handle(NOW, Input::Counted(0, 0.into())));
    said.extend(session.handle(NOW, Input::Counted(1, 0.into())));
    let job = RecordId::from_u128(2);
    assert_eq!(granted(&said), Some(vec![format!("applications/{job}")]));
}

#[test]
fn a_clock_that_is_set_back_keeps_no_silent_connection_open() {
    let (now, ten_years) = (1_800_000_000_000, 10 * 365 * 86_400_000);
    let mut session = Session::new(now, &[0; 16]);
    assert_eq!(session.handle(now - ten_years, Input::Tick), []);
    assert_eq!(session.handle(now - ten_years + HELLO_WITHIN_MS - 1, Input::Tick), []);
    assert_eq!(session.handle(now - ten_years + HELLO_WITHIN_MS, Input::Tick), [Action::Close]);
}

/// The scopes of the download that the last Grants frame announces.
fn downloaded(actions: &[Action]) -> Vec<String> {
    let download = frames(actions).into_iter().rev().find_map(|frame| match frame {
        ServerFrame::Grants(changed) => Some(changed.download.expect("a download goes on").scopes),
        _ => None,
    });
    download.expect("the grants are sent")
}

/// The simulator's find: who lost a class while it was being downloaded, and kept a part of it, was never sent that part.
#[test]
fn a_download_that_is_narrowed_while_under_way_goes_on_with_what_is_still_granted() {
    let mut session = Session::new(NOW, &[7; 16]);
    session.handle(NOW, hello());
    let mut recruiter = manager(&[]);
    recruiter.principal.role = Role::Recruiter;
    session.handle(NOW, Input::Authenticated(Ok(recruiter)));
    session.handle(NOW, Input::Counted(0, 9.into()));
    session.handle(NOW, Input::Stale);
    session.handle(NOW, Input::Principal(Ok(manager(&[9]))));
    let said = session.handle(NOW, Input::Counted(1, 3.into()));
    let scopes = downloaded(&said);
    let part = format!("applications/{}", RecordId::from_u128(9));
    assert!(scopes.contains(&part) && scopes.contains(&"jobs".to_owned()), "{scopes:?}");
    assert!(!scopes.contains(&"applications".to_owned()), "{scopes:?}");
}

/// The simulator's find: who got all candidates while those of an own job were being downloaded was told afterwards
/// that the job's were there, of which a whole class says nothing.
#[test]
fn a_download_that_is_widened_while_under_way_goes_on_without_what_is_no_longer_named() {
    let mut session = welcomed(&[9]);
    session.handle(NOW, Input::Stale);
    let mut recruiter = manager(&[]);
    recruiter.principal.role = Role::Recruiter;
    session.handle(NOW, Input::Principal(Ok(recruiter)));
    let scopes = downloaded(&session.handle(NOW, Input::Counted(1, 3.into())));
    let job = RecordId::from_u128(9);
    assert!(scopes.contains(&"candidates".to_owned()), "{scopes:?}");
    assert!(!scopes.contains(&format!("candidates/{job}")), "{scopes:?}");
    assert!(scopes.contains(&format!("applications/{job}")), "under way, and not downloaded yet: {scopes:?}");
}

fn push(batch: u32) -> Input {
    Input::Frame(encode(&ClientFrame::Push(Push { batch, changes: Vec::new() })))
}

fn purged() -> Input {
    Input::Frame(encode(&ClientFrame::Purged))
}

fn committed(batch: u32) -> Input {
    Input::Ingested(batch, vec![Outcome::Accepted(None)], NOW)
}

/// The batches that are answered, in their order.
fn answered(actions: &[Action]) -> Vec<u32> {
    frames(actions)
        .into_iter()
        .filter_map(|frame| match frame {
            ServerFrame::Pushed(pushed) => Some(pushed.batch),
            _ => None,
        })
        .collect()
}

/// Whether the page that is asked for is to hold what the replica did itself.
fn wants_own(actions: &[Action]) -> Option<bool> {
    actions.iter().find_map(|action| match action {
        Action::ReadPage { own, .. } => Some(*own),
        _ => None,
    })
}

fn nothing(ticket: u32) -> Input {
    Input::Page(ticket, Box::new(PageRead::nothing(Cursor::at(0))))
}

/// The simulator's find: two commits that are told in the wrong order made a replica take up a change without the one
/// that it builds on.
#[test]
fn pushes_are_answered_in_the_order_in_which_they_came() {
    let mut session = welcomed(&[1]);
    session.handle(NOW, push(5));
    session.handle(NOW, push(6));
    session.handle(NOW, push(7));
    assert_eq!(answered(&session.handle(NOW, committed(6))), [0_u32; 0]);
    assert_eq!(answered(&session.handle(NOW, committed(5))), [5, 6]);
    assert_eq!(answered(&session.handle(NOW, committed(7))), [7]);
}

/// The simulator's find: a replica that was purged while its push was under way had dropped the change; the answer told
/// it nothing, and the page left the change out because it was the replica's own.
#[test]
fn what_was_pushed_before_a_purge_is_sent_back() {
    let mut session = welcomed(&[1]);
    session.handle(NOW, purged());
    session.handle(NOW, nothing(0));
    assert_eq!(wants_own(&session.handle(NOW, Input::Wake)), Some(false), "its answers tell it");
    session.handle(NOW, nothing(0));
    session.handle(NOW, push(1));
    session.handle(NOW, Input::Stale);
    session.handle(NOW, Input::Principal(Ok(manager(&[2]))));
    session.handle(NOW, Input::Counted(1, 0.into()));
    // Read under the new rights, which the replica has not heard of.
    assert_eq!(wants_own(&session.handle(NOW, nothing(0))), Some(true));
    session.handle(NOW, push(2));
    session.handle(NOW, purged());
    session.handle(NOW, nothing(1));
    assert_eq!(wants_own(&session.handle(NOW, Input::Wake)), Some(true), "both pushes are under way");
    session.handle(NOW, committed(1));
    session.handle(NOW, committed(2));
    assert_eq!(wants_own(&session.handle(NOW, nothing(1))), Some(true), "what was committed meanwhile");
    session.handle(NOW, push(3));
    session.handle(NOW, nothing(1));
    assert_eq!(wants_own(&session.handle(NOW, Input::Wake)), Some(false), "all is told");
}

/// A page with news of others, read up to a place of the log, that leaves out what the replica did itself.
fn others(at: u64) -> Input {
    let mut read = PageRead::nothing(Cursor::at(at));
    (read.checkpoint, read.own) = (Some(Vec::new()), true);
    Input::Page(0, Box::new(read))
}

/// How many pages are sent, and how many answers before the first of them.
fn pages(actions: &[Action]) -> (usize, usize) {
    let names: Vec<bool> =
        frames(actions).iter().map(|frame| matches!(frame, ServerFrame::Page(_))).collect();
    let first = names.iter().position(|page| *page).unwrap_or_default();
    (names.iter().filter(|page| **page).count(), first)
}

/// The simulator's find: a page moved the cursor past own changes whose answer was lost with the connection, and nothing
/// ever told the replica when they had been taken up.
#[test]
fn a_page_waits_for_the_answers_to_what_it_leaves_out() {
    let mut session = welcomed(&[1]);
    session.handle(NOW, purged());
    session.handle(NOW, nothing(0));
    session.handle(NOW, push(1));
    session.handle(NOW, Input::Wake);
    assert_eq!(pages(&session.handle(NOW, others(5))), (0, 0), "not while the push is under way");
    session.handle(NOW, push(2));
    assert_eq!(wants_own(&session.handle(NOW, Input::Wake)), None, "one page at a time");
    let said = session.handle(NOW, committed(1));
    assert_eq!(
        (answered(&said), pages(&said)),
        (vec![1], (1, 1)),
        "behind the answer, and not behind later ones"
    );
    assert_eq!(wants_own(&said), Some(true), "what was told before the page may be newer than the page");
}

/// A page that was read under rights that are no longer in force is not sent, however long it waited.
#[test]
fn a_page_that_waits_goes_with_the_rights_under_which_it_was_read() {
    let mut session = welcomed(&[1]);
    session.handle(NOW, push(1));
    session.handle(NOW, others(5));
    session.handle(NOW, Input::Stale);
    session.handle(NOW, Input::Principal(Ok(manager(&[2]))));
    let mut said = session.handle(NOW, Input::Counted(1, 0.into()));
    said.extend(session.handle(NOW, committed(1)));
    assert_eq!((answered(&said), pages(&said)), (vec![1], (0, 0)));
    assert_eq!(wants_own(&said), Some(true), "it is read again");
}

/// A page that takes something away.
fn gone(ticket: u32) -> Input {
    let gone = vec![RecordId::from_u128(5)];
    Input::Page(ticket, Box::new(PageRead { gone, ..PageRead::nothing(Cursor::at(1)) }))
}

fn sent_pages(actions: &[Action]) -> usize {
    frames(actions).iter().filter(|frame| matches!(frame, ServerFrame::Page(_))).count()
}

/// Who is named at the instant in which a job becomes private would lose what they had not sent of it, if what moved were
/// told to be gone by the rights of before.
#[test]
fn what_is_gone_is_told_only_once_the_rights_were_looked_up() {
    let mut session = welcomed(&[1]);
    let said = session.handle(NOW, gone(0));
    assert_eq!((sent_pages(&said), look_ups(&said), wants_own(&said)), (0, 1, None), "{said:?}");
    let said = session.handle(NOW, Input::Principal(Ok(manager(&[1]))));
    assert!(wants_own(&said).is_some(), "read again");
    let said = session.handle(NOW, gone(0));
    assert_eq!((sent_pages(&said), look_ups(&said)), (1, 0));
    session.handle(NOW, Input::Wake);
    let said = session.handle(NOW, gone(1));
    assert_eq!((sent_pages(&said), look_ups(&said)), (0, 1), "a later page in doubt again");
}

#[test]
fn nothing_is_read_while_somebody_is_looked_up() {
    let mut session = welcomed(&[1]);
    session.handle(NOW, nothing(0));
    session.handle(NOW, Input::Stale);
    assert_eq!(wants_own(&session.handle(NOW, Input::Wake)), None);
    assert!(wants_own(&session.handle(NOW, Input::Principal(Ok(manager(&[1]))))).is_some());
}

/// What was read before a page took it away would bring it back.
#[test]
fn a_chunk_that_is_being_read_when_something_is_taken_away_is_read_again() {
    let mut session = Session::new(NOW, &[7; 16]);
    session.handle(NOW, hello());
    session.handle(NOW, Input::Authenticated(Ok(manager(&[1]))));
    let said = session.handle(NOW, Input::Counted(0, 3.into()));
    let position = said.iter().find_map(|action| match action {
        Action::Send(frame) => match decode::<ServerFrame>(frame) {
            Ok(ServerFrame::Welcome(welcome)) => welcome.download,
            _ => None,
        },
        _ => None,
    });
    let position = position.expect("a download");
    let chunks = |said: &[Action]| said.iter().filter(|a| matches!(a, Action::ReadChunk { .. })).count();
    session.handle(NOW, Input::Frame(encode(&ClientFrame::Purged)));
    let asked = session.handle(NOW, Input::Frame(encode(&ClientFrame::NextChunk(position))));
    assert_eq!(chunks(&asked), 1);
    session.handle(NOW, gone(0));
    session.handle(NOW, Input::Principal(Ok(manager(&[1]))));
    let said = session.handle(NOW, gone(0));
    assert_eq!((sent_pages(&said), chunks(&said)), (1, 1), "{said:?}");
    let old = Input::Chunk(0, Box::new(ChunkRead { items: Vec::new(), next: None }));
    let sent = |said: &[Action]| {
        said.iter().any(|action| {
            matches!(action, Action::Send(f) if matches!(decode::<ServerFrame>(f), Ok(ServerFrame::Chunk(_))))
        })
    };
    assert!(!sent(&session.handle(NOW, old)), "the old one is dropped");
    let new = Input::Chunk(1, Box::new(ChunkRead { items: Vec::new(), next: None }));
    assert!(sent(&session.handle(NOW, new)));
}

/// The simulator's find (seed 1010490 of its day): a job became private and open again while a push of somebody outside was
/// under way. They had dropped the edit with the job, and the page that brought the job back left it out as their own.
#[test]
fn what_was_pushed_before_something_was_taken_away_is_sent_back() {
    let mut session = welcomed(&[1]);
    session.handle(NOW, purged());
    session.handle(NOW, nothing(0));
    session.handle(NOW, push(1));
    assert_eq!(wants_own(&session.handle(NOW, Input::Wake)), Some(false));
    session.handle(NOW, gone(0));
    session.handle(NOW, Input::Principal(Ok(manager(&[1]))));
    assert_eq!(sent_pages(&session.handle(NOW, gone(0))), 1);
    session.handle(NOW, push(2));
    let mut said = session.handle(NOW, committed(1));
    said.extend(session.handle(NOW, committed(2)));
    said.extend(session.handle(NOW, Input::Wake));
    assert_eq!(wants_own(&said), Some(true), "of the push before it, and of one that may have been");
}

#[test]
fn what_is_asked_for_before_a_change_of_rights_was_heard_of_is_not_answered() {
    let mut session = welcomed(&[1]);
    let say = |frame: &ClientFrame| Input::Frame(encode(frame));
    let fetch = say(&ClientFrame::Fetch(vec![RecordId::from_u128(9)]));
    let fetches = |said: &[Action]| said.iter().filter(|action| matches!(action, Action::Fetch(..))).count();
    assert_eq!(fetches(&session.handle(NOW, fetch.clone())), 0, "what is to be purged was not yet");
    session.handle(NOW, say(&ClientFrame::Purged));
    assert_eq!(fetches(&session.handle(NOW, fetch.clone())), 1);
    session.handle(NOW, Input::Stale);
    session.handle(NOW, Input::Principal(Ok(manager(&[2]))));
    assert_eq!(fetches(&session.handle(NOW, fetch.clone())), 0, "the change is being counted");
    assert!(granted(&session.handle(NOW, Input::Counted(1, 0.into()))).is_some());
    // The replica forgets what it asked for when it hears of the change: this was on its way.
    assert_eq!(fetches(&session.handle(NOW, fetch.clone())), 0);
    session.handle(NOW, say(&ClientFrame::Purged));
    assert_eq!(fetches(&session.handle(NOW, fetch)), 1);
}

/// The simulator's find (seed 30013893): rights were gained in the middle of a catch-up. What had been passed over as out of
/// sight came into it, in none of the pages that were left; and the download that was to bring it never ended.
#[test]
fn a_catch_up_under_way_begins_anew_when_rights_change() {
    let cursors = |said: &[Action]| {
        let asked = said.iter().filter_map(|action| match action {
            Action::ReadPage { cursor, .. } => Some(*cursor),
            _ => None,
        });
        asked.collect::<Vec<_>>()
    };
    let sealer = Sealer::new(&[7; 16]);
    let half = Cursor { base: 3, pos: 7 };
    let knows = |scopes: Vec<String>| Hello { cursor: Some(sealer.seal(half)), scopes, ..new_hello() };
    let told = |jobs: &[u128], scopes: Vec<String>| {
        let mut session = Session::new(NOW, &[7; 16]);
        session.handle(NOW, Input::Frame(encode(&ClientFrame::Hello(knows(scopes)))));
        let mut who = manager(jobs);
        who.head = 9;
        session.handle(NOW, Input::Authenticated(Ok(who)));
        let welcomed = session.handle(NOW, Input::Counted(0, 0.into()));
        (cursors(&welcomed), session)
    };
    let all: Vec<String> =
        manager(&[1]).principal.grants().understood_by(1).iter().map(str::to_owned).collect();
    let (asked, mut session) = told(&[1], all.clone());
    assert_eq!(asked, [half], "with the rights of before it goes on");
    // While it is connected, and while it was away.
    session.handle(NOW, Input::Stale);
    session.handle(NOW, Input::Principal(Ok(manager(&[1, 2]))));
    session.handle(NOW, Input::Counted(1, 0.into()));
    let again = session.handle(NOW, Input::Page(0, Box::new(PageRead::nothing(Cursor::at(9)))));
    let again = [cursors(&again), cursors(&session.handle(NOW, Input::Wake))].concat();
    assert_eq!(again.first(), Some(&Cursor::at(3)));
    assert_eq!(told(&[1, 2], all).0, [Cursor::at(3)]);
}

/// The rights go and come back, and the download goes by the same names as before: a question of the first download that
/// is on its way must not be taken for one of the second, which begins anew because the purge between took what had come.
#[test]
fn a_chunk_that_was_asked_for_before_rights_went_and_came_back_is_not_answered() {
    let mut session = welcomed(&[1]);
    let say = |frame: &ClientFrame| Input::Frame(encode(frame));
    let chunks =
        |said: &[Action]| said.iter().filter(|action| matches!(action, Action::ReadChunk { .. })).count();
    let position = |said: &[Action]| {
        frames(said).into_iter().find_map(|frame| match frame {
            ServerFrame::Grants(changed) => changed.download,
            _ => None,
        })
    };
    session.handle(NOW, say(&ClientFrame::Purged));
    let mut announced = Vec::new();
    for (ticket, jobs) in (1..).zip([&[1, 2][..], &[1], &[1, 2]]) {
        session.handle(NOW, Input::Stale);
        session.handle(NOW, Input::Principal(Ok(manager(jobs))));
        announced.push(position(&session.handle(NOW, Input::Counted(ticket, 0.into()))));
    }
    let (Some(first), Some(last)) = (announced[0].clone(), announced[2].clone()) else {
        panic!("each gain is downloaded: {announced:?}")
    };
    assert_eq!(first.scopes, last.scopes, "by the same names");
    let later = ChunkPosition { kind: 5, done: 12, ..first.clone() };
    for _ in 0..2 {
        session.handle(NOW, say(&ClientFrame::Purged));
        for early in [&first, &later] {
            assert_eq!(chunks(&session.handle(NOW, say(&ClientFrame::NextChunk(early.clone())))), 0);
        }
    }
    session.handle(NOW, say(&ClientFrame::Purged));
    assert_eq!(chunks(&session.handle(NOW, say(&ClientFrame::NextChunk(last)))), 1);
}

#[test]
fn what_is_fetched_while_the_rights_are_in_doubt_is_fetched_again() {
    let mut session = welcomed(&[1]);
    session.handle(NOW, Input::Frame(encode(&ClientFrame::Purged)));
    let doc = |at: u128| vec![RecordId::from_u128(at)];
    let tickets = |said: &[Action]| {
        let asked = said.iter().filter_map(|action| match action {
            Action::Fetch(ticket, docs, _) => Some((*ticket, docs.clone())),
            _ => None,
        });
        asked.collect::<Vec<_>>()
    };
    let mut first = Vec::new();
    for at in [8, 9] {
        first.extend(tickets(&session.handle(NOW, Input::Frame(encode(&ClientFrame::Fetch(doc(at)))))));
    }
    session.handle(NOW, Input::Stale);
    let early = session.handle(NOW, Input::Fetched(first[0].0, Vec::new()));
    assert_eq!((frames(&early), tickets(&early)), (vec![], vec![]));
    // The rights were right: both are read again, in their order, and what comes late of the first time is not taken.
    let again = tickets(&session.handle(NOW, Input::Principal(Ok(manager(&[1])))));
    assert_eq!(again.iter().map(|(_, docs)| docs.clone()).collect::<Vec<_>>(), [doc(8), doc(9)]);
    assert_eq!(frames(&session.handle(NOW, Input::Fetched(first[1].0, Vec::new()))), []);
    for (ticket, _) in again {
        let said = frames(&session.handle(NOW, Input::Fetched(ticket, Vec::new())));
        assert_eq!(said, [ServerFrame::Fetched(Vec::new())]);
    }
}

/// A session that got this hello, and what it sends when the person was found.
fn greeted(hello: Hello, jobs: &[u128]) -> (Session, Vec<Action>) {
    let mut session = Session::new(NOW, &[7; 16]);
    session.handle(NOW, Input::Frame(encode(&ClientFrame::Hello(hello))));
    let said = session.handle(NOW, Input::Authenticated(Ok(manager(jobs))));
    (session, said)
}

#[test]
fn a_digest_that_fits_is_answered_without_a_name_and_with_one_sum() {
    let cursor = Some(Sealer::new(&[7; 16]).seal(Cursor::at(0)));
    let grants = manager(&[1, 2]).principal.grants().understood_by(1);
    let by_digest = Hello { digest: Some(Blob(grants.digest().to_vec())), cursor, ..new_hello() };
    // Who speaks an older protocol still has to say that it purged; until then it is told what it did itself as well.
    let older = Hello { protocol: SAME_IS_PURGED_SINCE - 1, ..by_digest.clone() };
    let doubted = |said: &[Action]| said.iter().any(|a| matches!(a, Action::ReadPage { own: true, .. }));
    assert!(doubted(&greeted(older, &[1, 2]).0.handle(NOW, Input::Counted(0, 0.into()))));
    let (mut session, asked) = greeted(by_digest, &[1, 2]);
    assert_eq!(asked, [Action::Reached(0), Action::CountGained(0, Vec::new(), Vec::new())]);
    let said = session.handle(NOW, Input::Counted(0, 0.into()));
    let welcome = frames(&said);
    assert!(
        matches!(&welcome[..], [ServerFrame::Welcome(w)] if w.grants.is_empty() && w.same == Some(true) && w.download.is_none()),
        "{welcome:?}"
    );
    // What it lacks comes at once, and the sum after it.
    assert!(!doubted(&said));
    assert_eq!(sums_asked(&said), [false]);
    let first = session.handle(NOW, Input::Page(0, Box::new(PageRead::nothing(Cursor::at(0)))));
    assert!(
        matches!(&frames(&first)[..], [ServerFrame::Page(page)] if !page.more && page.checkpoint.is_none()),
        "{first:?}"
    );
    assert_eq!(sums_asked(&first), [true]);
    let sum = |scope: &str, documents, checksum| ScopeSum { scope: scope.into(), documents, checksum };
    let sums = vec![sum("applications/a", 2, i64::MAX), sum("candidates/a", 1, 1), sum("jobs", 3, 1)];
    let read = PageRead { checkpoint: Some(sums), ..PageRead::nothing(Cursor::at(0)) };
    let page = frames(&session.handle(NOW, Input::Page(0, Box::new(read))));
    assert!(
        matches!(&page[..], [ServerFrame::Page(page)] if page.checkpoint == Some(vec![sum(ALL_SCOPES, 6, i64::MIN + 1)])),
        "{page:?}"
    );
}

#[test]
fn a_digest_of_other_scopes_is_answered_by_asking_for_names() {
    let grants = manager(&[1, 2]).principal.grants().understood_by(1);
    for digest in [grants.digest().to_vec(), Vec::new(), vec![0; 16], vec![0; 17]] {
        let (mut session, asked) = greeted(Hello { digest: Some(Blob(digest)), ..new_hello() }, &[1]);
        assert_eq!(frames(&asked), [ServerFrame::SayNames]);
        assert_eq!(session.handle(NOW, hello()), [Action::Authenticate("first".into())]);
        let asked = session.handle(NOW, Input::Authenticated(Ok(manager(&[1]))));
        assert!(matches!(&asked[..], [Action::CountGained(..)]), "{asked:?}");
    }
    // Whoever never says names is sent away like one who never says hello.
    let (mut session, _) = greeted(Hello { digest: Some(Blob(vec![0; 16])), ..new_hello() }, &[1]);
    assert_eq!(session.handle(NOW + HELLO_WITHIN_MS, Input::Tick), [Action::Close]);
}

#[test]
fn a_digest_with_a_cursor_of_another_past_downloads_everything() {
    let grants = manager(&[1]).principal.grants().understood_by(1);
    let by_digest =
        Hello { digest: Some(Blob(grants.digest().to_vec())), cursor: Some([3; 16]), ..new_hello() };
    let (mut session, _) = greeted(by_digest, &[1]);
    let welcome = frames(&session.handle(NOW, Input::Counted(0, 0.into())));
    let all: Vec<String> = grants.iter().map(str::to_owned).collect();
    assert!(
        matches!(&welcome[..], [ServerFrame::Welcome(w)] if w.same.is_none() && w.grants == all && w.cursor.is_some()
            && w.download.as_ref().is_some_and(|d| d.scopes == all)),
        "{welcome:?}"
    );
}

#[test]
fn the_sum_of_all_counts_what_is_granted_by_key_and_by_class_once() {
    let grants =
        Grants::named(["applications", "applications/a", "candidates/a", "candidates"].map(String::from));
    let sum = |scope: &str, documents| ScopeSum { scope: scope.into(), documents, checksum: 0 };
    let sums =
        [sum("applications", 5), sum("applications/a", 2), sum("candidates", 7), sum("candidates/a", 1)];
    assert_eq!(ScopeSum::of_all(&grants, &sums).documents, 13);
}
