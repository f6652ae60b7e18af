//! How many forms arrive at a workspace's career pages, from everywhere. When it is more than people send, each form is
//! asked for a proof of work, or for patience.
//!
//! Counted in memory, per node: several nodes each see their part.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

use crate::config::Rate;
use crate::limits::MAX_CACHE_ENTRIES;

/// The forms of one period and of the one before it.
#[derive(Debug, Clone, Copy, Default)]
struct Window {
    start: Millis,
    count: f64,
    before: f64,
}

impl Window {
    /// The window as it is now.
    fn at(self, now: Millis, period: Millis) -> Self {
        match now - self.start {
            age if (0..period).contains(&age) => self,
            age if (period..2 * period).contains(&age) => {
                Self { start: self.start + period, count: 0.0, before: self.count }
            }
            _ => Self { start: now, count: 0.0, before: 0.0 },
        }
    }

    /// The forms of the last period, as if those of the period before had come evenly.
    fn last(self, now: Millis, period: Millis) -> f64 {
        let left = 1.0 - (now - self.start) as f64 / period as f64;
        self.before * left.clamp(0.0, 1.0) + self.count
    }
}

/// The forms that arrive at each workspace.
#[derive(Debug, Default)]
pub struct Pressure {
    windows: Mutex<HashMap<RecordId, Window>>,
}

fn period_ms(rate: Rate) -> Millis {
    Millis::try_from(rate.period.as_millis()).unwrap_or(Millis::MAX / 4).max(1)
}

impl Pressure {
    /// Counts a form that arrived.
    pub fn count(&self, tenant_id: RecordId, now: Millis, alarm: Rate) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MAX_CACHE_ENTRIES && !windows.contains_key(&tenant_id) {
            windows.clear();
        }
        let window = windows.entry(tenant_id).or_default();
        *window = window.at(now, period_ms(alarm));
        window.count += 1.0;
    }

    /// Whether more forms arrived in the last period than people send.
    #[must_use]
    pub fn is_high(&self, tenant_id: RecordId, now: Millis, alarm: Rate) -> bool {
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let period = period_ms(alarm);
        windows
            .get(&tenant_id)
            .is_some_and(|window| window.at(now, period).last(now, period) > f64::from(alarm.count.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pressure_is_high_beyond_the_rate_and_goes_down_with_time() {
        let alarm = Rate::try_from("10/minute".to_owned()).expect("a rate");
        let (pressure, tenant) = (Pressure::default(), RecordId::from_u128(1));
        let start = 50_000_000;
        for _ in 0..10 {
            pressure.count(tenant, start, alarm);
        }
        assert!(!pressure.is_high(tenant, start, alarm), "as many as people may send");
        pressure.count(tenant, start + 1_000, alarm);
        assert!(pressure.is_high(tenant, start + 1_000, alarm));
        assert!(!pressure.is_high(RecordId::from_u128(2), start + 1_000, alarm), "another workspace");
        assert!(pressure.is_high(tenant, start + 59_900, alarm), "within the minute");
        assert!(!pressure.is_high(tenant, start + 110_000, alarm), "most of them are old");
        assert!(!pressure.is_high(tenant, start + 10_000_000, alarm));
        assert!(!pressure.is_high(tenant, start - 1, alarm), "a clock that went back");
    }
}
