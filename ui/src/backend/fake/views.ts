// How often the public page of a job was looked at, in memory: always the same for the same job and day.

import type { JobViews } from "../online";
import type { Tables } from "./data";
import { dayOf } from "./day";
import { refusal } from "./store";

const DAY_MS = 86_400_000;
const DAYS = 30;

/** The counts of a job over the last days: none before it was published. */
export function jobViews(tables: Tables, id: string, now: number, offline: boolean): JobViews {
  if (offline) {
    throw refusal("offline", "The server cannot be reached. Check the address and the network.");
  }
  const published = tables.jobs.get(id)?.fields.published_at ?? null;
  const ago = Array.from({ length: DAYS }, (_, index) => DAYS - 1 - index);
  const days = ago
    .filter((back) => published !== null && dayOf(now - back * DAY_MS) >= dayOf(published))
    .map((back) => ({ day: dayOf(now - back * DAY_MS), views: 12 + ((back * 7) % 23), started: 2 + (back % 5), sent: back % 3 }));
  const sum = (of: "views" | "started" | "sent"): number => days.reduce((total, day) => total + day[of], 0);
  return { since: dayOf(now - (DAYS - 1) * DAY_MS), views: sum("views"), started: sum("started"), sent: sum("sent"), days };
}
