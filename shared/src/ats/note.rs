//! A note on a candidate or on one of their applications.

use serde::{Deserialize, Serialize};

use super::{Application, Candidate, Job};
use crate::accounts::Member;
use crate::kernel::Id;
use crate::schema::{Entity, IdSet, RichText};

/// A note on a candidate or on one of their applications. The author is `created_by`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(
    collection = "notes",
    code = 7,
    by = "job_id",
    private = "is_private",
    within = "candidate_id, application_id, job_id"
)]
pub struct Note {
    /// About whom.
    #[field(required, immutable, index)]
    pub candidate_id: Id<Candidate>,
    /// About which application, if about one.
    #[field(immutable)]
    pub application_id: Option<Id<Application>>,
    /// That application's job.
    #[field(immutable)]
    pub job_id: Option<Id<Job>>,
    /// What it says.
    #[field(required, search)]
    pub body: RichText,
    /// Whether only its author sees it. Decided when it is written.
    #[field(immutable)]
    pub is_private: bool,
    /// Who is mentioned.
    pub mention_ids: IdSet<Member>,
}
