//! Takes up a mail that may be an answer to an invitation.
//!
//! A mail proves nothing about who sent it, though its sender has to be who answers. So an answer is written beside the
//! invitation, for people to look at, and changes nothing of the plan. This may be another process than the server's, which
//! writes what follows from it (`declined`).

use anyhow::Context as _;

pub use super::answer::Unreadable;
use super::answer::{self, Answer, Read};
use super::store::{self, Answered};
use crate::app::App;
use crate::error::Result;
use crate::tenants::{self, State};

/// A mail that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail(Read);

/// Reads a mail, before anything is looked up.
///
/// # Errors
/// Why it cannot be read.
pub fn read(bytes: &[u8]) -> std::result::Result<Mail, Unreadable> {
    answer::read(bytes).map(Mail)
}

impl Mail {
    /// Why there is nothing to take up, if there is nothing.
    #[must_use]
    pub const fn is_other(&self) -> Option<&'static str> {
        match &self.0 {
            Read::Answer(_) => None,
            Read::Other(why) => Some(why),
        }
    }

    /// Writes the answer down. Says what became of it.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn take_up(&self, app: &App) -> Result<&'static str> {
        match &self.0 {
            Read::Answer(answer) => write(app, answer).await,
            Read::Other(why) => Ok(why),
        }
    }
}

async fn write(app: &App, answer: &Answer) -> Result<&'static str> {
    let tenant = tenants::by_id(app, answer.tenant_id).await?;
    let Some(tenant) = tenant.filter(|tenant| tenant.state == State::Active) else {
        return Ok("there is no such workspace in use");
    };
    let answered = Answered {
        interview: answer.interview,
        address: &answer.address,
        sequence: answer.sequence,
        answer: answer.answer,
        // One from a clock that is ahead must not keep out those that come after it.
        stamp: answer.stamp.min(app.now()),
    };
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let written = store::answer(&mut tx, &answered, app.now()).await?;
    tx.commit().await.context("commit an answer")?;
    Ok(if written {
        "the answer is written down"
    } else {
        "nobody of this address is invited so, or there is a newer answer"
    })
}
