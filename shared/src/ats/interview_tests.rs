//! What is refused of interviews, how they go from state to state, and who is in two at once.

use serde_json::json;

use super::*;
use crate::access::Role;
use crate::kernel::RecordId;

fn booked(from: i64, until: i64, people: &[&str]) -> Booked {
    Booked { from, until, people: people.iter().map(|p| (*p).to_owned()).collect(), room: None }
}

#[test]
fn two_at_once_clash_and_one_after_the_other_do_not() {
    let one = booked(10, 20, &["ada", "bob"]);
    for (from, until, clashes) in
        [(0, 10, false), (20, 30, false), (19, 21, true), (12, 15, true), (5, 25, true)]
    {
        assert_eq!(!one.clash(&booked(from, until, &["bob", "cleo"])).is_empty(), clashes, "{from} {until}");
        assert!(one.clash(&booked(from, until, &["cleo"])).is_empty());
    }
}

#[test]
fn a_room_has_one_interview_at_a_time_and_no_room_has_any_number() {
    let at = |from: i64, room: Option<&str>| Booked {
        room: room.map(str::to_owned),
        ..booked(from, from + 10, &[])
    };
    let laurier = at(0, Some("laurier"));
    for (from, room, shares) in [
        (5, Some("laurier"), true),
        (0, Some("laurier"), true),
        (10, Some("laurier"), false),
        (5, Some("other"), false),
        (5, None, false),
    ] {
        assert_eq!(laurier.shares_room(&at(from, room)), shares, "{from} {room:?}");
    }
    assert!(!at(0, None).shares_room(&at(0, None)));
}

#[test]
fn what_has_its_time_is_counted_when_it_gets_another_one() {
    let of = |status: &str, starts_at: i64, moves: i64| -> Fields {
        let fields = json!({ "status": status, "starts_at": starts_at, "moves": moves });
        fields.as_object().cloned().expect("is an object")
    };
    let moved = |from: (&str, i64), to: (&str, i64)| stamps(Some(&of(from.0, from.1, 2)), &of(to.0, to.1, 2));
    let three = vec![Edit::set("moves", 3)];
    assert_eq!(moved(("scheduled", 5), ("scheduled", 6)), three);
    assert_eq!(moved(("confirmed", 5), ("scheduled", 6)), three);
    assert_eq!(moved(("scheduled", 5), ("confirmed", 5)), []);
    // What was only offered had no time, and what is over is corrected.
    assert_eq!(moved(("proposed", 5), ("scheduled", 6)), []);
    assert_eq!(moved(("completed", 5), ("completed", 6)), []);
    assert_eq!(moved(("scheduled", 5), ("cancelled", 6)), []);
    assert_eq!(stamps(None, &of("scheduled", 5, 0)), []);
}

#[test]
fn a_wish_and_a_no_are_of_the_time_that_they_were_said_of() {
    let mut interview =
        Interview { starts_at: Timestamp(50), status: InterviewStatus::Confirmed, ..Interview::default() };
    let edits = wish(&interview, "  Mondays are full ", 10).expect("is ahead");
    assert_eq!(edits, [Edit::set("wish", "Mondays are full"), Edit::set("wish_of", 50)]);
    assert_eq!(wish(&interview, " ", 10).expect_err("says nothing").code, Code::ReasonRequired);
    assert_eq!(wish(&interview, "x", 50).expect_err("has begun").code, Code::WrongState);
    let off = Interview { status: InterviewStatus::Cancelled, ..interview.clone() };
    assert_eq!(wish(&off, "x", 10).expect_err("is off").code, Code::WrongState);
    (interview.wish, interview.wish_of) = ("Mondays are full".into(), Some(Timestamp(50)));
    assert_eq!(interview.wished(), Some("Mondays are full"));

    let [ada, bob] = [7, 8].map(RecordId::from_u128);
    assert_eq!(
        answered(&interview, ada, true),
        [Edit::set("declined_of", 50), Edit::add("declined", ada.to_string())]
    );
    interview.declined_of = Some(Timestamp(50));
    interview.declined.0.insert(ada.to_string());
    assert!(interview.decliners().is_empty(), "who is not in it any more keeps nobody waiting");
    interview.interviewer_ids.ids.insert(ada);
    assert_eq!(interview.decliners(), [ada]);
    assert_eq!(answered(&interview, ada, true), []);
    assert_eq!(answered(&interview, bob, false), []);
    assert_eq!(answered(&interview, ada, false), [Edit::remove("declined", ada.to_string())]);

    interview.starts_at = Timestamp(60);
    assert_eq!((interview.wished(), interview.decliners()), (None, Vec::new()), "it is at another time");
    assert_eq!(answered(&interview, ada, false), []);
    assert_eq!(
        answered(&interview, bob, true),
        [
            Edit::remove("declined", ada.to_string()),
            Edit::set("declined_of", 60),
            Edit::add("declined", bob.to_string()),
        ]
    );
}

