//! TypeScript types of the record kinds: what `ui/src/gen/records.ts` holds.

use std::fmt::Write as _;

use super::{EntityDef, FieldDef, FieldKind, Scalar};

/// The whole file.
#[must_use]
pub fn file(kinds: &[EntityDef]) -> String {
    let mut text = String::from(
        "// Written by `cargo xtask codegen` from the declarations in `shared/`. Do not edit.\n",
    );
    for def in kinds {
        let _ = write!(text, "\n/** {} */\nexport interface {} {{\n", def.doc, def.type_name);
        for field in def.fields {
            let _ = writeln!(text, "  /** {} */\n  {}: {};", field.doc, field.name, type_of(field));
        }
        text.push_str("}\n");
    }
    text.push_str("\n/** Every record kind by its wire name. */\nexport interface Records {\n");
    for def in kinds {
        let _ = writeln!(text, "  {}: {};", def.name, def.type_name);
    }
    text.push_str("}\n\nexport type KindName = keyof Records;\nexport type RecordOf<K extends KindName> = Records[K];\n");
    text
}

fn type_of(field: &FieldDef) -> String {
    let base = match field.kind {
        FieldKind::Register(scalar) => scalar_type(scalar),
        FieldKind::Text => "string".to_owned(),
        FieldKind::Counter => "number".to_owned(),
        FieldKind::Set(_) => "string[]".to_owned(),
        FieldKind::List(items) => {
            let subs: Vec<String> = items.iter().map(|f| format!("{}: {}", f.name, type_of(f))).collect();
            format!("{{ id: string; {} }}[]", subs.join("; "))
        }
    };
    if field.nullable { format!("{base} | null") } else { base }
}

fn scalar_type(scalar: Scalar) -> String {
    match scalar {
        Scalar::Int | Scalar::Instant => "number".to_owned(),
        Scalar::Bool => "boolean".to_owned(),
        Scalar::Str | Scalar::Date | Scalar::Ref(_) => "string".to_owned(),
        // A value of a newer version is a text that no case names.
        Scalar::Choice(values) => {
            let mut cases: Vec<String> = values.iter().map(|v| format!("{v:?}")).collect();
            cases.push("(string & {})".to_owned());
            cases.join(" | ")
        }
    }
}
