// What is said of a host of the workspace's own.

import type { Domain } from "../../backend/online";
import { date } from "../../shared/format";
import { t } from "../../shared/i18n/index.svelte";

/** Hosts that a workspace may claim. */
export const DOMAINS_MAX = 10;
/** Letters that can be typed: more than a host has in the letters of the DNS. */
export const HOST_CHARS_MAX = 253;

/** Whether all is as it should be: nothing need be entered anywhere. */
export function isSettled({ state, points_here, ends_at }: Domain): boolean {
  return state === "verified" && points_here && ends_at === null;
}

/** Where a host stands and what to do about it, in a sentence or two. */
export function sentence({ host, state, seen, points_here, is_vouched, ends_at }: Domain): string {
  switch (state) {
    case "waiting":
      return t(seen === null || seen === "found" ? "domain.enter" : `domain.seen_${seen}`, { host });
    case "lost":
      return t(seen === "taken" ? "domain.seen_taken" : "domain.lost", { host });
    case "verified":
      if (is_vouched) {
        return t("domain.vouched");
      }
      if (ends_at !== null) {
        return t("domain.missing", { day: date(ends_at) });
      }
      return t(points_here ? "domain.serves" : "domain.elsewhere", { host });
  }
}
