// A job's form: what is typed, how it becomes edits, and what must be right before it is sent.

import type { FieldEdit } from "../../backend/types";
import type { Job } from "../../gen/records";
import { moneyInput, parseMoney } from "../../shared/format";
import type { Key } from "../../shared/i18n/index.svelte";
import { itemEdits, setEdits, words } from "../../shared/items";
import { rangeProblems } from "../../shared/pay";
import { teamOf, type Me } from "../privacy/privacy";

/** A question of the application form. */
export type Question = Job["questions"][number];
/** A question that nobody has written yet. */
export function blankQuestion(id: string): Question {
  return { id, label: "", answer: "short_text", required: false, options: "", knockout: "", knockout_below: null, knockout_above: null, knockout_without: "" };
}

function lines(text: string): string[] {
  return [...new Set(text.split("\n").map((line) => line.trim()).filter(Boolean))];
}

/** The options of a question. */
export function optionsOf(question: Question): string[] {
  return lines(question.options);
}

/** Where a question names options: those that rule somebody out, and those of which one is needed. */
export type Named = "knockout" | "knockout_without";

/** Whether an option is named: of those that rule somebody out, where nothing else is said. */
export function rulesOut(question: Question, option: string, field: Named = "knockout"): boolean {
  return lines(question[field] ?? "").includes(option);
}

/** What is named once an option is turned: in the order of the options, without those that are gone. */
export function toggled(question: Question, option: string, field: Named = "knockout"): string {
  return optionsOf(question).filter((each) => rulesOut(question, each, field) !== (each === option)).join("\n");
}

/** Where the work can be done, in the order in which it is offered. */
export const REMOTES = ["on_site", "hybrid", "remote", "flexible"];
/** Questions that a form may have. */
export const QUESTIONS_MAX = 30;
/** How a question can be answered. */
export const ANSWERS = ["short_text", "long_text", "number", "yes_no", "choice", "several", "date", "file"];
/** Questions answered with a file that a form asks: the first ones. */
export const FILES_MAX = 3;

/** The questions that every job may ask, with how they are asked where nobody said otherwise. */
export const ASKS = {
  ask_place: "no", ask_start: "no", ask_notice: "no", ask_permit: "no", ask_salary: "no", ask_linkedin: "optional", ask_github: "no", ask_website: "optional",
} as const;
export type Ask = keyof typeof ASKS;
const ASK_FIELDS = Object.keys(ASKS) as Ask[];
/** How a question can be asked. */
export const ASKED = ["no", "optional", "required"];

/** How a job asks one of them. */
export function askedOf(job: Partial<Pick<Job, Ask>> | null, field: Ask): string {
  const said = job?.[field] ?? "usual";
  return ASKED.includes(said) ? said : ASKS[field];
}


/** Fields that are one line or one choice. */
const PLAIN = [
  "title", "team", "reports_to", "job_type", "experience_level", "remote_policy", "location_city", "location_state",
  "location_country", "salary_currency", "salary_period", "education_requirements",
  "language", "equity_range", "external_apply_url", "meta_title", "meta_description",
] as const;
/** Fields that merge letter by letter. */
const TEXTS = ["description", "responsibilities", "requirements", "nice_to_have", "benefits"] as const;
/** Fields that are a set of words; typed with commas. */
const SETS = ["required_skills", "preferred_skills", "languages_required", "certifications_required"] as const;
const SWITCHES = ["show_salary", "require_cover_letter", "require_resume", "is_internal_only", "is_featured", "published_on_career_page", "is_private", "equity_offered", "not_on_indeed", "not_on_linkedin", "not_on_rss", "not_on_json"] as const;
/** References: an empty choice is none. */
const REFERENCES = ["pipeline_id", "hiring_manager_id", "recruiter_id", "application_deadline"] as const;

type Plain = (typeof PLAIN)[number] | (typeof TEXTS)[number] | (typeof SETS)[number] | (typeof REFERENCES)[number];
type Switch = (typeof SWITCHES)[number];

/** The form's content: every plain field as the text that is in its control. */
export type Draft = { [field in Plain | Ask]: string } & { [field in Switch]: boolean } & {
  salary_min: string;
  salary_max: string;
  positions_count: string;
  hiring_team_ids: string[];
  questions: Question[];
};

