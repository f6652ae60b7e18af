//! The history of a record, and the record as it was.
//!
//! Invariant: whoever may read the record now may read its history, and nobody else. A field that fewer may see is a
//! record of its own, with a history of its own.

use anyhow::Context as _;
use automerge::ChangeHash;
use serde_json::Value;
use sqlx::types::Json;
use zumodra_shared::history::{History, Known, Stamps, Step};
use zumodra_shared::kernel::limits::HISTORY_DAYS;
use zumodra_shared::kernel::time::{self, DAY_MS, Millis};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::EntityDef;
use zumodra_shared::sync::wire::Stamp;

use super::store::{self, Row};
use crate::app::App;
use crate::error::Result;
use crate::http::extract::Actor;
use crate::http::page::Page;

/// A page of a record's steps, the latest first, and how many there are.
///
/// # Errors
/// [`Code::NotFound`] for what is not there and for what the person may not see.
pub async fn page(
    app: &App,
    actor: &Actor,
    def: &'static EntityDef,
    id: RecordId,
    page: &Page,
) -> Result<(i64, Vec<Value>)> {
    let (_, history) = read(app, actor, def, id).await?;
    let oldest = horizon(app);
    let (offset, size) = (place(page.offset()), place(page.limit()));
    let (count, steps) = blocking(move || {
        let first = history.before(oldest);
        let end = history.len().saturating_sub(offset).max(first);
        let steps = history.steps(end.saturating_sub(size).max(first)..end)?;
        Ok((history.len() - first, steps))
    })
    .await?;
    Ok((i64::try_from(count).unwrap_or(i64::MAX), steps.iter().map(shown).collect()))
}

/// A record as it was at a time.
///
/// # Errors
/// As [`page`]; [`Code::NotFound`] for a time before it was made; [`Code::InvalidFields`] for one of which the history
/// is not kept any more.
pub async fn as_of(
    app: &App,
    actor: &Actor,
    def: &'static EntityDef,
    id: RecordId,
    at: Millis,
) -> Result<Row> {
    let (row, history) = read(app, actor, def, id).await?;
    if at < horizon(app) {
        let message = format!("The history of the last {HISTORY_DAYS} days is kept.");
        return Err(Problem::new(Code::InvalidFields).field("as_of", message).into());
    }
    let was = blocking(move || history.shown(history.until(at))).await?;
    let (shown, Stamp { at: updated_at, by: updated_by }) = was.ok_or(Code::NotFound)?;
    Ok(Row { updated_at, updated_by, deleted: shown.deleted, fields: Json(shown.fields), ..row })
}

/// The stamps of a record's changes, for a replica that has the changes.
///
/// # Errors
/// As [`page`].
pub async fn stamps(app: &App, actor: &Actor, def: &'static EntityDef, id: RecordId) -> Result<Vec<u8>> {
    let (_, history) = read(app, actor, def, id).await?;
    Ok(history.stamps().encode())
}

async fn read(app: &App, actor: &Actor, def: &'static EntityDef, id: RecordId) -> Result<(Row, History)> {
    let mut tx = app.db().tenant_snapshot(&actor.tenant().schema).await?;
    let row = store::one(&mut tx, def, &actor.grants(), id).await?.ok_or(Code::NotFound)?;
    let (saved, stamps) = store::saved(&mut tx, id).await?;
    let log = store::log_stamps(&mut tx, id).await?;
    let made = row.clone();
    let history = blocking(move || {
        let log: Vec<(ChangeHash, Stamp)> = log
            .into_iter()
            .filter_map(|(hash, by, at)| {
                Some((ChangeHash::try_from(hash.as_slice()).ok()?, Stamp { at, by }))
            })
            .collect();
        History::read(
            def,
            &saved,
            &Known {
                created: Stamp { at: made.created_at, by: made.created_by },
                updated: Stamp { at: made.updated_at, by: made.updated_by },
                stamps: &Stamps::kept(stamps.as_deref()),
                log: &log,
            },
        )
    })
    .await?;
    let unknown: Vec<Vec<u8>> = history.unknown_actors().into_iter().collect();
    let owners =
        if unknown.is_empty() { Default::default() } else { store::owners(&mut tx, &unknown).await? };
    tx.commit().await?;
    Ok((row, history.attributed(|actor| owners.get(actor).copied())))
}

/// What is older is not shown.
fn horizon(app: &App) -> Millis {
    app.now() - HISTORY_DAYS * DAY_MS
}

fn place(number: i64) -> usize {
    usize::try_from(number).unwrap_or_default()
}

/// A step as a client reads it.
fn shown(step: &Step) -> Value {
    let mut shown = serde_json::json!(step);
    shown["at"] = time::rfc3339(step.at).into();
    shown
}

/// Goes through changes on a thread for it: a busy record has many.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, Problem> + Send + 'static,
) -> Result<T> {
    Ok(tokio::task::spawn_blocking(work).await.context("read a history")??)
}
