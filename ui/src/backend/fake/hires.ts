// Who was hired, in the workspace in memory: somebody who began last week, somebody who begins soon, and one without a day.

import type { RecordOf } from "../../gen/records";
import { NO_PAY_BESIDE } from "../pay";
import { ME, row, type Tables } from "./data";
import { dayOf } from "./day";

const DAY_MS = 86_400_000;
const TASKS: [string, string, string, number, boolean][] = [
  ["File the signed contract", "documentation", "hr", -10, true],
  ["Order a computer", "it_setup", "it", -7, false],
  ["Write what the first day looks like", "introductions", "manager", -3, false],
  ["Give bank and tax details", "documentation", "new_hire", 3, true],
  ["Learn the rules of safety and data protection, of the house and of every place where our customers let us in", "compliance", "new_hire", 14, true],
  ["Talk about the first month", "training", "manager", 30, false],
];

/** The fields of a new employee. */
export function blankEmployee(): RecordOf<"employees"> {
  return {
    first_name: "", last_name: "", number: null, status: "pending", job_title: "", employment: "full_time", team: "", place: "", manager_id: null,
    starts_on: null, probation_ends_on: null, candidate_id: null, application_id: null, job_id: null, offer_id: null,
  };
}

/** The fields of a contract that says nothing. */
export function blankContract(employeeId: string): RecordOf<"contracts"> {
  return {
    employee_id: employeeId, offer_id: null, offer_version: 0, starts_on: null, ends_on: null, title: "", employment: "full_time", salary: null, currency: "CAD",
    period: "yearly", bonus: null, signing_bonus: null, equity: "", ...NO_PAY_BESIDE, days_off: null, benefits: "", place: "", remote_policy: null, probation_months: null, reports_to: "", conditions: "",
  };
}

/** Fills in who was hired. */
export function fillHires(tables: Tables, now: number): void {
  const day = (days: number): string => dayOf(now + days * DAY_MS);
  const tasks = TASKS.map(([title, category, owner, due_days, required], index) => ({ id: `task-${index}`, title, details: index === 2 ? "Who meets whom, and when lunch is." : "", category, owner, due_days, required }));
  const template = { name: "For everybody", employment: null, team: "", guide: "", tasks };
  tables.onboarding_templates.set("onboarding-template-1", row("onboarding_templates", "onboarding-template-1", template, now - 90 * DAY_MS, ME));
  const people: [string, string, string, number | null, number][] = [
    ["Noor", "Haddad", "Backend engineer", 9, 1], ["Théo", "Marchand", "Site reliability engineer in the night shift of the second team", -6, 4], ["عبد الرحمن", "المنصوري", "Cook", null, 0],
  ];
  people.forEach(([first_name, last_name, job_title, begins, done], index) => {
    const id = `employee-${index}`;
    const starts_on = begins === null ? null : day(begins);
    const employee = { ...blankEmployee(), first_name, last_name, job_title, number: `EMP-202611-000${index + 1}`, team: index === 2 ? "" : "Platform", place: "Montréal", manager_id: "member-3", starts_on };
    tables.employees.set(id, row("employees", id, employee, now - 20 * DAY_MS, ME));
    const contract = { ...blankContract(id), title: job_title, starts_on, salary: 9_500_000, bonus: index === 0 ? 500_000 : null, days_off: 25, place: "Montréal", conditions: "Three months on trial." };
    tables.contracts.set(`contract-${index}`, row("contracts", `contract-${index}`, contract, now - 20 * DAY_MS, ME));
    const own = index === 2 ? [] : tasks.map(({ due_days, ...task }, at) => ({ ...task, due_on: begins === null ? null : day(begins + due_days), done: at < done }));
    const onboarding = { employee_id: id, job_id: null, template_id: "onboarding-template-1", starts_on, tasks: own, notes: "" };
    tables.onboardings.set(`onboarding-${index}`, row("onboardings", `onboarding-${index}`, onboarding, now - 20 * DAY_MS, ME));
  });
}
