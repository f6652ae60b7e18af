// What somebody did before, as it is shown, typed and read out of a résumé: jobs, times at schools, certificates.

import type { FieldEdit, ReadDate, ReadEnd, ResumeFields } from "../../../backend/types";
import type { RecordOf } from "../../../gen/records";
import { language, t, type Key } from "../../../shared/i18n/index.svelte";

/** The fields that hold it, in the order in which they are shown. */
export const PAST = ["experience", "education", "certificates"] as const;
export type PastField = (typeof PAST)[number];
type Candidate = RecordOf<"candidates">;
export type Entry<F extends PastField = PastField> = Candidate[F][number];

/** One thing that an entry says. */
interface Part {
  name: string;
  sort: "line" | "month" | "year" | "yes_no" | "text";
  /** Characters. */
  max: number;
}

const LINE_MAX = 200;
const MONTH_MAX = 7;
const YEAR_MAX_CHARS = 4;
/** Characters of what is said of one job. */
const WORDS_MAX = 1_500;
const YEAR_MIN = 1_900;
const YEAR_MAX = 2_200;
/** Entries of each list, as the declarations have it. */
export const ENTRIES_MAX: { readonly [F in PastField]: number } = { experience: 40, education: 20, certificates: 30 };

const line = (name: string): Part => ({ name, sort: "line", max: LINE_MAX });
const month = (name: string): Part => ({ name, sort: "month", max: MONTH_MAX });
/** What the entries of each list say. */
export const PARTS: { readonly [F in PastField]: readonly Part[] } = {
  experience: [line("title"), line("company"), line("place"), month("from"), month("to"), { name: "is_current", sort: "yes_no", max: 0 }, { name: "words", sort: "text", max: WORDS_MAX }],
  education: [line("school"), line("degree"), line("field"), month("from"), month("to")],
  certificates: [line("name"), line("issuer"), { name: "year", sort: "year", max: YEAR_MAX_CHARS }],
};
/** What an entry goes by: without either it says nothing. */
const NAMED_BY: { readonly [F in PastField]: readonly [string, string] } = { experience: ["title", "company"], education: ["school", "degree"], certificates: ["name", "issuer"] };

/** An entry as it is typed. */
export interface Draft {
  [part: string]: string | boolean;
}

const texts = (entry: object): { [part: string]: unknown } => entry as { [part: string]: unknown };
const textOf = (values: { [part: string]: unknown }, part: string): string => String(values[part] ?? "").trim();

/** A new entry's id. */
export function newId(): string {
  return crypto.randomUUID().slice(0, 13);
}

/** A month as people type it (`2021-03`, `03/2021`, `3.2021`, `2021`), as it is kept; an empty text is none, and null is no month. */
export function readMonth(typed: string): string | null {
  const text = typed.trim();
  if (text === "") {
    return "";
  }
  const year = /^(\d{4})$/.exec(text)?.[1];
  if (year !== undefined) {
    return year;
  }
  const yearFirst = /^(\d{4})[-/. ](\d{1,2})$/.exec(text);
  const monthFirst = /^(\d{1,2})[-/. ](\d{4})$/.exec(text);
  const [of, at] = yearFirst ? [yearFirst[1], yearFirst[2]] : [monthFirst?.[2], monthFirst?.[1]];
  const number = Number(at);
  return of === undefined || !(number >= 1 && number <= 12) ? null : `${of}-${String(number).padStart(2, "0")}`;
}

/** A month or a year in words. */
export function monthText(kept: string): string {
  const [, year, at] = /^(\d{4})-(\d{2})$/.exec(kept) ?? [];
  if (year === undefined || at === undefined) {
    return kept;
  }
  const ms = Date.parse(`${year}-${at}-01T00:00:00Z`);
  return Number.isNaN(ms) ? kept : new Intl.DateTimeFormat(language(), { month: "short", year: "numeric", timeZone: "UTC" }).format(ms);
}

