// What the candidate screens share.

import type { FieldEdit } from "../../backend/types";
import type { RecordOf } from "../../gen/records";

/** Where a candidate may have come from. */
export const SOURCES = ["career_page", "spontaneous", "linkedin", "indeed", "referral", "agency", "direct", "imported", "other"];
/** Tags that a workspace shows in its pickers. */
export const TAGS_MAX = 500;
/** Jobs that a picker offers. */
export const JOBS_MAX = 500;
/** The colours that new tags take in turn; readable beside text in both themes. */
export const TAG_COLORS = ["#15803d", "#2563eb", "#7c3aed", "#b45309", "#0e7490", "#b91c1c"];
/** What a résumé may be, as the file picker names it. */
export const RESUME_TYPES = ".pdf,.docx,.odt,.txt";
/** The largest résumé that is taken. */
export const RESUME_MAX_BYTES = 10_000_000;

/** The words of a set as one line, and back. */
export function splitWords(text: string): string[] {
  return [...new Set(text.split(",").map((word) => word.trim()).filter(Boolean))];
}

/** A whole number from 0 on, as somebody typed it; an empty text is none. */
export function wholeNumber(typed: string, most: number): number | null | "invalid" {
  const number = Number(typed);
  return typed === "" ? null : Number.isInteger(number) && number >= 0 && number <= most ? number : "invalid";
}

/** The edits that turn one set of words into another, so that two people's additions both stay. */
export function setEdits(field: string, before: string[], after: string[]): FieldEdit[] {
  return [
    ...after.filter((value) => !before.includes(value)).map((value): FieldEdit => ({ op: "add", field, value })),
    ...before.filter((value) => !after.includes(value)).map((value): FieldEdit => ({ op: "remove", field, value })),
  ];
}

/** An address that may be opened: a link that somebody typed must not run anything. */
export function safeLink(address: string): string | null {
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

/** The fields of a new application: the first stage of the job's pipeline, made now by hand. */
export function newApplication(
  candidateId: string,
  jobId: string,
  pipeline: { id: string; fields: RecordOf<"pipelines"> },
  now: number,
): { [name: string]: unknown } {
  return {
    candidate_id: candidateId,
    job_id: jobId,
    pipeline_id: pipeline.id,
    stage_id: pipeline.fields.stages[0]?.id ?? "",
    source: "direct",
    applied_at: now,
  };
}
