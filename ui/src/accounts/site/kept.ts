// What somebody changed of the career pages and did not save: it outlives the screen, and is forgotten with the person.

import type { SiteContent } from "../../backend/site";
import { onLeave } from "../../shared/leave";

/** What was changed, and the version that it began with. */
export interface Kept {
  version: number;
  content: SiteContent;
}

let kept: Kept | null = null;
onLeave(() => (kept = null));

/** What was not saved. */
export function keptSite(): Kept | null {
  return kept;
}

/** Keeps what is not saved; null forgets it. */
export function keepSite(changed: Kept | null): void {
  kept = changed;
}
