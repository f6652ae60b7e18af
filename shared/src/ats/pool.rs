//! A talent pool: candidates who are kept in mind for later, under a name. Who is in it stands with each candidate.

use serde::{Deserialize, Serialize};

use crate::schema::Entity;

/// The most pools of a workspace that a screen shows.
pub const MAX_POOLS: usize = 500;

/// A group of candidates for later.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "pools", code = 23, title = "name")]
pub struct Pool {
    /// What it is called. Of those that are not deleted, one has it, whatever the case of its letters (of ASCII).
    #[field(required, max = 80, search)]
    pub name: String,
    /// Who belongs in it.
    #[field(max = 500)]
    pub description: String,
    /// Whether it is put away: it is not offered any more, and who is in it stays.
    pub is_archived: bool,
    /// Whether those who ask on the career page to be kept in mind for other jobs come into it.
    pub takes_kept_in_mind: bool,
}

/// Whether two names of pools are the same.
#[must_use]
pub fn is_same_name(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}
