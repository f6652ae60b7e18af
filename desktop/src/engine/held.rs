//! Forms of the career page that were not taken; for the workspace's administrators. The server alone keeps them: nothing of
//! it is kept here.

use serde::{Deserialize, Serialize};
use zumodra_shared::kernel::{Problem, RecordId};

use super::Engine;

/// Where they are.
const SUBMISSIONS: &str = "careers/submissions/";

/// A form that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldForm {
    /// Its id.
    pub id: RecordId,
    /// `honeypot`, `fast`, `unproven`, `rate`, `duplicate` or `failed`.
    pub reason: String,
    /// What went wrong with it, in words; none where nothing did.
    pub problem: Option<String>,
    /// For which job; none for no job in particular.
    pub job_id: Option<RecordId>,
    /// What that job is called; none for one that is gone.
    pub job_title: Option<String>,
    /// What the person called themselves.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// Their telephone number.
    pub phone: String,
    /// Their letter, or what they wrote about themselves.
    pub text: String,
    /// The names of the files that are there.
    pub files: Vec<String>,
    /// When it came, in milliseconds.
    pub created_at: i64,
    /// When it is removed by itself, in milliseconds.
    pub removed_at: i64,
}

/// Some of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldPage {
    /// How many there are.
    pub count: i64,
    /// These.
    #[serde(rename(deserialize = "results"))]
    pub forms: Vec<HeldForm>,
}

/// What became of a form that was let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdmittedForm {
    /// `processed`, `error` or `pending`.
    pub state: String,
    /// The candidate that it became.
    pub candidate_id: Option<RecordId>,
    /// The application that it became.
    pub application_id: Option<RecordId>,
    /// What went wrong, in words.
    pub problem: Option<String>,
}

impl Engine {
    /// The forms that were not taken, the newest first.
    ///
    /// # Errors
    /// [`zumodra_shared::kernel::Code::Offline`]; `Forbidden` for who is no administrator.
    pub async fn held_forms(&self, page: u32) -> Result<HeldPage, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let address = format!("{SUBMISSIONS}?page={page}");
        self.0.http.read_at(&workspace.account().server, &token, &address).await
    }

    /// Lets one of them in.
    ///
    /// # Errors
    /// As [`Engine::held_forms`]; `NotFound` where somebody let it in or dropped it before.
    pub async fn admit_form(&self, id: RecordId) -> Result<AdmittedForm, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let address = format!("{SUBMISSIONS}{id}/admit/");
        self.0.http.make_at(&workspace.account().server, &token, &address).await
    }

    /// Drops one of them.
    ///
    /// # Errors
    /// As [`Engine::admit_form`].
    pub async fn drop_form(&self, id: RecordId) -> Result<(), Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.remove_at(&workspace.account().server, &token, &format!("{SUBMISSIONS}{id}/")).await
    }
}
