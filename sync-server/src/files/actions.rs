//! What happens to files: begun, received piece by piece, checked, kept, and given out.

use std::ops::Range;

use anyhow::Context as _;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use zumodra_shared::access::{Action, Reach, reach};
use zumodra_shared::kernel::time::Millis;
use zumodra_shared::kernel::{Code, Problem, RecordId};

use super::kind::{FileKind, sniff};
use super::store::{self, File};
use crate::app::App;
use crate::check::Check;
use crate::error::{Refusal, Result};
use crate::http::extract::Actor;
use crate::limits::FILE_LINK_MS;
use crate::tenants::Tenant;

/// The kind that files belong to.
const CANDIDATES: &str = "candidates";
/// What signed addresses are signed for.
const LINK: &str = "file link";
/// Characters of a file's name.
const MAX_NAME_CHARS: usize = 200;

/// An upload that begins.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Begin {
    /// SHA-256 of the whole, in lower-case hexadecimal.
    pub hash: String,
    /// The whole size.
    pub bytes: u64,
    /// The name, with its extension.
    pub name: String,
    /// The type that the name says.
    pub media_type: String,
}

/// Where an upload is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// `receiving` or `ready`.
    pub state: &'static str,
    /// Bytes that are here.
    pub received: u64,
}

const fn ready(bytes: u64) -> Progress {
    Progress { state: "ready", received: bytes }
}

/// Whether a text is a SHA-256 in the form that files are named by.
#[must_use]
pub fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Begins an upload, or says how much of it is here already.
///
/// # Errors
/// [`Code::InvalidFields`], [`Code::TooLarge`], [`Code::UnsupportedFile`].
pub async fn begin(app: &App, tenant: &Tenant, by: RecordId, input: Begin) -> Result<Progress> {
    let file = claimed(app, input)?;
    let _turn = app.blobs().turn(tenant.id, &file.hash).await;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let known = store::find(&mut tx, &file.hash).await?;
    if let Some(known) = known.as_ref().filter(|known| known.is_ready()) {
        store::adopt(&mut tx, &file.hash, by).await?;
        tx.commit().await?;
        return Ok(ready(known.size()));
    }
    if known.is_none_or(|known| known.bytes != file.bytes) {
        // Bytes of another claim, or of one that was swept away, are not this file's.
        app.blobs().discard(tenant.id, &file.hash).await?;
    }
    store::claim(&mut tx, &file, by, app.now()).await?;
    tx.commit().await?;
    Ok(Progress { state: "receiving", received: app.blobs().received(tenant.id, &file.hash).await? })
}

fn claimed(app: &App, input: Begin) -> Result<File> {
    let mut check = Check::new();
    let name = check.line("name", &input.name, MAX_NAME_CHARS);
    if !is_hash(&input.hash) {
        check.wrong("hash", "Write the SHA-256 as 64 lower-case hexadecimal digits.");
    }
    if input.bytes == 0 {
        check.wrong("bytes", "The file is empty.");
    }
    if name.contains(['/', '\\']) {
        check.wrong("name", "Write a name without a folder.");
    }
    check.done()?;
    if input.bytes > app.config().max_upload_bytes {
        return Err(Code::TooLarge.into());
    }
    let kind = FileKind::from_media_type(&input.media_type).ok_or(Code::UnsupportedFile)?;
    if FileKind::from_name(&name) != Some(kind) {
        return Err(Code::UnsupportedFile.into());
    }
    Ok(File {
        hash: input.hash,
        bytes: i64::try_from(input.bytes).unwrap_or(i64::MAX),
        media_type: kind.media_type().to_owned(),
        name,
        state: "receiving".to_owned(),
    })
}

