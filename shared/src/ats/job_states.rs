//! The states of a job, as a table: which command leads from where to where, and what it asks for. The server judges by it,
//! the desktop asks it first, the window offers what it allows, and `docs/state-machines.md` is drawn from it.

use super::JobStatus::{Cancelled, Closed, Draft, Filled, OnHold, Open, PendingApproval};
use super::{Job, JobStatus};
use crate::schema::{Entity, FieldDef};

/// A command on a job, by which the server moves it from one status to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobCommand {
    /// Asks others to look at it and to publish it.
    Submit,
    /// Gives it back to whoever wrote it, with what is missing.
    Return,
    /// Agrees to it; the last of those who have to agree makes it public.
    Approve,
    /// Makes it public, for the first time.
    Publish,
    /// Takes it off the career page for a while.
    Hold,
    /// Makes it public again.
    Reopen,
    /// Ends it: nobody is looked for any more.
    Close,
    /// Ends it: every opening is filled.
    Fill,
    /// Calls it off.
    Cancel,
}

impl JobCommand {
    /// Every command, in the order in which a screen offers them.
    pub const ALL: [Self; 9] = [
        Self::Approve,
        Self::Publish,
        Self::Submit,
        Self::Return,
        Self::Hold,
        Self::Reopen,
        Self::Fill,
        Self::Close,
        Self::Cancel,
    ];

    /// The wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Submit => "submit_job",
            Self::Return => "return_job",
            Self::Approve => "approve_job",
            Self::Publish => "publish_job",
            Self::Hold => "hold_job",
            Self::Reopen => "reopen_job",
            Self::Close => "close_job",
            Self::Fill => "fill_job",
            Self::Cancel => "cancel_job",
        }
    }

    /// Reads a wire name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.name() == name)
    }

    /// What it does, in a sentence.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Submit => "Asks others to look at a draft and to publish it.",
            Self::Return => "Gives a job back to whoever wrote it, with what is missing.",
            Self::Approve => "Agrees to a job, which is published once everybody agreed who has to.",
            Self::Publish => "Publishes a job.",
            Self::Hold => "Pauses a job.",
            Self::Reopen => "Opens a job again that was paused or over.",
            Self::Close => "Ends a job without filling it, with a reason.",
            Self::Fill => "Ends a job of which every opening is filled.",
            Self::Cancel => "Calls a job off, with a reason.",
        }
    }

    /// Whether the public sees the job by it, or whoever is asked to publish it does.
    #[must_use]
    pub const fn shows(self) -> bool {
        matches!(self, Self::Submit | Self::Approve | Self::Publish | Self::Reopen)
    }

    /// Whether it has to say why.
    #[must_use]
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::Return | Self::Close | Self::Cancel)
    }

    /// Whether it is said by those who have to agree, whatever else they may do with jobs.
    #[must_use]
    pub const fn is_of_approvers(self) -> bool {
        matches!(self, Self::Approve | Self::Return)
    }

    /// Whether it makes the job public, so that the job has to be complete and the plan has to have room for it.
    #[must_use]
    pub const fn publishes(self) -> bool {
        matches!(self, Self::Publish | Self::Reopen)
    }
}

/// The table: from which status a command leads to which. The last approval leads to `open`; those before it stay.
pub const TRANSITIONS: &[(JobStatus, JobCommand, JobStatus)] = &[
    (Draft, JobCommand::Publish, Open),
    (Draft, JobCommand::Submit, PendingApproval),
    (Draft, JobCommand::Cancel, Cancelled),
    (PendingApproval, JobCommand::Approve, Open),
    (PendingApproval, JobCommand::Publish, Open),
    (PendingApproval, JobCommand::Return, Draft),
    (PendingApproval, JobCommand::Cancel, Cancelled),
    (Open, JobCommand::Hold, OnHold),
    (Open, JobCommand::Fill, Filled),
    (Open, JobCommand::Close, Closed),
    (Open, JobCommand::Cancel, Cancelled),
    (OnHold, JobCommand::Reopen, Open),
    (OnHold, JobCommand::Fill, Filled),
    (OnHold, JobCommand::Close, Closed),
    (OnHold, JobCommand::Cancel, Cancelled),
    (Closed, JobCommand::Reopen, Open),
    (Filled, JobCommand::Reopen, Open),
    (Cancelled, JobCommand::Reopen, Open),
];

/// Where a command leads; none where it is not legal. A status that a newer version wrote allows none.
#[must_use]
pub fn next(from: JobStatus, command: JobCommand) -> Option<JobStatus> {
    TRANSITIONS.iter().find(|(at, by, _)| (*at, *by) == (from, command)).map(|(.., to)| *to)
}

/// What a copy of a job does not take over, beside what only the server writes.
const NOT_COPIED: [&str; 3] = ["application_deadline", "closed_openings", "is_featured"];

/// The fields that a copy of a job, a new draft, takes over.
pub fn copied() -> impl Iterator<Item = &'static FieldDef> {
    Job::DEF.fields.iter().filter(|field| !field.server && !NOT_COPIED.contains(&field.name))
}
