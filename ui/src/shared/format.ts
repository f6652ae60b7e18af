// Numbers, money, dates and names as the person's locale writes them.

import { language, plural, t } from "./i18n/index.svelte";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** One day. */
export const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** The largest amount that a form takes, in major units: it keeps minor units well inside a safe integer. */
const MONEY_MAX = 1_000_000_000;
/** What an amount is in before somebody says another currency. */
export const DEFAULT_CURRENCY = "CAD";

/** A whole number. */
export function number(value: number): string {
  return new Intl.NumberFormat(language()).format(value);
}

/** A share of a hundred. */
export function percent(value: number): string {
  return new Intl.NumberFormat(language(), { style: "percent" }).format(value / 100);
}

function currencyDigits(currency: string): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    // A code that is no currency: the usual two digits keep the amount readable.
    return 2;
  }
}

/** An amount of minor units as money; whole amounts show no fraction. */
export function money(minor: number, currency: string): string {
  const digits = currencyDigits(currency);
  const amount = minor / 10 ** digits;
  const fraction = Number.isInteger(amount) ? 0 : digits;
  try {
    const style = { style: "currency", currency, minimumFractionDigits: fraction, maximumFractionDigits: fraction } as const;
    return new Intl.NumberFormat(language(), style).format(amount);
  } catch {
    return `${number(amount)} ${currency}`;
  }
}

/** A salary range in words, or an empty text when there is none. */
export function salary(min: number | null, max: number | null, currency: string, period: string): string {
  if (min === null && max === null) {
    return "";
  }
  const per = period === "" ? "" : ` ${t(`per.${period}` as "per.yearly")}`;
  if (min !== null && max !== null && min !== max) {
    return `${money(min, currency)} – ${money(max, currency)}${per}`;
  }
  if (max === null && min !== null) {
    return t("salary.from", { amount: money(min, currency) }) + per;
  }
  if (min === null && max !== null) {
    return t("salary.up_to", { amount: money(max, currency) }) + per;
  }
  return `${money(min ?? 0, currency)}${per}`;
}

/**
 * Reads an amount that a person typed in major units into minor units. A last group of at most two digits after
 * a point or comma is the fraction; every other separator is grouping.
 */
export function parseMoney(text: string, currency: string): number | null | "invalid" {
  const bare = text.replace(/[\s\u00a0\u202f'’]/g, "");
  if (bare === "") {
    return null;
  }
  const match = /^(\d[\d.,]*?)(?:[.,](\d{1,2}))?$/.exec(bare);
  if (!match || !/^\d{1,3}([.,]?\d{3})*$|^\d+$/.test(match[1] ?? "")) {
    return "invalid";
  }
  const major = Number(`${(match[1] ?? "").replace(/[.,]/g, "")}.${match[2] ?? "0"}`);
  return major > MONEY_MAX ? "invalid" : Math.round(major * 10 ** currencyDigits(currency));
}

/** Minor units as the plain text of an input field, in the separators of the locale. */
export function moneyInput(minor: number | null, currency: string): string {
  if (minor === null) {
    return "";
  }
  const digits = currencyDigits(currency);
  const amount = minor / 10 ** digits;
  return new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(amount);
}

/** A day, such as 3 Mar 2026. */
export function date(ms: number): string {
  return new Intl.DateTimeFormat(language(), { day: "numeric", month: "short", year: "numeric" }).format(ms);
}

/** A calendar day that is stored without a time zone (`2026-03-01`). */
export function calendarDay(day: string): string {
  const ms = Date.parse(`${day}T00:00:00Z`);
  const style = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" } as const;
  return Number.isNaN(ms) ? day : new Intl.DateTimeFormat(language(), style).format(ms);
}

/** The calendar day of an instant where this window is, as it is stored (`2026-03-01`). */
export function localDay(ms: number): string {
  const at = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Whole days from one calendar day to another; none where one is no day. */
export function daysUntil(day: string, today: string): number | null {
  const days = (Date.parse(day) - Date.parse(today)) / DAY_MS;
  return Number.isFinite(days) ? Math.round(days) : null;
}

/** A day that many days from today, in words: today, tomorrow, in 3 days, 2 days ago. */
export function inDays(days: number): string {
  return new Intl.RelativeTimeFormat(language(), { numeric: "auto" }).format(days, "day");
}

/** A day and the time of day. */
export function dateTime(ms: number): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" }).format(ms);
}

/** The time of day. */
export function timeOfDay(ms: number): string {
  return new Intl.DateTimeFormat(language(), { timeStyle: "short" }).format(ms);
}

/** The time of day that is so many minutes after midnight on the clock. */
export function minuteOfDay(minute: number): string {
  return new Intl.DateTimeFormat(language(), { timeStyle: "short", timeZone: "UTC" }).format(minute * MINUTE_MS);
}

/** A day of the week, from 1 for Monday to 7. */
export function weekday(day: number, style: "long" | "short" = "long"): string {
  // 1970 began on a Thursday.
  return new Intl.DateTimeFormat(language(), { weekday: style, timeZone: "UTC" }).format((day + 3) * DAY_MS);
}

function inZone(ms: number, timeZone: string, style: Intl.DateTimeFormatOptions): string {
  try {
    return new Intl.DateTimeFormat(language(), { ...style, timeZone }).format(ms);
  } catch {
    return new Intl.DateTimeFormat(language(), style).format(ms);
  }
}

/** The day of an instant in full, as it is in another zone; as it is here where no zone has that name. */
export function dayAt(ms: number, timeZone: string): string {
  return inZone(ms, timeZone, { dateStyle: "full" });
}

/** The time of day as clocks of another zone show it, with the zone's name; as they are here where no zone has that name. */
export function timeAt(ms: number, timeZone: string): string {
  return inZone(ms, timeZone, { hour: "numeric", minute: "2-digit", timeZoneName: "short" });
}

/** A day and the time of day as clocks of another zone show them, with the zone's name; as they are here where no zone has that name. */
export function timeIn(ms: number, timeZone: string): string {
  const style = { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit", timeZoneName: "short" } as const;
  try {
    return new Intl.DateTimeFormat(language(), { ...style, timeZone }).format(ms);
  } catch {
    return dateTime(ms);
  }
}

/** How long ago, in the shortest words: beyond a week it is the day itself. */
export function ago(ms: number, now: number): string {
  const age = now - ms;
  if (age < MINUTE_MS) {
    return t("time.now");
  }
  const words = new Intl.RelativeTimeFormat(language(), { numeric: "auto", style: "short" });
  if (age < HOUR_MS) {
    return words.format(-Math.floor(age / MINUTE_MS), "minute");
  }
  if (age < DAY_MS) {
    return words.format(-Math.floor(age / HOUR_MS), "hour");
  }
  return age < WEEK_MS ? words.format(-Math.floor(age / DAY_MS), "day") : date(ms);
}

/** A count of days, short. */
export function days(count: number): string {
  return plural("days", count);
}

/** The name of a file without the folders that it is in, on any system. */
export function fileName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}

/** A size of a file. */
export function fileSize(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte"] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const style = { style: "unit", unit: units[unit] ?? "byte", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language(), style).format(value);
}

/** A person's name in one line; a person without a name is still named. */
export function personName(person: { first_name: string; last_name: string }): string {
  return `${person.first_name} ${person.last_name}`.trim() || t("person.unnamed");
}

/** Several things in a sentence: a, b and c. */
export function listed(words: readonly string[]): string {
  return new Intl.ListFormat(language(), { type: "conjunction" }).format(words);
}

/** Up to two letters that stand for a name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = [...(words[0] ?? "")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toLocaleUpperCase(language());
}