/// Adds a piece. The last one completes the file: it is checked and then can be had.
///
/// # Errors
/// [`Code::NotFound`] for an upload that was not begun, [`Code::Conflict`] with the bytes that are here for a piece at
/// another place, [`Code::FileMismatch`] and [`Code::UnsupportedFile`] for a whole that is not what was said.
pub async fn append(app: &App, tenant: &Tenant, hash: &str, offset: u64, piece: Bytes) -> Result<Progress> {
    let _turn = app.blobs().turn(tenant.id, hash).await;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let file = store::find(&mut tx, hash).await?.ok_or(Code::NotFound)?;
    tx.commit().await?;
    if file.is_ready() {
        return Ok(ready(file.size()));
    }
    let here = app.blobs().received(tenant.id, hash).await?;
    if here != offset {
        return Err(Refusal::new(Code::Conflict).with("received", json!(here)).into());
    }
    let received = offset + piece.len() as u64;
    if received > file.size() {
        return Err(Code::TooLarge.into());
    }
    app.blobs().append(tenant.id, hash, offset, &piece).await?;
    if received == file.size() {
        return complete(app, tenant, &file).await;
    }
    let mut tx = app.db().tenant(&tenant.schema).await?;
    store::received(&mut tx, hash, i64::try_from(received).unwrap_or(i64::MAX)).await?;
    tx.commit().await?;
    Ok(Progress { state: "receiving", received })
}

async fn complete(app: &App, tenant: &Tenant, file: &File) -> Result<Progress> {
    let bytes = Bytes::from(app.blobs().half(tenant.id, &file.hash).await?);
    match checked(bytes.clone(), file.hash.clone(), FileKind::from_media_type(&file.media_type)).await {
        Ok(kind) => {
            app.blobs().put(tenant.id, &file.hash, bytes).await?;
            let mut tx = app.db().tenant(&tenant.schema).await?;
            store::ready(&mut tx, &file.hash, kind.media_type()).await?;
            tx.commit().await?;
            app.blobs().discard(tenant.id, &file.hash).await?;
            Ok(ready(file.size()))
        }
        Err(refused) => {
            let mut tx = app.db().tenant(&tenant.schema).await?;
            store::forget(&mut tx, &file.hash).await?;
            tx.commit().await?;
            app.blobs().discard(tenant.id, &file.hash).await?;
            Err(refused)
        }
    }
}

/// Removes the bytes of a file that is not known any more. One that somebody has sent again meanwhile stays.
///
/// # Errors
/// When the database or the folder fails.
pub async fn remove(app: &App, tenant: &Tenant, hash: &str) -> Result<()> {
    let _turn = app.blobs().turn(tenant.id, hash).await;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let known = store::find(&mut tx, hash).await?;
    tx.commit().await?;
    if known.is_some() { Ok(()) } else { app.blobs().remove(tenant.id, hash).await }
}

/// Whether bytes are what they were said to be.
async fn checked(bytes: Bytes, hash: String, claimed: Option<FileKind>) -> Result<FileKind> {
    let judged = tokio::task::spawn_blocking(move || -> Result<FileKind, Problem> {
        if format!("{:x}", Sha256::digest(&bytes)) != hash {
            return Err(Problem::new(Code::FileMismatch));
        }
        let kind = sniff(&bytes)?;
        if Some(kind) == claimed { Ok(kind) } else { Err(Problem::new(Code::UnsupportedFile)) }
    });
    match judged.await {
        Ok(judged) => Ok(judged?),
        // A file at which a decoder panics is no file that we take.
        Err(error) if error.is_panic() => Err(Code::UnsupportedFile.into()),
        Err(error) => Err(error).context("check a file")?,
    }
}

/// Takes a whole file at once, for forms: the same checks, the same place.
///
/// # Errors
/// As [`begin`] and [`append`].
pub async fn keep(app: &App, tenant: &Tenant, by: RecordId, name: &str, bytes: Bytes) -> Result<File> {
    let kind = FileKind::from_name(name).ok_or(Code::UnsupportedFile)?;
    let hash = format!("{:x}", Sha256::digest(&bytes));
    let input = Begin {
        hash: hash.clone(),
        bytes: bytes.len() as u64,
        name: name.to_owned(),
        media_type: kind.media_type().to_owned(),
    };
    let file = claimed(app, input)?;
    checked(bytes.clone(), hash.clone(), Some(kind)).await?;
    let _turn = app.blobs().turn(tenant.id, &hash).await;
    app.blobs().put(tenant.id, &hash, bytes).await?;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    store::claim(&mut tx, &file, by, app.now()).await?;
    store::ready(&mut tx, &hash, kind.media_type()).await?;
    store::came_again(&mut tx, &hash, app.now()).await?;
    let kept = store::find(&mut tx, &hash).await?.ok_or(Code::NotFound)?;
    tx.commit().await?;
    app.blobs().discard(tenant.id, &hash).await?;
    Ok(kept)
}

