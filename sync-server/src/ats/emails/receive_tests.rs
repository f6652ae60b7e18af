use super::*;
use crate::ats::emails::address;

fn to() -> String {
    let secret = data_encoding::BASE32_NOPAD.encode(&[7; 28]).to_lowercase();
    format!("reply+{secret}@mail.example")
}

fn read_one(mail: &str) -> Option<Incoming> {
    read("reply@mail.example", None, mail.replace('\n', "\r\n").as_bytes()).expect("a mail")
}

fn mail(headers: &str, body: &str) -> Incoming {
    read_one(&format!("To: {}\n{headers}\n\n{body}", to())).expect("an answer")
}

#[test]
fn an_answer_is_read_as_plain_text() {
    let mail = mail(
        "From: Grace <Grace@Example.org>\nSubject: =?utf-8?q?R=C3=A9?= ok\nMessage-ID: <1@example.org>",
        "Yes.\n\n> Can you?\n",
    );
    assert_eq!((mail.from.as_str(), mail.subject.as_str()), ("grace@example.org", "Ré ok"));
    assert_eq!((mail.body.as_str(), mail.is_cut), ("Yes.\n\n> Can you?", false));
    assert_eq!(mail.message_id, "<1@example.org>");
}

#[test]
fn html_is_read_as_its_text_and_nothing_hides_or_turns_around() {
    let html = mail(
        "From: a@b.example\nContent-Type: text/html; charset=utf-8",
        "<p>Yes&nbsp;<b>please</b></p><script>alert(1)</script><style>p{}</style>",
    );
    assert!(html.body.contains("please") && !html.body.contains('<'), "{}", html.body);
    assert!(!html.body.contains("alert"), "{}", html.body);
    let turned = mail("From: a@b.example\nSubject: a\u{202e}b\n\tc", "x\u{202e}y\u{0}z\nw");
    assert_eq!((turned.subject.as_str(), turned.body.as_str()), ("ab c", "xyz\nw"));
}

#[test]
fn what_is_missing_is_shown_as_missing_and_what_is_too_long_is_cut() {
    let empty = mail("From: nobody", "");
    assert_eq!((empty.from.as_str(), empty.subject.as_str(), empty.body.as_str()), ("", NOTHING, NOTHING));
    assert!(empty.message_id.is_empty());
    let long = mail(&format!("Subject: {}", "s".repeat(900)), &"é".repeat(MAX_EMAIL_BODY_CHARS + 1));
    assert_eq!(
        (long.subject.len(), long.body.chars().count(), long.is_cut),
        (200, MAX_EMAIL_BODY_CHARS, true)
    );
    for id in ["<a b@c>", "<a@b\u{e9}>", &format!("<{}@c>", "x".repeat(600))] {
        assert_eq!(mail(&format!("Message-ID: {id}"), "x").message_id, "", "{id}");
    }
}

#[test]
fn files_are_named_and_left_out() {
    let part = |name: &str| {
        format!(
            "--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=\"{name}\"\n\nJVBERi0=\n"
        )
    };
    let body = format!(
        "--b\nContent-Type: text/plain\n\nHere.\n{}{}--b--\n",
        part("cv.pdf"),
        part("a\u{202e}b.pdf")
    );
    let with = mail("Content-Type: multipart/mixed; boundary=b", &body);
    assert_eq!((with.body.as_str(), with.left_out.as_str()), ("Here.", "cv.pdf\nab.pdf"));
    let many: String = (0..500).map(|at| part(&format!("file-{at}.pdf"))).collect();
    let with = mail("Content-Type: multipart/mixed; boundary=b", &format!("{many}--b--\n"));
    assert!(with.left_out.chars().count() <= MAX_LEFT_OUT_CHARS);
}

#[test]
fn an_answer_is_found_by_any_header_that_names_its_address_and_by_what_the_server_says() {
    for header in ["To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To"] {
        let found = read_one(&format!("From: a@b.example\n{header}: {}\n\nx", to()));
        assert!(found.is_some(), "{header}");
    }
    assert_eq!(read_one("From: a@b.example\nTo: reply@mail.example\n\nx"), None);
    let bytes = b"From: a@b.example\r\n\r\nx";
    assert!(read("reply@mail.example", Some(&to()), bytes).expect("a mail").is_some());
    assert!(address::read("reply@mail.example", &to()).is_some());
}

#[test]
fn no_bytes_make_it_panic() {
    for bytes in [b"".as_slice(), b"\0\0", b"To: \xff\xfe\r\n\r\n", &[b'-'; 5_000]] {
        let _ = read("reply@mail.example", None, bytes);
    }
    assert_eq!(
        read("reply@mail.example", None, &vec![b'a'; MAX_RECEIVED_BYTES + 1]),
        Err(Unreadable::TooLarge)
    );
    let nested: String =
        (0..2_000).map(|at| format!("Content-Type: multipart/mixed; boundary=b{at}\n\n--b{at}\n")).collect();
    assert!(read_one(&format!("To: {}\n{nested}x", to())).is_some());
}
