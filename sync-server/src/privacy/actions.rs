//! Erasing a candidate for good, and seeing where that has been done.

use std::sync::Arc;

use anyhow::Context as _;
use serde::Serialize;
use zumodra_shared::access::Principal;
use zumodra_shared::ats::{Attachment, Candidate, Offer};
use zumodra_shared::hr::{Contract, Employee, Onboarding};
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{Code, RecordId};
use zumodra_shared::schema::Entity as _;

use super::store::{self, ErasureRow};
use crate::accounts::sessions::administers;
use crate::accounts::{devices, directory};
use crate::app::App;
use crate::error::Result;
use crate::files;
use crate::notifications::actions as notifications;
use crate::sync::erase::{self, Closure};
use crate::tenants::Tenant;

/// The fields that name files.
const FILES: [&str; 3] = ["resume_hash", "letter_hash", "file_hash"];
/// Erasures and requests that are shown.
const MAX_SHOWN: i64 = 200;

/// Somebody who asks to be erased.
#[derive(Debug, Clone, Serialize)]
pub struct Asked {
    /// The candidate.
    pub candidate_id: RecordId,
    /// When they asked, in milliseconds.
    pub asked_at: Millis,
}

/// A device that has not said yet that what was erased is gone from it.
#[derive(Debug, Clone, Serialize)]
pub struct Waiting {
    /// The device.
    pub device_id: RecordId,
    /// Whose it is; none for one that was not seen for so long that it is forgotten.
    pub user_id: Option<RecordId>,
    /// Its name, or an empty text.
    pub name: String,
    /// When it was last seen, in milliseconds.
    pub last_seen_at: Option<Millis>,
}

/// What was erased, and where it has been done.
#[derive(Debug, Clone, Serialize)]
pub struct Erasure {
    /// The candidate that there was.
    pub candidate_id: RecordId,
    /// When they asked for it, in milliseconds; none if they did not.
    pub asked_at: Option<Millis>,
    /// When it was done here, in milliseconds.
    pub erased_at: Millis,
    /// Who did it.
    pub erased_by: Option<RecordId>,
    /// Records that were erased.
    pub documents: i32,
    /// Files that were erased.
    pub files: i32,
    /// Devices that may have held something of it.
    pub devices: usize,
    /// Those of them that have not confirmed yet.
    pub waiting: Vec<Waiting>,
}

/// What was asked for and what was done.
#[derive(Debug, Clone, Serialize)]
pub struct Erasures {
    /// Who asks to be erased, the longest waiting first.
    pub asked: Vec<Asked>,
    /// What was erased, the newest first.
    pub done: Vec<Erasure>,
}

/// A device that may hold something, and up to where it is known to have read the log.
struct Reader {
    waiting: Waiting,
    /// When it first signed in; 0 for one that is not known any more.
    since: Millis,
    reached: i64,
}

/// Erases a candidate with all that belongs to them, and whoever was merged with them. Erased once, it stays so: asked
/// again, the answer is the same.
///
/// # Errors
/// [`Code::Forbidden`] for who is no administrator, [`Code::NotFound`] for no candidate, [`Code::PersonHired`],
/// [`Code::InterviewAhead`] or [`Code::OfferOpen`].
pub async fn erase(app: &App, by: &Principal, tenant: &Arc<Tenant>, candidate: RecordId) -> Result<Erasure> {
    if !administers(by.role) {
        return Err(Code::Forbidden.into());
    }
    // Whoever asked may hang up: what was begun is brought to its end.
    let (working, user, here) = (app.clone(), by.user_id, Arc::clone(tenant));
    let work = app.tasks().spawn(async move { carry_out(&working, user, &here, candidate).await });
    let row = work.await.context("erase a candidate")??;
    shown(row, &readers(app, by, tenant).await?)
}

