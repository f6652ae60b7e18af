//! Workspaces: what both halves know of a tenant.

/// The default pipeline of a new workspace: stage name, wire kind, target days.
/// Source: the reference inventory, annex 16.2 ("tenant default").
pub const DEFAULT_STAGES: [(&str, &str, Option<i64>); 9] = [
    ("New", "new", Some(3)),
    ("Screening", "screening", Some(5)),
    ("Phone Interview", "interview", Some(5)),
    ("Technical Interview", "interview", Some(7)),
    ("Final Interview", "interview", Some(5)),
    ("Offer", "offer", Some(5)),
    ("Hired", "hired", None),
    ("Rejected", "rejected", None),
    ("Withdrawn", "withdrawn", None),
];
