//! A tag that a workspace puts on candidates.

use serde::{Deserialize, Serialize};

use crate::schema::Entity;

/// A tag that a workspace puts on candidates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "tags", code = 8, title = "name")]
pub struct Tag {
    /// What it says.
    #[field(required, max = 50, search)]
    pub name: String,
    /// Its colour, `#RRGGBB`.
    #[field(max = 7)]
    pub color: String,
}
