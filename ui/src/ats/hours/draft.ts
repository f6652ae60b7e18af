// Working hours as they are typed, and how they become edits.

import type { FieldEdit } from "../../backend/types";
import { daysUntil } from "../../shared/format";
import type { Key } from "../../shared/i18n/index.svelte";
import { itemEdits } from "../../shared/items";
import { dayAfter, DAY_MINUTES, isZone } from "../../shared/zone";
import type { Hours } from "./hours";

/** The days of a week, from Monday on. */
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
/** Times of work on one day, by the letter in their ids. */
const LETTERS = ["a", "b"];
/** Minutes that can be kept free before or after an interview. */
export const BUFFER_MAX = 120;
/** The most interviews a day that can be said. */
export const MOST_MAX = 20;
/** Entries in the list of days off, days of one of them, and characters of what it is called. */
export const HOLIDAYS_MAX = 200;
export const HOLIDAY_DAYS_MAX = 366;
export const LABEL_MAX = 80;
/** What the time of work of a day begins as, and the break that a second one makes. */
const NEW_TIME: TimeDraft = { begins: "09:00", ends: "17:00" };
const BREAK: TimeDraft = { begins: "12:00", ends: "13:00" };

/** A time of work; one that ends at 00:00 ends with the day. */
export interface TimeDraft {
  begins: string;
  ends: string;
}

/** Days off, the first and the last of them. */
export interface HolidayDraft {
  id: string;
  first: string;
  last: string;
  label: string;
}

/** The form's content. The times stand by day, from Monday on. */
export interface Draft {
  zone: string;
  week: TimeDraft[][];
  buffer_before: number | null;
  buffer_after: number | null;
  most_a_day: number | null;
  holidays: HolidayDraft[];
  /** Who agrees in their place, or an empty text, from which day until which. */
  deputy_id: string;
  deputy_from: string;
  deputy_until: string;
}

