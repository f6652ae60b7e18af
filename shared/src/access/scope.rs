//! Scopes: which documents a replica may hold.
//!
//! A scope is a class (`jobs`) or a class with a key (`applications/<job>`). A document is in one scope that its own
//! fields say, its *home*. Documents of some kinds are besides *shared* into scopes with a key by records that point to
//! them: a candidate into `candidates/<job>` by every application for that job. Those pointers are written once, and a
//! deleted record still shares: what a document is shared into only ever grows.
//!
//! A job or a candidate can be private: a *wall* around it and everything that belongs to it. What is behind a wall is at
//! home in `<kind>.private/<wall>` and nowhere else, whatever shares it. The fields of the walled record name the people
//! inside. Unlike all else, whether a record is behind a wall is said by other records: the server decides and tells.
//!
//! A grant of a class covers all its keys. Invariant: what [`Grants`] covers is exactly what the policy table lets the
//! person read; a test holds the two together for every role.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::{Action, Principal, Reach, reach};
use crate::kernel::RecordId;
use crate::registry::{self, KINDS};
use crate::schema::{EntityDef, FieldKind, Fields, Scalar};

/// The kind of which a record is somebody's own whether it is private or not.
pub const JOBS: &str = "jobs";
/// The field of whatever is about a job.
const JOB: &str = "job_id";
/// What the class of records of a kind that only their author may see has after the kind's name; the key is the author.
const OWN: &str = ".own";
/// What the class of records of a kind that are behind a wall has after the kind's name.
const BEHIND_WALL: &str = ".private";

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
    /// its home is the class, or behind a wall.
    pub through: Option<Through>,
    /// The yes/no field that puts a wall around a record and all that belongs to it, if any.
    pub wall: Option<&'static str>,
    /// The references that name the people whose own a record is: those inside its wall, if it has one.
    pub owners: &'static [&'static str],
    /// The references to records whose walls go around this one too; the first that has a wall counts.
    pub within: &'static [&'static str],
    /// Whether who sees a part of the kind sees, of each key of `by`, the records of others only beside one of their own.
    pub after_own: bool,
    /// The reference to the person whose own a record is, whoever made it; none is nobody's own. Without such a field a
    /// record is its maker's.
    pub whose: Option<&'static str>,
}

/// A record that lets its author see those of others with the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// The key: what all of them are about.
    pub key: RecordId,
    /// The job of what they are about. Nothing is seen of a job that is no longer one's own.
    pub job: RecordId,
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
    /// The scope of a record by its own fields and the wall around it: its home.
    #[must_use]
    pub fn scope(&self, fields: &Fields, created_by: RecordId, wall: Option<RecordId>) -> String {
        if self.private.is_some_and(|field| fields.get(field).is_some_and(|v| v == true)) {
            return format!("{}{OWN}/{created_by}", self.class);
        }
        if let Some(wall) = wall {
            return format!("{}{BEHIND_WALL}/{wall}", self.class);
        }
        match self.by.and_then(|field| fields.get(field)?.as_str()) {
            Some(key) => format!("{}/{key}", self.class),
            None => self.class.to_owned(),
        }
    }
}

impl EntityDef {
    /// The wall around a record: its own, or the first of those around the records that it belongs to.
    #[must_use]
    pub fn wall(
        &self,
        id: RecordId,
        fields: &Fields,
        around: impl Fn(RecordId) -> Option<RecordId>,
    ) -> Option<RecordId> {
        if self.scope.wall.is_some_and(|field| fields.get(field).is_some_and(|v| v == true)) {
            return Some(id);
        }
        self.belongs_to(fields).find_map(around)
    }

    /// The records that a record belongs to, in the order in which their walls count.
    pub fn belongs_to<'f>(&'f self, fields: &'f Fields) -> impl Iterator<Item = RecordId> + 'f {
        self.scope.within.iter().filter_map(|field| fields.get(*field)?.as_str()?.parse().ok())
    }

