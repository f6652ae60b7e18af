//! Letters become files: written when an offer was sent, sealed when the candidate signed. Outside of the workspace's
//! writer, because making a file takes a while; a letter knows what it waits for, so that a crash costs none.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::json;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::offer_states;
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::sync::wire::Command;

use super::follow::event_key;
use super::pdf::{self, Record};
use super::store::{self, Row};
use super::terms::Letter;
use super::words::LetterWords;
use crate::app::App;
use crate::careers::show::day_and_time;
use crate::careers::words::{Language, fill};
use crate::error::Result;
use crate::files;
use crate::limits::OFFER_MAIL_MS;
use crate::mail::{Content, Mail, Recipient};
use crate::sync::writer;
use crate::tenants::{self, State, Tenant};

/// Letters of one workspace that are made in one go.
const MAX_TAKEN_UP: i64 = 200;
/// How long a node has to make a file before another one may.
const LEASE_MS: Millis = 120_000;
/// How often a letter is tried before it waits for the next sweep, and how long between two tries.
const MAX_TRIES: u32 = 3;
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Makes the files of a workspace's letters, beside what goes on.
pub fn spawn(app: &App, tenant: &Arc<Tenant>) {
    let (app, tenant) = (app.clone(), Arc::clone(tenant));
    let tasks = app.tasks().clone();
    tasks.spawn(async move {
        for left in (0..MAX_TRIES).rev() {
            let Err(error) = take_up(&app, &tenant).await else { return };
            tracing::warn!(tenant = %tenant.id, error = format!("{error:#}"), "a letter could not be made");
            if left == 0 || app.shutdown().is_cancelled() {
                return;
            }
            tokio::time::sleep(TRY_AGAIN_AFTER).await;
        }
    });
}

/// Makes the files of letters that were left behind. A workspace whose letters cannot be made holds up no other one.
///
/// # Errors
/// When the workspaces cannot be read.
pub async fn sweep(app: &App) -> Result<()> {
    for tenant in tenants::actions::list(app).await? {
        if tenant.state == State::Active
            && let Err(error) = take_up(app, &Arc::new(tenant)).await
        {
            tracing::warn!(error = format!("{error:#}"), "a letter waits for the next sweep");
        }
    }
    Ok(())
}

/// Makes every file that is waited for, and gives the last failure: one letter holds up no other one.
async fn take_up(app: &App, tenant: &Arc<Tenant>) -> Result<()> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let waiting = store::waiting(&mut tx, MAX_TAKEN_UP).await?;
    tx.commit().await?;
    let mut made = Ok(());
    for id in waiting {
        if let Err(error) = make(app, tenant, id).await {
            tracing::warn!(tenant = %tenant.id, letter = %id, error = format!("{error:#}"), "a letter was not made");
            made = Err(error);
        }
    }
    made
}

/// Makes the file that a letter waits for, keeps it, and notes it on the offer.
async fn make(app: &App, tenant: &Arc<Tenant>, id: RecordId) -> Result<()> {
    let until = app.now() + LEASE_MS;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let claimed = store::claim(&mut tx, id, app.now(), until).await?;
    tx.commit().await?;
    let Some(row) = claimed else { return Ok(()) };
    let made = keep(app, tenant, &row).await;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    if let Ok(Some(problem)) = &made {
        tracing::warn!(offer = %row.offer, %problem, "nobody waits for a letter any more");
        store::give_up(&mut tx, id).await?;
    }
    store::release(&mut tx, id, until).await?;
    tx.commit().await?;
    made.map(|_| ())
}

/// Makes the file and notes it. Gives why the offer does not take it, where it is gone or another one by now.
async fn keep(app: &App, tenant: &Arc<Tenant>, row: &Row) -> Result<Option<Problem>> {
    let seals = row.state == "to_seal";
    let (writing, of) = (app.clone(), row.clone());
    let bytes =
        tokio::task::spawn_blocking(move || file(&writing, &of)).await.context("write a letter")??;
    let kept = files::actions::keep(app, tenant, row.sent_by, &file_name(row), bytes.into()).await?;
    let args = json!({ "version": row.version, "hash": kept.hash, "sealed": seals });
    let (name, target) = (offer_states::NOTE_LETTER.to_owned(), row.offer);
    let command = Command { key: app.new_id(), name, target, args: args.to_string() };
    let done = writer::run(app, tenant, command, Principal::server(tenant.id)).await?;
    match done.problem.map(Problem::from) {
        None => Ok(None),
        Some(gone) if matches!(gone.code, Code::WrongState | Code::NotFound) => Ok(Some(gone)),
        Some(problem) => Err(problem.into()),
    }
}

