//! What a record kind is: one declaration, from which everything else follows.
//!
//! A struct with `#[derive(Entity)]` yields an [`EntityDef`]. Ordinary functions over it give the Automerge shape
//! ([`crdt`]), validation ([`check`]), the desktop's tables ([`sql`]), JSON Schema ([`json_schema`]) and TypeScript
//! ([`typescript`]). Adding a field touches the declaration and the screen that shows it, nothing else.

pub mod check;
pub mod crdt;
pub mod edit;
pub mod json_schema;
pub mod sql;
pub mod typescript;

mod field;

pub use edit::{Edit, EditOp};
pub use field::{Counter, FieldType, IdSet, Item, Items, Named, RichText, Set};
pub use zumodra_derive::{Entity, Item};

use crate::access::ScopeRule;

/// A record's fields by name, as the projection shows them.
pub type Fields = serde_json::Map<String, serde_json::Value>;

/// The key in a document's root that marks the record as deleted.
pub const DELETED: &str = "$deleted";

/// A struct that describes a record kind.
pub trait Entity {
    /// The wire name, plural. It stands beside the description, so that a kind may refer to itself.
    const NAME: &'static str;
    /// The description.
    const DEF: EntityDef;
}

/// A record kind.
#[derive(Debug, Clone, Copy)]
pub struct EntityDef {
    /// The wire name, plural: `jobs`.
    pub name: &'static str,
    /// The wire number; never reused.
    pub code: u16,
    /// The struct's name: `Job`.
    pub type_name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// An immutable log entry and no CRDT: written once, so that it can be erased.
    pub entry: bool,
    /// Written only by the server.
    pub server: bool,
    /// How its records fall into scopes.
    pub scope: ScopeRule,
    /// The fields that name a record for people.
    pub titles: &'static [&'static str],
    /// The fields, in the order of the declaration.
    pub fields: &'static [FieldDef],
}

/// One field of a record kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldDef {
    /// The wire name; never reused.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// How it merges and what it holds.
    pub kind: FieldKind,
    /// Whether `null` is a value.
    pub nullable: bool,
    /// The most characters, or the largest number.
    pub max: Option<i64>,
    /// The smallest number.
    pub min: Option<i64>,
    /// The most members of a set or items of a list.
    pub items: Option<i64>,
    /// Must not be empty.
    pub required: bool,
    /// Authority: written only by the server.
    pub server: bool,
    /// Written at creation and never again.
    pub immutable: bool,
    /// Worth an index in the projection.
    pub index: bool,
    /// Part of the local full-text search.
    pub search: bool,
}

/// How a field merges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FieldKind {
    /// The last writer wins; losing values stay readable as a conflict.
    Register(Scalar),
    /// Merges by character.
    Text,
    /// Merges by member: an addition beats a concurrent removal of the same member.
    Set(Scalar),
    /// An ordered list of items: each item's fields merge on their own; a removed item stays removed.
    List(&'static [FieldDef]),
    /// Concurrent increments add up.
    Counter,
}

/// What a register or a set's member holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scalar {
    /// Text without merge.
    Str,
    /// A whole number.
    Int,
    /// Yes or no.
    Bool,
    /// Milliseconds since 1970 (UTC).
    Instant,
    /// A calendar day, RFC 3339 `full-date`.
    Date,
    /// A reference to a record of the named kind.
    Ref(&'static str),
    /// One of a closed list; a value of a newer version survives.
    Choice(&'static [&'static str]),
}

impl EntityDef {
    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static FieldDef> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The fields with a default value each: what a new record holds before anything is set.
    #[must_use]
    pub fn defaults(&self) -> Fields {
        self.fields.iter().map(|field| (field.name.to_owned(), field.default_value())).collect()
    }

    /// The record's name for people.
    #[must_use]
    pub fn title(&self, fields: &Fields) -> String {
        let parts = self.titles.iter().filter_map(|name| fields.get(*name)?.as_str());
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The references that a record holds: (kind, id), empty ones left out.
    #[must_use]
    pub fn references(&self, fields: &Fields) -> Vec<(&'static str, crate::kernel::RecordId)> {
        let mut found = Vec::new();
        for field in self.fields {
            let (FieldKind::Register(Scalar::Ref(kind)) | FieldKind::Set(Scalar::Ref(kind))) = field.kind
            else {
                continue;
            };
            match fields.get(field.name) {
                Some(serde_json::Value::String(id)) => found.extend(id.parse().ok().map(|id| (kind, id))),
                Some(serde_json::Value::Array(ids)) => {
                    found.extend(ids.iter().filter_map(|id| Some((kind, id.as_str()?.parse().ok()?))));
                }
                _ => {}
            }
        }
        found
    }

    /// A number that changes when the projection of this kind changes: the desktop rebuilds its table then.
    #[must_use]
    pub fn projection_hash(&self) -> String {
        let script = sql::create_table(self) + &sql::create_indexes(self);
        blake3::hash(script.as_bytes()).to_hex()[..16].to_owned()
    }
}

impl FieldDef {
    /// The value of the field in a record that never set it.
    #[must_use]
    pub fn default_value(&self) -> serde_json::Value {
        use serde_json::{Value, json};
        if self.nullable {
            return Value::Null;
        }
        match self.kind {
            FieldKind::Register(Scalar::Int | Scalar::Instant) | FieldKind::Counter => json!(0),
            FieldKind::Register(Scalar::Bool) => json!(false),
            FieldKind::Register(Scalar::Choice(values)) => json!(values.first().copied().unwrap_or_default()),
            FieldKind::Register(Scalar::Str | Scalar::Date | Scalar::Ref(_)) | FieldKind::Text => json!(""),
            FieldKind::Set(_) | FieldKind::List(_) => json!([]),
        }
    }
}
