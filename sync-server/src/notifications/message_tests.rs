use mail_parser::{HeaderName as Name, MessageParser, MimeHeaders as _};
use proptest::prelude::*;

use super::*;
use crate::notifications::letter::Button;

/// The headers of every mail, in their order.
const HEADERS: [&str; 9] = [
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Content-Language",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
];
/// Bytes of the longest line that a mail may have (RFC 5322, 2.1.1).
const MAX_LINE_BYTES: usize = 998;

fn letter(workspace: &str, subject: &str, text: &str) -> Letter {
    Letter {
        lang: "fr",
        subject: line(subject, 250),
        workspace: line(workspace, 200),
        greeting: "Bonjour,".into(),
        paragraphs: vec![line(text, 200)],
        button: Some(Button { label: "Accept", url: "https://example.com/?a=1&b=2".into() }),
        footer: vec!["Why".into()],
        typed: None,
        ends: None,
    }
}

fn cover(to: &str, name: &str) -> Cover {
    Cover {
        from: "jobs@example.com".into(),
        reply_to: String::new(),
        to: Recipient { address: to.into(), name: name.into() },
        message_id: "<1234@example.com>".into(),
        at: 1_795_348_800_000,
    }
}

fn packed(letter: &Letter, cover: &Cover, attachments: &[Attachment]) -> Packed {
    pack(letter, cover, attachments).expect("packs").expect("can be packed")
}

#[test]
fn a_mail_has_its_headers_and_both_parts() {
    let mut cover = cover("zoe@example.org", "Zoé \"Z\" <Hopper>, Jr.");
    cover.reply_to = "answers@example.com".into();
    let packed = packed(&letter("Café & Fils", "Été à Montréal", "Un <b>texte</b>"), &cover, &[]);
    let parsed = MessageParser::new().parse(&packed.bytes).expect("a message");
    assert_eq!(parsed.subject(), Some("Été à Montréal"));
    let to = parsed.to().and_then(|to| to.first()).expect("to somebody");
    assert_eq!((to.name(), to.address()), (Some("Zoé \"Z\" <Hopper>, Jr."), Some("zoe@example.org")));
    let from = parsed.from().and_then(|from| from.first()).expect("from somebody");
    assert_eq!((from.name(), from.address()), (Some("Café & Fils"), Some("jobs@example.com")));
    let reply = parsed.reply_to().and_then(|to| to.first()).expect("to somebody");
    assert_eq!(reply.address(), Some("answers@example.com"));
    assert_eq!(parsed.message_id(), Some("1234@example.com"));
    assert_eq!(parsed.date().map(mail_parser::DateTime::to_timestamp), Some(1_795_348_800));
    assert!(parsed.body_text(0).expect("text").contains("Un <b>texte</b>"));
    let html = parsed.body_html(0).expect("HTML");
    assert!(html.contains("Un &#60;b&#62;texte&#60;/b&#62;"), "{html}");
    assert!(!html.contains("<b>"));
}

#[test]
fn what_looks_encoded_is_read_as_it_was_typed() {
    let typed = "=?utf-8?B?SGVsbG8=?=";
    let packed = packed(&letter(typed, typed, "T"), &cover("a@example.org", typed), &[]);
    let parsed = MessageParser::new().parse(&packed.bytes).expect("a message");
    let read = "= ?utf-8?B?SGVsbG8= ?=";
    assert_eq!(parsed.subject(), Some(read));
    let to = parsed.to().and_then(|to| to.first()).expect("to somebody");
    assert_eq!(to.name(), Some(read));
}

