//! The demo workspace's talent pools, and who is in them.

use serde_json::{Value, json};
use uuid::Uuid;

/// A pool: name, who belongs in it, whether it is put away, and that one candidate of so many is in it.
type Pool = (&'static str, &'static str, bool, usize);

const POOLS: [Pool; 4] = [
    (
        "Silver medalists 2026",
        "Second in a search of ours: ask them first when the next one opens.",
        false,
        9,
    ),
    ("Future engineers", "Would fit, and we had nothing for them yet.", false, 7),
    ("Speakers we met", "From talks and meetups.", false, 31),
    ("Winter fair 2024", "Told us no since, or never answered.", true, 23),
];

/// The pool into which those come who ask to be kept in mind.
const LATER: &str = "Future engineers";

/// The pools as records.
pub fn pools() -> impl Iterator<Item = Value> {
    POOLS.iter().map(|(name, description, is_archived, _)| {
        let takes = *name == LATER;
        json!({ "name": name, "description": description, "is_archived": is_archived, "takes_kept_in_mind": takes })
    })
}

/// Those of the pools, in their order, that a candidate is in, by the candidate's number.
pub fn of(number: usize, pools: &[Uuid]) -> Vec<Uuid> {
    let each = POOLS.iter().zip(pools).enumerate();
    each.filter(|(at, ((.., of), _))| number % of == at + 1).map(|(_, (_, id))| *id).collect()
}
