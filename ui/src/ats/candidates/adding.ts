// Adding a candidate to a job, from the new-candidate form and from the candidate's page.

import { engine } from "../../backend/engine";
import { t } from "../../shared/i18n/index.svelte";
import { sayError, write, type Outcome } from "../../shared/writes.svelte";
import { newApplication } from "./candidate";

/** Makes the application; a job without a pipeline is refused with a sentence. */
export async function addToJob(candidateId: string, name: string, jobId: string): Promise<Outcome> {
  const job = await engine().get("jobs", jobId);
  const pipeline = job?.fields.pipeline_id ? await engine().get("pipelines", job.fields.pipeline_id) : null;
  if (!job || !pipeline) {
    const error = { code: "job-not-publishable", message: t("application.no_pipeline"), fields: {} };
    sayError(error);
    return { ok: false, error };
  }
  const fields = newApplication(candidateId, jobId, pipeline, Date.now());
  return write(t("application.added", { name, job: job.fields.title }), ["applications"], () => engine().create({ kind: "applications", fields }));
}
