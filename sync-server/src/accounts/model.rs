//! What accounts, members, devices and invitations are.

use serde::Serialize;
use zumodra_shared::access::Role;
use zumodra_shared::kernel::RecordId;
use zumodra_shared::kernel::time::Millis;

/// A person's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The id.
    pub id: RecordId,
    /// The address, in lower case.
    pub email: String,
    /// What people call the person.
    pub name: String,
    /// The hash of the password, in PHC form.
    pub password_hash: String,
    /// `en` or `fr`.
    pub language: String,
}

/// A person in a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The person.
    pub user_id: RecordId,
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The job title.
    pub job_title: String,
    /// Whether the person may sign in to the workspace.
    pub is_active: bool,
}

/// A program or browser that signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Device {
    /// The id.
    pub id: RecordId,
    /// Whose it is.
    pub user_id: RecordId,
    /// What its person calls it.
    pub name: String,
    /// What it runs on.
    pub platform: String,
    /// When it first signed in.
    pub created_at: Millis,
    /// When it was last in contact, about.
    pub last_seen_at: Millis,
    /// When it was revoked.
    pub revoked_at: Option<Millis>,
    /// Whether it is signed in.
    pub signed_in: bool,
}

/// An invitation to a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Invitation {
    /// The id.
    pub id: RecordId,
    /// Who is invited.
    pub email: String,
    /// The role that the person will have.
    pub role: Role,
    /// The job title.
    pub job_title: String,
    /// Who invited.
    pub invited_by: Option<RecordId>,
    /// When.
    pub created_at: Millis,
    /// Until when it can be accepted.
    pub expires_at: Millis,
    /// When it was accepted.
    pub accepted_at: Option<Millis>,
    /// When it was taken back.
    pub revoked_at: Option<Millis>,
}

/// Reads a stored role; one of a newer version is the one that may do least.
#[must_use]
pub fn role_from(name: &str) -> Role {
    Role::from_name(name).unwrap_or(Role::Viewer)
}
