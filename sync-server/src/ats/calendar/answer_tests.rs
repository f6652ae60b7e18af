use proptest::prelude::*;

use super::*;

const UID: &str = "00000000-0000-0000-0000-000000000007@00000000000000000000000000000009.zumodra";

fn mail(from: &str, calendar: &str) -> Vec<u8> {
    let calendar = calendar.replace('\n', "\r\n");
    format!(
        "From: {from}\r\nTo: jobs@zumodra.example\r\nSubject: Accepted\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n{calendar}"
    )
    .into_bytes()
}

fn reply(method: &str, attendee: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//X//EN\nMETHOD:{method}\nBEGIN:VEVENT\nUID:{UID}\nSEQUENCE:3\n\
         DTSTAMP:20261122T120000Z\n{attendee}\nEND:VEVENT\nEND:VCALENDAR\n"
    )
}

const ZOE: &str = "ATTENDEE;CN=\"Zoé: Hopper\";PARTSTAT=ACCEPTED:MAILTO:Zoe@Example.org";

#[test]
fn an_answer_is_read() {
    let want = Answer {
        tenant_id: RecordId::from_u128(9),
        interview: RecordId::from_u128(7),
        address: "zoe@example.org".into(),
        answer: "accepted",
        sequence: 3,
        stamp: 1_795_348_800_000,
    };
    let read = read(&mail("Zoé <ZOE@example.org>", &reply("REPLY", ZOE)));
    assert_eq!(read, Ok(Read::Answer(want)));
}

#[test]
fn what_is_no_answer_is_none() {
    let zoe = "zoe@example.org";
    let of = |text: &str| read(&mail(zoe, text));
    assert!(matches!(read(b"From: a@b.example\r\nSubject: Hello\r\n\r\nHello"), Ok(Read::Other(_))));
    assert!(matches!(of(&reply("REQUEST", ZOE)), Ok(Read::Other(_))));
    assert!(matches!(of(&reply("REPLY", &ZOE.replace("ACCEPTED", "DELEGATED"))), Ok(Read::Other(_))));
    assert!(matches!(of(&reply("REPLY", ZOE).replace(".zumodra", ".example")), Ok(Read::Other(_))));
}

#[test]
fn what_is_broken_is_refused() {
    let of = |text: &str| read(&mail("zoe@example.org", text));
    assert_eq!(of("BEGIN:VCALENDAR\nMETHOD:REPLY\n"), Err(Unreadable::Calendar));
    for broken in
        ["", &ZOE.replace("MAILTO:", "tel:"), &ZOE.replace("PARTSTAT", "X-STAT"), &format!("{ZOE}\n{ZOE}")]
    {
        assert_eq!(of(&reply("REPLY", broken)), Err(Unreadable::Incomplete), "{broken}");
    }
    for (good, bad) in [("SEQUENCE:3", "SEQUENCE:x"), ("T120000Z", "T120000"), ("UID:", "X-UID:")] {
        assert_eq!(of(&reply("REPLY", ZOE).replace(good, bad)), Err(Unreadable::Incomplete), "{bad}");
    }
    assert_eq!(of(&"BEGIN:VEVENT\n".repeat(MAX_ANSWER_COMPONENTS + 1)), Err(Unreadable::CalendarTooLarge));
    // Folded in the middle of the word: what is counted is what the reader reads.
    assert_eq!(of(&"B\n EGIN:A\n".repeat(MAX_ANSWER_COMPONENTS + 1)), Err(Unreadable::CalendarTooLarge));
    assert_eq!(of(&"X".repeat(MAX_ANSWER_CALENDAR_BYTES + 1)), Err(Unreadable::CalendarTooLarge));
    assert_eq!(read(&vec![b'x'; MAX_ANSWER_BYTES + 1]), Err(Unreadable::TooLarge));
    assert_eq!(read(b""), Err(Unreadable::NoMail));
}

#[test]
fn nobody_answers_for_somebody_else() {
    for from in
        ["eve@example.org", "Zoe@example.org, eve@example.org", "\"zoe@example.org\" <eve@example.org>"]
    {
        assert_eq!(read(&mail(from, &reply("REPLY", ZOE))), Err(Unreadable::NotFromAttendee), "{from}");
    }
}

proptest! {
    #[test]
    fn no_bytes_end_the_reader(text in "(?s).{0,300}", at in 0_usize..400) {
        let _ = read(text.as_bytes());
        let _ = read(&mail("zoe@example.org", &text));
        // A good answer with something strange in the middle of it.
        let mut answer = reply("REPLY", ZOE);
        let at = (0..=at.min(answer.len())).rev().find(|at| answer.is_char_boundary(*at)).unwrap_or(0);
        answer.insert_str(at, &text);
        let _ = read(&mail("zoe@example.org", &answer));
    }
}