/** When an entry was, in words. */
export function timeText(field: PastField, entry: Entry): string {
  const values = texts(entry);
  if (field === "certificates") {
    return textOf(values, "year");
  }
  const from = monthText(textOf(values, "from"));
  const to = values.is_current === true ? t("past.now") : monthText(textOf(values, "to"));
  return from !== "" && to !== "" ? `${from} – ${to}` : to === "" || values.is_current === true ? from || to : t("past.until", { to });
}

/** What an entry is called. */
export function entryTitle(field: PastField, entry: Entry): string {
  const [first, second] = NAMED_BY[field].map((part) => textOf(texts(entry), part));
  return first || second || t("past.unnamed");
}

/** What else it says in one line: where, and in what. */
export function entryPlace(field: PastField, entry: Entry): string {
  const values = texts(entry);
  const [first, second] = NAMED_BY[field].map((part) => textOf(values, part));
  const rest = field === "experience" ? textOf(values, "place") : field === "education" ? textOf(values, "field") : "";
  return [first ? second : "", rest].filter(Boolean).join(" · ");
}

/** Behind every time that is written. */
const TODAY = "9999";

/** The entries as they are shown: what goes on first, then by when they ended and began, the latest first. */
export function shownEntries<F extends PastField>(field: F, entries: readonly Entry<F>[]): Entry<F>[] {
  const key = (entry: Entry<F>): [string, string] => {
    const values = texts(entry);
    return field === "certificates" ? [textOf(values, "year"), ""] : [values.is_current === true ? TODAY : textOf(values, "to") || textOf(values, "from"), textOf(values, "from")];
  };
  return [...entries].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    return y[0].localeCompare(x[0]) || y[1].localeCompare(x[1]);
  });
}

/** An entry in the form. */
export function draftOf(field: PastField, entry: Entry | null): Draft {
  const values = entry === null ? {} : texts(entry);
  return Object.fromEntries(PARTS[field].map(({ name, sort }) => [name, sort === "yes_no" ? values[name] === true : String(values[name] ?? "")]));
}

function isYear(text: string): boolean {
  return text === "" || (/^\d{4}$/.test(text) && Number(text) >= YEAR_MIN && Number(text) <= YEAR_MAX);
}

/** What is wrong with an entry: the keys of the sentences to show, by part. */
export function problems(field: PastField, draft: Draft): { [part: string]: Key } {
  const found: { [part: string]: Key } = {};
  for (const { name, sort } of PARTS[field]) {
    if (sort === "month" && readMonth(String(draft[name])) === null) {
      found[name] = "past.month_wrong";
    } else if (sort === "year" && !isYear(textOf(draft, name))) {
      found[name] = "past.year_wrong";
    }
  }
  const [first, second] = NAMED_BY[field];
  if (textOf(draft, first) === "" && textOf(draft, second) === "") {
    found[first] = "past.nothing";
  }
  const [from, to] = [readMonth(textOf(draft, "from")), readMonth(textOf(draft, "to"))];
  const ends = draft.is_current !== true && from && to;
  // A year alone holds all of its months.
  if (ends && to.slice(0, from.length) < from.slice(0, to.length)) {
    found.to = "past.order_wrong";
  }
  return found;
}

/** What an entry holds that was typed without mistakes. Who works there still has no end. */
export function valuesOf(field: PastField, draft: Draft): { [part: string]: unknown } {
  return Object.fromEntries(
    PARTS[field].map(({ name, sort }) => {
      const text = textOf(draft, name);
      const kept = sort === "month" ? (name === "to" && draft.is_current === true ? "" : (readMonth(text) ?? "")) : text;
      return [name, sort === "yes_no" ? draft[name] === true : sort === "year" ? (text === "" ? null : Number(text)) : kept];
    }),
  );
}

/** The edit that puts an entry in, or changes of it what is another than before: what others write into it meanwhile stays. */
export function entryEdits(field: PastField, before: Entry | null, draft: Draft): FieldEdit[] {
  const values = valuesOf(field, draft);
  const was = before === null ? {} : texts(before);
  const changed = Object.entries(values).filter(([part, value]) => before === null || was[part] !== value);
  return changed.length === 0 ? [] : [{ op: "item_put", field, item: before?.id ?? newId(), after: null, values: Object.fromEntries(changed) }];
}

