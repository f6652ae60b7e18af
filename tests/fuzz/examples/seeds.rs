//! Writes the inputs that every fuzzing begins with into `seeds/`: the golden frames, real changes and documents, and small résumés
//! (`cargo run --manifest-path tests/fuzz/Cargo.toml --example seeds`). What was found by fuzzing lies there besides.

use std::fs;
use std::path::Path;

use zumodra_fuzz::VICTIMS;
use zumodra_shared::sync::guard;

/// One frame of every sort, as hexadecimal lines.
const FRAMES: &str = include_str!(
    "../../../shared/tests/laws/snapshots/laws__wire__a_frame_of_every_sort_has_these_bytes.snap"
);
/// Small résumés, and the way in which each is wrapped.
const RESUMES: [(&str, u8, &[u8]); 6] = [
    ("pdf", 0, include_bytes!("../../assets/resumes/marcus-halloway-pdf-lib.pdf")),
    ("docx-text", 1, br#"<w:document xmlns:w="w"><w:body><w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Jane Doe</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>2019 - 2020</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Engineer, Acme</w:t><w:tab/><w:t>Paris</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"#),
    ("odt-text", 2, br#"<o:document-content xmlns:o="o" xmlns:t="t"><o:body><o:text><t:h>Jane Doe</t:h><t:list><t:list-item><t:p>Rust<t:tab/>Go</t:p></t:list-item></t:list></o:text></o:body></o:document-content>"#),
    ("page", 3, b"BT /F 12 Tf 50 800 Td (Jane Doe) Tj 0 -20 Td (EXPERIENCE) Tj T* [(Engineer)-2000(2019 - 2020)] TJ ET q 1 0 0 1 9 9 cm /X Do Q"),
    ("txt", 4, include_bytes!("../../assets/resumes-generated/diego-fuentes-txt.txt")),
    ("txt-fr", 4, include_bytes!("../../assets/resumes-generated/mathieu-tremblay-txt.txt")),
];
/// Changes of each kind besides the one that made it.
const CHANGES: usize = 2;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let write = |target: &str, name: String, bytes: &[u8]| {
        fs::create_dir_all(folder.join(target))?;
        fs::write(folder.join(target).join(name), bytes)
    };
    for (number, line) in FRAMES.lines().filter_map(|line| line.strip_prefix("  ")).enumerate() {
        let hexadecimal = line.trim();
        let bytes: Option<Vec<u8>> = (0..hexadecimal.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(hexadecimal.get(at..at + 2)?, 16).ok())
            .collect();
        write("frame", format!("frame-{number:02}"), &bytes.expect("a line of hexadecimal digits"))?;
    }
    for (name, way, bytes) in RESUMES {
        write("resume", name.to_owned(), &[&[way], bytes].concat())?;
    }
    for (number, victim) in VICTIMS.iter().enumerate() {
        let (held, new) =
            (u8::try_from(number * 2 + 1).expect("few kinds"), u8::try_from(number * 2).expect("few"));
        let name = victim.def.name;
        write("change", format!("{name}-new"), &[&[new], &victim.creation[..]].concat())?;
        for (at, next) in victim.next.iter().take(CHANGES).enumerate() {
            write("change", format!("{name}-{at}"), &[&[held], &next[..]].concat())?;
        }
        let row = victim.held.doc.saved();
        write("snapshot", format!("{name}-row"), &[&[held], row].concat())?;
        let loaded = guard::load(row).expect("it loads");
        let (_, whole) = guard::save(loaded).expect("it is saved");
        write("snapshot", format!("{name}-whole"), &[&[held], &whole[..]].concat())?;
    }
    Ok(())
}
