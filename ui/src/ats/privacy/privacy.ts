// Who sees a private job or candidate, and the edits that make one private.

import type { FieldEdit } from "../../backend/types";
import type { RecordOf } from "../../gen/records";
import { hirersOf, type Hiring } from "../../shared/people.svelte";

/** Who acts. */
export interface Me {
  id: string;
  role: string;
}

/** The person of a session. */
export function whoIs(info: { user_id: string | null; role: string | null } | null): Me {
  return { id: info?.user_id ?? "", role: info?.role ?? "" };
}

/** What can be private. */
export type Private = "jobs" | "candidates";

/** The set of people that a person chooses. */
export const PEOPLE = { jobs: "hiring_team_ids", candidates: "visible_to_ids" } as const;

/** Roles that see everything, private or not. */
const ABOVE = ["owner", "admin"];

/** Who is named to see a private record, by whatever field. */
export function insiders(kind: Private, fields: RecordOf<Private>): string[] {
  return kind === "candidates" ? (fields as RecordOf<"candidates">).visible_to_ids : hirersOf(fields as RecordOf<"jobs">);
}

/** Whether a private record shuts out who writes it. */
function shutsOut(isPrivate: boolean, named: string[], me: Me): boolean {
  return isPrivate && !ABOVE.includes(me.role) && !named.includes(me.id);
}

/** The edits that make a record private, or no longer so. Who does it stays among those who see it. */
export function privacyEdits(kind: Private, fields: RecordOf<Private>, on: boolean, me: Me): FieldEdit[] {
  const stay: FieldEdit[] = shutsOut(on, insiders(kind, fields), me) ? [{ op: "add", field: PEOPLE[kind], value: me.id }] : [];
  return [...stay, { op: "set", field: "is_private", value: on }];
}

/** The fields of a new candidate who is private: whoever makes the record sees it. */
export function privateFields(on: boolean, me: Me): { [field: string]: unknown } {
  return on ? { is_private: true, [PEOPLE.candidates]: shutsOut(on, [], me) ? [me.id] : [] } : {};
}

/** The hiring team of a job as it is kept: of a private one, whoever writes it stays among those who see it. */
export function teamOf(job: Hiring & { is_private: boolean }, me: Me): string[] {
  return shutsOut(job.is_private, hirersOf(job), me) ? [...job.hiring_team_ids, me.id] : [...job.hiring_team_ids];
}

/** Whether a person can be taken off the list: nobody shuts themselves out. */
export function removable(fields: { is_private: boolean }, id: string, me: Me): boolean {
  return !fields.is_private || id !== me.id || ABOVE.includes(me.role);
}