/// A file that can be had.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn find(app: &App, tenant: &Tenant, hash: &str) -> Result<File> {
    if !is_hash(hash) {
        return Err(Code::NotFound.into());
    }
    let mut tx = app.db().tenant(&tenant.schema).await?;
    let file = store::find(&mut tx, hash).await?.filter(File::is_ready).ok_or(Code::NotFound)?;
    tx.commit().await?;
    Ok(file)
}

/// A file that can be had by somebody: that of a candidate whom they see; and for who may see all that are not private,
/// one that is nobody's yet.
///
/// # Errors
/// [`Code::Forbidden`] for who sees no candidates at all, [`Code::NotFound`].
pub async fn find_for(app: &App, actor: &Actor, hash: &str) -> Result<File> {
    let reach = reach(actor.role, CANDIDATES, Action::Read);
    if reach == Reach::None {
        return Err(Code::Forbidden.into());
    }
    let mut tx = app.db().tenant(&actor.tenant().schema).await?;
    let (is_somebodys, is_seen) = store::belongs(&mut tx, &actor.grants(), hash).await?;
    tx.commit().await?;
    if !is_seen && (is_somebodys || reach != Reach::All) {
        return Err(Code::NotFound.into());
    }
    find(app, actor.tenant(), hash).await
}

/// Whether a file that came with a form is still here. It is then kept for as long as one that came now.
///
/// # Errors
/// When the database fails.
pub async fn still_wanted(app: &App, tenant: &Tenant, hash: &str) -> Result<bool> {
    let mut tx = app.db().tenant(&tenant.schema).await?;
    store::came_again(&mut tx, hash, app.now()).await?;
    let is_there = store::find(&mut tx, hash).await?.is_some_and(|file| file.is_ready());
    tx.commit().await?;
    Ok(is_there)
}

/// Removes a file that came with a form which was never sent, if it still is one. The row goes last, so that what is cut
/// short is taken up again.
///
/// # Errors
/// When the database or the folder fails.
pub async fn remove_unsent(app: &App, tenant: &Tenant, hash: &str, before: Millis) -> Result<()> {
    let _turn = app.blobs().turn(tenant.id, hash).await;
    let mut tx = app.db().tenant(&tenant.schema).await?;
    if store::forget_unsent(&mut tx, hash, before).await? {
        app.blobs().remove(tenant.id, hash).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Part of a file's bytes.
///
/// # Errors
/// When they cannot be read.
pub async fn read(app: &App, tenant: &Tenant, file: &File, range: Range<u64>) -> Result<Bytes> {
    app.blobs().get(tenant.id, &file.hash, range).await
}

/// The path and query of a signed address that gives a file to whoever has it, for a few minutes.
#[must_use]
pub fn signed_path(app: &App, tenant: &Tenant, hash: &str) -> (String, i64) {
    let exp = app.now() + FILE_LINK_MS;
    let sig = app.keys().sign(LINK, &signed_text(tenant.id, hash, exp));
    (format!("/api/v1/files/{hash}/?tenant={}&exp={exp}&sig={sig}", tenant.id), exp)
}

/// Whether a signed address is ours and has not run out.
#[must_use]
pub fn is_signed(app: &App, tenant_id: RecordId, hash: &str, exp: i64, sig: &str) -> bool {
    exp > app.now() && app.keys().is_signed(LINK, &signed_text(tenant_id, hash, exp), sig)
}

fn signed_text(tenant_id: RecordId, hash: &str, exp: i64) -> String {
    format!("{tenant_id}\n{hash}\n{exp}")
}
