//! Record ids: UUIDv7 made by whoever creates the record, typed by the record they name.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The id of a record of any kind, where the kind is known only at run time.
pub type RecordId = uuid::Uuid;

/// The id of a record of kind `T`: an id of a job cannot be passed where one of a candidate is wanted.
pub struct Id<T> {
    id: RecordId,
    kind: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// Names the kind of an id that is known to be of kind `T`.
    #[must_use]
    pub const fn new(id: RecordId) -> Self {
        Self { id, kind: PhantomData }
    }

    /// The bare id.
    #[must_use]
    pub const fn record(self) -> RecordId {
        self.id
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> Default for Id<T> {
    fn default() -> Self {
        Self::new(RecordId::nil())
    }
}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
impl<T> Eq for Id<T> {}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.id.serialize(serializer)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RecordId::deserialize(deserializer).map(Self::new)
    }
}
