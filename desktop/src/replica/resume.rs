//! The résumé of a candidate, and the files beside it: one takes the other's place in one step.

use serde_json::{Value, json};
use zumodra_shared::ats::rules::text;
use zumodra_shared::ats::{Attachment, AttachmentKind, Candidate};
use zumodra_shared::kernel::{Code, Problem, RecordId};
use zumodra_shared::schema::{Edit, Entity as _, Fields};

use super::error::{Error, Result};
use super::files::{StoredFile, file};
use super::rows::{self, Record};
use super::write::knows;
use super::{CreateRequest, EditRequest, Replica, Tx, Written};

/// The name of a résumé that came without one.
const UNNAMED: &str = "resume";
/// The type of a file of which nobody said what it is.
const UNKNOWN_TYPE: &str = "application/octet-stream";
/// Characters of a SHA-256 in hexadecimal.
const HASH_CHARS: usize = 64;

/// A file that becomes somebody's résumé.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewResume {
    /// Whose.
    pub candidate: RecordId,
    /// SHA-256 of the file, in lower-case hexadecimal.
    pub hash: String,
    /// The file's name.
    pub name: String,
    /// The file's media type.
    pub media_type: String,
    /// What it says.
    pub words: String,
    /// The attached file that it was, which gives its place to the résumé before.
    pub was: Option<RecordId>,
}

/// A new record that names a file of a candidate's, about an application of theirs or none.
#[must_use]
pub fn attachment(
    (candidate, application): (RecordId, Option<&Record>),
    kind: AttachmentKind,
    (name, media_type, hash): (&str, &str, &str),
    bytes: usize,
) -> CreateRequest {
    let mut fields = Fields::new();
    if let Some(application) = application {
        fields.insert("application_id".to_owned(), json!(application.id));
        fields.extend(
            application.fields.get_key_value("job_id").map(|(name, job)| (name.clone(), job.clone())),
        );
    }
    let told = json!({
        "candidate_id": candidate, "kind": kind.name(), "name": name, "file_hash": hash, "media_type": media_type,
        "bytes": bytes,
    });
    if let Value::Object(told) = told {
        fields.extend(told);
    }
    CreateRequest { kind: Attachment::NAME.to_owned(), fields }
}

impl Replica {
    /// Makes a file somebody's résumé, storing it if it is new here; the résumé before is kept beside it.
    ///
    /// # Errors
    /// As [`Replica::attach`]; [`Code::NotFound`] for a candidate who is not here.
    pub fn put_resume(
        &mut self,
        file: Option<&StoredFile>,
        resume: &NewResume,
        now: i64,
    ) -> std::result::Result<Written, Problem> {
        self.write(now, |tx| {
            let made: Vec<CreateRequest> = tx.kept_beside(resume)?.into_iter().collect();
            let mut edits = vec![EditRequest {
                kind: Candidate::NAME.to_owned(),
                id: resume.candidate,
                edits: vec![
                    Edit::set("resume_hash", resume.hash.as_str()),
                    Edit::set("resume_name", resume.name.as_str()),
                    Edit::set("resume_type", resume.media_type.as_str()),
                    Edit::set("resume_text", resume.words.as_str()),
                ],
            }];
            edits.extend(resume.was.map(|id| EditRequest {
                kind: Attachment::NAME.to_owned(),
                id,
                edits: vec![Edit::deleted(true)],
            }));
            tx.attach(file, &edits, &made)
        })
    }
}

impl Tx<'_> {
    /// What keeps the present résumé of a candidate beside the one that takes its place; nothing where there is none, where it is
    /// kept already, or where the server does not know such records yet.
    fn kept_beside(&self, new: &NewResume) -> Result<Option<CreateRequest>> {
        let candidate = rows::get(self.conn, &Candidate::DEF, new.candidate)?.filter(|row| !row.deleted);
        let candidate = candidate.ok_or_else(|| Error::from(Code::NotFound))?;
        let hash = text(&candidate.fields, "resume_hash");
        let names_a_file =
            hash.len() == HASH_CHARS && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !names_a_file || hash == new.hash || !knows(self.conn, &Attachment::DEF)? {
            return Ok(None);
        }
        let sql = "select exists (select 1 from attachments where candidate_id = ?1 and file_hash = ?2 and deleted = 0)";
        let id = new.candidate.to_string();
        if self.conn.prepare_cached(sql)?.query_row((&id, hash), |row| row.get(0))? {
            return Ok(None);
        }
        let or = |field: &str, otherwise: &'static str| match text(&candidate.fields, field) {
            "" => otherwise.to_owned(),
            said => said.to_owned(),
        };
        let bytes = file(self.conn, hash)?.map_or(0, |file| file.bytes.len());
        let (name, media_type) = (or("resume_name", UNNAMED), or("resume_type", UNKNOWN_TYPE));
        let named = (name.as_str(), media_type.as_str(), hash);
        Ok(Some(attachment((new.candidate, None), AttachmentKind::Resume, named, bytes)))
    }
}
