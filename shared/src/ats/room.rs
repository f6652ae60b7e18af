//! A room in which people can be interviewed. It has one interview at a time, as a person does.

use serde::{Deserialize, Serialize};

use crate::schema::Entity;

/// A room of the workspace.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "rooms", code = 28, title = "name")]
pub struct Room {
    /// What it is called.
    #[field(required, max = 80, search)]
    pub name: String,
    /// Where it is: a floor, an address. Candidates are told.
    #[field(max = 200)]
    pub place: String,
    /// How many people it seats, if that is known.
    #[field(min = 1, max = 1000)]
    pub seats: Option<i64>,
    /// What is in it, and what else is to be known of it. Candidates are not told.
    #[field(max = 500)]
    pub equipment: String,
    /// Whether it is retired: it is not offered any more, and what is planned in it stays.
    pub is_archived: bool,
}

/// Where an interview is, in one line: the room, where that is, and what else is said of the place.
#[must_use]
pub fn whereabouts(room: Option<&Room>, place: &str) -> String {
    let of_room = room.map(|room| [room.name.trim(), room.place.trim()]).unwrap_or_default();
    let mut parts: Vec<&str> = Vec::new();
    for part in of_room.into_iter().chain([place.trim()]) {
        if !part.is_empty() && !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_the_room_its_address_and_what_else_is_said_each_once() {
        let room = |name: &str, place: &str| Room {
            name: name.to_owned(),
            place: place.to_owned(),
            ..Room::default()
        };
        assert_eq!(whereabouts(None, " 1 Main Street "), "1 Main Street");
        assert_eq!(whereabouts(None, ""), "");
        let laurier = room("Laurier", "3rd floor");
        assert_eq!(whereabouts(Some(&laurier), ""), "Laurier, 3rd floor");
        assert_eq!(whereabouts(Some(&laurier), "Ask at the desk"), "Laurier, 3rd floor, Ask at the desk");
        assert_eq!(whereabouts(Some(&laurier), "3rd floor"), "Laurier, 3rd floor");
        assert_eq!(whereabouts(Some(&room("Laurier", "")), " "), "Laurier");
    }
}
