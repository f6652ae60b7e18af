//! The half-years over which the survey is summed up. They do not overlap and nothing is told before one is over, so that two
//! readings, subtracted from each other, give nothing that neither of them tells.

use std::fmt;
use std::str::FromStr;

use super::key::month;
use zumodra_shared::kernel::time::Millis;

/// The first month of the second half.
const SECOND_FROM: u32 = 7;
/// Digits of a year.
const YEAR_DIGITS: usize = 4;

/// A half-year, in UTC; as text `2026-H1` or `2026-H2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HalfYear {
    year: u32,
    is_second: bool,
}

impl HalfYear {
    /// The one that an instant is in.
    #[must_use]
    pub fn at(at: Millis) -> Self {
        let text = month(at);
        let (year, month) = text.split_once('-').unwrap_or_default();
        let month: u32 = month.parse().unwrap_or(1);
        Self { year: year.parse().unwrap_or_default(), is_second: month >= SECOND_FROM }
    }

    /// The one before.
    #[must_use]
    pub const fn before(self) -> Self {
        if self.is_second {
            Self { is_second: false, ..self }
        } else {
            Self { year: self.year.saturating_sub(1), is_second: true }
        }
    }
}

impl fmt::Display for HalfYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-H{}", self.year, if self.is_second { 2 } else { 1 })
    }
}

impl FromStr for HalfYear {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (year, half) = text.split_once("-H").ok_or(())?;
        if year.len() != YEAR_DIGITS || !year.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(());
        }
        let is_second = match half {
            "1" => false,
            "2" => true,
            _ => return Err(()),
        };
        Ok(Self { year: year.parse().map_err(drop)?, is_second })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zumodra_shared::kernel::time::DAY_MS;

    #[test]
    fn a_half_year_follows_the_one_before() {
        let january = 1_767_268_800_000;
        let first = HalfYear::at(january);
        assert_eq!(first.to_string(), "2026-H1");
        assert_eq!(HalfYear::at(january + 180 * DAY_MS).to_string(), "2026-H1", "the 30th of June");
        assert_eq!(HalfYear::at(january + 181 * DAY_MS).to_string(), "2026-H2");
        assert_eq!(HalfYear::at(january - 2 * DAY_MS), first.before());
        assert_eq!(first.before().to_string(), "2025-H2");
        assert!(first.before() < first && first.before().before() < first.before());
        assert_eq!("2025-H2".parse(), Ok(first.before()));
        for bad in [
            "", "2026", "2026-01", "2026-H", "2026-H3", "2026-H01", "26-H1", "+026-H1", "2026-h1", "2026-H1 ",
        ] {
            assert_eq!(bad.parse::<HalfYear>(), Err(()), "{bad}");
        }
    }
}
