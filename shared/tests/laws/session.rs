//! The server's side of a session: who is connected is looked up one at a time.

use std::collections::BTreeSet;

use zumodra_shared::access::{Principal, Role};
use zumodra_shared::kernel::RecordId;
use zumodra_shared::sync::PROTOCOL;
use zumodra_shared::sync::server::{Action, Authenticated, Input, Session};
use zumodra_shared::sync::wire::{ClientFrame, Hello, ServerFrame, decode, encode};

const NOW: i64 = 1_000;

fn manager(jobs: &[u128]) -> Box<Authenticated> {
    let principal = Principal {
        user_id: RecordId::from_u128(1),
        device_id: RecordId::from_u128(2),
        tenant_id: RecordId::from_u128(3),
        role: Role::HiringManager,
        own_jobs: jobs.iter().map(|job| RecordId::from_u128(*job)).collect::<BTreeSet<_>>(),
    };
    Box::new(Authenticated { principal, expires_at: i64::MAX, head: 0 })
}

fn hello() -> Input {
    Input::Frame(encode(&ClientFrame::Hello(Hello {
        protocol: PROTOCOL,
        schema: 1,
        token: "first".into(),
        cursor: None,
        scopes: Vec::new(),
        download: None,
    })))
}

/// A session that was welcomed with some jobs.
fn welcomed(jobs: &[u128]) -> Session {
    let mut session = Session::new(NOW, &[7; 16]);
    assert_eq!(session.handle(NOW, hello()), [Action::Authenticate("first".into())]);
    session.handle(NOW, Input::Authenticated(Ok(manager(jobs))));
    session.handle(NOW, Input::Counted(0, 0));
    session
}

/// The scopes of own jobs that the last Grants frame names.
fn granted(actions: &[Action]) -> Option<Vec<String>> {
    actions.iter().rev().find_map(|action| match action {
        Action::Send(frame) => match decode::<ServerFrame>(frame) {
            Ok(ServerFrame::Grants(changed)) => {
                Some(changed.grants.into_iter().filter(|scope| scope.starts_with("applications/")).collect())
            }
            _ => None,
        },
        _ => None,
    })
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
    said.extend(session.handle(NOW, Input::Counted(1, 5)));
    assert_eq!(granted(&said), None);
    said.extend(session.handle(NOW, Input::Counted(2, 3)));
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
    said.extend(session.handle(NOW, Input::Counted(0, 0)));
    said.extend(session.handle(NOW, Input::Counted(1, 0)));
    let job = RecordId::from_u128(2);
    assert_eq!(granted(&said), Some(vec![format!("applications/{job}")]));
}
