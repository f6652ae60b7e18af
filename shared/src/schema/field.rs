//! The Rust types that a declaration may use, and the field kind that each stands for.

use std::collections::BTreeSet;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use super::{FieldDef, FieldKind, Scalar};
use crate::kernel::{Date, Id, RecordId, Timestamp};

/// A type that a declared field may have.
pub trait FieldType {
    /// How the field merges and what it holds.
    const KIND: FieldKind;
    /// Whether `null` is a value.
    const NULLABLE: bool = false;
}

/// A struct that is an item of an ordered list. The item's id is held beside its fields.
pub trait Item {
    /// The item's fields. Each is a register.
    const FIELDS: &'static [FieldDef];
}

/// Text that merges by character: notes, descriptions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RichText(pub String);

/// A number to which concurrent increments add up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counter(pub i64);

/// A set of short texts that merges by member.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Set(pub BTreeSet<String>);

/// A set of references that merges by member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdSet<T> {
    /// The members.
    pub ids: BTreeSet<RecordId>,
    #[serde(skip)]
    kind: PhantomData<fn() -> T>,
}

impl<T> Default for IdSet<T> {
    fn default() -> Self {
        Self { ids: BTreeSet::new(), kind: PhantomData }
    }
}

/// An ordered list of items; each item has an id, and its fields merge on their own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Items<T>(pub Vec<Named<T>>);

/// An item with its id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Named<T> {
    /// The item's id, unique in its list.
    pub id: String,
    /// The item's fields.
    #[serde(flatten)]
    pub item: T,
}

impl FieldType for String {
    const KIND: FieldKind = FieldKind::Register(Scalar::Str);
}
impl FieldType for i64 {
    const KIND: FieldKind = FieldKind::Register(Scalar::Int);
}
impl FieldType for bool {
    const KIND: FieldKind = FieldKind::Register(Scalar::Bool);
}
impl FieldType for Timestamp {
    const KIND: FieldKind = FieldKind::Register(Scalar::Instant);
}
impl FieldType for Date {
    const KIND: FieldKind = FieldKind::Register(Scalar::Date);
}
impl FieldType for RichText {
    const KIND: FieldKind = FieldKind::Text;
}
impl FieldType for Counter {
    const KIND: FieldKind = FieldKind::Counter;
}
impl FieldType for Set {
    const KIND: FieldKind = FieldKind::Set(Scalar::Str);
}
impl<T: super::Entity> FieldType for Id<T> {
    const KIND: FieldKind = FieldKind::Register(Scalar::Ref(T::NAME));
}
impl<T: super::Entity> FieldType for IdSet<T> {
    const KIND: FieldKind = FieldKind::Set(Scalar::Ref(T::NAME));
}
impl<T: Item> FieldType for Items<T> {
    const KIND: FieldKind = FieldKind::List(T::FIELDS);
}
impl<T: FieldType> FieldType for Option<T> {
    const KIND: FieldKind = T::KIND;
    const NULLABLE: bool = true;
}

/// Declares a closed list of values that is replicated: a value of a newer version reads as `Unknown` and survives,
/// because records are edited field by field and never written back as a whole.
#[macro_export]
macro_rules! choice {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $wire:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        $vis enum $name {
            $($(#[$vmeta])* #[serde(rename = $wire)] $variant,)+
            /// A value that a newer version wrote.
            #[serde(other)]
            Unknown,
        }

        impl $name {
            /// The wire names, the default first.
            pub const NAMES: &'static [&'static str] = &[$($wire),+];

            /// The wire name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $wire,)+ Self::Unknown => "unknown" }
            }

            /// Reads a wire name.
            #[must_use]
            pub fn from_name(name: &str) -> Self {
                match name { $($wire => Self::$variant,)+ _ => Self::Unknown }
            }
        }

        impl Default for $name {
            fn default() -> Self { Self::from_name(Self::NAMES[0]) }
        }

        impl $crate::schema::FieldType for $name {
            const KIND: $crate::schema::FieldKind =
                $crate::schema::FieldKind::Register($crate::schema::Scalar::Choice(Self::NAMES));
        }
    };
}
