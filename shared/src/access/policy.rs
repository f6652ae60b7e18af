//! The policy table: role × kind × action. The reviewed snapshot of the whole matrix is in `tests/`.

use super::Role;

/// What somebody wants to do to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// See it.
    Read,
    /// See it behind a wall: when it is private, or belongs to something private.
    ReadPrivate,
    /// Make a new one.
    Create,
    /// Change its fields.
    Edit,
    /// Delete and restore it.
    Delete,
    /// Publish, hold, close and reopen (jobs); send, withdraw and answer (offers).
    Publish,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 6] =
        [Self::Read, Self::ReadPrivate, Self::Create, Self::Edit, Self::Delete, Self::Publish];

    /// The wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadPrivate => "read_private",
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Publish => "publish",
        }
    }
}

/// How far an allowance goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// No record of the kind.
    None,
    /// Records that are the person's own: that they made, or that name them ([`super::ScopeRule::whose`]).
    Author,
    /// Records of jobs that are the person's own.
    OwnJobs,
    /// Of jobs that are the person's own, records beside one that the person made ([`super::ScopeRule::after_own`]).
    AfterOwn,
    /// Every record of the kind in the workspace.
    All,
}

/// One row: a kind, an action, and a letter per role in the order of [`Role::ALL`].
/// `A` all, `j` own jobs' (of what is private: of the walls that name the person), `g` of own jobs' those beside a given
/// one of one's own, `o` own records, `-` none.
type Row = (&'static str, Action, &'static str);

