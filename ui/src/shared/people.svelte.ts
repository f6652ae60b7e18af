// The names behind member ids, read once and kept true.

import { engine } from "../backend/engine";
import type { Row } from "../backend/types";
import type { Job } from "../gen/records";
import { t } from "./i18n/index.svelte";
import { onChanged } from "./changes.svelte";

/** A workspace has at most this many members on one page; names beyond are shown as unknown. */
const MEMBERS_MAX = 500;

const state = $state<{ members: Row<"members">[] }>({ members: [] });

async function read(): Promise<void> {
  try {
    const page = await engine().list({ kind: "members", sort: "name", limit: MEMBERS_MAX });
    state.members = page.rows;
  } catch {
    // Names are an addition to what a screen shows: without them it shows "someone" and goes on.
    state.members = [];
  }
}

/** Reads the members and follows their changes; answers the function that stops it. */
export function followPeople(): () => void {
  void read();
  return onChanged((event) => "members" in event.kinds && void read());
}

/** The members of the workspace, by name. */
export function members(): Row<"members">[] {
  return state.members;
}

/** The members as the choices of a field that may name nobody. */
export function peopleChoices(): { value: string; label: string }[] {
  return [{ value: "", label: t("value.nobody") }, ...state.members.map(({ id, fields }) => ({ value: id, label: fields.name }))];
}

/** Roles whose people hire: they see candidates, hiring managers those of their own jobs. */
const HIRING = ["owner", "admin", "hr_manager", "recruiter", "hiring_manager"];

/** The active members who hire, by name. */
export function hiringTeam(): Row<"members">[] {
  return state.members.filter(({ fields }) => fields.is_active && HIRING.includes(fields.role));
}

/** The fields of a job that say who hires for it. */
export type Hiring = Pick<Job, "hiring_manager_id" | "recruiter_id" | "hiring_team_ids">;

/** Who hires for a job, by whatever field. */
export function hirersOf(job: Hiring): string[] {
  return [job.hiring_manager_id, job.recruiter_id, ...job.hiring_team_ids].filter((id) => id !== null);
}

/** Whether a member sees the candidates of a job: a hiring manager those of own jobs alone. */
export function seesJob(member: Row<"members">, job: Row<"jobs"> | null): boolean {
  return member.fields.role !== "hiring_manager" || (job !== null && hirersOf(job.fields).includes(member.id));
}

/** What stands as the author where no person was one: the server's own stamps. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Whether something was done by the server itself. */
export function isSystem(id: string | null): boolean {
  return id === null || id === NOBODY;
}

/**
 * Who did something: a member by name, the system for what the server did by itself, and "someone" for who is no
 * longer known here. Null while no member has arrived: the first download brings records before their authors.
 */
export function memberName(id: string | null): string | null {
  if (isSystem(id)) {
    return t("person.system");
  }
  const member = state.members.find((each) => each.id === id);
  return member?.fields.name ?? (state.members.length === 0 ? null : t("person.someone"));
}

/** That somebody else just changed what is looked at: by name, or without one where it is not known. */
export function changedBy(id: string | null): string {
  const name = isSystem(id) ? null : memberName(id);
  return name === null ? t("remote.changed") : t("remote.by", { name });
}
