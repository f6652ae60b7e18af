// The names behind member ids, read once and kept true.

import { engine } from "../backend/engine";
import type { Row } from "../backend/types";
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

/** The name of a member, or "someone" when it is not known here. */
export function memberName(id: string | null): string {
  return state.members.find((member) => member.id === id)?.fields.name ?? t("person.someone");
}