/** Something of the past that a résumé says, as it can be corrected and taken over. */
export interface PastProposal {
  field: PastField;
  draft: Draft;
  chosen: boolean;
}

const dateText = (date: ReadDate | null): string => (date === null ? "" : `${String(date.year).padStart(4, "0")}${date.month === null ? "" : `-${String(date.month).padStart(2, "0")}`}`);
const endText = (end: ReadEnd | null): string => (end === null || end === "present" ? "" : dateText(end.at));
const cut = (text: string | null, max: number): string => [...(text ?? "").trim()].slice(0, max).join("");

/** Everything of it that was read, each as an entry. */
export function pastRead(read: ResumeFields): { field: PastField; draft: Draft }[] {
  const jobs = read.jobs.map(({ value }) => ({
    field: "experience" as const,
    draft: {
      title: cut(value.title, LINE_MAX), company: cut(value.company, LINE_MAX), place: cut(value.place, LINE_MAX), from: dateText(value.start), to: endText(value.end), is_current: value.end === "present",
      words: cut(value.description.join("\n"), WORDS_MAX),
    },
  }));
  const schools = read.education.map(({ value }) => ({
    field: "education" as const,
    draft: { school: cut(value.school, LINE_MAX), degree: cut(value.degree, LINE_MAX), field: "", from: dateText(value.start), to: endText(value.end) },
  }));
  const certificates = read.certifications.map(({ value }) => ({ field: "certificates" as const, draft: { name: cut(value.name, LINE_MAX), issuer: "", year: value.date === null ? "" : String(value.date.year) } }));
  return [...jobs, ...schools, ...certificates].filter(({ field, draft }) => Object.keys(problems(field, draft)).every((part) => part === "to" || part === "year"));
}

/** By what two entries are one: what they go by and when they began. */
function likeness(field: PastField, values: { [part: string]: unknown }): string {
  const parts = field === "certificates" ? NAMED_BY[field].slice(0, 1) : [...NAMED_BY[field], "from"];
  return parts.map((part) => textOf(values, part).toLowerCase()).join("\n");
}

/** What of it can be taken over: what is not there already, and no more than there is room for, with how many are left out. */
export function pastProposals(read: ResumeFields, candidate: Pick<Candidate, PastField>): { found: PastProposal[]; left: number } {
  const seen = new Set(PAST.flatMap((field) => candidate[field].map((entry) => `${field}\n${likeness(field, texts(entry))}`)));
  const room = Object.fromEntries(PAST.map((field) => [field, ENTRIES_MAX[field] - candidate[field].length]));
  const found: PastProposal[] = [];
  let left = 0;
  for (const { field, draft } of pastRead(read)) {
    const key = `${field}\n${likeness(field, draft)}`;
    if (seen.has(key)) {
      continue;
    }
    seen.add(key);
    if ((room[field] ?? 0) <= 0) {
      left += 1;
    } else {
      room[field] = (room[field] ?? 0) - 1;
      found.push({ field, draft, chosen: true });
    }
  }
  return { found, left };
}

/** The lists of a new candidate, by what was read; an entry with a mistake in its times goes without them. */
export function pastFields(entries: readonly { field: PastField; draft: Draft }[]): { [field: string]: unknown[] } {
  const lists: { [field: string]: unknown[] } = {};
  for (const { field, draft } of entries) {
    const list = (lists[field] ??= []);
    if (list.length < ENTRIES_MAX[field]) {
      list.push({ id: newId(), ...valuesOf(field, withoutMistakes(field, draft)) });
    }
  }
  return lists;
}

function withoutMistakes(field: PastField, draft: Draft): Draft {
  const wrong = Object.keys(problems(field, draft));
  return { ...draft, ...Object.fromEntries(wrong.map((part) => [part, ""])) };
}
