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

/** When an application can go on by itself. */
export const ADVANCES = ["never", "answers", "scorecards"] as const;
/** Characters of the longest description of a stage. */
export const STAGE_DESCRIPTION_MAX = 1000;

/** A stage as it is typed: days as the text in their control. */
export interface StageDraft {
  id: string;
  name: string;
  kind: string;
  color: string;
  days: string;
  description: string;
  /** The template of the e-mail that is offered to who moves somebody there; an empty text for none. */
  mail: string;
  advance: string;
  /** Days before the target from which on people are told. */
  warn: string;
  /** Days over the target from which on somebody else is told, and who. */
  escalate: string;
  escalateTo: string;
}

/** A stage without a rule. */
export const PLAIN = { description: "", mail: "", advance: "never", warn: "", escalate: "", escalateTo: "" } as const;

/** Whether a stage says more than what it is called and how long it takes. */
export function hasRules({ description, mail, advance, warn, escalate }: StageDraft): boolean {
  return [description, mail, warn, escalate].some((each) => each.trim() !== "") || advance !== "never";
}

/** What may stand as a rule in a stage: answers say something about who arrives, scorecards about who was talked to. */
export function advancesOf(kind: string): readonly (typeof ADVANCES)[number][] {
  switch (kind) {
    case "new":
    case "screening":
      return ADVANCES;
    case "assessment":
    case "interview":
    case "reference":
      return ["never", "scorecards"];
    default:
      return ["never"];
  }
}

/** Whether an application can go on by itself from a stage: the next one, passing over those beside the way, promises nothing. */
export function leadsOn(stages: readonly StageDraft[], index: number): boolean {
  const next = stages.slice(index + 1).find(({ kind }) => !["rejected", "withdrawn", "on_hold"].includes(kind));
  return next !== undefined && next.kind !== "offer" && !isClosed(next.kind);
}

/** The form's content. */
export interface Draft {
  name: string;
  description: string;
  stages: StageDraft[];
}

const asText = (days: number | null): string => (days === null ? "" : String(days));
const asDays = (text: string): number | null => (text.trim() === "" ? null : Number(text));

/** What a stage holds that was read before it had rules. */
const NO_RULES = { description: "", email_template_id: "", advance: "never", warn_days: null, escalate_days: null, escalate_to_id: "" } as const;

function typed(stored: Stage): StageDraft {
  const stage = { ...NO_RULES, ...stored };
  return {
    id: stage.id, name: stage.name, kind: stage.kind, color: stage.color, days: asText(stage.target_days), description: stage.description,
    mail: stage.email_template_id, advance: stage.advance, warn: asText(stage.warn_days), escalate: asText(stage.escalate_days), escalateTo: stage.escalate_to_id,
  };
}

function stageOf({ id, name, kind, color, days, ...rules }: StageDraft): Stage {
  // A rule that its kind of stage cannot have goes with the change of the kind; one of a newer version stays.
  const gone = ADVANCES.some((each) => each === rules.advance) && !advancesOf(kind).some((each) => each === rules.advance);
  return {
    id, name: name.trim(), kind, color, target_days: asDays(days), description: rules.description.trim(), email_template_id: rules.mail,
    advance: gone ? "never" : rules.advance, warn_days: asDays(rules.warn), escalate_days: asDays(rules.escalate), escalate_to_id: rules.escalateTo,
  };
}

/** The form of a pipeline. */
export function draftOf(pipeline: Pipeline): Draft {
  return { name: pipeline.name, description: pipeline.description, stages: pipeline.stages.map(typed) };
}

/** The form of a new pipeline, from a template. */
export function draftFrom(key: string, language: Language): Draft {
  const template = PIPELINE_TEMPLATES.find((each) => each.key === key);
  const stages = (template?.stages ?? []).map(({ name, kind, target_days, color }) => ({ ...PLAIN, id: crypto.randomUUID(), name: name[language], kind, days: asText(target_days), color }));
  return { name: template?.name[language] ?? "", description: "", stages };
}

/** Whether a text is a number of days, or nothing. */
function areDays(text: string): boolean {
  const days = text.trim();
  return days === "" || (/^\d+$/.test(days) && Number(days) <= DAYS_MAX);
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
    if (stage.name.trim() === "") {
      found[stage.id] = "pipeline.stage_name_needed";
    } else if (![stage.days, stage.warn, stage.escalate].every(areDays)) {
      found[stage.id] = "pipeline.days_invalid";
    } else if (stage.days.trim() === "" && `${stage.warn}${stage.escalate}`.trim() !== "") {
      found[stage.id] = "stage_rule.needs_target";
    } else if (stage.escalate.trim() !== "" && stage.escalateTo === "") {
      found[stage.id] = "stage_rule.escalate_who";
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
  const inOrder = (stage: Stage): Stage => {
    const { id, name, kind, color, target_days, description, email_template_id, advance, warn_days, escalate_days, escalate_to_id } = { ...NO_RULES, ...stage };
    return { id, name, kind, color, target_days, description, email_template_id, advance, warn_days, escalate_days, escalate_to_id };
  };
  return [...edits, ...itemEdits("stages", pipeline.stages.map(inOrder), draft.stages.map(stageOf))];
}
