// Two candidates side by side: what is shown of them, what becomes of each field, and the merge that was chosen.

import type { DuplicatePair, DuplicateSide, MergeRequest } from "../../backend/types";
import { FIELDS } from "../../gen/fields";

/** One of the two: the older record is the first. */
export type Which = "first" | "second";

/** The records of a candidate that are compared. */
export type Compared = "candidates" | "candidate_contacts";

/**
 * What becomes of a field: somebody chooses between two values, the only value is taken, a set holds what is in either,
 * or both are the same anyway.
 */
export type Fate = "differs" | "only" | "united" | "same";

/** One field of both. */
export interface Line {
  kind: Compared;
  field: string;
  first: unknown;
  second: unknown;
  fate: Fate;
  /** Whose value holds, whichever record stays; null where that is chosen, or is the only one there is. */
  fixed: Which | null;
}

/** What somebody chose, by field. */
export type Choices = { readonly [field: string]: Which };

/** A résumé is one thing: its file name stands for it here, and the file's hash for the engine. */
export const RESUME = "resume_name";
const RESUME_FILE = "resume_hash";
/** Bookkeeping, what is of each record alone, and own fields and the past, of which the missing ones are taken over one by one. */
const NEVER = ["proposal", "custom", "experience", "education", "certificates", "merged_into_id", "distinct_from_ids", "before_merge", "is_private", "visible_to_ids", "consent_asked_on", RESUME_FILE, "resume_type", "resume_text", "candidate_id"];
/** Fields that are one thing and are chosen together: all of them, and those that tell whether there is one. */
interface Group {
  fields: readonly string[];
  toldBy: readonly string[];
}
const AMOUNTS = ["desired_salary_min", "desired_salary_max"];
/** An amount means nothing in the currency of another one, nor the least without the most. */
const WISH: Group = { fields: [...AMOUNTS, "desired_salary_currency", "desired_salary_period"], toldBy: AMOUNTS };
/** A consent means nothing with the days of another one. */
const CONSENT: Group = { fields: ["consent_to_store", "consent_on", "consent_until"], toldBy: ["consent_to_store", "consent_on", "consent_until"] };
const IN_MIND: Group = { fields: ["keep_in_mind_at", "keep_in_mind_words"], toldBy: ["keep_in_mind_at"] };
const GROUPS = [WISH, CONSENT, IN_MIND];
const RETENTION = "data_retention_until";
const SIDES: readonly Which[] = ["first", "second"];

type Fields = { readonly [field: string]: unknown };

/** The fields of one side's record; none where there is no contact. */
export function fieldsOf(side: DuplicateSide, kind: Compared): Fields {
  return ((kind === "candidates" ? side.candidate : side.contact)?.fields ?? {}) as unknown as Fields;
}

/** The other one of the two. */
export function otherOf(which: Which): Which {
  return which === "first" ? "second" : "first";
}

function isNone(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === "string" && value.trim() === "") || (Array.isArray(value) && value.length === 0);
}

/** The members of a set that either holds: first those of the record that stays, then what comes from the other one. */
export function united(line: Line, kept: Which): { value: string; added: boolean }[] {
  const own = (line[kept] ?? []) as string[];
  const others = ((line[otherOf(kept)] ?? []) as string[]).filter((value) => !own.includes(value));
  return [...own.map((value) => ({ value, added: false })), ...others.map((value) => ({ value, added: true }))];
}

function fateOf(sort: string | undefined, values: { first: unknown; second: unknown }): Fate {
  const { first, second } = values;
  if (sort === "set" || sort === "references") {
    const sorted = (value: unknown): string => [...((value ?? []) as string[])].sort().join("\n");
    return sorted(first) === sorted(second) ? "same" : "united";
  }
  if (first === second) {
    return "same";
  }
  return isNone(first) || isNone(second) ? "only" : "differs";
}

/** Whether either says something. Two times no is nothing that anybody said. */
function isSaid({ first, second }: { first: unknown; second: unknown }): boolean {
  return ![first, second].every((value) => isNone(value) || value === false);
}