/// Columns: owner, admin, hr_manager, recruiter, hiring_manager, employee, viewer.
const TABLE: &[Row] = &[
    ("jobs", Action::Read, "AAAAA-A"),
    ("jobs", Action::ReadPrivate, "AAjjj--"),
    ("jobs", Action::Create, "AAAA---"),
    ("jobs", Action::Edit, "AAAA---"),
    ("jobs", Action::Delete, "AA-----"),
    ("jobs", Action::Publish, "AAAA---"),
    ("job_translations", Action::Read, "AAAAA-A"),
    ("job_translations", Action::ReadPrivate, "AAjjj--"),
    ("job_translations", Action::Create, "AAAA---"),
    ("job_translations", Action::Edit, "AAAA---"),
    ("job_translations", Action::Delete, "AAAA---"),
    ("pipelines", Action::Read, "AAAAA-A"),
    ("pipelines", Action::Create, "AAAA---"),
    ("pipelines", Action::Edit, "AAAA---"),
    ("pipelines", Action::Delete, "AA-----"),
    ("rejection_reasons", Action::Read, "AAAAA-A"),
    ("rejection_reasons", Action::Create, "AAAA---"),
    ("rejection_reasons", Action::Edit, "AAAA---"),
    ("rejection_reasons", Action::Delete, "AA-----"),
    ("candidates", Action::Read, "AAAAj-A"),
    ("candidates", Action::ReadPrivate, "AAjjj--"),
    ("candidates", Action::Create, "AAAA---"),
    ("candidates", Action::Edit, "AAAA---"),
    ("candidates", Action::Delete, "AA-----"),
    ("candidate_contacts", Action::Read, "AAAA---"),
    ("candidate_contacts", Action::ReadPrivate, "AAjj---"),
    ("candidate_contacts", Action::Create, "AAAA---"),
    ("candidate_contacts", Action::Edit, "AAAA---"),
    ("candidate_contacts", Action::Delete, "AA-----"),
    ("applications", Action::Read, "AAAAj-A"),
    ("applications", Action::ReadPrivate, "AAjjj--"),
    ("applications", Action::Create, "AAAA---"),
    ("applications", Action::Edit, "AAAA---"),
    ("applications", Action::Delete, "AA-----"),
    ("notes", Action::Read, "AAAAj--"),
    ("notes", Action::ReadPrivate, "AAjjj--"),
    ("notes", Action::Create, "AAAAj--"),
    ("notes", Action::Edit, "ooooo--"),
    ("notes", Action::Delete, "AAooo--"),
    ("attachments", Action::Read, "AAAAj--"),
    ("attachments", Action::ReadPrivate, "AAjjj--"),
    ("attachments", Action::Create, "AAAA---"),
    ("attachments", Action::Edit, "AAAA---"),
    ("attachments", Action::Delete, "AAAA---"),
    ("interviews", Action::Read, "AAAAj-A"),
    ("interviews", Action::ReadPrivate, "AAjjj--"),
    ("interviews", Action::Create, "AAAAj--"),
    ("interviews", Action::Edit, "AAAAj--"),
    ("interviews", Action::Delete, "AAAA---"),
    ("offers", Action::Read, "AAAAj--"),
    ("offers", Action::ReadPrivate, "AAjjj--"),
    ("offers", Action::Create, "AAAA---"),
    ("offers", Action::Edit, "AAAA---"),
    ("offers", Action::Delete, "AA-----"),
    ("offers", Action::Publish, "AAAA---"),
    ("candidate_references", Action::Read, "AAAAj--"),
    ("candidate_references", Action::ReadPrivate, "AAjjj--"),
    ("candidate_references", Action::Create, "AAAA---"),
    ("candidate_references", Action::Delete, "AAAA---"),
    ("scorecard_templates", Action::Read, "AAAAA-A"),
    ("scorecard_templates", Action::ReadPrivate, "AAjjj--"),
    ("scorecard_templates", Action::Create, "AAAA---"),
    ("scorecard_templates", Action::Edit, "AAAA---"),
    ("scorecard_templates", Action::Delete, "AA-----"),
    ("scorecards", Action::Read, "AAAAg--"),
    ("scorecards", Action::ReadPrivate, "AAjjj--"),
    ("scorecards", Action::Create, "AAAAj--"),
    ("scorecards", Action::Edit, "ooooo--"),
    ("scorecards", Action::Delete, "ooooo--"),
    ("mail_templates", Action::Read, "AAAA---"),
    ("mail_templates", Action::Create, "AAAA---"),
    ("mail_templates", Action::Edit, "AAAA---"),
    ("mail_templates", Action::Delete, "AAAA---"),
    ("emails", Action::Read, "AAAA---"),
    ("emails", Action::ReadPrivate, "AAjj---"),
    ("emails", Action::Create, "AAAA---"),
    ("emails", Action::Delete, "AAoo---"),
    ("onboarding_templates", Action::Read, "AAA----"),
    ("onboarding_templates", Action::Create, "AAA----"),
    ("onboarding_templates", Action::Edit, "AAA----"),
    ("onboarding_templates", Action::Delete, "AAA----"),
    ("employees", Action::Read, "AAA-j--"),
    ("employees", Action::ReadPrivate, "AAj-j--"),
    ("employees", Action::Create, "AAA----"),
    ("employees", Action::Edit, "AAA----"),
    ("employees", Action::Delete, "AA-----"),
    ("contracts", Action::Read, "AAA----"),
    ("contracts", Action::ReadPrivate, "AAj----"),
    ("onboardings", Action::Read, "AAA-j--"),
    ("onboardings", Action::ReadPrivate, "AAj-j--"),
    ("onboardings", Action::Create, "AAA----"),
    ("onboardings", Action::Edit, "AAA-j--"),
    ("onboardings", Action::Delete, "AA-----"),
    ("saved_searches", Action::Read, "AAAAA-A"),
    ("saved_searches", Action::Create, "AAAAA-A"),
    ("saved_searches", Action::Edit, "AAooo-o"),
    ("saved_searches", Action::Delete, "AAooo-o"),
    ("custom_fields", Action::Read, "AAAAA-A"),
    ("custom_fields", Action::Create, "AA-----"),
    ("custom_fields", Action::Edit, "AA-----"),
    ("custom_fields", Action::Delete, "AA-----"),
    ("approval_rules", Action::Read, "AAAAA--"),
    ("approval_rules", Action::Create, "AA-----"),
    ("approval_rules", Action::Edit, "AA-----"),
    ("approval_rules", Action::Delete, "AA-----"),
    ("offer_templates", Action::Read, "AAAA---"),
    ("offer_templates", Action::Create, "AAAA---"),
    ("offer_templates", Action::Edit, "AAAA---"),
    ("offer_templates", Action::Delete, "AAAA---"),
    ("pools", Action::Read, "AAAAA-A"),
    ("pools", Action::Create, "AAAA---"),
    ("pools", Action::Edit, "AAAA---"),
    ("pools", Action::Delete, "AAAA---"),
    ("working_hours", Action::Read, "AAAAA--"),
    ("working_hours", Action::Create, "AAooo--"),
    ("working_hours", Action::Edit, "AAooo--"),
    ("working_hours", Action::Delete, "AAooo--"),
    ("rooms", Action::Read, "AAAAA-A"),
    ("rooms", Action::Create, "AAAA---"),
    ("rooms", Action::Edit, "AAAA---"),
    ("rooms", Action::Delete, "AA-----"),
    ("tags", Action::Read, "AAAAA-A"),
    ("tags", Action::Create, "AAAA---"),
    ("tags", Action::Edit, "AAAA---"),
    ("tags", Action::Delete, "AAAA---"),
    ("activities", Action::Read, "AAAAj-A"),
    ("activities", Action::ReadPrivate, "AAjjj--"),
    ("members", Action::Read, "AAAAAAA"),
    ("members", Action::Create, "AA-----"),
    ("members", Action::Edit, "AA-----"),
    ("members", Action::Delete, "AA-----"),
];

