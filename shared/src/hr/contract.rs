//! What somebody who works here gets, from one day on.

use serde::{Deserialize, Serialize};

use super::Employee;
use crate::ats::{JobType, Offer, RemotePolicy, SalaryPeriod};
use crate::kernel::{Date, Id};
use crate::schema::{Entity, RichText};

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
    /// The form of employment.
    pub employment: JobType,
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
