//! Every record kind, in the order in which a first download brings them: what makes the screens usable comes first.

use crate::accounts::Member;
use crate::ats::{
    Activity, Application, ApprovalRule, Attachment, Candidate, CandidateContact, CustomField, Email,
    Interview, Job, JobTranslation, MailTemplate, Note, Offer, OfferTemplate, Pipeline, Pool, Reference,
    RejectionReason, Room, SavedSearch, Scorecard, ScorecardTemplate, Tag, WorkingHours,
};
use crate::hr::{Contract, Employee, Onboarding, OnboardingTemplate};
use crate::schema::{Entity, EntityDef};

/// Every record kind.
pub const KINDS: &[EntityDef] = &[
    Member::DEF,
    Pipeline::DEF,
    Tag::DEF,
    CustomField::DEF,
    ApprovalRule::DEF,
    OfferTemplate::DEF,
    Pool::DEF,
    WorkingHours::DEF,
    RejectionReason::DEF,
    Room::DEF,
    Job::DEF,
    JobTranslation::DEF,
    Application::DEF,
    Candidate::DEF,
    CandidateContact::DEF,
    Interview::DEF,
    ScorecardTemplate::DEF,
    Scorecard::DEF,
    Offer::DEF,
    Reference::DEF,
    Note::DEF,
    Attachment::DEF,
    MailTemplate::DEF,
    Email::DEF,
    SavedSearch::DEF,
    OnboardingTemplate::DEF,
    Employee::DEF,
    Contract::DEF,
    Onboarding::DEF,
    Activity::DEF,
];

/// A number that grows with every change of the declarations; the hello carries it.
pub const SCHEMA_VERSION: u32 = 11;

/// Classes of scopes that were added after the first version, each with the [`SCHEMA_VERSION`] that brought it. A server
/// of an earlier one cannot grant them, which is not the same as taking them away.
const ADDED: &[(&str, u32)] = &[
    ("jobs.private", WALLS_SINCE),
    ("applications.private", WALLS_SINCE),
    ("candidates.private", WALLS_SINCE),
    ("candidate_contacts.private", WALLS_SINCE),
    ("notes.private", WALLS_SINCE),
    ("activities.private", WALLS_SINCE),
    ("notes.own", WALLS_SINCE),
    ("interviews", INTERVIEWS_SINCE),
    ("interviews.private", INTERVIEWS_SINCE),
    ("scorecard_templates", INTERVIEWS_SINCE),
    ("scorecard_templates.private", INTERVIEWS_SINCE),
    ("offers", INTERVIEWS_SINCE),
    ("offers.private", INTERVIEWS_SINCE),
    ("scorecards", INTERVIEWS_SINCE),
    ("scorecards.private", INTERVIEWS_SINCE),
    ("scorecards.own", INTERVIEWS_SINCE),
    ("mail_templates", HIRES_SINCE),
    ("emails", HIRES_SINCE),
    ("emails.private", HIRES_SINCE),
    ("onboarding_templates", HIRES_SINCE),
    ("employees", HIRES_SINCE),
    ("employees.private", HIRES_SINCE),
    ("contracts", HIRES_SINCE),
    ("contracts.private", HIRES_SINCE),
    ("onboardings", HIRES_SINCE),
    ("onboardings.private", HIRES_SINCE),
    ("saved_searches", SEARCHES_SINCE),
    ("saved_searches.own", SEARCHES_SINCE),
    ("custom_fields", CUSTOM_FIELDS_SINCE),
    ("approval_rules", APPROVALS_SINCE),
    ("offer_templates", APPROVALS_SINCE),
    ("pools", POOLS_SINCE),
    ("attachments", ATTACHMENTS_SINCE),
    ("attachments.private", ATTACHMENTS_SINCE),
    ("working_hours", HOURS_SINCE),
    ("job_translations", TRANSLATIONS_SINCE),
    ("job_translations.private", TRANSLATIONS_SINCE),
    ("rejection_reasons", REASONS_SINCE),
    ("rooms", ROOMS_SINCE),
    ("candidate_references", REFERENCES_SINCE),
    ("candidate_references.private", REFERENCES_SINCE),
];

