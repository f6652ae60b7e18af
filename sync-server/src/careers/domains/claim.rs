//! What becomes of a claim when the DNS was asked: a pure function of the claim, the answer and the time.

use serde::Serialize;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use super::host::PROOF_LABEL;
use crate::limits::{
    DOMAIN_GIVE_UP_MS, DOMAIN_GRACE_MS, DOMAIN_MISSING_WAIT_MS, DOMAIN_RECHECK_MS, DOMAIN_WAIT_MAX_MS,
    DOMAIN_WAIT_MS, DOMAIN_WARN_MS,
};

/// What stands before the token in the DNS.
const PROOF: &str = "zumodra-verification=";

/// Where a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Its text was not found yet.
    Waiting,
    /// Its text was found: the host leads to the workspace.
    Verified,
    /// Its text was there and is gone: the host leads nowhere.
    Lost,
}

impl State {
    const ALL: [Self; 3] = [Self::Waiting, Self::Verified, Self::Lost];

    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Verified => "verified",
            Self::Lost => "lost",
        }
    }

    /// Reads a stored name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What was seen when the DNS was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// The text.
    Found,
    /// No text at all.
    Absent,
    /// Other texts.
    Other,
    /// Nothing that could be believed: nobody answered, or in error.
    Silent,
    /// The text, while the host is another workspace's.
    Taken,
}

impl Seen {
    const ALL: [Self; 5] = [Self::Found, Self::Absent, Self::Other, Self::Silent, Self::Taken];

    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Absent => "absent",
            Self::Other => "other",
            Self::Silent => "silent",
            Self::Taken => "taken",
        }
    }

    /// Reads a stored name; none for a claim that was never looked for.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|seen| seen.name() == name)
    }
}

/// What the DNS says of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Of the text that proves the claim.
    pub seen: Seen,
    /// Whether the host leads to this installation; none where that could not be learnt.
    pub points_here: Option<bool>,
}

/// What the owners are to be told of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The text is gone, and the host will lead nowhere from this moment on.
    Missing {
        /// That moment.
        ends_at: Millis,
    },
    /// The host leads nowhere any more.
    Lost,
}

/// A workspace's claim on a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its id.
    pub id: RecordId,
    /// Whose it is.
    pub tenant_id: RecordId,
    /// The host.
    pub host: String,
    /// What the text in the DNS names.
    pub token: String,
    /// Where it stands.
    pub state: State,
    /// Whether the operator of the installation vouches for it: then the DNS is not asked.
    pub is_vouched: bool,
    /// Whether the host leads here.
    pub points_here: bool,
    /// What was seen last.
    pub seen: Option<Seen>,
    /// Looks without success since it was claimed or lost.
    pub tries: i32,
    /// When it was claimed.
    pub created_at: Millis,
    /// When the DNS was asked last.
    pub checked_at: Option<Millis>,
    /// When it was verified.
    pub verified_at: Option<Millis>,
    /// Since when the text of a verified host is gone.
    pub missing_since: Option<Millis>,
    /// When the DNS is asked next; none for not by itself.
    pub next_check_at: Option<Millis>,
}

impl Claim {
    /// The name in the DNS at which the text is looked for.
    #[must_use]
    pub fn proof_name(&self) -> String {
        format!("{PROOF_LABEL}.{}", self.host)
    }

    /// The text that is looked for.
    #[must_use]
    pub fn proof(&self) -> String {
        format!("{PROOF}{}", self.token)
    }

    /// The moment from which on a host whose text is gone leads nowhere.
    #[must_use]
    pub fn ends_at(&self) -> Option<Millis> {
        let is_verified = self.state == State::Verified;
        self.missing_since.filter(|_| is_verified).map(|since| since + DOMAIN_GRACE_MS)
    }

    /// The claim as it stands after an answer. `taken` says that the host is another workspace's.
    #[must_use]
    pub fn after(&self, answer: Answer, taken: bool, now: Millis) -> Self {
        let seen = if taken && answer.seen == Seen::Found { Seen::Taken } else { answer.seen };
        let asked = Self {
            seen: Some(seen),
            points_here: answer.points_here.unwrap_or(self.points_here),
            checked_at: Some(now),
            ..self.clone()
        };
        match (self.state, seen) {
            (state, Seen::Found) => Self {
                state: State::Verified,
                verified_at: self.verified_at.filter(|_| state == State::Verified).or(Some(now)),
                missing_since: None,
                tries: 0,
                next_check_at: Some(now + DOMAIN_RECHECK_MS),
                ..asked
            },
            // Nobody says that the text is gone.
            (State::Verified, Seen::Silent | Seen::Taken) => {
                Self { next_check_at: Some(now + DOMAIN_MISSING_WAIT_MS), ..asked }
            }
            (State::Verified, Seen::Absent | Seen::Other) => {
                let since = self.missing_since.unwrap_or(now);
                let missing = Self { missing_since: Some(since), ..asked };
                if now - since < DOMAIN_GRACE_MS {
                    Self { next_check_at: Some(now + DOMAIN_MISSING_WAIT_MS), ..missing }
                } else {
                    Self { state: State::Lost, tries: 0, ..missing }.waits(now)
                }
            }
            (State::Waiting | State::Lost, _) => asked.waits(now),
        }
    }

    /// Waits for longer after each look, and at last until somebody asks.
    fn waits(self, now: Millis) -> Self {
        let began = self.missing_since.map_or(self.created_at, |since| since + DOMAIN_GRACE_MS);
        let wait = (DOMAIN_WAIT_MS << self.tries.clamp(0, 20)).min(DOMAIN_WAIT_MAX_MS);
        let next = (now - began < DOMAIN_GIVE_UP_MS).then_some(now + wait);
        Self { tries: self.tries.saturating_add(1), next_check_at: next, ..self }
    }

