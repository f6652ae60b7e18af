//! A workspace's own list of reasons: why people are turned down, and why they step back.
//!
//! An application keeps the words that were chosen, whatever becomes of the list, and points to the entry beside them so
//! that reasons can be counted although one was called otherwise later. The list offers; words of one's own stay possible.

use serde::{Deserialize, Serialize};

use super::MailTemplate;
use crate::choice;
use crate::kernel::Id;
use crate::schema::Entity;

/// The most reasons of a workspace that a form offers.
pub const MAX_REASONS: usize = 200;

choice! {
    /// The two ends at which somebody asks why.
    pub enum ReasonEnd {
        /// The workspace turned the candidate down.
        Rejected = "rejected",
        /// The candidate stepped back.
        Withdrawn = "withdrawn",
    }
}

/// A reason that is offered when an application ends without a hire.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "rejection_reasons", code = 29, title = "name")]
pub struct RejectionReason {
    /// What it says, and what an application is given as its reason.
    #[field(required, max = 200, search)]
    pub name: String,
    /// At which end it is offered.
    pub end: ReasonEnd,
    /// The e-mail that is offered with it, if one is.
    pub email_template_id: Option<Id<MailTemplate>>,
    /// Its place among the others: the smallest comes first.
    #[field(min = 0, max = 10_000)]
    pub place: i64,
    /// Whether it is put away: it is not offered any more, and applications that were given it keep it.
    pub is_retired: bool,
}

/// A reason to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandardReason {
    /// By which it is told from the others, in its record's id.
    pub key: &'static str,
    /// At which end it is offered.
    pub end: ReasonEnd,
    /// What it says in English.
    pub en: &'static str,
    /// The same in French.
    pub fr: &'static str,
}

const fn rejected(key: &'static str, en: &'static str, fr: &'static str) -> StandardReason {
    StandardReason { key, end: ReasonEnd::Rejected, en, fr }
}

const fn withdrawn(key: &'static str, en: &'static str, fr: &'static str) -> StandardReason {
    StandardReason { key, end: ReasonEnd::Withdrawn, en, fr }
}

/// What a workspace starts with, in order.
pub const STANDARD_REASONS: &[StandardReason] = &[
    rejected("experience", "Experience does not fit", "L’expérience ne correspond pas"),
    rejected("skills", "Skills are missing", "Des compétences manquent"),
    rejected("pay", "Salary expectations too far apart", "Attentes salariales trop éloignées"),
    rejected("others", "Others were closer to what is needed", "D’autres correspondaient mieux"),
    rejected("permit", "No permit to work here", "Pas d’autorisation de travail ici"),
    rejected("place", "Place of work does not fit", "Le lieu de travail ne convient pas"),
    rejected("filled", "The position is taken", "Le poste est pourvu"),
    rejected("silence", "No answer from the candidate", "La personne ne répond pas"),
    withdrawn("other job", "Took another job", "A accepté un autre poste"),
    withdrawn("their pay", "Pay was not enough", "La rémunération ne suffisait pas"),
    withdrawn("too slow", "It took us too long", "Notre processus était trop long"),
    withdrawn("stays", "Stays where they are", "Reste dans son poste actuel"),
    withdrawn("private", "Private reasons", "Raisons personnelles"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reasons_to_begin_with_are_told_apart_and_fit_into_an_application() {
        for (at, reason) in STANDARD_REASONS.iter().enumerate() {
            for other in &STANDARD_REASONS[..at] {
                assert!(
                    other.key != reason.key && other.en != reason.en && other.fr != reason.fr,
                    "{}",
                    reason.key
                );
            }
            for text in [reason.en, reason.fr] {
                assert!((1..=200).contains(&text.chars().count()), "{text}");
            }
        }
        for end in [ReasonEnd::Rejected, ReasonEnd::Withdrawn] {
            assert!(STANDARD_REASONS.iter().any(|reason| reason.end == end));
        }
    }
}
