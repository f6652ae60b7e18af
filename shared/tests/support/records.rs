//! Records of every kind and edits of every field, made from numbers that a property test picks.

use serde_json::{Value, json};
use zumodra_shared::accounts::Member;
use zumodra_shared::kernel::Id;
use zumodra_shared::schema::crdt::Shown;
use zumodra_shared::schema::{
    Counter, Edit, EditOp, Entity, EntityDef, FieldDef, FieldKind, Fields, IdSet, Item, Items, RichText,
    Scalar, Set,
};

/// An item with each kind of register.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize, Item)]
pub struct Entry {
    /// A text.
    #[field(max = 50)]
    pub label: String,
    /// A number that may be absent.
    #[field(min = 0, max = 9)]
    pub rank: Option<i64>,
}

/// A kind with every kind of field: the ones in the registry need not have them all.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize, Entity)]
#[entity(collection = "samples", code = 999, title = "name")]
pub struct Sample {
    /// A register.
    #[field(max = 60)]
    pub name: String,
    /// A number.
    #[field(min = -5, max = 5)]
    pub level: i64,
    /// A text that merges.
    pub story: RichText,
    /// A set of texts.
    pub words: Set,
    /// A set of references.
    pub friends: IdSet<Member>,
    /// A reference.
    pub owner_id: Option<Id<Member>>,
    /// A list.
    pub entries: Items<Entry>,
    /// A counter.
    pub votes: Counter,
}

/// The kind with every kind of field.
pub static SAMPLE: EntityDef = Sample::DEF;

/// Every kind that is a merging document, [`SAMPLE`] included.
pub fn documents() -> Vec<&'static EntityDef> {
    let registered = zumodra_shared::registry::KINDS.iter().filter(|def| !def.entry);
    registered.chain(std::iter::once(&SAMPLE)).collect()
}

/// Numbers from which an edit is made.
pub type Pick = (usize, u8, u32);

const WORDS: [&str; 8] = ["ada", "grace", "über", "naïve", "two words", "日本", "r-2", "z"];

/// A text for a field: never empty, within its limit.
fn words(field: &FieldDef, value: u32) -> String {
    let text = format!("{} {}", WORDS[value as usize % WORDS.len()], value / 8 % 100);
    let max = field.max.and_then(|max| usize::try_from(max).ok()).unwrap_or(40);
    text.chars().take(max).collect::<String>().trim().to_owned()
}

/// The id that stands for a number.
pub fn id(value: u32) -> uuid::Uuid {
    uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(value % 5 + 1))
}

/// A valid value of a register.
pub fn register(field: &FieldDef, scalar: Scalar, value: u32) -> Value {
    if field.nullable && value.is_multiple_of(7) {
        return Value::Null;
    }
    match scalar {
        Scalar::Str => json!(words(field, value)),
        Scalar::Int => {
            let (min, max) = (field.min.unwrap_or(-100), field.max.unwrap_or(100));
            json!(min + i64::from(value) % (max - min + 1))
        }
        Scalar::Instant => json!(1_700_000_000_000_i64 + i64::from(value)),
        Scalar::Bool => json!(value.is_multiple_of(2)),
        Scalar::Date => json!(format!("2026-{:02}-{:02}", value % 12 + 1, value % 28 + 1)),
        Scalar::Ref(_) => json!(id(value).to_string()),
        Scalar::Choice(names) => match value as usize % (names.len() + 1) {
            at if at < names.len() => json!(names[at]),
            _ => json!("from_a_newer_version"),
        },
    }
}

/// A new whole for a text: a piece put in, or a piece taken out.
fn rewritten(field: &FieldDef, old: &str, what: u8, value: u32) -> String {
    let chars: Vec<char> = old.chars().collect();
    let at = value as usize % (chars.len() + 1);
    let (head, tail) = chars.split_at(at);
    if what.is_multiple_of(3) && tail.len() > 2 && head.len() + tail.len() > 6 {
        return head.iter().chain(&tail[2..]).collect();
    }
    format!("{}{}{}", head.iter().collect::<String>(), words(field, value), tail.iter().collect::<String>())
}

