//! The outbox of mail, for the workspace's administrators. It is on the server alone: nothing of it is kept here.

use serde::{Deserialize, Serialize};
use zumodra_shared::kernel::{Code, Problem, RecordId};

use super::Engine;

/// Where the outbox is.
const ADDRESS: &str = "notifications/mail/";
/// Mails of one page.
const PAGE_SIZE: usize = 50;

/// A mail of the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Its id.
    pub id: RecordId,
    /// What it is.
    pub template: String,
    /// To which address.
    pub to: String,
    /// The name of who gets it, or an empty text.
    pub to_name: String,
    /// `en` or `fr`.
    pub language: String,
    /// What became of it.
    pub state: String,
    /// How often it was tried.
    pub tries: i32,
    /// When it is tried next, while it waits.
    pub next_at: Option<i64>,
    /// Why it was not sent, in the words of the mail server.
    pub problem: String,
    /// The subject; none when the text was removed.
    pub subject: Option<String>,
    /// When it was written.
    pub created_at: i64,
    /// When it was sent.
    pub sent_at: Option<i64>,
    /// The text; none in a list, and when it was removed.
    #[serde(default)]
    pub text: Option<String>,
}

/// A page of the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailPage {
    /// How many mails there are.
    pub count: i64,
    /// Whether a mail server is set.
    pub configured: bool,
    /// The mails of the page, the newest first.
    #[serde(rename(deserialize = "results"))]
    pub mails: Vec<Mail>,
}

/// Which mails.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct MailRequest {
    /// Of one state alone.
    pub state: Option<String>,
    /// The page, from 1.
    pub page: u32,
}

/// What can be done with a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailDeed {
    /// Try it again.
    Retry,
    /// Take it back.
    Cancel,
}

impl Engine {
    /// The mails of the workspace.
    ///
    /// # Errors
    /// [`Code::Offline`]; [`Code::Forbidden`] for all but administrators.
    pub async fn mails(&self, request: &MailRequest) -> Result<MailPage, Problem> {
        let mut address = format!("{ADDRESS}?page_size={PAGE_SIZE}&page={}", request.page.max(1));
        if let Some(state) = &request.state {
            if !state.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
                return Err(Problem::new(Code::BadRequest));
            }
            address.push_str("&state=");
            address.push_str(state);
        }
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.read_at(&workspace.account().server, &token, &address).await
    }

    /// A mail with its text.
    ///
    /// # Errors
    /// As [`Engine::mails`]; [`Code::NotFound`].
    pub async fn mail(&self, id: RecordId) -> Result<Mail, Problem> {
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        self.0.http.read_at(&workspace.account().server, &token, &format!("{ADDRESS}{id}/")).await
    }

    /// Does something with a mail, and gives it as it is then.
    ///
    /// # Errors
    /// As [`Engine::mail`]; [`Code::WrongState`] when it is too late for that.
    pub async fn change_mail(&self, id: RecordId, deed: MailDeed) -> Result<Mail, Problem> {
        let name = match deed {
            MailDeed::Retry => "retry",
            MailDeed::Cancel => "cancel",
        };
        let workspace = self.workspace()?;
        let token = workspace.tokens.access(&workspace).await?;
        let address = format!("{ADDRESS}{id}/{name}/");
        self.0.http.do_at(&workspace.account().server, &token, &address).await?;
        self.mail(id).await
    }
}
