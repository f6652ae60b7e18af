//! A file beside the résumé that is kept with a candidate: an earlier résumé, a portfolio, a certificate.

use serde::{Deserialize, Serialize};

use super::{Application, Candidate, Job};
use crate::choice;
use crate::kernel::{Code, Id, Problem};
use crate::schema::{Entity, Fields};

/// Characters of a SHA-256 in hexadecimal.
const HASH_CHARS: usize = 64;

choice! {
    /// What a file is.
    pub enum AttachmentKind {
        /// A résumé beside the one on the candidate.
        Resume = "resume",
        /// A letter.
        CoverLetter = "cover_letter",
        /// Work that they show.
        Portfolio = "portfolio",
        /// A certificate or a diploma.
        Certificate = "certificate",
        /// What somebody says of them.
        Reference = "reference",
        /// Something else.
        Other = "other",
    }
}

/// A file that is kept with a candidate, beside their résumé. Who sees it follows from the job that it names, as with notes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(
    collection = "attachments",
    code = 25,
    by = "job_id",
    title = "name",
    within = "candidate_id, application_id, job_id"
)]
pub struct Attachment {
    /// Whose it is.
    #[field(required, immutable, index)]
    pub candidate_id: Id<Candidate>,
    /// About which application, if about one.
    #[field(immutable)]
    pub application_id: Option<Id<Application>>,
    /// That application's job.
    #[field(immutable)]
    pub job_id: Option<Id<Job>>,
    /// What it is.
    pub kind: AttachmentKind,
    /// The file's name.
    #[field(required, max = 200, search)]
    pub name: String,
    /// SHA-256 of the file, in lower-case hexadecimal.
    #[field(required, immutable, max = 64, index)]
    pub file_hash: String,
    /// The file's media type.
    #[field(required, immutable, max = 100)]
    pub media_type: String,
    /// The file's size in bytes.
    #[field(immutable, min = 0)]
    pub bytes: i64,
    /// What the application form asked for, where this is the answer.
    #[field(server, max = 300)]
    pub label: String,
    /// Whether the candidate handed it in themselves.
    #[field(server)]
    pub by_candidate: bool,
}

/// Checks an attachment: it names a file, and is about what its application is about.
///
/// # Errors
/// The refusal that the rule calls for.
pub(super) fn check(
    before: Option<&Fields>,
    after: &Fields,
    related: &dyn super::rules::Related,
) -> Result<(), Problem> {
    if before.is_some() {
        return Ok(());
    }
    let hash = super::rules::text(after, "file_hash");
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if hash.len() != HASH_CHARS || !hash.bytes().all(is_digit) {
        return Err(Problem::new(Code::InvalidFields).field("file_hash", "This names no file."));
    }
    let names = |field: &str| after.get(field).is_some_and(|id| !id.is_null());
    match (names("application_id"), names("job_id")) {
        (true, _) => super::rules::about(after, related).map(drop),
        (false, true) => {
            let message = "A job is named by its application.";
            Err(Problem::new(Code::InvalidFields).field("job_id", message))
        }
        (false, false) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::json;

    use super::*;
    use crate::kernel::RecordId;

    fn fields(value: serde_json::Value) -> Fields {
        match value {
            serde_json::Value::Object(fields) => fields,
            _ => Fields::new(),
        }
    }

    #[test]
    fn it_names_a_file_and_is_about_what_its_application_is_about() {
        let [ada, bob, job, application] = [1, 2, 3, 4].map(RecordId::from_u128);
        let about = fields(json!({ "candidate_id": ada, "job_id": job, "pipeline_id": job }));
        let related: HashMap<RecordId, Fields> = HashMap::from([(application, about)]);
        let hash = "0a".repeat(32);
        let of = |candidate: RecordId, application: Option<RecordId>, job: Option<RecordId>, hash: &str| {
            let after = json!({ "candidate_id": candidate, "application_id": application, "job_id": job, "file_hash": hash });
            check(None, &fields(after), &related).map_err(|problem| problem.code)
        };
        assert_eq!(of(ada, None, None, &hash), Ok(()));
        assert_eq!(of(ada, Some(application), Some(job), &hash), Ok(()));
        let wrong = Err(Code::InvalidFields);
        assert_eq!(of(bob, Some(application), Some(job), &hash), wrong, "of somebody else");
        assert_eq!(of(ada, Some(application), None, &hash), wrong, "for nobody's job");
        assert_eq!(of(ada, None, Some(job), &hash), wrong, "a job without an application");
        assert_eq!(of(ada, Some(bob), Some(job), &hash), Err(Code::UnknownReference));
        for bad in ["", "0a", &"0A".repeat(32), &"0g".repeat(32), &format!("{hash}0")] {
            assert_eq!(of(ada, None, None, bad), wrong, "{bad}");
        }
    }
}
