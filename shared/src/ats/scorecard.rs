//! What one interviewer found in one candidate for one job.
//!
//! Whoever interviews sees what others found only once they have said what they found themselves: by scope, so that it is
//! not on their device before. Owners, admins, HR managers and recruiters run the process and see all of it; behind a wall
//! everybody inside does.

use serde::{Deserialize, Serialize};

use super::{Application, Candidate, Job, ScorecardTemplate};
use crate::choice;
use crate::kernel::Id;
use crate::schema::{Entity, Item, Items, RichText};

choice! {
    /// How strongly something was shown.
    pub enum Grade {
        /// Not looked at.
        NotGraded = "not_graded",
        /// Clearly missing.
        StrongNo = "strong_no",
        /// Rather missing.
        No = "no",
        /// Neither.
        Mixed = "mixed",
        /// There.
        Yes = "yes",
        /// Outstanding.
        StrongYes = "strong_yes",
    }
}

choice! {
    /// What an interviewer says should happen.
    pub enum Recommendation {
        /// Not said yet: a draft.
        NotGiven = "not_given",
        /// By no means.
        StrongNo = "strong_no",
        /// Rather not.
        No = "no",
        /// Cannot say.
        NoDecision = "no_decision",
        /// Go on with them.
        Yes = "yes",
        /// By all means.
        StrongYes = "strong_yes",
    }
}

/// A grade of one attribute.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct Graded {
    /// The attribute as it was called.
    #[field(required, max = 120)]
    pub name: String,
    /// The heading that it stood under.
    #[field(max = 60)]
    pub group: String,
    /// How strongly it was shown.
    pub grade: Grade,
    /// What that is based on.
    #[field(max = 2000)]
    pub note: String,
}

/// What one interviewer found in one candidate for one job. The interviewer is `created_by`.
///
/// A draft is its author's alone; giving it makes a new record, so that nobody can take back that they saw the others'.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(
    collection = "scorecards",
    code = 11,
    by = "application_id",
    private = "is_draft",
    within = "candidate_id, application_id, job_id",
    after_own
)]
pub struct Scorecard {
    /// About whom.
    #[field(required, immutable, index)]
    pub candidate_id: Id<Candidate>,
    /// About which application.
    #[field(required, immutable, index)]
    pub application_id: Id<Application>,
    /// For which job.
    #[field(required, immutable)]
    pub job_id: Id<Job>,
    /// By which template, if by one.
    #[field(immutable)]
    pub template_id: Option<Id<ScorecardTemplate>>,
    /// The stage that the application was in.
    #[field(max = 40, immutable)]
    pub stage_id: String,
    /// Whether it is still being written: then only its author has it.
    #[field(immutable)]
    pub is_draft: bool,
    /// What should happen.
    pub recommendation: Recommendation,
    /// What counts most, in words.
    pub summary: RichText,
    /// The grades.
    #[field(items = 40)]
    pub grades: Items<Graded>,
}
