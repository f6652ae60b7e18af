// The interviews that are still to come of some applications: whoever ends those is asked what becomes of these.

import { engine } from "../../backend/engine";
import type { Row } from "../../backend/types";
import { may } from "../../shared/session.svelte";
import { isAhead } from "./plan";

/** Interviews that are looked at: a few for each application that one step may move. */
const INTERVIEWS_MAX = 500;

/** Those that are to come, the first first; none for whoever may not call them off. */
export async function interviewsAhead(applications: readonly { id: string }[]): Promise<Row<"interviews">[]> {
  if (applications.length === 0 || !may("interviews", "edit")) {
    return [];
  }
  const filters = [{ field: "application_id", in: applications.map(({ id }) => id) }];
  const { rows } = await engine().list({ kind: "interviews", filters, sort: "starts_at", limit: INTERVIEWS_MAX });
  return rows.filter((interview) => isAhead(interview.fields, Date.now()));
}
