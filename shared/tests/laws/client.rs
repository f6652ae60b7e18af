//! The replica's side of a session: when it says that there is nothing left to do.

use uuid::Uuid;
use zumodra_shared::kernel::limits::MAX_HELLO_HEADER_BYTES;
use zumodra_shared::kernel::{Code, Problem};
use zumodra_shared::registry::SCHEMA_VERSION;
use zumodra_shared::sync::client::{Action, Held, Input, Outgoing, Session};
use zumodra_shared::sync::wire::{
    Blob, ClientFrame, Command, CommandDone, GrantsChanged, Hello, Page, ServerFrame, Welcome, decode, encode,
};
use zumodra_shared::sync::{PROTOCOL, REACHED_SINCE, SAME_IS_PURGED_SINCE, handshake};

const NOW: i64 = 1_000;

fn frame(frame: &ServerFrame) -> Input {
    Input::Frame(encode(frame))
}

/// A welcome that names no scope.
fn welcome(same: Option<bool>) -> Welcome {
    Welcome {
        protocol: PROTOCOL,
        schema: SCHEMA_VERSION,
        role: "viewer".into(),
        now: NOW,
        grants: Vec::new(),
        cursor: None,
        download: None,
        total: 0,
        opened: None,
        same,
    }
}

/// The simulator's find (seed 1008975 of its day): after a command that was refused, which no page follows, nobody was ever
/// told again that everything is up to date.
#[test]
fn after_a_command_is_answered_everything_is_said_to_be_up_to_date_again() {
    let mut session = Session::new();
    session.start(NOW);
    let held =
        Held { token: "t".into(), cursor: Some([1; 16]), scopes: Vec::new(), download: None, digest: None };
    session.handle(NOW, Input::Connected(held));
    let welcome = welcome(None);
    session.handle(NOW, frame(&ServerFrame::Welcome(welcome)));
    session.handle(NOW, Input::Outbox(Vec::new()));
    let page = Page { items: Vec::new(), gone: Vec::new(), cursor: [1; 16], more: false, checkpoint: None };
    let said = session.handle(NOW, frame(&ServerFrame::Page(page)));
    assert!(said.contains(&Action::UpToDate), "{said:?}");
    session.handle(NOW, Input::OutboxChanged);
    let key = Uuid::from_u128(7);
    let command = Command { key, name: "publish_job".into(), target: Uuid::nil(), args: "{}".into() };
    session.handle(NOW, Input::Outbox(vec![Outgoing::Command(1, command)]));
    let problem = Some(Problem::new(Code::Forbidden).into());
    let said = session.handle(NOW, frame(&ServerFrame::CommandDone(CommandDone { key, problem })));
    assert!(said.contains(&Action::UpToDate), "{said:?}");
}

fn held_by_digest() -> Held {
    Held {
        token: "t".into(),
        cursor: Some([1; 16]),
        scopes: Vec::new(),
        download: None,
        digest: Some([7; 16]),
    }
}

fn sent(said: &[Action]) -> Vec<ClientFrame> {
    let sent = said.iter().filter_map(|action| match action {
        Action::Send(bytes) => decode::<ClientFrame>(bytes).ok(),
        _ => None,
    });
    sent.collect()
}

fn hellos(said: &[Action]) -> Vec<Hello> {
    let hello = |frame| if let ClientFrame::Hello(hello) = frame { Some(hello) } else { None };
    sent(said).into_iter().filter_map(hello).collect()
}

#[test]
fn a_digest_that_does_not_fit_is_followed_by_names_on_the_same_connection() {
    let mut session = Session::new();
    session.start(NOW);
    let said = hellos(&session.handle(NOW, Input::Connected(held_by_digest())));
    assert_eq!(said.len(), 1);
    assert_eq!((said[0].digest.clone(), said[0].scopes.clone()), (Some(Blob(vec![7; 16])), Vec::new()));
    assert_eq!(session.handle(NOW, frame(&ServerFrame::SayNames)), [Action::ReadScopes]);
    let named = hellos(&session.handle(NOW, Input::Scopes(vec!["jobs".into()])));
    assert_eq!(named, [Hello { scopes: vec!["jobs".into()], digest: None, ..said[0].clone() }]);
    // It is asked once: a server that asks again is none of ours.
    let again = session.handle(NOW, frame(&ServerFrame::SayNames));
    assert!(matches!(&again[..], [Action::Close, Action::Stopped(_)]), "{again:?}");
}

#[test]
fn names_that_are_read_for_an_older_connection_are_not_said_on_a_newer_one() {
    let mut session = Session::new();
    session.start(NOW);
    session.handle(NOW, Input::Connected(held_by_digest()));
    session.handle(NOW, frame(&ServerFrame::SayNames));
    session.handle(NOW, Input::Disconnected { jitter: 0 });
    assert_eq!(hellos(&session.handle(NOW, Input::Scopes(vec!["jobs".into()]))), []);
}