function lineOf(pair: DuplicatePair, kind: Compared, field: string): Line | null {
  const [first, second] = SIDES.map((which) => fieldsOf(pair[which], kind));
  const values = { first: first?.[field], second: second?.[field] };
  if (field === RESUME) {
    const files = { first: first?.[RESUME_FILE], second: second?.[RESUME_FILE] };
    const named = (which: Which): unknown => (isNone(files[which]) ? null : values[which]);
    return isSaid(files) ? { kind, field, first: named("first"), second: named("second"), fate: fateOf("text", files), fixed: null } : null;
  }
  return isSaid(values) ? { kind, field, ...values, fate: fateOf(FIELDS[kind]?.[field], values), fixed: null } : null;
}

function groupOf(field: string): Group | undefined {
  return GROUPS.find(({ fields }) => fields.includes(field));
}

/**
 * What is one thing is taken whole: where both have one, what one of them lacks differs, too; where one side alone has it, all
 * of it is that side's; without any it says nothing.
 */
function together(pair: DuplicatePair, line: Line, { toldBy }: Group): Line[] {
  const isTold = (value: unknown): boolean => !isNone(value) && value !== false;
  const [one, both] = SIDES.filter((which) => toldBy.some((field) => isTold(fieldsOf(pair[which], line.kind)[field])));
  if (one === undefined) {
    return [];
  }
  if (both !== undefined) {
    return [line.fate === "only" ? { ...line, fate: "differs" } : line];
  }
  return isNone(line[one]) ? [] : [{ ...line, [otherOf(one)]: null, fate: "only", fixed: one }];
}

/** Whether somebody said no to being kept, or not any more: there is a day, and no consent. */
function saysNo(side: DuplicateSide): boolean {
  const { consent_to_store, consent_on, consent_until } = side.candidate.fields;
  return !consent_to_store && !(isNone(consent_on) && isNone(consent_until));
}

/** Whose value holds because somebody does not want to be kept: that of the no, and the earlier day on which the data has to go. */
function heldBy(pair: DuplicatePair, { field, first, second }: Line): Which | null {
  const refusals = SIDES.filter((which) => saysNo(pair[which]));
  if ([...CONSENT.fields, ...IN_MIND.fields].includes(field)) {
    return refusals.length === 1 ? (refusals[0] ?? null) : null;
  }
  const days = field === RETENTION && refusals.length > 0 && !isNone(first) && !isNone(second);
  return days ? (String(second) < String(first) ? "second" : "first") : null;
}

/** What is shown of a field: nothing, or a line. */
function shown(pair: DuplicatePair, line: Line): Line[] {
  const held = heldBy(pair, line);
  if (held !== null) {
    return [line.fate === "same" ? line : { ...line, fate: "only", fixed: held }];
  }
  const group = groupOf(line.field);
  return group ? together(pair, line, group) : [line];
}

/** The fields of both, in the order of their declaration. */
export function lines(pair: DuplicatePair): Line[] {
  const kinds: Compared[] = ["candidates", "candidate_contacts"];
  return kinds.flatMap((kind) =>
    Object.keys(FIELDS[kind] ?? {})
      .filter((field) => !NEVER.includes(field))
      .flatMap((field) => {
        const line = lineOf(pair, kind, field);
        return line === null ? [] : shown(pair, line);
      }),
  );
}

/** The record that stays when nobody says otherwise: the one with more to it, and of two alike the older one. */
export function usuallyKept({ first, second }: DuplicatePair): Which {
  return second.applications + second.notes > first.applications + first.notes ? "second" : "first";
}

/** Whose value of a field holds. */
export function picked(line: Line, choices: Choices, kept: Which): Which {
  return line.fixed ?? choices[line.field] ?? kept;
}

/** The choices with one more, and with those that go with it. */
export function choose(all: readonly Line[], choices: Choices, line: Line, which: Which): Choices {
  const group = groupOf(line.field)?.fields ?? [];
  const fields = group.length > 0 ? all.filter(({ field, fate }) => group.includes(field) && fate === "differs").map(({ field }) => field) : [line.field];
  return { ...choices, ...Object.fromEntries(fields.map((field) => [field, which])) };
}

/** The merge that was chosen: what is taken from the record that goes depends on which one that is. */
export function requestOf(pair: DuplicatePair, all: readonly Line[], choices: Choices, kept: Which): MergeRequest {
  const chosen = all.filter((line) => (line.fate === "differs" || line.fixed !== null) && picked(line, choices, kept) !== kept);
  return {
    kept: pair[kept].candidate.id,
    merged: pair[otherOf(kept)].candidate.id,
    chosen: chosen.map(({ field }) => (field === RESUME ? RESUME_FILE : field)),
  };
}
