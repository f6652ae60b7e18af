//! TypeScript of the record kinds: what `ui/src/gen/records.ts` and `ui/src/gen/fields.ts` hold.

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
            let _ = writeln!(text, "  /** {} */ {}: {};", field.doc, field.name, type_of(field));
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

/// The file that says of each field what it holds, for screens that show any field of any kind.
#[must_use]
pub fn fields_file(kinds: &[EntityDef]) -> String {
    let sorts: Vec<String> = SORTS.iter().map(|sort| format!("{sort:?}")).collect();
    let mut text = format!(
        "// Written by `cargo xtask codegen` from the declarations in `shared/`. Do not edit.\n\n\
         /** What a field holds. */\nexport type FieldSort = {};\n\n\
         /** The fields of each record kind, in the order of the declaration. */\n\
         export const FIELDS: {{ readonly [kind: string]: {{ readonly [field: string]: FieldSort }} }} = {{\n",
        sorts.join(" | ")
    );
    for def in kinds {
        let _ = writeln!(text, "  {}: {{", def.name);
        for field in def.fields {
            let _ = writeln!(text, "    {}: {:?},", field.name, sort_of(field.kind));
        }
        text.push_str("  },\n");
    }
    text + "};\n"
}

/// Every answer of [`sort_of`].
const SORTS: [&str; 11] = [
    "text",
    "long_text",
    "number",
    "yes_no",
    "instant",
    "day",
    "choice",
    "reference",
    "references",
    "set",
    "list",
];

const fn sort_of(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Register(Scalar::Str) => "text",
        FieldKind::Text => "long_text",
        FieldKind::Register(Scalar::Int) | FieldKind::Counter => "number",
        FieldKind::Register(Scalar::Bool) => "yes_no",
        FieldKind::Register(Scalar::Instant) => "instant",
        FieldKind::Register(Scalar::Date) => "day",
        FieldKind::Register(Scalar::Choice(_)) => "choice",
        FieldKind::Register(Scalar::Ref(_)) => "reference",
        FieldKind::Set(Scalar::Ref(_)) => "references",
        FieldKind::Set(_) => "set",
        FieldKind::List(_) => "list",
    }
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