/** The form of a job, or of a new one. */
export function draftOf(job: Job | null, pipeline: string | null, currency: string): Draft {
  const draft: { [field: string]: unknown } = {};
  for (const field of [...PLAIN, ...TEXTS]) {
    draft[field] = job?.[field] ?? "";
  }
  SETS.forEach((field) => (draft[field] = (job?.[field] ?? []).join(", ")));
  SWITCHES.forEach((field) => (draft[field] = job?.[field] ?? (field === "show_salary" || field === "require_resume" || field === "published_on_career_page")));
  REFERENCES.forEach((field) => (draft[field] = job?.[field] ?? ""));
  ASK_FIELDS.forEach((field) => (draft[field] = askedOf(job, field)));
  const money = job?.salary_currency || currency;
  Object.assign(draft, {
    salary_min: moneyInput(job?.salary_min ?? null, money),
    salary_max: moneyInput(job?.salary_max ?? null, money),
    positions_count: String(Math.max(1, job?.positions_count ?? 1)),
    hiring_team_ids: [...(job?.hiring_team_ids ?? [])],
    questions: (job?.questions ?? []).map((question) => ({ ...question })),
  });
  if (!job) {
    Object.assign(draft, {
      pipeline_id: pipeline ?? "", salary_currency: currency, job_type: "full_time", experience_level: "mid",
      remote_policy: "on_site", salary_period: "yearly",
    });
  }
  return draft as Draft;
}

/** What is wrong with the form, by field: the keys of the sentences to show. */
export function problems(draft: Draft): { [field: string]: Key } {
  const found: { [field: string]: Key } = {};
  if (draft.title.trim() === "") {
    found.title = "job.title_needed";
  }
  if (!/^[A-Z]{3}$/.test(draft.salary_currency)) {
    found.salary_currency = "job.currency_invalid";
  }
  const { least, most } = rangeProblems(draft.salary_min, draft.salary_max, draft.salary_currency);
  Object.assign(found, least && { salary_min: least }, most && { salary_max: most });
  if (!/^[1-9]\d{0,3}$/.test(draft.positions_count.trim())) {
    found.positions_count = "job.count_invalid";
  }
  if (!/^(https:\/\/[^\s/?#@]+\.[^\s/?#@.]+([/?#]\S*)?)?$/.test(draft.external_apply_url.trim())) {
    found.external_apply_url = "job.apply_elsewhere_invalid";
  }
  if (draft.questions.some((question) => question.label.trim() === "")) {
    found.questions = "job.question_needed";
  }
  if (draft.questions.some((question) => [question.knockout_below, question.knockout_above].some((bound) => bound !== null && !Number.isSafeInteger(bound)))) {
    found.questions = "job.question_number";
  }
  return found;
}

/** The values of the fields that are set whole. */
function values(draft: Draft): { [field: string]: unknown } {
  const all: { [field: string]: unknown } = {};
  PLAIN.forEach((field) => (all[field] = draft[field].trim()));
  SWITCHES.forEach((field) => (all[field] = draft[field]));
  REFERENCES.forEach((field) => (all[field] = draft[field] === "" ? null : draft[field]));
  all.salary_min = parseMoney(draft.salary_min, draft.salary_currency);
  all.salary_max = parseMoney(draft.salary_max, draft.salary_currency);
  all.positions_count = Number(draft.positions_count);
  return all;
}

/** How the questions are asked whose way differs from what the job says. */
function asks(job: Job | null, draft: Draft): { [field: string]: string } {
  return Object.fromEntries(ASK_FIELDS.filter((field) => askedOf(job, field) !== draft[field]).map((field) => [field, draft[field]]));
}

/** The fields of a new job. */
export function createFields(draft: Draft, me: Me): { [field: string]: unknown } {
  const fields: { [field: string]: unknown } = { ...values(draft), ...asks(null, draft), hiring_team_ids: teamOf(draft, me) };
  TEXTS.forEach((field) => (fields[field] = draft[field]));
  SETS.forEach((field) => (fields[field] = words(draft[field])));
  fields.questions = draft.questions.map((question) => ({ ...question }));
  return fields;
}

/** The edits that turn the job into what the form says: only what changed, so that nobody else's edit is overwritten. */
export function editsOf(job: Job, draft: Draft, me: Me): FieldEdit[] {
  const edits = setEdits("hiring_team_ids", job.hiring_team_ids, teamOf(draft, me));
  for (const [field, value] of Object.entries(values(draft))) {
    const before = job[field as keyof Job];
    const same = field === "positions_count" ? Math.max(1, Number(before)) === value : before === value;
    if (!same) {
      edits.push({ op: "set", field, value });
    }
  }
  edits.push(...Object.entries(asks(job, draft)).map(([field, value]): FieldEdit => ({ op: "set", field, value })));
  for (const field of TEXTS) {
    if (job[field] !== draft[field]) {
      edits.push({ op: "text", field, value: draft[field] });
    }
  }
  SETS.forEach((field) => edits.push(...setEdits(field, job[field], words(draft[field]))));
  edits.push(...itemEdits("questions", job.questions, draft.questions));
  return edits;
}