    /// The people whose own a record is.
    #[must_use]
    pub fn owners(&self, fields: &Fields) -> BTreeSet<RecordId> {
        let named = self.scope.owners.iter().filter_map(|field| fields.get(*field));
        let ids = named.flat_map(|value| match value {
            serde_json::Value::Array(ids) => ids.as_slice(),
            one => std::slice::from_ref(one),
        });
        ids.filter_map(|id| id.as_str()?.parse().ok()).collect()
    }

    /// Whose own a record is, as far as somebody may do to their own what they may not do to that of others.
    #[must_use]
    pub fn whose(&self, fields: &Fields, created_by: RecordId) -> RecordId {
        let named = |field| fields.get(field)?.as_str()?.parse().ok();
        self.scope.whose.map_or(created_by, |field| named(field).unwrap_or_default())
    }

    /// The people whose own a record is: of what is somebody's own only behind its wall, those inside.
    fn own_of(&self, fields: &Fields) -> BTreeSet<RecordId> {
        let counts = self.name == JOBS || self.has_wall(fields);
        if counts { self.owners(fields) } else { BTreeSet::new() }
    }

    /// What a record lets its author see of others with the same key, if anything: it is of a kind for which that counts,
    /// no draft, and not behind a wall, where who is inside sees everything.
    #[must_use]
    pub fn given(&self, fields: &Fields, wall: Option<RecordId>) -> Option<Given> {
        let is_draft = self.scope.private.is_some_and(|field| fields.get(field).is_some_and(|v| v == true));
        if !self.scope.after_own || is_draft || wall.is_some() {
            return None;
        }
        let reference = |name: &str| fields.get(name)?.as_str()?.parse().ok();
        Some(Given { key: reference(self.scope.by?)?, job: reference(JOB)? })
    }

    /// The fields that say what a record lets its author see of others.
    pub fn said_by(&self) -> impl Iterator<Item = &'static str> {
        let fields = [self.scope.by, self.scope.private, Some(JOB)].into_iter().flatten();
        fields.filter(|_| self.scope.after_own)
    }

    /// Whether a record has a wall of its own.
    fn has_wall(&self, fields: &Fields) -> bool {
        self.wall(RecordId::nil(), fields, |_| None).is_some()
    }

    /// The people whose scopes follow from a change of a record: it became their own, or no longer is, or its wall was put
    /// up or taken down. What a record lets its author see concerns the author besides.
    #[must_use]
    pub fn concerned(&self, before: Option<&Fields>, after: &Fields) -> BTreeSet<RecordId> {
        let (was, is) = (before.map(|fields| self.own_of(fields)).unwrap_or_default(), self.own_of(after));
        if before.is_some_and(|before| self.has_wall(before) != self.has_wall(after)) {
            return was.union(&is).copied().collect();
        }
        was.symmetric_difference(&is).copied().collect()
    }

    /// Whether a record of this kind can be behind the wall of one of another, or the same, kind.
    #[must_use]
    pub fn can_be_behind(&self, wall: &str) -> bool {
        if self.name == wall {
            return self.scope.wall.is_some();
        }
        let mut fields = self.scope.within.iter().filter_map(|field| self.field(field));
        fields.any(|field| match field.kind {
            FieldKind::Register(Scalar::Ref(kind)) => {
                registry::by_name(kind).is_some_and(|def| def.can_be_behind(wall))
            }
            _ => false,
        })
    }

    /// Whether records of this kind can be behind a wall.
    #[must_use]
    pub fn can_be_walled(&self) -> bool {
        self.scope.wall.is_some() || !self.scope.within.is_empty()
    }
}

/// The class of what is behind walls of a kind.
#[must_use]
pub fn walled_class(def: &EntityDef) -> String {
    format!("{}{BEHIND_WALL}", def.scope.class)
}

/// Which records of a kind a class has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Homes {
    /// All that are neither behind a wall nor their author's own.
    Open,
    /// Those behind walls.
    Walled,
    /// Those that are their author's own.
    Own,
}

