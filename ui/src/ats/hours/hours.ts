// When somebody can be met: their hours on their own clocks, their days off, and what is planned with them. One rule says what
// stands against a time; times are proposed where nothing does, and whoever chooses another one is told what. The server has the
// same rule (`shared/src/ats/availability.rs`); both are held to `shared/tests/cases/hours.json`.

import { engine } from "../../backend/engine";
import type { Filter, Row } from "../../backend/types";
import type { WorkingHours } from "../../gen/records";
import { DAY_MS } from "../../shared/format";
import { Live } from "../../shared/live.svelte";
import { clockIn, dayAfter, DAY_MINUTES, instantIn, ownZone, weekdayOf } from "../../shared/zone";

const MINUTE_MS = 60_000;
/** Records that are read of people, and of the workspace: one of each, as many as a workspace lists. */
const HOURS_MAX = 500;
/** Days that are looked at around an interview for what else is on the same day, wherever that begins. */
const NEAR_MS = 2 * DAY_MS;
/** What counts where nobody entered anything: Monday to Friday, 9 to 17. */
const USUAL_DAYS = [1, 2, 3, 4, 5];
const USUAL = { begins: 9 * 60, minutes: 8 * 60 };

/** When somebody works, whosever it is. */
export type Hours = Omit<WorkingHours, "member_id">;
/** The records of hours. */
export type HoursRow = Row<"working_hours">;

/** An interview, as far as it takes time. */
export interface Planned {
  starts_at: number;
  minutes: number;
}

/** Somebody who is to interview. */
export interface Person {
  id: string;
  hours: Hours;
  /** The interviews that they are in already. */
  interviews: readonly Planned[];
  /** When they are busy by a calendar of their own, as far as that is known and shown. */
  busy?: readonly Planned[];
}

/** From one instant until before another. */
export interface Span {
  from: number;
  until: number;
}

/** What stands against a time. */
export type Obstacle =
  | { kind: "taken" | "buffer" | "busy"; interview: Planned }
  | { kind: "holiday"; label: string }
  | { kind: "no_work" | "break" }
  | { kind: "before" | "after"; at: number }
  | { kind: "full"; most: number };

/** When an interview is over, in milliseconds. */
export function endOf({ starts_at, minutes }: Planned): number {
  return starts_at + minutes * MINUTE_MS;
}

/** The hours that count where nobody entered any, on the clock of whoever looks. */
export function usualHours(): Hours {
  const week = USUAL_DAYS.map((day) => ({ id: `${day}a`, ...USUAL }));
  return { zone: ownZone(), week, buffer_before: 0, buffer_after: 0, most_a_day: null, holidays: [], deputy_id: null, deputy_from: null, deputy_until: null };
}

/** The records of everybody. The workspace's are read by themselves: it is mostly the oldest, and those of people must not crowd it out. */
export async function allHours(): Promise<{ rows: HoursRow[] }> {
  const read = async (whose: Filter): Promise<HoursRow[]> =>
    (await engine().list({ kind: "working_hours", filters: [whose], sort: "-created_at", limit: HOURS_MAX })).rows;
  const [common, own] = await Promise.all([read({ field: "member_id", is: null }), read({ field: "member_id", not: null })]);
  return { rows: [...common, ...own] };
}

/** The hours of everybody, kept true. */
export function liveHours(): Live<{ rows: HoursRow[] }> {
  return new Live({ kinds: ["working_hours"] }, allHours);
}

/** The records of somebody, or of the workspace where `id` is null, the one that was made last first: that one counts. */
export function entries(rows: readonly HoursRow[], id: string | null): HoursRow[] {
  const theirs = rows.filter(({ fields }) => fields.member_id === id);
  return theirs.sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1));
}

/** The record of somebody that counts, or null. */
export function entered(rows: readonly HoursRow[], id: string | null): HoursRow | null {
  return entries(rows, id)[0] ?? null;
}

/** The hours that count for whoever entered none. */
export function commonHours(rows: readonly HoursRow[]): Hours {
  return entered(rows, null)?.fields ?? usualHours();
}

/** The hours that count for somebody: their own, or else the workspace's. Its days off are everybody's. */
export function hoursOf(rows: readonly HoursRow[], id: string): Hours {
  const common = commonHours(rows);
  const own = entered(rows, id)?.fields;
  return own ? { ...own, holidays: [...own.holidays, ...common.holidays] } : common;
}

/** The day off that a day is, or null. */
function holidayOn({ holidays }: Hours, day: string): { label: string } | null {
  return holidays.find(({ starts_on, days }) => starts_on !== "" && starts_on <= day && day < dayAfter(starts_on, days)) ?? null;
}

