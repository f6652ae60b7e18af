import { describe, expect, it } from "vitest";
import type { Row } from "../../backend/types";
import type { Scorecard, ScorecardTemplate } from "../../gen/records";
import { byGroup, createFields, draftOf, editsOf, emptyDraft, ownOf, tally, templateFor } from "./card";

function row<K extends "scorecards" | "scorecard_templates">(kind: K, id: string, fields: Row<K>["fields"], by = "me"): Row<K> {
  return { id, kind, created_at: 0, created_by: by, updated_at: 0, updated_by: by, deleted: false, pending: false, fields };
}

function template(id: string, job_id: string | null, stage_kind: ScorecardTemplate["stage_kind"]): Row<"scorecard_templates"> {
  const attributes = [{ id: "1", name: "Rust", group: "Skills", hint: "" }, { id: "2", name: "Kind", group: "Ways", hint: "" }, { id: "3", name: "SQL", group: "Skills", hint: "" }];
  return row("scorecard_templates", id, { name: id, job_id, stage_kind, guide: "", attributes });
}

function card(id: string, by: string, over: Partial<Scorecard>): Row<"scorecards"> {
  const fields: Scorecard = {
    candidate_id: "c", application_id: "a", job_id: "j", template_id: null, stage_id: "s1", is_draft: false, recommendation: "yes", summary: "", grades: [], ...over,
  };
  return row("scorecards", id, fields, by);
}

const application = { id: "a", fields: { candidate_id: "c", job_id: "j", stage_id: "s1" } } as Row<"applications">;

describe("the template of a scorecard", () => {
  it("is the closest that fits", () => {
    const all = [template("all", null, null), template("stage", null, "interview"), template("job", "j", null), template("both", "j", "interview"), template("other", "k", "interview")];
    const chosen = (list: Row<"scorecard_templates">[], kind: string): string | undefined => templateFor(list, "j", kind)?.id;
    expect(chosen(all, "interview")).toBe("both");
    expect(chosen(all.slice(0, 3), "interview")).toBe("job");
    expect(chosen(all.slice(0, 2), "interview")).toBe("stage");
    expect(chosen(all.slice(0, 2), "screening")).toBe("all");
    expect(templateFor(all.slice(4), "j", "interview")).toBeNull();
  });
});

describe("a scorecard", () => {
  it("asks for what its template names, under its headings", () => {
    const draft = emptyDraft(template("t", null, null));
    expect(byGroup(draft.grades).map(({ group, grades }) => [group, grades.map(({ name }) => name)])).toEqual([["Skills", ["Rust", "SQL"]], ["Ways", ["Kind"]]]);
    expect(emptyDraft(null)).toEqual({ recommendation: "not_given", summary: "", grades: [] });
    expect(createFields(draft, application, null, "t", true)).toMatchObject({ application_id: "a", stage_id: "s1", is_draft: true, recommendation: "not_given" });
    const begun = card("k", "me", { stage_id: "s0", is_draft: true });
    expect(createFields(draft, application, begun, "t", false)).toMatchObject({ stage_id: "s0", is_draft: false });
  });

  it("is changed by what was changed alone", () => {
    const before = card("1", "me", { summary: "Good", grades: [{ id: "g", name: "Rust", group: "", grade: "yes", note: "" }] }).fields;
    const draft = draftOf(before);
    expect(editsOf(before, draft)).toEqual([]);
    const first = draft.grades[0];
    const changed = { ...draft, recommendation: "no", grades: first ? [{ ...first, note: "Slow" }] : [] };
    expect(editsOf(before, changed)).toEqual([
      { op: "set", field: "recommendation", value: "no" },
      { op: "item_put", field: "grades", item: "g", after: null, values: { note: "Slow" } },
    ]);
  });

  it("is one's own for the stage that the application is in", () => {
    const cards = [card("old", "me", { stage_id: "s0" }), card("draft", "me", { is_draft: true }), card("theirs", "you", {}), card("elsewhere", "me", { application_id: "b" })];
    expect(ownOf(cards, application, "me")).toMatchObject({ draft: { id: "draft" }, given: null });
    expect(ownOf(cards, application, "you").given?.id).toBe("theirs");
  });

  it("is counted, the strongest yes first", () => {
    const cards = ["no", "strong_yes", "no"].map((recommendation, at) => card(String(at), "x", { recommendation }));
    expect(tally(cards)).toEqual([{ recommendation: "strong_yes", count: 1 }, { recommendation: "no", count: 2 }]);
  });
});
