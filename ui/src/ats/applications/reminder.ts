// Reminders of applications: for which day, of what, and whose they are.

import type { FieldEdit, Row } from "../../backend/types";
import { localDay } from "../../shared/format";

type Reminded = Pick<Row<"applications">["fields"], "follow_up_on" | "follow_up_note" | "follow_up_for_id" | "assigned_to_id">;

/** Characters of what somebody is reminded of. */
export const NOTE_MAX = 500;

/** The day that it is where the person is, as in `2026-01-31`. */
export function today(): string {
  return localDay(Date.now());
}

/** Whether there is a reminder whose day is there. */
export function isDue({ follow_up_on }: Pick<Reminded, "follow_up_on">, day: string): boolean {
  return follow_up_on !== null && follow_up_on !== "" && follow_up_on <= day;
}

/** Who is reminded: whoever was chosen, else who works on it, else who looks after the job. */
export function whose(fields: Reminded, job: Pick<Row<"jobs">, "fields"> | null): string | null {
  return fields.follow_up_for_id ?? fields.assigned_to_id ?? job?.fields.recruiter_id ?? job?.fields.hiring_manager_id ?? null;
}

/** Whether somebody is to be reminded of an application today. */
export function dueFor({ card, job }: { card: { application: { fields: Reminded } }; job: Row<"jobs"> | null }, me: string, day: string): boolean {
  const { fields } = card.application;
  return isDue(fields, day) && whose(fields, job) === me;
}

/** The edits that set a reminder; without a day they take it away. */
export function reminderEdits(day: string | null, note = "", who: string | null = null): FieldEdit[] {
  return [
    { op: "set", field: "follow_up_on", value: day },
    { op: "set", field: "follow_up_note", value: day === null ? "" : note.trim() },
    { op: "set", field: "follow_up_for_id", value: day === null ? null : who },
  ];
}
