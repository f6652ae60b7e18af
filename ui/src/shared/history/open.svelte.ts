// Which record's history is open. There is one panel, beside whatever screen there is.

import type { KindName } from "../../gen/records";
import { onLeave } from "../leave";

/** A record whose history is looked at. */
export interface Subject {
  kind: KindName;
  id: string;
  /** What people call the record. */
  title: string;
}

const state = $state<{ subject: Subject | null }>({ subject: null });

/** The record whose history is open, or null. */
export function openedHistory(): Subject | null {
  return state.subject;
}

/** Opens the history of a record, in the place of one that is open. */
export function openHistory(subject: Subject): void {
  state.subject = subject;
}

/** Closes the panel. */
export function closeHistory(): void {
  state.subject = null;
}

onLeave(closeHistory);
