// The first weeks of somebody: how far they are, and what is late.

import type { Row } from "../backend/types";
import type { Onboarding } from "../gen/records";

/** A task of an onboarding. */
export type Task = Onboarding["tasks"][number];

/** Who sees to a task, in the order in which they are shown. */
export const OWNERS = ["new_hire", "manager", "hr", "it"] as const;

/** Somebody who was hired, with what belongs to them as far as it may be seen. */
export interface Person {
  employee: Row<"employees">;
  contract: Row<"contracts"> | null;
  onboarding: Row<"onboardings"> | null;
}

/** Tasks that are done, and all of them. */
export function progress(tasks: readonly Task[]): { done: number; all: number } {
  return { done: tasks.filter((task) => task.done).length, all: tasks.length };
}

/** Whether a task should have been done before today. */
export function isLate(task: Task, today: string): boolean {
  return !task.done && task.due_on !== null && task.due_on < today;
}

/** Tasks by who sees to them: the earliest first, those without a day last. A newer version's owner has a group too. */
export function byOwner(tasks: readonly Task[]): { owner: string; tasks: Task[] }[] {
  const owners = [...OWNERS, ...new Set(tasks.map(({ owner }) => owner))].filter((owner, index, all) => all.indexOf(owner) === index);
  const due = (task: Task): string => task.due_on ?? "9999";
  const groups = owners.map((owner) => ({ owner, tasks: tasks.filter((task) => task.owner === owner).sort((one, other) => due(one).localeCompare(due(other))) }));
  return groups.filter((group) => group.tasks.length > 0);
}

/**
 * People with what belongs to them. Who begins next comes first, then who began, the latest first; those without a first day
 * are at the end.
 */
export function people(employees: readonly Row<"employees">[], contracts: readonly Row<"contracts">[], onboardings: readonly Row<"onboardings">[], today: string): Person[] {
  const of = <Owned extends { fields: { employee_id: string } }>(rows: readonly Owned[], id: string): Owned | null => rows.find((row) => row.fields.employee_id === id) ?? null;
  const rank = (row: Row<"employees">): [number, string] => {
    const day = row.fields.starts_on;
    return day === null ? [2, ""] : [day >= today ? 0 : 1, day];
  };
  const before = (one: Row<"employees">, other: Row<"employees">): number => {
    const [[group, day], [otherGroup, otherDay]] = [rank(one), rank(other)];
    return group - otherGroup || (group === 0 ? day.localeCompare(otherDay) : otherDay.localeCompare(day)) || one.id.localeCompare(other.id);
  };
  return [...employees].sort(before).map((employee) => ({ employee, contract: of(contracts, employee.id), onboarding: of(onboardings, employee.id) }));
}