/// The id of one of four items.
fn item(value: u32) -> String {
    format!("item-{}", value % 4)
}

/// A valid edit of a record that shows `shown`.
pub fn edit(def: &EntityDef, shown: &Shown, (field, what, value): Pick) -> Edit {
    let index = field % (def.fields.len() + 1);
    let Some(field) = def.fields.get(index) else { return Edit::deleted(what % 2 == 0) };
    let op = match field.kind {
        FieldKind::Register(scalar) => EditOp::Set { value: register(field, scalar, value) },
        FieldKind::Text => {
            let old = shown.fields.get(field.name).and_then(Value::as_str).unwrap_or_default();
            EditOp::Text { value: rewritten(field, old, what, value) }
        }
        FieldKind::Counter => EditOp::Increment { by: i64::from(value % 9) - 4 },
        FieldKind::Set(scalar) => {
            let value = match scalar {
                Scalar::Ref(_) => id(value).to_string(),
                _ => WORDS[value as usize % 5].to_owned(),
            };
            if what % 3 == 0 { EditOp::Remove { value } } else { EditOp::Add { value } }
        }
        FieldKind::List(items) => list_edit(field, items, shown, what, value),
    };
    Edit { field: field.name.to_owned(), op }
}

fn list_edit(field: &FieldDef, items: &[FieldDef], shown: &Shown, what: u8, value: u32) -> EditOp {
    let present = shown.fields.get(field.name).and_then(Value::as_array).map_or(0, Vec::len);
    if what.is_multiple_of(5) && present > 1 {
        return EditOp::ItemRemove { item: item(value) };
    }
    let after = match what % 4 {
        0 => None,
        1 => Some(String::new()),
        _ => Some(item(value / 4)).filter(|after| *after != item(value)),
    };
    let whole = what.is_multiple_of(2) || !has_item(shown, field.name, &item(value));
    let values =
        items.iter().enumerate().filter(|(at, _)| whole || *at == value as usize % items.len()).filter_map(
            |(_, sub)| match sub.kind {
                FieldKind::Register(scalar) => Some((sub.name.to_owned(), register(sub, scalar, value / 3))),
                _ => None,
            },
        );
    EditOp::ItemPut { item: item(value), after, values: values.collect() }
}

fn has_item(shown: &Shown, field: &str, item: &str) -> bool {
    let list = shown.fields.get(field).and_then(Value::as_array);
    list.is_some_and(|list| list.iter().any(|entry| entry["id"] == item))
}

/// A whole valid record.
pub fn record(def: &EntityDef, seed: u32) -> Fields {
    let mut fields = def.defaults();
    for (at, field) in def.fields.iter().enumerate() {
        let value = seed.wrapping_mul(31).wrapping_add(at as u32 * 17 + 1);
        let made = match field.kind {
            FieldKind::Register(scalar) => register(field, scalar, value),
            FieldKind::Text => json!(words(field, value)),
            FieldKind::Counter => json!(value % 5),
            FieldKind::Set(Scalar::Ref(_)) => json!([id(value).to_string()]),
            FieldKind::Set(_) => json!([WORDS[value as usize % 5]]),
            FieldKind::List(items) => json!([entry(items, 0, value), entry(items, 1, value + 1)]),
        };
        fields.insert(field.name.to_owned(), made);
    }
    fields
}

fn entry(items: &[FieldDef], number: u32, value: u32) -> Value {
    let mut made = Fields::new();
    made.insert("id".to_owned(), json!(item(number)));
    for sub in items {
        if let FieldKind::Register(scalar) = sub.kind {
            made.insert(sub.name.to_owned(), register(sub, scalar, value));
        }
    }
    Value::Object(made)
}
