// Who works on an application: set for one or many in one step, which can be taken back.

import { engine } from "../../backend/engine";
import type { EditRequest } from "../../backend/types";
import { plural, t, type Params } from "../../shared/i18n/index.svelte";
import { memberName } from "../../shared/people.svelte";
import { write } from "../../shared/writes.svelte";
import { atOnce } from "./mover.svelte";

/** An application that is about to be assigned. */
export interface Assignable {
  id: string;
  /** The candidate, as people say it. */
  name: string;
}

/** The edits that say who works on applications; null is nobody. */
export function assignEdits(chosen: readonly Assignable[], member: string | null): EditRequest[] {
  return chosen.map(({ id }) => ({ kind: "applications", id, edits: [{ op: "set", field: "assigned_to_id", value: member }] }));
}

function sentence(chosen: readonly Assignable[], member: string | null): string {
  const stem = member === null ? "assign.cleared" : "assign.done";
  const who: Params = member === null ? {} : { who: memberName(member) ?? t("person.someone") };
  return chosen.length === 1 ? t(stem, { name: chosen[0]?.name ?? "", ...who }) : plural(`${stem}_many`, chosen.length, who);
}

/** Assigns applications to somebody, or to nobody, and says so. Answers whether it was carried out. */
export async function assign(chosen: readonly Assignable[], member: string | null): Promise<boolean> {
  const those = atOnce([...chosen]);
  if (!those) {
    return false;
  }
  const { ok } = await write(sentence(those, member), ["applications", "activities"], () => engine().editMany(assignEdits(those, member)));
  return ok;
}
