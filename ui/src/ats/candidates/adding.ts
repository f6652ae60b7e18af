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

/** A job with its pipeline; none without. */
export async function findOpening(jobId: string): Promise<Opening | null> {
  const job = await engine().get("jobs", jobId);
  const pipeline = job?.fields.pipeline_id ? await engine().get("pipelines", job.fields.pipeline_id) : null;
  return job && pipeline ? { id: jobId, title: job.fields.title, pipeline } : null;
}

/** The same; one without a pipeline is said in a sentence. */
export async function openingOf(jobId: string): Promise<Opening | null> {
  const opening = await findOpening(jobId);
  if (!opening) {
    sayError(NO_PIPELINE());
  }
  return opening;
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
