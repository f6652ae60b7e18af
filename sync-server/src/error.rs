//! What can go wrong on the server: a refusal that somebody can act on, or a failure that is ours.

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};
use zumodra_shared::kernel::{Code, Problem};

use crate::db::migrate::MigrateError;

/// The result of everything that a request does.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done.
#[derive(Debug)]
pub enum Error {
    /// A refusal with a stable code.
    Refused(Box<Refusal>),
    /// A failure of ours: logged once where it becomes a response, and told to nobody.
    Failed(anyhow::Error),
}

/// A refusal, with what HTTP adds to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The code, the detail and the fields.
    pub problem: Problem,
    /// Further members of the body.
    pub more: Map<String, Value>,
    /// When to come back.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// A refusal with nothing to add.
    #[must_use]
    pub fn new(problem: impl Into<Problem>) -> Self {
        Self { problem: problem.into(), more: Map::new(), retry_after: None }
    }

    /// Adds a member to the body.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    /// Says when to come back.
    #[must_use]
    pub const fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }
}

impl Error {
    /// The code of a refusal; a failure of ours is [`Code::Internal`] or [`Code::Unavailable`].
    #[must_use]
    pub fn code(&self) -> Code {
        self.refusal().problem.code
    }

    /// What may be told about it.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Refused(refusal) => (**refusal).clone(),
            Self::Failed(error) if is_outage(error) => Refusal::new(Code::Unavailable),
            Self::Failed(_) => Refusal::new(Code::Internal),
        }
    }
}

/// Whether the database was out of reach or out of connections: worth another try later.
fn is_outage(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<sqlx::Error>()).any(|cause| {
        matches!(cause, sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_))
    })
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.problem.fmt(f),
            Self::Failed(error) => write!(f, "{error:#}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Refusal::new(problem).into()
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Refusal::new(code).into()
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<MigrateError> for Error {
    fn from(error: MigrateError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull {
            return Code::DiskFull.into();
        }
        Self::Failed(error.into())
    }
}

/// Turns the violation of a named constraint into a refusal.
pub trait OnConstraint<T> {
    /// The refusal when this constraint was violated; any other error as it is.
    ///
    /// # Errors
    /// The refusal or the error.
    fn on_constraint(self, name: &str, refusal: impl Into<Error>) -> Result<T>;
}

impl<T> OnConstraint<T> for sqlx::Result<T> {
    fn on_constraint(self, name: &str, refusal: impl Into<Error>) -> Result<T> {
        self.map_err(|error| {
            let violated = error.as_database_error().and_then(|error| error.constraint());
            if violated == Some(name) { refusal.into() } else { error.into() }
        })
    }
}
