// Rules that say who has to agree to jobs and offers: what is typed, and how it becomes edits.

import type { FieldEdit } from "../../backend/types";
import type { ApprovalRule } from "../../gen/records";
import { moneyInput, parseMoney } from "../../shared/format";
import type { Key } from "../../shared/i18n/index.svelte";
import { setEdits, words } from "../../shared/items";

/** What rules are about. */
export const SUBJECTS = ["jobs", "offers"] as const;
/** Characters of a name, of the teams. */
export const NAME_MAX = 80;
export const TEAMS_MAX = 1000;
/** The last step that a rule may stand at. */
export const STEP_MAX = 9;
/** Hours that an offer may wait for an answer, at most: ninety days. */
export const EXPIRES_MAX = 2_160;

/** The form's content. */
export interface Draft {
  name: string;
  about: string;
  step: number;
  teams: string;
  levels: string[];
  pay_from: string;
  pay_currency: string;
  with_hiring_manager: boolean;
  approver_ids: string[];
  /** Hours; empty for as long as it takes. */
  expires_hours: string;
}

/** A form for a new rule. */
export function newDraft(currency: string): Draft {
  return { name: "", about: "jobs", step: 1, teams: "", levels: [], pay_from: "", pay_currency: currency, with_hiring_manager: false, approver_ids: [], expires_hours: "" };
}

/** The form of a rule. */
export function draftOf(rule: ApprovalRule, currency: string): Draft {
  const money = rule.pay_currency || currency;
  return {
    name: rule.name, about: rule.about, step: Math.max(1, rule.step), teams: rule.teams.join(", "), levels: [...rule.levels], pay_from: moneyInput(rule.pay_from, money), pay_currency: money,
    with_hiring_manager: rule.with_hiring_manager, approver_ids: [...rule.approver_ids], expires_hours: rule.expires_hours === null ? "" : String(rule.expires_hours),
  };
}

/** What is wrong with the form: the keys of the sentences to show, by field. */
export function problems(draft: Draft): { [field: string]: Key } {
  const found: { [field: string]: Key } = {};
  if (draft.name.trim() === "") {
    found.name = "approval.name_needed";
  }
  if (parseMoney(draft.pay_from, draft.pay_currency) === "invalid") {
    found.pay_from = "job.money_invalid";
  }
  if (draft.pay_from.trim() !== "" && !/^[A-Z]{3}$/.test(draft.pay_currency)) {
    found.pay_currency = "offer.currency_invalid";
  }
  if (draft.approver_ids.length === 0 && !draft.with_hiring_manager) {
    found.approver_ids = "approval.people_needed";
  }
  const hours = draft.expires_hours.trim();
  if (hours !== "" && !(/^\d+$/.test(hours) && Number(hours) >= 1 && Number(hours) <= EXPIRES_MAX)) {
    found.expires_hours = "approval.expires_invalid";
  }
  return found;
}

function values(draft: Draft): Pick<ApprovalRule, "name" | "step" | "pay_from" | "pay_currency" | "with_hiring_manager" | "expires_hours"> {
  const pay = parseMoney(draft.pay_from, draft.pay_currency);
  const pay_from = pay === "invalid" ? null : pay;
  // Jobs wait for as long as it takes.
  const expires_hours = draft.about === "offers" && draft.expires_hours.trim() !== "" ? Number(draft.expires_hours) : null;
  return { name: draft.name.trim(), step: draft.step, pay_from, pay_currency: pay_from === null ? "" : draft.pay_currency, with_hiring_manager: draft.with_hiring_manager, expires_hours };
}

/** The fields of a new rule. */
export function createFields(draft: Draft): { [field: string]: unknown } {
  return { ...values(draft), about: draft.about, teams: words(draft.teams), levels: draft.levels, approver_ids: draft.approver_ids };
}

/** The edits that turn a rule into what the form says. What it is about stays. */
export function editsOf(rule: ApprovalRule, draft: Draft): FieldEdit[] {
  const after = values(draft);
  const before = { ...rule, step: Math.max(1, rule.step) };
  const set = Object.entries(after).filter(([field, value]) => before[field as keyof typeof after] !== value);
  return [
    ...set.map(([field, value]): FieldEdit => ({ op: "set", field, value })),
    // A team whose name has a comma stays as it is as long as nobody touches the text.
    ...(draft.teams === rule.teams.join(", ") ? [] : setEdits("teams", rule.teams, words(draft.teams))),
    ...setEdits("levels", rule.levels, draft.levels),
    ...setEdits("approver_ids", rule.approver_ids, draft.approver_ids),
  ];
}