/** The times of work on one day of the hours' own calendar, in order; times that touch are one. */
function timesOn(hours: Hours, day: string): Span[] {
  if (holidayOn(hours, day)) {
    return [];
  }
  const weekday = String(weekdayOf(day));
  const times = hours.week.filter(({ id }) => id.startsWith(weekday)).map(({ begins, minutes }) => {
    const ends = Math.min(begins + minutes, DAY_MINUTES);
    const until = ends === DAY_MINUTES ? instantIn(dayAfter(day, 1), 0, hours.zone) : instantIn(day, ends, hours.zone);
    return { from: instantIn(day, begins, hours.zone), until };
  });
  return joined(times.filter(({ from, until }) => until > from));
}

/** Spans in order, those that touch as one. */
export function joined(spans: readonly Span[]): Span[] {
  const found: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last && span.from <= last.until) {
      last.until = Math.max(last.until, span.until);
    } else {
      found.push({ ...span });
    }
  }
  return found;
}

/** The times of work on every day from that of one instant to that of another, in order; times that touch are one. */
export function workTimes(hours: Hours, from: number, until: number): Span[] {
  const last = clockIn(until, hours.zone).day;
  const spans: Span[] = [];
  for (let { day } = clockIn(from, hours.zone); day <= last; day = dayAfter(day, 1)) {
    spans.push(...timesOn(hours, day));
  }
  return joined(spans);
}

/** The interview that takes place at a time, if one does. */
export function takenBy<Each extends Planned>(interviews: readonly Each[], at: number, minutes: number): Each | undefined {
  const until = endOf({ starts_at: at, minutes });
  return interviews.find((other) => at < endOf(other) && other.starts_at < until);
}

/** What of the hours stands against a time that is not in them. */
function outside(hours: Hours, at: number, until: number): Obstacle {
  const { day } = clockIn(at, hours.zone);
  const holiday = holidayOn(hours, day);
  const times = timesOn(hours, day);
  const [first, last] = [times[0], times.at(-1)];
  if (holiday) {
    return { kind: "holiday", label: holiday.label };
  }
  if (!first || !last) {
    return { kind: "no_work" };
  }
  if (at < first.from) {
    return { kind: "before", at: first.from };
  }
  return until > last.until ? { kind: "after", at: last.until } : { kind: "break" };
}

/**
 * What stands against meeting somebody at a time, the gravest first, or null. Between two interviews both is kept free: what
 * comes after the one and what comes before the other. `work` are the times of work around, where they are known already.
 */
export function obstacle({ hours, interviews, busy = [] }: Person, at: number, minutes: number, work?: readonly Span[]): Obstacle | null {
  const until = endOf({ starts_at: at, minutes });
  const taken = takenBy(interviews, at, minutes);
  if (taken) {
    return { kind: "taken", interview: taken };
  }
  const elsewhere = takenBy(busy, at, minutes);
  if (elsewhere) {
    return { kind: "busy", interview: elsewhere };
  }
  if (!(work ?? workTimes(hours, at, until)).some((span) => span.from <= at && until <= span.until)) {
    return outside(hours, at, until);
  }
  const buffer = (hours.buffer_before + hours.buffer_after) * MINUTE_MS;
  const close = interviews.find((other) => at < endOf(other) + buffer && other.starts_at < until + buffer);
  if (close) {
    return { kind: "buffer", interview: close };
  }
  if (hours.most_a_day === null) {
    return null;
  }
  const { day } = clockIn(at, hours.zone);
  const near = interviews.filter((other) => Math.abs(other.starts_at - at) < NEAR_MS);
  const sameDay = near.filter((other) => clockIn(other.starts_at, hours.zone).day === day);
  return sameDay.length >= hours.most_a_day ? { kind: "full", most: hours.most_a_day } : null;
}

/** For how long back interviews are counted, of those of whom any one is enough. */
export const COUNTED_MS = 30 * DAY_MS;

/** Somebody of whom any one is enough, with how many interviews they had in the last 30 days and have ahead. */
export interface OneOfSeveral extends Person {
  recent: number;
  /** The times of work around, where they are known already. */
  work?: readonly Span[];
}

/** Who of several people meets somebody: of those against whom nothing stands, whoever had the fewest interviews, and of those who had as few always the same one. */
export function oneOf<Each extends OneOfSeveral>(people: readonly Each[], at: number, minutes: number): Each | null {
  return fewest(people.filter((person) => obstacle(person, at, minutes, person.work) === null));
}

/** Who of several people meets somebody by their interviews alone, whatever their hours and their own calendars say. */
export function oneUnbooked<Each extends OneOfSeveral>(people: readonly Each[], at: number, minutes: number): Each | null {
  return fewest(people.filter(({ interviews }) => takenBy(interviews, at, minutes) === undefined));
}

function fewest<Each extends OneOfSeveral>(people: readonly Each[]): Each | null {
  return people.toSorted((one, other) => one.recent - other.recent || (one.id < other.id ? -1 : 1))[0] ?? null;
}
