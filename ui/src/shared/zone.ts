// The clocks of other zones: which day and minute an instant is there, and back. Days on which clocks are put forward or back
// are days like others: every time is asked of the zone.

import { DAY_MS } from "./format";

const MINUTE_MS = 60_000;
/** Minutes of a day on the clock. */
export const DAY_MINUTES = 24 * 60;

/** The zone in which the clock of this window runs. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** The time zones to choose from, the window's own first. */
export const ZONES = [...new Set([ownZone(), "UTC", ...Intl.supportedValuesOf("timeZone")])];

/** A zone as people read it. */
export function zoneName(zone: string): string {
  return zone.replaceAll("_", " ");
}

/** Whether a text names a time zone. The server takes any word for one; a zone that nobody knows would be read as another. */
export function isZone(text: string): boolean {
  return text !== "" && clocks(text) !== null;
}

const made = new Map<string, Intl.DateTimeFormat | null>();

/** What reads the clocks of a zone; null where no zone has that name. */
function clocks(zone: string): Intl.DateTimeFormat | null {
  const known = made.get(zone);
  if (known !== undefined) {
    return known;
  }
  const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  let reader: Intl.DateTimeFormat | null = null;
  try {
    reader = new Intl.DateTimeFormat("en-US", { ...parts, calendar: "gregory", numberingSystem: "latn", hourCycle: "h23", timeZone: zone });
  } catch {
    // A name of a newer version of the zones: the window's own clock is the best guess.
  }
  made.set(zone, reader);
  return reader;
}

/** What the clocks of a zone show at an instant, as the instant at which those of UTC show it. */
function shown(ms: number, zone: string): number {
  const read = new Map<string, number>();
  for (const { type, value } of (clocks(zone) ?? clocks(ownZone()))?.formatToParts(ms) ?? []) {
    read.set(type, Number(value));
  }
  const part = (name: string): number => read.get(name) ?? 0;
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

const asDay = (utc: number): string => new Date(utc).toISOString().slice(0, 10);

/** The day, as it is stored, and the minute of it that the clocks of a zone show. */
export function clockIn(ms: number, zone: string): { day: string; minute: number } {
  const utc = shown(ms, zone);
  return { day: asDay(utc), minute: Math.floor((utc % DAY_MS) / MINUTE_MS) };
}

/**
 * The instant at which the clocks of a zone show a minute of a day. Of one that they show twice it is the first; one that they
 * leave out is as much later as they were put forward.
 */
export function instantIn(day: string, minute: number, zone: string): number {
  const utc = Date.parse(`${day}T00:00:00Z`) + minute * MINUTE_MS;
  const aheadAt = (ms: number): number => shown(ms, zone) - ms;
  const [before, after] = [aheadAt(utc - DAY_MS), aheadAt(utc + DAY_MS)];
  const fits = [utc - before, utc - after].filter((ms) => shown(ms, zone) === utc);
  return fits.length > 0 ? Math.min(...fits) : utc - before;
}

/** The day that many days after another one. */
export function dayAfter(day: string, days: number): string {
  return asDay(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS);
}

/** Which day of the week a day is, from 1 for Monday to 7. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}