#[test]
fn a_reschedule_of_one_of_several_does_not_double() {
    let [ada, bob, cleo] = [7, 8, 9].map(|id| RecordId::from_u128(id).to_string());
    let server = Principal::server(RecordId::from_u128(1));
    let chosen = |people: &[&String], who: &Value| {
        let fields = json!({
            "status": "proposed", "starts_at": 900, "offered_times": ["1500"],
            "interviewer_ids": people, "any_of_ids": [ada, bob],
        });
        let args = json!({ "at": 1_500, "interviewer_id": who });
        choose_time(fields.as_object().expect("is an object"), &args, &server, 1_000)
    };
    let booked = [Edit::set("status", "scheduled"), Edit::set("starts_at", 1_500)];
    let with = |more: &[Edit]| booked.iter().chain(more).cloned().collect::<Vec<_>>();
    // Ada did it before it was offered again; Bob does it now, beside Cleo who does in any case.
    assert_eq!(
        chosen(&[&ada, &cleo], &json!(bob)).expect("is one of them"),
        with(&[Edit::remove("interviewer_ids", ada.as_str()), Edit::add("interviewer_ids", bob.as_str())])
    );
    assert_eq!(chosen(&[&ada], &json!(ada)).expect("is one of them"), with(&[]));
    for who in [json!(cleo), json!(null), json!("x")] {
        assert_eq!(chosen(&[], &who).expect_err("is none of them").code, Code::InvalidFields, "{who}");
    }
}

#[test]
fn a_time_is_booked_without_the_room_where_that_is_taken() {
    let server = Principal::server(RecordId::from_u128(1));
    let room = RecordId::from_u128(3).to_string();
    let fields =
        json!({ "status": "proposed", "starts_at": 900, "offered_times": ["1500"], "room_id": room });
    let fields = fields.as_object().expect("is an object");
    let edits = |without: bool| {
        choose_time(fields, &json!({ "at": 1_500, "without_room": without }), &server, 1_000).expect("fits")
    };
    assert_eq!(edits(false).len(), 2);
    assert_eq!(edits(true).last(), Some(&Edit::set("room_id", Value::Null)));
}

#[test]
fn an_interview_takes_the_time_of_the_candidate_too() {
    let of = |candidate: u128, interviewer: u128| {
        let id = |number| RecordId::from_u128(number).to_string();
        let fields = json!({
            "candidate_id": id(candidate), "interviewer_ids": [id(interviewer)], "starts_at": 0, "minutes": 60,
        });
        Booked::read(fields.as_object().expect("is an object")).expect("takes time")
    };
    assert_eq!(of(1, 7).clash(&of(1, 8)), [RecordId::from_u128(1).to_string()], "the candidate is in both");
    assert_eq!(of(1, 7).clash(&of(2, 7)), [RecordId::from_u128(7).to_string()]);
    assert!(of(1, 7).clash(&of(2, 8)).is_empty());
}

#[test]
fn what_was_called_off_takes_nobodys_time_and_stays_off() {
    for (state, next) in TRANSITIONS {
        assert!(!next.contains(state), "staying is no step");
    }
    assert!(!InterviewStatus::Cancelled.is_open());
    for to in [InterviewStatus::Scheduled, InterviewStatus::Completed] {
        assert!(!may_go(InterviewStatus::Cancelled, to));
    }
}

#[test]
fn only_the_server_books_one_of_the_times_that_are_offered_and_ahead() {
    let (tenant, now) = (RecordId::from_u128(1), 1_000);
    let fields = |status: &str| -> Fields {
        let fields =
            json!({ "status": status, "starts_at": 900, "offered_times": ["900", "2000", "1500", "x"] });
        fields.as_object().cloned().expect("is an object")
    };
    let server = Principal::server(tenant);
    let choose = |status: &str, at: i64| choose_time(&fields(status), &json!({ "at": at }), &server, now);
    let edits = choose("proposed", 1_500).expect("is offered");
    assert_eq!(edits, [Edit::set("status", "scheduled"), Edit::set("starts_at", 1_500)]);
    for (status, at, code) in [
        ("proposed", 900, Code::InvalidFields),
        ("proposed", 1_501, Code::InvalidFields),
        ("scheduled", 1_500, Code::WrongState),
        ("cancelled", 1_500, Code::WrongState),
        ("of a newer version", 1_500, Code::WrongState),
    ] {
        assert_eq!(choose(status, at).expect_err("is refused").code, code, "{status} {at}");
    }
    let member = Principal { user_id: RecordId::from_u128(2), role: Role::Owner, ..server.clone() };
    let refused = choose_time(&fields("proposed"), &json!({ "at": 1_500 }), &member, now);
    assert_eq!(refused.expect_err("is for the server").code, Code::Forbidden);
    let interview: Interview = super::super::rules::read(&fields("proposed")).expect("reads");
    assert_eq!(interview.offered(now), [1_500, 2_000]);
    assert!(Booked::read(&fields("proposed")).is_none(), "what is only offered takes nobody's time");
}

#[test]
fn a_time_that_is_offered_is_a_plain_number() {
    for bad in ["", "0", "-5", "1.5", "01", "+7", "soon", "99999999999999999999"] {
        assert_eq!(time(bad), None, "{bad}");
    }
    assert_eq!(time("1796652000000"), Some(1_796_652_000_000));
}

#[test]
fn names_of_zones_are_told_from_what_is_none() {
    for good in ["UTC", "America/Toronto", "America/Argentina/Buenos_Aires", "Etc/GMT+5"] {
        assert!(is_zone_name(good), "{good}");
    }
    for bad in ["America/", "/x", "5", "America Toronto", "<b>"] {
        assert!(!is_zone_name(bad), "{bad}");
    }
}
