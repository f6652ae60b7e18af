// Over which half-years the survey is summed up: those that are over, as the server knows them. They do not overlap, so that
// sums cannot be subtracted from each other.

import { t } from "../../shared/i18n/index.svelte";

/** Half-years that can be chosen. */
const HALF_YEARS = 8;

/** A half-year as in `2026-H1`, and the one before. */
function before(half: string): string {
  const year = Number(half.slice(0, 4));
  return half.endsWith("H2") ? `${year}-H1` : `${year - 1}-H2`;
}

/** The half-years that can be chosen, the last one that is over first. */
export function halfYears(latest: string): string[] {
  const all = [latest];
  while (all.length < HALF_YEARS) {
    all.push(before(all.at(-1) ?? latest));
  }
  return all;
}

/** A half-year in words. */
export function inWords(half: string): string {
  return t(half.endsWith("H1") ? "survey.first_half" : "survey.second_half", { year: half.slice(0, 4) });
}
