// Written by `cargo xtask codegen` from the table in `shared/`. Do not edit.

/** A name in the languages of the window. */
export interface Name {
  en: string;
  fr: string;
}

/** A stage to begin with. */
export interface StageTemplate {
  name: Name;
  kind: string;
  target_days: number | null;
  color: string;
}

/** The pipelines that are offered to begin with, the one that a workspace starts with first. */
export const PIPELINE_TEMPLATES: readonly { key: string; name: Name; stages: readonly StageTemplate[] }[] = [
  {
    key: "standard",
    name: { en: "Standard", fr: "Standard" },
    stages: [
      { name: { en: "New", fr: "Nouveau" }, kind: "new", target_days: 3, color: "#64748B" },
      { name: { en: "Screening", fr: "Présélection" }, kind: "screening", target_days: 5, color: "#0E7490" },
      { name: { en: "Phone Interview", fr: "Entretien téléphonique" }, kind: "interview", target_days: 5, color: "#4338CA" },
      { name: { en: "Technical Interview", fr: "Entretien technique" }, kind: "interview", target_days: 7, color: "#4338CA" },
      { name: { en: "Final Interview", fr: "Entretien final" }, kind: "interview", target_days: 5, color: "#4338CA" },
      { name: { en: "Offer", fr: "Offre" }, kind: "offer", target_days: 5, color: "#B45309" },
      { name: { en: "Hired", fr: "Embauché" }, kind: "hired", target_days: null, color: "#15803D" },
      { name: { en: "Rejected", fr: "Refusé" }, kind: "rejected", target_days: null, color: "#B91C1C" },
      { name: { en: "Withdrawn", fr: "Retiré" }, kind: "withdrawn", target_days: null, color: "#6B7280" },
    ],
  },
  {
    key: "technical",
    name: { en: "Technical", fr: "Technique" },
    stages: [
      { name: { en: "Applied", fr: "Candidature reçue" }, kind: "new", target_days: 2, color: "#64748B" },
      { name: { en: "Resume Screening", fr: "Lecture du CV" }, kind: "screening", target_days: 3, color: "#0E7490" },
      { name: { en: "Phone Screen", fr: "Appel de présélection" }, kind: "screening", target_days: 5, color: "#0E7490" },
      { name: { en: "Technical Assessment", fr: "Épreuve technique" }, kind: "assessment", target_days: 7, color: "#1D4ED8" },
      { name: { en: "Technical Interview", fr: "Entretien technique" }, kind: "interview", target_days: 5, color: "#4338CA" },
      { name: { en: "Team Interview", fr: "Entretien avec l’équipe" }, kind: "interview", target_days: 3, color: "#4338CA" },
      { name: { en: "Reference Check", fr: "Références" }, kind: "reference", target_days: 5, color: "#7C3AED" },
      { name: { en: "Offer", fr: "Offre" }, kind: "offer", target_days: 5, color: "#B45309" },
      { name: { en: "Hired", fr: "Embauché" }, kind: "hired", target_days: null, color: "#15803D" },
      { name: { en: "Rejected", fr: "Refusé" }, kind: "rejected", target_days: null, color: "#B91C1C" },
      { name: { en: "Withdrawn", fr: "Retiré" }, kind: "withdrawn", target_days: null, color: "#6B7280" },
    ],
  },
  {
    key: "executive",
    name: { en: "Executive", fr: "Direction" },
    stages: [
      { name: { en: "Sourced", fr: "Repéré" }, kind: "new", target_days: 5, color: "#64748B" },
      { name: { en: "Initial Outreach", fr: "Premier contact" }, kind: "screening", target_days: 7, color: "#0E7490" },
      { name: { en: "Executive Screening", fr: "Présélection" }, kind: "screening", target_days: 10, color: "#0E7490" },
      { name: { en: "Leadership Assessment", fr: "Évaluation du leadership" }, kind: "assessment", target_days: 10, color: "#1D4ED8" },
      { name: { en: "Panel Interview", fr: "Entretien en comité" }, kind: "interview", target_days: 7, color: "#4338CA" },
      { name: { en: "Board Interview", fr: "Entretien avec le conseil" }, kind: "interview", target_days: 7, color: "#4338CA" },
      { name: { en: "Background Check", fr: "Vérification des antécédents" }, kind: "reference", target_days: 10, color: "#7C3AED" },
      { name: { en: "Compensation Negotiation", fr: "Négociation" }, kind: "offer", target_days: 10, color: "#B45309" },
      { name: { en: "Offer Extended", fr: "Offre faite" }, kind: "offer", target_days: 7, color: "#B45309" },
      { name: { en: "Hired", fr: "Embauché" }, kind: "hired", target_days: null, color: "#15803D" },
      { name: { en: "Rejected", fr: "Refusé" }, kind: "rejected", target_days: null, color: "#B91C1C" },
      { name: { en: "Withdrawn", fr: "Retiré" }, kind: "withdrawn", target_days: null, color: "#6B7280" },
    ],
  },
  {
    key: "intern",
    name: { en: "Intern", fr: "Stage" },
    stages: [
      { name: { en: "Applied", fr: "Candidature reçue" }, kind: "new", target_days: 1, color: "#64748B" },
      { name: { en: "Resume Review", fr: "Lecture du CV" }, kind: "screening", target_days: 2, color: "#0E7490" },
      { name: { en: "Video Screen", fr: "Présélection vidéo" }, kind: "screening", target_days: 3, color: "#0E7490" },
      { name: { en: "Assessment", fr: "Épreuve" }, kind: "assessment", target_days: 3, color: "#1D4ED8" },
      { name: { en: "Final Interview", fr: "Entretien final" }, kind: "interview", target_days: 3, color: "#4338CA" },
      { name: { en: "Offer", fr: "Offre" }, kind: "offer", target_days: 2, color: "#B45309" },
      { name: { en: "Hired", fr: "Embauché" }, kind: "hired", target_days: null, color: "#15803D" },
      { name: { en: "Rejected", fr: "Refusé" }, kind: "rejected", target_days: null, color: "#B91C1C" },
      { name: { en: "Withdrawn", fr: "Retiré" }, kind: "withdrawn", target_days: null, color: "#6B7280" },
    ],
  },
  {
    key: "contractor",
    name: { en: "Contractor", fr: "Contrat" },
    stages: [
      { name: { en: "Applied", fr: "Candidature reçue" }, kind: "new", target_days: 1, color: "#64748B" },
      { name: { en: "Skills Review", fr: "Revue des compétences" }, kind: "screening", target_days: 1, color: "#0E7490" },
      { name: { en: "Technical Check", fr: "Vérification technique" }, kind: "assessment", target_days: 1, color: "#1D4ED8" },
      { name: { en: "Client Interview", fr: "Entretien avec le client" }, kind: "interview", target_days: 2, color: "#4338CA" },
      { name: { en: "Contract Offer", fr: "Offre de contrat" }, kind: "offer", target_days: 2, color: "#B45309" },
      { name: { en: "Engaged", fr: "Engagé" }, kind: "hired", target_days: null, color: "#15803D" },
      { name: { en: "Rejected", fr: "Refusé" }, kind: "rejected", target_days: null, color: "#B91C1C" },
      { name: { en: "Withdrawn", fr: "Retiré" }, kind: "withdrawn", target_days: null, color: "#6B7280" },
    ],
  },
  {
    key: "high_volume",
    name: { en: "High volume", fr: "Grand volume" },
    stages: [
      { name: { en: "Applied", fr: "Candidature reçue" }, kind: "new", target_days: 1, color: "#64748B" },
      { name: { en: "First Screen", fr: "Premier tri" }, kind: "screening", target_days: 1, color: "#0E7490" },
      { name: { en: "Group Interview", fr: "Entretien de groupe" }, kind: "interview", target_days: 3, color: "#4338CA" },
      { name: { en: "Background Check", fr: "Vérification des antécédents" }, kind: "reference", target_days: 3, color: "#7C3AED" },
      { name: { en: "Offer", fr: "Offre" }, kind: "offer", target_days: 2, color: "#B45309" },
      { name: { en: "Hired", fr: "Embauché" }, kind: "hired", target_days: null, color: "#15803D" },
      { name: { en: "Rejected", fr: "Refusé" }, kind: "rejected", target_days: null, color: "#B91C1C" },
      { name: { en: "Withdrawn", fr: "Retiré" }, kind: "withdrawn", target_days: null, color: "#6B7280" },
    ],
  },
];