    /// What the owners are to be told, if something is wrong for long enough.
    #[must_use]
    pub fn notice(&self, now: Millis) -> Option<Notice> {
        let since = self.missing_since?;
        match self.state {
            State::Waiting => None,
            State::Verified => {
                let is_long = now - since >= DOMAIN_WARN_MS;
                is_long.then_some(Notice::Missing { ends_at: since + DOMAIN_GRACE_MS })
            }
            State::Lost => Some(Notice::Lost),
        }
    }

    /// Whether other pages are served, or named, than before.
    #[must_use]
    pub fn serves_otherwise(&self, before: &Self) -> bool {
        (self.state == State::Verified, self.points_here)
            != (before.state == State::Verified, before.points_here)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use zumodra_shared::kernel::time::{DAY_MS, HOUR_MS};

    use super::*;

    const NOW: Millis = 1_000 * DAY_MS;

    fn claim() -> Claim {
        Claim {
            id: RecordId::from_u128(1),
            tenant_id: RecordId::from_u128(2),
            host: "jobs.acme.test".into(),
            token: "t".into(),
            state: State::Waiting,
            is_vouched: false,
            points_here: false,
            seen: None,
            tries: 0,
            created_at: NOW,
            checked_at: None,
            verified_at: None,
            missing_since: None,
            next_check_at: Some(NOW),
        }
    }

    fn says(seen: Seen) -> Answer {
        Answer { seen, points_here: None }
    }

    #[test]
    fn a_claim_waits_for_longer_and_longer_until_it_is_given_up() {
        let (mut claim, mut now, mut waits) = (claim(), NOW, Vec::new());
        while let Some(next) = claim.next_check_at {
            waits.push(next - now);
            now = next;
            claim = claim.after(says(Seen::Absent), false, now);
            assert_eq!(claim.state, State::Waiting);
        }
        assert_eq!(waits[..3], [0, DOMAIN_WAIT_MS, 2 * DOMAIN_WAIT_MS]);
        assert_eq!(waits.last(), Some(&DOMAIN_WAIT_MAX_MS));
        assert!(now - NOW >= DOMAIN_GIVE_UP_MS);
        // Whoever asks then is answered, and it is looked for again from then on.
        let found = claim.after(says(Seen::Found), false, now);
        assert_eq!((found.state, found.next_check_at), (State::Verified, Some(now + DOMAIN_RECHECK_MS)));
    }

    #[test]
    fn a_verified_host_is_lost_days_after_its_text_is_gone_and_comes_back_with_it() {
        let verified = claim().after(Answer { seen: Seen::Found, points_here: Some(true) }, false, NOW);
        assert_eq!((verified.state, verified.points_here), (State::Verified, true));
        let day = |days: Millis| NOW + days * DAY_MS;
        let missing = verified.after(says(Seen::Absent), false, day(1));
        assert_eq!((missing.state, missing.missing_since), (State::Verified, Some(day(1))));
        assert_eq!(missing.ends_at(), Some(day(1) + DOMAIN_GRACE_MS));
        assert_eq!(missing.notice(day(1)), None, "it may be a matter of minutes");
        let still = missing.after(says(Seen::Other), false, day(2));
        assert_eq!(still.notice(day(2)), Some(Notice::Missing { ends_at: day(1) + DOMAIN_GRACE_MS }));
        let back = still.after(says(Seen::Found), false, day(3));
        assert_eq!((back.missing_since, back.verified_at), (None, Some(NOW)));
        let lost = still.after(says(Seen::Absent), false, day(1) + DOMAIN_GRACE_MS);
        assert_eq!((lost.state, lost.notice(day(9))), (State::Lost, Some(Notice::Lost)));
        assert!(lost.serves_otherwise(&still) && !still.serves_otherwise(&missing));
        let again = lost.after(says(Seen::Found), false, day(20));
        assert_eq!((again.state, again.verified_at), (State::Verified, Some(day(20))));
        assert_eq!(lost.after(says(Seen::Found), true, day(20)).state, State::Lost);
    }

    #[test]
    fn a_dns_that_does_not_answer_takes_nothing_away() {
        let verified = claim().after(Answer { seen: Seen::Found, points_here: Some(true) }, false, NOW);
        let mut silent = verified.clone();
        for hours in 1..=24 * 30 {
            silent = silent.after(says(Seen::Silent), false, NOW + hours * HOUR_MS);
        }
        assert_eq!((silent.state, silent.points_here), (State::Verified, true));
        assert_eq!((silent.missing_since, silent.seen), (None, Some(Seen::Silent)));
    }

    proptest! {
        #[test]
        fn only_the_text_itself_verifies_and_never_what_is_anothers(
            steps in prop::collection::vec((0..5usize, any::<bool>(), 0..40i64), 0..60),
        ) {
            let (mut claim, mut now) = (claim(), NOW);
            for (seen, taken, days) in steps {
                now += days * DAY_MS / 2;
                let before = claim.state;
                claim = claim.after(says(Seen::ALL[seen]), taken, now);
                if claim.state == State::Verified && before != State::Verified {
                    prop_assert!(Seen::ALL[seen] == Seen::Found && !taken);
                }
                prop_assert_eq!(claim.verified_at.is_some(), claim.state != State::Waiting);
                prop_assert!(claim.state != State::Verified || claim.next_check_at.is_some());
            }
        }
    }
}
