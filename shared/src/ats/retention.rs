//! How long candidates are kept, and who is due for deletion. Nothing here deletes anybody: people decide.
//!
//! A date of somebody's own says everything about them. Without one, the workspace's period runs from the day on which
//! their last application ended, or on which they were added where they never applied. Nobody is due while an application
//! is open, nor once one led to a hire: other rules hold for who works here.

use serde::Serialize;

use super::StageKind;
use crate::kernel::Date;
use crate::kernel::time::{Millis, is_date};

/// What became of all applications of somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Applications {
    /// There were none.
    #[default]
    None,
    /// The last one ended at this instant.
    Ended(Millis),
    /// One is open, or led to a hire.
    Lasting,
}

impl Applications {
    /// What became of one, which has been in its stage since an instant.
    #[must_use]
    pub const fn of(stage: StageKind, since: Millis) -> Self {
        match stage {
            StageKind::Rejected | StageKind::Withdrawn => Self::Ended(since),
            StageKind::New
            | StageKind::Screening
            | StageKind::Assessment
            | StageKind::Interview
            | StageKind::Reference
            | StageKind::Offer
            | StageKind::Hired
            | StageKind::OnHold
            | StageKind::Unknown => Self::Lasting,
        }
    }

    /// What became of these and of others.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Lasting, _) | (_, Self::Lasting) => Self::Lasting,
            (Self::None, one) | (one, Self::None) => one,
            (Self::Ended(one), Self::Ended(other)) => Self::Ended(one.max(other)),
        }
    }
}

/// What decides how long somebody is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// The day on which their data has to go, where they have one of their own.
    pub until: Option<Date>,
    /// When they were added.
    pub added_at: Millis,
    /// What became of their applications.
    pub applications: Applications,
}

/// Why somebody is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A date of their own has come.
    Date,
    /// The period is over that began when their last application ended.
    Ended,
    /// The period is over that began when they were added; they never applied.
    NeverApplied,
}

/// That somebody is due, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// Why.
    pub reason: Reason,
    /// The day on which the period began; none for a date of their own.
    pub from: Option<Date>,
    /// The day from which on they are due.
    pub since: Date,
}

