//! People who work here: what a hire begins, from the accepted offer to the first weeks.
//!
//! The fields are those of the reference inventory 3.4 as far as a hire fills them. Who is hired comes out of hiring, so
//! this domain knows that one, and never the other way round (`docs/decisions/0025-hires.md`).

mod contract;
mod employee;
mod hire;
mod onboarding;
mod onboarding_template;

pub use contract::Contract;
pub use employee::{Employee, EmployeeStatus};
pub use hire::{Begun, Hire, begin, closest, number, number_of};
pub use onboarding::{Onboarding, OnboardingTask};
pub use onboarding_template::{
    OnboardingTemplate, STANDARD, TaskCategory, TaskOwner, TemplateTask, standard,
};
