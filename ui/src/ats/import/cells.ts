// What people write into the cells of a table, as it is kept: days, periods, wished pay, where somebody came from.

import { DEFAULT_CURRENCY, parseMoney } from "../../shared/format";

/** A wish as it is kept, in minor units. */
export interface Wish {
  desired_salary_min: number | null;
  desired_salary_max: number | null;
  desired_salary_currency: string;
}

/** The longest notice, in days. */
const NOTICE_MAX_DAYS = 730;
const DAYS_OF: { readonly [unit: string]: number } = { day: 1, days: 1, d: 1, jour: 1, jours: 1, j: 1, week: 7, weeks: 7, w: 7, semaine: 7, semaines: 7, month: 30, months: 30, mo: 30, mois: 30 };
const AT_ONCE = ["immediate", "immediately", "now", "none", "no notice", "asap", "immédiat", "immédiate", "immédiatement", "aucun", "sans préavis"];
const SYMBOLS: { readonly [symbol: string]: string } = { "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR" };
const MONTHS_OF_YEAR = 12;

/** A day as tables write it: `2026-01-31`, with or without a time behind it, `2026/01/31`, `31.01.2026`. Which of two is the month must be plain; null for what is no day. */
export function readDay(cell: string): string | null {
  const [, year, month, day] = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:$|[T ])/.exec(cell.trim()) ?? [];
  if (year !== undefined) {
    return plainDay(year, Number(month), Number(day));
  }
  const [, first, sign, second, of] = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:$| )/.exec(cell.trim()) ?? [];
  const [one, other] = [Number(first), Number(second)];
  if (of === undefined) {
    return null;
  }
  // With points between them the day is first wherever that is written.
  if (sign === "." || one > MONTHS_OF_YEAR || one === other) {
    return plainDay(of, other, one);
  }
  return other > MONTHS_OF_YEAR ? plainDay(of, one, other) : null;
}

function plainDay(year: string, month: number, day: number): string | null {
  const two = (value: number): string => String(value).padStart(2, "0");
  const text = `${year}-${two(month)}-${two(day)}`;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text) ? text : null;
}

/** A period of notice in days: `30`, `2 weeks`, `1 mois`, `immediate`; null for what is none. */
export function readNotice(cell: string): number | null {
  const text = cell.trim().toLowerCase();
  if (AT_ONCE.includes(text)) {
    return 0;
  }
  const [, count, unit] = /^(\d{1,4})\s*([\p{L}]*)\.?$/u.exec(text) ?? [];
  const each = unit === "" ? 1 : DAYS_OF[unit ?? "?"];
  const days = Number(count) * (each ?? Number.NaN);
  return Number.isInteger(days) && days <= NOTICE_MAX_DAYS ? days : null;
}

/** A wished pay: `60000`, `CAD 60,000 – 70,000`, `55k€`; null for what is none. The currency may have a column of its own. */
export function readWish(cell: string, currencyCell: string): Wish | null {
  const code = (text: string): string | undefined => /\b[A-Z]{3}\b/.exec(text.toUpperCase())?.[0] ?? Object.entries(SYMBOLS).find(([symbol]) => text.includes(symbol))?.[1];
  const currency = code(currencyCell) ?? code(cell) ?? DEFAULT_CURRENCY;
  const bare = cell.replace(new RegExp(`\\b${currency}\\b`, "gi"), "").replace(/[$€£¥₹]/g, "").trim();
  const [least = "", most, ...more] = bare.split(/\s*(?:–|—|-|\bto\b|\bà\b)\s*/u).map((part) => part.trim());
  const amount = (text: string): number | null | "invalid" => {
    const thousands = /^([\d.,\s]+)\s*k$/i.exec(text)?.[1];
    const read = parseMoney(thousands ?? text, currency);
    return typeof read === "number" && thousands !== undefined ? read * 1_000 : read;
  };
  const [from, to] = [amount(least), most === undefined ? null : amount(most)];
  if (from === "invalid" || to === "invalid" || more.length > 0 || (from === null && to === null) || (from !== null && to !== null && from > to)) {
    return null;
  }
  return { desired_salary_min: from, desired_salary_max: to, desired_salary_currency: currency };
}

/** How somebody came, where the words for it say so plainly. */
const SOURCES: readonly (readonly [RegExp, string])[] = [
  [/linked\s*in/i, "linkedin"], [/\bindeed\b/i, "indeed"], [/referr?al|referred|employee recommendation|recommandation|cooptation|parrainage/i, "referral"], [/agency|agence|headhunter|recruitment firm/i, "agency"],
];

/** The way by which a row says that somebody came; `imported` where it names none that is known here. */
export function readSource(cell: string): string {
  return SOURCES.find(([words]) => words.test(cell))?.[1] ?? "imported";
}
