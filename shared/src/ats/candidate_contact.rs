//! How to reach a candidate, and what they wish: its own record, because fewer may see it.

use serde::{Deserialize, Serialize};

use super::{Candidate, SalaryPeriod};
use crate::kernel::{Date, Id};
use crate::schema::Entity;

/// How to reach a candidate, and what they wish to earn. Found by `candidate_id`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "candidate_contacts", code = 5, title = "email", within = "candidate_id")]
pub struct CandidateContact {
    /// Whose it is.
    #[field(required, immutable, index)]
    pub candidate_id: Id<Candidate>,
    /// E-mail address.
    #[field(max = 254, search, index)]
    pub email: String,
    /// Telephone number.
    #[field(max = 30, search)]
    pub phone: String,
    /// Address of the LinkedIn profile.
    #[field(max = 300)]
    pub linkedin_url: String,
    /// Address of the GitHub profile.
    #[field(max = 300)]
    pub github_url: String,
    /// Address of a portfolio.
    #[field(max = 300)]
    pub portfolio_url: String,
    /// Another address on the web.
    #[field(max = 300)]
    pub website_url: String,
    /// Wished pay at least, in minor units.
    #[field(min = 0, max = 1_000_000_000_000)]
    pub desired_salary_min: Option<i64>,
    /// Wished pay at best, in minor units.
    #[field(min = 0, max = 1_000_000_000_000)]
    pub desired_salary_max: Option<i64>,
    /// ISO 4217 code of the wished pay.
    #[field(max = 3)]
    pub desired_salary_currency: String,
    /// What the wished pay is per.
    pub desired_salary_period: SalaryPeriod,
    /// Days until the person could start.
    #[field(min = 0, max = 730)]
    pub notice_period_days: Option<i64>,
    /// The first day on which the person could start.
    pub available_from: Option<Date>,
    /// The right to work, in words.
    #[field(max = 100)]
    pub work_authorization: String,
    /// What stood in the contact of the candidate that its own was merged into, as JSON. It stands here, not there:
    /// fewer may see it.
    #[field(max = 20_000)]
    pub before_merge: String,
    /// What the person would have changed of their name and their contact data, as JSON by field. Somebody here takes it
    /// over or leaves it, which empties this.
    #[field(max = 4000)]
    pub proposal: String,
}
