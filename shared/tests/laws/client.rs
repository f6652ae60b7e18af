//! The replica's side of a session: when it says that there is nothing left to do.

use uuid::Uuid;
use zumodra_shared::kernel::{Code, Problem};
use zumodra_shared::registry::SCHEMA_VERSION;
use zumodra_shared::sync::PROTOCOL;
use zumodra_shared::sync::client::{Action, Held, Input, Outgoing, Session};
use zumodra_shared::sync::wire::{Command, CommandDone, Page, ServerFrame, Welcome, encode};

const NOW: i64 = 1_000;

fn frame(frame: &ServerFrame) -> Input {
    Input::Frame(encode(frame))
}

/// The simulator's find (seed 1008975 of its day): after a command that was refused, which no page follows, nobody was ever
/// told again that everything is up to date.
#[test]
fn after_a_command_is_answered_everything_is_said_to_be_up_to_date_again() {
    let mut session = Session::new();
    session.start(NOW);
    let held = Held { token: "t".into(), cursor: Some([1; 16]), scopes: Vec::new(), download: None };
    session.handle(NOW, Input::Connected(held));
    let welcome = Welcome {
        protocol: PROTOCOL,
        schema: SCHEMA_VERSION,
        role: "viewer".into(),
        now: NOW,
        grants: Vec::new(),
        cursor: None,
        download: None,
        total: 0,
        opened: None,
    };
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
