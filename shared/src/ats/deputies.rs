//! Who decides in somebody's place while they are away, and whose word somebody's agreement is.
//!
//! A member names a deputy for some days beside their working hours. Invariant: a deputy's word is noted with both names, is
//! one word for one step, and is never that of who wrote what is agreed to, nor of somebody who has a word of their own.

use std::collections::{BTreeMap, BTreeSet};

use super::WorkingHours;
use super::approval::Chain;
use super::rules::read;
use crate::kernel::RecordId;
use crate::kernel::time::{DAY_MS, HOUR_MS, Millis};
use crate::schema::Fields;

/// How much earlier than in UTC a day begins where it begins first.
const FIRST_ZONE_MS: Millis = 14 * HOUR_MS;
/// How much later than in UTC a day ends where it ends last.
const LAST_ZONE_MS: Millis = 12 * HOUR_MS;

/// Nobody is away.
pub static NO_DEPUTIES: Deputies = Deputies(BTreeMap::new());

/// Who stands in for whom at a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deputies(BTreeMap<RecordId, RecordId>);

/// A word that somebody gives: their own, or that of who named them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Whose it is.
    pub of: RecordId,
    /// Who gives it.
    pub by: RecordId,
}

impl From<RecordId> for Word {
    fn from(who: RecordId) -> Self {
        Self { of: who, by: who }
    }
}

impl Deputies {
    /// Reads the working hours of a workspace, each with when they were made, which must not be deleted ones. A day counts
    /// wherever on earth it is that day. Of several hours of one person those made last count, as everywhere.
    #[must_use]
    pub fn at<'h>(hours: impl IntoIterator<Item = (RecordId, Millis, &'h Fields)>, now: Millis) -> Self {
        let mut newest: BTreeMap<RecordId, ((Millis, RecordId), WorkingHours)> = BTreeMap::new();
        for (id, created_at, fields) in hours {
            let Some(hours) = read::<WorkingHours>(fields) else { continue };
            let Some(of) = hours.member_id.as_ref().map(|member| member.record()) else { continue };
            if newest.get(&of).is_none_or(|(known, _)| *known < (created_at, id)) {
                newest.insert(of, ((created_at, id), hours));
            }
        }
        let in_force = newest.into_iter().filter_map(|(of, (_, hours))| {
            let deputy = hours.deputy_id.as_ref()?.record();
            let from = hours.deputy_from.as_ref()?.start_ms()?.saturating_sub(FIRST_ZONE_MS);
            let until = hours.deputy_until.as_ref()?.start_ms()?.saturating_add(DAY_MS + LAST_ZONE_MS);
            (deputy != of && (from..until).contains(&now)).then_some((of, deputy))
        });
        Self(in_force.collect())
    }

    /// Who stands in for somebody.
    #[must_use]
    pub fn of(&self, who: RecordId) -> Option<RecordId> {
        self.0.get(&who).copied()
    }

    /// For whom somebody stands in.
    pub fn stands_for(&self, who: RecordId) -> impl Iterator<Item = RecordId> {
        self.0.iter().filter(move |(_, deputy)| **deputy == who).map(|(of, _)| *of)
    }
}

/// What is agreed to, and who has said what to it.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Who has to agree by the workspace's rules.
    pub chain: Chain,
    /// Who is named beside the rules.
    pub named: BTreeSet<RecordId>,
    /// Who of these did not agree yet.
    pub awaited: BTreeSet<RecordId>,
    /// Who gave a word, their own or another's.
    pub spoke: BTreeSet<RecordId>,
    /// Who wrote it, and who asks.
    pub authors: BTreeSet<RecordId>,
}

impl Asked {
    /// Whether somebody is named, whoever's turn it is.
    #[must_use]
    pub fn names(&self, who: RecordId) -> bool {
        self.named.contains(&who) || self.chain.names(who)
    }

    /// Whether somebody's own word is asked for now.
    #[must_use]
    pub fn asks(&self, who: RecordId) -> bool {
        self.awaited.contains(&who) || self.chain.asks(who)
    }

    /// The word that somebody can give now as a deputy. Who is named has their own and no other, who spoke has spoken, and
    /// who wrote it is not asked what they think of it.
    #[must_use]
    pub fn in_place(&self, who: RecordId, deputies: &Deputies) -> Option<Word> {
        let may = !self.names(who) && !self.spoke.contains(&who) && !self.authors.contains(&who);
        let mut of = deputies.stands_for(who).filter(|of| may && self.asks(*of));
        of.next().map(|of| Word { of, by: who })
    }

    /// The word that somebody can give now: their own before another's.
    #[must_use]
    pub fn word(&self, who: RecordId, deputies: &Deputies) -> Option<Word> {
        if self.asks(who) { Some(who.into()) } else { self.in_place(who, deputies) }
    }

