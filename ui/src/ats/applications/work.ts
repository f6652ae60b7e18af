// The applications of all jobs in one list: what each view of them holds, and the job and the stage beside each. Pure.

import type { Card, Row } from "../../backend/types";
import type { WorkView } from "../../shared/route.svelte";
import { dueFor, today } from "./reminder";

type Stage = Row<"pipelines">["fields"]["stages"][number];

/** An application with where it stands. */
export interface Work {
  card: Card;
  /** Null where it may not be seen. */
  job: Row<"jobs"> | null;
  /** Null where it is gone from its pipeline. */
  stage: Stage | null;
  /** Whether it is in the first stage of its pipeline. */
  first: boolean;
}

/** Puts the job and the stage beside each application. */
export function placed(cards: readonly Card[], jobs: readonly Row<"jobs">[], pipelines: readonly Row<"pipelines">[]): Work[] {
  const jobOf = new Map(jobs.map((job) => [job.id, job]));
  const stagesOf = new Map(pipelines.map((pipeline) => [pipeline.id, new Map(pipeline.fields.stages.map((stage, place) => [stage.id, { stage, place }]))]));
  return cards.map((card) => {
    const { job_id, pipeline_id, stage_id } = card.application.fields;
    const at = stagesOf.get(pipeline_id)?.get(stage_id);
    return { card, job: jobOf.get(job_id) ?? null, stage: at?.stage ?? null, first: at?.place === 0 };
  });
}

/** Whether an application is longer in its stage than that one's target. */
export function isLate({ card, stage }: Work): boolean {
  return stage?.target_days != null && card.days_in_stage > stage.target_days;
}

/** Whether an application belongs in a view; `me` is whose work it is. */
export function isIn(view: WorkView, work: Work, me: string, day = today()): boolean {
  switch (view) {
    case "reminders":
      return dueFor(work, me, day);
    case "mine":
      return work.card.application.fields.assigned_to_id === me;
    case "new":
      return work.first;
    case "late":
      return isLate(work);
    case "open":
      return true;
  }
}
