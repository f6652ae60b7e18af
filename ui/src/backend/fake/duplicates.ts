// Candidates in memory that may be the same person, and merging them. Only addresses and names are compared here.

import { FIELDS } from "../../gen/fields";
import type { KindName } from "../../gen/records";
import type { CreateRequest, DuplicatePair, DuplicateSide, EditRequest, FieldEdit, Likeness, MergeRequest, Row } from "../types";
import type { Tables } from "./data";
import { refusal } from "./store";

type Fields = { [name: string]: unknown };
type Candidate = Row<"candidates">;

/** Pairs that are shown at once. */
export const PAIRS_MAX = 200;
const DAY_MS = 86_400_000;
/** Candidates that share an address or a name; of more than these that says nothing. */
const SAME_MAX = 12;
const WEIGHTS: { [L in Likeness]: number } = { email: 100, resume: 100, profile: 95, name_and_more: 90, phone: 85, name: 50 };
const RESUME = ["resume_hash", "resume_name", "resume_type", "resume_text"];
/** Fields that are of each record alone. */
const OWN = ["merged_into_id", "before_merge", "distinct_from_ids", "is_private", "visible_to_ids", "candidate_id", "consent_asked_on"];

/** The contact of a candidate, or null. */
export function contactOf(tables: Tables, id: string): Row<"candidate_contacts"> | null {
  return [...tables.candidate_contacts.values()].find((row) => row.fields.candidate_id === id && !row.deleted) ?? null;
}

/** Makes one of the candidates somebody who came once before, under the same address. */
export function fillDuplicate(tables: Tables): void {
  const [before, again] = [tables.candidates.get("candidate-12"), tables.candidates.get("candidate-31")];
  const [known, contact] = [tables.candidate_contacts.get("contact-12"), tables.candidate_contacts.get("contact-31")];
  if (!before || !again || !known || !contact) {
    return;
  }
  const { first_name, last_name, city, state, country } = before.fields;
  Object.assign(again.fields, { first_name, last_name, city, state, country, summary: "", source: "referral", referred_by_id: "member-2", languages: ["English", "Spanish"], tag_ids: ["tag-2"] });
  Object.assign(before.fields, { years_experience: null, tag_ids: ["tag-1"] });
  Object.assign(contact.fields, { email: known.fields.email, desired_salary_min: 8_400_000, linkedin_url: "https://www.linkedin.com/in/came-twice" });
  before.created_at = again.created_at - 40 * DAY_MS;
}

/** How many rows each candidate has. */
function counted(rows: Map<string, Row<"applications"> | Row<"notes">>): (id: string) => number {
  const counts = new Map<string, number>();
  for (const { fields, deleted } of rows.values()) {
    counts.set(fields.candidate_id, (counts.get(fields.candidate_id) ?? 0) + (deleted ? 0 : 1));
  }
  return (id) => counts.get(id) ?? 0;
}

const nameOf = ({ fields }: Candidate): string => `${fields.first_name} ${fields.last_name}`.trim().toLowerCase();

function likenesses(one: Candidate, other: Candidate, emailOf: (row: Candidate) => string): Likeness[] {
  const named = nameOf(one) === nameOf(other) && nameOf(one).includes(" ");
  const around = (["current_company", "current_title", "city"] as const).some((field) => one.fields[field] !== "" && one.fields[field] === other.fields[field]);
  const [mine, theirs] = [emailOf(one), emailOf(other)];
  return [
    ...(mine !== "" && mine === theirs ? (["email"] as const) : []),
    ...(named && around ? (["name_and_more"] as const) : []),
    ...(named && !around && (mine === "" || theirs === "") ? (["name"] as const) : []),
  ];
}

