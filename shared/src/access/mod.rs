//! Who may do what: one table for actions, one rule for what a replica may hold.

pub mod lease;
mod own;
pub mod policy;
pub mod role;
pub mod scope;

pub use own::Own;
pub use policy::{Action, Reach, reach};
pub use role::Role;
pub use scope::{Given, Grants, Homes, JOBS, ScopeRule, Through};

use std::borrow::Cow;
use std::sync::Arc;

use crate::kernel::{Code, Problem, RecordId};
use crate::schema::{EntityDef, Fields};

/// Who is acting, as the server bound it to the connection or request. Nothing in here was claimed by a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The person.
    pub user_id: RecordId,
    /// The device (or the web session) that acts for the person.
    pub device_id: RecordId,
    /// The workspace.
    pub tenant_id: RecordId,
    /// The person's role in the workspace.
    pub role: Role,
    /// What is the person's own.
    pub own: Arc<Own>,
}

impl Principal {
    /// The server itself, writing for a tenant: it may write every field.
    #[must_use]
    pub fn server(tenant_id: RecordId) -> Self {
        Self {
            user_id: RecordId::nil(),
            device_id: RecordId::nil(),
            tenant_id,
            role: Role::Owner,
            own: Arc::default(),
        }
    }

    /// Whether this is the server itself.
    #[must_use]
    pub const fn is_server(&self) -> bool {
        self.user_id.is_nil()
    }

    /// What a replica of this person may hold.
    #[must_use]
    pub fn grants(&self) -> Grants {
        self.own.granted(self)
    }

    /// Whether this person may see a document of this scope: what [`Grants::covers`] says, without listing every scope.
    #[must_use]
    pub fn covers(&self, scope: &str) -> bool {
        let (class, key) = scope::parts(scope);
        let key = key.and_then(|key| key.parse::<RecordId>().ok());
        let Some((def, homes)) = scope::kind_of_class(class) else { return false };
        let walled = homes == Homes::Walled;
        let action = match homes {
            Homes::Own => return key == Some(self.user_id),
            Homes::Walled => Action::ReadPrivate,
            Homes::Open => Action::Read,
        };
        match reach(self.role, def.name, action) {
            Reach::All => true,
            Reach::OwnJobs if walled => key.is_some_and(|wall| self.own.walls().contains_key(&wall)),
            Reach::OwnJobs => key.is_some_and(|job| self.own.jobs().contains(&job)),
            Reach::AfterOwn => key.is_some_and(|key| self.own.open().contains(&key)),
            Reach::Author | Reach::None => false,
        }
    }

    /// Whether this person may see a record that they made or are making: one that opens the others to its author is seen
    /// by the author at once, and not only when that is known of them.
    #[must_use]
    pub fn sees_own(
        &self,
        def: &EntityDef,
        fields: &Fields,
        created_by: RecordId,
        wall: Option<RecordId>,
    ) -> bool {
        created_by == self.user_id
            && reach(self.role, def.name, Action::Read) == Reach::AfterOwn
            && def.given(fields, wall).is_some_and(|given| self.own.jobs().contains(&given.job))
    }

    /// Whether this person is inside the wall of a record with these fields, or above all walls.
    #[must_use]
    pub fn is_inside(&self, def: &EntityDef, fields: &Fields) -> bool {
        self.is_server()
            || match reach(self.role, def.name, Action::ReadPrivate) {
                Reach::All => true,
                Reach::OwnJobs => def.owners(fields).contains(&self.user_id),
                Reach::AfterOwn | Reach::Author | Reach::None => false,
            }
    }

    /// This person with what is known of one wall, where something else was believed.
    #[must_use]
    pub fn knowing(&self, wall: RecordId, kind: &'static str, inside: bool) -> Cow<'_, Self> {
        if self.own.walls().contains_key(&wall) == inside {
            return Cow::Borrowed(self);
        }
        let others = self.own.walls().iter().filter(|(known, _)| **known != wall);
        let walls = others.map(|(wall, kind)| (*wall, *kind)).chain(inside.then_some((wall, kind)));
        let own = Own::new(self.own.jobs().iter().copied(), walls, self.own.given().clone());
        Cow::Owned(Self { own, ..self.clone() })
    }

    /// Whether this person may see every record of a kind that is not behind a wall, whatever its scope.
    #[must_use]
    pub fn sees_every(&self, kind: &str) -> bool {
        let hides = || crate::registry::by_name(kind).is_none_or(|def| def.scope.private.is_some());
        self.is_server() || (reach(self.role, kind, Action::Read) == Reach::All && !hides())
    }

    /// Refuses an action on a record of a kind.
    ///
    /// `author` ([`EntityDef::whose`]) and `job_id` say whose the record is; both may be absent for a record that is being
    /// created by this person outside any job.
    ///
    /// # Errors
    /// [`Code::Forbidden`] when the policy table does not let the role do it on this record.
    pub fn require(
        &self,
        kind: &str,
        action: Action,
        author: Option<RecordId>,
        job_id: Option<RecordId>,
    ) -> Result<(), Problem> {
        let allowed = self.is_server()
            || match reach(self.role, kind, action) {
                Reach::All => true,
                Reach::Author => author.is_none_or(|author| author == self.user_id),
                Reach::OwnJobs | Reach::AfterOwn => job_id.is_some_and(|job| self.own.jobs().contains(&job)),
                Reach::None => false,
            };
        if allowed { Ok(()) } else { Err(Problem::new(Code::Forbidden)) }
    }
}
