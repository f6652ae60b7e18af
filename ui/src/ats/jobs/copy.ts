// A copy of a job: a new draft with what somebody wrote, and nothing of what happened to it.

import type { Row } from "../../backend/types";
import { COPIED_JOB_FIELDS } from "../../gen/job_states";

/** The fields of a copy, under another title. */
export function copyOf(job: Row<"jobs">["fields"], title: string): { [field: string]: unknown } {
  const copied = Object.entries(job).filter(([field, value]) => COPIED_JOB_FIELDS.includes(field) && value !== null);
  return { ...Object.fromEntries(copied), title };
}