/** Candidates who share an address or a name, the older first. */
function alikeGroups(tables: Tables, emailOf: (row: Candidate) => string): Candidate[][] {
  const groups = new Map<string, Candidate[]>();
  for (const row of tables.candidates.values()) {
    const open = !row.deleted && !row.fields.is_private && row.fields.merged_into_id === null;
    for (const key of open ? [`name ${nameOf(row)}`, `email ${emailOf(row)}`] : []) {
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
  }
  return [...groups.values()].filter(({ length }) => length <= SAME_MAX).map((group) => group.sort((a, b) => a.created_at - b.created_at));
}

/** All pairs, the surest first. */
export function duplicatePairs(tables: Tables, mayContact: boolean): DuplicatePair[] {
  const contacts = new Map([...tables.candidate_contacts.values()].filter(({ deleted }) => mayContact && !deleted).map((row) => [row.fields.candidate_id, row]));
  const emailOf = (row: Candidate): string => contacts.get(row.id)?.fields.email.toLowerCase() ?? "";
  const [applications, notes] = [counted(tables.applications), counted(tables.notes)];
  const side = (candidate: Candidate): DuplicateSide => ({
    candidate: { ...candidate, fields: { ...candidate.fields, resume_text: "" } },
    contact: contacts.get(candidate.id) ?? null,
    applications: applications(candidate.id),
    notes: notes(candidate.id),
  });
  const found = new Map<string, DuplicatePair>();
  for (const rows of alikeGroups(tables, emailOf)) {
    rows.forEach((second, at) => {
      for (const first of rows.slice(0, at)) {
        const alike = likenesses(first, second, emailOf);
        const told = first.fields.distinct_from_ids.includes(second.id) || second.fields.distinct_from_ids.includes(first.id);
        if (alike.length > 0 && !told) {
          const doubt = alike.reduce((left, each) => (left * (100 - WEIGHTS[each])) / 100, 100);
          found.set(`${first.id} ${second.id}`, { first: side(first), second: side(second), likenesses: alike, score: Math.floor(100 - doubt) });
        }
      }
    });
  }
  return [...found.values()].sort((a, b) => b.score - a.score);
}

const isNone = (value: unknown): boolean => value === null || value === undefined || (typeof value === "string" && value.trim() === "");
const isSet = (kind: KindName, field: string): boolean => ["set", "references"].includes(FIELDS[kind]?.[field] ?? "");
const shared = (kind: KindName): string[] => Object.keys(FIELDS[kind] ?? {}).filter((field) => !OWN.includes(field));

/** What the kept record takes over, and what stood there before. */
function takenOver(kind: KindName, kept: Fields, merged: Fields, chosen: string[]): { edits: FieldEdit[]; before: Fields } {
  const before: Fields = {};
  const edits = shared(kind).flatMap((field): FieldEdit[] => {
    if (isSet(kind, field)) {
      const lacking = (merged[field] as string[]).filter((each) => !(kept[field] as string[]).includes(each));
      return lacking.map((value) => ({ op: "add", field, value }));
    }
    const asked = RESUME.includes(field) ? "resume_hash" : field;
    const takes = !isNone(merged[asked]) && (isNone(kept[asked]) || chosen.includes(asked));
    return takes && kept[field] !== merged[field] ? [{ op: "set", field, value: merged[field] }] : [];
  });
  edits.forEach(({ field }) => (before[field] = kept[field]));
  return { edits, before };
}

function candidateOf(tables: Tables, id: string): Candidate {
  const row = tables.candidates.get(id);
  if (!row || row.deleted) {
    throw refusal("not-found", "There is nothing here.");
  }
  return row;
}

const fieldsOf = (row: Row): Fields => row.fields as unknown as Fields;

/** What merging two candidates does. */
export function mergeSteps(tables: Tables, { kept, merged, chosen }: MergeRequest): { edits: EditRequest[]; creates: CreateRequest[] } {
  const [into, from] = [candidateOf(tables, kept), candidateOf(tables, merged)];
  if (into.fields.is_private || into.fields.merged_into_id !== null || from.fields.is_private) {
    throw refusal("invalid-fields", "Some fields need another value.", { merged_into_id: "Nobody is merged into a private candidate." });
  }
  const creates: CreateRequest[] = [];
  const edits: EditRequest[] = [];
  const both = (kind: KindName, own: Row, theirs: Row, more: FieldEdit[]): void => {
    const plan = takenOver(kind, fieldsOf(own), fieldsOf(theirs), chosen);
    edits.push({ kind, id: own.id, edits: plan.edits }, { kind, id: theirs.id, edits: [{ op: "set", field: "before_merge", value: JSON.stringify(plan.before) }, ...more] });
  };
  const [own, theirs] = [contactOf(tables, kept), contactOf(tables, merged)];
  if (own && theirs) {
    both("candidate_contacts", own, theirs, []);
  } else if (theirs) {
    creates.push({ kind: "candidate_contacts", fields: { ...theirs.fields, candidate_id: kept, before_merge: "" } });
  }
  both("candidates", into, from, [{ op: "set", field: "merged_into_id", value: kept }]);
  return { edits: edits.filter((each) => each.edits.length > 0), creates };
}

/** What of a record goes back to how it was: what nobody has changed since. */
function givenBack(kind: KindName, kept: Fields, merged: Fields): FieldEdit[] {
  const before = JSON.parse(String(merged.before_merge) || "{}") as Fields;
  return Object.entries(before).flatMap(([field, was]): FieldEdit[] => {
    if (isSet(kind, field)) {
      const came = (kept[field] as string[]).filter((each) => (merged[field] as string[]).includes(each) && !(was as string[]).includes(each));
      return came.map((value) => ({ op: "remove", field, value }));
    }
    return kept[field] === merged[field] ? [{ op: "set", field, value: was }] : [];
  });
}

/** The edits that separate a candidate from the one that it was merged into. */
export function separateEdits(tables: Tables, id: string): EditRequest[] {
  const from = candidateOf(tables, id);
  const into = tables.candidates.get(from.fields.merged_into_id ?? "");
  if (!into) {
    throw refusal("wrong-state", "This is not possible in the present state.");
  }
  const parted: FieldEdit[] = [{ op: "set", field: "before_merge", value: "" }];
  const [own, theirs] = [contactOf(tables, into.id), contactOf(tables, id)];
  return [
    { kind: "candidates", id, edits: [...parted, { op: "set", field: "merged_into_id", value: null }] },
    { kind: "candidates", id: into.id, edits: givenBack("candidates", fieldsOf(into), fieldsOf(from)) },
    ...(own && theirs
      ? [
          { kind: "candidate_contacts" as const, id: own.id, edits: givenBack("candidate_contacts", fieldsOf(own), fieldsOf(theirs)) },
          { kind: "candidate_contacts" as const, id: theirs.id, edits: parted },
        ]
      : []),
  ];
}
