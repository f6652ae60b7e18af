//! Scopes: which documents a replica may hold.
//!
//! A scope is a class (`jobs`) or a class with a key (`applications/<job>`). A grant of a class covers all its keys.
//! Invariant: what [`Grants`] covers is exactly what the policy table lets the person read; a test holds the two
//! together for every role.

use std::collections::BTreeSet;

use super::{Action, Principal, Reach, reach};
use crate::kernel::RecordId;
use crate::schema::Fields;

/// How a kind's records fall into scopes. Data, so that the derive can write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopeRule {
    /// The class: the kind's name.
    pub class: &'static str,
    /// The reference field that keys the scope, if any. A record without it is in the bare class.
    pub by: Option<&'static str>,
    /// The yes/no field that makes a record its author's own, if any.
    pub private: Option<&'static str>,
}

impl ScopeRule {
    /// The scope of a record.
    #[must_use]
    pub fn scope(&self, fields: &Fields, created_by: RecordId) -> String {
        if self.private.is_some_and(|field| fields.get(field).is_some_and(|v| v == true)) {
            return format!("own/{created_by}");
        }
        match self.by.and_then(|field| fields.get(field)?.as_str()) {
            Some(key) => format!("{}/{key}", self.class),
            None => self.class.to_owned(),
        }
    }
}

/// The scopes that a person's replica may hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    scopes: BTreeSet<String>,
}

impl Grants {
    /// Derives the scopes of a person from the policy table.
    #[must_use]
    pub fn of(principal: &Principal) -> Self {
        let mut scopes = BTreeSet::new();
        for def in crate::registry::KINDS {
            match reach(principal.role, def.name, Action::Read) {
                Reach::All => {
                    scopes.insert(def.scope.class.to_owned());
                }
                Reach::OwnJobs => {
                    scopes.extend(principal.own_jobs.iter().map(|job| format!("{}/{job}", def.scope.class)));
                }
                Reach::Author | Reach::None => {}
            }
        }
        scopes.insert(format!("own/{}", principal.user_id));
        Self { scopes }
    }

    /// Grants by name, as a replica remembers what it was given.
    #[must_use]
    pub fn named(scopes: impl IntoIterator<Item = String>) -> Self {
        Self { scopes: scopes.into_iter().collect() }
    }

    /// The granted scopes, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().map(String::as_str)
    }

    /// Whether a document of this scope may be held.
    #[must_use]
    pub fn covers(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
            || scope.split_once('/').is_some_and(|(class, _)| self.scopes.contains(class))
    }

    /// What is granted here and not there, exactly as named.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Vec<String> {
        self.scopes.iter().filter(|scope| !other.covers(scope)).cloned().collect()
    }

    /// The classes granted as a whole.
    #[must_use]
    pub fn classes(&self) -> Vec<String> {
        self.scopes.iter().filter(|s| !s.contains('/')).cloned().collect()
    }

    /// The scopes granted by key.
    #[must_use]
    pub fn keyed(&self) -> Vec<String> {
        self.scopes.iter().filter(|s| s.contains('/')).cloned().collect()
    }
}
