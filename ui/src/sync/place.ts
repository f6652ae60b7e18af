// Where a record that needs a person is looked at.

import type { KindName } from "../gen/records";
import type { Route } from "../shared/route.svelte";

/** What is known of a record here: it may have gone meanwhile, and then it is in no list. */
export type Known = object | null;

/** The screens of kinds that are looked at in a list of their own. */
const LISTS: { readonly [kind in KindName]?: Route } = {
  scorecard_templates: { name: "scorecard_templates" },
  mail_templates: { name: "mail_templates" },
  offer_templates: { name: "offer_templates" },
  onboarding_templates: { name: "onboarding_templates" },
  employees: { name: "people" },
  contracts: { name: "people" },
  onboardings: { name: "people" },
  custom_fields: { name: "settings" },
  approval_rules: { name: "settings" },
  working_hours: { name: "settings" },
};
/** Kinds that are looked at on the page of the candidate whom they are about. */
const OF_CANDIDATE: readonly KindName[] = ["applications", "notes", "candidate_contacts", "attachments", "emails", "interviews", "scorecards", "offers"];

/** Whether a record of a kind has a place at all, as far as that can be said before it is read. */
export function hasPlace(kind: KindName): boolean {
  return ["jobs", "candidates", "pipelines"].includes(kind) || kind in LISTS || OF_CANDIDATE.includes(kind);
}

/** The place of a record, or null when it has none: a note about a job alone, or what is no longer there. */
export function placeOf(kind: KindName, id: string, known: Known): Route | null {
  switch (kind) {
    case "jobs":
      return { name: "job", id, view: "board" };
    case "candidates":
      return { name: "candidate", id };
    case "pipelines":
      return { name: "pipeline", id };
    default:
      return LISTS[kind] ?? onCandidate(kind, id, known);
  }
}

function onCandidate(kind: KindName, id: string, known: Known): Route | null {
  const candidate = reference(known, "candidate_id");
  if (!OF_CANDIDATE.includes(kind) || candidate === null) {
    return null;
  }
  const about = reference(known, "application_id");
  switch (kind) {
    case "offers":
      return { name: "candidate", id: candidate, offer: id };
    case "applications":
      return { name: "candidate", id: candidate, application: id };
    default:
      return about === null ? { name: "candidate", id: candidate } : { name: "candidate", id: candidate, application: about };
  }
}

function reference(known: Known, field: string): string | null {
  const value: unknown = known && Reflect.get(known, field);
  return typeof value === "string" ? value : null;
}
