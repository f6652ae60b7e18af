import { describe, expect, it } from "vitest";
import type { ScorecardTemplate } from "../../gen/records";
import { createFields, draftOf, editsOf, newAttribute, newDraft, problems } from "./template";

const TEMPLATE: ScorecardTemplate = {
  name: "Engineers", job_id: null, stage_kind: "interview", guide: "Ask", attributes: [{ id: "1", name: "Rust", group: "Skills", hint: "Owns memory" }],
};

describe("a template of scorecards", () => {
  it("needs a name, and names for what it explains; empty lines are none", () => {
    const draft = { ...newDraft(), attributes: [newAttribute(), { ...newAttribute(), hint: "what?" }, newAttribute("Skills")] };
    expect(problems(draft)).toEqual({ name: "template.name_needed", [draft.attributes[1]?.id ?? ""]: "template.attribute_needed" });
    expect(createFields({ ...newDraft(), name: " A " })).toEqual({ name: "A", job_id: null, stage_kind: null, guide: "", attributes: [] });
  });

  it("is changed by what was changed alone", () => {
    const draft = draftOf(TEMPLATE);
    expect(editsOf(TEMPLATE, draft)).toEqual([]);
    draft.stage_kind = "";
    draft.attributes.push({ ...newAttribute("Skills"), id: "2", name: "SQL" }, newAttribute());
    expect(editsOf(TEMPLATE, draft)).toEqual([
      { op: "set", field: "stage_kind", value: null },
      { op: "item_put", field: "attributes", item: "2", after: "1", values: { name: "SQL", group: "Skills", hint: "" } },
    ]);
  });
});