#[test]
fn a_welcome_of_the_same_scopes_changes_nothing_and_purges_nothing() {
    let mut session = Session::new();
    session.start(NOW);
    session.handle(NOW, Input::Connected(held_by_digest()));
    let welcome = welcome(Some(true));
    let said = session.handle(NOW, frame(&ServerFrame::Welcome(welcome.clone())));
    assert_eq!(said[0], Action::Same { role: "viewer".into(), server_now: NOW });
    assert!(!said.iter().any(|action| matches!(action, Action::Grants(_))), "{said:?}");
    assert_eq!(sent(&said), [], "the server knows that nothing had to be purged");
    // A server of before waits to be told.
    session.handle(NOW, Input::Disconnected { jitter: 0 });
    session.handle(NOW, Input::Connected(held_by_digest()));
    let older = Welcome { protocol: SAME_IS_PURGED_SINCE - 1, ..welcome.clone() };
    let said = session.handle(NOW, frame(&ServerFrame::Welcome(older)));
    assert_eq!(sent(&said), [ClientFrame::Purged]);
    // Who said names is never told that they are the same.
    session.handle(NOW, Input::Disconnected { jitter: 0 });
    session.handle(NOW, Input::Connected(Held { digest: None, ..held_by_digest() }));
    let said = session.handle(NOW, frame(&ServerFrame::Welcome(welcome)));
    assert!(
        matches!(&said[..], [Action::Close, Action::Stopped(problem)] if problem.code == Code::UnexpectedFrame),
        "{said:?}"
    );
}

#[test]
fn what_took_something_away_is_confirmed_once_it_was_carried_out() {
    let confirmed = |protocol: u16, gone: Vec<Uuid>| {
        let mut session = Session::new();
        session.start(NOW);
        session.handle(NOW, Input::Connected(held_by_digest()));
        let welcome = Welcome { protocol, ..welcome(Some(true)) };
        session.handle(NOW, frame(&ServerFrame::Welcome(welcome)));
        let page = Page { items: Vec::new(), gone, cursor: [5; 16], more: false, checkpoint: None };
        let said = session.handle(NOW, frame(&ServerFrame::Page(page)));
        let place = |wanted: &dyn Fn(&Action) -> bool| said.iter().position(wanted);
        let reached = encode(&ClientFrame::Reached([5; 16]));
        let sent = place(&|action| *action == Action::Send(reached.clone()));
        (place(&|action| matches!(action, Action::Apply { .. })), sent)
    };
    let (carried_out, said) = confirmed(PROTOCOL, vec![Uuid::from_u128(7)]);
    assert!(carried_out.is_some() && carried_out < said, "{carried_out:?} {said:?}");
    assert_eq!(confirmed(PROTOCOL, Vec::new()).1, None, "nothing was taken away");
    assert_eq!(confirmed(REACHED_SINCE - 1, vec![Uuid::from_u128(7)]).1, None, "an older server");
}

#[test]
fn a_purge_is_confirmed_with_the_page_that_ends_the_catch_up() {
    let mut session = Session::new();
    session.start(NOW);
    session.handle(NOW, Input::Connected(held_by_digest()));
    session.handle(NOW, frame(&ServerFrame::Welcome(welcome(Some(true)))));
    let mut page = |cursor, more| {
        let page = Page { items: Vec::new(), gone: Vec::new(), cursor, more, checkpoint: None };
        sent(&session.handle(NOW, frame(&ServerFrame::Page(page))))
    };
    assert_eq!(page([5; 16], false), [], "nothing had to be purged");
    let grants =
        GrantsChanged { role: "viewer".into(), grants: Vec::new(), download: None, total: 0, opened: None };
    assert_eq!(sent(&session.handle(NOW, frame(&ServerFrame::Grants(grants)))), [ClientFrame::Purged]);
    let mut page = |cursor, more| {
        let page = Page { items: Vec::new(), gone: Vec::new(), cursor, more, checkpoint: None };
        sent(&session.handle(NOW, frame(&ServerFrame::Page(page))))
    };
    assert_eq!(page([6; 16], true), [], "more is to come");
    assert_eq!(page([7; 16], false), [ClientFrame::Reached([7; 16])]);
    assert_eq!(page([8; 16], false), [], "said once");
}

#[test]
fn a_hello_in_headers_is_the_hello() {
    let said = ClientFrame::Hello(Hello {
        protocol: PROTOCOL,
        schema: SCHEMA_VERSION,
        token: "a.b-c_d.e".into(),
        cursor: Some([9; 16]),
        scopes: Vec::new(),
        download: None,
        digest: Some(Blob(vec![3; 16])),
    });
    let headers = handshake::headers(&encode(&said)).expect("a hello fits");
    assert!(!headers.hello.contains("a.b"), "the token is where tokens are");
    assert_eq!(handshake::frame(&headers.authorization, &headers.hello), Some(encode(&said)));
    // Nothing else goes into headers, and nothing that is too long.
    assert_eq!(handshake::headers(&encode(&ClientFrame::Ping)), None);
    assert_eq!(handshake::headers(&[]), None);
    let ClientFrame::Hello(hello) = said else { unreachable!() };
    let names = (0..500).map(|job| format!("applications/{job}")).collect();
    let token = "t".repeat(MAX_HELLO_HEADER_BYTES);
    for long in [Hello { token, ..hello.clone() }, Hello { scopes: names, ..hello }] {
        let packed = handshake::headers(&encode(&ClientFrame::Hello(long.clone())));
        assert!(packed.is_none_or(|packed| packed.hello.len() < MAX_HELLO_HEADER_BYTES * 4 / 3), "{long:?}");
    }
    assert_eq!(handshake::frame("Bearer x", "?"), None);
    assert_eq!(handshake::frame("Bearer x", &"A".repeat(MAX_HELLO_HEADER_BYTES * 2)), None);
    assert_eq!(
        handshake::frame("Bearer x", ""),
        Some(Vec::new()),
        "an empty frame is refused as every other"
    );
}
