// What a list of candidates can be narrowed by: one table, from which the screen and the engine's filters follow.

import type { Filter, ItemFilter } from "../../../backend/types";
import type { KindName } from "../../../gen/records";

/** What a condition compares: this decides how, and with which control. */
export type Sort = "text" | "number" | "set" | "tag" | "pool" | "source" | "job" | "stage" | "flag" | "any" | "age" | "due" | "file" | "choice" | "choices" | "answer" | "quiet";

/** One thing that candidates can be told apart by. */
export interface What {
  key: string;
  field: string;
  sort: Sort;
  /** The kind of record that belongs to the candidate and has the field; none for the candidate's own. */
  of?: KindName;
  /** The key of one of the workspace's own fields. */
  item?: string;
}

/** One of the workspace's own fields. */
export interface OwnField {
  key: string;
  label: string;
  kind: string;
  options: { id: string; label: string }[];
}

/** One condition as it is kept: all of its parts are texts, so that a later version can read it. */
export interface Condition {
  what: string;
  how: string;
  value: string;
  /** What a later version wrote that is no such condition: it is kept as it is, and nothing can be found by it here. */
  kept?: unknown;
}

/** What filters depend on besides their condition. */
export interface Context {
  now: number;
  /** The stages of each kind, over all pipelines. */
  stages: { id: string; kind: string }[];
  /** Whether the person may see how candidates are reached. */
  contacts: boolean;
  /** The workspace's own fields. */
  own: OwnField[];
}

const DAY_MS = 86_400_000;
/** The longest time back that is asked about, in days. */
export const DAYS_MAX = 36_500;
/** Conditions of one search. */
export const CONDITIONS_MAX = 30;
/** Lets nothing through: what cannot be asked must not read as everything. */
const NOTHING: Filter = { field: "id", in: [] };

const own = (sort: Sort, ...fields: string[]): What[] => fields.map((field) => ({ key: field, field, sort }));
const of = (kind: KindName, sort: Sort, ...fields: string[]): What[] => fields.map((field) => ({ key: `${kind}.${field}`, field, sort, of: kind }));

/** How the types of the workspace's own fields are compared. */
const OWN_SORTS: { readonly [kind: string]: Sort } = { number: "number", money: "number", date: "due", yes_no: "answer", choice: "choice", choices: "choices", person: "choice" };
/** Before the key of one of these. */
const OWN = "custom.";

/** Everything that can be asked of every workspace, in the order of the menu. */
export const WHATS: readonly What[] = [
  ...own("text", "first_name", "last_name", "headline", "current_title", "current_company", "city", "state", "country", "summary", "resume_text", "source_detail"),
  ...own("number", "years_experience"),
  ...own("set", "skills", "languages"),
  ...own("tag", "tag_ids"),
  ...own("pool", "pool_ids"),
  ...own("source", "source"),
  ...own("flag", "willing_to_relocate", "consent_to_store", "is_private"),
  ...own("age", "created_at", "updated_at"),
  ...own("due", "data_retention_until", "consent_until"),
  ...own("file", "resume_hash", "keep_in_mind_words"),
  ...of("candidate_contacts", "text", "email", "phone", "linkedin_url", "work_authorization"),
  ...of("candidate_contacts", "number", "notice_period_days"),
  ...of("applications", "any", "id"),
  ...of("applications", "job", "job_id"),
  ...of("applications", "stage", "stage_id"),
  ...of("applications", "number", "rating"),
  ...of("applications", "age", "applied_at"),
  ...of("interviews", "any", "id"),
  ...of("offers", "any", "id"),
  ...of("notes", "any", "id"),
  ...of("emails", "any", "id"),
  { key: "contact", field: "at", sort: "quiet", of: "emails" },
];

/** How each sort is compared, the usual way first. Those of [`BARE`] need no value. */
export const HOWS: { readonly [sort in Sort]: readonly string[] } = {
  text: ["contains", "is", "known", "empty"],
  number: ["least", "most", "known", "empty"],
  set: ["has", "lacks", "known", "empty"],
  tag: ["has", "lacks", "known", "empty"],
  pool: ["has", "lacks", "known", "empty"],
  source: ["is", "not"],
  job: ["is", "not"],
  stage: ["is", "not"],
  flag: ["yes", "no"],
  any: ["yes", "no"],
  age: ["within", "before"],
  due: ["within", "known", "empty"],
  file: ["known", "empty"],
  choice: ["is", "not", "known", "empty"],
  choices: ["has", "lacks", "known", "empty"],
  answer: ["yes", "no", "known", "empty"],
  quiet: ["none_within"],
};
const BARE = ["known", "empty", "yes", "no"];
/** These hold where no record that belongs to the candidate does what the opposite says. */
const NEGATIVE: { readonly [how: string]: string } = { not: "is", empty: "known", no: "yes", lacks: "has" };

/** What one of the workspace's own fields can be asked about. */
function ownWhat({ key, kind }: OwnField): What {
  return { key: `${OWN}${key}`, field: "custom", sort: OWN_SORTS[kind] ?? "text", item: key };
}

