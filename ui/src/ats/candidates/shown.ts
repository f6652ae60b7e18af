// Under whom a candidate is shown who was merged into another one, and whose records are shown together.

import { engine } from "../../backend/engine";
import type { CandidatePage, Row } from "../../backend/types";

/** The ids by which what belongs to a page's candidate is found: their own, and those of who was merged into them. */
export function idsOf({ candidate, merged }: CandidatePage): string[] {
  return [candidate, ...merged].map(({ id }) => id);
}

/** The candidate under whom one is shown: itself, or the one that it was merged into, where that one is here. */
export async function shownCandidate(id: string): Promise<Row<"candidates"> | null> {
  let shown = await engine().get("candidates", id);
  const seen = new Set([id]);
  for (let next = shown?.fields.merged_into_id ?? null; next !== null && !seen.has(next); next = shown?.fields.merged_into_id ?? null) {
    const into = await engine().get("candidates", next);
    if (into === null || into.deleted) {
      break;
    }
    seen.add(next);
    shown = into;
  }
  return shown;
}