/// Whether somebody is due on a day, in a workspace that keeps people for so many months; 0 is no period.
#[must_use]
pub fn due(kept: &Kept, months: i64, today: &Date) -> Option<Due> {
    if let Some(until) = kept.until.as_ref().filter(|day| is_date(&day.0)) {
        let own = Due { reason: Reason::Date, from: None, since: until.clone() };
        return (until <= today).then_some(own);
    }
    let (reason, began) = match kept.applications {
        _ if months <= 0 => return None,
        Applications::Lasting => return None,
        Applications::Ended(at) => (Reason::Ended, at),
        Applications::None => (Reason::NeverApplied, kept.added_at),
    };
    let from = Date::of(began)?;
    let since = from.after_months(months)?;
    (since <= *today).then_some(Due { reason, from: Some(from), since })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::limits::MAX_RETENTION_MONTHS;
    use crate::kernel::time::DAY_MS;

    fn day(text: &str) -> Date {
        Date(text.to_owned())
    }

    /// The instant at which a day begins.
    fn at(text: &str) -> Millis {
        day(text).start_ms().expect("a day")
    }

    fn ended(text: &str) -> Kept {
        Kept { applications: Applications::Ended(at(text)), ..Kept::default() }
    }

    #[test]
    fn a_date_of_ones_own_decides_whatever_the_period() {
        for applications in [Applications::None, Applications::Ended(0), Applications::Lasting] {
            let kept = Kept { until: Some(day("2026-11-22")), added_at: 0, applications };
            for months in [0, 1, MAX_RETENTION_MONTHS] {
                assert_eq!(due(&kept, months, &day("2026-11-21")), None);
                let since = Due { reason: Reason::Date, from: None, since: day("2026-11-22") };
                assert_eq!(due(&kept, months, &day("2026-11-22")), Some(since));
            }
        }
    }

    #[test]
    fn a_date_that_is_none_counts_as_not_said() {
        let kept = Kept { until: Some(day("0")), ..ended("2024-01-31") };
        assert_eq!(due(&kept, 0, &day("2026-11-22")), None);
        assert_eq!(due(&kept, 1, &day("2026-11-22")).map(|due| due.reason), Some(Reason::Ended));
    }

    #[test]
    fn a_period_runs_in_months_to_its_last_day() {
        let kept = ended("2024-01-31");
        assert_eq!(due(&kept, 1, &day("2024-02-28")), None);
        let since = Due { reason: Reason::Ended, from: Some(day("2024-01-31")), since: day("2024-02-29") };
        assert_eq!(due(&kept, 1, &day("2024-02-29")), Some(since));
        assert_eq!(due(&kept, 0, &day("2099-01-01")), None, "there is no period");
        let never = Kept { added_at: at("2024-01-31") + DAY_MS - 1, ..Kept::default() };
        let since =
            Due { reason: Reason::NeverApplied, from: Some(day("2024-01-31")), since: day("2026-01-31") };
        assert_eq!(due(&never, 24, &day("2026-01-31")), Some(since));
    }

    #[test]
    fn who_is_considered_or_was_hired_is_not_due() {
        for stage in
            ["new", "screening", "assessment", "interview", "reference", "offer", "hired", "on_hold", "newer"]
        {
            let one = Applications::of(StageKind::from_name(stage), 0);
            let kept = Kept { applications: one.and(Applications::Ended(0)), ..Kept::default() };
            assert_eq!(due(&kept, 1, &day("2026-11-22")), None, "{stage}");
        }
        for stage in ["rejected", "withdrawn"] {
            assert_eq!(Applications::of(StageKind::from_name(stage), 7), Applications::Ended(7), "{stage}");
        }
    }

    fn some_applications() -> impl Strategy<Value = Applications> {
        prop_oneof![
            Just(Applications::None),
            Just(Applications::Lasting),
            (0..4_000_000_000_000_i64).prop_map(Applications::Ended),
        ]
    }

    proptest! {
        /// In whatever order the applications are read, it comes to the same.
        #[test]
        fn the_order_of_applications_says_nothing(
            a in some_applications(), b in some_applications(), c in some_applications(),
        ) {
            prop_assert_eq!(a.and(b), b.and(a));
            prop_assert_eq!(a.and(b).and(c), a.and(b.and(c)));
            prop_assert_eq!(a.and(Applications::None), a);
        }

        /// A longer period, a later end and an earlier day make nobody due who was not.
        #[test]
        fn nobody_is_due_sooner_for_being_kept_longer(
            applications in some_applications(), added_at in 0..4_000_000_000_000_i64, today in 0..4_000_000_000_000_i64,
            months in 1..=MAX_RETENTION_MONTHS, more in 0..24_i64, later in 0..4_000_i64,
        ) {
            let kept = Kept { until: None, added_at, applications };
            let now = Date::of(today).expect("a day");
            if due(&kept, months, &now).is_none() {
                prop_assert_eq!(due(&kept, months + more, &now), None);
                let earlier = Date::of(today.saturating_sub(later * DAY_MS)).expect("a day");
                prop_assert_eq!(due(&kept, months, &earlier), None);
                let at = Applications::Ended(today);
                let applied_since = Kept { applications: applications.and(at), ..kept };
                prop_assert_eq!(due(&applied_since, months, &now), None);
            }
        }

        /// Whoever wrote the instant: it is a day or it is not, and nothing panics.
        #[test]
        fn no_instant_is_too_strange(added_at in any::<i64>(), months in any::<i64>()) {
            let kept = Kept { added_at, ..Kept::default() };
            let _ = due(&kept, months, &day("2026-11-22"));
        }
    }
}
