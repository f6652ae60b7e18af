// A scorecard's template as it is typed: what is graded, and for what it is used.

import type { FieldEdit } from "../../backend/types";
import type { ScorecardTemplate } from "../../gen/records";
import type { Key } from "../../shared/i18n/index.svelte";
import { itemEdits } from "../../shared/items";

/** Characters of the longest name of a template or an attribute. */
export const NAME_MAX = 120;
/** Characters of the longest heading. */
export const GROUP_MAX = 60;
/** Characters of the longest hint. */
export const HINT_MAX = 500;
/** Attributes that a template may have. */
export const ATTRIBUTES_MAX = 40;

/** One thing that is graded. */
export type Attribute = ScorecardTemplate["attributes"][number];

/** The form's content. An empty text stands for every job, and for every stage. */
export interface Draft {
  name: string;
  job_id: string;
  stage_kind: string;
  guide: string;
  attributes: Attribute[];
}

/** An empty form, with one line to begin with. */
export function newDraft(): Draft {
  return { name: "", job_id: "", stage_kind: "", guide: "", attributes: [newAttribute()] };
}

/** One more line. */
export function newAttribute(group = ""): Attribute {
  return { id: crypto.randomUUID(), name: "", group, hint: "" };
}

/** The form of a template. */
export function draftOf({ name, job_id, stage_kind, guide, attributes }: ScorecardTemplate): Draft {
  return { name, job_id: job_id ?? "", stage_kind: stage_kind ?? "", guide, attributes: attributes.map(attributeOf) };
}

function attributeOf({ id, name, group, hint }: Attribute): Attribute {
  return { id, name: name.trim(), group: group.trim(), hint: hint.trim() };
}

/** Lines that are not empty. */
function filled(draft: Draft): Attribute[] {
  return draft.attributes.map(attributeOf).filter(({ name, group, hint }) => `${name}${hint}` !== "" || group !== "");
}

/** What is wrong with the form: the keys of the sentences to show, by `name` or an attribute's id. */
export function problems(draft: Draft): { [place: string]: Key } {
  const found: { [place: string]: Key } = {};
  if (draft.name.trim() === "") {
    found.name = "template.name_needed";
  }
  for (const { id, name, hint } of filled(draft)) {
    if (name === "" && hint !== "") {
      found[id] = "template.attribute_needed";
    }
  }
  return found;
}

const kept = (draft: Draft): Attribute[] => filled(draft).filter(({ name }) => name !== "");
const orNull = (text: string): string | null => (text === "" ? null : text);

/** The fields of a new template. */
export function createFields(draft: Draft): { [field: string]: unknown } {
  return { name: draft.name.trim(), job_id: orNull(draft.job_id), stage_kind: orNull(draft.stage_kind), guide: draft.guide, attributes: kept(draft) };
}

/** The edits that turn the template into what the form says. For which job it is stays. */
export function editsOf(template: ScorecardTemplate, draft: Draft): FieldEdit[] {
  const edits: FieldEdit[] = [];
  if (template.name !== draft.name.trim()) {
    edits.push({ op: "set", field: "name", value: draft.name.trim() });
  }
  if ((template.stage_kind ?? "") !== draft.stage_kind) {
    edits.push({ op: "set", field: "stage_kind", value: orNull(draft.stage_kind) });
  }
  if (template.guide !== draft.guide) {
    edits.push({ op: "text", field: "guide", value: draft.guide });
  }
  return [...edits, ...itemEdits("attributes", template.attributes.map(attributeOf), kept(draft))];
}