async fn carry_out(app: &App, by: RecordId, tenant: &Tenant, candidate: RecordId) -> Result<ErasureRow> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let locked = erase::lock(&mut tx).await?;
    let candidates = store::same_person(&mut tx, candidate).await?;
    let closure = Closure::of(&mut tx, locked, &candidates).await?;
    if let Some(done) = store::erased(&mut tx, candidate).await? {
        tx.commit().await?;
        return Ok(done);
    }
    if !store::is_there(&mut tx, candidate, i32::from(Candidate::DEF.code)).await? {
        return Err(Code::NotFound.into());
    }
    let docs = closure.docs();
    let (ahead, open, accepted) = store::under_way(&mut tx, &docs, app.now()).await?;
    if accepted || closure.has(&[&Employee::DEF, &Contract::DEF, &Onboarding::DEF]) {
        return Err(Code::PersonHired.into());
    }
    if ahead || open {
        return Err(if ahead { Code::InterviewAhead } else { Code::OfferOpen }.into());
    }
    let asked_at = store::asked_at(&mut tx, &candidates).await?;
    let mut addresses = store::addresses(&mut tx, &docs).await?;
    let members = directory::members_among(app, tenant.id, &addresses).await?;
    addresses.retain(|address| !members.contains(address));
    let mut hashes = closure.ever(&mut tx, &[&Candidate::DEF, &Offer::DEF, &Attachment::DEF], &FILES).await?;
    hashes.extend(store::files(&mut tx, &docs, &addresses).await?);
    let hashes: Vec<String> = hashes.into_iter().collect();
    // What has no address is found by the records.
    for address in addresses.iter().map(String::as_str).chain([""]) {
        notifications::forget_in(app, &mut tx, address, &candidates, &docs).await?;
    }
    store::remove_traces(&mut tx, &docs, &addresses).await?;
    let erased = closure.erase(&mut tx).await?;
    let unnamed = store::remove_files(&mut tx, &hashes).await?;
    let row = ErasureRow {
        record: candidate,
        asked_at,
        erased_at: Some(app.now()),
        erased_by: Some(by),
        seq: Some(erased.seq()),
        documents: i32::try_from(docs.len()).ok(),
        files: i32::try_from(unnamed.len()).ok(),
    };
    store::note(&mut tx, &row).await?;
    tx.commit().await?;
    erased.tell(app, tenant);
    for hash in &unnamed {
        if let Err(error) = files::actions::remove(app, tenant, hash).await {
            tracing::error!(tenant = %tenant.id, %error, "a file of somebody erased could not be removed");
        }
    }
    tracing::info!(tenant = %tenant.id, documents = docs.len(), files = unnamed.len(), "a candidate was erased");
    Ok(row)
}

/// What was asked for and what was done.
///
/// # Errors
/// [`Code::Forbidden`] for who is no administrator.
pub async fn list(app: &App, by: &Principal, tenant: &Tenant) -> Result<Erasures> {
    if !administers(by.role) {
        return Err(Code::Forbidden.into());
    }
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let asked = store::asked(&mut tx, i32::from(Candidate::DEF.code), MAX_SHOWN).await?;
    let done = store::done(&mut tx, MAX_SHOWN).await?;
    tx.commit().await?;
    let asked =
        asked.into_iter().filter_map(|row| Some(Asked { candidate_id: row.record, asked_at: row.asked_at? }));
    let readers = if done.is_empty() { Vec::new() } else { readers(app, by, tenant).await? };
    let done = done.into_iter().map(|row| shown(row, &readers)).collect::<Result<_>>()?;
    Ok(Erasures { asked: asked.collect(), done })
}

/// The devices that ever connected and were not revoked: those wipe themselves. One that was not seen for so long that it
/// is forgotten may hold something still.
async fn readers(app: &App, by: &Principal, tenant: &Tenant) -> Result<Vec<Reader>> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let reached = erase::devices(&mut tx).await?;
    tx.commit().await?;
    let ids: Vec<RecordId> = reached.iter().map(|(device, _)| *device).collect();
    let known = devices::among(app, by.tenant_id, &ids).await?;
    let readers = reached.into_iter().filter_map(|(device_id, reached)| {
        let device = known.iter().find(|device| device.id == device_id);
        if device.is_some_and(|device| device.revoked_at.is_some()) {
            return None;
        }
        let waiting = Waiting {
            device_id,
            user_id: device.map(|device| device.user_id),
            name: device.map(|device| device.name.clone()).unwrap_or_default(),
            last_seen_at: device.map(|device| device.last_seen_at),
        };
        Some(Reader { waiting, since: device.map_or(0, |device| device.created_at), reached })
    });
    Ok(readers.collect())
}

fn shown(row: ErasureRow, readers: &[Reader]) -> Result<Erasure> {
    let (Some(erased_at), Some(seq)) = (row.erased_at, row.seq) else { return Err(Code::NotFound.into()) };
    // A device that came later never held anything of it.
    let held: Vec<&Reader> = readers.iter().filter(|reader| reader.since <= erased_at).collect();
    let waiting = held.iter().filter(|reader| reader.reached < seq).map(|reader| reader.waiting.clone());
    Ok(Erasure {
        candidate_id: row.record,
        asked_at: row.asked_at,
        erased_at,
        erased_by: row.erased_by,
        documents: row.documents.unwrap_or_default(),
        files: row.files.unwrap_or_default(),
        devices: held.len(),
        waiting: waiting.collect(),
    })
}
