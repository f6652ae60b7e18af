// Search hits: where each leads, and its passage cut into plain and matching parts.

import type { Hit } from "../backend/types";
import type { Route } from "../shared/route.svelte";

/** A part of a passage. */
export interface Part {
  text: string;
  match: boolean;
}

/** Cuts a passage at its marks (U+0001 and U+0002). */
export function parts(snippet: string): Part[] {
  return snippet
    .split("\u0001")
    .flatMap((piece, index): Part[] => {
      if (index === 0) {
        return [{ text: piece, match: false }];
      }
      const [match = "", rest = ""] = piece.split("\u0002");
      return [{ text: match, match: true }, { text: rest, match: false }];
    })
    .filter((part) => part.text !== "");
}

/** The passage without its marks. */
export function plainSnippet(snippet: string): string {
  return parts(snippet)
    .map((part) => part.text)
    .join("");
}

/** Where a hit leads at once; null when its record has to be read first to know whose it is. */
export function placeOf(hit: Pick<Hit, "kind" | "id">): Route | null {
  if (hit.kind === "jobs") {
    return { name: "job", id: hit.id, view: "board" };
  }
  return hit.kind === "candidates" ? { name: "candidate", id: hit.id } : null;
}
