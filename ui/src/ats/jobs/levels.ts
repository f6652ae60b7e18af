// How experienced somebody should be.

import { choice } from "../../shared/i18n/index.svelte";

/** The levels of jobs, the first ones first. */
export const LEVELS = ["entry", "junior", "mid", "senior", "lead", "executive"] as const;

/** Some levels in words, the first ones first; one of a newer version stands at the end. */
export function levelsInWords(levels: readonly string[]): string {
  const known: readonly string[] = LEVELS;
  const place = (level: string): number => (known.includes(level) ? known.indexOf(level) : known.length);
  return [...levels].sort((a, b) => place(a) - place(b)).map((level) => choice("experience_level", level)).join(", ");
}
