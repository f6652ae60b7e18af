// How a history is put into words: the values of any field of any kind, and what a change did.

import type { FieldStep, HistoryStep, ListItem } from "../../backend/types";
import { FIELDS } from "../../gen/fields";
import type { CustomField, KindName } from "../../gen/records";
import { calendarDay, DAY_MS, date, dateTime, money, number, salary } from "../format";
import { choice, fieldName, language, t, type Params } from "../i18n/index.svelte";
import { shown } from "../own";
import { componentLine } from "../pay";
import { memberName } from "../people.svelte";

/** What a value needs to be put into words. */
export interface Context {
  kind: KindName;
  names: { [id: string]: string };
  /** The record as it is: what currency an amount is in. */
  fields: { [name: string]: unknown };
  /** The workspace's own fields: what the values of a candidate are of. */
  own: readonly CustomField[];
}

/** Bookkeeping that goes with another field: nobody changed it for its own sake. */
const SILENT: { [kind: string]: string[] } = {
  applications: ["stage_changed_at", "pipeline_id"],
  candidate_contacts: ["before_merge"],
  candidates: ["before_merge", "resume_hash", "resume_type", "resume_text"],
  jobs: ["slug"],
};
/** The words of a choice whose group is not called as its field: of one kind alone, or of every one that has the field. */
const GROUPS: { [field: string]: string } = { status: "job_status", salary_period: "per", desired_salary_period: "per", period: "per", employment: "job_type", relation: "referee_relation",
  "interviews.status": "interview_status", "offers.status": "offer_status", "candidate_references.status": "reference_status", "emails.status": "email_status", "employees.status": "employee_status",
  "interviews.kind": "interview_kind", "attachments.kind": "attachment_kind", "custom_fields.kind": "own_kind", direction: "email_direction",
  ask_linkedin: "asked", ask_github: "asked", ask_website: "asked", ask_salary: "asked", ask_notice: "asked", ask_start: "asked", ask_permit: "asked", ask_place: "asked",
};
const MONEY = /salary_(min|max)$|^(salary|bonus|signing_bonus|pay_from)$/;
/** Sets of instants, as decimal text. */
const INSTANTS = ["offered_times", "offered_anyway"];
/** Characters of a value that stands within a sentence. */
const SENTENCE_CHARS = 60;

/** Whether a field is worth showing. */
export function isShown(kind: KindName, field: string): boolean {
  return !(SILENT[kind] ?? []).includes(field);
}

/** Fields of a merge, which what it did goes with, and of a question that the server asks: they are not given an earlier value by themselves. */
const NOT_ALONE = ["merged_into_id", "distinct_from_ids", "consent_asked_on"];

/** Whether a field may be given an earlier value by itself. */
export function isRestorable(field: string): boolean {
  return !NOT_ALONE.includes(field);
}

/** What of a step is shown: a step that did nothing but bookkeeping is left out. */
export function shownSteps(kind: KindName, steps: HistoryStep[]): HistoryStep[] {
  return steps
    .map((step) => ({ ...step, fields: step.fields.filter(({ field }) => isShown(kind, field)), silent: step.fields.length > 0 }))
    .filter(({ deed, fields, silent }) => deed !== "changed" || fields.length > 0 || !silent)
    .map(({ silent: _, ...step }) => step);
}

/** Whether a value is none. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

/** What an item of a list is a choice of, by kind and name. */
const ITEM_GROUPS: { [name: string]: string } = { "jobs.answer": "answer", "jobs.reason": "opening_end", "pipelines.kind": "stage_kind", "pipelines.advance": "stage_advance" };
/** A person within an item is shown by name; one who is not known here is left out. */
const PERSON = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** What of an item says nothing to people: the ids of what it names, and what it has by default. */
const UNSAID = (name: string, value: unknown): boolean => name.endsWith("_id") || (name === "advance" && value === "never");
const COLOUR = /^#[0-9a-f]{6}$/i;

/** What a candidate has of one of the workspace's own fields; one that was removed goes by its key. */
function ownItem({ own }: Context, { id, value }: ListItem): string {
  const field = own.find(({ key }) => key === id);
  const text = String(value ?? "");
  return `${field?.label ?? id} · ${field ? shown(field, text) : text}`;
}

