// Terms that are offered again and again: what is typed, which fit a job, and what an offer takes over.

import type { FieldEdit, Row } from "../../backend/types";
import type { Job, OfferTemplate } from "../../gen/records";
import { money, moneyInput, parseMoney } from "../../shared/format";
import type { Key } from "../../shared/i18n/index.svelte";
import { itemEdits, setEdits, words } from "../../shared/items";
import { NO_PAY_BESIDE } from "../../backend/pay";
import { rangeProblems } from "../../shared/pay";
import { fill, type Values } from "../emails/merge";
import { componentsOf, payDraft, payProblems, payValues, type PayDraft } from "./compensation";
import { DAYS_OFF_MAX, type Draft } from "./offer";

/** Characters of a name, of the teams. */
export const NAME_MAX = 120;
export const TEAMS_MAX = 1000;
/** Days that somebody may have to answer. */
export const ANSWER_DAYS_MAX = 366;
const DAY_MS = 86_400_000;

const AMOUNTS = ["salary_min", "salary_max", "bonus", "signing_bonus"] as const;
const TEXTS = ["benefits", "conditions", "message"] as const;
const COUNTS = { days_off: DAYS_OFF_MAX, answer_days: ANSWER_DAYS_MAX } as const;

/** The form's content: amounts and counts as they are typed. */
export type TemplateDraft = PayDraft & { [field in (typeof AMOUNTS)[number] | (typeof TEXTS)[number] | keyof typeof COUNTS]: string } & {
  name: string;
  teams: string;
  levels: string[];
  employment: string;
  currency: string;
  period: string;
  equity: string;
  remind_candidate: boolean;
};

const BLANK: OfferTemplate = {
  name: "", teams: [], levels: [], employment: "full_time", salary_min: null, salary_max: null, currency: "", period: "yearly", bonus: null, signing_bonus: null, equity: "", ...NO_PAY_BESIDE, days_off: null,
  answer_days: null, remind_candidate: false, benefits: "", conditions: "", message: "",
};

/** The form of a template, or of a new one. */
export function templateDraft(template: OfferTemplate | null, currency: string): TemplateDraft {
  const { teams, levels, days_off, answer_days, weekly_minutes, ...rest } = template ?? BLANK;
  const paidIn = rest.currency || currency;
  const amounts = Object.fromEntries(AMOUNTS.map((field) => [field, moneyInput(rest[field], paidIn)])) as { [field in (typeof AMOUNTS)[number]]: string };
  const count = (value: number | null): string => (value === null ? "" : String(value));
  const paid = payDraft({ ...rest, weekly_minutes }, paidIn);
  return { ...rest, ...amounts, ...paid, currency: paidIn, teams: teams.join(", "), levels: [...levels], days_off: count(days_off), answer_days: count(answer_days) };
}

/** What is wrong with the form: the keys of the sentences to show, by field. */
export function templateProblems(draft: TemplateDraft): { [field: string]: Key } {
  const found: { [field: string]: Key } = {};
  if (draft.name.trim() === "") {
    found.name = "template.name_needed";
  }
  const { least, most } = rangeProblems(draft.salary_min, draft.salary_max, draft.currency);
  Object.assign(found, least && { salary_min: least }, most && { salary_max: most });
  for (const field of ["bonus", "signing_bonus"] as const) {
    if (parseMoney(draft[field], draft.currency) === "invalid") {
      found[field] = "job.money_invalid";
    }
  }
  const hasAmount = AMOUNTS.some((field) => draft[field].trim() !== "") || componentsOf(draft, draft.currency).length > 0;
  if (hasAmount && !/^[A-Z]{3}$/.test(draft.currency)) {
    found.currency = "offer.currency_invalid";
  }
  for (const [field, most] of Object.entries(COUNTS)) {
    const typed = draft[field as keyof typeof COUNTS];
    if (typed !== "" && !(/^\d+$/.test(typed) && Number(typed) <= most && (field === "days_off" || Number(typed) >= 1))) {
      found[field] = "offer.days_off_invalid";
    }
  }
  return { ...found, ...payProblems(draft, draft.currency) };
}

function values(draft: TemplateDraft): Omit<OfferTemplate, "teams" | "levels" | "components" | (typeof TEXTS)[number]> {
  const amount = (text: string): number | null => {
    const read = parseMoney(text, draft.currency);
    return read === "invalid" ? null : read;
  };
  const count = (text: string): number | null => (text === "" ? null : Number(text));
  const amounts = Object.fromEntries(AMOUNTS.map((field) => [field, amount(draft[field])])) as { [field in (typeof AMOUNTS)[number]]: number | null };
  const paid = Object.values(amounts).some((value) => value !== null) || componentsOf(draft, draft.currency).length > 0;
  return {
    ...payValues(draft),
    name: draft.name.trim(), employment: draft.employment, currency: paid ? draft.currency : "", period: draft.period, equity: draft.equity.trim(), ...amounts,
    days_off: count(draft.days_off), answer_days: count(draft.answer_days), remind_candidate: draft.remind_candidate,
  };
}

