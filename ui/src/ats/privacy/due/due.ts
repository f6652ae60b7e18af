// Who is due for deletion: why, in words; keeping them longer; and erasing several, one after the other.

import { engine } from "../../../backend/engine";
import type { DuePerson } from "../../../backend/retention";
import type { EditRequest } from "../../../backend/types";
import { calendarDay, localDay, personName } from "../../../shared/format";
import { plural, t } from "../../../shared/i18n/index.svelte";
import { write } from "../../../shared/writes.svelte";

/** For how many months more somebody is kept at once. */
export const KEEP_MONTHS = 12;

/** What people call somebody who is due. */
export function nameOf({ candidate }: DuePerson): string {
  return personName(candidate.fields);
}

/** Why somebody is due. */
export function whyOf({ reason, from, since }: DuePerson): string {
  const day = calendarDay(from ?? since);
  switch (reason) {
    case "date":
      return t("due.why_date", { day });
    case "ended":
      return t("due.why_ended", { day });
    case "never_applied":
      return t("due.why_never_applied", { day });
  }
}

/** The day so many months after an instant, or the last one of a month that is shorter. */
export function monthsLater(now: number, months: number): string {
  const today = new Date(now);
  const last = new Date(today.getFullYear(), today.getMonth() + months + 1, 0).getDate();
  return localDay(new Date(today.getFullYear(), today.getMonth() + months, Math.min(today.getDate(), last)).getTime());
}

/** Keeps people for another twelve months from now on, as one step that can be taken back. Answers whether it was carried out. */
export async function keep(people: readonly DuePerson[], now: number): Promise<boolean> {
  const until = monthsLater(now, KEEP_MONTHS);
  const edits = people.map(({ candidate }): EditRequest => ({ kind: "candidates", id: candidate.id, edits: [{ op: "set", field: "data_retention_until", value: until }] }));
  const label = plural("due.kept", people.length, { day: calendarDay(until) });
  const { ok } = await write(label, ["candidates"], () => engine().editMany(edits));
  return ok;
}
