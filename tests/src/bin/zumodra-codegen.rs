//! Writes what is generated from the declarations: `ui/src/gen/`. With `--check` it only says what is stale.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use zumodra_shared::kernel::Code;
use zumodra_shared::{registry, schema::typescript};

/// Each generated file, by its path in the repository.
fn files() -> Vec<(&'static str, String)> {
    vec![
        ("ui/src/gen/records.ts", typescript::file(registry::KINDS)),
        ("ui/src/gen/fields.ts", typescript::fields_file(registry::KINDS)),
        ("ui/src/gen/problems.ts", problems()),
    ]
}

/// The sentences of the refusals, so that the window says each in the person's language.
fn problems() -> String {
    let mut text = "// Written by `cargo xtask codegen` from the table in `shared/`. Do not edit.\n\n\
                    /** The sentence of each refusal, by its code. */\n\
                    export const PROBLEMS: { readonly [code: string]: { en: string; fr: string } } = {\n"
        .to_owned();
    for code in Code::ALL {
        // Rust writes these strings as TypeScript reads them: quotes and backslashes are escaped alike.
        text += &format!("  {:?}: {{ en: {:?}, fr: {:?} }},\n", code.slug(), code.english(), code.french());
    }
    text + "};\n"
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn main() -> anyhow::Result<ExitCode> {
    let check = std::env::args().any(|argument| argument == "--check");
    let mut stale = Vec::new();
    for (name, text) in files() {
        let path = root().join(name);
        if std::fs::read_to_string(&path).is_ok_and(|held| held == text) {
            continue;
        }
        stale.push(name);
        if !check {
            std::fs::write(&path, text).with_context(|| format!("write {name}"))?;
        }
    }
    for name in &stale {
        println!("{} {name}", if check { "stale:" } else { "written:" });
    }
    Ok(if check && !stale.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
