//! A pipeline: the ordered stages through which the applications to a job go.

use serde::{Deserialize, Serialize};

use crate::choice;
use crate::schema::{Entity, Item, Items, RichText};

choice! {
    /// What a stage means. The kind, and not the name, decides what is legal.
    pub enum StageKind {
        /// Just arrived.
        New = "new",
        /// Being looked at.
        Screening = "screening",
        /// A test or a task.
        Assessment = "assessment",
        /// Conversations.
        Interview = "interview",
        /// References are asked.
        Reference = "reference",
        /// An offer is prepared or out.
        Offer = "offer",
        /// Took the job.
        Hired = "hired",
        /// Turned down, with a reason.
        Rejected = "rejected",
        /// Stepped back.
        Withdrawn = "withdrawn",
        /// Waiting.
        OnHold = "on_hold",
    }
}

impl StageKind {
    /// Whether an application in such a stage is over.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        match self {
            Self::Hired | Self::Rejected | Self::Withdrawn => true,
            Self::New
            | Self::Screening
            | Self::Assessment
            | Self::Interview
            | Self::Reference
            | Self::Offer
            | Self::OnHold
            | Self::Unknown => false,
        }
    }
}

choice! {
    /// When an application goes on to the next stage by itself.
    pub enum StageAdvance {
        /// Never: people move it.
        Never = "never",
        /// When it came with answers and none of them rules the person out. For stages of the kinds new and screening.
        Answers = "answers",
        /// When every scorecard that is owed in the stage is given, and all of them recommend to go on.
        Scorecards = "scorecards",
    }
}

/// One stage of a pipeline.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Item)]
#[serde(default)]
pub struct Stage {
    /// What people call it.
    #[field(required, max = 100)]
    pub name: String,
    /// What it means.
    pub kind: StageKind,
    /// Its colour, `#RRGGBB`.
    #[field(max = 7)]
    pub color: String,
    /// Days that an application should stay at most.
    #[field(min = 0, max = 365)]
    pub target_days: Option<i64>,
    /// What happens in it, for the people who hire.
    #[field(max = 1000)]
    pub description: String,
    /// The template of e-mails, by its id, that is offered to who moves somebody there; an empty text for none.
    #[field(max = 40)]
    pub email_template_id: String,
    /// When an application goes on by itself.
    pub advance: StageAdvance,
    /// Days before the target from which on who works on it is told.
    #[field(min = 0, max = 365)]
    pub warn_days: Option<i64>,
    /// Days over the target from which on somebody else is told besides.
    #[field(min = 0, max = 365)]
    pub escalate_days: Option<i64>,
    /// Who that is, by the member's id; an empty text for nobody.
    #[field(max = 40)]
    pub escalate_to_id: String,
}

/// The ordered stages through which the applications to a job go.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "pipelines", code = 2, title = "name")]
pub struct Pipeline {
    /// What people call it.
    #[field(required, max = 100, search)]
    pub name: String,
    /// What it is for.
    #[field(max = 2000)]
    pub description: RichText,
    /// Whether new jobs start with it.
    pub is_default: bool,
    /// The stages, in order.
    #[field(required, items = 30)]
    pub stages: Items<Stage>,
}

impl Pipeline {
    /// The kind of a stage, if the pipeline has that stage.
    #[must_use]
    pub fn kind_of(&self, stage_id: &str) -> Option<StageKind> {
        self.stages.0.iter().find(|stage| stage.id == stage_id).map(|stage| stage.item.kind)
    }
}
