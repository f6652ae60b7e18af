//! How long something waits after a try that failed.

use zumodra_shared::kernel::time::Millis;

/// The share of a wait, in percent, by which it is shortened or prolonged, so that what failed together is not tried
/// together.
const JITTER_PERCENT: Millis = 25;

/// The wait after so many tries, of which each is twice the one before. `chance` is anything.
#[must_use]
pub fn wait_ms((first_ms, max_ms): (Millis, Millis), tries: i32, chance: u16) -> Millis {
    let doublings = u32::try_from(tries.saturating_sub(1)).unwrap_or_default().min(20);
    let wait = (first_ms << doublings).min(max_ms);
    let swing = wait * JITTER_PERCENT / 100;
    wait - swing + 2 * swing * Millis::from(chance) / Millis::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::limits::{MAIL_WAIT_MAX_MS, MAIL_WAIT_MS, MAX_MAIL_TRIES};

    const OF_MAIL: (Millis, Millis) = (MAIL_WAIT_MS, MAIL_WAIT_MAX_MS);

    #[test]
    fn waits_double_up_to_their_limit() {
        let middle = |tries| wait_ms(OF_MAIL, tries, u16::MAX / 2);
        let near = |found: Millis, wanted: Millis| (found - wanted).abs() <= wanted / 100;
        assert!(near(middle(1), MAIL_WAIT_MS) && near(middle(2), 2 * MAIL_WAIT_MS));
        assert!(near(middle(MAX_MAIL_TRIES), MAIL_WAIT_MAX_MS) && near(middle(i32::MAX), MAIL_WAIT_MAX_MS));
        // All tries together take days and not weeks: a server that is repaired within the week-end gets its mail.
        let all: Millis = (1..MAX_MAIL_TRIES).map(middle).sum();
        let days = all / zumodra_shared::kernel::time::DAY_MS;
        assert!((3..5).contains(&days), "{days}");
    }

    proptest! {
        #[test]
        fn a_wait_stays_within_its_swing(tries in i32::MIN..i32::MAX, chance: u16) {
            let wait = wait_ms(OF_MAIL, tries, chance);
            prop_assert!((MAIL_WAIT_MS * 3 / 4..=MAIL_WAIT_MAX_MS * 5 / 4).contains(&wait));
        }
    }
}
