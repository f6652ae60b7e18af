//! Files of candidates: the résumé, and what is attached beside it.

use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Value, json};
use zumodra_resume::{ReadError, Resume};
use zumodra_shared::ats::rules::text;
use zumodra_shared::ats::{Application, Attachment, AttachmentKind};
use zumodra_shared::kernel::limits::MAX_RESUME_TEXT_CHARS;
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::Entity as _;

use super::Engine;
use super::ask::file_bytes;
use super::exchange::{Saved, save_as};
use crate::ats::duplicates::shown_as;
use crate::replica::{NewResume, Record, StoredFile, Written, attachment, get, knows};
use crate::sync::transfer;

/// Characters of a file's name.
const MAX_FILE_NAME_CHARS: usize = 200;

/// A résumé that is put in.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResumeRequest {
    candidate_id: RecordId,
    name: String,
    bytes: String,
}

/// A file that is attached beside the résumé.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileRequest {
    candidate_id: RecordId,
    /// The application that it is about: who sees its job's candidates sees the file.
    application_id: Option<RecordId>,
    kind: String,
    name: String,
    bytes: String,
}

/// A file as the person named it, without what no file's name may have.
fn named(name: &str, bytes: &str) -> Result<StoredFile, Problem> {
    let bytes = file_bytes(bytes)?;
    let name: String = name.chars().filter(|c| !c.is_control() && !"/\\".contains(*c)).collect();
    let name: String = name.chars().take(MAX_FILE_NAME_CHARS).collect();
    transfer::file_of(&name, bytes)
}

/// Reads a document; [`Code::Internal`] for one at which the reader panics.
async fn read(bytes: Vec<u8>) -> Result<Result<Resume, ReadError>, Problem> {
    let read = tokio::task::spawn_blocking(move || zumodra_resume::read(&bytes, None)).await;
    read.map_err(|_| Problem::new(Code::Internal))
}

/// The words of a document, so that it is found by them; none where they cannot be read.
async fn words(bytes: Vec<u8>) -> String {
    let most = usize::try_from(MAX_RESUME_TEXT_CHARS).unwrap_or_default();
    let Ok(Ok(resume)) = read(bytes).await else { return String::new() };
    resume.plain_text().trim_end().chars().filter(|c| *c != '\0').take(most).collect()
}

fn record(conn: &Connection, kind: &str, id: RecordId) -> Result<Record, Problem> {
    let found = get(conn, kind, id)?.filter(|record| !record.deleted);
    found.ok_or_else(|| Problem::new(Code::NotFound))
}

impl Engine {
    /// Puts a résumé in, with its words; the one before is kept beside it.
    ///
    /// # Errors
    /// [`Code::UnsupportedFile`], [`Code::TooLarge`], [`Code::NotFound`]; as an edit of the candidate.
    pub(super) async fn attach_resume(&self, request: ResumeRequest) -> Result<Written, Problem> {
        let workspace = self.workspace()?;
        let file = named(&request.name, &request.bytes)?;
        let words = words(file.bytes.clone()).await;
        let StoredFile { hash, name, media_type, .. } = file.clone();
        let resume = NewResume { candidate: request.candidate_id, hash, name, media_type, words, was: None };
        workspace.store(move |replica, now| replica.put_resume(Some(&file), &resume, now)).await
    }

    /// Attaches a file beside the résumé.
    ///
    /// # Errors
    /// As [`Engine::attach_resume`]; [`Code::ServerTooOld`] where the server does not know such records yet.
    pub(super) async fn attach_file(&self, request: FileRequest) -> Result<Written, Problem> {
        let workspace = self.workspace()?;
        let file = named(&request.name, &request.bytes)?;
        let (named, size) = (file.clone(), file.bytes.len());
        let made = workspace.query(move |conn, _| {
            if !knows(conn, &Attachment::DEF)? {
                return Err(Problem::new(Code::ServerTooOld));
            }
            let application =
                request.application_id.map(|id| record(conn, Application::NAME, id)).transpose()?;
            let kind = AttachmentKind::from_name(&request.kind);
            let named = (named.name.as_str(), named.media_type.as_str(), named.hash.as_str());
            Ok(attachment((request.candidate_id, application.as_ref()), kind, named, size))
        });
        let made = made.await?;
        workspace.store(move |replica, now| replica.attach(Some(&file), &[], &[made], now)).await
    }

    /// Makes an attached résumé the résumé; the one before is kept in its place. It is that of whoever the candidate was merged
    /// into: there the file is shown.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::WrongState`] for a file that is no résumé; [`Code::Offline`] where the file is not here; as
    /// an edit of the candidate.
    pub(super) async fn use_as_resume(&self, id: RecordId) -> Result<Written, Problem> {
        let workspace = self.workspace()?;
        let beside = workspace.query(move |conn, _| {
            let beside = record(conn, Attachment::NAME, id)?;
            let candidate = text(&beside.fields, "candidate_id").parse();
            let candidate = candidate.map_err(|_| Problem::new(Code::NotFound))?;
            Ok((shown_as(conn, candidate)?, beside.fields))
        });
        let (candidate, fields) = beside.await?;
        let of = |field: &str| text(&fields, field).to_owned();
        if AttachmentKind::from_name(&of("kind")) != AttachmentKind::Resume {
            return Err(Problem::new(Code::WrongState));
        }
        let (hash, name, media_type) = (of("file_hash"), of("name"), of("media_type"));
        let words = words(transfer::fetch(&workspace, hash.clone()).await?).await;
        let resume = NewResume { candidate, hash, name, media_type, words, was: Some(id) };
        workspace.store(move |replica, now| replica.put_resume(None, &resume, now)).await
    }

    /// Writes a file into the person's folder of downloads.
    ///
    /// # Errors
    /// [`Code::Offline`] where it is not here; [`Code::NotFound`]; [`Code::DiskFull`].
    pub(super) async fn save_file(&self, hash: String, name: &str) -> Result<Saved, Problem> {
        let bytes = transfer::fetch(&self.workspace()?, hash).await?;
        Ok(Saved { path: save_as(name, &bytes)?, rows: 1 })
    }

    /// What a résumé says, field by field, or why nothing of it could be read. It is read here, so that no network is needed.
    ///
    /// # Errors
    /// As [`transfer::fetch`].
    pub(super) async fn read_resume(&self, hash: String) -> Result<Value, Problem> {
        read_document(transfer::fetch(&self.workspace()?, hash).await?).await
    }
}

/// What a document says of somebody, field by field, or why nothing of it could be read.
///
/// # Errors
/// [`Code::Internal`] for one at which the reader panics.
pub(super) async fn read_document(bytes: Vec<u8>) -> Result<Value, Problem> {
    Ok(match read(bytes).await? {
        Ok(resume) => json!({ "fields": resume.fields, "why": null }),
        Err(error) => json!({ "fields": null, "why": why(error) }),
    })
}

const fn why(error: ReadError) -> &'static str {
    match error {
        ReadError::Empty => "empty",
        ReadError::TooLarge => "too_large",
        ReadError::Unsupported => "unsupported",
        ReadError::Encrypted => "encrypted",
        ReadError::Scan => "scan",
        ReadError::Broken => "broken",
        ReadError::TooComplex => "too_complex",
    }
}
