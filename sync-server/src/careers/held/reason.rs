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

    /// How long it is kept: what most likely is no person's for less.
    #[must_use]
    pub const fn kept_ms(self) -> Millis {
        match self {
            Self::Honeypot | Self::Fast | Self::Unproven | Self::Rate => HELD_DOUBT_MS,
            Self::Duplicate | Self::Failed => HELD_PERSON_MS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_known_by_its_name() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_name(reason.name()), Some(reason));
            assert!(["spam", "refused", "duplicate", "error"].contains(&reason.state()));
        }
        assert_eq!(Reason::from_name(""), None);
    }
}
