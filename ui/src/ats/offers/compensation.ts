// What is offered beside salary and bonuses, as it is typed: parts of the pay, a share of the company, hours, department.

import type { Offer } from "../../gen/records";
import { moneyInput, parseMoney } from "../../shared/format";
import type { Key } from "../../shared/i18n/index.svelte";
import { hoursOf } from "../../shared/pay";

/** What a share of the company is given as. */
export const EQUITY_KINDS = ["options", "rsu", "espp", "phantom", "other"];
/** How often a part of the pay is paid. */
export const PAID_HOW = ["yearly", "monthly", "once"];
/** Parts of the pay that an offer may have, and characters of the name of one. */
export const COMPONENTS_MAX = 20;
export const COMPONENT_NAME_MAX = 100;
/** Hours of a week. */
const HOURS_MAX = 168;
const HOUR_MINUTES = 60;
/** Months that shares may take. */
const MONTHS_MAX = 240;
const SHARES_MAX = 1_000_000_000_000;

/** A part of the pay as it is typed. */
export interface ComponentDraft {
  id: string;
  name: string;
  amount: string;
  paid: string;
  guaranteed: boolean;
}

/** What the form has of it, as it is typed. */
export interface PayDraft {
  department: string;
  /** Hours a week, with a point or a comma. */
  hours: string;
  /** Empty without a share. */
  equity_kind: string;
  equity_shares: string;
  vesting_months: string;
  cliff_months: string;
  components: ComponentDraft[];
}

/** What an offer, a template and a contract have of it. */
export type Paid = Pick<Offer, "department" | "weekly_minutes" | "equity_kind" | "equity_shares" | "vesting_months" | "cliff_months" | "components">;

const count = (value: number | null): string => (value === null ? "" : String(value));

function minutesOf(hours: string): number | null {
  const typed = hours.trim().replace(",", ".");
  return typed === "" ? null : Math.round(Number(typed) * HOUR_MINUTES);
}

/** The form's part of a record. */
export function payDraft(paid: Paid, currency: string): PayDraft {
  return {
    department: paid.department, hours: hoursOf(paid.weekly_minutes), equity_kind: paid.equity_kind ?? "", equity_shares: count(paid.equity_shares),
    vesting_months: count(paid.vesting_months), cliff_months: count(paid.cliff_months),
    components: paid.components.map(({ id, name, amount, paid: often, guaranteed }) => ({ id, name, amount: moneyInput(amount, currency), paid: often, guaranteed })),
  };
}

/** A line for one more part. */
export function newComponent(): ComponentDraft {
  return { id: crypto.randomUUID(), name: "", amount: "", paid: "yearly", guaranteed: true };
}

const isBlank = ({ name, amount }: ComponentDraft): boolean => name.trim() === "" && amount.trim() === "";

/** What is wrong with it: the keys of the sentences to show, by field or a part's id. */
export function payProblems(draft: PayDraft, currency: string): { [field: string]: Key } {
  const found: { [field: string]: Key } = {};
  const hours = draft.hours.trim().replace(",", ".");
  if (hours !== "" && !(/^\d{1,3}(\.\d{1,2})?$/.test(hours) && Number(hours) <= HOURS_MAX)) {
    found.hours = "offer.hours_invalid";
  }
  const isCount = (text: string, most: number): boolean => text === "" || (/^\d+$/.test(text) && Number(text) <= most);
  if (!isCount(draft.equity_shares, SHARES_MAX)) {
    found.equity_shares = "offer.shares_invalid";
  }
  for (const field of ["vesting_months", "cliff_months"] as const) {
    if (!isCount(draft[field], MONTHS_MAX)) {
      found[field] = "offer.months_invalid";
    }
  }
  // Without a last share there is no first one either.
  const isLate = draft.cliff_months !== "" && (draft.vesting_months === "" || Number(draft.cliff_months) > Number(draft.vesting_months));
  if (found.vesting_months === undefined && found.cliff_months === undefined && isLate) {
    found.cliff_months = "offer.cliff_late";
  }
  for (const component of draft.components.filter((each) => !isBlank(each))) {
    const amount = parseMoney(component.amount, currency);
    if (component.name.trim() === "") {
      found[component.id] = "offer.component_name_needed";
    } else if (amount === null || amount === "invalid") {
      found[component.id] = "job.money_invalid";
    }
  }
  return found;
}

/** The parts that were typed, as they are kept. */
export function componentsOf(draft: PayDraft, currency: string): Offer["components"] {
  return draft.components
    .filter((each) => !isBlank(each))
    .map(({ id, name, amount, paid, guaranteed }) => {
      const read = parseMoney(amount, currency);
      return { id, name: name.trim(), amount: typeof read === "number" ? read : 0, paid, guaranteed };
    });
}

/** The registers of what was typed. */
export function payValues(draft: PayDraft): Omit<Paid, "components"> {
  const number = (text: string): number | null => (text === "" ? null : Number(text));
  return {
    department: draft.department.trim(), weekly_minutes: minutesOf(draft.hours), equity_kind: draft.equity_kind || null, equity_shares: number(draft.equity_shares),
    vesting_months: number(draft.vesting_months), cliff_months: number(draft.cliff_months),
  };
}
