// Where the public sees a job.

import type { Job } from "../../gen/records";
import { careersAddress } from "../../shared/careers";

/** Whether a job has a page that everybody may see on this day, as the server judges it. */
function isPublic(job: Job, today: string): boolean {
  const inTime = job.application_deadline === null || job.application_deadline >= today;
  return job.status === "open" && job.published_on_career_page && !job.is_internal_only && !job.is_private && inTime;
}

/** The address of a job's public page; empty while there is none. */
export function publicAddress(job: Job, today: string, server: string | null | undefined, workspace: string | null | undefined): string {
  return job.slug && isPublic(job, today) ? careersAddress(server, workspace, `jobs/${job.slug}/`) : "";
}
