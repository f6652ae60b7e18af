// What a candidate would have corrected of their name and their contact data: read with care, because it comes from outside.

import type { EditRequest } from "../../backend/types";
import type { CandidateContact } from "../../gen/records";

/** The fields that can be proposed, with the record that each stands in, and its characters. */
export const PROPOSABLE = {
  first_name: ["candidates", 100], last_name: ["candidates", 100], city: ["candidates", 100], email: ["candidate_contacts", 254], phone: ["candidate_contacts", 30],
  linkedin_url: ["candidate_contacts", 300], github_url: ["candidate_contacts", 300], website_url: ["candidate_contacts", 300],
} as const;
export type Proposable = keyof typeof PROPOSABLE;

/** One change that somebody proposes. */
export interface Change {
  field: Proposable;
  value: string;
}

/** The changes of a proposal; none where it cannot be read. */
export function changesOf({ proposal }: Pick<CandidateContact, "proposal">): Change[] {
  let read: unknown;
  try {
    read = JSON.parse(proposal);
  } catch {
    return [];
  }
  if (typeof read !== "object" || read === null) {
    return [];
  }
  const said = new Map<string, unknown>(Object.entries(read));
  return (Object.keys(PROPOSABLE) as Proposable[]).flatMap((field) => {
    const value = said.get(field);
    const is_right = typeof value === "string" && value.length <= PROPOSABLE[field][1] && !(value.trim() === "" && field === "first_name");
    return is_right ? [{ field, value }] : [];
  });
}

/** The edits that answer a proposal: with what is taken over, or with nothing. */
export function answer(candidateId: string, contactId: string, changes: readonly Change[]): EditRequest[] {
  const of = (kind: "candidates" | "candidate_contacts") =>
    changes.filter(({ field }) => PROPOSABLE[field][0] === kind).map(({ field, value }) => ({ op: "set" as const, field, value }));
  const own = of("candidates");
  const contact = [...of("candidate_contacts"), { op: "set" as const, field: "proposal", value: "" }];
  return [...(own.length > 0 ? [{ kind: "candidates" as const, id: candidateId, edits: own }] : []), { kind: "candidate_contacts" as const, id: contactId, edits: contact }];
}
