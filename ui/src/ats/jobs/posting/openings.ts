// The openings of a job, one by one: those that were closed by themselves are looked for no more, and the job goes on.

import type { FieldEdit } from "../../../backend/types";
import type { Job } from "../../../gen/records";

/** Why an opening is closed, in the order in which it is offered. */
export const OPENING_ENDS = ["not_needed", "no_budget", "moved", "filled_otherwise", "other"] as const;
/** Letters of the words about it. */
export const NOTE_MAX = 300;

/** An opening that was closed by itself. */
export type ClosedOpening = Job["closed_openings"][number];

/** How many openings were asked for: at least one. */
export function asked(job: Job): number {
  return Math.max(1, job.positions_count);
}

/** How many of them are looked for or were filled; the server judges by the same number. */
export function wanted(job: Job): number {
  return Math.max(0, asked(job) - job.closed_openings.length);
}

/** Whether one of them can be closed by itself: another one is left, or was filled. */
export function canClose(job: Job, hired: number): boolean {
  return wanted(job) > Math.max(1, hired);
}

/** The edits that close one opening. */
export function closing(id: string, opening: Omit<ClosedOpening, "id">): FieldEdit[] {
  return [{ op: "item_put", field: "closed_openings", item: id, after: null, values: { ...opening, note: opening.note.trim() } }];
}

/** The edits that open one again. */
export function reopening(id: string): FieldEdit[] {
  return [{ op: "item_remove", field: "closed_openings", item: id }];
}
