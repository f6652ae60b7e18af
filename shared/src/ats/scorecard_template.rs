//! What interviewers are asked to look at: the attributes of a scorecard, for all jobs, for one, or for one kind of stage.

use serde::{Deserialize, Serialize};

use super::{Job, StageKind};
use crate::kernel::Id;
use crate::schema::{Entity, Item, Items, RichText};

/// One thing that is graded.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct Attribute {
    /// What: `Works well with others`.
    #[field(required, max = 120)]
    pub name: String,
    /// Under which heading it stands: `Skills`.
    #[field(max = 60)]
    pub group: String,
    /// What to listen for.
    #[field(max = 500)]
    pub hint: String,
}

/// What interviewers are asked to look at. Of those that fit an application the closest counts: that of the job and the kind
/// of stage, of the job, of the kind of stage, of everything.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "scorecard_templates", code = 10, title = "name", within = "job_id")]
pub struct ScorecardTemplate {
    /// What it is called.
    #[field(required, max = 120, search)]
    pub name: String,
    /// For which job only.
    #[field(immutable, index)]
    pub job_id: Option<Id<Job>>,
    /// For which kind of stage only.
    pub stage_kind: Option<StageKind>,
    /// What to ask and how, for whoever interviews.
    pub guide: RichText,
    /// What is graded.
    #[field(items = 40)]
    pub attributes: Items<Attribute>,
}
