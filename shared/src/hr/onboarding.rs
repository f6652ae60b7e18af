//! The first weeks of somebody who begins: what is to be done, and what of it is done.

use serde::{Deserialize, Serialize};

use super::{Employee, OnboardingTemplate, TaskCategory, TaskOwner};
use crate::ats::Job;
use crate::kernel::{Date, Id};
use crate::schema::{Entity, Item, Items, RichText};

/// A task for somebody who begins. Who ticked it, and when, is in the record's history.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct OnboardingTask {
    /// What is to be done.
    #[field(required, max = 200)]
    pub title: String,
    /// How.
    #[field(max = 2000)]
    pub details: String,
    /// What it is about.
    pub category: TaskCategory,
    /// Who sees to it.
    pub owner: TaskOwner,
    /// Until when.
    pub due_on: Option<Date>,
    /// Whether the onboarding is not over without it.
    pub required: bool,
    /// Whether it is done.
    pub done: bool,
}

/// The first weeks of somebody who begins.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "onboardings", code = 17, by = "job_id", within = "employee_id")]
pub struct Onboarding {
    /// Whose.
    #[field(required, immutable, index)]
    pub employee_id: Id<Employee>,
    /// For which job they were hired.
    #[field(immutable, index)]
    pub job_id: Option<Id<Job>>,
    /// The template that it was made from.
    #[field(immutable)]
    pub template_id: Option<Id<OnboardingTemplate>>,
    /// The first day.
    pub starts_on: Option<Date>,
    /// What is to be done.
    #[field(items = 200)]
    pub tasks: Items<OnboardingTask>,
    /// What to know about it.
    pub notes: RichText,
}
