//! What a candidate does with a letter: opens it, signs it, asks for something else, declines it.
//!
//! Each is a command on the offer, given by the server for the candidate: the table of states judges it, and what two
//! people do at once is decided where every change of the workspace comes by.

use std::sync::Arc;

use serde_json::{Value, json};
use zumodra_shared::access::Principal;
use zumodra_shared::ats::{MAX_OFFER_NAME_CHARS, OfferCommand, OfferStatus, rules};
use zumodra_shared::kernel::{Code, Problem};
use zumodra_shared::sync::wire::Command;

use super::SECRET;
use super::store::{self, Row, Signed};
use super::words::LetterWords;
use crate::app::App;
use crate::careers::secret::read;
use crate::check::is_hidden;
use crate::error::Result;
use crate::sync::writer;
use crate::tenants::Tenant;

/// Characters of a browser's name that are kept.
const MAX_AGENT_CHARS: usize = 200;
/// Letters of the shortest name that somebody signs with.
const MIN_NAME_LETTERS: usize = 2;

/// A letter and where its offer stands.
pub struct Opened {
    /// The letter.
    pub row: Row,
    /// Where the offer stands; none when it is gone or has another version by now.
    pub status: Option<OfferStatus>,
}

impl Opened {
    /// Whether the candidate can answer.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.row.state == "out" && matches!(self.status, Some(OfferStatus::Sent | OfferStatus::Viewed))
    }
}

/// Who answers, as far as the server sees.
#[derive(Debug, Clone)]
pub struct From {
    /// The network address.
    pub addr: String,
    /// The browser's name.
    pub agent: String,
}

/// The letter of a link.
///
/// # Errors
/// [`Code::NotFound`] for a link that is none or was cut off.
pub async fn open(app: &App, tenant: &Tenant, token: &str) -> Result<Opened> {
    let id = read(app, SECRET, tenant.id, token).ok_or(Code::NotFound)?;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let row = store::one(&mut tx, id).await?.ok_or(Code::NotFound)?;
    let offer = store::offer(&mut tx, row.offer).await?;
    tx.commit().await?;
    let is_current =
        |fields: &_| rules::read::<zumodra_shared::ats::Offer>(fields).filter(|o| o.version == row.version);
    let status = offer.as_ref().and_then(is_current).map(|offer| offer.status);
    Ok(Opened { row, status })
}

/// Notes that the candidate opened the letter. Who opens it again changes nothing.
///
/// # Errors
/// When the database cannot be written.
pub async fn view(app: &App, tenant: &Arc<Tenant>, opened: &Opened, from: &From) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    store::opened(&mut tx, opened.row.id, app.now(), &from.addr).await?;
    tx.commit().await?;
    if opened.status == Some(OfferStatus::Sent) {
        // Two that open it at once, or a recruiter who noted so meanwhile: it is open either way.
        match run(app, tenant, opened, OfferCommand::View, json!({})).await? {
            Ok(()) => {}
            Err(problem) if problem.code == Code::WrongState => {}
            Err(problem) => return Err(problem.into()),
        }
    }
    Ok(())
}

/// Signs a letter: the offer is accepted, and the letter sealed.
///
/// # Errors
/// [`Code::InvalidFields`] for a name that is none, else why the offer cannot be accepted.
pub async fn sign(app: &App, tenant: &Arc<Tenant>, opened: &Opened, name: &str, from: &From) -> Result<()> {
    let name = signature(name).ok_or_else(|| Problem::new(Code::InvalidFields))?;
    let id = opened.row.id;
    let agent: String = from.agent.chars().take(MAX_AGENT_CHARS).collect();
    let signed = Signed { name: name.clone(), at: app.now(), from: from.addr.clone(), agent };
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let can_sign = store::sign(&mut tx, id, &signed).await?;
    tx.commit().await?;
    if !can_sign {
        return Err(Code::WrongState.into());
    }
    let done = run(app, tenant, opened, OfferCommand::Accept, json!({ "signed_name": name })).await?;
    if let Err(problem) = done {
        let mut tx = app.db().tenant(&tenant.schema).await?;
        store::unsign(&mut tx, id).await?;
        tx.commit().await?;
        return Err(problem.into());
    }
    Ok(())
}

/// Declines a letter, with a reason or without.
///
/// # Errors
/// Why the offer cannot be declined.
pub async fn decline(
    app: &App,
    tenant: &Arc<Tenant>,
    opened: &Opened,
    reason: &str,
    words: &LetterWords,
) -> Result<()> {
    let reason = reason.trim();
    let reason = if reason.is_empty() { words.no_reason } else { reason };
    Ok(run(app, tenant, opened, OfferCommand::Decline, json!({ "reason": reason })).await??)
}

/// Asks for something else.
///
/// # Errors
/// [`Code::ReasonRequired`] without what is asked for, else why the offer is not open.
pub async fn counter(
    app: &App,
    tenant: &Arc<Tenant>,
    opened: &Opened,
    (reason, salary): (&str, Option<i64>),
) -> Result<()> {
    let asked = json!({ "reason": reason.trim(), "salary": salary });
    Ok(run(app, tenant, opened, OfferCommand::Counter, asked).await??)
}

async fn run(
    app: &App,
    tenant: &Arc<Tenant>,
    opened: &Opened,
    command: OfferCommand,
    mut args: Value,
) -> Result<std::result::Result<(), Problem>> {
    args["version"] = json!(opened.row.version);
    let (name, target) = (command.name().to_owned(), opened.row.offer);
    let command = Command { key: app.new_id(), name, target, args: args.to_string() };
    let done = writer::run(app, tenant, command, Principal::server(tenant.id)).await?;
    Ok(done.problem.map_or(Ok(()), |problem| Err(problem.into())))
}

/// Whether a text is a name that somebody can sign with.
#[must_use]
pub fn is_name(text: &str) -> bool {
    signature(text).is_some()
}

/// A name as a signature: in one line, with letters in it, and nothing that is not seen or turns the text around it.
fn signature(name: &str) -> Option<String> {
    let seen: String = name.chars().filter(|c| !is_hidden(*c)).collect();
    let name = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_plain = name.chars().all(|c| !c.is_control());
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let fits = letters >= MIN_NAME_LETTERS && name.chars().count() <= MAX_OFFER_NAME_CHARS;
    (is_plain && fits).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_has_letters_in_one_line() {
        assert_eq!(signature("  Zoë\n Ng "), Some("Zoë Ng".to_owned()));
        assert_eq!(signature("\u{202e}tariffs"), Some("tariffs".to_owned()));
        for none in ["", " ", "x", "12 34", "a\u{7}b", &"x".repeat(MAX_OFFER_NAME_CHARS + 1)] {
            assert_eq!(signature(none), None, "{none:?}");
        }
    }
}
