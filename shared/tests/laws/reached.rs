//! How far a replica says to have read: what was erased before is gone there.

use zumodra_shared::sync::cursor::{Cursor, Sealer};
use zumodra_shared::sync::server::{Action, Authenticated, Input, Session};
use zumodra_shared::sync::wire::{ClientFrame, Hello, encode};

use super::session::{manager, new_hello, welcomed};

const NOW: i64 = 1_000;

#[test]
fn how_far_a_replica_has_read_is_told_when_it_says_so() {
    let (key, nowhere) = ([7; 16], Vec::<u64>::new());
    let place = |base, pos| Sealer::new(&key).seal(Cursor { base, pos });
    let reached = |actions: &[Action]| {
        let places = actions.iter().filter_map(|action| match action {
            Action::Reached(place) => Some(*place),
            _ => None,
        });
        places.collect::<Vec<_>>()
    };
    let greeted = |cursor, head| {
        let mut session = Session::new(NOW, &key);
        session.handle(NOW, Input::Frame(encode(&ClientFrame::Hello(Hello { cursor, ..new_hello() }))));
        let who = Authenticated { head, ..*manager(&[]) };
        session.handle(NOW, Input::Authenticated(Ok(Box::new(who))))
    };
    // In the middle of a catch-up, what is gone has not been told.
    assert_eq!(reached(&greeted(Some(place(4, 9)), 20)), [4]);
    assert_eq!(reached(&greeted(None, 20)), nowhere);
    assert_eq!(reached(&greeted(Some([1; 16]), 20)), nowhere, "a cursor of somebody else");
    assert_eq!(reached(&greeted(Some(place(30, 30)), 20)), nowhere, "of another past");
    let mut session = welcomed(&[]);
    let mut say = |cursor| {
        let said = session.handle(NOW, Input::Frame(encode(&ClientFrame::Reached(cursor))));
        reached(&said)
    };
    assert_eq!(say(place(11, 11)), [11]);
    assert_eq!(say([1; 16]), nowhere);
}
