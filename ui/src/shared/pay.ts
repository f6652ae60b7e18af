// Pay from and to, as it is typed in a form.

import { parseMoney } from "./format";
import type { Key } from "./i18n/index.svelte";

/** What is wrong with the two ends of a pay: the keys of the sentences to show, by end. */
export function rangeProblems(least: string, most: string, currency: string): { least?: Key; most?: Key } {
  const [from, to] = [parseMoney(least, currency), parseMoney(most, currency)];
  const crossed = typeof from === "number" && typeof to === "number" && to < from;
  return {
    ...(from === "invalid" ? { least: "job.money_invalid" } : {}),
    ...(to === "invalid" ? { most: "job.money_invalid" } : crossed ? { most: "job.money_order" } : {}),
  };
}
