// What of a résumé could be taken over into a candidate: field by field, each beside what is there now.

import type { CreateRequest, EditRequest, FieldEdit, ResumeFields, Row } from "../../backend/types";
import { setEdits, splitWords } from "./candidate";

/** Something that can be taken over. */
export interface Proposal {
  kind: "candidates" | "candidate_contacts";
  field: string;
  /** What was read, as it can be corrected. */
  value: string;
  /** What is there now, or an empty text. */
  now: string;
  /** Whether it is a set of words, to which those that were read are added. */
  words: boolean;
  chosen: boolean;
}

const trimmed = (text: string | null | undefined): string => (text ?? "").trim();

/** A name in two parts: the last word is the family name, which whoever reads it can correct. */
export function nameParts(name: string): [string, string] {
  const words = name.trim().split(/\s+/);
  return words.length < 2 ? [words[0] ?? "", ""] : [words.slice(0, -1).join(" "), words.at(-1) ?? ""];
}

/** The field that a link belongs in. */
function linkField(link: string): string {
  if (/(^|\.|\/)linkedin\./i.test(link)) {
    return "linkedin_url";
  }
  return /(^|\.|\/)github\.com/i.test(link) ? "github_url" : "website_url";
}

/** Where somebody works: the job that has not ended, or else the first, which is the latest. */
export function presentJob(read: ResumeFields): ResumeFields["jobs"][number] | undefined {
  return read.jobs.find(({ value }) => value.end === "present") ?? read.jobs[0];
}

const withScheme = (link: string): string => (/^https?:\/\//i.test(link) ? link : `https://${link}`);

/** What can be taken over: what was found and is not there already. What is filled in is left alone unless it is chosen. */
export function proposals(read: ResumeFields, candidate: Row<"candidates">, contact: Row<"candidate_contacts"> | null, withContact: boolean): Proposal[] {
  const found: Proposal[] = [];
  const add = (kind: Proposal["kind"], field: string, value: string | null | undefined, now: string): void => {
    const text = trimmed(value);
    if (text !== "" && text !== now && !found.some((each) => each.field === field)) {
      found.push({ kind, field, value: text, now, words: false, chosen: now === "" });
    }
  };
  const words = (field: string, values: string[], now: string[]): void => {
    const known = now.map((word) => word.toLowerCase());
    const fresh = [...new Set(values.map((word) => word.trim()))].filter((word) => word !== "" && !word.includes(",") && !known.includes(word.toLowerCase()));
    if (fresh.length > 0) {
      found.push({ kind: "candidates", field, value: fresh.join(", "), now: now.join(", "), words: true, chosen: true });
    }
  };
  const { fields } = candidate;
  const [first, last] = nameParts(read.name?.value ?? "");
  const job = presentJob(read);
  const [city] = trimmed(read.location?.value).split(",");
  add("candidates", "first_name", first, fields.first_name);
  add("candidates", "last_name", last, fields.last_name);
  add("candidates", "headline", read.headline?.value, fields.headline);
  add("candidates", "current_title", job?.value.title, fields.current_title);
  add("candidates", "current_company", job?.value.company, fields.current_company);
  add("candidates", "city", city, fields.city);
  words("skills", read.skills.map(({ value }) => value), fields.skills);
  words("languages", read.languages.map(({ value }) => value.name), fields.languages);
  if (withContact) {
    const known = contact?.fields;
    add("candidate_contacts", "email", read.emails[0]?.value, known?.email ?? "");
    add("candidate_contacts", "phone", read.phones[0]?.value, known?.phone ?? "");
    for (const { value } of read.links) {
      const field = linkField(value);
      const now = known?.[field as "website_url"] ?? "";
      add("candidate_contacts", field, withScheme(value), now);
    }
  }
  return found;
}

/** The edits, with those of their past, and, where somebody has no contact data yet, the record that take over what was chosen. */
export function taken(chosen: readonly Proposal[], candidate: Row<"candidates">, contact: Row<"candidate_contacts"> | null, past: readonly FieldEdit[] = []): { edits: EditRequest[]; creates: CreateRequest[] } {
  const of = (kind: Proposal["kind"]): Proposal[] => chosen.filter((each) => each.kind === kind && each.value.trim() !== "");
  const edit = ({ field, value, words }: Proposal): FieldEdit[] => {
    const before = candidate.fields[field as "skills"];
    return words ? setEdits(field, before, [...new Set([...before, ...splitWords(value)])]) : [{ op: "set", field, value: value.trim() }];
  };
  const own = [...of("candidates").flatMap(edit), ...past];
  const reach = of("candidate_contacts");
  const edits: EditRequest[] = own.length > 0 ? [{ kind: "candidates", id: candidate.id, edits: own }] : [];
  if (reach.length > 0 && contact) {
    edits.push({ kind: "candidate_contacts", id: contact.id, edits: reach.flatMap(edit) });
  }
  const fields = Object.fromEntries(reach.map(({ field, value }) => [field, value.trim()]));
  const creates: CreateRequest[] = reach.length > 0 && !contact ? [{ kind: "candidate_contacts", fields: { candidate_id: candidate.id, ...fields } }] : [];
  return { edits, creates };
}
