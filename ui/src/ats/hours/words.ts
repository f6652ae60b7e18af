// Working hours in a line of words.

import { minuteOfDay, weekday } from "../../shared/format";
import { t } from "../../shared/i18n/index.svelte";
import { DAY_MINUTES, zoneName } from "../../shared/zone";
import { WEEKDAYS } from "./draft";
import type { Hours } from "./hours";

/** The times of work in a week: days one after the other that are alike are said together. */
function weekInWords({ week }: Hours): string {
  const runs: { first: number; last: number; times: string }[] = [];
  for (const day of WEEKDAYS) {
    const ofDay = week.filter(({ id, minutes }) => id.startsWith(String(day)) && minutes > 0).sort((a, b) => a.begins - b.begins);
    const times = ofDay.map(({ begins, minutes }) => `${minuteOfDay(begins)}–${minuteOfDay(Math.min(begins + minutes, DAY_MINUTES))}`).join(", ");
    const run = runs.at(-1);
    if (run?.last === day - 1 && run.times === times) {
      run.last = day;
    } else {
      runs.push({ first: day, last: day, times });
    }
  }
  const said = runs.filter(({ times }) => times !== "").map(({ first, last, times }) => {
    const days = first === last ? weekday(first, "short") : `${weekday(first, "short")}–${weekday(last, "short")}`;
    return `${days} ${times}`;
  });
  return said.join(" · ") || t("hours.never");
}

/** Hours and the zone on whose clocks they are. */
export function inWords(hours: Hours): string {
  return `${weekInWords(hours)} · ${zoneName(hours.zone)}`;
}
