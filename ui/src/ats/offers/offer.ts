// An offer: what is typed, how it becomes a record, what it comes to, and what can be asked of the server.

import type { ApprovalStep, FieldEdit, Row } from "../../backend/types";
import { OFFER_COMMANDS } from "../../gen/offer_states";
import type { Job, Offer } from "../../gen/records";
import { DEFAULT_CURRENCY, moneyInput, parseMoney, salary } from "../../shared/format";
import type { Key } from "../../shared/i18n/index.svelte";
import { itemEdits, setEdits } from "../../shared/items";
import { NO_PAY_BESIDE } from "../../backend/pay";
import { total } from "../../shared/pay";
import { asks, isAbove, names } from "../approvals/steps";
import { componentsOf, payDraft, payProblems, payValues, type PayDraft } from "./compensation";

/** What only the server may do with an offer. */
export type OfferCommand = keyof typeof OFFER_COMMANDS;
const COMMANDS = Object.keys(OFFER_COMMANDS) as OfferCommand[];
/** What a salary can be per. */
export const PERIODS = ["yearly", "monthly", "weekly", "daily", "hourly"];
/** Days off a year, at the most. */
export const DAYS_OFF_MAX = 366;
/** Months of a trial, at the most. */
export const PROBATION_MAX = 24;

/** The form's content: amounts as they are typed. */
export interface Draft extends PayDraft {
  title: string;
  employment: string;
  salary: string;
  currency: string;
  period: string;
  bonus: string;
  signing_bonus: string;
  equity: string;
  days_off: string;
  benefits: string;
  starts_on: string;
  ends_on: string;
  probation_months: string;
  place: string;
  /** Empty where nothing is said. */
  remote_policy: string;
  reports_to: string;
  conditions: string;
  expires_on: string;
  remind_candidate: boolean;
  message: string;
  approver_ids: string[];
}

/** The form of a new offer for a job: what the posting says to begin with. */
export function newDraft(job: Job | null): Draft {
  const currency = job?.salary_currency || DEFAULT_CURRENCY;
  return {
    ...payDraft({ ...NO_PAY_BESIDE, department: job?.team ?? "" }, currency),
    title: job?.title ?? "", employment: job?.job_type ?? "full_time", salary: moneyInput(job?.salary_min ?? null, currency), currency, period: job?.salary_period ?? "yearly",
    bonus: "", signing_bonus: "", equity: "", days_off: "", benefits: job?.benefits ?? "", starts_on: "", ends_on: "", probation_months: "", place: job?.location_city ?? "",
    remote_policy: job?.remote_policy ?? "", reports_to: job?.reports_to ?? "", conditions: "", expires_on: "", remind_candidate: false,
    message: "", approver_ids: job?.hiring_manager_id ? [job.hiring_manager_id] : [],
  };
}

/** The form of an offer. */
export function draftOf(offer: Offer): Draft {
  const { title, employment, currency, period, equity, benefits, place, reports_to, conditions, message } = offer;
  const count = (value: number | null): string => (value === null ? "" : String(value));
  const amount = (value: number | null): string => moneyInput(value, currency);
  return {
    ...payDraft(offer, currency),
    title, employment, currency, period, equity, benefits, place, reports_to, conditions, message, salary: amount(offer.salary), bonus: amount(offer.bonus),
    signing_bonus: amount(offer.signing_bonus), days_off: count(offer.days_off), starts_on: offer.starts_on ?? "", ends_on: offer.ends_on ?? "",
    probation_months: count(offer.probation_months), remote_policy: offer.remote_policy ?? "",
    expires_on: offer.expires_on ?? "", remind_candidate: offer.remind_candidate, approver_ids: [...offer.approver_ids],
  };
}

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);

/** What is wrong with the form: the keys of the sentences to show, by field. */
export function problems(draft: Draft): { [field: string]: Key } {
  const found: { [field: string]: Key } = {};
  if (draft.title.trim() === "") {
    found.title = "offer.title_needed";
  }
  if (!/^[A-Z]{3}$/.test(draft.currency)) {
    found.currency = "offer.currency_invalid";
  }
  for (const field of ["salary", "bonus", "signing_bonus"] as const) {
    if (parseMoney(draft[field], draft.currency) === "invalid") {
      found[field] = "job.money_invalid";
    }
  }
  for (const field of ["starts_on", "ends_on", "expires_on"] as const) {
    if (draft[field] !== "" && !isDay(draft[field])) {
      found[field] = "offer.day_invalid";
    }
  }
  if (found.starts_on === undefined && found.ends_on === undefined && draft.ends_on !== "" && draft.ends_on < draft.starts_on) {
    found.ends_on = "offer.ends_before";
  }
  const isCount = (text: string, most: number): boolean => text === "" || (/^\d+$/.test(text) && Number(text) <= most);
  if (!isCount(draft.days_off, DAYS_OFF_MAX)) {
    found.days_off = "offer.days_off_invalid";
  }
  if (!isCount(draft.probation_months, PROBATION_MAX)) {
    found.probation_months = "offer.probation_invalid";
  }
  return { ...found, ...payProblems(draft, draft.currency) };
}

/** What the server asks for before an offer is sent. */
export function missing(offer: Offer): Key[] {
  return [...(offer.salary === null ? (["offer.salary_missing"] as const) : []), ...(offer.starts_on === null ? (["offer.start_missing"] as const) : [])];
}

