//! The member directory: who is in this workspace, as everybody in it may see.

use serde::{Deserialize, Serialize};

use crate::kernel::Id;
use crate::schema::Entity;

/// A person of this workspace. The id is the person's user id; the server writes it from accounts and memberships.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Entity)]
#[serde(default)]
#[entity(collection = "members", code = 1, server, title = "name")]
pub struct Member {
    /// The person's user id.
    pub id: Id<Member>,
    /// The full name.
    #[field(max = 200, search)]
    pub name: String,
    /// The address for sign-in and mail.
    #[field(max = 254, search)]
    pub email: String,
    /// The role in this workspace, by its wire name.
    #[field(max = 40)]
    pub role: String,
    /// What the person does.
    #[field(max = 100)]
    pub job_title: String,
    /// Whether the person may sign in here.
    pub is_active: bool,
}
