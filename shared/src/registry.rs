//! Every record kind, in the order in which a first download brings them: what makes the screens usable comes first.

use crate::accounts::Member;
use crate::ats::{Activity, Application, Candidate, CandidateContact, Job, Note, Pipeline, Tag};
use crate::schema::{Entity, EntityDef};

/// Every record kind.
pub const KINDS: &[EntityDef] = &[
    Member::DEF,
    Pipeline::DEF,
    Tag::DEF,
    Job::DEF,
    Application::DEF,
    Candidate::DEF,
    CandidateContact::DEF,
    Note::DEF,
    Activity::DEF,
];

/// A number that grows with every change of the declarations; the hello carries it.
pub const SCHEMA_VERSION: u32 = 1;

/// Kinds that were added after the first version: the class of their scopes, and the [`SCHEMA_VERSION`] that brought them.
/// A server of an earlier one cannot grant them, which is not the same as taking them away.
const ADDED: &[(&str, u32)] = &[];

/// The classes of scopes that a server of this [`SCHEMA_VERSION`] does not know.
#[must_use]
pub fn classes_beyond(schema: u32) -> Vec<&'static str> {
    ADDED.iter().filter(|(_, since)| *since > schema).map(|(class, _)| *class).collect()
}

/// The kind of this wire name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static EntityDef> {
    KINDS.iter().find(|def| def.name == name)
}

/// The kind of this wire number.
#[must_use]
pub fn by_code(code: u16) -> Option<&'static EntityDef> {
    KINDS.iter().find(|def| def.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{FieldKind, Scalar};

    #[test]
    fn a_kind_that_was_added_is_a_kind_and_of_a_version_that_there_is() {
        for (class, since) in ADDED {
            assert!(KINDS.iter().any(|def| def.scope.class == *class), "{class}");
            assert_ne!(*since, 1, "{class} was there from the start");
            assert_eq!((*since).min(SCHEMA_VERSION), *since, "{class} is of a version to come");
        }
        assert!(classes_beyond(SCHEMA_VERSION).is_empty());
    }

    #[test]
    fn names_and_numbers_are_unique_and_references_lead_somewhere() {
        for (index, def) in KINDS.iter().enumerate() {
            assert!(!KINDS[..index].iter().any(|d| d.name == def.name || d.code == def.code), "{}", def.name);
            assert!(def.titles.iter().all(|t| def.field(t).is_some()), "{}", def.name);
            assert!(
                def.scope.by.is_none_or(|f| def.field(f).is_some_and(|f| f.immutable || def.server)),
                "{}",
                def.name
            );
            for field in def.fields {
                if let FieldKind::Register(Scalar::Ref(kind)) | FieldKind::Set(Scalar::Ref(kind)) = field.kind
                {
                    assert!(by_name(kind).is_some(), "{}.{}", def.name, field.name);
                }
            }
        }
    }
}
