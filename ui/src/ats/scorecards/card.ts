// A scorecard: which template it follows, what is typed, and how it becomes a record.

import type { FieldEdit, Row } from "../../backend/types";
import type { Scorecard } from "../../gen/records";
import { itemEdits } from "../../shared/items";

/** What an interviewer can recommend, from the strongest no to the strongest yes. */
export const RECOMMENDATIONS = ["strong_no", "no", "no_decision", "yes", "strong_yes"];
/** How an attribute can be graded. */
export const GRADES = ["strong_no", "no", "mixed", "yes", "strong_yes"];
/** What stands where nothing was recommended, or graded, yet. */
export const NOT_GIVEN = "not_given";
const NOT_GRADED = "not_graded";
/** Characters of a note on a grade. */
export const NOTE_MAX = 2000;

/** A grade on the form. */
export type Graded = Scorecard["grades"][number];

/** The form's content. */
export interface Draft {
  recommendation: string;
  summary: string;
  grades: Graded[];
}

/** Of the templates that fit, the closest: that of the job and the kind of stage, of the job, of the kind of stage, of everything. */
export function templateFor(templates: readonly Row<"scorecard_templates">[], jobId: string, stageKind: string): Row<"scorecard_templates"> | null {
  const closeness = ({ fields }: Row<"scorecard_templates">): number => (fields.job_id === jobId ? 2 : 0) + (fields.stage_kind === stageKind ? 1 : 0);
  const fitting = templates.filter(({ fields }) => [null, jobId].includes(fields.job_id) && [null, "", stageKind].includes(fields.stage_kind));
  return fitting.reduce<Row<"scorecard_templates"> | null>((best, each) => (best === null || closeness(each) > closeness(best) ? each : best), null);
}

/** An empty form by a template. */
export function emptyDraft(template: Row<"scorecard_templates"> | null): Draft {
  const grades = (template?.fields.attributes ?? []).map(({ name, group }) => ({ id: crypto.randomUUID(), name, group, grade: NOT_GRADED, note: "" }));
  return { recommendation: NOT_GIVEN, summary: "", grades };
}

/** The form of a scorecard, given or not. */
export function draftOf({ recommendation, summary, grades }: Scorecard): Draft {
  return { recommendation, summary, grades: grades.map(({ id, name, group, grade, note }) => ({ id, name, group, grade, note })) };
}

/** The grades by heading, in order; those without one have an empty heading. */
export function byGroup(grades: readonly Graded[]): { group: string; grades: Graded[] }[] {
  const groups: { group: string; grades: Graded[] }[] = [];
  for (const grade of grades) {
    const found = groups.find(({ group }) => group === grade.group);
    if (found) {
      found.grades.push(grade);
    } else {
      groups.push({ group: grade.group, grades: [grade] });
    }
  }
  return groups;
}

/** The fields of a new scorecard. */
export function createFields(draft: Draft, application: Row<"applications">, kept: Row<"scorecards"> | null, template: string | null, isDraft: boolean): { [field: string]: unknown } {
  const { candidate_id, job_id } = application.fields;
  // What was begun in a stage is about that stage, wherever the application is by now.
  const stage_id = kept?.fields.stage_id ?? application.fields.stage_id;
  return { candidate_id, job_id, stage_id, application_id: application.id, template_id: template, is_draft: isDraft, ...draft, summary: draft.summary.trim() };
}

/** The edits that turn a scorecard into what the form says. */
export function editsOf(card: Scorecard, draft: Draft): FieldEdit[] {
  const edits: FieldEdit[] = [];
  if (card.recommendation !== draft.recommendation) {
    edits.push({ op: "set", field: "recommendation", value: draft.recommendation });
  }
  if (card.summary !== draft.summary.trim()) {
    edits.push({ op: "text", field: "summary", value: draft.summary.trim() });
  }
  return [...edits, ...itemEdits("grades", draftOf(card).grades, draft.grades)];
}

/** What somebody wrote on an application: the draft and the given one of the stage that it is in. */
export function ownOf(cards: readonly Row<"scorecards">[], application: Row<"applications">, me: string): { draft: Row<"scorecards"> | null; given: Row<"scorecards"> | null } {
  const own = cards.filter((card) => card.created_by === me && card.fields.application_id === application.id && card.fields.stage_id === application.fields.stage_id);
  return { draft: own.find((card) => card.fields.is_draft) ?? null, given: own.find((card) => !card.fields.is_draft) ?? null };
}

/** How often each recommendation was given. */
export function tally(cards: readonly Row<"scorecards">[]): { recommendation: string; count: number }[] {
  const counts = RECOMMENDATIONS.map((recommendation) => ({ recommendation, count: cards.filter((card) => card.fields.recommendation === recommendation).length }));
  return counts.filter(({ count }) => count > 0).toReversed();
}
