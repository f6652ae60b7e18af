// A template of what is to be done when somebody begins, as it is typed.

import type { FieldEdit } from "../backend/types";
import type { OnboardingTemplate } from "../gen/records";
import type { Key } from "../shared/i18n/index.svelte";
import { itemEdits } from "../shared/items";

/** Characters of the longest name of a template, of a team and of a task, and of the longest explanation. */
export const NAME_MAX = 120;
/** See `NAME_MAX`. */
export const TEAM_MAX = 100;
/** See `NAME_MAX`. */
export const TASK_MAX = 200;
/** See `NAME_MAX`. */
export const DETAILS_MAX = 2000;
/** Tasks that a template may have. */
export const TASKS_MAX = 100;
/** The days that a task may be due before and after the first day. */
export const DUE_MIN = -365;
/** See `DUE_MIN`. */
export const DUE_MAX = 730;
/** What a task can be about. */
export const CATEGORIES = ["documentation", "it_setup", "training", "introductions", "compliance", "benefits", "other"] as const;

type Task = OnboardingTemplate["tasks"][number];

/** A task as it is typed: the days are a text. */
export type TaskDraft = Omit<Task, "due_days"> & { due: string };

/** The form's content. An empty text stands for every form of employment, and for every team. */
export interface Draft {
  name: string;
  employment: string;
  team: string;
  tasks: TaskDraft[];
}

/** One more task. */
export function newTask(): TaskDraft {
  return { id: crypto.randomUUID(), title: "", details: "", category: "other", owner: "hr", due: "0", required: false };
}

/** The form of a template; an empty one with one line to begin with. */
export function draftOf(template: OnboardingTemplate | null): Draft {
  if (template === null) {
    return { name: "", employment: "", team: "", tasks: [newTask()] };
  }
  const tasks = template.tasks.map(({ due_days, ...task }) => ({ ...task, due: String(due_days) }));
  return { name: template.name, employment: template.employment ?? "", team: template.team, tasks };
}

/** The days that were typed; null for what are none. */
export function dueDays(text: string): number | null {
  const typed = text.trim().replace("−", "-");
  const days = /^[+-]?\d{1,3}$/.test(typed) ? Number(typed) : null;
  return days === null || days < DUE_MIN || days > DUE_MAX ? null : days;
}

const isEmpty = (task: TaskDraft): boolean => `${task.title}${task.details}`.trim() === "";

/** What is wrong with the form: the keys of the sentences to show, by `name` or a task's id. */
export function problems(draft: Draft): { [place: string]: Key } {
  const found: { [place: string]: Key } = {};
  if (draft.name.trim() === "") {
    found.name = "template.name_needed";
  }
  for (const task of draft.tasks.filter((each) => !isEmpty(each))) {
    if (task.title.trim() === "") {
      found[task.id] = "onboarding.title_needed";
    } else if (dueDays(task.due) === null) {
      found[task.id] = "onboarding.due_invalid";
    }
  }
  return found;
}

function tasksOf(draft: Draft): Task[] {
  return draft.tasks
    .filter((task) => !isEmpty(task))
    .map(({ due, title, details, id, category, owner, required }) => ({ id, title: title.trim(), details: details.trim(), category, owner, due_days: dueDays(due) ?? 0, required }));
}

const orNull = (text: string): string | null => (text === "" ? null : text);

/** The fields of a new template. */
export function createFields(draft: Draft): { [field: string]: unknown } {
  return { name: draft.name.trim(), employment: orNull(draft.employment), team: draft.team.trim(), tasks: tasksOf(draft) };
}

/** The edits that turn the template into what the form says. */
export function editsOf(template: OnboardingTemplate, draft: Draft): FieldEdit[] {
  const typed = { name: draft.name.trim(), employment: orNull(draft.employment), team: draft.team.trim() };
  const edits = Object.entries(typed)
    .filter(([field, value]) => template[field as keyof typeof typed] !== value)
    .map(([field, value]): FieldEdit => ({ op: "set", field, value }));
  const before = template.tasks.map(({ id, title, details, category, owner, due_days, required }) => ({ id, title, details, category, owner, due_days, required }));
  return [...edits, ...itemEdits("tasks", before, tasksOf(draft))];
}
