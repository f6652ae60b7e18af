// A pipeline's form: what is typed, how it becomes edits, and what must be right before it is sent.

import type { FieldEdit } from "../../backend/types";
import { PIPELINE_TEMPLATES } from "../../gen/pipeline_templates";
import type { Pipeline } from "../../gen/records";
import type { Key, Language } from "../../shared/i18n/index.svelte";
import { itemEdits } from "../../shared/items";

/** A stage of a pipeline. */
export type Stage = Pipeline["stages"][number];
/** Stages that a pipeline may have. */
export const STAGES_MAX = 30;
/** Characters of the longest name. */
export const NAME_MAX = 100;
/** Days of the longest target. */
const DAYS_MAX = 365;
/** What a stage can mean, in the order in which people go through them. */
export const STAGE_KINDS = ["new", "screening", "assessment", "interview", "reference", "offer", "on_hold", "hired", "rejected", "withdrawn"];

/** Whether an application in a stage of this kind is over. */
export function isClosed(kind: string): boolean {
  return kind === "hired" || kind === "rejected" || kind === "withdrawn";
}

/** A stage as it is typed: the days as the text in their control. */
export interface StageDraft {
  id: string;
  name: string;
  kind: string;
  color: string;
  days: string;
}

/** The form's content. */
export interface Draft {
  name: string;
  description: string;
  stages: StageDraft[];
}

function typed(stage: Stage): StageDraft {
  return { id: stage.id, name: stage.name, kind: stage.kind, color: stage.color, days: stage.target_days === null ? "" : String(stage.target_days) };
}

function stageOf({ id, name, kind, color, days }: StageDraft): Stage {
  return { id, name: name.trim(), kind, color, target_days: days.trim() === "" ? null : Number(days) };
}

/** The form of a pipeline. */
export function draftOf(pipeline: Pipeline): Draft {
  return { name: pipeline.name, description: pipeline.description, stages: pipeline.stages.map(typed) };
}

/** The form of a new pipeline, from a template. */
export function draftFrom(key: string, language: Language): Draft {
  const template = PIPELINE_TEMPLATES.find((each) => each.key === key);
  const stages = (template?.stages ?? []).map(({ name, kind, target_days, color }) => typed({ id: crypto.randomUUID(), name: name[language], kind, target_days, color }));
  return { name: template?.name[language] ?? "", description: "", stages };
}

/** What is wrong with the form: the keys of the sentences to show, by `name`, `stages` or a stage's id. */
export function problems(draft: Draft): { [place: string]: Key } {
  const found: { [place: string]: Key } = {};
  if (draft.name.trim() === "") {
    found.name = "pipeline.name_needed";
  }
  if (!draft.stages.some((stage) => !isClosed(stage.kind))) {
    found.stages = "pipeline.open_needed";
  }
  for (const stage of draft.stages) {
    const days = stage.days.trim();
    if (stage.name.trim() === "") {
      found[stage.id] = "pipeline.stage_name_needed";
    } else if (days !== "" && !(/^\d+$/.test(days) && Number(days) <= DAYS_MAX)) {
      found[stage.id] = "pipeline.days_invalid";
    }
  }
  return found;
}

/** What somebody should know who saves this: stages without which applications cannot end as they usually do. */
export function warnings(draft: Draft): Key[] {
  const has = (kind: string): boolean => draft.stages.some((stage) => stage.kind === kind);
  const missing: Key[] = [];
  if (!has("hired")) {
    missing.push("pipeline.no_hired");
  }
  if (!has("rejected")) {
    missing.push("pipeline.no_rejected");
  }
  return missing;
}

/** The fields of a new pipeline. */
export function createFields(draft: Draft): { [field: string]: unknown } {
  return { name: draft.name.trim(), description: draft.description, stages: draft.stages.map(stageOf) };
}

/** The edits that turn the pipeline into what the form says. */
export function editsOf(pipeline: Pipeline, draft: Draft): FieldEdit[] {
  const edits: FieldEdit[] = [];
  if (pipeline.name !== draft.name.trim()) {
    edits.push({ op: "set", field: "name", value: draft.name.trim() });
  }
  if (pipeline.description !== draft.description) {
    edits.push({ op: "text", field: "description", value: draft.description });
  }
  const inOrder = ({ id, name, kind, color, target_days }: Stage): Stage => ({ id, name, kind, color, target_days });
  return [...edits, ...itemEdits("stages", pipeline.stages.map(inOrder), draft.stages.map(stageOf))];
}
