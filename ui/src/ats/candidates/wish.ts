// What a candidate wishes to earn: what is typed, how it is kept, and how it is said.

import type { FieldEdit } from "../../backend/types";
import type { CandidateContact } from "../../gen/records";
import { DEFAULT_CURRENCY, moneyInput, parseMoney, salary } from "../../shared/format";
import type { Key } from "../../shared/i18n/index.svelte";
import { rangeProblems } from "../../shared/pay";

/** The form's content: the amounts as they are typed. */
export interface WishDraft {
  least: string;
  most: string;
  currency: string;
  /** What the pay is per. */
  period: string;
}

/** What pay can be per. */
export const PERIODS = ["yearly", "monthly", "weekly", "daily", "hourly"];
const YEARLY = "yearly";

type Wish = Pick<CandidateContact, "desired_salary_min" | "desired_salary_max" | "desired_salary_currency" | "desired_salary_period">;

/** The form of a wish; of who has said none yet an empty one. */
export function wishDraft(contact: Wish | null): WishDraft {
  const currency = contact?.desired_salary_currency || DEFAULT_CURRENCY;
  return { least: moneyInput(contact?.desired_salary_min ?? null, currency), most: moneyInput(contact?.desired_salary_max ?? null, currency), currency, period: contact?.desired_salary_period ?? YEARLY };
}

/** What is wrong with the form: the keys of the sentences to show, by field. */
export function wishProblems({ least, most, currency }: Pick<WishDraft, "least" | "most" | "currency">): { [field: string]: Key } {
  const wished = least.trim() + most.trim() !== "";
  return { ...rangeProblems(least, most, currency), ...(wished && !/^[A-Z]{3}$/.test(currency) ? { currency: "job.currency_invalid" as const } : {}) };
}

/** The wish as it is kept; without an amount it is in no currency. */
export function wishFields({ least, most, currency, period }: WishDraft): Wish {
  const amount = (text: string): number | null => {
    const read = parseMoney(text, currency);
    return read === "invalid" ? null : read;
  };
  const [desired_salary_min, desired_salary_max] = [amount(least), amount(most)];
  const wished = desired_salary_min !== null || desired_salary_max !== null;
  return { desired_salary_min, desired_salary_max, desired_salary_currency: wished ? currency : "", desired_salary_period: wished ? period : YEARLY };
}

/** The edits that turn one wish into what the form says. */
export function wishEdits(before: Wish, draft: WishDraft): FieldEdit[] {
  const after = Object.entries(wishFields(draft)).filter(([field, value]) => before[field as keyof Wish] !== value);
  // The currency of no amount says nothing: taking it away alone would be a change that nobody sees.
  const told = after.some(([field]) => field !== "desired_salary_currency" && field !== "desired_salary_period") || before.desired_salary_min !== null || before.desired_salary_max !== null;
  return told ? after.map(([field, value]) => ({ op: "set", field, value })) : [];
}

/** The wish in words; empty for none. */
export function wishText(wish: Wish): string {
  return salary(wish.desired_salary_min, wish.desired_salary_max, wish.desired_salary_currency || DEFAULT_CURRENCY, wish.desired_salary_period === YEARLY ? "" : wish.desired_salary_period);
}
