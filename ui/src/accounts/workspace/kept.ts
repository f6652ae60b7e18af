// What somebody changed of the workspace and did not save: it outlives the screen, and is forgotten with the person.

import { onLeave } from "../../shared/leave";
import type { Draft } from "./draft";

let kept: Partial<Draft> = {};
onLeave(() => (kept = {}));

/** The fields that were changed and not saved. */
export function keptChanges(): Partial<Draft> {
  return kept;
}

/** Keeps the fields of a form that are not as they were read: what somebody else changed of the others is read anew. */
export function keepChanges(read: Draft, draft: Draft): void {
  const changed = Object.entries(draft).filter(([field, value]) => read[field as keyof Draft] !== value);
  kept = Object.fromEntries(changed);
}
