//! Somebody who works here, or will: what colleagues who look after them see.

use serde::{Deserialize, Serialize};

use crate::accounts::Member;
use crate::ats::{Application, Candidate, Job, JobType, Offer};
use crate::choice;
use crate::kernel::{Date, Id};
use crate::schema::Entity;

choice! {
    /// Where somebody stands with us. Only the server moves it.
    pub enum EmployeeStatus {
        /// Has agreed to come, and has not begun.
        Pending = "pending",
        /// Works here on trial.
        Probation = "probation",
        /// Works here.
        Active = "active",
        /// Is away for long.
        OnLeave = "on_leave",
        /// May not work at the moment.
        Suspended = "suspended",
        /// Will leave, and works here still.
        NoticePeriod = "notice_period",
        /// Was let go.
        Terminated = "terminated",
        /// Left.
        Resigned = "resigned",
    }
}

/// Somebody who works here, or will. What they are paid is in their contracts, which fewer people see.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(
    collection = "employees",
    code = 14,
    title = "first_name, last_name",
    by = "job_id",
    within = "candidate_id, application_id, job_id"
)]
pub struct Employee {
    /// Given name.
    #[field(required, max = 100, search)]
    pub first_name: String,
    /// Family name.
    #[field(max = 100, search)]
    pub last_name: String,
    /// The number that people quote: `EMP-202611-0001`, by the month of the hire.
    #[field(server, max = 50, search, index)]
    pub number: Option<String>,
    /// Where they stand with us.
    #[field(server, index)]
    pub status: EmployeeStatus,
    /// What they do.
    #[field(max = 200, search)]
    pub job_title: String,
    /// The form of employment.
    pub employment: JobType,
    /// The team.
    #[field(max = 100)]
    pub team: String,
    /// Where they work.
    #[field(max = 200)]
    pub place: String,
    /// Who they work for.
    #[field(index)]
    pub manager_id: Option<Id<Member>>,
    /// The first day.
    pub starts_on: Option<Date>,
    /// The last day of the trial.
    pub probation_ends_on: Option<Date>,
    /// Who they were before.
    #[field(immutable, index)]
    pub candidate_id: Option<Id<Candidate>>,
    /// By which application they came.
    #[field(immutable, index)]
    pub application_id: Option<Id<Application>>,
    /// For which job.
    #[field(immutable, index)]
    pub job_id: Option<Id<Job>>,
    /// Which offer they accepted.
    #[field(immutable)]
    pub offer_id: Option<Id<Offer>>,
}
