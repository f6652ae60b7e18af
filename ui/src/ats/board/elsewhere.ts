// What is still open of somebody who was hired: their other applications, and how they are closed, each in its own pipeline.

import type { CandidatePage, EditRequest, Row } from "../../backend/types";
import { isClosed, mayMove } from "./moves";

type Entry = CandidatePage["applications"][number];

/** An application that is open though the candidate was hired for another job, and the stage in which it would be over. */
export interface Elsewhere {
  entry: Entry;
  stage_id: string;
}

/** For which job somebody was hired last; null for who was not. */
export function hiredFor(page: CandidatePage): Entry | null {
  const hired = page.applications.filter(({ stage }) => stage?.kind === "hired");
  return hired.sort((a, b) => (b.application.fields.stage_changed_at ?? 0) - (a.application.fields.stage_changed_at ?? 0))[0] ?? null;
}

/** The other applications of who was hired, as far as their pipeline has a stage for what is over: withdrawn, else rejected. */
export function stillOpen(page: CandidatePage, pipelines: readonly Row<"pipelines">[]): Elsewhere[] {
  if (hiredFor(page) === null) {
    return [];
  }
  return page.applications.flatMap((entry) => {
    const kind = entry.stage?.kind ?? "";
    const stages = pipelines.find(({ id }) => id === entry.application.fields.pipeline_id)?.fields.stages ?? [];
    const over = stages.find((stage) => stage.kind === "withdrawn" && mayMove(kind, stage.kind)) ?? stages.find((stage) => stage.kind === "rejected" && mayMove(kind, stage.kind));
    return isClosed(kind) || !over ? [] : [{ entry, stage_id: over.id }];
  });
}

/** The edits that close them for a reason; null without one, or with nothing chosen. */
export function closingEdits(chosen: readonly Elsewhere[], reason: string): EditRequest[] | null {
  const why = reason.trim();
  if (why === "" || chosen.length === 0) {
    return null;
  }
  return chosen.map(({ entry, stage_id }) => ({
    kind: "applications",
    id: entry.application.id,
    edits: [
      { op: "set", field: "stage_id", value: stage_id },
      { op: "set", field: "rejection_reason", value: why },
      { op: "set", field: "rejection_reason_id", value: null },
    ],
  }));
}
