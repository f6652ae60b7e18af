// Who sees a private job or candidate, and the edits that make one private.

import type { FieldEdit } from "../../backend/types";
import type { RecordOf } from "../../gen/records";

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
  if (kind === "candidates") {
    return (fields as RecordOf<"candidates">).visible_to_ids;
  }
  const job = fields as RecordOf<"jobs">;
  return [job.hiring_manager_id, job.recruiter_id, ...job.hiring_team_ids].filter((id) => id !== null);
}

/** The edits that make a record private, or no longer so. Who does it stays among those who see it. */
export function privacyEdits(kind: Private, fields: RecordOf<Private>, on: boolean, me: Me): FieldEdit[] {
  const named = ABOVE.includes(me.role) || insiders(kind, fields).includes(me.id);
  const stay: FieldEdit[] = on && !named ? [{ op: "add", field: PEOPLE[kind], value: me.id }] : [];
  return [...stay, { op: "set", field: "is_private", value: on }];
}

/** The fields of a new private record: whoever makes it sees it. */
export function privateFields(kind: Private, on: boolean, me: Me): { [field: string]: unknown } {
  return on ? { is_private: true, [PEOPLE[kind]]: ABOVE.includes(me.role) ? [] : [me.id] } : {};
}

/** Whether a person can be taken off the list: nobody shuts themselves out. */
export function removable(fields: RecordOf<Private>, id: string, me: Me): boolean {
  return !fields.is_private || id !== me.id || ABOVE.includes(me.role);
}
