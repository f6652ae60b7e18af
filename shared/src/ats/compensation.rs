//! What an offer comes to beside its salary: parts of the pay with a name each, a share of the company as its numbers, and
//! the total of a year.
//!
//! A share of the company is never valued here: what it will be worth nobody knows, and a figure in a letter would be a promise.

use serde::{Deserialize, Serialize};

use super::{Offer, SalaryPeriod};
use crate::choice;
use crate::schema::Item;

/// Weeks of a year, as pay by the week or by the hour is counted.
const WEEKS: i64 = 52;
/// Minutes of an hour.
const MINUTES: i64 = 60;
/// Months of a year.
const MONTHS: i64 = 12;

choice! {
    /// What a share of the company is given as.
    pub enum EquityKind {
        /// The right to buy shares at a price that is set now.
        Options = "options",
        /// Shares that are given later.
        Rsu = "rsu",
        /// Shares bought for less, by a plan for everybody.
        Espp = "espp",
        /// Money by the worth of shares that are none.
        Phantom = "phantom",
        /// Something else, as the words beside say.
        Other = "other",
    }
}

choice! {
    /// How often a part of the pay is paid.
    pub enum PaidHow {
        /// Every year.
        Yearly = "yearly",
        /// Every month.
        Monthly = "monthly",
        /// One time, in the first year.
        Once = "once",
    }
}

/// A part of the pay beside salary and bonuses.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct PayComponent {
    /// What it is for.
    #[field(max = 100)]
    pub name: String,
    /// How much each time, in minor units of the offer's currency.
    #[field(min = 0, max = 1_000_000_000_000)]
    pub amount: i64,
    /// How often.
    pub paid: PaidHow,
    /// Whether it is paid whatever comes.
    pub guaranteed: bool,
}

impl PayComponent {
    /// What it comes to in the first year.
    #[must_use]
    pub const fn first_year(&self) -> i64 {
        match self.paid {
            PaidHow::Monthly => self.amount.saturating_mul(MONTHS),
            // What a newer version calls otherwise counts once: less would pass a rule about pay.
            PaidHow::Yearly | PaidHow::Once | PaidHow::Unknown => self.amount,
        }
    }

    /// What it comes to in every year after it.
    #[must_use]
    pub const fn usual_year(&self) -> i64 {
        match self.paid {
            PaidHow::Yearly | PaidHow::Monthly => self.first_year(),
            PaidHow::Once | PaidHow::Unknown => 0,
        }
    }
}

/// What an offer comes to in a whole year, in minor units, if everything goes as planned. A share of the company is not
/// counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// In the first year.
    pub first_year: i64,
    /// In a year after it.
    pub usual_year: i64,
}

impl Offer {
    /// What it comes to. None where the salary is not said, and where it is by the day or by the hour and nobody said for
    /// how many: a figure that is assumed is none to sign.
    #[must_use]
    pub fn total(&self) -> Option<Total> {
        let salary = self.salary_of_a_year()?;
        Some(Total {
            first_year: salary.saturating_add(self.beside_salary()),
            usual_year: self
                .components
                .0
                .iter()
                .map(|component| component.item.usual_year())
                .chain(self.bonus)
                .fold(salary, i64::saturating_add),
        })
    }

    /// The salary of a whole year, where it follows from what is said.
    #[must_use]
    pub fn salary_of_a_year(&self) -> Option<i64> {
        let salary = self.salary?;
        match self.period {
            SalaryPeriod::Yearly | SalaryPeriod::Monthly | SalaryPeriod::Weekly => {
                self.period.in_a_year(salary)
            }
            SalaryPeriod::Hourly => self
                .weekly_minutes
                .filter(|minutes| *minutes > 0)
                .map(|minutes| salary.saturating_mul(minutes).saturating_mul(WEEKS) / MINUTES),
            SalaryPeriod::Daily | SalaryPeriod::Unknown => None,
        }
    }

    /// What is paid in the first year beside the salary.
    #[must_use]
    pub fn beside_salary(&self) -> i64 {
        let components = self.components.0.iter().map(|component| component.item.first_year());
        components.chain(self.bonus).chain(self.signing_bonus).fold(0, i64::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Items, Named};

    fn part(paid: PaidHow, amount: i64) -> Named<PayComponent> {
        let item = PayComponent { name: "Car".to_owned(), amount, paid, guaranteed: true };
        Named { id: format!("{}-{amount}", paid.name()), item }
    }

    #[test]
    fn a_total_is_the_salary_the_bonuses_and_every_part_and_what_is_paid_once_is_of_the_first_year() {
        let offer = Offer {
            salary: Some(100),
            bonus: Some(10),
            signing_bonus: Some(1_000),
            components: Items(vec![
                part(PaidHow::Yearly, 5),
                part(PaidHow::Monthly, 2),
                part(PaidHow::Once, 300),
            ]),
            ..Offer::default()
        };
        assert_eq!(offer.total(), Some(Total { first_year: 1_439, usual_year: 139 }));
        let none = Offer { salary: None, ..offer };
        assert_eq!(none.total(), None, "without a salary there is no total");
        assert_eq!(none.beside_salary(), 1_339);
    }

    #[test]
    fn pay_by_the_hour_is_counted_by_the_hours_that_are_said_and_not_without_them() {
        let by = |period, weekly_minutes| {
            let offer = Offer { salary: Some(2_000), period, weekly_minutes, ..Offer::default() };
            offer.total().map(|total| total.usual_year)
        };
        assert_eq!(by(SalaryPeriod::Hourly, Some(2_250)), Some(3_900_000));
        assert_eq!(by(SalaryPeriod::Hourly, None), None);
        assert_eq!(by(SalaryPeriod::Hourly, Some(0)), None);
        assert_eq!(by(SalaryPeriod::Daily, Some(2_250)), None);
        assert_eq!(by(SalaryPeriod::Monthly, None), Some(24_000));
        assert_eq!(by(SalaryPeriod::Weekly, None), Some(104_000));
        assert_eq!(by(SalaryPeriod::Unknown, Some(2_250)), None);
    }

    #[test]
    fn amounts_beyond_everything_do_not_overflow() {
        let offer = Offer {
            salary: Some(i64::MAX),
            bonus: Some(i64::MAX),
            signing_bonus: Some(i64::MAX),
            components: Items(vec![part(PaidHow::Monthly, i64::MAX)]),
            ..Offer::default()
        };
        assert_eq!(offer.total(), Some(Total { first_year: i64::MAX, usual_year: i64::MAX }));
    }
}
