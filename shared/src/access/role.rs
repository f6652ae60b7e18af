//! The seven roles of a tenant's staff.

use serde::{Deserialize, Serialize};

/// A member's role in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, billing and deletion of the workspace included.
    Owner,
    /// Everything but billing and deleting the workspace.
    Admin,
    /// People, contracts, time off; reads and works the ATS.
    HrManager,
    /// The ATS in full.
    Recruiter,
    /// Own jobs' candidates and feedback.
    HiringManager,
    /// Own profile and the directory.
    Employee,
    /// Reads what it was given.
    Viewer,
}

impl Role {
    /// Every role, the most powerful first.
    pub const ALL: [Self; 7] = [
        Self::Owner,
        Self::Admin,
        Self::HrManager,
        Self::Recruiter,
        Self::HiringManager,
        Self::Employee,
        Self::Viewer,
    ];

    /// The wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::HrManager => "hr_manager",
            Self::Recruiter => "recruiter",
            Self::HiringManager => "hiring_manager",
            Self::Employee => "employee",
            Self::Viewer => "viewer",
        }
    }

    /// Reads a wire name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether a person of this role may give somebody the role `other`: nobody raises anyone above themselves.
    #[must_use]
    pub fn may_grant(self, other: Self) -> bool {
        matches!(self, Self::Owner) || (matches!(self, Self::Admin) && other > Self::Owner)
    }
}
