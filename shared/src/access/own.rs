//! What is somebody's own, and what follows from it. It is shared by everything that knows the person, because there may be
//! ten thousand of it: a copy of it for each frame, page and push would be most of the work.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::{Given, Grants, Principal, Role};
use crate::kernel::RecordId;

/// The jobs that are a person's own, the walls that the person is inside of, and what the person gave that lets them see
/// what others gave.
#[derive(Debug, Default)]
pub struct Own {
    jobs: BTreeSet<RecordId>,
    walls: BTreeMap<RecordId, &'static str>,
    given: BTreeMap<RecordId, Given>,
    /// The keys that what was given opens.
    open: BTreeSet<RecordId>,
    /// What was granted to whoever asked first, and in which role.
    granted: OnceLock<(RecordId, Role, Grants)>,
}

impl PartialEq for Own {
    fn eq(&self, other: &Self) -> bool {
        self.jobs == other.jobs && self.walls == other.walls && self.given == other.given
    }
}

impl Eq for Own {}

impl Own {
    /// Own jobs (hiring manager, recruiter or on the hiring team of each), private records that name the person, with
    /// their kinds, and the records by which the person sees those of others.
    #[must_use]
    pub fn new(
        jobs: impl IntoIterator<Item = RecordId>,
        walls: impl IntoIterator<Item = (RecordId, &'static str)>,
        given: impl IntoIterator<Item = (RecordId, Given)>,
    ) -> Arc<Self> {
        let (jobs, walls): (BTreeSet<_>, _) = (jobs.into_iter().collect(), walls.into_iter().collect());
        let given: BTreeMap<RecordId, Given> = given.into_iter().collect();
        let open = given.values().filter(|given| jobs.contains(&given.job)).map(|given| given.key).collect();
        Arc::new(Self { jobs, walls, given, open, granted: OnceLock::new() })
    }

    /// The jobs.
    #[must_use]
    pub const fn jobs(&self) -> &BTreeSet<RecordId> {
        &self.jobs
    }

    /// The private records, with their kinds.
    #[must_use]
    pub const fn walls(&self) -> &BTreeMap<RecordId, &'static str> {
        &self.walls
    }

    /// What the person gave, by the record that does so.
    #[must_use]
    pub const fn given(&self) -> &BTreeMap<RecordId, Given> {
        &self.given
    }

    /// The keys of which the person sees what others gave: of own jobs, where they gave something.
    #[must_use]
    pub const fn open(&self) -> &BTreeSet<RecordId> {
        &self.open
    }

    /// How many records are in it: what holding it costs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.jobs.len() + self.walls.len() + self.given.len()
    }

    /// Whether nothing is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What this grants to a person. It is worked out once.
    pub(super) fn granted(&self, principal: &Principal) -> Grants {
        let (user, role) = (principal.user_id, principal.role);
        let first = self.granted.get_or_init(|| (user, role, Grants::of(principal)));
        if (first.0, first.1) == (user, role) { first.2.clone() } else { Grants::of(principal) }
    }
}