/// The [`SCHEMA_VERSION`] that brought private jobs and candidates.
pub const WALLS_SINCE: u32 = 2;

/// The [`SCHEMA_VERSION`] that brought interviews, scorecards and offers.
pub const INTERVIEWS_SINCE: u32 = 4;

/// The [`SCHEMA_VERSION`] that brought what a hire begins, and e-mail with candidates.
pub const HIRES_SINCE: u32 = 5;

/// The [`SCHEMA_VERSION`] that brought searches that are kept.
pub const SEARCHES_SINCE: u32 = 6;

/// The [`SCHEMA_VERSION`] that brought fields of a workspace's own.
pub const CUSTOM_FIELDS_SINCE: u32 = 7;

/// The [`SCHEMA_VERSION`] that brought rules of approval and templates of offers.
pub const APPROVALS_SINCE: u32 = 8;
/// The [`SCHEMA_VERSION`] that brought talent pools.
pub const POOLS_SINCE: u32 = 8;

/// The [`SCHEMA_VERSION`] that brought files beside the résumé.
pub const ATTACHMENTS_SINCE: u32 = 9;

/// The [`SCHEMA_VERSION`] that brought working hours.
pub const HOURS_SINCE: u32 = 10;

/// The [`SCHEMA_VERSION`] that brought jobs that are posted in several languages.
pub const TRANSLATIONS_SINCE: u32 = 11;
/// The [`SCHEMA_VERSION`] that brought a workspace's own reasons of rejections.
pub const REASONS_SINCE: u32 = 11;
/// The [`SCHEMA_VERSION`] that brought rooms.
pub const ROOMS_SINCE: u32 = 11;
/// The [`SCHEMA_VERSION`] that brought references.
pub const REFERENCES_SINCE: u32 = 11;

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
    use crate::access::scope;
    use crate::schema::{FieldKind, Scalar};

    #[test]
    fn a_class_that_was_added_is_one_of_a_kind_and_of_a_version_that_there_is() {
        for (class, since) in ADDED {
            assert!(scope::kind_of_class(class).is_some(), "{class}");
            assert_ne!(*since, 1, "{class} was there from the start");
            assert_eq!((*since).min(SCHEMA_VERSION), *since, "{class} is of a version to come");
        }
        assert!(classes_beyond(SCHEMA_VERSION).is_empty());
    }

    #[test]
    fn what_is_behind_walls_is_no_first_versions() {
        for def in KINDS.iter().filter(|def| def.can_be_walled()) {
            assert!(classes_beyond(1).contains(&scope::walled_class(def).as_str()), "{}", def.name);
        }
    }

    #[test]
    fn whose_a_record_is_is_written_once_and_names_a_person() {
        for def in KINDS.iter().filter(|def| def.scope.whose.is_some()) {
            let field = def.scope.whose.and_then(|name| def.field(name)).expect("a field");
            assert!(field.immutable, "{}.{}", def.name, field.name);
            assert_eq!(
                field.kind,
                FieldKind::Register(Scalar::Ref("members")),
                "{}.{}",
                def.name,
                field.name
            );
        }
    }

    #[test]
    fn a_wall_is_named_by_references_to_people_and_by_what_is_written_once() {
        for def in KINDS {
            let kind = |name: &str| def.field(name).expect("a field").kind;
            let wall = def.scope.wall.map(kind);
            assert!(wall.is_none_or(|wall| wall == FieldKind::Register(Scalar::Bool)), "{}", def.name);
            assert!(wall.is_none() || !def.scope.owners.is_empty(), "{} has nobody inside", def.name);
            for field in def.scope.owners {
                let people = [Scalar::Ref("members")];
                let named = |scalar| people.contains(&scalar);
                let named = matches!(kind(field), FieldKind::Register(s) | FieldKind::Set(s) if named(s));
                assert!(named, "{}.{field}", def.name);
            }
            for field in def.scope.within {
                assert!(def.field(field).is_some_and(|f| f.immutable || def.server), "{}.{field}", def.name);
            }
        }
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