/** What a condition is about; none for one of a later version, and for a field that was removed. */
export function whatOf({ what }: Condition, { own: fields }: Pick<Context, "own">): What | undefined {
  const field = fields.find(({ key }) => `${OWN}${key}` === what);
  return field ? ownWhat(field) : WHATS.find(({ key }) => key === what);
}

/** Whether a comparison needs no value. */
export function isBare(how: string): boolean {
  return BARE.includes(how);
}

/** Whether a condition says enough to be asked. One that does not narrows nothing yet. */
export function isWhole(condition: Condition, known: Pick<Context, "own">): boolean {
  const { how, value } = condition;
  const what = whatOf(condition, known);
  if (what?.item !== undefined && what.sort === "number" && !isBare(how)) {
    return /^-?\d{1,15}([.,]\d{1,6})?$/.test(value.trim());
  }
  const counts = what?.sort === "number" || ["within", "before", "none_within"].includes(how);
  return isBare(how) || (counts ? /^\d{1,9}$/.test(value.trim()) : value.trim() !== "");
}

/** Whether a condition can be asked here and now: of what this version knows, by who may see it. */
export function isKnown(condition: Condition, known: Pick<Context, "contacts" | "own">): boolean {
  const what = whatOf(condition, known);
  return what !== undefined && HOWS[what.sort].includes(condition.how) && (what.of !== "candidate_contacts" || known.contacts);
}

/** The things that somebody may ask about. */
export function offered({ contacts, own: fields }: Pick<Context, "contacts" | "own">): What[] {
  return [...WHATS.filter((what) => what.of !== "candidate_contacts" || contacts), ...fields.map(ownWhat)];
}

/** The day of an instant where the viewer is, as the engine writes days. */
function dayOf(instant: number): string {
  const at = new Date(instant);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function days(value: string): number {
  return Math.min(Number(value.trim()), DAYS_MAX) * DAY_MS;
}

/** One comparison of one field. */
function compared({ field, sort }: What, how: string, value: string, { now, stages }: Context): Filter {
  const number = Number(value.trim());
  switch (how) {
    case "contains":
      return { field, contains: value.trim() };
    case "least":
      return { field, least: number, most: null };
    case "most":
      return { field, least: null, most: number };
    case "has":
      return { field, has: value.trim() };
    case "lacks":
      return { field, lacks: value.trim() };
    case "known":
    case "empty":
      return { field, empty: how === "empty" };
    case "yes":
    case "no":
      return { field, is: how === "yes" };
    case "within":
      return sort === "due" ? { field, least: null, most: dayOf(now + days(value)) } : { field, least: now - days(value), most: null };
    case "before":
      return { field, least: null, most: now - days(value) };
    case "not":
      return { field, not: value.trim() };
    default:
      return sort === "stage" ? { field, in: stages.filter(({ kind }) => kind === value).map(({ id }) => id) } : { field, is: value.trim() };
  }
}

/** One comparison of one of the workspace's own fields. */
function ownCompared(item: string, how: string, value: string, now: number): Filter {
  const asks = (filter: ItemFilter, none = false): Filter => ({ field: "custom", item, value: filter, none });
  const text = value.trim();
  switch (how) {
    case "contains":
      return asks({ contains: text });
    case "least":
      return asks({ between: [Number(text.replace(",", ".")), null] });
    case "most":
      return asks({ between: [null, Number(text.replace(",", "."))] });
    case "within":
      return asks({ days: [null, dayOf(now + days(value))] });
    case "has":
    case "lacks":
      return asks({ has: text }, how === "lacks");
    case "known":
    case "empty":
      return asks("known", how === "empty");
    case "yes":
    case "no":
      return asks({ is: how });
    default:
      return asks({ is: text }, how === "not");
  }
}

function filterOf(condition: Condition, context: Context): Filter {
  const what = whatOf(condition, context);
  if (what === undefined || !isKnown(condition, context)) {
    return NOTHING;
  }
  const { how, value } = condition;
  if (what.item !== undefined) {
    return ownCompared(what.item, how, value, context.now);
  }
  if (what.of === undefined) {
    return compared(what, how, value, context);
  }
  const positive = NEGATIVE[how];
  const where = what.sort === "any" ? [] : [compared(what, positive ?? how, value, context)];
  return { of: what.of, where, none: positive !== undefined };
}

/** Nothing was written either way, nobody met and nothing was sent in for so many days. */
function quiet(value: string, now: number): Filter[] {
  const since = now - days(value);
  const none = (of: KindName, ...where: Filter[]): Filter => ({ of, where, none: true });
  return [
    none("emails", { field: "at", least: since, most: null }),
    none("interviews", { field: "starts_at", least: since, most: now }, { field: "status", not: "cancelled" }),
    none("applications", { field: "applied_at", least: since, most: null }),
  ];
}

/** The engine's filters of some conditions, all of which must hold. One that is not finished narrows nothing yet. */
export function filtersOf(conditions: readonly Condition[], context: Context): Filter[] {
  return conditions.filter((condition) => isWhole(condition, context) || !isKnown(condition, context)).flatMap((condition) => {
    const isQuiet = whatOf(condition, context)?.sort === "quiet" && isKnown(condition, context);
    return isQuiet ? quiet(condition.value, context.now) : [filterOf(condition, context)];
  });
}
