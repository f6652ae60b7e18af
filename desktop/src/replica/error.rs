//! What can go wrong in the store, and the refusal that each becomes for people.

use rusqlite::ErrorCode;
use zumodra_shared::kernel::{Code, Problem};

/// A failure inside the store.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A refusal that a person can act on.
    #[error("{0}")]
    Refused(#[from] Problem),
    /// SQLite said no.
    #[error("the local database failed: {0}")]
    Sql(#[from] rusqlite::Error),
    /// Something that this store wrote does not read back.
    #[error("a stored value does not read back: {0}")]
    Json(#[from] serde_json::Error),
    /// The file system said no.
    #[error("the file system failed: {0}")]
    Io(#[from] std::io::Error),
}

/// The result of a step inside the store.
pub(crate) type Result<T> = std::result::Result<T, Error>;

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::Refused(Problem::new(code))
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::Refused(problem) => return problem.clone(),
            Error::Sql(sql) => code_of(sql),
            Error::Json(_) => Code::ReplicaDamaged,
            Error::Io(io) if io.kind() == std::io::ErrorKind::StorageFull => Code::DiskFull,
            Error::Io(_) => Code::Internal,
        };
        tracing::error!(%error, %code, "the local store failed");
        Self::new(code)
    }
}

fn code_of(error: &rusqlite::Error) -> Code {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Code::DiskFull,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Code::ReplicaDamaged,
        _ => Code::Internal,
    }
}
