//! An application: one candidate's way through one job's pipeline.

use serde::{Deserialize, Serialize};

use super::{Candidate, Job, Pipeline, RejectionReason};
use crate::accounts::Member;
use crate::kernel::{Date, Id, Timestamp};
use crate::schema::{Entity, Item, Items};

/// An answer of the application form.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct Answer {
    /// The question as it was asked.
    #[field(max = 300)]
    pub question: String,
    /// The answer.
    #[field(max = 5000)]
    pub answer: String,
    /// Whether it rules the person out by what the job said when it came. A mark for people: nothing follows from it.
    pub knocks_out: bool,
}

/// One candidate's way through one job's pipeline. The stage is the one state; its kind decides what is legal.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "applications", code = 6, by = "job_id", within = "candidate_id, job_id")]
pub struct Application {
    /// Who applied.
    #[field(required, immutable, index)]
    pub candidate_id: Id<Candidate>,
    /// For what.
    #[field(required, immutable, index)]
    pub job_id: Id<Job>,
    /// The job's pipeline when the application was made.
    #[field(required, immutable)]
    pub pipeline_id: Id<Pipeline>,
    /// The stage of that pipeline: the application's state.
    #[field(required, max = 40, index)]
    pub stage_id: String,
    /// Why it ended without a hire, in words: of a rejection always, of who stepped back where it is known.
    #[field(max = 200)]
    pub rejection_reason: String,
    /// The entry of the workspace's list of which the words are, for counting; none for words of one's own.
    pub rejection_reason_id: Option<Id<RejectionReason>>,
    /// What the candidate may be told.
    #[field(max = 5000)]
    pub rejection_feedback: String,
    /// The cover letter as it came.
    #[field(max = 10_000, immutable)]
    pub cover_letter: String,
    /// The form's answers as they came.
    #[field(immutable)]
    pub answers: Items<Answer>,
    /// How good people here find it, 0 to 5.
    #[field(min = 0, max = 5)]
    pub rating: Option<i64>,
    /// Who works on it.
    pub assigned_to_id: Option<Id<Member>>,
    /// The day from which on somebody wants to be reminded of it.
    pub follow_up_on: Option<Date>,
    /// Of what.
    #[field(max = 500)]
    pub follow_up_note: String,
    /// Who is reminded; without anybody, who works on it.
    pub follow_up_for_id: Option<Id<Member>>,
    /// The way by which it came.
    #[field(max = 100, immutable)]
    pub source: String,
    /// When it came.
    #[field(immutable)]
    pub applied_at: Timestamp,
    /// When it came into the present stage, by the server's clock.
    #[field(server)]
    pub stage_changed_at: Option<Timestamp>,
}
