//! An e-mail between a candidate and the people who hire: written in the window and sent by the server, or received by it.

use serde::{Deserialize, Serialize};

use super::{Application, Candidate, Job};
use crate::choice;
use crate::kernel::{Code, Id, Problem, Timestamp};
use crate::schema::{Entity, Fields};

choice! {
    /// Which way an e-mail went.
    pub enum EmailDirection {
        /// To the candidate.
        Out = "out",
        /// From the candidate.
        In = "in",
    }
}

choice! {
    /// What became of an e-mail. Only the server says so.
    pub enum EmailStatus {
        /// Not sent yet.
        Waiting = "waiting",
        /// The mail server took it.
        Sent = "sent",
        /// It could not be sent; `problem` says why.
        Failed = "failed",
        /// It came from the candidate.
        Received = "received",
    }
}

/// An e-mail between a candidate and the people who hire. What was written stays as it was; who wrote it is `created_by`.
/// It names addresses, so it is seen by whoever sees how to reach candidates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(
    collection = "emails",
    code = 19,
    title = "subject",
    within = "candidate_id, application_id, job_id"
)]
pub struct Email {
    /// To or from whom.
    #[field(required, immutable, index)]
    pub candidate_id: Id<Candidate>,
    /// About which application, if about one.
    #[field(immutable, index)]
    pub application_id: Option<Id<Application>>,
    /// That application's job.
    #[field(immutable)]
    pub job_id: Option<Id<Job>>,
    /// Which way it went.
    #[field(server)]
    pub direction: EmailDirection,
    /// The address that it went to, or came from.
    #[field(required, immutable, max = 254)]
    pub address: String,
    /// What it is about.
    #[field(required, immutable, max = 200, search)]
    pub subject: String,
    /// What it says, as plain text.
    #[field(required, immutable, max = 20_000)]
    pub body: String,
    /// Which one it answers, by its id: a kind cannot name itself in its declaration.
    #[field(immutable, max = 40)]
    pub answers_id: Option<String>,
    /// What became of it.
    #[field(server, index)]
    pub status: EmailStatus,
    /// When it was sent or received.
    #[field(server)]
    pub at: Option<Timestamp>,
    /// Why it could not be sent, in the mail server's words.
    #[field(server, max = 500)]
    pub problem: String,
    /// The id of the message that was received, as in `<1@example.org>`: an answer names it.
    #[field(server, max = 500)]
    pub message_id: String,
    /// Names of files that came with it and are not kept here, one a line.
    #[field(server, max = 2000)]
    pub left_out: String,
    /// Whether more came than there is room for.
    #[field(server)]
    pub is_cut: bool,
}

/// Checks an e-mail.
///
/// # Errors
/// The refusal that the rule calls for.
pub(super) fn check(
    before: Option<&Fields>,
    after: &Fields,
    related: &dyn super::rules::Related,
) -> Result<(), Problem> {
    let text = super::rules::text;
    if before.is_some() {
        return Ok(());
    }
    if !super::rules::is_email(text(after, "address")) {
        let message = "This is not an e-mail address.";
        return Err(Problem::new(Code::InvalidFields).field("address", message));
    }
    if after.get("application_id").is_some_and(|id| !id.is_null()) {
        super::rules::about(after, related)?;
    }
    Ok(())
}
