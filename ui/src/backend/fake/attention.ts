// One item of each sort for Needs attention.

import type { AttentionItem } from "../types";
import { COLLEAGUE } from "./data";

const HOUR_MS = 3_600_000;

/** A refused edit, a conflict, a refused command, and a refused stage move. */
export function attentionItems(now: number): AttentionItem[] {
  return [
    {
      id: "attention-1", type: "conflict", kind: "applications", record_id: "application-0", title: "Mateo García · Senior backend engineer",
      code: "conflict", message: "Two people moved this application to different stages.", at: now - HOUR_MS,
      values: [{ field: "stage_id", mine: "stage-3", theirs: "stage-2", theirs_by: COLLEAGUE, theirs_at: now - 2 * HOUR_MS }],
      command: null,
    },
    {
      id: "attention-2", type: "refused", kind: "candidates", record_id: "candidate-1", title: "Olivier Bouchard",
      code: "invalid-fields", message: "The headline is longer than 200 characters.", at: now - 3 * HOUR_MS,
      values: [{ field: "headline", mine: "Account manager at Maison Verte, formerly of three agencies, with a long list of accounts", theirs: "Account manager at Maison Verte", theirs_by: null, theirs_at: null }],
      command: null,
    },
    {
      id: "attention-3", type: "command", kind: "jobs", record_id: "job-4", title: "Data analyst",
      code: "job-not-publishable", message: "A job needs a title, a description and a pipeline before it is published.", at: now - 5 * HOUR_MS,
      values: [], command: "publish_job",
    },
  ];
}