/// How far the role's allowance for an action on a kind goes. What no row names is not allowed.
#[must_use]
pub fn reach(role: Role, kind: &str, action: Action) -> Reach {
    let column = Role::ALL.iter().position(|r| *r == role).unwrap_or(Role::ALL.len());
    let letter = TABLE
        .iter()
        .find(|(row_kind, row_action, _)| *row_kind == kind && *row_action == action)
        .and_then(|(_, _, letters)| letters.as_bytes().get(column));
    match letter {
        Some(b'A') => Reach::All,
        Some(b'j') => Reach::OwnJobs,
        Some(b'g') => Reach::AfterOwn,
        Some(b'o') => Reach::Author,
        _ => Reach::None,
    }
}

/// Every "kind:action" that a role has in any reach, for the screens to offer only what can work.
#[must_use]
pub fn allowances(role: Role) -> Vec<String> {
    TABLE
        .iter()
        .filter(|(kind, action, _)| reach(role, kind, *action) != Reach::None)
        .map(|(kind, action, _)| format!("{kind}:{}", action.name()))
        .collect()
}

/// The whole matrix as text, one row a line: what the snapshot test shows to a reviewer.
#[must_use]
pub fn matrix() -> String {
    let mut text = String::from("kind                action       ");
    for role in Role::ALL {
        text.push_str(&format!("{:<15}", role.name()));
    }
    for (kind, action, _) in TABLE {
        text.push_str(&format!("\n{kind:<20}{:<13}", action.name()));
        for role in Role::ALL {
            let reach = match reach(role, kind, *action) {
                Reach::All => "all",
                Reach::OwnJobs => "own jobs",
                Reach::AfterOwn => "after own",
                Reach::Author => "own",
                Reach::None => "-",
            };
            text.push_str(&format!("{reach:<15}"));
        }
    }
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_letter_for_each_role_and_stands_once() {
        for (index, (kind, action, letters)) in TABLE.iter().enumerate() {
            assert_eq!(letters.len(), Role::ALL.len(), "{kind} {action:?}");
            assert!(letters.bytes().all(|l| b"Ajgo-".contains(&l)));
            assert!(
                !TABLE[..index].iter().any(|(k, a, _)| k == kind && a == action),
                "{kind} {action:?} twice"
            );
        }
    }

    #[test]
    fn a_kind_that_no_row_names_is_closed_to_everyone() {
        for role in Role::ALL {
            for action in Action::ALL {
                assert_eq!(reach(role, "secrets", action), Reach::None);
            }
        }
    }

    #[test]
    fn the_matrix_is_as_reviewed() {
        insta::assert_snapshot!(matrix());
    }
}