/** The fields of a new template. */
export function templateFields(draft: TemplateDraft): { [field: string]: unknown } {
  return { ...values(draft), ...Object.fromEntries(TEXTS.map((field) => [field, draft[field]])), components: componentsOf(draft, draft.currency), teams: words(draft.teams), levels: draft.levels };
}

/** The edits that turn a template into what the form says. */
export function templateEdits(template: OfferTemplate, draft: TemplateDraft): FieldEdit[] {
  const set = Object.entries(values(draft)).filter(([field, value]) => template[field as keyof OfferTemplate] !== value);
  return [
    ...set.map(([field, value]): FieldEdit => ({ op: "set", field, value })),
    ...TEXTS.filter((field) => template[field] !== draft[field]).map((field): FieldEdit => ({ op: "text", field, value: draft[field] })),
    ...itemEdits("components", template.components, componentsOf(draft, draft.currency)),
    // A team whose name has a comma stays as it is as long as nobody touches the text.
    ...(draft.teams === template.teams.join(", ") ? [] : setEdits("teams", template.teams, words(draft.teams))),
    ...setEdits("levels", template.levels, draft.levels),
  ];
}

/** Whether a template is made for jobs like this one. */
function fits({ teams: own, levels }: OfferTemplate, job: Job | null): boolean {
  const team = job?.team.trim().toLowerCase() ?? "";
  const ofTeam = own.length === 0 || own.some((each) => each.trim().toLowerCase() === team);
  return ofTeam && (levels.length === 0 || (job !== null && levels.includes(job.experience_level)));
}

/** The templates, those that are made for the job first. */
export function ranked(rows: readonly Row<"offer_templates">[], job: Job | null): Row<"offer_templates">[] {
  const rank = ({ fields }: Row<"offer_templates">): number => {
    const special = fields.teams.length + fields.levels.length > 0;
    return fits(fields, job) ? (special ? 0 : 1) : 2;
  };
  return [...rows].sort((a, b) => rank(a) - rank(b));
}

/** An offer that takes over what a template says; what the template leaves open stays. */
export function taken(draft: Draft, template: OfferTemplate, filled: Values, now: number): Draft {
  const next = { ...draft, employment: template.employment, remind_candidate: draft.remind_candidate || template.remind_candidate };
  const salary = template.salary_min ?? template.salary_max;
  // An amount that was typed means nothing in another currency or period.
  if (salary !== null) {
    Object.assign(next, { currency: template.currency, period: template.period, salary: moneyInput(salary, template.currency) });
  }
  for (const field of ["bonus", "signing_bonus"] as const) {
    const value = template[field];
    if (value !== null && template.currency === next.currency) {
      next[field] = moneyInput(value, next.currency);
    }
  }
  for (const field of TEXTS) {
    if (template[field].trim() !== "") {
      next[field] = fill(template[field], filled);
    }
  }
  if (template.equity) {
    next.equity = template.equity;
  }
  takeBeside(next, template);
  if (template.days_off !== null) {
    next.days_off = String(template.days_off);
  }
  if (template.answer_days !== null) {
    next.expires_on = new Date(now + template.answer_days * DAY_MS).toISOString().slice(0, 10);
  }
  return next;
}

/** What a template says of department, hours, shares and parts of the pay. */
function takeBeside(next: Draft, template: OfferTemplate): void {
  const { components, ...said } = payDraft(template, template.currency);
  for (const field of Object.keys(said) as (keyof typeof said)[]) {
    if (said[field] !== "") {
      next[field] = said[field];
    }
  }
  if (components.length > 0 && template.currency === next.currency) {
    // The parts of an offer are its own: those of two offers are not one.
    next.components = components.map((each) => ({ ...each, id: crypto.randomUUID() }));
  }
}

/** Whether the salary that is typed lies outside of what a template allows; amounts in another measure are not compared. */
export function isOutside({ salary, currency, period }: Draft, template: OfferTemplate): boolean {
  const typed = parseMoney(salary, currency);
  if (typeof typed !== "number" || currency !== template.currency || period !== template.period) {
    return false;
  }
  return (template.salary_min !== null && typed < template.salary_min) || (template.salary_max !== null && typed > template.salary_max);
}

/** The salaries that a template allows, in words. */
export function band({ salary_min, salary_max, currency }: OfferTemplate): string {
  const amounts = [salary_min, salary_max].filter((amount) => amount !== null);
  return [...new Set(amounts)].map((amount) => money(amount, currency)).join(" – ");
}
