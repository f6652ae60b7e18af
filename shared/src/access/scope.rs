//! Scopes: which documents a replica may hold.
//!
//! A scope is a class (`jobs`) or a class with a key (`applications/<job>`). A document is in one scope that its own
//! fields say, its *home*. Documents of some kinds are besides *shared* into scopes with a key by records that point to
//! them: a candidate into `candidates/<job>` by every application for that job. Those pointers are written once, and a
//! deleted record still shares: what a document is shared into only ever grows.
//!
//! A grant of a class covers all its keys. Invariant: what [`Grants`] covers is exactly what the policy table lets the
//! person read; a test holds the two together for every role.

use std::collections::BTreeSet;

use super::{Action, Principal, Reach, reach};
use crate::kernel::RecordId;
use crate::registry::{self, KINDS};
use crate::schema::{EntityDef, Fields};

/// The class of what only its author may see; the key is the author.
pub(super) const OWN: &str = "own";

/// How a kind's records fall into scopes. Data, so that the derive can write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopeRule {
    /// The class: the kind's name.
    pub class: &'static str,
    /// The reference field that keys the scope, if any. A record without it is in the bare class.
    pub by: Option<&'static str>,
    /// The yes/no field that makes a record its author's own, if any.
    pub private: Option<&'static str>,
    /// The records that share those of this kind into further scopes, if any. Such a kind has neither `by` nor `private`:
    /// its home is the class.
    pub through: Option<Through>,
}

/// Records that share others, by pointing to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Through {
    /// Their kind.
    pub kind: &'static str,
    /// Their reference to the record that they share; written once.
    pub me: &'static str,
    /// Their reference that keys the scope; written once.
    pub key: &'static str,
}

impl ScopeRule {
    /// The scope of a record by its own fields: its home.
    #[must_use]
    pub fn scope(&self, fields: &Fields, created_by: RecordId) -> String {
        if self.private.is_some_and(|field| fields.get(field).is_some_and(|v| v == true)) {
            return format!("{OWN}/{created_by}");
        }
        match self.by.and_then(|field| fields.get(field)?.as_str()) {
            Some(key) => format!("{}/{key}", self.class),
            None => self.class.to_owned(),
        }
    }
}

/// Which records a record shares, each with the scope.
#[must_use]
pub fn shared_by(def: &EntityDef, fields: &Fields) -> Vec<(RecordId, String)> {
    let reference = |name: &str| fields.get(name)?.as_str()?.parse::<RecordId>().ok();
    let shares = KINDS.iter().filter_map(|shared| {
        let through = shared.scope.through.filter(|through| through.kind == def.name)?;
        let (me, key) = (reference(through.me)?, reference(through.key)?);
        Some((me, format!("{}/{key}", shared.scope.class)))
    });
    shares.collect()
}

/// The fields by which records of a kind point to those that they share.
pub fn sharing_fields(def: &EntityDef) -> impl Iterator<Item = &'static str> {
    let through = KINDS.iter().filter_map(|shared| shared.scope.through);
    through.filter(|through| through.kind == def.name).map(|through| through.me)
}

/// Whether documents are shared into this scope, rather than at home in it.
#[must_use]
pub fn is_shared(scope: &str) -> bool {
    scope.split_once('/').is_some_and(|(class, _)| {
        registry::by_name(class).is_some_and(|def| def.scope.class == class && def.scope.through.is_some())
    })
}

/// The class whose sum the documents of a scope count in as well. What is shared counts at home already.
#[must_use]
pub fn counted_in(scope: &str) -> &str {
    if is_shared(scope) { scope } else { scope.split('/').next().unwrap_or_default() }
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
        for def in KINDS {
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
        scopes.insert(format!("{OWN}/{}", principal.user_id));
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

    /// Whether a document may be held that is at home in one scope and shared into others.
    #[must_use]
    pub fn cover<'s>(&self, home: &str, shares: impl IntoIterator<Item = &'s str>) -> bool {
        self.covers(home) || shares.into_iter().any(|scope| self.scopes.contains(scope))
    }

    /// Whether who holds these scopes holds this one. Who holds a whole class was never told what of it is shared into
    /// which scope.
    #[must_use]
    pub fn holds(&self, scope: &str) -> bool {
        self.scopes.contains(scope) || (!is_shared(scope) && self.covers(scope))
    }

    /// What is granted here and not held there, exactly as named.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Vec<String> {
        self.scopes.iter().filter(|scope| !other.holds(scope)).cloned().collect()
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

    /// The scopes granted by key into which documents are shared.
    #[must_use]
    pub fn shared(&self) -> Vec<String> {
        self.scopes.iter().filter(|scope| is_shared(scope)).cloned().collect()
    }

    /// The scopes granted by key into which documents of one kind are shared.
    #[must_use]
    pub fn shared_of(&self, def: &EntityDef) -> Vec<String> {
        let class = |scope: &str| scope.split_once('/').is_some_and(|(class, _)| class == def.scope.class);
        self.shared().into_iter().filter(|scope| class(scope)).collect()
    }

    /// What somebody with these grants is told of the scopes that a document is shared into: those that are granted by
    /// key. Nothing for who may see the whole class, and for what is never shared.
    #[must_use]
    pub fn told<'s>(
        &self,
        def: &EntityDef,
        shares: impl IntoIterator<Item = &'s str>,
    ) -> Option<Vec<String>> {
        def.scope.through.filter(|_| !self.scopes.contains(def.scope.class))?;
        let granted = shares.into_iter().filter(|scope| self.scopes.contains(*scope));
        Some(granted.map(str::to_owned).collect())
    }
}
