//! Bytes that nobody meant, and texts that somebody might: neither panics, both stay within the limits, and what was
//! written is what is read.

use proptest::prelude::*;
use zumodra_resume::{Date, End, FileKind, limits, read};

const PDF: &[u8] = include_bytes!("../../../tests/assets/resumes/marcus-halloway-pdf-lib.pdf");
const DOCX: &[u8] = include_bytes!("../../../tests/assets/resumes-generated/amara-okafor-word.docx");

fn holds(bytes: &[u8], hint: Option<FileKind>) {
    let Ok(resume) = read(bytes, hint) else { return };
    let letters: usize = resume.text.iter().map(|line| line.text.chars().count()).sum();
    assert!(letters <= limits::MAX_TEXT_CHARS + 3 * resume.text.len());
    assert!(resume.text.len() <= limits::MAX_LINES);
    assert!(resume.fields.jobs.len() <= limits::MAX_ITEMS && resume.fields.skills.len() <= limits::MAX_ITEMS);
    let jobs = resume.fields.jobs.iter().map(|found| found.lines);
    let all = jobs.chain(resume.fields.skills.iter().chain(&resume.fields.name).map(|found| found.lines));
    for lines in all {
        assert!(lines.first <= lines.last && (lines.last as usize) < resume.text.len());
    }
}

/// A file with some bytes changed, cut out or put in.
fn damaged(original: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    let change = (0..original.len(), any::<u8>(), 0..3_u8);
    prop::collection::vec(change, 1..8).prop_map(move |changes| {
        let mut bytes = original.to_vec();
        for (at, byte, how) in changes {
            let at = at.min(bytes.len() - 1);
            match how {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, byte),
            }
        }
        bytes
    })
}

/// Words that are no words of jobs, schools or places.
fn word() -> impl Strategy<Value = String> {
    "[A-Z][a-z]{1,2}(v|k|z)(o|u)(b|d|g)(a|i)"
}

fn name(words: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(word(), words).prop_map(|words| words.join(" "))
}

fn year_month() -> impl Strategy<Value = (u16, u8)> {
    (1990_u16..2025, 1_u8..=12)
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..2_000), hint in 0..5_u8) {
        let hint = [None, Some(FileKind::Pdf), Some(FileKind::Docx), Some(FileKind::Odt), Some(FileKind::Txt)][usize::from(hint)];
        holds(&bytes, hint);
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,400}(\n\\PC{0,80}){0,30}") {
        holds(text.as_bytes(), Some(FileKind::Txt));
    }

    #[test]
    fn a_damaged_pdf_is_read_or_refused(bytes in damaged(PDF)) {
        holds(&bytes, None);
    }

    #[test]
    fn a_damaged_docx_is_read_or_refused(bytes in damaged(DOCX)) {
        holds(&bytes, None);
    }

    #[test]
    fn what_was_written_is_what_is_read(
        person in name(2),
        jobs in prop::collection::vec((name(2), year_month(), year_month()), 1..4),
        skills in prop::collection::hash_set(word(), 1..6),
    ) {
        let skills: Vec<String> = skills.into_iter().collect();
        let mut text = format!("{person}\nsomebody@example.com | (312) 555-0123\n\nEXPERIENCE\n");
        for (company, start, end) in &jobs {
            let (start, end) = (start.min(end), start.max(end));
            let month = |(year, month): &(u16, u8)| format!("{} {year}", MONTHS[usize::from(*month) - 1]);
            text.push_str(&format!("Software Engineer\n{company} Inc.\n{} - {}\n- Built the thing.\n\n", month(start), month(end)));
        }
        text.push_str(&format!("SKILLS\n{}\n", skills.join(", ")));
        let fields = read(text.as_bytes(), None).expect("it is text").fields;
        prop_assert_eq!(fields.name.map(|name| name.value), Some(person));
        prop_assert_eq!(fields.jobs.len(), jobs.len());
        for (found, (company, start, end)) in fields.jobs.iter().zip(&jobs) {
            let date = |(year, month): &(u16, u8)| Date { year: *year, month: Some(*month) };
            prop_assert_eq!(found.value.title.as_deref(), Some("Software Engineer"));
            prop_assert_eq!(found.value.company.clone(), Some(format!("{company} Inc.")));
            prop_assert_eq!(found.value.start, Some(date(start.min(end))));
            prop_assert_eq!(found.value.end, Some(End::At(date(start.max(end)))));
        }
        let read: Vec<String> = fields.skills.into_iter().map(|skill| skill.value).collect();
        prop_assert_eq!(read, skills);
    }
}
