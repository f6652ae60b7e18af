//! A file that somebody uploads as their résumé. The first byte says how the rest is wrapped, because no mutation gets
//! through a compressed archive: as it is, as the text of a DOCX or ODT, as the description of a PDF's page, as plain text.
//! What is read stays within the limits, and every field was found on a line that is there.

#![no_main]

use libfuzzer_sys::fuzz_target;
use zumodra_fuzz::{contained, wrapped};
use zumodra_resume::{limits, read};

fuzz_target!(|input: &[u8]| contained(|| {
    let Some((choice, bytes)) = input.split_first() else { return };
    let (file, hint) = wrapped::file(*choice, bytes);
    let Ok(resume) = read(&file, hint) else { return };
    let letters: usize = resume.text.iter().map(|line| line.text.chars().count()).sum();
    // A tab between cells and a bullet before each line are added.
    assert!(letters <= limits::MAX_TEXT_CHARS * 2 + limits::MAX_LINES * 2);
    assert!(resume.text.len() <= limits::MAX_LINES);
    let fields = &resume.fields;
    let spans = (fields.jobs.iter().map(|found| found.lines))
        .chain(fields.education.iter().map(|found| found.lines))
        .chain(fields.skills.iter().map(|found| found.lines))
        .chain(fields.name.iter().chain(&fields.summary).chain(&fields.location).map(|found| found.lines));
    for lines in spans {
        assert!(lines.first <= lines.last && (lines.last as usize) < resume.text.len());
    }
}));