/// The mail to the candidate, where there is an address: the letter is there, or it is signed.
pub(super) fn mail(row: &Row, seals: bool) -> Option<Mail> {
    let terms = &row.terms.0;
    let (first_name, title) = (terms.first_name.clone(), terms.offer.title.clone());
    let letter_id = row.id;
    let (event_key, content) = if seals {
        (format!("offer_signed/{letter_id}"), Content::OfferSigned { letter_id, first_name, title })
    } else {
        let last_day = terms.offer.expires_on.as_ref().map(|day| day.0.clone()).unwrap_or_default();
        (event_key(letter_id), Content::OfferLetter { letter_id, first_name, title, last_day })
    };
    (!row.sent_to.is_empty()).then(|| Mail {
        event_key,
        to: Recipient { address: row.sent_to.clone(), name: terms.candidate.clone() },
        language: row.language.clone(),
        content,
        about: Some(terms.offer.candidate_id.record()),
        attachments: Vec::new(),
        due_at: None,
        worth_ms: OFFER_MAIL_MS,
    })
}

/// The name that the file is saved under.
fn file_name(row: &Row) -> String {
    let plain = |c: char| if c.is_alphanumeric() { c } else { '-' };
    let name: String = row.terms.0.candidate.chars().take(60).map(plain).collect();
    let words = LetterWords::of(language(row));
    let words = if row.state == "to_seal" { words.file_signed } else { words.file };
    format!("{words}-{}-{}.pdf", name.trim_matches('-'), row.version + 1)
}

fn language(row: &Row) -> Language {
    Language::of_tag(&row.language).unwrap_or(Language::En)
}

/// The letter's file: as it is sent, or with the signatures, their record and the seal.
fn file(app: &App, row: &Row) -> anyhow::Result<Vec<u8>> {
    let (terms, language) = (&row.terms.0, language(row));
    let signed = row.signed_name.as_deref().zip(row.signed_at).filter(|_| row.state == "to_seal");
    let letter = Letter::of(terms, language, row.sent_at, signed);
    match signed {
        Some(_) => app.seal().seal(&pdf::write(&letter, Some(&record(row, language)), &terms.workspace)?),
        None => pdf::write(&letter, None, &terms.workspace),
    }
}

/// What is known of the signing, for the page behind the letter.
fn record(row: &Row, language: Language) -> Record {
    let words = LetterWords::of(language);
    let when = |at: Option<i64>| at.map(|at| day_and_time(language, at)).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let terms = &row.terms.0;
    let rows = [
        (words.record_document.to_owned(), row.id.to_string()),
        (words.record_version.to_owned(), (row.version + 1).to_string()),
        (words.record_hash.to_owned(), text(&row.sent_hash)),
        (fill(words.record_sent_by, &[&terms.workspace]), terms.sender.clone()),
        (words.record_sent_at.to_owned(), when(Some(row.sent_at))),
        (words.record_sent_to.to_owned(), row.sent_to.clone()),
        (words.record_opened_at.to_owned(), when(row.opened_at)),
        (words.record_from.to_owned(), text(&row.opened_from)),
        (words.record_signed_as.to_owned(), text(&row.signed_name)),
        (words.record_signed_at.to_owned(), when(row.signed_at)),
        (words.record_from.to_owned(), text(&row.signed_from)),
        (words.record_agent.to_owned(), text(&row.signed_agent)),
    ];
    Record {
        title: words.record_title.to_owned(),
        before: fill(words.record_text, &[words.agree]),
        after: words.record_seal.to_owned(),
        facts: rows.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
    }
}