/// The kind whose records are at home in a class, and which of them.
#[must_use]
pub fn kind_of_class(class: &str) -> Option<(&'static EntityDef, Homes)> {
    let walled = class.strip_suffix(BEHIND_WALL).map(|name| (name, Homes::Walled));
    let own = || class.strip_suffix(OWN).map(|name| (name, Homes::Own));
    let (name, homes) = walled.or_else(own).unwrap_or((class, Homes::Open));
    let def = KINDS.iter().find(|def| def.scope.class == name)?;
    let there_are = match homes {
        Homes::Open => true,
        Homes::Walled => def.can_be_walled(),
        Homes::Own => def.scope.private.is_some(),
    };
    there_are.then_some((def, homes))
}

/// The class of a scope, and its key.
#[must_use]
pub fn parts(scope: &str) -> (&str, Option<&str>) {
    scope.split_once('/').map_or((scope, None), |(class, key)| (class, Some(key)))
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
    let (class, key) = parts(scope);
    key.is_some()
        && registry::by_name(class).is_some_and(|def| def.scope.class == class && def.scope.through.is_some())
}

/// The class whose sum the documents of a scope count in as well. What is shared counts at home already.
#[must_use]
pub fn counted_in(scope: &str) -> &str {
    if is_shared(scope) { scope } else { parts(scope).0 }
}

/// What stands for a set of scopes.
pub type Digest = [u8; 16];

/// The scopes that a person's replica may hold. A copy shares them: there may be many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants(Arc<Scopes>);

#[derive(Debug, Default)]
struct Scopes {
    names: BTreeSet<String>,
    /// Worked out once.
    digest: OnceLock<Digest>,
}

impl PartialEq for Scopes {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names
    }
}

impl Eq for Scopes {}

