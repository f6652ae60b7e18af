//! The wall around a record, as the server tells it.

use minicbor::{Decode, Encode};

use super::opt_id;
use crate::kernel::RecordId;

/// The wall around a record, as of one of its moves from behind one wall to behind another, or to none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Encode, Decode)]
pub struct Wall {
    /// How often the record was moved. What was told of a later move counts, in whatever order it comes.
    #[n(0)]
    pub moves: u32,
    /// The private record whose wall it is; none when the record is behind no wall any more, and nil for one that hides it
    /// from who is told.
    #[cbor(n(1), with = "opt_id")]
    pub by: Option<RecordId>,
}

impl Wall {
    /// The wall as it is told: nothing of a record that was never behind one.
    #[must_use]
    pub fn told(self) -> Option<Self> {
        (self.moves > 0).then_some(self)
    }

    /// The wall as it is told to who sees the record, or else as one that hides it: which one is none of their business.
    #[must_use]
    pub fn to(self, seen: bool) -> Self {
        if seen { self } else { Self { by: Some(RecordId::nil()), ..self } }
    }

    /// Whether the record is behind a wall that hides it from who is told.
    #[must_use]
    pub fn hides(&self) -> bool {
        self.by == Some(RecordId::nil())
    }

    /// Puts the record behind a wall, or behind none. Says whether that moves it.
    pub fn put(&mut self, by: Option<RecordId>) -> bool {
        let moves = self.by != by;
        if moves {
            *self = Self { moves: self.moves.saturating_add(1), by };
        }
        moves
    }

    /// The later of two.
    #[must_use]
    pub fn or(self, other: Option<Self>) -> Self {
        other.filter(|other| other.moves > self.moves).unwrap_or(self)
    }
}
