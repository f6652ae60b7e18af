//! The sums of the equal-opportunity survey, for the workspace's administrators. They are on the server alone: nothing of them
//! is kept here.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zumodra_shared::kernel::{Code, Problem};

use super::Engine;
use super::workspace_settings::WORKSPACE;

/// Where the sums are.
const SUMS: &str = "ats/survey/";

/// Which sums.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct SurveyRequest {
    /// Over which half-year, as in `2026-H1`; the last one that is over where none is said.
    pub half_year: Option<String>,
    /// `en` or `fr`.
    pub language: String,
}

/// A sum, and whether it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// `count`, `fewer` or `withheld`.
    pub told: String,
    /// How much; none where that is not told.
    pub count: Option<i64>,
}

/// How often an answer was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Its name.
    pub name: String,
    /// What it says.
    pub text: String,
    /// How often.
    #[serde(flatten)]
    pub sum: Sum,
}

/// A question with its answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summed {
    /// Its name.
    pub name: String,
    /// What is asked.
    pub text: String,
    /// How many answered.
    pub total: Sum,
    /// How often each answer was given.
    pub answers: Vec<Answered>,
}

/// The sums of the form that the workspace asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyReport {
    /// The form; empty where the workspace asks nothing.
    pub form: String,
    /// The half-year.
    pub half_year: String,
    /// The last half-year that is over.
    pub latest: String,
    /// Sums below this are not told.
    pub fewest_shown: i64,
    /// What was answered.
    pub questions: Vec<Summed>,
}

/// Whether a text has no character but those of names and half-years: nothing else gets into an address.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl Engine {
    /// The sums of the survey.
    ///
    /// # Errors
    /// [`Code::Offline`]; [`Code::Forbidden`] for all but administrators.
    pub async fn survey(&self, request: &SurveyRequest) -> Result<SurveyReport, Problem> {
        let half_year = request.half_year.as_deref();
        if !is_plain(&request.language) || !half_year.is_none_or(is_plain) {
            return Err(Problem::new(Code::BadRequest));
        }
        let half_year = half_year.map(|half_year| format!("&half_year={half_year}")).unwrap_or_default();
        let address = format!("{SUMS}?language={}{half_year}", request.language);
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.read_at(&workspace.account().server, &token, &address).await
    }

    /// Chooses the form that is offered to those who applied; an empty name for none.
    ///
    /// # Errors
    /// As [`Engine::survey`]; [`Code::InvalidFields`] for a form that there is none of.
    pub async fn choose_survey(&self, form: &str) -> Result<(), Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let change = json!({ "careers_survey": form });
        let http = &self.0.http;
        http.change_at::<Value>(&workspace.account().server, &token, WORKSPACE, &change).await.map(drop)
    }
}