impl FromIterator<String> for Grants {
    fn from_iter<I: IntoIterator<Item = String>>(scopes: I) -> Self {
        Self(Arc::new(Scopes { names: scopes.into_iter().collect(), digest: OnceLock::new() }))
    }
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
                    scopes
                        .extend(principal.own.jobs().iter().map(|job| format!("{}/{job}", def.scope.class)));
                }
                Reach::AfterOwn => {
                    scopes.extend(principal.own.open().iter().map(|key| format!("{}/{key}", def.scope.class)))
                }
                Reach::Author | Reach::None => {}
            }
            match reach(principal.role, def.name, Action::ReadPrivate) {
                Reach::All => {
                    scopes.insert(walled_class(def));
                }
                Reach::OwnJobs => {
                    let walls = principal.own.walls().iter().filter(|(_, kind)| def.can_be_behind(kind));
                    scopes.extend(walls.map(|(wall, _)| format!("{}/{wall}", walled_class(def))));
                }
                Reach::AfterOwn | Reach::Author | Reach::None => {}
            }
        }
        let own = KINDS.iter().filter(|def| def.scope.private.is_some());
        scopes.extend(own.map(|def| format!("{}{OWN}/{}", def.scope.class, principal.user_id)));
        scopes.into_iter().collect()
    }

    /// What of these grants a replica of this version of the declarations understands: to an older one, what is behind
    /// walls is not there.
    #[must_use]
    pub fn understood_by(self, schema: u32) -> Self {
        let beyond = registry::classes_beyond(schema);
        if beyond.is_empty() {
            return self;
        }
        let known = |scope: &&String| !beyond.iter().any(|class| *class == parts(scope).0);
        self.0.names.iter().filter(known).cloned().collect()
    }

    /// Grants by name, as a replica remembers what it was given.
    #[must_use]
    pub fn named(scopes: impl IntoIterator<Item = String>) -> Self {
        scopes.into_iter().collect()
    }

    /// The granted scopes, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.names.iter().map(String::as_str)
    }

    /// Sixteen bytes that stand for exactly these scopes: the first of BLAKE3 over their names in order, each behind its
    /// length (32 bits, big-endian).
    #[must_use]
    pub fn digest(&self) -> Digest {
        *self.0.digest.get_or_init(|| {
            let mut hasher = blake3::Hasher::new();
            for scope in &self.0.names {
                hasher.update(&u32::try_from(scope.len()).unwrap_or(u32::MAX).to_be_bytes());
                hasher.update(scope.as_bytes());
            }
            let mut digest = Digest::default();
            digest.copy_from_slice(&hasher.finalize().as_bytes()[..size_of::<Digest>()]);
            digest
        })
    }

    /// Whether a document of this scope may be held.
    #[must_use]
    pub fn covers(&self, scope: &str) -> bool {
        self.0.names.contains(scope) || self.0.names.contains(parts(scope).0)
    }

    /// Whether a document may be held that is at home in one scope and shared into others.
    #[must_use]
    pub fn cover<'s>(&self, home: &str, shares: impl IntoIterator<Item = &'s str>) -> bool {
        self.covers(home) || shares.into_iter().any(|scope| self.0.names.contains(scope))
    }

    /// Whether who holds these scopes holds this one. Who holds a whole class was never told what of it is shared into
    /// which scope.
    #[must_use]
    pub fn holds(&self, scope: &str) -> bool {
        self.0.names.contains(scope) || (!is_shared(scope) && self.covers(scope))
    }

    /// Whether exactly this scope is among them.
    #[must_use]
    pub fn names(&self, scope: &str) -> bool {
        self.0.names.contains(scope)
    }

    /// What is granted here and not held there, exactly as named.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Vec<String> {
        if self == other {
            return Vec::new();
        }
        self.0.names.iter().filter(|scope| !other.holds(scope)).cloned().collect()
    }

    /// The walls behind which something of these scopes is, and nothing of others.
    #[must_use]
    pub fn walls_beyond(&self, other: &Self) -> Vec<RecordId> {
        if self == other {
            return Vec::new();
        }
        let walls = |grants: &Self| -> BTreeSet<RecordId> {
            let keyed = grants.0.names.iter().filter_map(|scope| {
                let (class, key) = parts(scope);
                let (_, homes) = kind_of_class(class)?;
                key?.parse().ok().filter(|_| homes == Homes::Walled)
            });
            keyed.collect()
        };
        walls(self).difference(&walls(other)).copied().collect()
    }

    /// The classes granted as a whole.
    #[must_use]
    pub fn classes(&self) -> Vec<String> {
        self.0.names.iter().filter(|s| !s.contains('/')).cloned().collect()
    }

    /// The scopes granted by key.
    #[must_use]
    pub fn keyed(&self) -> Vec<String> {
        self.0.names.iter().filter(|s| s.contains('/')).cloned().collect()
    }

    /// The scopes granted by key into which documents are shared.
    #[must_use]
    pub fn shared(&self) -> Vec<String> {
        self.0.names.iter().filter(|scope| is_shared(scope)).cloned().collect()
    }

    /// The scopes that documents of one kind are in, or shared into.
    #[must_use]
    pub fn of_kind(&self, def: &EntityDef) -> Self {
        let of_kind =
            |scope: &&String| kind_of_class(parts(scope).0).is_some_and(|(kind, _)| kind.code == def.code);
        self.0.names.iter().filter(of_kind).cloned().collect()
    }

    /// What somebody with these grants is told of the scopes that a document is shared into: those that are granted by
    /// key. Nothing for who may see the whole class, and for what is never shared.
    #[must_use]
    pub fn told<'s>(
        &self,
        def: &EntityDef,
        shares: impl IntoIterator<Item = &'s str>,
    ) -> Option<Vec<String>> {
        def.scope.through.filter(|_| !self.0.names.contains(def.scope.class))?;
        let granted = shares.into_iter().filter(|scope| self.0.names.contains(*scope));
        Some(granted.map(str::to_owned).collect())
    }
}