/** A part of the pay. */
function component(context: Context, { id, name, amount: paid, paid: often, guaranteed }: ListItem): string {
  return componentLine({ id, name: String(name ?? ""), amount: Number(paid ?? 0), paid: String(often ?? ""), guaranteed: guaranteed === true }, currencyOf(context, "currency") ?? "");
}

/** What a candidate asked for instead of an offer. */
function counter({ id, salary: asked, currency, period, reason }: ListItem): string {
  const pay = typeof asked === "number" ? salary(asked, asked, String(currency ?? ""), String(period ?? "")) : "";
  return [pay, String(reason ?? "")].filter(Boolean).join(" · ") || id;
}

function item(context: Context, field: string, value: ListItem): string {
  const { id, ...rest } = value;
  if (field === "custom") {
    return ownItem(context, value);
  }
  if (field === "components") {
    return component(context, value);
  }
  if (field === "counters") {
    return counter(value);
  }
  const texts = Object.entries(rest).flatMap(([name, each]) => {
    const group = ITEM_GROUPS[`${context.kind}.${name}`];
    if (UNSAID(name, each)) {
      return [];
    }
    if (typeof each === "string" && PERSON.test(each)) {
      return context.names[each] ?? [];
    }
    return typeof each !== "string" || each === "" || COLOUR.test(each) ? [] : [group === undefined ? each : choice(group, each)];
  });
  return texts.join(" · ") || id;
}

/** One of a set: an instant, somebody, or a word. */
function member({ names }: Context, field: string, value: string): string {
  if (INSTANTS.includes(field)) {
    return dateTime(Number(value));
  }
  return field === "declined" ? (names[value] ?? t("attention.gone")) : value;
}

/** What somebody would have changed, field by field; as it is where it cannot be read. */
function proposed(text: string): string {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return text;
  }
  const values = typeof read === "object" && read !== null ? Object.entries(read) : [];
  return values.map(([field, value]) => t("proposal.change", { field: fieldName(field), value: String(value ?? "").trim() || t("proposal.nothing") })).join(" · ") || text;
}

/** A value as text; empty for none. */
export function valueText(context: Context, field: string, value: unknown): string {
  if (isEmpty(value)) {
    return "";
  }
  if (field === "stage_id") {
    return context.names[String(value)] ?? t("attention.gone");
  }
  switch (FIELDS[context.kind]?.[field]) {
    case "reference":
      return context.names[String(value)] ?? t("attention.gone");
    case "references":
      return (value as string[]).map((id) => context.names[id] ?? t("attention.gone")).join(", ");
    case "set":
      return (value as string[]).map((each) => member(context, field, each)).join(", ");
    case "list":
      return (value as ListItem[]).map((each) => item(context, field, each)).join("\n");
    case "yes_no":
      return t(value === true ? "value.yes" : "value.no");
    case "instant":
      return dateTime(Number(value));
    case "day":
      return calendarDay(String(value));
    case "choice":
      return choice(GROUPS[`${context.kind}.${field}`] ?? GROUPS[field] ?? field, String(value));
    case "number":
      return MONEY.test(field) ? amount(context, field, Number(value)) : number(Number(value));
    default:
      return typeof value !== "string" ? JSON.stringify(value) : field === "proposal" ? proposed(value) : value;
  }
}

/** The currency of an amount: its own, or that of the record. */
function currencyOf({ fields }: Context, field: string): string | undefined {
  const said = [field.replace(/(min|max|from)$/, "currency"), "currency"].map((name) => fields[name]);
  return said.find((currency): currency is string => typeof currency === "string" && currency !== "");
}

function amount(context: Context, field: string, value: number): string {
  const currency = currencyOf(context, field);
  return currency === undefined ? number(value / 100) : money(value, currency);
}

/** A member or an item as text. */
export function partText(context: Context, field: string, part: string | ListItem): string {
  return typeof part === "string" ? valueText(context, field, [part]) : item(context, field, part);
}

/** A value within a sentence: in one line, and not longer than a sentence bears. */
export function short(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return [...line].length > SENTENCE_CHARS ? `${[...line].slice(0, SENTENCE_CHARS - 1).join("")}…` : line;
}

/** Who made a change; null while the members are on their way. */
export function whoMade(step: HistoryStep): string | null {
  return step.author === "unknown" ? t("history.somebody") : memberName(step.by);
}