function values(draft: Draft): Partial<Offer> {
  const amount = (text: string): number | null => {
    const read = parseMoney(text, draft.currency);
    return read === "invalid" ? null : read;
  };
  const count = (text: string): number | null => (text === "" ? null : Number(text));
  return {
    ...payValues(draft),
    title: draft.title.trim(), employment: draft.employment, salary: amount(draft.salary), currency: draft.currency, period: draft.period, bonus: amount(draft.bonus),
    signing_bonus: amount(draft.signing_bonus), equity: draft.equity.trim(), days_off: count(draft.days_off),
    starts_on: draft.starts_on || null, ends_on: draft.ends_on || null, probation_months: count(draft.probation_months),
    remote_policy: draft.remote_policy || null, reports_to: draft.reports_to.trim(), place: draft.place.trim(), expires_on: draft.expires_on || null, remind_candidate: draft.remind_candidate,
  };
}

const TEXTS = ["benefits", "conditions", "message"] as const;

/** The fields of a new offer. */
export function createFields(draft: Draft, application: Row<"applications">): { [field: string]: unknown } {
  const { candidate_id, job_id, pipeline_id } = application.fields;
  const texts = Object.fromEntries(TEXTS.map((field) => [field, draft[field]]));
  return { ...values(draft), ...texts, components: componentsOf(draft, draft.currency), approver_ids: draft.approver_ids, candidate_id, job_id, pipeline_id, application_id: application.id };
}

/** The edits that turn the offer into what the form says. */
export function editsOf(offer: Offer, draft: Draft): FieldEdit[] {
  const set = Object.entries(values(draft)).filter(([field, value]) => offer[field as keyof Offer] !== value);
  const texts = TEXTS.filter((field) => offer[field] !== draft[field]);
  return [
    ...set.map(([field, value]): FieldEdit => ({ op: "set", field, value })),
    ...texts.map((field): FieldEdit => ({ op: "text", field, value: draft[field] })),
    ...itemEdits("components", offer.components, componentsOf(draft, draft.currency)),
    ...setEdits("approver_ids", offer.approver_ids, draft.approver_ids),
  ];
}

/** What the form comes to in a year, as it is typed; null as long as something of it cannot be read. */
export function totalOf(draft: Draft): ReturnType<typeof total> {
  const amounts = [draft.salary, draft.bonus, draft.signing_bonus, ...draft.components.map(({ amount }) => amount)].map((text) => parseMoney(text, draft.currency));
  const { salary = null, period = "", bonus = null, signing_bonus = null, weekly_minutes = null } = values(draft);
  return amounts.includes("invalid") || Number.isNaN(weekly_minutes) ? null : total({ salary, period, bonus, signing_bonus, weekly_minutes, components: componentsOf(draft, draft.currency) });
}

/** What an offer pays, as it is shown wherever one is; an empty text where the salary is not said yet. */
export function pay({ salary: amount, currency, period }: Offer): string {
  return salary(amount, amount, currency, period);
}

/** What the candidate asked for instead, in the order in which they did. */
export function rounds({ counters }: Offer): Offer["counters"] {
  return [...counters].sort((a, b) => a.version - b.version);
}

/** Whether what stands as the reason is what the candidate asked for last, which is shown as a round already. */
export function isRound({ status, counters, version, reason }: Offer): boolean {
  return status === "countered" && counters.some((round) => round.version === version && round.reason === reason);
}

/** Where nothing more comes of an offer. */
export const OVER: readonly string[] = ["accepted", "declined", "expired", "withdrawn"];

/** Whether something can still come of an offer. */
export function isOpen(status: string): boolean {
  return !OVER.includes(status);
}

/** Who has to agree and did not yet. */
export function awaited({ approver_ids, approvals, version }: Offer): string[] {
  return approver_ids.filter((id) => !approvals.some((said) => (said.instead_of || said.by) === id && said.version === version && said.agreed));
}

/**
 * What somebody can ask of the server. Who has to agree says so; an owner or an admin can say it for everybody. A draft
 * goes to those who have to agree, if there are any, and to the candidate otherwise. Who stands in for one of them may say it
 * in their place.
 */
export function commandsFor(offer: Offer, steps: readonly ApprovalStep[], me: string, role: string, maySend: boolean, standsIn = false): OfferCommand[] {
  const isOneOfThem = offer.approver_ids.includes(me) || names(steps, me);
  const mayAgree = standsIn || awaited(offer).includes(me) || asks(steps, me) || (isAbove(role) && !isOneOfThem);
  const agrees = (command: OfferCommand): boolean => (command === "approve_offer" ? mayAgree : standsIn || maySend || isOneOfThem || isAbove(role));
  const toAgree = offer.approver_ids.length > 0 || steps.length > 0;
  return COMMANDS.filter((command) => {
    const { leads, ofApprovers } = OFFER_COMMANDS[command];
    if (!(offer.status in leads) || command === "expire_offer") {
      return false;
    }
    const wrongWay = offer.status === "draft" && ((command === "send_offer" && toAgree) || (command === "submit_offer" && !toAgree));
    return !wrongWay && (ofApprovers ? agrees(command) : maySend);
  });
}
