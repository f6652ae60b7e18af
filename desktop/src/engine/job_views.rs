//! How often the public page of a job was looked at. The counts are on the server alone: nothing of them is kept here.

use serde::{Deserialize, Serialize};
use zumodra_shared::kernel::{Problem, RecordId};

use super::Engine;

/// How often something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// The page was looked at.
    pub views: i64,
    /// The form was opened.
    pub started: i64,
    /// An application was sent.
    pub sent: i64,
}

/// The counts of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfDay {
    /// The day, in UTC: `2026-01-31`.
    pub day: String,
    /// How often.
    #[serde(flatten)]
    pub counts: Counts,
}

/// The counts of a job over the last days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobViews {
    /// The first of the days.
    pub since: String,
    /// Of all of them together.
    #[serde(flatten)]
    pub total: Counts,
    /// Of each on which something was.
    pub days: Vec<OfDay>,
}

impl Engine {
    /// How often the public page of a job was looked at, its form opened and an application sent.
    ///
    /// # Errors
    /// [`zumodra_shared::kernel::Code::Offline`], and what the server says of a job that the person does not see.
    pub async fn job_views(&self, job: RecordId) -> Result<JobViews, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let address = format!("ats/jobs/{job}/views/");
        self.0.http.read_at(&workspace.account().server, &token, &address).await
    }
}
