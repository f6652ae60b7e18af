// Adding a candidate to a job: from the new-candidate form, from the candidate's page, and from a table.

import { engine } from "../../backend/engine";
import type { Row } from "../../backend/types";
import { t } from "../../shared/i18n/index.svelte";
import { sayError, write, type Outcome } from "../../shared/writes.svelte";
import { newApplication } from "./candidate";

/** A job that takes applications, with the pipeline that they go through. */
export interface Opening {
  id: string;
  title: string;
  pipeline: Row<"pipelines">;
}

/** A job with its pipeline; one without is said in a sentence, and is none. */
export async function openingOf(jobId: string): Promise<Opening | null> {
  const job = await engine().get("jobs", jobId);
  const pipeline = job?.fields.pipeline_id ? await engine().get("pipelines", job.fields.pipeline_id) : null;
  if (!job || !pipeline) {
    sayError(NO_PIPELINE());
    return null;
  }
  return { id: jobId, title: job.fields.title, pipeline };
}

const NO_PIPELINE = () => ({ code: "job-not-publishable", message: t("application.no_pipeline"), fields: {} });

/** Makes the application; a job without a pipeline is refused with a sentence. */
export async function addToJob(candidateId: string, name: string, jobId: string): Promise<Outcome> {
  const opening = await openingOf(jobId);
  if (!opening) {
    return { ok: false, error: NO_PIPELINE() };
  }
  const fields = newApplication(candidateId, jobId, opening.pipeline, Date.now());
  return write(t("application.added", { name, job: opening.title }), ["applications"], () => engine().create({ kind: "applications", fields }));
}
