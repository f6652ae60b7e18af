// Pay: from and to as it is typed in a form, what a year comes to, and how its parts are written.

import type { Offer } from "../gen/records";
import { money, parseMoney } from "./format";
import { choice, t, type Key } from "./i18n/index.svelte";

const HOUR_MINUTES = 60;
const WEEKS = 52;
const MONTHS = 12;

/** A part of the pay as it is kept. */
type Component = Offer["components"][number];

/** What is wrong with the two ends of a pay: the keys of the sentences to show, by end. */
export function rangeProblems(least: string, most: string, currency: string): { least?: Key; most?: Key } {
  const [from, to] = [parseMoney(least, currency), parseMoney(most, currency)];
  const crossed = typeof from === "number" && typeof to === "number" && to < from;
  return {
    ...(from === "invalid" ? { least: "job.money_invalid" } : {}),
    ...(to === "invalid" ? { most: "job.money_invalid" } : crossed ? { most: "job.money_order" } : {}),
  };
}

/** Hours with a fraction, from minutes. */
export function hoursOf(minutes: number | null): string {
  return minutes === null ? "" : String(Math.round((minutes / HOUR_MINUTES) * 100) / 100);
}

/** What a total is made of. */
type Counted = Pick<Offer, "salary" | "period" | "weekly_minutes" | "bonus" | "signing_bonus" | "components">;

/**
 * What a whole year comes to in minor units, the first and a usual one; null without a salary, and where it is by the day or
 * by the hour and nobody said for how many. A share of the company is not counted.
 */
export function total({ salary, period, weekly_minutes, bonus, signing_bonus, components }: Counted): { first: number; usual: number } | null {
  const often: { [period: string]: number } = { yearly: 1, monthly: MONTHS, weekly: WEEKS };
  const times = often[period];
  const byHours = period === "hourly" && weekly_minutes ? weekly_minutes : null;
  if (salary === null || (times === undefined && byHours === null)) {
    return null;
  }
  const paid = byHours === null ? salary * (times ?? 0) : Math.trunc((salary * byHours * WEEKS) / HOUR_MINUTES);
  const yearly = ({ amount, paid }: Component): number => amount * (paid === "monthly" ? MONTHS : paid === "yearly" ? 1 : 0);
  const once = components.filter(({ paid }) => paid !== "monthly" && paid !== "yearly");
  const usual = paid + (bonus ?? 0) + components.reduce((sum, component) => sum + yearly(component), 0);
  return { first: usual + (signing_bonus ?? 0) + once.reduce((sum, { amount }) => sum + amount, 0), usual };
}

/** A share of the company, in one line. What it is worth is not said. */
export function equityLine({ equity, equity_kind, equity_shares, vesting_months, cliff_months }: Pick<Offer, "equity" | "equity_kind" | "equity_shares" | "vesting_months" | "cliff_months">): string {
  return [
    equity_kind === null || equity_kind === "other" ? "" : choice("equity_kind", equity_kind),
    equity_shares ? t("offer.shares", { n: equity_shares }) : "",
    vesting_months ? t("offer.vesting", { n: vesting_months }) : "",
    cliff_months ? t("offer.cliff", { n: cliff_months }) : "",
    equity,
  ].filter(Boolean).join(", ");
}

/** One part of the pay, in one line. */
export function componentLine({ name, amount, paid, guaranteed }: Component, currency: string): string {
  const often = choice("paid_how", paid);
  return [`${name}: ${money(amount, currency)} ${often}`, ...(guaranteed ? [] : [t("offer.not_guaranteed")])].join(", ");
}
