//! What somebody who works here gets, from one day on.

use serde::{Deserialize, Serialize};

use super::Employee;
use crate::ats::{EquityKind, JobType, Offer, PayComponent, RemotePolicy, SalaryPeriod};
use crate::kernel::{Date, Id};
use crate::schema::{Entity, Items, RichText};

/// What somebody who works here gets, from one day on. Only the server writes it: by a hire, from the offer that was
/// accepted. Amounts are in minor units of the currency.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "contracts", code = 15, server, title = "title", within = "employee_id")]
pub struct Contract {
    /// Whose.
    #[field(required, immutable, index)]
    pub employee_id: Id<Employee>,
    /// The offer that it was made from.
    #[field(immutable, index)]
    pub offer_id: Option<Id<Offer>>,
    /// The version of that offer that was accepted.
    pub offer_version: i64,
    /// The first day that it is for.
    pub starts_on: Option<Date>,
    /// The last day, if it has one.
    pub ends_on: Option<Date>,
    /// What the position is called.
    #[field(max = 200)]
    pub title: String,
    /// The department or team, as the letter names it.
    #[field(max = 200)]
    pub department: String,
    /// The form of employment.
    pub employment: JobType,
    /// The time of work in a week, in minutes.
    #[field(min = 0, max = 10_080)]
    pub weekly_minutes: Option<i64>,
    /// The salary.
    pub salary: Option<i64>,
    /// The currency of every amount, by its ISO 4217 code.
    #[field(max = 3)]
    pub currency: String,
    /// What the salary is per.
    pub period: SalaryPeriod,
    /// A bonus a year, if everything goes as planned.
    pub bonus: Option<i64>,
    /// A bonus for signing, once.
    pub signing_bonus: Option<i64>,
    /// A share of the company, in words.
    #[field(max = 500)]
    pub equity: String,
    /// What a share of the company is given as, if there is one.
    pub equity_kind: Option<EquityKind>,
    /// How many shares.
    #[field(min = 0, max = 1_000_000_000_000)]
    pub equity_shares: Option<i64>,
    /// Months until all of them are the person's.
    #[field(min = 0, max = 240)]
    pub vesting_months: Option<i64>,
    /// Months before the first of them are.
    #[field(min = 0, max = 240)]
    pub cliff_months: Option<i64>,
    /// Parts of the pay beside salary and bonuses.
    #[field(items = 20)]
    pub components: Items<PayComponent>,
    /// Days off a year.
    pub days_off: Option<i64>,
    /// What else comes with it.
    pub benefits: RichText,
    /// Where the work is done.
    #[field(max = 200)]
    pub place: String,
    /// Whether it is done there; none where nothing is said.
    pub remote_policy: Option<RemotePolicy>,
    /// The trial from the first day on, in months.
    pub probation_months: Option<i64>,
    /// Who the person works for, as the letter names them.
    #[field(max = 200)]
    pub reports_to: String,
    /// On which conditions.
    pub conditions: RichText,
}
