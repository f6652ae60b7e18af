// What a move of an application may be: the same rules as the engine's, so that what cannot work is never offered.

import type { BoardColumn, EditRequest } from "../../backend/types";

/** Applications that one step may move. */
export const BULK_MAX = 100;
/** Characters of a reason. */
export const REASON_MAX = 200;

/** What else is done once somebody was rejected, or is noted with it. */
export interface Afterwards {
  /** The reason of the workspace's list whose words were taken, if they were. */
  reasonId?: string | null;
  /** Somebody alone: an e-mail to them is opened. Several: each is written to in the same step, once that was seen. */
  writes: boolean;
  /** The template that is offered for it. */
  template?: string;
  /** The interviews that are called off. */
  callOff: string[];
}

/** An application that is about to move. */
export interface Movable {
  id: string;
  candidateId: string;
  /** The candidate, as people say it. */
  name: string;
  stageId: string;
  /** The kind of the stage where it is. */
  kind: string;
}

/** A stage as the target of a move. */
export type Target = Pick<BoardColumn, "stage_id" | "name" | "kind"> & Partial<Pick<BoardColumn, "email_template_id">>;

/** True for stages in which an application is over without a hire. */
export function isOver(kind: string): boolean {
  return kind === "rejected" || kind === "withdrawn";
}

/** True for stages in which an application is over, with a hire or without. */
export function isClosed(kind: string): boolean {
  return kind === "hired" || isOver(kind);
}

/** Whether an application may go from a stage of one kind to a stage of another. */
export function mayMove(from: string, to: string): boolean {
  // Nobody comes into a stage that is gone; whoever is in it goes where they like.
  if (to === "unknown") {
    return false;
  }
  if (from === "hired") {
    return to === "hired";
  }
  return !(isOver(from) && (to === "offer" || to === "hired"));
}

/** The stages that every one of these applications may go to, without those where all of them are already. */
export function targets(columns: Target[], moving: Movable[]): Target[] {
  return columns.filter(
    (column) =>
      moving.some((each) => each.stageId !== column.stage_id) && moving.every((each) => mayMove(each.kind, column.kind)),
  );
}

/** The stage to which a rejected or withdrawn application returns: the first open one. */
export function reopenTarget(columns: Target[]): Target | undefined {
  return columns.find((column) => !isOver(column.kind) && column.kind !== "unknown" && column.kind !== "offer" && column.kind !== "hired");
}

/** The edits that move applications to a stage. Leaving a stage in which it was over takes the reason away with it. */
export function moveEdits(moving: Movable[], target: Target): EditRequest[] {
  return moving.map((each) => ({
    kind: "applications",
    id: each.id,
    edits: [
      { op: "set", field: "stage_id", value: target.stage_id },
      ...(isOver(each.kind)
        ? ([
            { op: "set", field: "rejection_reason", value: "" },
            { op: "set", field: "rejection_reason_id", value: null },
            { op: "set", field: "rejection_feedback", value: "" },
          ] as const)
        : []),
    ],
  }));
}

/** The edits that end applications for a reason; null for a rejection without one, because it needs one. */
export function rejectEdits(moving: Movable[], target: Target, reason: string, feedback: string, reasonId: string | null = null): EditRequest[] | null {
  const why = reason.trim();
  if (why === "" && target.kind === "rejected") {
    return null;
  }
  return moving.map((each) => ({
    kind: "applications",
    id: each.id,
    edits: [
      { op: "set", field: "stage_id", value: target.stage_id },
      { op: "set", field: "rejection_reason", value: why },
      // Always with the words, also where there is none: another window may be ending it for a reason of the list.
      { op: "set", field: "rejection_reason_id", value: reasonId },
      { op: "set", field: "rejection_feedback", value: feedback.trim() },
    ],
  }));
}

/** The tint of a stage that nobody gave a colour, by its kind; each is readable beside text in both themes. */
const STAGE_COLORS: { [kind: string]: string } = {
  new: "#64748b",
  screening: "#0e8aa8",
  assessment: "#8b5cf6",
  interview: "#3b74ec",
  reference: "#c2750a",
  offer: "#d0428e",
  hired: "#1d9a4c",
  rejected: "#d0453b",
  withdrawn: "#8a8580",
  on_hold: "#b08a00",
};

/** The colour of a stage's mark. */
export function stageColor(stage: { kind: string; color: string } | null | undefined): string {
  return stage?.color || STAGE_COLORS[stage?.kind ?? ""] || "var(--faint)";
}

/** The edits that call interviews off, for the reason of a rejection. */
export function callOffEdits(interviews: readonly string[], reason: string): EditRequest[] {
  return interviews.map((id) => ({
    kind: "interviews",
    id,
    edits: [
      { op: "set", field: "status", value: "cancelled" },
      { op: "set", field: "cancel_reason", value: reason.trim() },
    ],
  }));
}
