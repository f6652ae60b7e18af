//! How often an alert may tell something.

use zumodra_shared::kernel::time::{DAY_MS, Millis};

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// As soon as there is something: at the next look, in one mail.
    AtOnce,
    /// Once a day.
    Daily,
    /// Once a week.
    Weekly,
}

impl Every {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::Daily, Self::Weekly];

    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
        }
    }

    /// Reads a name. What nobody chose is once a day.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|every| every.name() == name).unwrap_or(Self::Daily)
    }

    /// The least time between two mails.
    #[must_use]
    pub const fn ms(self) -> Millis {
        match self {
            Self::AtOnce => 0,
            Self::Daily => DAY_MS,
            Self::Weekly => 7 * DAY_MS,
        }
    }

    /// For how long a mail is worth being sent: at least a day, in which a mail server may be away.
    #[must_use]
    pub const fn worth_ms(self) -> Millis {
        match self {
            Self::AtOnce | Self::Daily => DAY_MS,
            Self::Weekly => 7 * DAY_MS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_chose_is_once_a_day() {
        for every in Every::ALL {
            assert_eq!(Every::of(every.name()), every);
        }
        assert_eq!([Every::of(""), Every::of("hourly")], [Every::Daily; 2]);
    }
}
