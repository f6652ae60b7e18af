// The workspace's own list of reasons: why people are turned down, and why they step back.

import { engine } from "../../backend/engine";
import type { FieldEdit, Row } from "../../backend/types";
import type { RejectionReason } from "../../gen/records";
import type { Key } from "../../shared/i18n/index.svelte";
import { Live } from "../../shared/live.svelte";

/** A reason of the list. */
export type Reason = Row<"rejection_reasons">;
/** Reasons that a list shows. */
export const REASONS_MAX = 200;
/** Characters of a reason, as an application holds them. */
export const NAME_MAX = 200;
/** The two ends at which somebody asks why. */
export const ENDS = ["rejected", "withdrawn"] as const;
/** One of them. */
export type End = (typeof ENDS)[number];
/** Between two neighbours, so that one can be put between them by a program. */
const PLACE_STEP = 10;

/** The reasons in their order. */
export function ordered(rows: readonly Reason[]): Reason[] {
  return [...rows].sort((a, b) => a.fields.place - b.fields.place || a.created_at - b.created_at || (a.id < b.id ? -1 : 1));
}

/** The reasons of the workspace, as they are now. */
export async function reasons(): Promise<Reason[]> {
  return ordered((await engine().list({ kind: "rejection_reasons", sort: "created_at", limit: REASONS_MAX })).rows);
}

/** The reasons in their order, as long as the screen is there; null before they were read. */
export function liveReasons(): Live<Reason[]> {
  return new Live({ kinds: ["rejection_reasons"] }, reasons);
}

/** The reasons that are offered at an end. */
export function offeredAt(rows: readonly Reason[], end: string): Reason[] {
  return rows.filter(({ fields }) => fields.end === end && !fields.is_retired);
}

/** The edits, by reason, that move one among those of its end up or down. */
export function moved(rows: readonly Reason[], index: number, by: 1 | -1): { id: string; edits: FieldEdit[] }[] {
  const order = ordered(rows);
  const [one] = order.splice(index, 1);
  if (!one || index + by < 0 || index + by > order.length) {
    return [];
  }
  order.splice(index + by, 0, one);
  return order.flatMap(({ id, fields }, at) => {
    const place = (at + 1) * PLACE_STEP;
    return fields.place === place ? [] : [{ id, edits: [{ op: "set", field: "place", value: place } as const] }];
  });
}

/** What is typed in the form of a reason. */
export type Draft = Pick<RejectionReason, "name" | "end" | "email_template_id" | "is_retired">;

/** The form of a new reason. */
export function newDraft(end: End): Draft {
  return { name: "", end, email_template_id: null, is_retired: false };
}

/** What is wrong with a reason: the keys of the sentences to show, by field. */
export function problems({ name, end }: Draft, others: readonly Reason[]): { [field: string]: Key } {
  const called = name.trim().toLowerCase();
  if (called === "") {
    return { name: "reasons.name_needed" };
  }
  const taken = others.some(({ fields }) => fields.end === end && fields.name.trim().toLowerCase() === called);
  return taken ? { name: "reasons.name_taken" } : {};
}

/** The fields of a new reason, at the end of the others. */
export function createFields(draft: Draft, others: readonly Reason[]): { [field: string]: unknown } {
  const place = Math.max(0, ...others.map(({ fields }) => fields.place)) + PLACE_STEP;
  return { name: draft.name.trim(), end: draft.end, email_template_id: draft.email_template_id, place };
}

/** The edits that turn a reason into what the form says. */
export function editsOf(before: RejectionReason, draft: Draft): FieldEdit[] {
  const typed = { ...draft, name: draft.name.trim() };
  return (["name", "end", "email_template_id", "is_retired"] as const)
    .filter((field) => before[field] !== typed[field])
    .map((field) => ({ op: "set", field, value: typed[field] }));
}
