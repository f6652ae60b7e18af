//! Time: the wall clock for people, a clock that only goes forward for the session and for the offline grace.

use std::sync::Mutex;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Time as this process knows it.
#[derive(Debug)]
pub struct Clock {
    started: Instant,
    /// An instant that is known to have been reached, and when (by the steady clock) that was learned.
    floor: Mutex<(i64, i64)>,
}

impl Default for Clock {
    fn default() -> Self {
        Self { started: Instant::now(), floor: Mutex::new((0, 0)) }
    }
}

impl Clock {
    /// Milliseconds since this process started; never goes back.
    #[must_use]
    pub fn steady(&self) -> i64 {
        i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// Milliseconds since 1970 by the machine's clock.
    #[must_use]
    pub fn wall(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    /// Milliseconds since 1970, and never before what is known to have been reached: setting the clock back gains
    /// nothing.
    #[must_use]
    pub fn now(&self) -> i64 {
        let (reached, at) = *self.floor.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.wall().max(reached + (self.steady() - at))
    }

    /// Learns that an instant has been reached.
    pub fn reached(&self, instant: i64) {
        let steady = self.steady();
        let mut floor = self.floor.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if instant > floor.0 + (steady - floor.1) {
            *floor = (instant, steady);
        }
    }

    /// Forgets what was reached, because a sign-in has just told the truth.
    pub fn reset(&self) {
        *self.floor.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use zumodra_shared::kernel::time::DAY_MS;

    use super::*;

    #[test]
    fn a_clock_that_is_set_back_gains_nothing() {
        let clock = Clock::default();
        let future = clock.wall() + 30 * DAY_MS;
        clock.reached(future);
        assert!(clock.now() >= future);
        clock.reached(5);
        assert!(clock.now() >= future);
        clock.reset();
        assert!(clock.now() < future);
    }
}