    /// The word with which somebody can stop it, whoever's turn it is: who is named, or stands in for one who is and did not
    /// write it.
    #[must_use]
    pub fn returning(&self, who: RecordId, deputies: &Deputies) -> Option<Word> {
        if self.names(who) {
            return Some(who.into());
        }
        let mut of = deputies.stands_for(who).filter(|of| !self.authors.contains(&who) && self.names(*of));
        of.next().map(|of| Word { of, by: who })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::Entity as _;

    /// Noon of 2026-06-10 in UTC.
    const NOW: Millis = 1_781_092_800_000;

    fn id(number: u128) -> RecordId {
        RecordId::from_u128(number)
    }

    fn away(of: u128, deputy: u128, from: &str, until: &str) -> Fields {
        let mut hours = WorkingHours::DEF.defaults();
        let values = json!({
            "member_id": id(of), "zone": "UTC", "deputy_id": id(deputy), "deputy_from": from, "deputy_until": until,
        });
        hours.extend(values.as_object().cloned().expect("fields"));
        hours
    }

    #[test]
    fn somebody_stands_in_on_the_days_that_are_named_wherever_on_earth_it_is_that_day() {
        let at = |from: &str, until: &str, now| {
            let hours = away(5, 6, from, until);
            Deputies::at([(id(1), NOW, &hours)], now).of(id(5))
        };
        assert_eq!(at("2026-06-10", "2026-06-10", NOW), Some(id(6)));
        assert_eq!(at("2026-06-11", "2026-06-12", NOW), Some(id(6)), "it is the 11th already in Kiritimati");
        assert_eq!(at("2026-06-11", "2026-06-12", NOW - 3 * HOUR_MS), None);
        assert_eq!(
            at("2026-06-01", "2026-06-09", NOW - 1),
            Some(id(6)),
            "it is still the 9th on Baker Island"
        );
        assert_eq!(at("2026-06-01", "2026-06-09", NOW), None);
        assert_eq!(at("", "2026-06-12", NOW), None, "without a first day there is none");
        let own = away(5, 5, "2026-06-10", "2026-06-10");
        assert_eq!(Deputies::at([(id(1), NOW, &own)], NOW).of(id(5)), None, "nobody is their own deputy");
    }

    #[test]
    fn of_several_hours_of_one_person_those_made_last_count() {
        let (old, new) = (away(5, 6, "2026-06-10", "2026-06-10"), away(5, 7, "2026-06-10", "2026-06-10"));
        let of = |hours: [(RecordId, Millis, &Fields); 2]| Deputies::at(hours, NOW).of(id(5));
        assert_eq!(of([(id(1), NOW, &new), (id(2), NOW - 1, &old)]), Some(id(7)), "whatever their ids");
        assert_eq!(of([(id(2), NOW - 1, &old), (id(1), NOW, &new)]), Some(id(7)), "in any order");
        let deputies = Deputies::at([(id(2), NOW, &new), (id(1), NOW, &old)], NOW);
        assert_eq!(deputies.of(id(5)), Some(id(7)), "of those made at once the one with the greater id");
        assert_eq!(deputies.stands_for(id(7)).collect::<Vec<_>>(), [id(5)]);
    }

    #[test]
    fn a_deputy_has_one_word_and_neither_their_own_beside_it_nor_one_on_what_they_wrote() {
        let hours = away(5, 6, "2026-06-10", "2026-06-10");
        let deputies = Deputies::at([(id(1), NOW, &hours)], NOW);
        let asked = Asked { named: [id(5)].into(), awaited: [id(5)].into(), ..Asked::default() };
        assert_eq!(asked.word(id(6), &deputies), Some(Word { of: id(5), by: id(6) }));
        assert_eq!(asked.word(id(5), &deputies), Some(id(5).into()), "who is away may still say it");
        assert_eq!(asked.word(id(7), &deputies), None);
        assert_eq!(asked.returning(id(6), &deputies), Some(Word { of: id(5), by: id(6) }));
        assert_eq!(asked.returning(id(7), &deputies), None);
        for refused in [
            Asked { spoke: [id(6)].into(), ..asked.clone() },
            Asked { named: [id(5), id(6)].into(), ..asked.clone() },
            Asked { authors: [id(6)].into(), ..asked.clone() },
            Asked { awaited: BTreeSet::new(), ..asked.clone() },
        ] {
            assert_eq!(refused.word(id(6), &deputies), None);
        }
        let wrote = Asked { authors: [id(6)].into(), ..asked };
        assert_eq!(wrote.returning(id(6), &deputies), None);
    }
}
