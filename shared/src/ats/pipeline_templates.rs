//! Pipelines to begin with. A workspace starts with the first one; the others are offered when somebody makes a pipeline.
//!
//! Source: the reference inventory, annex 16.2, each with the stages for those who are turned down or step back, without
//! which a pipeline cannot be worked. "Culture Fit" is called a team interview: the fairness rules (16.4) flag the name.

use super::StageKind;
use super::StageKind::{Assessment, Hired, Interview, New, Offer, Reference, Rejected, Screening, Withdrawn};

/// A name in the languages of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    /// In English.
    pub en: &'static str,
    /// In French.
    pub fr: &'static str,
}

/// A stage to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StageTemplate {
    /// What people call it.
    pub name: Name,
    /// What it means.
    pub kind: StageKind,
    /// Days that an application should stay at most.
    pub target_days: Option<i64>,
    /// Its colour, `#RRGGBB`.
    pub color: &'static str,
}

/// A pipeline to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PipelineTemplate {
    /// By which it is told from the others.
    pub key: &'static str,
    /// What it is for.
    pub name: Name,
    /// Its stages, in order.
    pub stages: &'static [StageTemplate],
}

const fn stage(en: &'static str, fr: &'static str, kind: StageKind, days: i64) -> StageTemplate {
    let target_days = if days > 0 { Some(days) } else { None };
    StageTemplate { name: Name { en, fr }, kind, target_days, color: color(kind) }
}

/// The colour of a stage of this kind: from cool to warm, the ends in green, red and grey.
const fn color(kind: StageKind) -> &'static str {
    match kind {
        New => "#64748B",
        Screening => "#0E7490",
        Assessment => "#1D4ED8",
        Interview => "#4338CA",
        Reference => "#7C3AED",
        Offer => "#B45309",
        Hired => "#15803D",
        Rejected => "#B91C1C",
        Withdrawn | StageKind::OnHold | StageKind::Unknown => "#6B7280",
    }
}

const fn pipeline(
    key: &'static str,
    en: &'static str,
    fr: &'static str,
    stages: &'static [StageTemplate],
) -> PipelineTemplate {
    PipelineTemplate { key, name: Name { en, fr }, stages }
}

const HIRED: StageTemplate = stage("Hired", "Embauché", Hired, 0);
const REJECTED: StageTemplate = stage("Rejected", "Refusé", Rejected, 0);
const WITHDRAWN: StageTemplate = stage("Withdrawn", "Retiré", Withdrawn, 0);

/// The stages that a workspace starts with.
pub const STANDARD: &[StageTemplate] = &[
    stage("New", "Nouveau", New, 3),
    stage("Screening", "Présélection", Screening, 5),
    stage("Phone Interview", "Entretien téléphonique", Interview, 5),
    stage("Technical Interview", "Entretien technique", Interview, 7),
    stage("Final Interview", "Entretien final", Interview, 5),
    stage("Offer", "Offre", Offer, 5),
    HIRED,
    REJECTED,
    WITHDRAWN,
];

/// Every template, the one that a workspace starts with first.
pub const TEMPLATES: &[PipelineTemplate] = &[
    pipeline("standard", "Standard", "Standard", STANDARD),
    pipeline(
        "technical",
        "Technical",
        "Technique",
        &[
            stage("Applied", "Candidature reçue", New, 2),
            stage("Resume Screening", "Lecture du CV", Screening, 3),
            stage("Phone Screen", "Appel de présélection", Screening, 5),
            stage("Technical Assessment", "Épreuve technique", Assessment, 7),
            stage("Technical Interview", "Entretien technique", Interview, 5),
            stage("Team Interview", "Entretien avec l’équipe", Interview, 3),
            stage("Reference Check", "Références", Reference, 5),
            stage("Offer", "Offre", Offer, 5),
            HIRED,
            REJECTED,
            WITHDRAWN,
        ],
    ),
    pipeline(
        "executive",
        "Executive",
        "Direction",
        &[
            stage("Sourced", "Repéré", New, 5),
            stage("Initial Outreach", "Premier contact", Screening, 7),
            stage("Executive Screening", "Présélection", Screening, 10),
            stage("Leadership Assessment", "Évaluation du leadership", Assessment, 10),
            stage("Panel Interview", "Entretien en comité", Interview, 7),
            stage("Board Interview", "Entretien avec le conseil", Interview, 7),
            stage("Background Check", "Vérification des antécédents", Reference, 10),
            stage("Compensation Negotiation", "Négociation", Offer, 10),
            stage("Offer Extended", "Offre faite", Offer, 7),
            HIRED,
            REJECTED,
            WITHDRAWN,
        ],
    ),
    pipeline(
        "intern",
        "Intern",
        "Stage",
        &[
            stage("Applied", "Candidature reçue", New, 1),
            stage("Resume Review", "Lecture du CV", Screening, 2),
            stage("Video Screen", "Présélection vidéo", Screening, 3),
            stage("Assessment", "Épreuve", Assessment, 3),
            stage("Final Interview", "Entretien final", Interview, 3),
            stage("Offer", "Offre", Offer, 2),
            HIRED,
            REJECTED,
            WITHDRAWN,
        ],
    ),
    pipeline(
        "contractor",
        "Contractor",
        "Contrat",
        &[
            stage("Applied", "Candidature reçue", New, 1),
            stage("Skills Review", "Revue des compétences", Screening, 1),
            stage("Technical Check", "Vérification technique", Assessment, 1),
            stage("Client Interview", "Entretien avec le client", Interview, 2),
            stage("Contract Offer", "Offre de contrat", Offer, 2),
            stage("Engaged", "Engagé", Hired, 0),
            REJECTED,
            WITHDRAWN,
        ],
    ),
    pipeline(
        "high_volume",
        "High volume",
        "Grand volume",
        &[
            stage("Applied", "Candidature reçue", New, 1),
            stage("First Screen", "Premier tri", Screening, 1),
            stage("Group Interview", "Entretien de groupe", Interview, 3),
            stage("Background Check", "Vérification des antécédents", Reference, 3),
            stage("Offer", "Offre", Offer, 2),
            HIRED,
            REJECTED,
            WITHDRAWN,
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_leads_from_an_arrival_to_each_end_and_fits_the_limits() {
        for (at, template) in TEMPLATES.iter().enumerate() {
            let key = template.key;
            assert!(!TEMPLATES[..at].iter().any(|other| other.key == key), "{key} twice");
            assert_eq!(template.stages.first().map(|stage| stage.kind), Some(New), "{key}");
            for end in [Hired, Rejected, Withdrawn] {
                assert_eq!(template.stages.iter().filter(|stage| stage.kind == end).count(), 1, "{key}");
            }
            let closed = template.stages.iter().skip_while(|stage| !stage.kind.is_closed());
            assert!(closed.clone().all(|stage| stage.kind.is_closed()), "{key}: what is over comes last");
            for stage in template.stages {
                let names = [stage.name.en, stage.name.fr];
                assert!(
                    names.iter().all(|name| !name.is_empty() && name.chars().count() <= 100),
                    "{names:?}"
                );
                assert_eq!(stage.target_days.is_none(), stage.kind.is_closed(), "{key} {names:?}");
            }
        }
    }
}
