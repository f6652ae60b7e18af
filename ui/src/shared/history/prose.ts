// Two versions of a text as one that can be read: what stayed, what went, what came.

import { diffWordsWithSpace } from "diff";

/** A piece of the text. */
export interface Piece {
  what: "same" | "gone" | "new";
  text: string;
}

/** Characters that are shown of what stayed, at each side of what did not. */
const AROUND_CHARS = 60;
/** Beyond so many differences, two texts are two texts. */
const EDITS_MAX = 4_000;
/** Time that the comparison may take. */
const COMPARE_MS = 200;

/** The share of a text that must have stayed for the two to be readable as one. */
const SAME_SHARE = 0.4;

/** Compares two texts word by word. Long stretches that stayed are shortened. */
export function compared(before: string, after: string): Piece[] {
  const parts = diffWordsWithSpace(before, after, { maxEditLength: EDITS_MAX, timeout: COMPARE_MS });
  const stayed = (parts ?? []).reduce((sum, part) => sum + (part.added || part.removed ? 0 : part.value.length), 0);
  if (!parts || stayed < SAME_SHARE * Math.max(before.length, after.length)) {
    const gone: Piece = { what: "gone", text: before };
    const come: Piece = { what: "new", text: after };
    return before === "" || after === "" ? [before === "" ? come : gone] : [gone, { what: "same", text: "\n" }, come];
  }
  const pieces = parts.map(({ value, added, removed }): Piece => ({ what: added ? "new" : removed ? "gone" : "same", text: value }));
  return pieces.map((piece, at) => (piece.what === "same" ? { ...piece, text: shortened(piece.text, at > 0, at < pieces.length - 1) } : piece));
}

function shortened(text: string, hasBefore: boolean, hasAfter: boolean): string {
  const letters = [...text];
  const [head, tail] = [hasBefore ? AROUND_CHARS : 0, hasAfter ? AROUND_CHARS : 0];
  if (letters.length <= head + tail + 1) {
    return text;
  }
  return `${letters.slice(0, head).join("")}…${tail > 0 ? letters.slice(-tail).join("") : ""}`;
}
