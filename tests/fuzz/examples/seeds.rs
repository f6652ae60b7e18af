//! Writes the inputs that every fuzzing begins with into `seeds/`: the golden frames, and real changes and documents
//! (`cargo run --manifest-path tests/fuzz/Cargo.toml --example seeds`). What was found by fuzzing lies there besides.

use std::fs;
use std::path::Path;

use zumodra_fuzz::VICTIMS;
use zumodra_shared::sync::guard;

/// One frame of every sort, as hexadecimal lines.
const FRAMES: &str = include_str!(
    "../../../shared/tests/laws/snapshots/laws__wire__a_frame_of_every_sort_has_these_bytes.snap"
);
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
