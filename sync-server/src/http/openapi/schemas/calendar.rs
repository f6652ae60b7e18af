//! The schemas of invitations, of feeds, and of the calendars that people keep elsewhere.

use serde_json::{Value, json};

use super::{id, moment, number, object, or_null, text, yes_no};
use crate::notifications::actions::STATES;

pub(super) fn all() -> Vec<(&'static str, Value)> {
    let one_of = |names: &[&str]| json!({ "type": "string", "enum": names });
    let invitation = object([
        ("attendee_id!", id()),
        ("audience!", one_of(&["member", "candidate"])),
        ("name!", text()),
        ("state!", one_of(&["invited", "cancelled"])),
        ("sequence!", number()),
        ("mail!", or_null(one_of(&STATES))),
        ("answer!", or_null(one_of(&["accepted", "declined", "tentative"]))),
        ("answered_at!", or_null(moment())),
    ]);
    let invitations =
        object([("count!", number()), ("results!", json!({ "type": "array", "items": invitation }))]);
    let busy = object([("member_id!", id()), ("starts_at!", moment()), ("ends_at!", moment())]);
    vec![
        ("InterviewInvitations", invitations),
        ("CalendarFeedState", object([("exists!", yes_no()), ("created_at!", or_null(moment()))])),
        ("CalendarFeed", object([("url!", text()), ("created_at!", moment())])),
        ("CalendarConnection", connection()),
        (
            "ConnectCalendar",
            object([
                ("url!", text()),
                ("login!", text()),
                ("password!", text()),
                ("calendar", text()),
                ("shows_busy", yes_no()),
            ]),
        ),
        ("ShowBusy", object([("shows_busy!", yes_no())])),
        (
            "BusyTimes",
            object([("count!", number()), ("results!", json!({ "type": "array", "items": busy }))]),
        ),
    ]
}

fn connection() -> Value {
    let refused =
        object([("interview_id!", or_null(id())), ("problem!", text()), ("at!", or_null(moment()))]);
    let choice = object([("url!", text()), ("name!", text())]);
    object([
        ("connected!", yes_no()),
        ("url!", or_null(text())),
        ("name!", or_null(text())),
        ("login!", or_null(text())),
        ("in_step_at!", or_null(moment())),
        ("problem!", or_null(text())),
        ("refused!", or_null(refused)),
        ("shows_busy!", yes_no()),
        ("busy_at!", or_null(moment())),
        ("busy_problem!", or_null(text())),
        ("calendars!", json!({ "type": "array", "items": choice })),
    ])
}