/** Whether a change is shown letter by letter. */
export function isProse(step: FieldStep): boolean {
  const long = (value: unknown): boolean => typeof value === "string" && (value.includes("\n") || [...value].length > SENTENCE_CHARS);
  // What is proposed is read field by field.
  return !step.omitted && step.field !== "proposal" && (step.type === "text" || (step.type === "value" && (long(step.before) || long(step.after))));
}

/** What a change did to one field: as a sentence, or as a line where several fields have one author. */
export function fieldWords(context: Context, step: FieldStep, who: string | null): string {
  const say = (what: "added" | "changed" | "cleared" | "list" | "merged" | "overruled" | "parted" | "removed" | "set" | "swapped" | "text" | "told_apart", params: Params): string => {
    const all = { field: fieldName(step.field), ...params };
    return who === null ? t(`history.line_${what}`, all) : t(`history.${what}`, { who, ...all });
  };
  const words = (value: unknown): string => short(valueText(context, step.field, value));
  if (step.overruled !== undefined) {
    return say("overruled", { value: words(step.overruled) || t("value.none") });
  }
  if (step.omitted || isProse(step)) {
    return say("text", {});
  }
  if (step.type === "list") {
    return say("list", {});
  }
  if (step.type === "set") {
    const parts = (list: string[]): string => short(list.map((part) => partText(context, step.field, part)).join(", "));
    const [added, removed] = [parts(step.added), parts(step.removed)];
    if (removed === "") {
      return say(step.field === "distinct_from_ids" ? "told_apart" : "added", { what: added });
    }
    return added === "" ? say("removed", { what: removed }) : say("swapped", { added, removed });
  }
  const [from, to] = [words(step.before), words(step.after)];
  if (step.field === "merged_into_id") {
    return to === "" ? say("parted", { from }) : say("merged", { to });
  }
  if (from === "") {
    return say("set", { to });
  }
  return to === "" ? say("cleared", { from }) : say("changed", { from, to });
}

const DEEDS = { created: "history.created", deleted: "history.deleted", restored: "history.restored" } as const;

/** What a step did to the record as a whole, or to a field that is not known here; null when its fields say it. */
export function deedSentence(who: string, step: HistoryStep): string | null {
  if (step.deed !== "changed") {
    return t(DEEDS[step.deed], { who });
  }
  return step.fields.length === 0 ? t("history.unseen", { who }) : null;
}

/** What the button says that gives a field its earlier value again. */
export function restoreWords(context: Context, step: FieldStep): string {
  if (isEmpty(step.before)) {
    return t("history.restore_empty");
  }
  if (step.type === "set" || step.type === "list") {
    return t("history.restore_parts");
  }
  return isProse(step) ? t("history.restore_text") : t("history.restore_value", { value: short(valueText(context, step.field, step.before)) });
}

/** The steps by day, in their order. */
export function byDay(steps: HistoryStep[]): { day: number; steps: HistoryStep[] }[] {
  const days: { day: number; steps: HistoryStep[] }[] = [];
  for (const step of steps) {
    const day = startOfDay(step.at);
    const last = days.at(-1);
    if (last?.day === day) {
      last.steps.push(step);
    } else {
      days.push({ day, steps: [step] });
    }
  }
  return days;
}

function startOfDay(ms: number): number {
  const day = new Date(ms);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}

/** A day as people say it. */
export function dayWords(day: number, now: number): string {
  const age = Math.round((startOfDay(now) - day) / DAY_MS);
  return age === 0 ? t("history.today") : age === 1 ? t("history.yesterday") : date(day);
}

/** The time of day. */
export function timeOfDay(ms: number): string {
  return new Intl.DateTimeFormat(language(), { timeStyle: "short" }).format(ms);
}

/** A day as a date field has it (`2026-03-01`), in the person's own time. */
export function dayValue(ms: number): string {
  const day = new Date(ms);
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** The last moment of a day that a date field gave. */
export function endOfDay(value: string): number | null {
  const [year = NaN, month = NaN, day = NaN] = value.split("-").map(Number);
  const next = new Date(year, month - 1, day + 1).getTime();
  return Number.isNaN(next) ? null : next - 1;
}