/** A minute of the day as a clock shows it. */
export function clockText(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`;
}

/** The minute of the day that a clock's text is, or null. */
function minuteOf(text: string): number | null {
  const [, hour, minute] = /^(\d{2}):(\d{2})$/.exec(text) ?? [];
  const found = Number(hour) * 60 + Number(minute);
  return hour !== undefined && found < DAY_MINUTES ? found : null;
}

/** The times of work of a day, as a record has them; what is no time is left out. */
function timesOf(day: number, times: readonly TimeDraft[]): Hours["week"] {
  return times.flatMap(({ begins, ends }, index) => {
    const [from, until] = [minuteOf(begins), minuteOf(ends)];
    return from === null || until === null ? [] : [{ id: `${day}${LETTERS[index] ?? ""}`, begins: from, minutes: (until === 0 ? DAY_MINUTES : until) - from }];
  });
}

/** The form of hours. */
export function draftOf(hours: Hours): Draft {
  const { zone, buffer_before, buffer_after, most_a_day } = hours;
  const week = WEEKDAYS.map((day) =>
    LETTERS.flatMap((letter) => hours.week.filter(({ id, minutes }) => id === `${day}${letter}` && minutes > 0)).map(({ begins, minutes }) => ({
      begins: clockText(begins), ends: clockText(Math.min(begins + minutes, DAY_MINUTES)),
    })),
  );
  const holidays = hours.holidays.filter(({ starts_on, days }) => starts_on !== "" && days > 0);
  return {
    zone, week, buffer_before, buffer_after, most_a_day,
    deputy_id: hours.deputy_id ?? "", deputy_from: hours.deputy_from ?? "", deputy_until: hours.deputy_until ?? "",
    holidays: holidays.map(({ id, starts_on, days, label }) => ({ id, first: starts_on, last: dayAfter(starts_on, days - 1), label })),
  };
}

/** The times of a day with one more: the only one is parted by a break at noon, if that is in it. */
export function withAnother(times: readonly TimeDraft[]): TimeDraft[] {
  const [only] = times;
  if (!only) {
    return [{ ...NEW_TIME }];
  }
  const hasNoon = only.begins < BREAK.begins && BREAK.ends < only.ends;
  return hasNoon ? [{ begins: only.begins, ends: BREAK.begins }, { begins: BREAK.ends, ends: only.ends }] : [only, { begins: "", ends: "" }];
}

/** Whether a day has room for another time. */
export function hasRoom(times: readonly TimeDraft[]): boolean {
  return times.length < LETTERS.length;
}

/** Days off that are still to be said. */
export function newHoliday(today: string): HolidayDraft {
  return { id: crypto.randomUUID().slice(0, 8), first: today, last: today, label: "" };
}

const isWithin = (value: number | null, min: number, max: number): boolean => value !== null && Number.isInteger(value) && value >= min && value <= max;

/** How many days a range is; null for what is none. */
function daysOf({ first, last }: HolidayDraft): number | null {
  const between = daysUntil(last, first);
  return between !== null && isWithin(between + 1, 1, HOLIDAY_DAYS_MAX) ? between + 1 : null;
}

/** The field of a day of the week among what is wrong. */
export function dayField(day: number): string {
  return `day-${day}`;
}

/** What is wrong with the form: the keys of the sentences to show, by field. */
export function problems(draft: Draft): { [field: string]: Key } {
  const found: { [field: string]: Key } = {};
  if (!isZone(draft.zone)) {
    found.zone = "hours.zone_invalid";
  }
  for (const day of WEEKDAYS) {
    const typed = draft.week[day - 1] ?? [];
    const times = timesOf(day, typed);
    if (times.length < typed.length || times.some(({ minutes }) => minutes <= 0)) {
      found[dayField(day)] = "hours.time_invalid";
    }
  }
  for (const field of ["buffer_before", "buffer_after"] as const) {
    if (!isWithin(draft[field], 0, BUFFER_MAX)) {
      found[field] = "hours.buffer_invalid";
    }
  }
  if (draft.most_a_day !== null && !isWithin(draft.most_a_day, 1, MOST_MAX)) {
    found.most_a_day = "hours.most_invalid";
  }
  for (const holiday of draft.holidays) {
    if (daysOf(holiday) === null) {
      found[holiday.id] = "hours.holiday_invalid";
    }
  }
  if (draft.deputy_id !== "" && (daysUntil(draft.deputy_until, draft.deputy_from) ?? -1) < 0) {
    found.deputy_until = "hours.deputy_invalid";
  }
  return found;
}

function values(draft: Draft): Pick<Hours, "zone" | "buffer_before" | "buffer_after" | "most_a_day" | "deputy_id" | "deputy_from" | "deputy_until"> {
  const isNamed = draft.deputy_id !== "";
  return {
    zone: draft.zone, buffer_before: draft.buffer_before ?? 0, buffer_after: draft.buffer_after ?? 0, most_a_day: draft.most_a_day,
    deputy_id: draft.deputy_id || null, deputy_from: isNamed ? draft.deputy_from : null, deputy_until: isNamed ? draft.deputy_until : null,
  };
}

function lists(draft: Draft): Pick<Hours, "week" | "holidays"> {
  return {
    week: WEEKDAYS.flatMap((day) => timesOf(day, draft.week[day - 1] ?? [])),
    holidays: draft.holidays.map((holiday) => ({ id: holiday.id, starts_on: holiday.first, days: daysOf(holiday) ?? 0, label: holiday.label.trim() })),
  };
}

/** The fields of hours that nobody entered before; whose they are stays. */
export function createFields(draft: Draft, member_id: string | null): { [field: string]: unknown } {
  return { member_id, ...values(draft), ...lists(draft) };
}

/** The edits that turn hours into what the form says. */
export function editsOf(hours: Hours, draft: Draft): FieldEdit[] {
  const after = values(draft);
  const set = Object.entries(after).filter(([field, value]) => hours[field as keyof typeof after] !== value);
  const { week, holidays } = lists(draft);
  return [
    ...set.map(([field, value]): FieldEdit => ({ op: "set", field, value })),
    ...itemEdits("week", hours.week, week),
    ...itemEdits("holidays", hours.holidays, holidays),
  ];
}
