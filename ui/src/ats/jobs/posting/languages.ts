// A job's posting in further languages: which there are, which of them is shown, and how what is typed becomes edits.

import type { FieldEdit, Row } from "../../../backend/types";
import type { Job, JobTranslation } from "../../../gen/records";
import { language, LANGUAGES, type Key } from "../../../shared/i18n/index.svelte";
import { draftOf as jobDraft, type Draft } from "../draft";

/** The postings of one job that are read. */
export const TRANSLATIONS_MAX = 50;
/** The texts of a posting, in the order of the form. */
export const TEXTS = ["description", "responsibilities", "requirements", "nice_to_have", "benefits"] as const;

export type TranslationRow = Row<"job_translations">;
/** Whether a posting is shown, and why not. */
export type Standing = "shown" | "empty" | "twice";

/** The name of a language in that of the reader; the tag itself where nobody here knows it. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([language()], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

function isWritten({ fields }: TranslationRow): boolean {
  return fields.title.trim() !== "" && fields.description.trim() !== "";
}

/** Ids tell when something was made: they are in the order of time. */
function inOrder(one: TranslationRow, other: TranslationRow): number {
  return one.id < other.id ? -1 : 1;
}

/** The postings in the order in which they were begun, each with whether it is shown. */
export function standings(rows: readonly TranslationRow[]): { row: TranslationRow; standing: Standing }[] {
  const ordered = [...rows].sort(inOrder);
  const shown = (tag: string): TranslationRow | undefined => ordered.find((row) => row.fields.language.toLowerCase() === tag.toLowerCase() && isWritten(row));
  return ordered.map((row) => ({ row, standing: !isWritten(row) ? "empty" : shown(row.fields.language) === row ? "shown" : "twice" }));
}

/** The languages of the pages in which a job is not written yet. */
export function missing(job: Job, rows: readonly TranslationRow[]): string[] {
  const base = (tag: string): string => tag.split("-")[0]?.toLowerCase() ?? "";
  const there = [job.language, ...rows.map(({ fields }) => fields.language)].map(base);
  return LANGUAGES.map(({ value }) => value).filter((value) => !there.includes(value));
}

/** The form of a posting: that of its job, with the texts of the posting, so that it is looked at as the job's own is. */
export function draftOf(job: Job, fields: Pick<JobTranslation, "title" | (typeof TEXTS)[number]> | null): Draft {
  const draft = { ...jobDraft(job, null, job.salary_currency), education_requirements: "" };
  draft.title = fields?.title ?? job.title;
  TEXTS.forEach((text) => (draft[text] = fields?.[text] ?? ""));
  return draft;
}

/** What is wrong with the form, by field. */
export function problems(draft: Draft): { [field: string]: Key } {
  return draft.title.trim() === "" ? { title: "translations.title_needed" } : {};
}

/** The fields of a new posting. */
export function createFields(job: string, tag: string, draft: Draft): { [field: string]: unknown } {
  return { job_id: job, language: tag, title: draft.title.trim(), ...Object.fromEntries(TEXTS.map((text) => [text, draft[text]])) };
}

/** The edits that turn a posting into what the form says: only what changed. */
export function editsOf(fields: JobTranslation, draft: Draft): FieldEdit[] {
  const title = draft.title.trim();
  const texts = TEXTS.filter((text) => fields[text] !== draft[text]).map((field): FieldEdit => ({ op: "text", field, value: draft[field] }));
  return title === fields.title ? texts : [{ op: "set", field: "title", value: title }, ...texts];
}
