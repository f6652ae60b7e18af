//! JSON Schema (2020-12) of a record kind, for OpenAPI 3.1.

use serde_json::{Value, json};

use super::{EntityDef, FieldDef, FieldKind, Scalar};
use crate::kernel::limits::{
    MAX_LIST_ITEMS, MAX_MEMBER_CHARS, MAX_REGISTER_CHARS, MAX_SET_MEMBERS, MAX_TEXT_CHARS,
};

/// The schema of a kind's fields as a client reads them.
#[must_use]
pub fn object(def: &EntityDef) -> Value {
    properties(def.fields, def.doc, false)
}

/// The schema of a kind's fields as a client may write them: what only the server writes is left out.
#[must_use]
pub fn writable(def: &EntityDef) -> Value {
    properties(def.fields, def.doc, true)
}

fn properties(fields: &[FieldDef], doc: &str, writable: bool) -> Value {
    let fields: Vec<&FieldDef> = fields.iter().filter(|f| !(writable && f.server)).collect();
    let map: serde_json::Map<String, Value> =
        fields.iter().map(|f| (f.name.to_owned(), property(f))).collect();
    let required: Vec<&str> = fields.iter().filter(|f| f.required).map(|f| f.name).collect();
    json!({ "type": "object", "description": doc, "properties": map, "required": required })
}

fn property(field: &FieldDef) -> Value {
    let mut schema = match field.kind {
        FieldKind::Register(scalar) => scalar_schema(field, scalar),
        FieldKind::Text => json!({ "type": "string", "maxLength": field.max.unwrap_or(MAX_TEXT_CHARS) }),
        FieldKind::Counter => json!({ "type": "integer" }),
        FieldKind::Set(scalar) => json!({
            "type": "array",
            "uniqueItems": true,
            "maxItems": field.items.unwrap_or(MAX_SET_MEMBERS as i64),
            "items": match scalar {
                Scalar::Ref(_) => json!({ "type": "string", "format": "uuid" }),
                _ => json!({ "type": "string", "minLength": 1, "maxLength": MAX_MEMBER_CHARS }),
            },
        }),
        FieldKind::List(items) => {
            let mut item = properties(items, "", false);
            item["properties"]["id"] = json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$" });
            item["required"] = json!(["id"]);
            json!({ "type": "array", "maxItems": field.items.unwrap_or(MAX_LIST_ITEMS as i64), "items": item })
        }
    };
    if field.nullable {
        schema = json!({ "anyOf": [schema, { "type": "null" }] });
    }
    schema["description"] = field.doc.into();
    if field.server {
        schema["readOnly"] = true.into();
    }
    schema
}

fn scalar_schema(field: &FieldDef, scalar: Scalar) -> Value {
    match scalar {
        Scalar::Str => {
            let mut schema =
                json!({ "type": "string", "maxLength": field.max.unwrap_or(MAX_REGISTER_CHARS) });
            if field.required {
                schema["minLength"] = 1.into();
            }
            schema
        }
        Scalar::Int | Scalar::Instant => {
            let mut schema = json!({ "type": "integer" });
            if let Some(min) = field.min {
                schema["minimum"] = min.into();
            }
            if let Some(max) = field.max {
                schema["maximum"] = max.into();
            }
            schema
        }
        Scalar::Bool => json!({ "type": "boolean" }),
        Scalar::Date => json!({ "type": "string", "format": "date" }),
        Scalar::Ref(_) => json!({ "type": "string", "format": "uuid" }),
        Scalar::Choice(values) => json!({ "type": "string", "examples": values }),
    }
}
