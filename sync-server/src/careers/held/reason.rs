//! Why a form was not taken.

use zumodra_shared::kernel::time::Millis;

use crate::limits::{HELD_DOUBT_MS, HELD_PERSON_MS};

/// Why a form was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A field was filled in that no person sees.
    Honeypot,
    /// It came faster than a person types.
    Fast,
    /// It brought neither a proof of work nor patience while too many came.
    Unproven,
    /// Too many came from its address.
    Rate,
    /// There is an open application for the same job with the same e-mail address.
    Duplicate,
    /// It could not become records.
    Failed,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 6] =
        [Self::Honeypot, Self::Fast, Self::Unproven, Self::Rate, Self::Duplicate, Self::Failed];

    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Honeypot => "honeypot",
            Self::Fast => "fast",
            Self::Unproven => "unproven",
            Self::Rate => "rate",
            Self::Duplicate => "duplicate",
            Self::Failed => "failed",
        }
    }

    /// Reads a stored name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// Why a form is kept that names no reason: a node of an earlier version kept it.
    #[must_use]
    pub fn of_state(state: &str) -> Self {
        match state {
            "spam" => Self::Honeypot,
            "refused" => Self::Fast,
            "duplicate" => Self::Duplicate,
            _ => Self::Failed,
        }
    }

    /// The state of what is not taken for this reason.
    #[must_use]
    pub const fn state(self) -> &'static str {
        match self {
            Self::Honeypot => "spam",
            Self::Fast | Self::Unproven | Self::Rate => "refused",
            Self::Duplicate => "duplicate",
            Self::Failed => "error",
        }
    }
}

/// The states of forms that were not taken, and how long what is in one is kept: what most likely is no person's for less.
pub const KEPT_MS: [(&str, Millis); 4] = [
    ("spam", HELD_DOUBT_MS),
    ("refused", HELD_DOUBT_MS),
    ("duplicate", HELD_PERSON_MS),
    ("error", HELD_PERSON_MS),
];

/// How long a form in a state is kept.
#[must_use]
pub fn kept_ms(state: &str) -> Millis {
    KEPT_MS.into_iter().find(|(name, _)| *name == state).map_or(HELD_PERSON_MS, |(_, kept_ms)| kept_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_known_by_its_name() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_name(reason.name()), Some(reason));
            assert!(KEPT_MS.iter().any(|(state, _)| *state == reason.state()));
            assert_eq!(Reason::of_state(reason.state()).state(), reason.state());
        }
        assert_eq!(Reason::from_name(""), None);
    }
}