#[test]
fn an_invitation_is_a_form_of_the_message_and_a_file() {
    let calendar = Attachment {
        name: "invite.ics".into(),
        media_type: "text/calendar; charset=utf-8; method=REQUEST".into(),
        text: "BEGIN:VCALENDAR\r\nSUMMARY:Entretien avec Zoé\r\nEND:VCALENDAR\r\n".into(),
    };
    let packed =
        packed(&letter("Acme", "S", "T"), &cover("a@example.org", ""), std::slice::from_ref(&calendar));
    let parsed = MessageParser::new().parse(&packed.bytes).expect("a message");
    let types = parsed.parts.iter().map(|part| part.content_type().and_then(|of_type| of_type.subtype()));
    let types: Vec<&str> = types.flatten().collect();
    assert_eq!(types, ["mixed", "alternative", "plain", "html", "calendar", "ics"]);
    let (form, file) = (&parsed.parts[4], &parsed.parts[5]);
    let of_type = form.content_type().expect("a type");
    assert_eq!(of_type.attribute("method"), Some("REQUEST"));
    assert_eq!((form.content_disposition(), form.attachment_name()), (None, None));
    assert_eq!(form.text_contents(), Some(calendar.text.as_str()));
    assert_eq!(file.attachment_name(), Some("invite.ics"));
    assert_eq!(file.contents(), calendar.text.as_bytes());
}

#[test]
fn what_is_attached_keeps_its_type() {
    let list = Attachment {
        name: "list.csv".into(),
        media_type: "text/csv; charset=utf-8".into(),
        text: "name\r\nZoé\r\n".into(),
    };
    let packed = packed(&letter("Acme", "S", "T"), &cover("a@example.org", ""), std::slice::from_ref(&list));
    let parsed = MessageParser::new().parse(&packed.bytes).expect("a message");
    let file = parsed.attachment(0).expect("an attachment");
    let of_type = file.content_type().expect("a type");
    assert_eq!((of_type.ctype(), of_type.subtype()), ("text", Some("csv")));
    assert_eq!(file.attachment_name(), Some("list.csv"));
    assert_eq!(file.text_contents(), Some(list.text.as_str()));
}

#[test]
fn domains_are_sent_in_ascii_and_local_parts_as_they_are() {
    let ascii = |text: &str| address(text).map(|address| address.to_string());
    assert_eq!(ascii("zoë@exämple.org").as_deref(), Some("zoë@xn--exmple-cua.org"));
    assert_eq!(ascii("a@Example.ORG").as_deref(), Some("a@example.org"));
    for no_address in
        ["", "a", "@b", "a@", "a@[127.0.0.1]", "a b@example.org", "a@exa mple.org", "a@b>\r\nRCPT TO:<c@d"]
    {
        assert_eq!(ascii(no_address), None, "{no_address}");
    }
    let unsendable = pack(&letter("A", "S", "T"), &cover("nobody", ""), &[]).expect("packs");
    assert_eq!(unsendable.err(), Some(Unpackable::Recipient));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever people typed: the headers are those of every mail, no line is too long or broken in the middle, and a
    /// reader that nobody here wrote finds what was written.
    #[test]
    fn no_value_adds_a_header_or_breaks_the_message(
        workspace in any::<String>(),
        subject in "[\\PC\r\n:=?]{0,300}",
        text in any::<String>(),
        name in any::<String>(),
    ) {
        let letter = letter(&workspace, &subject, &text);
        let packed = packed(&letter, &cover("a@example.org", &name), &[]);
        let raw = String::from_utf8(packed.bytes.clone()).expect("a mail is ASCII");
        prop_assert!(raw.is_ascii());
        for row in raw.split("\r\n") {
            prop_assert!(!row.contains(['\r', '\n']), "{row:?}");
            prop_assert!(row.len() <= MAX_LINE_BYTES, "{}", row.len());
        }
        let parsed = MessageParser::new().parse(&packed.bytes).expect("a message");
        let names: Vec<&str> = parsed.headers().iter().map(|header| header.name()).collect();
        prop_assert_eq!(&names[..HEADERS.len()], &HEADERS[..]);
        prop_assert_eq!(&names[HEADERS.len()..], &["Content-Type"]);
        prop_assert_eq!(parsed.subject().unwrap_or_default().trim(), plain(&letter.subject));
        let to = parsed.header(Name::To).and_then(|to| to.as_address()?.first()?.address.clone());
        prop_assert_eq!(to.as_deref(), Some("a@example.org"));
        prop_assert_eq!(parsed.parts.len(), 3);
        let body = parsed.body_text(0).unwrap_or_default().replace("\r\n", "\n");
        let written = letter.text().expect("text");
        prop_assert_eq!(body.trim_end(), written.trim_end());
    }
}
